// SPDX-License-Identifier: GPL-2.0
/*
 * Periods of functions. They follow each other without a drift, whenever what is to
 * be done is done: that may sleep, so a worker does it, for all functions one after the
 * other, since all of them wait for the same mutex. It sets the timer again when it
 * is done. So however many periods there are, they keep no more than one CPU busy; if
 * it is late, a function is told how many have passed.
 */
#include <linux/math64.h>
#include <mapi/period.h>
#include "core.h"

static struct workqueue_struct *period_wq;

int mapi_period_init(void)
{
	period_wq = alloc_ordered_workqueue("mapi-periods", 0);
	return period_wq ? 0 : -ENOMEM;
}

void mapi_period_exit(void)
{
	destroy_workqueue(period_wq);
}

static void set_timer(struct mapi_period *p)
{
	hrtimer_start(&p->timer, ktime_add_ns(p->begun, (p->told + 1) * p->ns),
		      HRTIMER_MODE_ABS_SOFT);
}

/* Tell of periods that have passed and were not told of. */
static void tell(struct mapi_period *p)
{
	u64 passed = div64_u64(ktime_to_ns(ktime_sub(ktime_get(), p->begun)),
			       p->ns) - p->told;
	u32 periods = min_t(u64, passed, U32_MAX);

	if (periods)
		p->passed(p->inst, periods);
	p->told += periods;
}

static void period_work(struct work_struct *work)
{
	struct mapi_period *p = container_of(work, struct mapi_period, work);

	mutex_lock(&mapi_mutex);
	if (!p->ended) {
		tell(p);
		set_timer(p);
	}
	mutex_unlock(&mapi_mutex);
}

static enum hrtimer_restart period_timer(struct hrtimer *timer)
{
	struct mapi_period *p = container_of(timer, struct mapi_period, timer);

	queue_work(period_wq, &p->work);
	return HRTIMER_NORESTART;
}

/* How many there are in a second, rounded up. */
static u32 rate(u64 ns)
{
	return div64_u64(NSEC_PER_SEC - 1, ns) + 1;
}

/**
 * mapi_period_set - how long periods are
 * @inst: the function
 * @n: number of the argument that says so, from 1
 * @ns: what it says
 * @period: its @ns is set
 *
 * Context: instance(). Return: 0 or a negative errno, with the explanation made.
 */
int mapi_period_set(struct mapi_inst *inst, u32 n, u64 ns,
		    struct mapi_period *period)
{
	if (ns < MAPI_PERIOD_MIN || ns > MAPI_PERIOD_MAX)
		return mapi_bad_arg(inst, n, -ERANGE,
				    "less than a millisecond, or more than ten years");
	if (!mapi_user_charge_periods(inst->flow->user, rate(ns)))
		return mapi_bad_arg(inst, n, -EDQUOT,
				    "too many periods a second of all your functions");
	period->ns = ns;
	return 0;
}
EXPORT_SYMBOL_GPL(mapi_period_set);

/**
 * mapi_period_arg - an argument that is a period
 * @inst: the function
 * @n: number of the argument, from 1: a string, of which the client half made a
 *	&struct mapi_time
 * @period: its @ns is set
 *
 * Context: instance(). Return: 0 or a negative errno, with the explanation made.
 */
int mapi_period_arg(struct mapi_inst *inst, u32 n, struct mapi_period *period)
{
	const struct mapi_arg *arg = &inst->args[n - 1];
	struct mapi_time t;

	if (arg->blob_len != sizeof(t))
		return mapi_bad_arg(inst, n, -EINVAL, "the time is missing");
	memcpy(&t, arg->blob, sizeof(t));
	if (t.flags != MAPI_TIME_F_RELATIVE || t.pad)
		return mapi_bad_arg(inst, n, -EINVAL, "unknown flags");
	return mapi_period_set(inst, n, t.time, period);
}
EXPORT_SYMBOL_GPL(mapi_period_arg);

/**
 * mapi_period_start - periods begin, if there are any
 * @period: filled in but for what is private
 *
 * Context: start().
 */
void mapi_period_start(struct mapi_period *period)
{
	if (!period->ns)
		return;
	INIT_WORK(&period->work, period_work);
	hrtimer_init(&period->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	period->timer.function = period_timer;
	period->begun = ktime_get();
	set_timer(period);
}
EXPORT_SYMBOL_GPL(mapi_period_start);

/* mapi_period_end - no more are told of when it returns; in end() */
void mapi_period_end(struct mapi_period *period)
{
	mutex_lock(&mapi_mutex);
	period->ended = true;	/* the timer is not set again */
	if (period->at_end)
		period->passed(period->inst, 1);
	mutex_unlock(&mapi_mutex);
	if (period->ns) {
		hrtimer_cancel(&period->timer);
		cancel_work_sync(&period->work);
	}
}
EXPORT_SYMBOL_GPL(mapi_period_end);

/* mapi_period_free - in cleanup(), whatever was done before */
void mapi_period_free(struct mapi_period *period)
{
	if (period->ns)
		mapi_user_uncharge_periods(period->inst->flow->user,
					   rate(period->ns));
}
EXPORT_SYMBOL_GPL(mapi_period_free);
