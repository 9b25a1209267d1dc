// SPDX-License-Identifier: GPL-2.0
/*
 * STATS: statistics over the result of another function.
 *
 * Sums are exact, whatever the values: they are kept as limbs of 32 bits, each in a
 * word of its own, so that those of several CPUs can be added word by word.
 */
#include <linux/overflow.h>
#include <mapi/fhelp.h>
#include <mapi/period.h>
#include <mapi/stats.h>

/**
 * DOC: STATS (flow flow, function function, string period)
 *
 * Counts and sums up values of another function, whose result is one number, and keeps
 * the least and the greatest.
 *
 * With a @period of "0" there is a value for each packet, with "1" for each but the
 * first. Else it is an interval, a number and us, ms, s or m (minutes), or a number of
 * units of 2^-32 s, at least a millisecond: then there is a value at the end of each,
 * also when no packets come, and the other function is reset. If it cannot be looked at
 * in time, those of periods that have passed meanwhile are 0. All functions of a user
 * together may have 10,000 periods a second.
 *
 * The other function is in the same flow, in front of this one, or in another flow of the
 * same owner; from there it is the value it has at that moment. Once that flow has
 * ended it does not change any more, and before it is connected it is 0.
 *
 * Result: stats_t of <mapi/stdflib.h>: count, sum, and sum of squares as long double, least
 * and greatest value as double; all 0 if there was no value. In the kernel 11 numbers
 * of 64 bits, each exact: count, sum (three limbs of 32 bits, least significant first),
 * sum of squares (five), least, greatest.
 *
 * Errors: 7001 if there is no such function, if it is not the caller's, or if its
 * result is not one number; 7003 for what is no period, a shorter one, or one
 * too many a second.
 *
 * Cost: 184 instructions behind a function of the same flow, 20 with periods of time.
 * From another flow, or over a counter, also some for each CPU.
 *
 * Truncated packets: are like others.
 */

#define ARG_FUNC	2
#define ARG_PERIOD	3

/**
 * struct stats - when there is a value
 * @period: of time, @period.ns is 0 if there is one for each packet
 * @skip: but not for the next one
 */
struct stats {
	struct mapi_period period;
	bool skip;
};

/* Add hi * 2^64 + lo. The last limb takes all that is left. */
static void add_limbs(u64 *limbs, u32 nr, u64 lo, u64 hi)
{
	u32 part[] = { lo, lo >> 32, hi, hi >> 32 };
	u64 sum = 0;
	u32 i;

	for (i = 0; i < nr - 1; i++) {
		sum += limbs[i] + (i < ARRAY_SIZE(part) ? part[i] : 0);
		WRITE_ONCE(limbs[i], (u32)sum);
		sum >>= 32;
	}
	if (i < ARRAY_SIZE(part))
		sum += part[i];
	WRITE_ONCE(limbs[i], limbs[i] + sum);
}

static void add_square(u64 *limbs, u64 value)
{
	u64 h = value >> 32, l = (u32)value;
	u64 mid = h * l, lo = l * l, hi = h * h + (mid >> 31);

	/* 2 * mid * 2^32: its low half, shifted. */
	if (check_add_overflow(lo, mid << 33, &lo))
		hi++;
	add_limbs(limbs, MAPI_STATS_SUM2_LIMBS, lo, hi);
}

/*
 * A value, or zeros. On this CPU, where no packet is at the moment, or the one that
 * calls.
 */
static void add(struct mapi_inst *inst, u32 cpu, u64 value, u32 times)
{
	u64 *words = mapi_result_mixed(inst, cpu);

	mapi_add(&words[MAPI_STATS_COUNT], times);
	add_limbs(&words[MAPI_STATS_SUM], MAPI_STATS_SUM_LIMBS, value, 0);
	add_square(&words[MAPI_STATS_SUM2], value);
	WRITE_ONCE(words[MAPI_STATS_MIN], min(words[MAPI_STATS_MIN], value));
	WRITE_ONCE(words[MAPI_STATS_MAX], max(words[MAPI_STATS_MAX], value));
	mapi_result_end(mapi_slot(inst, cpu));
}

/* At the end of the first period it has the value, at those of others 0. */
static void passed(struct mapi_inst *inst, u32 periods)
{
	u64 value = mapi_ref_take(mapi_ref(inst, ARG_FUNC));

	local_bh_disable();
	add(inst, smp_processor_id(), value, 1);
	if (periods > 1)
		add(inst, smp_processor_id(), 0, periods - 1);
	local_bh_enable();
}

/* The first packet of all CPUs. */
static bool skips(struct stats *s)
{
	return unlikely(READ_ONCE(s->skip)) && xchg(&s->skip, false);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct stats *s = inst->priv;

	if (!s->period.ns && !skips(s))
		add(inst, pkt->cpu,
		    mapi_ref_value(inst, mapi_ref(inst, ARG_FUNC), pkt), 1);
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	const char *period = mapi_str(inst, ARG_PERIOD);
	struct stats *s = inst->priv;

	s->period.inst = inst;
	s->period.passed = passed;
	s->skip = !strcmp(period, "1");
	if (s->skip || !strcmp(period, "0"))
		return 0;
	return mapi_period_arg(inst, ARG_PERIOD, &s->period);
}

static void start(struct mapi_inst *inst)
{
	struct stats *s = inst->priv;

	mapi_period_start(&s->period);
}

static void end(struct mapi_inst *inst)
{
	struct stats *s = inst->priv;

	mapi_period_end(&s->period);
}

static void cleanup(struct mapi_inst *inst)
{
	struct stats *s = inst->priv;

	mapi_period_free(&s->period);
}

static const struct mapi_argspec args[] = {
	MAPI_ARGS_REF("flow", "function"),
	MAPI_ARG_STR("period"),
};

static struct mapi_func stats = {
	.name		= "STATS",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Statistics over the result of another function; period: 0, 1, or a time such as 1s",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_MIXED,
	.result_size	= MAPI_STATS_WORDS * sizeof(u64),
	.nr_min		= 1,
	.nr_max		= 1,
	.priv_size	= sizeof(struct stats),
	.instance	= instance,
	.start		= start,
	.process	= process,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(stats, STATS);

MODULE_DESCRIPTION("MAPI function STATS");
MODULE_LICENSE("GPL");
