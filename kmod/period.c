// SPDX-License-Identifier: GPL-2.0
/*
 * Periods of functions. A timer counts them, so that they do not drift; what is to
 * be done may sleep, so a worker does it. If that is late, it is told how many have
 * passed.
 */
#include <mapi/period.h>
#include "core.h"

static void period_work(struct work_struct *work)
{
	struct mapi_period *p = container_of(work, struct mapi_period, work);
	u32 periods;

	mutex_lock(&mapi_mutex);
	periods = atomic_xchg(&p->due, 0);
	if (periods)
		p->passed(p->inst, periods);
	mutex_unlock(&mapi_mutex);
}

static enum hrtimer_restart period_timer(struct hrtimer *timer)
{
	struct mapi_period *p = container_of(timer, struct mapi_period, timer);

	atomic_add(hrtimer_forward_now(timer, ns_to_ktime(p->ns)), &p->due);
	queue_work(mapi_inst_wq(p->inst), &p->work);
	return HRTIMER_RESTART;
}

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
	if (t.time < MAPI_PERIOD_MIN || t.time > KTIME_MAX / 2)
		return mapi_bad_arg(inst, n, -ERANGE,
				    "less than a millisecond, or too long");
	period->ns = t.time;
	return 0;
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
	atomic_set(&period->due, 0);
	INIT_WORK(&period->work, period_work);
	hrtimer_init(&period->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	period->timer.function = period_timer;
	hrtimer_start(&period->timer, ns_to_ktime(period->ns),
		      HRTIMER_MODE_REL_SOFT);
}
EXPORT_SYMBOL_GPL(mapi_period_start);

/* mapi_period_end - no more are told of when it returns; in end() */
void mapi_period_end(struct mapi_period *period)
{
	if (period->ns) {
		hrtimer_cancel(&period->timer);
		cancel_work_sync(&period->work);
	}
	if (period->at_end) {
		mutex_lock(&mapi_mutex);
		period->passed(period->inst, 1);
		mutex_unlock(&mapi_mutex);
	}
}
EXPORT_SYMBOL_GPL(mapi_period_end);
