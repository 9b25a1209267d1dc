// SPDX-License-Identifier: GPL-2.0
/*
 * BURST: a histogram of bursts by their size, and of what is between them.
 *
 * A link has one burst at a time, whichever queues and CPUs its packets come on. So
 * the running burst is a state that packets hand on. A burst that has ended is added
 * up on the CPU of the packet that ended it.
 */
#include <linux/math64.h>
#include <mapi/fhelp.h>
#include <mapi/relay.h>

/**
 * DOC: BURST (int min, int max, int step, int iatime, int lag, int lead, int link_speed)
 *
 * Sorts bursts of packets by how many bytes they have.
 *
 * A packet takes its bytes on the wire at @link_speed (Mbit/s): it ends that long after its
 * time of arrival, to the nearest nanosecond. The next one belongs to the same burst if
 * it arrives from @iatime - @lead to @iatime + @lag nanoseconds after that end, both
 * included. If it arrives earlier or later the burst is over, and the packet is the first
 * of another; a burst has at least one.
 *
 * Bytes are those that BYTE_COUNTER counts, from the link-layer header on: @iatime is to
 * have room for all that is between two packets. On Ethernet that is the checksum, the
 * least gap and the preamble, 24 bytes: 192 ns at 1 Gbit/s.
 *
 * Slot 0 is for bursts of less than @min bytes, slot k for those of less than
 * @min + k * @step, and the last for all that are larger. There are (@max - @min) / @step + 2,
 * rounded down.
 *
 * The gap behind a burst, from its end to the next packet, counts in the slot of the
 * burst: in gap_bytes as the bytes that the link could have carried meanwhile, rounded
 * down, and as one in gaps, unless that packet arrived at that end or earlier.
 *
 * Packets are in the order in which they come through the flow. So of two that arrive on
 * several CPUs at the same time the earlier one may be the second; a @lead of some
 * microseconds keeps them in one burst.
 *
 * Result: burst_category_t of <mapi/stdflib.h> for each slot: bytes, packets, bursts,
 * gap_bytes and gaps, all of 64 bits. A burst is in there once it is over, not as long as
 * it runs, which ends with a packet only; so one that runs while there is a reset counts
 * after it. Who reads while one ends may find it in some numbers and not yet in others.
 *
 * Errors: 7001 to 7005 and 7011 for the first six, and 7000 for @link_speed: what is
 * negative, a @max not greater than @min, a @step or @link_speed of 0, and a @step that
 * makes more than 65,536 slots.
 *
 * Cost: 378 instructions alone, with the time of the packet, which is read once for all
 * functions; 120 behind one that has asked for it; 47 more if a burst is over. All CPUs
 * write to one cache line, and read what another wrote; of two at the same time, one does
 * it again.
 *
 * Truncated packets: have the size that they had on the wire.
 */

enum {
	ARG_LEAST = 1,
	ARG_GREATEST,
	ARG_STEP,
	ARG_IATIME,
	ARG_LAG,
	ARG_LEAD,
	ARG_SPEED,
};

/* What the result has for each slot. */
enum {
	BYTES,
	PACKETS,
	BURSTS,
	GAP_BYTES,
	GAPS,
	WORDS,
};

#define SLOTS_MAX	65536
#define BYTE_NS		8000	/* that a byte takes at 1 Mbit/s */

/**
 * struct running - the burst that there is
 * @packets: of it, 0: none has come yet
 * @bytes: of these
 * @end: of the last, in ns since 1970
 */
struct running {
	u64 packets;
	u64 bytes;
	u64 end;
};

/**
 * struct burst - what a burst is, and which there is
 * @min: bytes that are not in slot 0
 * @step: bytes from one slot to the next
 * @last: number of the last slot
 * @speed: of the link, in Mbit/s
 * @earliest: how long after the end of a packet the next one of the same burst
 *	arrives, in ns
 * @latest: or no later than that
 * @relay: of &struct running
 */
struct burst {
	u32 min;
	u32 step;
	u32 last;
	u32 speed;
	s64 earliest;
	s64 latest;
	struct mapi_relay relay;
};

static u64 ns_of(const struct burst *b, u32 bytes)
{
	return div_u64((u64)bytes * BYTE_NS + b->speed / 2, b->speed);
}

/* Exact, and if it is more than a word holds, still so to its width. */
static u64 bytes_in(const struct burst *b, u64 ns)
{
	u32 rest;
	u64 n = div_u64_rem(ns, BYTE_NS, &rest);

	return n * b->speed + div_u64((u64)rest * b->speed, BYTE_NS);
}

static u32 slot_of(const struct burst *b, u64 bytes)
{
	if (bytes < b->min)
		return 0;
	return min_t(u64, div_u64(bytes - b->min, b->step) + 1, b->last);
}

/* Does a packet that arrives so long after the end belong to the burst? */
static bool goes_on(const struct burst *b, const struct running *r, s64 after)
{
	return r->packets && after >= b->earliest && after <= b->latest;
}

static void over(const struct mapi_inst *inst, u32 cpu, const struct running *r,
		 s64 gap)
{
	const struct burst *b = inst->priv;
	u64 *words = mapi_result(inst, cpu) + slot_of(b, r->bytes) * WORDS;

	mapi_add(&words[BYTES], r->bytes);
	mapi_add(&words[PACKETS], r->packets);
	mapi_add(&words[BURSTS], 1);
	if (gap <= 0)
		return;
	mapi_add(&words[GAP_BYTES], bytes_in(b, gap));
	mapi_add(&words[GAPS], 1);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct burst *b = inst->priv;
	u64 now = mapi_pkt_ts(pkt), end = now + ns_of(b, pkt->wirelen), at;
	struct running was, is;
	s64 after;
	bool same;

	do {
		at = mapi_relay_look(&b->relay, &was, sizeof(was));
		after = now - was.end;
		same = goes_on(b, &was, after);
		is.packets = 1 + (same ? was.packets : 0);
		is.bytes = pkt->wirelen + (same ? was.bytes : 0);
		is.end = end;
	} while (!mapi_relay_pass(&b->relay, pkt->cpu, at, &is, sizeof(is)));
	if (!same && was.packets)
		over(inst, pkt->cpu, &was, after);
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	s64 least = mapi_num(inst, ARG_LEAST);
	s64 greatest = mapi_num(inst, ARG_GREATEST);
	s64 iatime = mapi_num(inst, ARG_IATIME);
	struct burst *b = inst->priv;
	u32 slots;

	if (greatest <= least)
		return mapi_bad_arg(inst, ARG_GREATEST, -ERANGE,
				    "not greater than the least size");
	b->min = least;
	b->step = mapi_num(inst, ARG_STEP);
	b->speed = mapi_num(inst, ARG_SPEED);
	b->earliest = iatime - mapi_num(inst, ARG_LEAD);
	b->latest = iatime + mapi_num(inst, ARG_LAG);
	slots = (u32)(greatest - least) / b->step + 2;
	if (slots > SLOTS_MAX)
		return mapi_bad_arg(inst, ARG_STEP, -ERANGE,
				    "makes %u slots, of at most %u", slots,
				    SLOTS_MAX);
	b->last = slots - 1;
	inst->result_size = slots * WORDS * sizeof(u64);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct burst *b = inst->priv;

	return mapi_relay_init(&b->relay, inst, sizeof(struct running));
}

static void cleanup(struct mapi_inst *inst)
{
	struct burst *b = inst->priv;

	mapi_relay_free(&b->relay, inst);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("min", 0, S32_MAX),
	MAPI_ARG_INT("max", 0, S32_MAX),
	MAPI_ARG_INT("step", 1, S32_MAX),
	MAPI_ARG_INT("iatime", 0, S32_MAX),
	MAPI_ARG_INT("lag", 0, S32_MAX),
	MAPI_ARG_INT("lead", 0, S32_MAX),
	MAPI_ARG_INT("link_speed", 1, S32_MAX),
};

static struct mapi_func burst = {
	.name		= "BURST",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Histogram of bursts by their bytes, from min to max in slots of step; times in ns, speed in Mbit/s",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SUM,
	.priv_size	= sizeof(struct burst),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(burst, BURST);

MODULE_DESCRIPTION("MAPI function BURST");
MODULE_LICENSE("GPL");
