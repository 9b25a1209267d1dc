# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# KTAP for test scripts. Source it, then:
#
#   ktap_begin
#   ok "adds up" [ $((1 + 1)) = 2 ]	runs a command, and says how it went
#   not_ok "refuses" false		expects it to fail
#   is "counts" "$got" 3		compares
#   pass NAME; fail NAME [DETAIL]; skip NAME REASON
#   ktap_end				the plan, and the exit status
#
# A command's output is shown, as a diagnostic, only when it failed. A whole
# file that makes no sense here calls skip_all REASON before anything else.

ktap_count=0
ktap_failed=0
ktap_ended=''

ktap_begin()
{
	echo "KTAP version 1"
	trap 'ktap_died $?' EXIT
}

ktap_end()
{
	ktap_ended=y
	echo "1..$ktap_count"
	[ "$ktap_failed" = 0 ]
	exit
}

# A script that stops half-way has failed, whatever it said so far.
ktap_died()
{
	[ -z "$ktap_ended" ] || exit "$1"
	ktap_ended=y
	fail "runs to its end" "stopped with status $1"
	echo "1..$ktap_count"
	exit 1
}

skip_all()	# reason
{
	ktap_ended=y
	echo "1..0 # SKIP $*"
	exit 77
}

diag()	# text...
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass()	# name
{
	ktap_count=$((ktap_count + 1))
	echo "ok $ktap_count $1"
}

fail()	# name [detail...]
{
	ktap_count=$((ktap_count + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_count $1"
	shift
	[ $# = 0 ] || diag "$*"
}

skip()	# name reason
{
	ktap_count=$((ktap_count + 1))
	echo "ok $ktap_count $1 # SKIP $2"
}

ok()	# name command...
{
	local name=$1 said status=0

	shift
	said=$("$@" 2>&1) || status=$?
	if [ "$status" = 0 ]; then
		pass "$name"
	else
		fail "$name" "$* (status $status)${said:+$'\n'$said}"
	fi
}

not_ok()	# name command...
{
	local name=$1 said

	shift
	if said=$("$@" 2>&1); then
		fail "$name" "should have failed: $*${said:+$'\n'$said}"
	else
		pass "$name"
	fi
}

is()	# name got wanted
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:    $2"$'\n'"wanted: $3"
	fi
}
