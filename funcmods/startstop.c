// SPDX-License-Identifier: GPL-2.0
/*
 * STARTSTOP: packets from one time to another.
 *
 * Times are those of packets, and so a trace has its own. What is relative counts
 * from the first packet, the end of it from the beginning. They are compared in
 * nanoseconds: the result's units would round.
 */
#include <linux/cache.h>
#include <linux/overflow.h>
#include <mapi/fhelp.h>

/**
 * DOC: STARTSTOP ([string start = "" [, string stop = ""]])
 *
 * Passes packets that arrive from one time to another, both included.
 *
 * A time is local time, as in "2026-11-26 10:00:00", where seconds may have a fraction,
 * or an interval: a number and us, ms, s or m (minutes), as in "+1.5s"; alone, the
 * number counts units of 2^-32 s. Intervals count from the time of the first packet,
 * those of @stop from the beginning; a relative @start needs a relative @stop. Without
 * @start it begins at once, without @stop it does not end.
 *
 * Result: three 64-bit numbers: the times of the first packet that came, of the first
 * that passed, and of the last that did, in units of 2^-32 s since 1970; 0 if there was
 * none, also since a reset. A reset leaves alone from when to when packets pass.
 *
 * Errors: 7001 and 7002 for what is no time, 7000 for a relative start with a stop that
 * is not.
 *
 * Cost: 480 instructions alone, most of them for the time of the packet.
 *
 * Truncated packets: are like others.
 */

#define ARG_START	1
#define ARG_STOP	2

/* The result: times, in 32.32 seconds. */
enum {
	FIRST,			/* of the first packet that came */
	FIRST_PROCESSED,	/* of the first that passed */
	LAST,			/* and of the last */
	WORDS,
};

/**
 * struct startstop - from when to when
 * @start: times in ns; both ends are within
 * @stop: all ones: never
 * @start_relative: @start counts from @first
 * @stop_relative: @stop counts from the beginning
 * @first: time of the first packet; all ones: none has come. All CPUs may write
 *	it, and hardly ever do
 */
struct startstop {
	u64 start;
	u64 stop;
	bool start_relative;
	bool stop_relative;
	u64 first ____cacheline_aligned_in_smp;
};

/* Times of packets that come on several CPUs may be known in any order. */
static u64 first_of(struct startstop *s, u64 now)
{
	u64 first = READ_ONCE(s->first);

	while (unlikely(now < first))
		if (try_cmpxchg(&s->first, &first, now))
			return now;
	return first;
}

static u64 later(u64 time, u64 by)
{
	u64 sum;

	return check_add_overflow(time, by, &sum) ? U64_MAX : sum;
}

static bool within(struct startstop *s, u64 now, u64 first)
{
	u64 start = s->start_relative ? later(first, s->start) : s->start;
	u64 stop = s->stop_relative ? later(start, s->stop) : s->stop;

	return now >= start && now <= stop;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct startstop *s = inst->priv;
	u64 now = mapi_pkt_ts(pkt), ts = mapi_ts_from_ns(now);
	bool passes = within(s, now, first_of(s, now));
	u64 *words = mapi_result_mixed(inst, pkt->cpu);

	WRITE_ONCE(words[FIRST], min(words[FIRST], ts));
	if (passes) {
		WRITE_ONCE(words[FIRST_PROCESSED],
			   min(words[FIRST_PROCESSED], ts));
		WRITE_ONCE(words[LAST], max(words[LAST], ts));
	}
	mapi_result_end(mapi_slot(inst, pkt->cpu));
	return passes ? MAPI_PASS : MAPI_STOP;
}

static bool is_given(struct mapi_inst *inst, u32 n)
{
	return mapi_str(inst, n) && *mapi_str(inst, n);
}

static int take_time(struct mapi_inst *inst, u32 n, u64 *time, bool *relative)
{
	const struct mapi_arg *arg = &inst->args[n - 1];
	struct mapi_time t;

	if (!is_given(inst, n))
		return 0;
	if (arg->blob_len != sizeof(t))
		return mapi_bad_arg(inst, n, -EINVAL, "the time is missing");
	memcpy(&t, arg->blob, sizeof(t));
	if (t.flags & ~MAPI_TIME_F_RELATIVE || t.pad)
		return mapi_bad_arg(inst, n, -EINVAL, "unknown flags");
	*time = t.time;
	*relative = t.flags & MAPI_TIME_F_RELATIVE;
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	struct startstop *s = inst->priv;
	int ret;

	s->first = U64_MAX;
	s->start_relative = true;
	s->stop = U64_MAX;
	ret = take_time(inst, ARG_START, &s->start, &s->start_relative) ?:
	      take_time(inst, ARG_STOP, &s->stop, &s->stop_relative);
	if (ret)
		return ret;
	if (is_given(inst, ARG_START) && s->start_relative &&
	    is_given(inst, ARG_STOP) && !s->stop_relative)
		return mapi_bad_arg_code(inst, ARG_STOP, -EINVAL, MAPI_ERR_ARGUMENT,
					 "a relative start needs a relative stop");
	return 0;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR_OPT("start"),
	MAPI_ARG_STR_OPT("stop"),
};

static struct mapi_func startstop = {
	.name		= "STARTSTOP",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes packets from one time to another: +1.5s after the first, or 2026-11-26 10:00:00",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER,
	.result_type	= MAPI_RESULT_MIXED,
	.result_size	= WORDS * sizeof(u64),
	.nr_min		= 2,
	.nr_max		= 1,
	.priv_size	= sizeof(struct startstop),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(startstop, STARTSTOP);

MODULE_DESCRIPTION("MAPI function STARTSTOP");
MODULE_LICENSE("GPL");
