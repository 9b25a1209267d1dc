// SPDX-License-Identifier: GPL-2.0
/*
 * GAP: the time between the last packet and the one before it.
 *
 * Packets of all CPUs are one sequence here, so all write to one place, as few
 * functions have to. It only goes forward: of two packets that
 * arrived so close together that the later one is through first, the other has a
 * gap of 0, and the gaps add up to the time from first to last packet. If a packet
 * is older by a second, a clock was set, and the sequence goes on from there.
 */
#include <linux/cache.h>
#include <mapi/fhelp.h>

/**
 * DOC: GAP ()
 *
 * Tells how long after the one before it the last packet arrived.
 *
 * Gaps add up to the time from first to last packet: of packets that arrive on several
 * CPUs at the same time, or that a trace has in a wrong order, one that is older than
 * the latest before it has a gap of 0. So has one that is older by more than a second,
 * as when a clock was set, and what follows counts from there.
 *
 * Result: a 64-bit number, in units of 2^-32 s; 0 for the first packet, and after a
 * reset until the next.
 *
 * Errors: 7000 for any argument.
 *
 * Cost: 383 instructions alone, with the time of the packet, which is read once for all
 * functions; 75 behind one that has asked for it. All CPUs write to one cache line.
 *
 * Truncated packets: are like others.
 */

/**
 * struct gap - where the sequence is
 * @latest: when the latest packet so far came, as in 32.32 seconds; 0: none came
 */
struct gap {
	u64 latest ____cacheline_aligned_in_smp;
};

#define SECOND	(1ULL << 32)

static bool goes_on(u64 latest, u64 now)
{
	return now > latest || latest - now > SECOND;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct gap *g = inst->priv;
	u64 now = mapi_ts_from_ns(mapi_pkt_ts(pkt));
	u64 latest = READ_ONCE(g->latest);

	while (goes_on(latest, now) && !try_cmpxchg(&g->latest, &latest, now))
		;
	mapi_result_last(inst, pkt, latest && now > latest ? now - latest : 0);
	return MAPI_PASS;
}

static struct mapi_func gap = {
	.name		= "GAP",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Time between the last packet and the one before it, in units of 2^-32 s",
	.result_type	= MAPI_RESULT_LAST,
	.result_size	= sizeof(u64),
	.priv_size	= sizeof(struct gap),
	.process	= process,
};
module_mapi_func(gap, GAP);

MODULE_DESCRIPTION("MAPI function GAP");
MODULE_LICENSE("GPL");
