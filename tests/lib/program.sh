# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs programs made of tests/c. What one checks becomes a result of the script
# that runs it, beside the script's own (tests/ktap.sh).

programs=${BUILD:-$PWD/build}/tests

# The wrapper, if there is one, is a command that runs another, like setpriv.
program()	# [--by "wrapper"] name [arguments...]
{
	local by=() name line status='' count=0 planned=none

	if [ "$1" = --by ]; then
		read -rd "" -a by <<<"$2"
		shift 2
	fi
	name=$1
	shift
	while IFS= read -r line; do
		case $line in
		'ok '*)		count=$((count + 1))
				program_result pass "$name" "${line#ok }" ;;
		'not ok '*)	count=$((count + 1))
				program_result fail "$name" "${line#not ok }" ;;
		1..*)		planned=${line#1..} ;;
		'exit '*)	status=${line#exit } ;;
		*)		diag "${line#\# }" ;;
		esac
	done < <("${by[@]}" "$programs/$name" "$@" 2>&1 </dev/null; echo "exit $?")
	if [ "$status" -gt 1 ] || [ "$count" != "$planned" ]; then
		fail "$name${*:+ $*} runs to its end" \
			"status $status, $count results, planned $planned"
	fi
}

program_result()	# pass|fail program "number name"
{
	"$1" "$2: ${3#* }"
}
