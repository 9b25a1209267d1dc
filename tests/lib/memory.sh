# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory that the kernel keeps to itself, in KiB: whatever is neither free nor
# that of programs, files and caches that can be dropped. Slabs, per-CPU areas,
# vmalloc() and pages of nobody's count are all in it.

# To be called before memory_kept: gives back what waits.
memory_settle()
{
	sync
	# What kvfree_rcu() collects is given back after five seconds.
	sleep 6
	echo 3 >/proc/sys/vm/drop_caches
}

memory_kept()
{
	awk '$1 == "MemTotal:" { n += $2 }
	     $1 ~ /^(MemFree|Buffers|Cached|AnonPages|SReclaimable|KernelStack|PageTables):$/ {
		n -= $2
	     }
	     # Free pages at hand for one CPU are not in MemFree.
	     $1 == "count:" { n -= 4 * $2 }
	     END { print n }' /proc/meminfo /proc/zoneinfo
}

# Address ranges that our modules have taken: one for the results of each flow,
# one for each ring.
memory_areas()
{
	grep -c '\[mapi' /proc/vmallocinfo
}

memory_diag()
{
	diag "$(grep -E '^(MemFree|SUnreclaim|Percpu|VmallocUsed):' /proc/meminfo)"
}
