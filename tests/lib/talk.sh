# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A program in the background that reads lines and answers with lines.
#
#   talk_begin COMMAND...	one at a time
#   talk_say WORDS		a line for it
#   talk_hear SECONDS		its next line, in $answer; false if none comes
#   talk_close			it finds the end of its input
#   talk_end			waits until it has ended
#   talk_kill			SIGKILL

answer=''

talk_begin()
{
	# Should it die, writing to it fails and that is all.
	trap '' PIPE
	coproc talk { exec "$@"; }
	# A copy, which subshells have as well.
	exec {talk_in}<&"${talk[0]}" {talk_out}>&"${talk[1]}"
	# shellcheck disable=SC2154 # set by coproc
	talk_pid=$talk_PID
	eval "exec ${talk[1]}>&-"
}

talk_say()
{
	printf '%s\n' "$*" >&"$talk_out"
}

talk_hear()
{
	answer=''
	# shellcheck disable=SC2034 # the test reads it
	IFS= read -r -t "$1" answer <&"$talk_in"
}

talk_close()
{
	[ -z "$talk_out" ] || exec {talk_out}>&-
	talk_out=''
}

talk_end()
{
	wait "$talk_pid" 2>/dev/null
	exec {talk_in}<&-
	talk_close
}

talk_kill()
{
	kill -KILL "$talk_pid"
	talk_end
}
