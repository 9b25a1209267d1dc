// SPDX-License-Identifier: GPL-2.0
/*
 * What a plan costs, where: for some seconds one packet in so many is timed on its
 * way. From one thing to the next the time is counted to the node that it is for,
 *
 *	as a call of the filter in front of it, or
 *	as a stay: what runs there with each packet, and look-ups behind it
 *
 * less what it takes to read the clock. Packets that are timed go the way of those
 * that the shadow check looks at (shadow.c).
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <net/netlink.h>
#include "shadow.h"

#define TIME_EVERY	8

/* How long it takes to look at the clock: the least of so many tries. */
#define TRIES		64

static u64 clock_ns;

static u64 clock_cost(void)
{
	u64 least = U64_MAX, before;
	int i;

	for (i = 0; i < TRIES; i++) {
		before = ktime_get_mono_fast_ns();
		least = min(least, ktime_get_mono_fast_ns() - before);
	}
	return least;
}

/* Of the measurement that is going on, not of one before. */
static struct mapi_node_cost *cost_of(const struct mapi_timer *timer,
				      const struct mapi_node *node)
{
	struct mapi_node_cost *cost;

	cost = &mapi_node_cpu(node, smp_processor_id())->cost;
	if (cost->run != timer->run)
		*cost = (struct mapi_node_cost){ .run = timer->run };
	return cost;
}

static void stop_clock(struct mapi_timer *timer)
{
	u64 ns = ktime_get_mono_fast_ns() - timer->since;
	struct mapi_node_cost *cost;

	if (!timer->counted)
		return;
	ns -= min(ns, READ_ONCE(clock_ns));
	cost = cost_of(timer, timer->counted);
	if (timer->calling) {
		cost->calls++;
		cost->call_ns += ns;
	} else {
		cost->stay_ns += ns;
	}
}

/* __mapi_cost_to - out of line half of mapi_cost_to() */
void __mapi_cost_to(struct mapi_timer *timer, const struct mapi_node *node,
		    bool calling)
{
	stop_clock(timer);
	cost_of(timer, node);
	timer->counted = node;
	timer->calling = calling;
	timer->since = ktime_get_mono_fast_ns();
}

/* mapi_cost_begin_pkt - a packet is about to be run. Return: it is timed */
bool mapi_cost_begin_pkt(struct mapi_shadow *shadow, struct mapi_timer *timer)
{
	u64 run = READ_ONCE(shadow->cost_run);

	timer->counted = NULL;
	timer->run = 0;
	if (run && mapi_turn(&timer->turn, TIME_EVERY))
		timer->run = run;
	return timer->run;
}

/* mapi_cost_end_pkt - it has been run */
void mapi_cost_end_pkt(struct mapi_timer *timer)
{
	stop_clock(timer);
	timer->run = 0;
}

static void cost_end_work(struct work_struct *work)
{
	struct mapi_shadow *shadow = container_of(to_delayed_work(work),
						  struct mapi_shadow, cost_end);

	mutex_lock(&mapi_mutex);
	/* It may have waited here while the next one was begun. */
	if (time_after_eq(jiffies, shadow->cost_until)) {
		WRITE_ONCE(shadow->cost_run, 0);
		mapi_shadow_switch(shadow);
	}
	mapi_dev_put(shadow->dev);
	mutex_unlock(&mapi_mutex);
}

void mapi_cost_init(struct mapi_shadow *shadow)
{
	INIT_DELAYED_WORK(&shadow->cost_end, cost_end_work);
}

/* mapi_cost_end - no more; the caller has a reference to the device */
void mapi_cost_end(struct mapi_shadow *shadow)
{
	if (cancel_delayed_work(&shadow->cost_end))
		mapi_dev_put(shadow->dev);
	WRITE_ONCE(shadow->cost_run, 0);
	mapi_shadow_switch(shadow);
}

/**
 * mapi_cost_set - measure
 * @dev: this device; the caller has a reference
 * @ms: for so many milliseconds; 0: end
 * @err: filled in on failure
 *
 * What was measured before is forgotten.
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_cost_set(struct mapi_dev *dev, u32 ms, struct mapi_errbuf *err)
{
	struct mapi_shadow *shadow;

	if (dev->end_reason)
		return mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
				"the device is gone");
	shadow = mapi_shadow_get(dev);
	if (!shadow)
		return -ENOMEM;
	mapi_cost_end(shadow);
	if (!ms)
		return 0;
	WRITE_ONCE(clock_ns, clock_cost());
	WRITE_ONCE(shadow->cost_run, ++shadow->cost_last);
	mapi_shadow_switch(shadow);
	mapi_dev_get(dev);
	shadow->cost_until = jiffies + msecs_to_jiffies(ms);
	queue_delayed_work(mapi_wq, &shadow->cost_end, msecs_to_jiffies(ms));
	return 0;
}

/**
 * mapi_cost_put - say what a node has cost
 * @msg: in this message
 * @dev: the device
 * @node: a node of its plan
 *
 * Context: mapi_mutex held. Return: 0, also if it was not measured, or %-EMSGSIZE.
 */
int mapi_cost_put(struct sk_buff *msg, const struct mapi_dev *dev,
		  const struct mapi_node *node)
{
	const struct mapi_shadow *shadow = mapi_shadow_of(dev);
	struct mapi_node_cost sum = {};
	const struct mapi_node_cost *cost;
	u32 cpu;

	if (!shadow || !shadow->cost_last)
		return 0;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		cost = &mapi_node_cpu(node, cpu)->cost;
		if (READ_ONCE(cost->run) != shadow->cost_last)
			continue;
		sum.calls += READ_ONCE(cost->calls);
		sum.call_ns += READ_ONCE(cost->call_ns);
		sum.stays += READ_ONCE(cost->stays);
		sum.stay_ns += READ_ONCE(cost->stay_ns);
	}
	if (nla_put_u64_64bit(msg, MAPI_A_PLAN_CALLS, sum.calls, MAPI_A_PLAN_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_PLAN_CALL_NS, sum.call_ns,
			      MAPI_A_PLAN_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_PLAN_STAYS, sum.stays, MAPI_A_PLAN_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_PLAN_STAY_NS, sum.stay_ns,
			      MAPI_A_PLAN_PAD))
		return -EMSGSIZE;
	return 0;
}
