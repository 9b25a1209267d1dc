#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest: in_guest.sh FILE... runs test files one after the other, each
# between a line "@start FILE" and a line "@end FILE STATUS". It stops early
# where what follows could no longer be trusted: after a complaint of the
# kernel, and when our modules will not go. At the end, where the kernel knows,
# memory of ours that leaked is a failure.
#
# Every packet is also run through each flow's own functions (the shadow check);
# where the plan did something else, the test has failed, unless it says
#
#	# shadow: 0		one packet in so many: none
#	# shadow: diverges	it makes it differ
set -u

# shellcheck source=tests/lib/report.sh
. tests/lib/report.sh
# shellcheck source=tests/lib/leaks.sh
. tests/lib/leaks.sh
# shellcheck source=scripts/vm.d/lib/console.sh
. scripts/vm.d/lib/console.sh

# The kernel has complained since its log was cleared: says what.
complained()
{
	local taint

	dmesg | grep -E -m 1 -A 40 "$console_complaints" | sed 's/^/# /'
	[ "${PIPESTATUS[1]}" != 0 ] || return 0
	taint=$(cat /proc/sys/kernel/tainted)
	[ $((taint & console_taint)) != 0 ] && echo "# the kernel is tainted: $taint"
}

# Every module of ours can be removed; descriptors may take a moment to go.
clean()
{
	local i

	for i in {1..8}; do
		ours=$(lsmod | awk '$1 ~ /^mapi/ { print $1 }')
		[ -n "$ours" ] || return 0
		# shellcheck disable=SC2086
		modprobe -ra $ours 2>/dev/null
		[ "$i" = 1 ] || sleep 0.5
	done
	return 1
}

# What a test says about the shadow check.
shadow_of()	# file
{
	sed -n 's/^# shadow: *\([0-9a-z]*\).*/\1/p' "$1" | head -n 1
}

# Modules are loaded anew for each test.
shadow_begin()	# file
{
	local every

	every=$(shadow_of "$1")
	[ "${every:-diverges}" != diverges ] || every=1
	mkdir -p /etc/modprobe.d
	echo "options mapi shadow=$every" >/etc/modprobe.d/mapi-test.conf
}

# The plan was wrong: says where.
shadow_diverged()	# file
{
	[ "$(shadow_of "$1")" != diverges ] || return 1
	dmesg | grep -m 20 'mapi: shadow: ' | sed 's/^/# /'
	[ "${PIPESTATUS[1]}" = 0 ]
}

# A test that cannot be killed is stuck in the kernel: says where, and ends it.
stuck()	# seconds
{
	sleep "$1" & nap=$!
	trap 'kill $nap; exit' TERM
	wait
	for key in l w c; do
		echo $key >/proc/sysrq-trigger
	done
}

for file; do
	echo "@start $file"
	shadow_begin "$file"
	echo "<5>mapi-test: $file" >/dev/kmsg
	dmesg -C
	limit=$(test_timeout "$file")
	stuck $((limit + 40)) & watchdog=$!
	timeout --kill-after=10 "$limit" "./$file" </dev/null 2>&1
	status=$?
	kill $watchdog
	wait $watchdog 2>/dev/null
	echo
	leaks_note "$file"
	stop=''
	if ! clean; then
		echo "# clean after: these modules cannot be removed:" "$(echo "$ours" | xargs)"
		stop=y
		[ "$status" != 0 ] || status=96
	fi
	if shadow_diverged "$file"; then
		[ "$status" != 0 ] || status=94
	fi
	if complained; then
		stop=y
		status=99
	fi
	echo "@end $file $status"
	[ -z "$stop" ] || exit 0
done
leaks_of_ours >&2 && exit 99
exit 0
