// SPDX-License-Identifier: GPL-2.0
/*
 * The shadow check: one packet in so many is not only run through the plan, but
 * also through each flow's own functions, one after the other, as if nobody
 * shared anything. What the plan did must be the same:
 *
 *	the packet came to the nodes that it came to by the flow's filters, and to
 *	no others; there it was counted once, where the flow looks for counts;
 *	each function that does something was called once, or not at all
 *
 * for each flow that is there for the packet, and nothing for those that are not
 * yet, or no more. A filter whose verdict depends on more than the packet cannot
 * be asked twice: nobody shares it, and its verdict is taken as it was. If it changes
 * packets, those of all behind it are.
 *
 * Packets that would only be counted, before they are laid out, are all laid out,
 * and every other one is counted here as it would have been there.
 *
 * It takes as long as all functions of all flows, in softirq: a check for tests,
 * and for who doubts.
 */
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include "shadow.h"

/* Somebody is told no more often, for each device. */
#define TELL_EVERY	HZ

static unsigned int default_every;
module_param_named(shadow, default_every, uint, 0644);
MODULE_PARM_DESC(shadow, "check one packet in so many, on devices used from now on; 0: none");

/* Where the plan was wrong. If somebody else says so now, once is enough. */
static void diverged(struct mapi_shadow *shadow, const struct mapi_flow *flow,
		     const struct mapi_inst *inst, enum mapi_diverged how)
{
	unsigned long since;

	mapi_add(&this_cpu_ptr(shadow->cpus)->diverged, 1);
	if (!spin_trylock(&shadow->lock))
		return;
	if (!shadow->telling) {
		shadow->flow = flow->id;
		shadow->fid = inst ? inst->fid : 0;
		shadow->how = how;
		shadow->telling = true;
		mapi_dev_get(shadow->dev);
		since = jiffies - shadow->told;
		queue_delayed_work(mapi_wq, &shadow->work,
				   since < TELL_EVERY ? TELL_EVERY - since : 0);
	}
	spin_unlock(&shadow->lock);
}

static void tell(struct work_struct *work)
{
	struct mapi_shadow *shadow = container_of(to_delayed_work(work),
						  struct mapi_shadow, work);
	struct mapi_flow *flow;
	enum mapi_diverged how;
	u32 id, fid;

	spin_lock_bh(&shadow->lock);
	id = shadow->flow;
	fid = shadow->fid;
	how = shadow->how;
	shadow->told = jiffies;
	shadow->telling = false;
	spin_unlock_bh(&shadow->lock);

	mutex_lock(&mapi_mutex);
	pr_warn("mapi: shadow: the plan of device %u is wrong: flow %u, function %u, difference %u\n",
		shadow->dev->id, id, fid, how);
	flow = mapi_flow_by_id(id);
	if (flow)
		mapi_event_diverged(flow, fid, how);
	else
		mapi_event_device(shadow->dev, MAPI_EVENT_DIVERGED);
	mapi_dev_put(shadow->dev);
	mutex_unlock(&mapi_mutex);
}

/**
 * struct check - a packet that is checked
 * @pkt: it
 * @shadow: of its device
 * @nr: its number on this CPU
 * @ran: the acts that should have been called, as the sum of their addresses
 * @acts: and their number
 * @any: one of the flows
 * @outside: there are flows that it does not belong to
 * @unknown: what the packet is by now cannot be found out again
 */
struct check {
	struct mapi_pkt *pkt;
	struct mapi_shadow *shadow;
	u64 nr;
	unsigned long ran;
	u32 acts;
	const struct mapi_flow *any;
	bool outside;
	bool unknown;
};

static bool came(const struct check *c, const struct mapi_node *node)
{
	return mapi_node_cpu(node, c->pkt->cpu)->came == c->nr;
}

/* It has been counted as what it is, where the flow sees it. */
static bool counted(const struct check *c, const struct mapi_flow *flow, u32 nr)
{
	const struct mapi_node *node = flow->nodes[nr];
	const struct mapi_node_count *before, *now;
	u32 cpu = c->pkt->cpu;

	before = &mapi_node_cpu(node, cpu)->before;
	now = mapi_node_count(node, cpu);
	return now->pkts - before->pkts == c->pkt->npkts &&
	       (c->unknown || now->bytes - before->bytes == c->pkt->bytes) &&
	       mapi_flow_node_slot(flow, nr, cpu)->at ==
			mapi_flow_count_at(flow, nr, cpu);
}

/* Did the packet come to a node of the flow as it should, behind @inst? */
static void judge(const struct check *c, const struct mapi_flow *flow,
		  const struct mapi_inst *inst, u32 nr, bool due)
{
	struct mapi_node *node = flow->nodes[nr];

	if (due)
		mapi_node_cpu(node, c->pkt->cpu)->due = c->nr;
	if (due != came(c, node))
		diverged(c->shadow, flow, inst, due ? MAPI_DIVERGED_STOPPED :
						      MAPI_DIVERGED_PASSED);
	else if (due && !counted(c, flow, nr))
		diverged(c->shadow, flow, inst, MAPI_DIVERGED_COUNTED);
}

/* Once the plan is done with a packet its copies are free. */
static bool changed(struct check *c, struct mapi_inst *inst)
{
	struct mapi_pkt *pkt = mapi_pkt_changed(inst, c->pkt, true);

	if (pkt)
		c->pkt = pkt;
	return pkt;
}

/* Filters that are like no other may have a history. */
static bool passes(struct check *c, const struct mapi_flow *flow,
		   struct mapi_inst *inst)
{
	bool changes = inst->func->flags & MAPI_FUNC_F_MODIFIES;

	if (!inst->key)
		c->unknown |= changes;
	if (!inst->key || c->unknown)
		return came(c, flow->nodes[inst->desc->behind]);
	if (changes)
		return changed(c, inst);
	return inst->func->process(inst, c->pkt) != MAPI_STOP;
}

static void check_flow(struct check *c, const struct mapi_flow *flow)
{
	bool due = flow->direction & (c->pkt->flags & MAPI_PKT_OUT ?
				      MAPI_DIR_OUT : MAPI_DIR_IN);
	struct mapi_pkt *pkt = c->pkt;
	struct mapi_inst *inst;

	c->unknown = false;
	judge(c, flow, NULL, 0, due);
	list_for_each_entry(inst, &flow->insts, list) {
		if (inst->func->flags & MAPI_FUNC_F_FILTER) {
			due = due && passes(c, flow, inst);
			judge(c, flow, inst, inst->desc->behind, due);
		} else if (due && !mapi_func_counts(inst->func)) {
			c->ran += (unsigned long)inst;
			c->acts++;
		}
	}
	c->pkt = pkt;
}

/* Not yet, or no more: no node may have been come to for it. */
static void check_outside(const struct check *c, const struct mapi_flow *flow)
{
	struct mapi_node *node;
	struct mapi_inst *inst;

	list_for_each_entry(inst, &flow->insts, list) {
		if (!(inst->func->flags & MAPI_FUNC_F_FILTER))
			continue;
		node = flow->nodes[inst->desc->behind];
		if (came(c, node) && mapi_node_cpu(node, c->pkt->cpu)->due != c->nr)
			diverged(c->shadow, flow, inst, MAPI_DIVERGED_PASSED);
	}
}

static bool belongs(const struct check *c, const struct mapi_flow *flow)
{
	return flow->since <= c->pkt->change &&
	       c->pkt->change < READ_ONCE(flow->until);
}

/* The function at that address, if there is one, and its flow. */
static const struct mapi_inst *inst_at(const struct check *c, unsigned long at,
				       const struct mapi_flow **flow)
{
	const struct mapi_inst *inst;

	list_for_each_entry_rcu((*flow), &c->pkt->plan->flows, on_plan)
		list_for_each_entry(inst, &(*flow)->insts, list)
			if ((unsigned long)inst == at)
				return inst;
	return NULL;
}

/* Acts were left out, or called too often. Which one, unless it was more than one. */
static void check_acts(const struct check *c, const struct mapi_shadow_cpu *cpu)
{
	bool more = cpu->acts > c->acts;
	const struct mapi_flow *flow;
	const struct mapi_inst *inst;

	if (cpu->ran == c->ran && cpu->acts == c->acts)
		return;
	inst = inst_at(c, more ? cpu->ran - c->ran : c->ran - cpu->ran, &flow);
	if (!inst)
		flow = c->any;
	if (flow)
		diverged(c->shadow, flow, inst, more ? MAPI_DIVERGED_RAN :
						       MAPI_DIVERGED_MISSED);
}

static void check(struct check *c)
{
	struct mapi_shadow_cpu *cpu = this_cpu_ptr(c->shadow->cpus);
	const struct mapi_flow *flow;

	list_for_each_entry_rcu(flow, &c->pkt->plan->flows, on_plan) {
		c->any = flow;
		if (belongs(c, flow))
			check_flow(c, flow);
		else
			c->outside = true;
	}
	if (c->outside)
		list_for_each_entry_rcu(flow, &c->pkt->plan->flows, on_plan)
			if (!belongs(c, flow))
				check_outside(c, flow);
	check_acts(c, cpu);
	mapi_add(&cpu->checked, c->pkt->npkts);
}

/* The node where these are the counts. */
static const struct mapi_node *node_at(const struct mapi_plan *plan,
				       const u8 *counts)
{
	const struct mapi_flow *flow;
	u32 i;

	list_for_each_entry_rcu(flow, &plan->flows, on_plan)
		for (i = 0; i < flow->nr_nodes; i++)
			if (flow->nodes[i]->counts == counts)
				return flow->nodes[i];
	return NULL;
}

/*
 * Sources count most packets before they lay them out: what they would have done
 * is done here. Return: false, and nothing has happened, if it was to be laid out.
 */
static bool count_only(const struct mapi_pkt *pkt)
{
	const struct mapi_plan *plan = pkt->plan;
	const struct mapi_node *node;
	u8 *counts;

	if (pkt->npkts > 1 || pkt->len < min_t(u32, pkt->caplen, MAPI_QUICK_LEN))
		return false;
	mapi_cost_to(&mapi_shadow_cpu(plan)->timer, plan->root, false);
	counts = mapi_quick_planned(pkt);
	if (counts == MAPI_QUICK_WHOLE)
		return false;
	node = counts ? node_at(plan, counts) : NULL;
	mapi_shadow_came(plan->root, pkt);
	if (node)
		mapi_shadow_came(node, pkt);
	mapi_count_at(plan->counts, pkt->cpu, pkt->bytes);
	if (counts) {
		smp_wmb();	/* at the root first, for readers against the stream */
		mapi_count_at(counts, pkt->cpu, pkt->bytes);
	}
	return true;
}

static bool is_next(const struct mapi_shadow *shadow, struct mapi_shadow_cpu *cpu)
{
	u32 every = READ_ONCE(shadow->every);

	return every && mapi_turn(&cpu->turn, every);
}

/**
 * mapi_shadow_rx - run a packet through its plan, and check that if it is due
 * @pkt: the packet; no other is in a plan on this CPU
 *
 * Context: as mapi_dev_rx(). Return: false, and nothing has happened, if it is not
 * to be checked, but only to be run.
 */
bool mapi_shadow_rx(struct mapi_pkt *pkt)
{
	struct check c = {
		.pkt = pkt,
		.shadow = rcu_dereference(pkt->plan->shadow),
	};
	struct mapi_shadow_cpu *cpu;
	bool next, timed;

	if (unlikely(!c.shadow))
		return false;
	cpu = this_cpu_ptr(c.shadow->cpus);
	next = is_next(c.shadow, cpu);
	timed = mapi_cost_begin_pkt(c.shadow, &cpu->timer);
	if (!next && !timed)
		return false;
	c.nr = ++cpu->nr;
	cpu->ran = 0;
	cpu->acts = 0;
	/* Each way is gone by every other packet. */
	if (cpu->nr & 1 || !count_only(pkt))
		mapi_plan_run_watched(pkt);
	if (timed)
		mapi_cost_end_pkt(&cpu->timer);
	if (next)
		check(&c);
	return true;
}

/* The check exists, and is off. */
static struct mapi_shadow *shadow_new(struct mapi_dev *dev)
{
	struct mapi_shadow *shadow;

	shadow = kzalloc(sizeof(*shadow), GFP_KERNEL_ACCOUNT);
	if (!shadow)
		return NULL;
	shadow->cpus = alloc_percpu(struct mapi_shadow_cpu);
	if (!shadow->cpus) {
		kfree(shadow);
		return NULL;
	}
	spin_lock_init(&shadow->lock);
	shadow->told = jiffies - TELL_EVERY;
	INIT_DELAYED_WORK(&shadow->work, tell);
	shadow->dev = dev;
	mapi_cost_init(shadow);
	return shadow;
}

/* mapi_shadow_of - %NULL if it has never been on; mapi_mutex held */
struct mapi_shadow *mapi_shadow_of(const struct mapi_dev *dev)
{
	return dev ? rcu_dereference_protected(dev->own_plan->shadow,
					       lockdep_is_held(&mapi_mutex)) : NULL;
}

/* mapi_shadow_switch - packets come to mapi_shadow_rx() from now on, or no more */
void mapi_shadow_switch(struct mapi_shadow *shadow)
{
	struct mapi_plan *plan = shadow->dev->own_plan;

	/* release: whoever sees it sees the check */
	smp_store_release(&plan->watched, shadow->every || shadow->cost_run);
	mapi_plan_quick(plan);
}

/* It makes the device stay, or no more; the caller has a reference to it. */
static void pin(struct mapi_shadow *shadow, bool pinned)
{
	if (pinned && !shadow->pinned)
		mapi_dev_get(shadow->dev);
	else if (!pinned && shadow->pinned)
		mapi_dev_put(shadow->dev);
	shadow->pinned = pinned;
}

/* mapi_shadow_get - it is made if need be; %NULL without memory. mapi_mutex held */
struct mapi_shadow *mapi_shadow_get(struct mapi_dev *dev)
{
	struct mapi_shadow *shadow = mapi_shadow_of(dev);

	if (!shadow) {
		shadow = shadow_new(dev);
		rcu_assign_pointer(dev->own_plan->shadow, shadow);
	}
	return shadow;
}

static int shadow_set(struct mapi_dev *dev, u32 every)
{
	struct mapi_shadow *shadow = mapi_shadow_get(dev);

	if (!shadow)
		return -ENOMEM;
	WRITE_ONCE(shadow->every, every);
	mapi_shadow_switch(shadow);
	return 0;
}

/**
 * mapi_shadow_set - check one packet in so many
 * @dev: on this device; the caller has a reference
 * @every: of so many; 0: none
 * @err: filled in on failure
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_shadow_set(struct mapi_dev *dev, u32 every, struct mapi_errbuf *err)
{
	int ret;

	if (dev->end_reason)
		return mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
				"the device is gone");
	ret = shadow_set(dev, every);
	if (!ret)
		pin(mapi_shadow_of(dev), every != default_every);
	return ret;
}

/* mapi_shadow_init_dev - as for all devices. Return: 0 or %-ENOMEM */
int mapi_shadow_init_dev(struct mapi_dev *dev)
{
	return default_every ? shadow_set(dev, default_every) : 0;
}

/* mapi_shadow_gone - the device is: nothing keeps it; mapi_mutex held */
void mapi_shadow_gone(struct mapi_dev *dev)
{
	struct mapi_shadow *shadow = mapi_shadow_of(dev);

	if (!shadow)
		return;
	mapi_cost_end(shadow);
	pin(shadow, false);
}

/* mapi_shadow_free - the plan has no packets any more, and never will */
void mapi_shadow_free(struct mapi_plan *plan)
{
	struct mapi_shadow *shadow = rcu_dereference_protected(plan->shadow, true);

	if (!shadow)
		return;
	free_percpu(shadow->cpus);
	kfree(shadow);
}

/**
 * mapi_shadow_put - say how it is
 * @msg: in this message about a device
 * @dev: the device, %NULL if nobody uses it
 *
 * Context: mapi_mutex held. Return: 0 or %-EMSGSIZE.
 */
int mapi_shadow_put(struct sk_buff *msg, const struct mapi_dev *dev)
{
	const struct mapi_shadow *shadow = mapi_shadow_of(dev);
	const struct mapi_shadow_cpu *c;
	u64 checked = 0, diverged = 0;
	int cpu;

	if (!shadow)
		return nla_put_u32(msg, MAPI_A_DEVICE_SHADOW,
				   dev ? 0 : default_every);
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(shadow->cpus, cpu);
		checked += READ_ONCE(c->checked);
		diverged += READ_ONCE(c->diverged);
	}
	if (nla_put_u32(msg, MAPI_A_DEVICE_SHADOW, shadow->every) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_CHECKED, checked,
			      MAPI_A_DEVICE_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_DIVERGED, diverged,
			      MAPI_A_DEVICE_PAD))
		return -EMSGSIZE;
	return 0;
}
