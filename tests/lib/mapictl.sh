# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For the tests of mapictl: checks of its answers and refusals, beside ktap.sh.

mapictl=${BUILD:-$PWD/build}/user/mapictl

# help is on stdout, nothing on stderr, status 0.
helps()	# object [command]
{
	local err

	err=$("$mapictl" "$@" help 2>&1 >/dev/null) || err="status $?"
	if [ -z "$err" ] && "$mapictl" "$@" help | grep -q '^usage: mapictl'; then
		pass "help: mapictl${*:+ $*} help"
	else
		fail "help: mapictl${*:+ $*} help" "$err"
	fi
}

# The answer is JSON of which the filter is true.
json()	# name filter words...
{
	local name=$1 filter=$2 out status=0

	shift 2
	out=$("$mapictl" -j "$@" 2>&1) || status=$?
	if [ "$status" = 0 ] && jq -e "$filter" <<<"$out" >/dev/null; then
		pass "$name"
	else
		fail "$name" "mapictl -j $* (status $status), not: $filter"$'\n'"$out"
	fi
}

# One line on stderr that matches, nothing on stdout, and that status. There must
# be a folder $dir.
refuses()	# status name pattern words...
{
	local status=$1 name=$2 pattern=$3 out err got=0

	shift 3
	# shellcheck disable=SC2154 # those who source this set it
	err=$("$mapictl" "$@" 2>&1 >"$dir/refuses" </dev/null) || got=$?
	out=$(<"$dir/refuses")
	if [ "$got" = "$status" ] && [ ! -s "$dir/refuses" ] && [[ $err != *$'\n'* ]] &&
	   [[ $err == "mapictl: "* ]] && grep -qe "$pattern" <<<"$err"; then
		pass "refuses $name"
	else
		fail "refuses $name" "mapictl $* (status $got, not $status)"$'\n'"$out$err"
	fi
}
