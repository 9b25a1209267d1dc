/* SPDX-License-Identifier: MIT */
/*
 * Reading what the kernel may be writing. A writer makes a sequence number odd,
 * writes, and makes it even again; a reader whose number was even and has not
 * changed in between saw all of the writing or nothing of it.
 */
#ifndef MAPI_SEQ_H
#define MAPI_SEQ_H

#include <sched.h>
#include <stdbool.h>
#include <linux/types.h>

static inline __u64 mapi_load(const __u64 *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* The acquire keeps the reads that follow behind the number's. */
static inline __u32 mapi_seq_begin(const __u32 *seq)
{
	unsigned int tries = 0;
	__u32 now;

	while ((now = __atomic_load_n(seq, __ATOMIC_ACQUIRE)) & 1)
		if (++tries % 1024 == 0)
			sched_yield();
	return now;
}

/* The fence keeps the reads before it in front of the number's. */
static inline bool mapi_seq_retry(const __u32 *seq, __u32 begin)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(seq, __ATOMIC_RELAXED) != begin;
}

#endif
