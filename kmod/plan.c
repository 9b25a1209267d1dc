// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet through the plan of its device.
 */
#include <linux/rcupdate.h>
#include <mapi/prog.h>
#include "classes.h"
#include "key.h"
#include "plan.h"
#include "shadow.h"

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
	case MAPI_OP_PROG:
		return mapi_prog_passes(READ_ONCE(step->inst), pkt);
	case MAPI_OP_DIR:
		return step->dir & (pkt->flags & MAPI_PKT_OUT ? MAPI_DIR_OUT :
							       MAPI_DIR_IN);
	case MAPI_OP_CHANGE:
		return true;	/* changed() asks it */
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

/* Filters that are programs may be many. */
static __always_inline bool test(const struct mapi_step *step,
				 struct mapi_pkt *pkt)
{
	return READ_ONCE(step->op) == MAPI_OP_PROG ?
	       mapi_prog_passes(READ_ONCE(step->inst), pkt) : passes(step, pkt);
}

/* What is done with a packet, whatever comes of it. */
static __always_inline bool act(const struct mapi_step *step,
				struct mapi_pkt *pkt)
{
	return likely(READ_ONCE(step->op) == MAPI_OP_CALL) ?
	       step->process(step->inst, pkt) != MAPI_STOP : passes(step, pkt);
}

/* The packet has come to a node. */
static __always_inline void arrive(const struct mapi_node *node,
				   struct mapi_pkt *pkt, bool watched)
{
	const struct mapi_steps *steps;
	const struct mapi_step *step, *end;

	if (watched)
		mapi_shadow_came(node, pkt);
	smp_wmb();	/* at the node before first, for readers against the stream */
	count(node, pkt);
	steps = rcu_dereference(node->acts);
	if (!steps)
		return;
	step = steps->step;
	/* acquire: pairs with mapi_steps_add() */
	end = step + smp_load_acquire(&steps->nr);
	for (; step < end; step++)
		if (act(step, pkt) && watched)
			mapi_shadow_ran(step, pkt);
}

/* No way leads on from a node. */
static bool is_end(const struct mapi_node *node)
{
	return !((unsigned long)rcu_access_pointer(node->tests) |
		 (unsigned long)rcu_access_pointer(node->classes));
}

/* All ways on from a node. */
static void set_out(const struct mapi_node *node, struct mapi_pkt *pkt,
		    struct mapi_way *way)
{
	const struct mapi_steps *steps;

	way->pkt = pkt;
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
static __always_inline const struct mapi_node *
way_on(struct mapi_way *way, struct mapi_pkt *pkt, bool watched)
{
	const struct mapi_entry *e;
	const struct mapi_node *node;
	const struct mapi_step *step;
	const struct mapi_key *key;

	for (step = way->next; step != way->end; step++) {
		/* The node of a dead one may be gone. */
		if (watched && READ_ONCE(step->op) != MAPI_OP_DEAD)
			mapi_shadow_calls(step->node, pkt);
		if (test(step, pkt)) {
			way->next = step + 1;
			return step->node;
		}
	}
	way->next = step;
	if (watched)
		mapi_shadow_looks(pkt);
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

/*
 * The packet as the function in front of the node to come makes it, %NULL if that
 * stops it. If it goes nowhere else from here, no copy is needed but the first.
 */
static noinline struct mapi_pkt *changed(const struct mapi_way *way)
{
	const struct mapi_step *step = way->next - 1;

	return mapi_pkt_changed(READ_ONCE(step->inst), way->pkt,
				way->next == way->end && !way->found &&
				!way->look.classes);
}

/* On from a node that the packet has come to. */
static __always_inline void __walk(const struct mapi_node *node,
				   struct mapi_pkt *pkt, bool watched)
{
	struct mapi_way *first = mapi_cpu_ways(), *way = first;

	set_out(node, pkt, way);
	for (;;) {
		while (!(node = way_on(way, way->pkt, watched))) {
			if (way-- == first)
				return;
			if (watched)
				mapi_shadow_back(pkt);
		}
		pkt = unlikely(node->changes) ? changed(way) : way->pkt;
		if (!pkt)
			continue;
		arrive(node, pkt, watched);
		if (!is_end(node))
			set_out(node, pkt, ++way);
		else if (watched)
			mapi_shadow_back(pkt);
	}
}

static noinline void walk(const struct mapi_node *node, struct mapi_pkt *pkt)
{
	__walk(node, pkt, false);
}

static __always_inline void plan_run(const struct mapi_plan *plan,
				     struct mapi_pkt *pkt)
{
	const struct mapi_node *root = plan->root;

	arrive(root, pkt, false);
	if (!is_end(root))
		walk(root, pkt);
}

/* mapi_plan_run_watched - run a packet through its plan, and tell the shadow */
noinline void mapi_plan_run_watched(struct mapi_pkt *pkt)
{
	const struct mapi_node *root = pkt->plan->root;

	arrive(root, pkt, true);
	if (!is_end(root))
		__walk(root, pkt, true);
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
	if (unlikely(!enter(dev, &pkt->change, pkt->cpu))) {
		lose_recursion(dev, pkt->npkts);
		return true;
	}
	if (unlikely(pkt->npkts > 1 && READ_ONCE(pkt->plan->single)))
		ok = false;
	/* acquire: pairs with mapi_shadow_switch() */
	else if (likely(!smp_load_acquire(&pkt->plan->watched)) ||
		 !mapi_shadow_rx(pkt))
		plan_run(pkt->plan, pkt);
	leave();
	return ok;
}
EXPORT_SYMBOL_GPL(mapi_dev_rx);

/**
 * mapi_quick_filters - look what is to be done with %MAPI_QUICK_FILTERS
 * @plan: &mapi_pkt.plan
 * @data: the packet's first bytes
 * @len: how many; if not all of it, the headers at least
 *
 * Most packets match no filter of most plans, and some do for which there is
 * nothing to do but to count them.
 *
 * Context: between mapi_quick_begin() and mapi_quick_end(). Return: &mapi_node.counts
 * of a node where the packet must be counted, after the root; %NULL if there is
 * none; or %MAPI_QUICK_WHOLE.
 */
u8 *mapi_quick_filters(const struct mapi_plan *plan, const u8 *data, u32 len)
{
	struct mapi_key *key = this_cpu_ptr(&counting_key);
	struct mapi_look look = {
		.classes = rcu_dereference(plan->root->classes),
	};
	const struct mapi_entry *e;

	if (!mapi_key_make(data, len, key))
		return MAPI_QUICK_WHOLE;
	e = mapi_look_next(&look, key);
	if (!e)
		return NULL;
	return mapi_look_next(&look, key) ? MAPI_QUICK_WHOLE : e->node->quick;
}
EXPORT_SYMBOL_GPL(mapi_quick_filters);

/**
 * mapi_quick_filter - look what is to be done with %MAPI_QUICK_FILTER
 * @plan: &mapi_pkt.plan
 * @data: the packet's first bytes
 * @len: how many; if not all of it, the headers at least
 *
 * Context and return: as mapi_quick_filters().
 */
u8 *mapi_quick_filter(const struct mapi_plan *plan, const u8 *data, u32 len)
{
	const struct mapi_classes *classes = rcu_dereference(plan->root->classes);
	const struct mapi_class *const *c = (const void *)classes->class;
	const struct mapi_class *const *end = c + classes->nr_ipv4;
	const struct mapi_node *node = NULL;
	const struct mapi_slots *s;
	const struct mapi_entry *e;
	u64 word, masked;
	unsigned long i;

	if (unlikely(!mapi_key_is_ipv4(data, len)))
		return mapi_quick_filters(plan, data, len);
	word = mapi_key_ipv4(data, len);
	for (; c < end; c++) {
		s = rcu_dereference((*c)->slots);
		masked = word & (*c)->mask.w[0];
		for (i = masked * (*c)->factor >> s->shift;
		     unlikely(e = smp_load_acquire(&s->slot[i]));	/* pairs with put() */
		     i = (i + 1) & s->mask) {
			if (e == MAPI_ENTRY_GONE || e->value.w[0] != masked)
				continue;
			if (node)
				return MAPI_QUICK_WHOLE;
			node = e->node;
		}
	}
	return node ? node->quick : NULL;
}
EXPORT_SYMBOL_GPL(mapi_quick_filter);

/**
 * mapi_quick_planned - what would have been done if packets were not watched
 * @pkt: a packet that is about to run through its plan
 *
 * For the shadow check. A sampler is not asked: it would have counted.
 *
 * Context and return: as mapi_quick_filters().
 */
u8 *mapi_quick_planned(const struct mapi_pkt *pkt)
{
	const struct mapi_plan *plan = pkt->plan;

	/* acquire: pairs with mapi_plan_quick() */
	switch (smp_load_acquire(&plan->planned)) {
	case MAPI_QUICK_COUNT:
		return NULL;
	case MAPI_QUICK_FILTER:
		return mapi_quick_filter(plan, pkt->data, pkt->len);
	case MAPI_QUICK_FILTERS:
		return mapi_quick_filters(plan, pkt->data, pkt->len);
	default:
		return MAPI_QUICK_WHOLE;
	}
}

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
