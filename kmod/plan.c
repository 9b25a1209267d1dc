// SPDX-License-Identifier: GPL-2.0
/*
 * The plan of a device: what each of its packets runs through.
 *
 * An array, walked front to back; a function that stops a packet skips the
 * rest of its branch. Now each flow is a branch of its own. When equal
 * beginnings are shared, plan_build() will lay out a tree in the same array:
 * the skip distances and the walk stay as they are.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "core.h"

enum mapi_op {
	OP_ENTER,	/* a flow begins */
	OP_FUNC,	/* a function */
	OP_LEAVE,	/* the packet passed the flow */
};

/**
 * struct mapi_node - one step
 * @op: enum mapi_op
 * @dir: MAPI_DIR_* that the flow wants, for %OP_ENTER
 * @skip: nodes to the end of the branch
 * @process: of the function, for %OP_FUNC
 * @inst: the function, for %OP_FUNC
 * @blocks: block of CPU 0 of the flow, for %OP_ENTER and %OP_LEAVE
 * @stride: bytes of a block
 */
struct mapi_node {
	u8 op;
	u8 dir;
	u32 skip;
	union {
		struct {
			int (*process)(struct mapi_inst *inst,
				       struct mapi_pkt *pkt);
			struct mapi_inst *inst;
		};
		struct {
			u8 *blocks;
			u32 stride;
		};
	};
};

/**
 * struct mapi_plan - the plan of a device
 * @rcu: for freeing
 * @aggregate: every function takes super-packets as they are
 * @nr: nodes
 * @nodes: the steps
 */
struct mapi_plan {
	struct rcu_head rcu;
	bool aggregate;
	u32 nr;
	struct mapi_node nodes[];
};

static struct mapi_flow_slot *flow_slot(const struct mapi_node *n, u32 cpu)
{
	return (struct mapi_flow_slot *)(n->blocks + (size_t)cpu * n->stride);
}

static void plan_run(const struct mapi_plan *plan, struct mapi_pkt *pkt)
{
	const struct mapi_node *n = plan->nodes, *end = n + plan->nr;
	u8 dir = pkt->flags & MAPI_PKT_OUT ? MAPI_DIR_OUT : MAPI_DIR_IN;
	struct mapi_flow_slot *slot;

	while (n < end) {
		switch (n->op) {
		case OP_ENTER:
			if (!(READ_ONCE(n->dir) & dir)) {
				n += n->skip;
				continue;
			}
			slot = flow_slot(n, pkt->cpu);
			mapi_add(&slot->in, pkt->npkts);
			mapi_add(&slot->in_bytes, pkt->bytes);
			break;
		case OP_FUNC:
			if (n->process(n->inst, pkt) == MAPI_STOP) {
				mapi_add(&mapi_slot(n->inst, pkt->cpu)->filtered,
					 pkt->npkts);
				n += n->skip;
				continue;
			}
			break;
		case OP_LEAVE:
			slot = flow_slot(n, pkt->cpu);
			mapi_add(&slot->out, pkt->npkts);
			break;
		}
		n++;
	}
}

/**
 * mapi_dev_rx - a packet was seen on a device
 * @dev: the device
 * @pkt: the packet; @pkt->cpu is filled in here
 *
 * Context: softirq or bottom halves off, in an RCU read-side section. @pkt and
 * what it refers to must stay until this returns, and not longer.
 */
void mapi_dev_rx(struct mapi_dev *dev, struct mapi_pkt *pkt)
{
	const struct mapi_plan *plan = rcu_dereference(dev->plan);
	struct mapi_dev_stats *stats;

	if (!plan)
		return;
	stats = this_cpu_ptr(dev->stats);
	mapi_add(&stats->pkts, pkt->npkts);
	mapi_add(&stats->bytes, pkt->bytes);
	if (!mapi_cpu_enter(&pkt->cpu)) {
		mapi_add(&stats->lost[MAPI_LOSS_RECURSION], pkt->npkts);
		return;
	}
	plan_run(plan, pkt);
	mapi_cpu_leave();
}
EXPORT_SYMBOL_GPL(mapi_dev_rx);

/**
 * mapi_dev_wants_segments - must super-packets be shown one by one
 * @dev: the device
 *
 * Return: true if some function of the plan looks at more than counts.
 * Context: as mapi_dev_rx().
 */
bool mapi_dev_wants_segments(const struct mapi_dev *dev)
{
	const struct mapi_plan *plan = rcu_dereference(dev->plan);

	return plan && !plan->aggregate;
}
EXPORT_SYMBOL_GPL(mapi_dev_wants_segments);

static bool in_plan(const struct mapi_flow *flow, const struct mapi_flow *add,
		    const struct mapi_flow *remove)
{
	return flow == add ||
	       (flow->status == MAPI_FLOW_ACTIVE && flow != remove);
}

static struct mapi_node *put_flow(struct mapi_node *n, struct mapi_plan *plan,
				  struct mapi_flow *flow)
{
	u32 left = flow->nr_insts + 2;
	struct mapi_inst *inst;

	*n++ = (struct mapi_node) {
		.op = OP_ENTER,
		.dir = flow->direction,
		.skip = left--,
		.blocks = flow->blocks,
		.stride = flow->stride,
	};
	list_for_each_entry(inst, &flow->insts, list) {
		if (!(inst->func->flags & MAPI_FUNC_F_AGGREGATE))
			plan->aggregate = false;
		*n++ = (struct mapi_node) {
			.op = OP_FUNC,
			.skip = left--,
			.process = inst->func->process,
			.inst = inst,
		};
	}
	*n++ = (struct mapi_node) {
		.op = OP_LEAVE,
		.skip = left,
		.blocks = flow->blocks,
		.stride = flow->stride,
	};
	return n;
}

static struct mapi_plan *plan_build(struct mapi_dev *dev, u32 nr,
				    const struct mapi_flow *add,
				    const struct mapi_flow *remove)
{
	struct mapi_flow *flow;
	struct mapi_plan *plan;
	struct mapi_node *n;

	plan = kvzalloc(struct_size(plan, nodes, nr), GFP_KERNEL);
	if (!plan)
		return NULL;
	plan->nr = nr;
	plan->aggregate = true;
	n = plan->nodes;
	list_for_each_entry(flow, &dev->flows, on_dev)
		if (in_plan(flow, add, remove))
			n = put_flow(n, plan, flow);
	return plan;
}

/*
 * Without memory for a new plan, a flow is taken out of the one that runs: its
 * branch is skipped from here on, and what it points to is not looked at.
 */
static void plan_disable(struct mapi_plan *plan, const struct mapi_flow *flow)
{
	struct mapi_node *n = plan->nodes, *end = n + plan->nr;

	for (; n < end; n += n->skip)
		if (n->blocks == flow->blocks)
			WRITE_ONCE(n->dir, 0);
}

/**
 * mapi_plan_update - publish a plan with a flow more or less
 * @dev: the device
 * @add: flow to add, or %NULL
 * @remove: flow to leave out, or %NULL; this never fails
 *
 * Packets run on through the old plan until they leave it.
 *
 * Context: mapi_mutex held. Return: 0 or %-ENOMEM.
 */
int mapi_plan_update(struct mapi_dev *dev, struct mapi_flow *add,
		     struct mapi_flow *remove)
{
	struct mapi_plan *old, *new = NULL;
	struct mapi_flow *flow;
	u32 nr = 0;

	old = rcu_dereference_protected(dev->plan,
					lockdep_is_held(&mapi_mutex));
	list_for_each_entry(flow, &dev->flows, on_dev)
		if (in_plan(flow, add, remove))
			nr += flow->nr_insts + 2;
	if (nr) {
		new = plan_build(dev, nr, add, remove);
		if (!new && remove && old)
			plan_disable(old, remove);
		if (!new)
			return remove ? 0 : -ENOMEM;
	}
	rcu_assign_pointer(dev->plan, new);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}
