// SPDX-License-Identifier: GPL-2.0
/* BUCKET: what another function says, again and again, each time with the time. */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <mapi/buffer.h>
#include <mapi/fhelp.h>
#include <mapi/period.h>

/**
 * DOC: BUCKET (flow flow, function function, string period, int reset | int size = 65536)
 *
 * Keeps values of another function, whose result is one number, for a reader.
 *
 * With a @period of "0" there is a value for each packet, with "-1" one when the flow
 * ends. Else it is an interval, a number and us, ms, s or m (minutes), or a number of
 * units of 2^-32 s, at least a millisecond: then there is a value at the end of each, also
 * when no packets come. With a @reset of 1 the other function begins anew then, and
 * nothing that it counts is lost in between. If it cannot be looked at in time, periods
 * that have passed meanwhile have values, too: with @reset 0, else the same.
 *
 * The other function is as for STATS, and so is the limit of periods a second.
 *
 * Values are kept in a ring of @size bytes for each CPU, those of periods all in one. It
 * is a power of two from 4096 to 33554432; a value takes 48 of them. When it is full,
 * further values are lost and counted as %MAPI_LOST_RING_FULL.
 *
 * Result: struct bucket_data of <mapi/stdflib.h>: the oldest value that was not read yet, and
 * when it was taken, in seconds since 1970 in the high 32 bits and a binary fraction in
 * the low 32. mapi_read_results(3) waits for it, as mapi_get_next_pkt(3) does, and gives
 * NULL when the flow has ended and all are read; poll(2) says whether there is one. In
 * the kernel the result is the number of values that were kept.
 *
 * Errors: as of STATS; 7004 if @reset is neither 0 nor 1, or is 1 with a value for each
 * packet; 7005 for a @size out of range.
 *
 * Cost: 213 instructions for a value of each packet, behind a function of the same flow;
 * a call that does nothing if there are periods.
 *
 * Truncated packets: are like others.
 */

#define ARG_FUNC	2
#define ARG_PERIOD	3
#define ARG_RESET	4
#define ARG_SIZE	5

#define SIZE_MIN	4096
#define SIZE_DEFAULT	65536

struct value {
	u64 ts;
	u64 value;
};

#define REC_LEN		MAPI_BUFFER_LEN(sizeof(struct value))

/**
 * struct bucket - when there is a value, and where it goes
 * @buffer: the rings
 * @period: when, unless
 * @each: a value for each packet
 */
struct bucket {
	struct mapi_buffer buffer;
	struct mapi_period period;
	bool each;
};

/* The only producer of that ring: this CPU with bottom halves off, or passed(). */
static void put(struct mapi_inst *inst, u32 cpu, u64 ts, u64 number)
{
	struct bucket *b = inst->priv;
	struct value value = { .ts = ts, .value = number };
	enum mapi_loss why;

	if (!mapi_buffer_fill(&b->buffer, cpu, ts, &value, sizeof(value), &why)) {
		mapi_add(&mapi_slot(inst, cpu)->lost[why], 1);
		return;
	}
	mapi_add(mapi_result(inst, cpu), 1);
	mapi_buffer_commit(&b->buffer, cpu, REC_LEN);
}

static void passed(struct mapi_inst *inst, u32 periods)
{
	struct bucket *b = inst->priv;
	bool reset = mapi_num(inst, ARG_RESET);
	struct mapi_inst *ref = mapi_ref(inst, ARG_FUNC);
	u64 value = reset ? mapi_ref_take(ref) :
			    mapi_ref_value(inst, ref, NULL);
	u64 now = ktime_get_real_ns();
	/* What the ring has no room for is lost in one go. */
	u32 lost = periods - min(periods, (u32)(inst->ring_size / REC_LEN));
	/* All in one ring, of which this is the only producer: their order is kept. */
	u32 cpu = cpumask_first(cpu_possible_mask);

	while (periods-- > lost) {
		put(inst, cpu, mapi_ts_from_ns(now - periods * b->period.ns),
		    value);
		if (reset)
			value = 0;
	}
	mapi_add(&mapi_slot(inst, cpu)->lost[MAPI_LOSS_RING_FULL], lost);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct bucket *b = inst->priv;

	if (b->each)
		put(inst, pkt->cpu, mapi_ts_from_ns(mapi_pkt_ts(pkt)),
		    mapi_ref_value(inst, mapi_ref(inst, ARG_FUNC), pkt));
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	const char *period = mapi_str(inst, ARG_PERIOD);
	u32 size = mapi_num(inst, ARG_SIZE);
	struct bucket *b = inst->priv;
	int ret = 0;

	b->period.inst = inst;
	b->period.passed = passed;
	b->period.at_end = !strcmp(period, "-1");
	b->each = !strcmp(period, "0");
	if (!b->each && !b->period.at_end)
		ret = mapi_period_arg(inst, ARG_PERIOD, &b->period);
	if (ret)
		return ret;
	if (b->each && mapi_num(inst, ARG_RESET))
		return mapi_bad_arg(inst, ARG_RESET, -EINVAL,
				    "cannot be 1 with a value for each packet");
	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	inst->ring_size = size;
	mapi_buffer_setup(&b->buffer, inst);
	mapi_buffer_terms(&b->buffer, 0, 0);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct bucket *b = inst->priv;

	return mapi_buffer_init(&b->buffer);
}

static void start(struct mapi_inst *inst)
{
	struct bucket *b = inst->priv;

	mapi_period_start(&b->period);
}

static void end(struct mapi_inst *inst)
{
	struct bucket *b = inst->priv;

	mapi_period_end(&b->period);
}

static __poll_t poll(struct mapi_inst *inst, struct file *file,
		     struct poll_table_struct *wait)
{
	struct bucket *b = inst->priv;

	return mapi_buffer_poll(&b->buffer);
}

static int mmap(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		u32 off)
{
	struct bucket *b = inst->priv;

	return mapi_buffer_mmap(&b->buffer, vma, cpu, off);
}

static void cleanup(struct mapi_inst *inst)
{
	struct bucket *b = inst->priv;

	mapi_buffer_free(&b->buffer);
	mapi_period_free(&b->period);
}

static const struct mapi_argspec args[] = {
	MAPI_ARGS_REF("flow", "function"),
	MAPI_ARG_STR("period"),
	MAPI_ARG_INT("reset", 0, 1),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
};

static struct mapi_func bucket = {
	.name		= "BUCKET",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Keeps values of another function; period: 0, -1, or a time such as 1s; reset 1: it begins anew",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SUM,
	.result_size	= sizeof(u64),	/* values that were kept */
	.priv_size	= sizeof(struct bucket),
	.instance	= instance,
	.init		= init,
	.start		= start,
	.process	= process,
	.poll		= poll,
	.mmap		= mmap,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(bucket, BUCKET);

MODULE_DESCRIPTION("MAPI function BUCKET");
MODULE_LICENSE("GPL");
