// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet through the plan of its device.
 */
#include <linux/rcupdate.h>
#include "plan.h"

/**
 * struct way - steps that are left at nodes further up
 * @next: the next one
 * @end: behind the last
 */
struct way {
	const struct mapi_step *next;
	const struct mapi_step *end;
};

/* On each CPU, one packet at a time. */
static DEFINE_PER_CPU(bool, running);
static DEFINE_PER_CPU(struct way[MAPI_DEPTH_MAX], ways);

/* mapi_cpu_running - a packet is in a plan on this CPU; bottom halves off */
bool mapi_cpu_running(void)
{
	return __this_cpu_read(running);
}

static void count(const struct mapi_node *node, const struct mapi_pkt *pkt)
{
	struct mapi_node_count *c = mapi_node_count(node, pkt->cpu);

	mapi_add(&c->pkts, pkt->npkts);
	mapi_add(&c->bytes, pkt->bytes);
}

/* A step that comes or goes with a change: is it there for this packet? */
static bool there(const struct mapi_step *step, u8 op, u32 change)
{
	bool before;

	smp_rmb();	/* pairs with step_leave(): the flag before the number */
	before = (s32)(change - READ_ONCE(step->change)) < 0;
	return op & MAPI_OP_OLD ? before : !before;
}

static bool passes(const struct mapi_step *step, struct mapi_pkt *pkt)
{
	u8 op = READ_ONCE(step->op);

again:
	switch (op) {
	case MAPI_OP_CALL:
		return step->process(READ_ONCE(step->inst), pkt) != MAPI_STOP;
	case MAPI_OP_DIR:
		return step->dir & (pkt->flags & MAPI_PKT_OUT ? MAPI_DIR_OUT :
							       MAPI_DIR_IN);
	case MAPI_OP_DEAD:
		return false;
	}
	if (!there(step, op, pkt->change))
		return false;
	op &= ~(MAPI_OP_NEW | MAPI_OP_OLD);
	goto again;
}

/* The packet has come to a node. Sets the way on from there. */
static void arrive(const struct mapi_node *node, struct mapi_pkt *pkt,
		   struct way *way)
{
	const struct mapi_steps *steps;
	const struct mapi_step *act, *end;

	count(node, pkt);
	steps = rcu_dereference(node->acts);
	if (steps) {
		act = steps->step;
		/* acquire: pairs with mapi_steps_add() */
		end = act + smp_load_acquire(&steps->nr);
		for (; act < end; act++)
			passes(act, pkt);
	}
	way->next = NULL;
	way->end = NULL;
	steps = rcu_dereference(node->tests);
	if (steps) {
		way->next = steps->step;
		way->end = way->next + smp_load_acquire(&steps->nr);
	}
}

static void plan_run(const struct mapi_plan *plan, struct mapi_pkt *pkt)
{
	struct way *stack = *this_cpu_ptr(&ways);
	const struct mapi_step *step;
	struct way way;
	u32 depth = 0;

	arrive(plan->root, pkt, &way);
	for (;;) {
		if (way.next == way.end) {
			if (!depth)
				return;
			way = stack[--depth];
			continue;
		}
		step = way.next++;
		if (!passes(step, pkt))
			continue;
		if (way.next != way.end)
			stack[depth++] = way;
		arrive(step->node, pkt, &way);
	}
}

/*
 * A packet is about to run through the plan, under the change that it sets.
 * Return: false if one is on its way on this CPU already, which sent this one.
 */
static bool enter(struct mapi_dev *dev, u32 *change, u32 cpu)
{
	struct mapi_dev_stats *stats = this_cpu_ptr(dev->stats);

	if (unlikely(__this_cpu_read(running)))
		return false;
	__this_cpu_write(running, true);
	barrier();	/* pairs with change_ipi() on this CPU */
	/* acquire: pairs with mapi_change() */
	*change = smp_load_acquire(&dev->change);
	if (unlikely(stats->change != *change))
		__mapi_change_cpu(dev, *change, cpu);
	return true;
}

static void leave(void)
{
	barrier();	/* pairs with change_ipi() on this CPU */
	__this_cpu_write(running, false);
}

static void lose_recursion(struct mapi_dev *dev, u32 pkts)
{
	mapi_add(&this_cpu_ptr(dev->stats)->lost[MAPI_LOSS_RECURSION], pkts);
}

/**
 * mapi_dev_rx - a packet was seen on a device
 * @dev: the device
 * @pkt: the packet, with its plan; @pkt->cpu is filled in here
 *
 * Context: softirq or bottom halves off, in an RCU read-side section. @pkt and
 * what it refers to must stay until this returns, and not longer.
 *
 * Return: false, and nothing has happened, if @pkt stands for more than one
 * packet and functions of the plan want to see them one by one.
 */
bool mapi_dev_rx(struct mapi_dev *dev, struct mapi_pkt *pkt)
{
	bool ok = true;

	pkt->cpu = smp_processor_id();
	if (!enter(dev, &pkt->change, pkt->cpu)) {
		lose_recursion(dev, pkt->npkts);
		return true;
	}
	if (unlikely(pkt->npkts > 1 && READ_ONCE(pkt->plan->single)))
		ok = false;
	else
		plan_run(pkt->plan, pkt);
	leave();
	return ok;
}
EXPORT_SYMBOL_GPL(mapi_dev_rx);

/**
 * mapi_dev_count - packets were seen of which more need not be known
 * @dev: the device
 * @plan: &mapi_pkt.plan
 * @pkts: how many
 * @bytes: their bytes on the wire
 *
 * Context: as mapi_dev_rx(). Return: false, and nothing has happened, if the
 * plan does more than count: the packet must be laid out for mapi_dev_rx().
 */
bool mapi_dev_count(struct mapi_dev *dev, const struct mapi_plan *plan,
		    u32 pkts, u32 bytes)
{
	struct mapi_node_count *c;
	u32 change, cpu = smp_processor_id();
	bool ok;

	if (READ_ONCE(plan->steps))
		return false;
	if (!enter(dev, &change, cpu)) {
		lose_recursion(dev, pkts);
		return true;
	}
	/* Once more: a change may have come that brought some. */
	ok = !READ_ONCE(plan->steps);
	if (ok) {
		c = mapi_node_count(plan->root, cpu);
		mapi_add(&c->pkts, pkts);
		mapi_add(&c->bytes, bytes);
	}
	leave();
	return ok;
}
EXPORT_SYMBOL_GPL(mapi_dev_count);

/**
 * mapi_plan_wants_segments - must super-packets be shown one by one
 * @plan: &mapi_pkt.plan of the super-packet
 *
 * Return: true if some function of the plan looks at more than counts, or is
 * about to come that does.
 */
bool mapi_plan_wants_segments(const struct mapi_plan *plan)
{
	return READ_ONCE(plan->single);
}
EXPORT_SYMBOL_GPL(mapi_plan_wants_segments);
