/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One packet in so many, whatever is in it: so the core can tell without a look
 * at the packet, and need not lay it out unless its turn has come.
 */
#ifndef _MAPI_SAMPLER_H
#define _MAPI_SAMPLER_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/math64.h>

/**
 * struct mapi_sampler - a period, of all packets on whatever CPU
 * @left: packets to the next turn, which is at 0. Below, on other CPUs, until
 *	whoever had the turn has added the period
 * @period: packets from one turn to the next
 *
 * With a cache line of its own: all CPUs write it, and others must not suffer.
 */
struct mapi_sampler {
	atomic64_t left;
	u32 period;
} ____cacheline_aligned_in_smp;

static inline void mapi_sampler_init(struct mapi_sampler *s, u32 period)
{
	atomic64_set(&s->left, period);
	s->period = period;
}

/* mapi_sampler_turn - count one more packet. Return: it is its turn */
static inline bool mapi_sampler_turn(struct mapi_sampler *s)
{
	s64 left = atomic64_dec_return(&s->left);
	u32 rest;

	if (likely(left > 0))
		return false;
	/* Every one in a period has the turn, and each adds one period. */
	div_u64_rem(-left, s->period, &rest);
	if (rest)
		return false;
	atomic64_add(s->period, &s->left);
	return true;
}

#endif /* _MAPI_SAMPLER_H */
