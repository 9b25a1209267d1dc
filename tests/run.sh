#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests: tests/host/*.sh once on this machine, tests/guest/*.sh in a
# guest of each kernel. Prints KTAP, one block of subtests per file, and as the
# last line the totals. What each file said and the guests' consoles are left
# in build/check.
#
#   KERNELS	the kernels ("6.1 6.12"); scripts/vm --help has the others
#   TESTS	only files whose path contains this pattern
#   LIST	a file with a line for each kernel that is to run some tests only, as
#		"debug: faults lifecycle"; by default, and on others, all are run
#   JOBS	guests that run at the same time (2); the tests of this machine are one
#   SLOW	factor on the time a test may take (1), for a busy machine; on the
#		debug kernel it is four times that
#
# A guest test may say, in comments of its own:
#
#   # vm: --smp 1 --mem 2G	options of scripts/vm; it gets its own guest
#   # timeout: 600		seconds it may take (300)
#   # shadow: 0		packets are not checked (see tests/lib/in_guest.sh)
#   # not on uml: REASON	it makes no sense on that kernel, and counts as skipped
#
# A file named solo_* gets its own guest, too.
set -eu
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL

KERNELS=${KERNELS:-6.1 6.12}
TESTS=${TESTS:-}
LIST=${LIST:-}
JOBS=${JOBS:-2}

top=$PWD
logs=$top/${BUILD:-build}/check
case ${BUILD:-} in /*) logs=$BUILD/check ;; esac

# shellcheck source=tests/lib/report.sh
. tests/lib/report.sh
# shellcheck source=tests/lib/host.sh
. tests/lib/host.sh
# shellcheck source=tests/lib/guests.sh
. tests/lib/guests.sh

chosen()	# files...
{
	local f

	for f; do
		# The pattern is meant to be one.
		# shellcheck disable=SC2053
		if [ -x "$f" ] && [[ $f == *$TESTS* ]]; then
			echo "$f"
		fi
	done
}

# A test that is not executable would never be run, and nobody would notice.
for f in tests/host/*.sh tests/guest/*.sh; do
	if [ -e "$f" ] && [ ! -x "$f" ]; then
		echo "run.sh: not executable: $f" >&2
		exit 1
	fi
done

if [ -n "$LIST" ] && [ ! -r "$LIST" ]; then
	echo "run.sh: no list $LIST" >&2
	exit 1
fi

mapfile -t host < <(chosen tests/host/*.sh)
mapfile -t guest < <(chosen tests/guest/*.sh)

trap 'kill $(jobs -p) 2>/dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs that in the background, as soon as fewer than JOBS others do.
job()	# command arguments...
{
	while [ "$(jobs -pr | wc -l)" -ge "$JOBS" ]; do
		wait -n || :
	done
	"$@" &
}

report_begin
job hosts_run ${host[@]+"${host[@]}"}
[ ${#guest[@]} = 0 ] || for kernel in $KERNELS; do
	guests_start "$kernel" "${guest[@]}"
done
wait
report_end
