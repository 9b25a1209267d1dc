#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reading results costs no system call; reading packets is neither late nor for
# ever.
#
# timeout: 900
set -u
# shellcheck source=tests/ktap.sh
. tests/ktap.sh
# shellcheck source=tests/lib/program.sh
. tests/lib/program.sh
# shellcheck source=tests/lib/pair.sh
. tests/lib/pair.sh
own_network "$0"

# The system calls between the first and the second getppid(), the third and
# the fourth, and so on.
between_marks()	# trace
{
	awk '/getppid\(/ { marks++; next } marks % 2 { print } END { print marks " marks" }' "$1"
}

pair_up
dir=$(mktemp -d)

ktap_begin
clock=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)
if [ "$clock" = tsc ] || [ "$clock" = kvm-clock ]; then
	program --by "strace -f -o $dir/trace" reader_free v0 v1
	is "no system call between the marks" "$(between_marks "$dir/trace")" "6 marks"
else
	skip "no system call between the marks" \
		"with the clock $clock the time of day takes one"
fi
program reader_wakeup v0 v1
program reader_gone "$programs/../user/mapictl"
is "nothing is left" "$("$programs/nl_account" 0 idle)" "0 0"
rm -r "$dir"
ktap_end
