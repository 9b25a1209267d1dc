// SPDX-License-Identifier: GPL-2.0
/*
 * How a change of the plan reaches the CPUs: each takes it over by itself
 * between two packets, at the latest with its first packet after it. So a flow
 * begins and ends with a packet, on each CPU, in all of its functions at once:
 * there the counts that it shares are read, and its own steps begin or end.
 *
 * CPUs without packets are asked to, by an interrupt. One that interrupts a
 * packet does nothing: the next packet does it, or the next interrupt. For CPUs
 * that are offline, and devices that give no packets, it is done here.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include "plan.h"

/* The CPU goes a way now that it did not go before, or goes it no more. */
static void slot_change(struct mapi_node_slot *slot, u32 at,
			const struct mapi_node_count *count)
{
	WRITE_ONCE(slot->seq, slot->seq + 1);
	smp_wmb();	/* pairs with the reader: seq before what follows */
	if (at) {
		WRITE_ONCE(slot->base.pkts, count->pkts);
		WRITE_ONCE(slot->base.bytes, count->bytes);
	} else {
		WRITE_ONCE(slot->own.pkts,
			   slot->own.pkts + count->pkts - slot->base.pkts);
		WRITE_ONCE(slot->own.bytes,
			   slot->own.bytes + count->bytes - slot->base.bytes);
	}
	WRITE_ONCE(slot->at, at);
	smp_wmb();	/* and before seq */
	WRITE_ONCE(slot->seq, slot->seq + 1);
}

/**
 * __mapi_change_cpu - take the change over
 * @dev: the device, whose change was not taken over yet
 * @change: number of the change
 * @cpu: this CPU, or one that cannot run
 *
 * Context: no packet of @dev is on its way on @cpu, and none can come.
 */
void __mapi_change_cpu(struct mapi_dev *dev, u64 change, u32 cpu)
{
	struct mapi_dev_stats *stats = per_cpu_ptr(dev->stats, cpu);
	struct mapi_flow *flow = dev->changing;
	u32 i;

	if (unlikely(dev->cutting))
		mapi_cut_cpu(dev->cutting, cpu);
	for (i = 0; flow && i < flow->nr_nodes; i++)
		slot_change(mapi_flow_node_slot(flow, i, cpu),
			    dev->change_adds ? mapi_flow_count_at(flow, i, cpu) : 0,
			    mapi_node_count(flow->nodes[i], cpu));
	/* release: pairs with the wait in mapi_change() */
	smp_store_release(&stats->change, change);
}

static void change_ipi(void *arg)
{
	struct mapi_dev *dev = arg;
	u64 change;

	if (mapi_cpu_busy(dev))
		return;
	change = smp_load_acquire(&dev->change);
	if (this_cpu_ptr(dev->stats)->change != change)
		__mapi_change_cpu(dev, change, smp_processor_id());
}

static bool change_done(struct mapi_dev *dev, u32 cpu)
{
	return smp_load_acquire(&per_cpu_ptr(dev->stats, cpu)->change) ==
	       dev->change;
}

/* A packet is on its way there, for a moment. */
static void change_wait(struct mapi_dev *dev, u32 cpu, unsigned long since)
{
	usleep_range(20, 100);
	if (!change_done(dev, cpu))
		smp_call_function_single(cpu, change_ipi, dev, 1);
	if (time_after(jiffies, since + 10 * HZ) && !change_done(dev, cpu))
		pr_warn_once("mapi: CPU %u has been in a packet for ten seconds\n",
			     cpu);
}

static void change_all(struct mapi_dev *dev)
{
	struct mapi_plan *plan = dev->own_plan;
	unsigned long since = jiffies;
	u32 cpu;

	/* Nobody only counts from here on without having taken it over. */
	WRITE_ONCE(plan->quick, MAPI_QUICK_NONE);
	WRITE_ONCE(plan->planned, MAPI_QUICK_NONE);
	/* release: all of the change before its number */
	smp_store_release(&dev->change, dev->change + 1);
	cpus_read_lock();
	if (dev->want.flows)
		on_each_cpu(change_ipi, dev, 1);
	for_each_possible_cpu(cpu) {
		while (!change_done(dev, cpu)) {
			if (dev->want.flows && cpu_online(cpu)) {
				change_wait(dev, cpu, since);
				continue;
			}
			/* A packet of another device here may read what is changed. */
			local_bh_disable();
			__mapi_change_cpu(dev, dev->change, cpu);
			local_bh_enable();
		}
	}
	cpus_read_unlock();
}

/**
 * mapi_change - let all CPUs take a change over
 * @dev: the device
 * @flow: the flow that comes, its steps being in the plan with the number
 *	@dev->change + 1; or that goes
 * @add: it comes
 *
 * When it returns no packet of before the change is on its way any more. Until
 * mapi_plan_quick() none is only counted.
 *
 * Context: mapi_mutex held, may sleep.
 */
void mapi_change(struct mapi_dev *dev, struct mapi_flow *flow, bool add)
{
	dev->changing = flow;
	dev->change_adds = add;
	change_all(dev);
	dev->changing = NULL;
}

/**
 * mapi_change_none - let each CPU do something between two packets
 * @dev: the device
 * @cut: mapi_cut_cpu() of this
 *
 * Context: mapi_mutex held, may sleep.
 */
void mapi_change_none(struct mapi_dev *dev, struct mapi_cut *cut)
{
	dev->cutting = cut;
	change_all(dev);
	dev->cutting = NULL;
	mapi_plan_quick(dev->own_plan);
}
