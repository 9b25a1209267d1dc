# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Our modules and what they hold, for tests that look whether all is given back.
# What is freed waits for a grace period: ask a few times.

eventually()	# seconds command...
{
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

modules_ours()
{
	awk '$1 ~ /^mapi/ { print $1 }' /proc/modules
}

# Users of a module other than the modules that depend on it.
module_refs()	# module
{
	local count by

	read -r _ _ count by _ < <(grep "^$1 " /proc/modules)
	by=${by//[!,]/}
	echo $((count - ${#by}))
}

modules_idle()
{
	local m

	for m in $(modules_ours); do
		[ "$(module_refs "$m")" = 0 ] || return 1
	done
}

modules_gone()
{
	# shellcheck disable=SC2046
	modprobe -r $(modules_ours) 2>/dev/null
	[ -z "$(modules_ours)" ]
}

# Bytes and flows that all users are charged for.
charged()
{
	"${BUILD:-$PWD/build}/user/mapictl" -j limit show |
		jq -r 'map([.flows_used, .memory_used]) | add | add // 0'
}

nothing_charged()
{
	[ "$(charged)" = 0 ]
}
