# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# How long a function of the kernel takes each time, by its function graph tracer.

tracing=/sys/kernel/tracing

# False if the kernel cannot trace it.
tracing_begin()	# function
{
	[ -d "$tracing/events" ] || mount -t tracefs tracefs "$tracing"
	grep -qw function_graph "$tracing/available_tracers" &&
	echo "$1" >"$tracing/set_graph_function" &&
	echo 1 >"$tracing/max_graph_depth" &&
	echo function_graph >"$tracing/current_tracer"
}

# Prints what it took, sorted, in microseconds; traces no more.
tracing_end()	# function
{
	sed -n 's/.*) *\(. \)\? *\([0-9.]*\) us .*'"$1"'.*/\2/p' "$tracing/trace" | sort -n
	echo nop >"$tracing/current_tracer"
	echo >"$tracing/set_graph_function"
}
