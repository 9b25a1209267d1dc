# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# How long a function of the kernel takes each time, by its function graph tracer.
# Only this function is traced: without a filter the tracer rewrites the beginning of
# each function there is, and all of them are slow until it ends.

tracing=/sys/kernel/tracing

# False if the kernel cannot trace it.
tracing_begin()	# function
{
	[ -d "$tracing/events" ] || mount -t tracefs tracefs "$tracing"
	grep -qw function_graph "$tracing/available_tracers" &&
	echo "$1" >"$tracing/set_ftrace_filter" &&
	echo function_graph >"$tracing/current_tracer"
}

# Prints what it took, sorted, in microseconds; traces no more.
tracing_end()	# function
{
	sed -n 's/.*) *\(. \)\? *\([0-9.]*\) us .*'"$1"'.*/\2/p' "$tracing/trace" | sort -n
	echo nop >"$tracing/current_tracer"
	echo >"$tracing/set_ftrace_filter"
}
