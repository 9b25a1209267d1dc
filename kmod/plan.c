// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet through the plan of its device.
 */
#include <linux/rcupdate.h>
#include "classes.h"
#include "key.h"
#include "plan.h"

/* On each CPU one packet at a time, and besides one that is only counted. */
static DEFINE_PER_CPU(const struct mapi_dev *, running);
DEFINE_PER_CPU(bool, mapi_counting);
EXPORT_PER_CPU_SYMBOL_GPL(mapi_counting);

/* Of the packet that is only counted, unless it is not. */
static DEFINE_PER_CPU(struct mapi_key, counting_key);

/* mapi_cpu_running - a packet is in a plan on this CPU; bottom halves off */
bool mapi_cpu_running(void)
{
	return __this_cpu_read(running);
}

/* mapi_cpu_busy - a packet of a device may be in its plan; from an interrupt */
bool mapi_cpu_busy(const struct mapi_dev *dev)
{
	return __this_cpu_read(running) == dev || __this_cpu_read(mapi_counting);
}

static void count(const struct mapi_node *node, const struct mapi_pkt *pkt)
{
	struct mapi_node_count *c = mapi_node_count(node, pkt->cpu);

	mapi_add(&c->pkts, pkt->npkts);
	mapi_add(&c->bytes, pkt->bytes);
}

/* Is a step, which comes or goes with a change, there for a packet? */
static bool there(const struct mapi_step *step, u64 change)
{
	smp_rmb();	/* pairs with step_leave(): the flag before the numbers */
	return READ_ONCE(step->born) <= change && change < READ_ONCE(step->dies);
}

static bool present(const struct mapi_step *step, u64 change)
{
	return !(READ_ONCE(step->op) & MAPI_OP_LOOK) || there(step, change);
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
	if (!there(step, pkt->change))
		return false;
	op &= ~MAPI_OP_LOOK;
	goto again;
}

static noinline void search(const struct mapi_group *group, struct mapi_pkt *pkt,
			    struct mapi_way *way)
{
	way->group = group;
	way->found = mapi_group_search(group, pkt);
	way->at = 0;
}

/* The next node that a search leads to, or %NULL. */
static noinline const struct mapi_node *next_found(struct mapi_way *way,
						   const struct mapi_pkt *pkt)
{
	const struct mapi_node *node;

	while (way->found) {
		way->found--;
		node = mapi_group_next(way->group, pkt->cpu, &way->at);
		if (node && present(&node->test, pkt->change))
			return node;
	}
	return NULL;
}

/* The packet has come to a node. Sets the way on from there. */
static void arrive(const struct mapi_node *node, struct mapi_pkt *pkt,
		   struct mapi_way *way)
{
	const struct mapi_steps *steps;
	const struct mapi_step *act, *end;

	smp_wmb();	/* at the node before first, for readers against the stream */
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
	way->found = 0;
	steps = rcu_dereference(node->tests);
	if (steps) {
		way->next = steps->step;
		way->end = way->next + smp_load_acquire(&steps->nr);
		if (steps->group)
			search(steps->group, pkt, way);
	}
	way->look.classes = rcu_dereference(node->classes);
	if (way->look.classes) {
		way->look.slots = NULL;
		way->look.class = 0;
		way->look.started = false;
	}
}

/* Where the packet goes next from a node, or %NULL. */
static const struct mapi_node *way_on(struct mapi_way *way, struct mapi_pkt *pkt)
{
	const struct mapi_entry *e;
	const struct mapi_node *node;
	const struct mapi_step *step;
	const struct mapi_key *key;

	while (way->next != way->end) {
		step = way->next++;
		if (passes(step, pkt))
			return step->node;
	}
	if (way->found) {
		node = next_found(way, pkt);
		if (node)
			return node;
	}
	if (!way->look.classes)
		return NULL;
	key = mapi_pkt_key(pkt);
	while ((e = mapi_look_next(&way->look, key))) {
		step = &e->node->test;
		/* Without a key the function itself is asked. */
		if (key ? present(step, pkt->change) : passes(step, pkt))
			return e->node;
	}
	return NULL;
}

static void plan_run(const struct mapi_plan *plan, struct mapi_pkt *pkt)
{
	struct mapi_way *first = mapi_cpu_ways(), *way = first;
	const struct mapi_node *node = plan->root;

	for (;;) {
		arrive(node, pkt, way);
		while (!(node = way_on(way, pkt)))
			if (way-- == first)
				return;
		way++;
	}
}

/*
 * A packet is about to run through the plan, under the change that it sets.
 * Return: false if one is on its way on this CPU already, which sent this one.
 */
static bool enter(struct mapi_dev *dev, u64 *change, u32 cpu)
{
	if (unlikely(__this_cpu_read(running)))
		return false;
	__this_cpu_write(running, dev);
	barrier();	/* pairs with change_ipi() on this CPU */
	/* acquire: pairs with mapi_change() */
	*change = smp_load_acquire(&dev->change);
	if (unlikely(this_cpu_ptr(dev->stats)->change != *change))
		__mapi_change_cpu(dev, *change, cpu);
	return true;
}

static void leave(void)
{
	barrier();	/* pairs with change_ipi() on this CPU */
	__this_cpu_write(running, NULL);
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
 * mapi_dev_filter - a packet was seen that no filter may match
 * @plan: &mapi_pkt.plan
 * @data: its first bytes
 * @len: how many; if not all of it, the headers at least
 * @bytes: bytes that it had on the wire
 *
 * Most packets match no filter of most plans: they need only be counted.
 *
 * Context: as mapi_dev_rx(). Return: false, and nothing has happened, if it must
 * be laid out for mapi_dev_rx().
 */
bool mapi_dev_filter(const struct mapi_plan *plan, const u8 *data, u32 len,
		     u32 bytes)
{
	struct mapi_key *key = this_cpu_ptr(&counting_key);
	const struct mapi_classes *classes;
	bool ok;

	__this_cpu_write(mapi_counting, true);
	barrier();	/* pairs with change_ipi() on this CPU */
	ok = !READ_ONCE(plan->busy);
	classes = rcu_dereference(plan->root->classes);
	if (ok && classes)
		ok = mapi_key_make(data, len, key) &&
		     mapi_look_none(classes, key);
	if (ok)
		mapi_plan_count(plan, bytes);
	barrier();	/* pairs with change_ipi() on this CPU */
	__this_cpu_write(mapi_counting, false);
	return ok;
}
EXPORT_SYMBOL_GPL(mapi_dev_filter);

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
