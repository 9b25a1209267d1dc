# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # logs is set by run.sh

# Runs one test file on this machine.
host_run()	# file
{
	local status=0 start=$SECONDS log

	log=$logs/host/$(basename "$1" .sh).log
	mkdir -p "$logs/host"
	timeout --kill-after=10 "$(test_timeout "$1")" "./$1" \
		</dev/null >"$log" 2>&1 &
	wait $! || status=$?
	report "host/$(basename "$1" .sh)" "$status" $((SECONDS - start)) "$log"
}

hosts_run()	# files...
{
	local f

	trap 'kill $(jobs -p) 2>/dev/null || :' EXIT
	for f; do
		host_run "$f"
	done
}
