// SPDX-License-Identifier: GPL-2.0
/*
 * The plan of a device: what each of its packets runs through.
 *
 * An array, walked front to back; a function that stops a packet skips the
 * rest of its branch. Now each flow is a branch of its own. When equal
 * beginnings are shared, mapi_plan_build() will lay out a tree in the same array:
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
 * @pkt: the packet, with its plan; @pkt->cpu is filled in here
 *
 * Context: softirq or bottom halves off, in an RCU read-side section. @pkt and
 * what it refers to must stay until this returns, and not longer.
 */
void mapi_dev_rx(struct mapi_dev *dev, struct mapi_pkt *pkt)
{
	struct mapi_dev_stats *stats = this_cpu_ptr(dev->stats);

	mapi_add(&stats->pkts, pkt->npkts);
	mapi_add(&stats->bytes, pkt->bytes);
	if (!mapi_cpu_enter(&pkt->cpu)) {
		mapi_add(&stats->lost[MAPI_LOSS_RECURSION], pkt->npkts);
		return;
	}
	plan_run(pkt->plan, pkt);
	mapi_cpu_leave();
}
EXPORT_SYMBOL_GPL(mapi_dev_rx);

/**
 * mapi_plan_wants_segments - must super-packets be shown one by one
 * @plan: &mapi_pkt.plan of the super-packet
 *
 * Return: true if some function of the plan looks at more than counts.
 */
bool mapi_plan_wants_segments(const struct mapi_plan *plan)
{
	return !plan->aggregate;
}
EXPORT_SYMBOL_GPL(mapi_plan_wants_segments);

static bool in_plan(const struct mapi_flow *flow, const struct mapi_flow *add)
{
	return flow == add || flow->status == MAPI_FLOW_ACTIVE;
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

/* How long a plan with flows switched off may stay before it is built anew. */
#define REBUILD_MS	20

static void plan_free_rcu(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct mapi_plan, rcu));
}

/**
 * mapi_plan_build - make a plan
 * @dev: the device, with at least one flow to be in it
 * @add: flow that is not connected yet, or %NULL
 *
 * Context: mapi_mutex held. Return: a plan of the connected flows and @add, for
 * mapi_plan_publish() or kvfree(), or %NULL.
 */
struct mapi_plan *mapi_plan_build(struct mapi_dev *dev, struct mapi_flow *add)
{
	struct mapi_flow *flow;
	struct mapi_plan *plan;
	struct mapi_node *n;
	u32 nr = 0;

	list_for_each_entry(flow, &dev->flows, on_dev)
		if (in_plan(flow, add))
			nr += flow->nr_insts + 2;
	plan = kvzalloc(struct_size(plan, nodes, nr), GFP_KERNEL);
	if (!plan)
		return NULL;
	plan->nr = nr;
	plan->aggregate = true;
	n = plan->nodes;
	list_for_each_entry(flow, &dev->flows, on_dev)
		if (in_plan(flow, add))
			n = put_flow(n, plan, flow);
	return plan;
}

/**
 * mapi_plan_publish - packets run through this plan from now on
 * @dev: the device
 * @plan: the plan, or %NULL for none
 *
 * Packets run on through the old plan until they leave it; it is freed then,
 * not with the next batch of kfree_rcu(): many flows that come one after the
 * other leave as many plans.
 *
 * Context: mapi_mutex held.
 */
void mapi_plan_publish(struct mapi_dev *dev, struct mapi_plan *plan)
{
	struct mapi_plan *old;

	old = rcu_replace_pointer(dev->plan, plan, lockdep_is_held(&mapi_mutex));
	if (old)
		call_rcu_hurry(&old->rcu, plan_free_rcu);
}

/**
 * mapi_plan_clear - no flow is connected any more
 * @dev: the device; the caller has a reference
 *
 * Context: mapi_mutex held.
 */
void mapi_plan_clear(struct mapi_dev *dev)
{
	mapi_plan_publish(dev, NULL);
	if (cancel_delayed_work(&dev->plan_work))
		mapi_dev_put(dev);
}

/**
 * mapi_plan_remove - no new packets for a flow
 * @dev: the device
 * @flow: the flow; still counted in &mapi_dev.want
 *
 * The flow is switched off in the plan that runs: its branch is skipped from
 * here on, and what it points to is not looked at. This needs no memory, so it
 * cannot fail. The plan is built anew a little later, once for all the flows
 * that have gone meanwhile.
 *
 * Context: mapi_mutex held.
 */
void mapi_plan_remove(struct mapi_dev *dev, const struct mapi_flow *flow)
{
	struct mapi_plan *plan;
	struct mapi_node *n, *end;

	if (dev->want.flows == 1) {
		mapi_plan_clear(dev);
		return;
	}
	plan = rcu_dereference_protected(dev->plan,
					 lockdep_is_held(&mapi_mutex));
	for (n = plan->nodes, end = n + plan->nr; n < end; n += n->skip)
		if (n->blocks == flow->blocks)
			WRITE_ONCE(n->dir, 0);
	if (queue_delayed_work(mapi_wq, &dev->plan_work,
			       msecs_to_jiffies(REBUILD_MS)))
		mapi_dev_get(dev);
}

static void plan_work(struct work_struct *work)
{
	struct mapi_dev *dev = container_of(to_delayed_work(work),
					    struct mapi_dev, plan_work);
	struct mapi_plan *plan;

	mutex_lock(&mapi_mutex);
	if (!dev->want.flows)
		goto out;
	plan = mapi_plan_build(dev, NULL);
	if (plan) {
		mapi_plan_publish(dev, plan);
	} else if (queue_delayed_work(mapi_wq, &dev->plan_work, HZ)) {
		mutex_unlock(&mapi_mutex);
		return;		/* once more, with our reference */
	}
out:
	mapi_dev_put(dev);
	mutex_unlock(&mapi_mutex);
}

void mapi_plan_init(struct mapi_dev *dev)
{
	INIT_DELAYED_WORK(&dev->plan_work, plan_work);
}
