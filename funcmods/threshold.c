// SPDX-License-Identifier: GPL-2.0
/*
 * THRESHOLD: says when the result of another function crosses a bound.
 *
 * With a look at each packet, what one packet is compared with is what another has
 * left, on whatever CPU, and so is how many hits there were. So that is a state in a
 * relay. With looks at periods there is a single worker, and no relay.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <mapi/buffer.h>
#include <mapi/fhelp.h>
#include <mapi/period.h>
#include <mapi/relay.h>

/**
 * DOC: THRESHOLD (int type, flow flow, function function, int reserved, long threshold, int bound, int timeout, int divider, int count | int size = 65536)
 *
 * Compares the result of another function, which is one number, with @threshold, and
 * tells a reader of each hit, which is a look at which @bound holds.
 *
 * The @type says how many of the number's low bits there are to compare, as a number
 * without a sign: TR_CHAR (0) 8, TR_INT (1) 32, TR_ULL (2) 64. Added to it may be:
 *
 * - TR_POLL: (64) look at the end of each @timeout microseconds, at least 1000, also
 *   when no packets come; else there is a look at each packet
 * - TR_MW: (128) with TR_POLL, and one of the last three bounds: compare with the look
 *   @divider looks ago, 1 to 65536, so that a window of that many periods moves along
 *
 * What holds at a hit, by @bound:
 *
 * - EQUAL: (0) the number is @threshold
 * - GT: (1) it is greater
 * - LT: (2) it is less
 * - EQUAL_D: (4) the number less that at the look before is @threshold
 * - GT_D: (8) it is greater
 * - LT_D: (16) it is less
 *
 * Differences, and @threshold with them, have a sign: a number that has become less by 5
 * differs by -5. The first look has none before it at packets; at periods that is what the
 * number was when the flow was connected.
 *
 * After @count hits there are no more; 0: no limit. With a look at each packet it passes
 * packets up to and with that of the last hit, and stops those that follow. At periods
 * all packets pass. A reset sets the number of hits to 0, and not what is left of @count.
 *
 * @reserved is there since MAPI has it; any number will do. @timeout without TR_POLL and
 * @divider without TR_MW mean nothing.
 *
 * The other function is as for STATS, and so is the limit of periods a second. If it cannot
 * be looked at in time, there is one look for all periods that have passed.
 *
 * Hits are kept in a ring of @size bytes for each CPU, those of periods all in one. It is
 * a power of two from 4096 to 33554432; a hit takes 56 of them. When it is full, further
 * ones are counted, but not kept, and counted as %MAPI_LOST_RING_FULL, too.
 *
 * Result: struct threshold_data of <mapi/stdflib.h>: the oldest hit that was not read yet:
 * when, in seconds since 1970 in the high 32 bits and a binary fraction in the low 32; the
 * number; and what it was compared with, or else was, at the look before, 0 if there was
 * none. mapi_read_results(3) waits for it, as mapi_get_next_pkt(3) does, and gives NULL
 * when the flow has ended and all are read; poll(2) says whether there is one. In the
 * kernel the result is the number of hits.
 *
 * Errors: 7001 for an unknown @type, TR_MW without TR_POLL or with the first three bounds;
 * 7002 if there is no such function, or its result is not one number; 7005 for a
 * @threshold that no number of @type is; 7011 for an unknown @bound; 7000 for any other.
 *
 * Cost: 584 instructions, with the counter that it looks at. With a look at each packet
 * all CPUs write to one cache line, and read what another wrote.
 *
 * Truncated packets: are like others.
 */

#define ARG_TYPE	1
#define ARG_FUNC	3
#define ARG_THRESHOLD	5
#define ARG_BOUND	6
#define ARG_TIMEOUT	7
#define ARG_DIVIDER	8
#define ARG_COUNT	9
#define ARG_SIZE	10

#define TR_CHAR		0
#define TR_INT		1
#define TR_ULL		2
#define TR_POLL		64
#define TR_MW		128

#define EQUAL		0
#define GT		1
#define LT		2
#define EQUAL_D		4
#define GT_D		8
#define LT_D		16

#define WINDOW_MAX	65536
#define SIZE_MIN	4096
#define SIZE_DEFAULT	65536

struct hit {
	u64 ts;
	u64 value;
	u64 before;
};

#define REC_LEN		MAPI_BUFFER_LEN(sizeof(struct hit))

/**
 * struct state - what a look leaves for the next
 * @looks: so far
 * @value: what was seen at the last
 * @hits: so far
 */
struct state {
	u64 looks;
	u64 value;
	u64 hits;
};

/**
 * struct threshold - the terms, and how far it is
 * @buffer: the rings
 * @period: of looks, with TR_POLL
 * @relay: of &struct state, without
 * @state: with TR_POLL; only the worker uses it
 * @window: the values of the last looks, with TR_POLL, that of look n at n - 1 modulo
 *	@width
 * @width: how many
 * @mask: bits that are compared
 * @threshold: with what
 * @bound: and how
 * @poll: TR_POLL
 */
struct threshold {
	struct mapi_buffer buffer;
	struct mapi_period period;
	struct mapi_relay relay;
	struct state state;
	u64 *window;
	u32 width;
	u64 mask;
	u64 threshold;
	u32 bound;
	bool poll;
};

static bool holds(const struct threshold *t, u64 value, u64 before)
{
	s64 by = value - before;

	switch (t->bound) {
	case EQUAL:
		return value == t->threshold;
	case GT:
		return value > t->threshold;
	case LT:
		return value < t->threshold;
	case EQUAL_D:
		return by == (s64)t->threshold;
	case GT_D:
		return by > (s64)t->threshold;
	default:
		return by < (s64)t->threshold;
	}
}

static bool is_difference(u32 bound)
{
	return bound >= EQUAL_D;
}

static bool is_over(const struct mapi_inst *inst, const struct state *s)
{
	u64 count = mapi_num(inst, ARG_COUNT);

	return count && s->hits >= count;
}

static u64 value_of(const struct mapi_inst *inst, const struct mapi_pkt *pkt)
{
	const struct threshold *t = inst->priv;

	return mapi_ref_value(inst, mapi_ref(inst, ARG_FUNC), pkt) & t->mask;
}

/* The only producer of that ring: this CPU with bottom halves off, or passed(). */
static void put(struct mapi_inst *inst, u32 cpu, const struct hit *hit)
{
	struct threshold *t = inst->priv;
	enum mapi_loss why;

	mapi_add(mapi_result(inst, cpu), 1);
	if (!mapi_buffer_fill(&t->buffer, cpu, hit->ts, hit, sizeof(*hit), &why)) {
		mapi_add(&mapi_slot(inst, cpu)->lost[why], 1);
		return;
	}
	mapi_buffer_commit(&t->buffer, cpu, REC_LEN);
}

/*
 * What was looked at must be newer than the state: so it is looked at behind that,
 * and again if a packet on another CPU was faster.
 */
static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct threshold *t = inst->priv;
	struct state s;
	struct hit hit;
	bool over, is_hit;
	u64 at;

	if (t->poll)
		return MAPI_PASS;
	do {
		at = mapi_relay_look(&t->relay, &s, sizeof(s));
		hit.value = value_of(inst, pkt);
		hit.before = s.value;
		over = is_over(inst, &s);
		is_hit = !over && (s.looks || !is_difference(t->bound)) &&
			 holds(t, hit.value, hit.before);
		s.looks++;
		s.value = hit.value;
		s.hits += is_hit;
		at = mapi_relay_pass(&t->relay, pkt->cpu, at, &s, sizeof(s));
	} while (!at);
	if (is_hit) {
		hit.ts = mapi_ts_from_ns(mapi_pkt_ts(pkt));
		put(inst, pkt->cpu, &hit);
	}
	return over ? MAPI_STOP : MAPI_PASS;
}

/* Put @value where the looks of @periods belong; return what goes out last. */
static u64 move_window(struct threshold *t, u64 value, u32 periods)
{
	u32 i, n = min(periods, t->width);
	u64 *at, old = 0;

	for (i = 0; i < n; i++) {
		at = &t->window[t->state.looks++ % t->width];
		old = *at;
		*at = value;
	}
	return old;
}

static void passed(struct mapi_inst *inst, u32 periods)
{
	struct threshold *t = inst->priv;
	struct hit hit = { .value = value_of(inst, NULL) };

	hit.before = move_window(t, hit.value, periods);
	if (is_over(inst, &t->state) || t->state.looks < t->width ||
	    !holds(t, hit.value, hit.before))
		return;
	t->state.hits++;
	hit.ts = mapi_ts_from_ns(ktime_get_real_ns());
	/* All in one ring, of which this is the only producer: their order is kept. */
	put(inst, cpumask_first(cpu_possible_mask), &hit);
}

static int set_type(struct mapi_inst *inst)
{
	static const u64 masks[] = {
		[TR_CHAR] = U8_MAX, [TR_INT] = U32_MAX, [TR_ULL] = U64_MAX,
	};
	struct threshold *t = inst->priv;
	u32 type = mapi_num(inst, ARG_TYPE);
	u32 bits = type & ~(TR_POLL | TR_MW);

	if (bits >= ARRAY_SIZE(masks))
		return mapi_bad_arg(inst, ARG_TYPE, -EINVAL, "%u is no type",
				    type);
	t->mask = masks[bits];
	t->poll = type & TR_POLL;
	t->width = 1;
	if (!(type & TR_MW))
		return 0;
	if (!t->poll || !is_difference(t->bound))
		return mapi_bad_arg(inst, ARG_TYPE, -EINVAL,
				    "TR_MW is for TR_POLL and differences");
	if (!mapi_num(inst, ARG_DIVIDER) ||
	    mapi_num(inst, ARG_DIVIDER) > WINDOW_MAX)
		return mapi_bad_arg(inst, ARG_DIVIDER, -ERANGE,
				    "is not from 1 to %u", WINDOW_MAX);
	t->width = mapi_num(inst, ARG_DIVIDER);
	return 0;
}

static int set_bound(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;

	t->bound = mapi_num(inst, ARG_BOUND);
	if (t->bound > LT && t->bound != EQUAL_D && t->bound != GT_D &&
	    t->bound != LT_D)
		return mapi_bad_arg(inst, ARG_BOUND, -EINVAL,
				    "%u is no bound", t->bound);
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	u32 size = mapi_num(inst, ARG_SIZE);
	struct threshold *t = inst->priv;
	int ret;

	ret = set_bound(inst) ?: set_type(inst);
	if (ret)
		return ret;
	t->threshold = mapi_num(inst, ARG_THRESHOLD);
	if (!is_difference(t->bound) && t->threshold > t->mask)
		return mapi_bad_arg(inst, ARG_THRESHOLD, -ERANGE,
				    "no number of that type is so great");
	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	t->period.inst = inst;
	t->period.passed = passed;
	if (t->poll)
		ret = mapi_period_set(inst, ARG_TIMEOUT,
				      mapi_num(inst, ARG_TIMEOUT) * NSEC_PER_USEC,
				      &t->period);
	if (ret)
		return ret;
	inst->ring_size = size;
	mapi_buffer_setup(&t->buffer, inst);
	mapi_buffer_terms(&t->buffer, 0, 0);
	return 0;
}

static int init_window(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;
	size_t bytes = t->width * sizeof(*t->window);
	int ret;

	ret = mapi_inst_charge(inst, bytes);
	if (ret)
		return ret;
	t->window = kvcalloc(t->width, sizeof(*t->window), GFP_KERNEL_ACCOUNT);
	if (t->window)
		return 0;
	mapi_inst_uncharge(inst, bytes);
	return -ENOMEM;
}

static int init(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;

	return mapi_buffer_init(&t->buffer) ?:
	       (t->poll ? init_window(inst) :
			  mapi_relay_init(&t->relay, inst, sizeof(struct state)));
}

static void start(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;

	if (!t->poll)
		return;
	t->window[t->width - 1] = value_of(inst, NULL);	/* look 0 */
	mapi_period_start(&t->period);
}

static void end(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;

	mapi_period_end(&t->period);
}

static __poll_t poll(struct mapi_inst *inst, struct file *file,
		     struct poll_table_struct *wait)
{
	struct threshold *t = inst->priv;

	return mapi_buffer_poll(&t->buffer);
}

static int mmap(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		u32 off)
{
	struct threshold *t = inst->priv;

	return mapi_buffer_mmap(&t->buffer, vma, cpu, off);
}

static void cleanup(struct mapi_inst *inst)
{
	struct threshold *t = inst->priv;

	mapi_buffer_free(&t->buffer);
	mapi_period_free(&t->period);
	mapi_relay_free(&t->relay, inst);
	if (t->window)
		mapi_inst_uncharge(inst, t->width * sizeof(*t->window));
	kvfree(t->window);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("type", 0, S32_MAX),
	MAPI_ARGS_REF("flow", "function"),
	MAPI_ARG_INT("reserved", S32_MIN, S32_MAX),
	{ .type = 'l', .name = "threshold" },
	MAPI_ARG_INT("bound", 0, S32_MAX),
	MAPI_ARG_INT("timeout", 0, S32_MAX),
	MAPI_ARG_INT("divider", 0, S32_MAX),
	MAPI_ARG_INT("count", 0, S32_MAX),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
};

static struct mapi_func threshold = {
	.name		= "THRESHOLD",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Says when the result of another function is equal to a threshold, greater or less, or changes by so much",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER,
	.result_type	= MAPI_RESULT_SUM,
	.result_size	= sizeof(u64),	/* hits */
	.priv_size	= sizeof(struct threshold),
	.instance	= instance,
	.init		= init,
	.start		= start,
	.process	= process,
	.poll		= poll,
	.mmap		= mmap,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(threshold, THRESHOLD);

MODULE_DESCRIPTION("MAPI function THRESHOLD");
MODULE_LICENSE("GPL");
