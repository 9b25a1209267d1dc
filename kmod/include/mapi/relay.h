/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A state that the packets of all CPUs change one after the other, each what the
 * one before it has left. There is no lock: a packet makes the next state beside
 * the one that there is, and then puts it in its place. If that is gone by then, a
 * packet on another CPU was faster, and it looks again.
 *
 *	do {
 *		at = mapi_relay_look(relay, &state, sizeof(state));
 *		...	what the packet makes of it
 *		at = mapi_relay_pass(relay, pkt->cpu, at, &state, sizeof(state));
 *	} while (!at);
 *
 * All CPUs write to one cache line, and read what the others wrote. So this is for
 * functions that cannot do with a state for each CPU.
 */
#ifndef _MAPI_RELAY_H
#define _MAPI_RELAY_H

#include <linux/cache.h>
#include <mapi/func.h>

/**
 * struct mapi_relay - the state, and those that CPUs are about to make of it
 * @states: two for each CPU, one of which is not that at @at, so that it may write
 *	there; behind them one that stays zero
 * @stride: bytes from one to the next
 * @shift: bits of @at that tell which of @states it is
 * @at: the state that there is, and in front of that how many have been, so that it
 *	is never the same again
 *
 * What a CPU reads may be written anew meanwhile, but then @at is another, and
 * what was made of it gets nowhere.
 */
struct mapi_relay {
	u8 *states;
	u32 stride;
	u32 shift;
	u64 at ____cacheline_aligned_in_smp;
};

int mapi_relay_init(struct mapi_relay *relay, struct mapi_inst *inst, u32 size);
void mapi_relay_free(struct mapi_relay *relay, struct mapi_inst *inst);
u64 mapi_relay_restart(struct mapi_relay *relay);

static inline u32 mapi_relay_which(const struct mapi_relay *relay, u64 at)
{
	return at & (BIT_ULL(relay->shift) - 1);
}

static inline u64 mapi_relay_next(const struct mapi_relay *relay, u64 at, u32 which)
{
	return ((at >> relay->shift) + 1) << relay->shift | which;
}

/**
 * mapi_relay_look - the state as it is
 * @relay: where
 * @state: filled in. If it changes meanwhile it is nonsense, and
 *	mapi_relay_pass() fails
 * @size: of it
 *
 * Return: for mapi_relay_pass(). Context: process().
 */
static inline u64 mapi_relay_look(const struct mapi_relay *relay, void *state,
				  u32 size)
{
	/* acquire: pairs with mapi_relay_pass(), it was written before */
	u64 at = smp_load_acquire(&relay->at);

	data_race(memcpy(state, relay->states +
			 mapi_relay_which(relay, at) * relay->stride, size));
	return at;
}

/**
 * mapi_relay_pass - what a packet has made of the state
 * @relay: where
 * @cpu: this CPU
 * @at: what mapi_relay_look() said
 * @state: the next state
 * @size: of it
 *
 * Return: a number that is greater than for all states before, or 0 if there is
 * another state than at that look. Context: process().
 */
static inline u64 mapi_relay_pass(struct mapi_relay *relay, u32 cpu, u64 at,
				  const void *state, u32 size)
{
	u32 which = 2 * cpu + (mapi_relay_which(relay, at) == 2 * cpu);
	u64 next = mapi_relay_next(relay, at, which);

	memcpy(relay->states + which * relay->stride, state, size);
	return try_cmpxchg(&relay->at, &at, next) ? next : 0;
}

#endif /* _MAPI_RELAY_H */
