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

# shellcheck source=tests/lib/talk.sh
. tests/lib/talk.sh

build=${BUILD:-$PWD/build}

flows_begin()
{
	talk_begin "$build/tests/flows"
}

flows_end()
{
	talk_say quit
	talk_end
}

flows_kill()
{
	talk_kill
}

tell()	# command...
{
	local IFS=$'\t'

	talk_say "$*"
	talk_hear 120 || answer="error no answer"
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
