// SPDX-License-Identifier: GPL-2.0
/*
 * The ledger: what became of each packet that came into a flow.
 *
 * Counts that are read while packets run are of different packets, and sums of
 * them need not hold. For a cut each CPU copies its counts of a flow between two
 * packets (change.c). Each packet is counted by one CPU: so it is in all copied
 * counts or in none, and sums of them over all CPUs hold, although CPUs are not
 * asked at the same time.
 *
 * What workers have done is read before: a file may have been written further
 * than is told, and never less. The difference is waiting.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "plan.h"

/**
 * struct cut_func - a function on one CPU
 * @taken: packets that it kept
 * @lost: packets that it lost
 */
struct cut_func {
	u64 taken;
	u64 lost[MAPI_LOSS_NR];
};

/**
 * struct mapi_cut - counts of a flow, of the same packets
 * @flow: the flow
 * @worker: for each function what its worker has done, before: @taken are done
 * @funcs: as many for each CPU
 * @nodes: packets that came to each node, for each CPU
 */
struct mapi_cut {
	struct mapi_flow *flow;
	struct cut_func *worker;
	struct cut_func *funcs;
	u64 *nodes;
};

/* What a function has kept on one CPU. Return: false if it keeps none. */
static bool taken(const struct mapi_inst *inst, u32 cpu, u64 *pkts)
{
	if (inst->func->taken)
		*pkts = inst->func->taken(inst, cpu);
	else if (inst->func->result_type == MAPI_RESULT_RING)
		*pkts = READ_ONCE(*mapi_result(inst, cpu));
	else
		return false;
	return true;
}

static void copy_lost(u64 *lost, const struct mapi_inst *inst, u32 block)
{
	u32 i;

	for (i = 0; i < MAPI_LOSS_NR; i++)
		lost[i] = READ_ONCE(mapi_slot(inst, block)->lost[i]);
}

/**
 * mapi_cut_cpu - copy the counts of a CPU
 * @cut: to here
 * @cpu: this CPU, or one that cannot run
 *
 * Context: as __mapi_change_cpu(): no packet is on its way there.
 */
void mapi_cut_cpu(struct mapi_cut *cut, u32 cpu)
{
	const struct mapi_flow *flow = cut->flow;
	struct cut_func *func = cut->funcs + (size_t)cpu * flow->nr_insts;
	u64 *node = cut->nodes + (size_t)cpu * flow->nr_nodes;
	const struct mapi_inst *inst;
	u32 i;

	for (i = 0; i < flow->nr_nodes; i++)
		node[i] = mapi_result_node_cpu(flow, i, cpu).pkts;
	list_for_each_entry(inst, &flow->insts, list) {
		taken(inst, cpu, &func->taken);
		copy_lost(func->lost, inst, cpu);
		func++;
	}
}

static void read_workers(struct mapi_cut *cut)
{
	const struct mapi_inst *inst;
	struct cut_func *worker = cut->worker;

	list_for_each_entry(inst, &cut->flow->insts, list) {
		if (inst->func->done)
			worker->taken = inst->func->done(inst);
		copy_lost(worker->lost, inst, nr_cpu_ids);
		worker++;
	}
	smp_rmb();	/* what is done has been taken */
}

/**
 * mapi_cut_new - counts of a flow, all of the same packets
 * @flow: it has been connected
 *
 * Context: mapi_mutex held, may sleep. Return: for mapi_cut_free(), %NULL without
 * memory.
 */
struct mapi_cut *mapi_cut_new(struct mapi_flow *flow)
{
	struct mapi_cut *cut;
	u32 cpu;

	cut = kzalloc(sizeof(*cut), GFP_KERNEL_ACCOUNT);
	if (!cut)
		return NULL;
	cut->flow = flow;
	cut->worker = kvcalloc(flow->nr_insts ?: 1, sizeof(*cut->worker),
			       GFP_KERNEL_ACCOUNT);
	cut->funcs = kvcalloc((size_t)nr_cpu_ids * (flow->nr_insts ?: 1),
			      sizeof(*cut->funcs), GFP_KERNEL_ACCOUNT);
	cut->nodes = kvcalloc((size_t)nr_cpu_ids * flow->nr_nodes,
			      sizeof(*cut->nodes), GFP_KERNEL_ACCOUNT);
	if (!cut->worker || !cut->funcs || !cut->nodes) {
		mapi_cut_free(cut);
		return NULL;
	}
	read_workers(cut);
	if (flow->status == MAPI_FLOW_ACTIVE) {
		mapi_change_none(flow->dev, cut);
	} else {
		for (cpu = 0; cpu < nr_cpu_ids; cpu++)
			mapi_cut_cpu(cut, cpu);
	}
	return cut;
}

void mapi_cut_free(struct mapi_cut *cut)
{
	kvfree(cut->nodes);
	kvfree(cut->funcs);
	kvfree(cut->worker);
	kfree(cut);
}

/* mapi_cut_node - packets that came to a node of the flow */
u64 mapi_cut_node(const struct mapi_cut *cut, u32 node)
{
	u64 sum = 0;
	u32 cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		sum += cut->nodes[(size_t)cpu * cut->flow->nr_nodes + node];
	return sum;
}

/**
 * mapi_cut_func - what became of the packets of a function
 * @cut: at the cut
 * @inst: the function
 * @ledger: filled in
 */
void mapi_cut_func(const struct mapi_cut *cut, const struct mapi_inst *inst,
		   struct mapi_ledger *ledger)
{
	const struct cut_func *worker = &cut->worker[inst->fid - 1], *func;
	u64 kept = 0, lost_later = 0, none;
	u32 cpu, i;

	ledger->in = mapi_cut_node(cut, inst->desc->node);
	ledger->out = mapi_cut_node(cut, inst->desc->behind);
	ledger->keeps = taken(inst, 0, &none);
	for (i = 0; i < MAPI_LOSS_NR; i++) {
		ledger->lost[i] = worker->lost[i];
		lost_later += worker->lost[i];
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		func = &cut->funcs[(size_t)cpu * cut->flow->nr_insts + inst->fid - 1];
		kept += func->taken;
		for (i = 0; i < MAPI_LOSS_NR; i++)
			ledger->lost[i] += func->lost[i];
	}
	ledger->taken = inst->func->done ? worker->taken : kept;
	ledger->waiting = kept - ledger->taken - lost_later;
}
