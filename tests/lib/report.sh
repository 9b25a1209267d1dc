# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# From what the test files say to one KTAP stream and its totals. Several
# kernels report at the same time: each file's block is written in one piece.

report_begin()
{
	rm -rf "${logs:?}"
	mkdir -p "$logs"
	: >"$logs/totals"
	echo "KTAP version 1"
}

# One test file is done. What it said is in LOG, without its kernel's news.
report()	# name status seconds log
{
	{
		flock 8
		report_block "$@"
	} 8>>"$logs/totals"
}

report_block()
{
	local name=$1 status=$2 seconds=$3 log=$4
	local number passed failed skipped planned why='' line

	passed=$(grep -cE '^ok ' "$log" || :)
	failed=$(grep -cE '^not ok ' "$log" || :)
	skipped=$(grep -cE '^ok .*# SKIP' "$log" || :)
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$log" | tail -n 1)
	number=$(($(wc -l <"$logs/totals") + 1))

	case $status in
	0 | 1)	[ "$((passed + failed))" = "${planned:-none}" ] ||
			why="$((passed + failed)) results, planned ${planned:-none}" ;;
	77)	skipped=$((skipped + 1)) passed=$((passed + 1)) ;;
	94)	why="the plan did not do what flows alone would have" ;;
	95)	why="the emulator stumbled, again and again" ;;
	96)	why="clean after: modules cannot be removed" ;;
	97)	why="the guest could not be started" ;;
	98)	why="the guest died" ;;
	99)	why="the kernel complained" ;;
	124 | 137) why="took too long" ;;
	*)	why="stopped with status $status" ;;
	esac
	[ "$status" != 1 ] || [ "$failed" != 0 ] || why=${why:-"status 1 for no reason given"}
	[ -z "$why" ] || failed=$((failed + 1))
	passed=$((passed - skipped))

	echo "  # Subtest: $name"
	while IFS= read -r line; do
		case $line in
		'') ;;
		'ok '* | 'not ok '* | '#'* | 'KTAP version'* | 1..* | ' '*)
			echo "  $line" ;;
		*)	echo "  # $line" ;;
		esac
	done <"$log"
	[ -z "$why" ] || echo "  not ok $((passed + skipped + failed)) $why"
	echo "  # took $seconds s"
	if [ "$failed" != 0 ]; then
		echo "not ok $number $name"
	elif [ "$status" = 77 ]; then
		echo "ok $number $name # SKIP $(sed -n 's/^1\.\.0 # SKIP *//p' "$log" | head -n 1)"
	else
		echo "ok $number $name"
	fi
	echo "$passed $failed $skipped $name" >&8
}

# Prints the totals; the exit status is the verdict.
report_end()
{
	local p f s name passed=0 failed=0 skipped=0 files=0

	while read -r p f s name; do
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
		files=$((files + 1))
		[ "$f" = 0 ] || echo "# failed: $name"
	done <"$logs/totals"
	echo "1..$files"
	echo "# logs are in $logs"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# Seconds a test may take, from its own comment.
test_timeout()	# file
{
	local s

	s=$(sed -n 's/^# timeout: *\([0-9]*\).*/\1/p' "$1" | head -n 1)
	echo $((${s:-300} * ${SLOW:-1}))
}
