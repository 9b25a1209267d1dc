# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Flows from a script, beside ktap.sh: tests/bin/flows.c runs in the
# background and does what it is told.
#
#   flows_begin
#   says NAME ANSWER COMMAND...	checks what a command of flows.c answers
#   tell COMMAND...		the answer is in $answer; false if it is an error
#   does NAME COMMAND...	checks that it can be done
#   refused NAME PATTERN COMMAND...	checks that it cannot, and why
#   flows_end			closes all flows
#   flows_kill			SIGKILL

build=${BUILD:-$PWD/build}
answer=''

flows_begin()
{
	# Should it die, writing to it fails and that is all.
	trap '' PIPE
	coproc flows { exec "$build/tests/flows"; }
	# A copy, which subshells have as well.
	exec {flows_in}<&"${flows[0]}" {flows_out}>&"${flows[1]}"
	# shellcheck disable=SC2154 # set by coproc
	flows_pid=$flows_PID
}

flows_end()
{
	echo quit >&"$flows_out"
	flows_gone
}

flows_kill()
{
	kill -KILL "$flows_pid"
	flows_gone
}

flows_gone()
{
	wait "$flows_pid" 2>/dev/null
	exec {flows_out}>&-
	exec {flows_in}<&-
}

tell()	# command...
{
	local IFS=$'\t'

	answer=''
	printf '%s\n' "$*" >&"$flows_out"
	IFS= read -r -t 120 answer <&"$flows_in" || answer="error no answer"
	case $answer in
	ok*)	answer=${answer#ok}
		answer=${answer# } ;;
	*)	return 1 ;;
	esac
}

does()	# name command...
{
	local name=$1

	shift
	if tell "$@"; then
		pass "$name"
	else
		fail "$name" "$*: $answer"
	fi
}

says()	# name wanted command...
{
	local name=$1 wanted=$2

	shift 2
	tell "$@"
	is "$name" "$answer" "$wanted"
}

# The error that a command answers matches.
refused()	# name pattern command...
{
	local name=$1 pattern=$2

	shift 2
	if ! tell "$@" && [[ $answer =~ $pattern ]]; then
		pass "$name"
	else
		fail "$name" "not like $pattern: $answer"
	fi
}

# A flow with its functions, each with its arguments behind colons, connected.
flow()	# flow device function...
{
	local name=$1 device=$2 f words

	shift 2
	tell new "$name" "$device" || return
	for f; do
		IFS=: read -ra words <<<"$f"
		tell apply "$name" "${words[@]}" || return
	done
	tell connect "$name"
}

# The number that a command answers, for arithmetic.
count()	# flow fid what
{
	tell count "$@" || answer=-1
	echo "$answer"
}
