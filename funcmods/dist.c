// SPDX-License-Identifier: GPL-2.0
/*
 * DIST: a histogram of the values of another function.
 *
 * With so many slots per octave, a value finds its slot as in HdrHistogram: slots are
 * as wide as the finest up to twice as many of them, and from there on twice as wide
 * in each octave.
 */
#include <linux/bitops.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <mapi/fhelp.h>

/**
 * DOC: DIST (flow flow, function function, string min, string max, string interval | int octave = 0)
 *
 * Counts the values that another function, whose result is one number, has for each
 * packet, by how great they are.
 *
 * Slot k counts values greater than @min + k * @interval and not greater than
 * @min + (k + 1) * @interval; slot 0 those that are less, too, and the last slot those
 * that are greater than @max. @min, @max and @interval are numbers, or times as in
 * "10us", with us, ms, s or m (minutes), for functions that tell times in units of 2^-32 s.
 *
 * With @octave, a power of two up to 64, slots grow: 2 * @octave of them are @interval
 * wide, then come @octave of each width that is twice the one before. So they tell a value
 * from one that is greater by one part in @octave, however great it is.
 *
 * The other function is in the same flow, in front of this one, or in another flow of the
 * same owner: see STATS. The sum of all slots is the number of packets.
 *
 * Result: dist_t of <mapi/stdflib.h>: min, max, interval, and the slots, all of 64 bits:
 * one for each @interval, or part of it, between @min and @max, and one more. In the
 * kernel the slots alone.
 *
 * Errors: 7001 if there is no such function, if it is not the caller's, or if its
 * result is not one number; 7003 to 7005 for what is no number, a @max that is not greater
 * than @min, an @interval of 0, or one that makes more than 65,536 slots; 7011 for
 * an @octave that is no power of two.
 *
 * Cost: 83 instructions behind a function of the same flow. From another flow, or over
 * a counter, also some for each CPU.
 *
 * Truncated packets: are like others.
 */

#define ARG_FUNC	2
#define ARG_LEAST	3
#define ARG_GREATEST	4
#define ARG_INTERVAL	5
#define ARG_OCTAVE	6

#define SLOTS_MAX	65536
#define OCTAVE_MAX	64

/**
 * struct dist - which values are in which slot
 * @min: what is not greater is in the first
 * @max: what is greater is in the last
 * @interval: width of the finest
 * @octave: slots of one width; 0: all are of the same
 * @last: number of the last
 */
struct dist {
	u64 min;
	u64 max;
	u64 interval;
	u32 octave;
	u32 last;
};

/* Number @n of the finest slots, as if there were enough of them. */
static u64 slot_of(const struct dist *d, u64 n)
{
	u32 shift;

	if (!d->octave || n < 2 * d->octave)
		return n;
	shift = ilog2(n) - ilog2(d->octave);
	return shift * d->octave + (n >> shift);
}

static u32 find(const struct dist *d, u64 value)
{
	if (value <= d->min)
		return 0;
	if (value > d->max)
		return d->last;
	return slot_of(d, div64_u64(value - d->min - 1, d->interval));
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct dist *d = inst->priv;
	u64 value = mapi_ref_value(inst, mapi_ref(inst, ARG_FUNC), pkt);

	/*
	 * Without a sequence count: of 65,536 slots a reader could not copy all
	 * between two packets, and would never be done.
	 */
	mapi_add(&mapi_result(inst, pkt->cpu)[find(d, value)], 1);
	return MAPI_PASS;
}

/* A number as text, or what the client half made of it. */
static int take(struct mapi_inst *inst, u32 n, u64 *to)
{
	const struct mapi_arg *arg = &inst->args[n - 1];

	if (arg->blob_len == sizeof(*to))
		memcpy(to, arg->blob, sizeof(*to));
	else if (arg->blob_len || kstrtou64(arg->str, 10, to))
		return mapi_bad_arg(inst, n, -EINVAL, "not a number");
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	struct dist *d = inst->priv;
	u64 last;
	int ret;

	ret = take(inst, ARG_LEAST, &d->min) ?: take(inst, ARG_GREATEST, &d->max) ?:
	      take(inst, ARG_INTERVAL, &d->interval);
	if (ret)
		return ret;
	d->octave = mapi_num(inst, ARG_OCTAVE);
	if (d->max <= d->min)
		return mapi_bad_arg(inst, ARG_GREATEST, -ERANGE,
				    "not greater than the least value");
	if (!d->interval)
		return mapi_bad_arg(inst, ARG_INTERVAL, -ERANGE, "is 0");
	if (d->octave && !is_power_of_2(d->octave))
		return mapi_bad_arg(inst, ARG_OCTAVE, -EINVAL,
				    "%u is not a power of two", d->octave);
	/* That of the greatest value; behind it is one for what is greater. */
	last = slot_of(d, div64_u64(d->max - d->min - 1, d->interval));
	if (last > SLOTS_MAX - 2)
		return mapi_bad_arg(inst, ARG_INTERVAL, -ERANGE,
				    "makes more than %u slots", SLOTS_MAX);
	d->last = last + 1;
	inst->result_size = (d->last + 1) * sizeof(u64);
	return 0;
}

static const struct mapi_argspec args[] = {
	MAPI_ARGS_REF("flow", "function"),
	MAPI_ARG_STR("min"),
	MAPI_ARG_STR("max"),
	MAPI_ARG_STR("interval"),
	MAPI_ARG_INT_EXTRA("octave", 0, OCTAVE_MAX, 0),
};

static struct mapi_func dist = {
	.name		= "DIST",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Histogram of the values of another function, from min to max in slots of interval",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SUM,
	.priv_size	= sizeof(struct dist),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(dist, DIST);

MODULE_DESCRIPTION("MAPI function DIST");
MODULE_LICENSE("GPL");
