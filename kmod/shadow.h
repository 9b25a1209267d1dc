/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shadow check, and the measurement of costs; see shadow.c and cost.c. What
 * the packet path calls, for packets of plans that are watched.
 */
#ifndef _MAPI_SHADOW_H
#define _MAPI_SHADOW_H

#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "plan.h"

/**
 * struct mapi_turn - one packet in so many, somewhere among them
 * @left: packets that are left of so many
 * @pick: which it is, from the last
 */
struct mapi_turn {
	u32 left;
	u32 pick;
};

/* mapi_turn - is it this one? If packets take turns, it is not always the same. */
static inline bool mapi_turn(struct mapi_turn *t, u32 n)
{
	if (!t->left || t->left > n) {
		t->left = n;
		t->pick = n > 1 ? get_random_u32() % n : 0;
	}
	return --t->left == t->pick;
}

/**
 * struct mapi_timer - whose time it is, on one CPU
 * @run: number of the measurement, 0: the packet is not measured
 * @turn: which is the next that is
 * @node: where the packet is
 * @counted: what runs is counted to this node
 * @calling: as a call of the filter in front
 * @since: from then on, ns
 */
struct mapi_timer {
	u64 run;
	struct mapi_turn turn;
	const struct mapi_node *node;
	const struct mapi_node *counted;
	bool calling;
	u64 since;
};

/**
 * struct mapi_shadow_cpu - the shadow check on one CPU
 * @turn: which packet is the next that is checked
 * @nr: number of the packet that is checked
 * @ran: of it: the acts that were called, as the sum of their addresses
 * @acts: and their number
 * @checked: packets
 * @diverged: differences
 * @timer: for costs
 */
struct mapi_shadow_cpu {
	struct mapi_turn turn;
	u64 nr;
	unsigned long ran;
	u32 acts;
	u64 checked;
	u64 diverged;
	struct mapi_timer timer;
};

/**
 * struct mapi_shadow - the shadow check of a device
 * @cpus: what each CPU has
 * @every: one packet in so many is checked
 * @pinned: not the default; a reference to the device keeps it
 * @lock: of what follows
 * @flow: where the plan was wrong: number of the flow
 * @fid: and of its function, or 0
 * @how: and in what way
 * @told: when somebody was told last, in jiffies
 * @telling: @work is to tell; it has a reference to the device
 * @work: does it
 * @dev: the device
 * @cost_run: number of the measurement of costs that is going on, 0: none
 * @cost_last: number of the last one
 * @cost_until: when it ends, in jiffies
 * @cost_end: ends it, with a reference to the device
 */
struct mapi_shadow {
	struct mapi_shadow_cpu __percpu *cpus;
	u32 every;
	bool pinned;
	spinlock_t lock;
	u32 flow;
	u32 fid;
	enum mapi_diverged how;
	unsigned long told;
	bool telling;
	struct delayed_work work;
	struct mapi_dev *dev;
	u64 cost_run;
	u64 cost_last;
	unsigned long cost_until;
	struct delayed_work cost_end;
};

bool mapi_shadow_rx(struct mapi_pkt *pkt);
struct mapi_shadow *mapi_shadow_of(const struct mapi_dev *dev);
struct mapi_shadow *mapi_shadow_get(struct mapi_dev *dev);
void mapi_shadow_switch(struct mapi_shadow *shadow);

/* cost.c: how long things take */

void mapi_cost_init(struct mapi_shadow *shadow);
void mapi_cost_end(struct mapi_shadow *shadow);
bool mapi_cost_begin_pkt(struct mapi_shadow *shadow, struct mapi_timer *timer);
void mapi_cost_end_pkt(struct mapi_timer *timer);
void __mapi_cost_to(struct mapi_timer *timer, const struct mapi_node *node,
		    bool calling);

static inline struct mapi_shadow_cpu *
mapi_shadow_cpu(const struct mapi_plan *plan)
{
	return this_cpu_ptr(rcu_dereference(plan->shadow)->cpus);
}

/* From here on time is counted to something else; %NULL: nothing. */
static inline void mapi_cost_to(struct mapi_timer *timer,
				const struct mapi_node *node, bool calling)
{
	if (timer->run)
		__mapi_cost_to(timer, node, calling);
}

/* mapi_shadow_calls - the filter in front of a node is about to be called */
static inline void mapi_shadow_calls(const struct mapi_node *node,
				     const struct mapi_pkt *pkt)
{
	mapi_cost_to(&mapi_shadow_cpu(pkt->plan)->timer, node, true);
}

/* mapi_shadow_looks - and now filters are looked up, behind where the packet is */
static inline void mapi_shadow_looks(const struct mapi_pkt *pkt)
{
	struct mapi_timer *timer = &mapi_shadow_cpu(pkt->plan)->timer;

	mapi_cost_to(timer, timer->node, false);
}

/* mapi_shadow_back - the packet goes back to the node before */
static inline void mapi_shadow_back(const struct mapi_pkt *pkt)
{
	struct mapi_timer *timer = &mapi_shadow_cpu(pkt->plan)->timer;

	timer->node = timer->node->parent;
	mapi_cost_to(timer, timer->node, false);
}

/* mapi_shadow_came - the packet is at a node, and about to be counted there */
static inline void mapi_shadow_came(const struct mapi_node *node,
				    const struct mapi_pkt *pkt)
{
	struct mapi_shadow_cpu *cpu = mapi_shadow_cpu(pkt->plan);
	struct mapi_node_cpu *c = mapi_node_cpu(node, pkt->cpu);

	/* Once only: who comes twice is found to be counted twice. */
	if (c->came != cpu->nr) {
		c->came = cpu->nr;
		c->before = *mapi_node_count(node, pkt->cpu);
	}
	cpu->timer.node = node;
	mapi_cost_to(&cpu->timer, node, false);
	if (cpu->timer.run)
		c->cost.stays++;
}

/* mapi_shadow_ran - an act was called for the packet */
static inline void mapi_shadow_ran(const struct mapi_step *act,
				   const struct mapi_pkt *pkt)
{
	struct mapi_shadow_cpu *cpu = mapi_shadow_cpu(pkt->plan);

	cpu->ran += (unsigned long)act->inst;
	cpu->acts++;
}

#endif /* _MAPI_SHADOW_H */
