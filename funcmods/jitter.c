// SPDX-License-Identifier: GPL-2.0
/*
 * JITTER: how much the time between two packets varies.
 *
 * Packets of all CPUs are one sequence, as in GAP, and what each makes of the one
 * before it can neither be added up later nor told by one word. So it is a state
 * that packets hand on, and the result is the latest of those, whichever CPU made it.
 */
#include <linux/minmax.h>
#include <mapi/fhelp.h>
#include <mapi/relay.h>

/**
 * DOC: JITTER ()
 *
 * Tells how much the time from one packet to the next varies.
 *
 * It is about D, the difference between two consecutive values of GAP, in whose order
 * packets are; the first of these is that between the first two packets. What the
 * standards compare are such gaps and those between the sender's time stamps, which we
 * do not know: the sender is taken to send at equal intervals.
 *
 * Jitter is as in RFC 3550, 6.4.1: J += (|D| - J) / 16, with the integers of its A.8. Delay
 * variation is as in RFC 3393, of each packet and the one in front of it: the last |D|, and
 * their number, the sum of |D|, the least and the greatest D.
 *
 * MAPI had no such function, so a program writes its name in quotation marks.
 *
 * When a clock is set, gaps are as GAP has them; one of more than four years counts as that.
 *
 * Result: jitter_t of <mapi/stdflib.h>, six 64-bit numbers: how many D there were, J rounded
 * down, the last |D|, the sum of all |D|, and the least and the greatest D, which have a
 * sign. All but the first are in units of 2^-32 s, also for programs, and all are of
 * the same moment. 0 before the third packet, and until the third after a reset.
 *
 * Errors: 7000 for any argument.
 *
 * Cost: 466 instructions alone, with the time of the packet, which is read once for all
 * functions; 208 behind one that has asked for it. All CPUs write to one cache line, and
 * read what another wrote; of two at the same time, one does it again.
 *
 * Truncated packets: are like others.
 */

/* The result. */
enum {
	COUNT,
	JITTER,
	LAST,
	SUM,
	MIN,
	MAX,
	WORDS,
};

#define SECOND		(1ULL << 32)
#define GAP_MAX		((1ULL << 59) - 1)	/* 16 of them fit */

/**
 * struct state - where the sequence is; times in 32.32 seconds
 * @packets: so far
 * @latest: when the latest packet came
 * @gap: between the last two
 * @scaled: 16 times the jitter
 * @last: last difference between two gaps, without its sign
 * @sum: of them
 * @min: the least, with its sign
 * @max: the greatest
 */
struct state {
	u64 packets;
	u64 latest;
	u64 gap;
	u64 scaled;
	u64 last;
	u64 sum;
	s64 min;
	s64 max;
};

/**
 * struct jitter - the sequence
 * @relay: of &struct state
 */
struct jitter {
	struct mapi_relay relay;
};

/* Packets of which the third gives the first difference. */
#define FIRST		2

static void differ(struct state *s, s64 by)
{
	bool first = s->packets == FIRST;

	s->last = abs(by);
	s->sum += s->last;
	s->scaled += s->last - ((s->scaled + 8) >> 4);
	s->min = first ? by : min(s->min, by);
	s->max = first ? by : max(s->max, by);
}

/* One more packet; see GAP. */
static void come(struct state *s, u64 now)
{
	u64 gap = 0;

	if (s->packets && now > s->latest)
		gap = min(now - s->latest, GAP_MAX);
	if (!s->packets || now > s->latest || s->latest - now > SECOND)
		s->latest = now;
	if (s->packets >= FIRST)
		differ(s, gap - s->gap);
	s->gap = gap;
	s->packets++;
}

static void tell(const struct mapi_inst *inst, u32 cpu, u64 at,
		 const struct state *s)
{
	struct mapi_slot *slot = mapi_slot(inst, cpu);
	u64 *words = mapi_result(inst, cpu);

	mapi_result_begin(slot);
	WRITE_ONCE(slot->last, at);
	WRITE_ONCE(words[COUNT], s->packets - min_t(u64, s->packets, FIRST));
	WRITE_ONCE(words[JITTER], s->scaled >> 4);
	WRITE_ONCE(words[LAST], s->last);
	WRITE_ONCE(words[SUM], s->sum);
	WRITE_ONCE(words[MIN], s->min);
	WRITE_ONCE(words[MAX], s->max);
	mapi_result_end(slot);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct jitter *j = inst->priv;
	u64 now = mapi_ts_from_ns(mapi_pkt_ts(pkt)), at;
	struct state s;

	do {
		at = mapi_relay_look(&j->relay, &s, sizeof(s));
		come(&s, now);
		at = mapi_relay_pass(&j->relay, pkt->cpu, at, &s, sizeof(s));
	} while (!at);
	tell(inst, pkt->cpu, at, &s);
	return MAPI_PASS;
}

/* What was made before, but is told only now, is no greater than the base. */
static int reset(struct mapi_inst *inst)
{
	struct jitter *j = inst->priv;

	WRITE_ONCE(mapi_slot(inst, nr_cpu_ids)->last,
		   mapi_relay_restart(&j->relay));
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct jitter *j = inst->priv;

	return mapi_relay_init(&j->relay, inst, sizeof(struct state));
}

static void cleanup(struct mapi_inst *inst)
{
	struct jitter *j = inst->priv;

	mapi_relay_free(&j->relay, inst);
}

static struct mapi_func jitter = {
	.name		= "JITTER",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "How much the time between two packets varies: RFC 3550's jitter and RFC 3393's delay variation, in units of 2^-32 s",
	.result_type	= MAPI_RESULT_LAST,
	.result_size	= WORDS * sizeof(u64),
	.priv_size	= sizeof(struct jitter),
	.init		= init,
	.process	= process,
	.reset		= reset,
	.cleanup	= cleanup,
};
module_mapi_func(jitter, JITTER);

MODULE_DESCRIPTION("MAPI function JITTER");
MODULE_LICENSE("GPL");
