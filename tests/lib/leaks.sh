# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory that nobody points to any more, on a kernel that looks for that
# (kmemleak). What the kernel itself leaks is not our business.
#
# By then our modules are removed, and have no names in backtraces: addresses
# that belong to nobody are theirs, as no others are ever removed.

leaks_file=/sys/kernel/debug/kmemleak
leaks_modules=/run/leaks.modules

# Remember where our modules are, as long as they are there.
leaks_note()	# test
{
	[ ! -w "$leaks_file" ] || awk -v test="$1" '
		$1 ~ /^mapi/ { print $6, $2, $1, test }' /proc/modules >>"$leaks_modules"
}

# Objects count from an age of five seconds on, and when they have not changed
# from one scan to the next.
leaks_scan()
{
	sleep 6
	echo scan >"$leaks_file"
	sleep 6
	echo scan >"$leaks_file"
}

# Says what of ours has leaked; false if nothing has.
leaks_of_ours()
{
	[ -w "$leaks_file" ] || return 1
	leaks_scan
	python3 tests/lib/leaks.py "$leaks_modules" <"$leaks_file"
}
