// SPDX-License-Identifier: GPL-2.0
/*
 * The result area of a flow: laid out at connect, written by the packet path,
 * mapped read-only by the owner. uapi/linux/mapi.h describes it.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "plan.h"

static_assert(sizeof(struct mapi_slot) == 64, "one cache line");
static_assert(sizeof(struct mapi_node_slot) == 64, "one cache line");
static_assert(sizeof(struct mapi_result_hdr) % 8 == 0, "descriptors aligned");
static_assert(sizeof(struct mapi_result_desc) % 8 == 0, "descriptors aligned");

/* Two lines, since CPUs fetch them in pairs. */
#define BLOCK_ALIGN	128
#define SLOT_ALIGN	64

/* Where each function is on the way, and how much a block has for it. */
static u32 lay_out(struct mapi_flow *flow, u32 *nr_nodes)
{
	struct mapi_inst *inst;
	u32 off, node = 0;

	list_for_each_entry(inst, &flow->insts, list)
		node += !!(inst->func->flags & MAPI_FUNC_F_FILTER);
	*nr_nodes = node + 1;
	off = *nr_nodes * sizeof(struct mapi_node_slot);
	list_for_each_entry(inst, &flow->insts, list) {
		inst->slot_off = off;
		off += ALIGN(sizeof(struct mapi_slot) + inst->result_size,
			     SLOT_ALIGN);
	}
	return ALIGN(off, BLOCK_ALIGN);
}

static void fill_desc(struct mapi_flow *flow, struct mapi_result_desc *desc)
{
	struct mapi_inst *inst;
	u32 node = 0;

	list_for_each_entry(inst, &flow->insts, list) {
		desc->fid = inst->fid;
		desc->type = inst->func->result_type;
		desc->node = node;
		node += !!(inst->func->flags & MAPI_FUNC_F_FILTER);
		desc->behind = node;
		desc->slot_off = inst->slot_off;
		desc->size = inst->result_size;
		desc->flags = inst->func->flags;
		desc->nr_min = inst->func->nr_min;
		desc->nr_max = inst->func->nr_max;
		desc->age = 1;
		strscpy(desc->name, inst->func->name, sizeof(desc->name));
		inst->desc = desc++;
		inst->slots = flow->blocks + inst->slot_off;
		inst->stride = flow->stride;
	}
}

/**
 * mapi_result_alloc - lay out and allocate the result area
 * @flow: all functions are applied, none is initialised
 * @err: filled in on failure
 *
 * The counts that flows share are charged to each that has them.
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_result_alloc(struct mapi_flow *flow, struct mapi_errbuf *err)
{
	struct mapi_result_hdr *hdr;
	u32 block_off, nr_nodes;
	u64 size, map_size;
	int ret;

	flow->stride = lay_out(flow, &nr_nodes);
	block_off = ALIGN(sizeof(*hdr) +
			  flow->nr_insts * sizeof(struct mapi_result_desc),
			  BLOCK_ALIGN);
	size = PAGE_ALIGN(block_off + (u64)flow->stride * (nr_cpu_ids + 1));
	map_size = size + (u64)nr_nodes * mapi_node_pages_size();
	if (map_size > U32_MAX)
		return mapi_err(err, -E2BIG, 0, "the results are too large");
	ret = mapi_flow_charge(flow, map_size, err);
	if (ret)
		return ret;
	/* One more: a direction takes a node in front, for a moment. */
	flow->nodes = kcalloc(nr_nodes + 1, sizeof(*flow->nodes),
			      GFP_KERNEL_ACCOUNT);
	hdr = __vmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	if (!hdr || !flow->nodes) {
		vfree(hdr);
		kfree(flow->nodes);
		flow->nodes = NULL;
		mapi_flow_uncharge(flow, map_size);
		return -ENOMEM;
	}
	flow->area_size = size;
	flow->map_size = map_size;
	flow->blocks = (u8 *)hdr + block_off;

	hdr->magic = MAPI_RESULT_MAGIC;
	hdr->version = MAPI_RESULT_VERSION;
	hdr->hdr_len = sizeof(*hdr);
	hdr->desc_len = sizeof(struct mapi_result_desc);
	hdr->node_len = sizeof(struct mapi_node_slot);
	hdr->nr_funcs = flow->nr_insts;
	hdr->nr_nodes = nr_nodes;
	hdr->nr_cpus = nr_cpu_ids;
	hdr->block_off = block_off;
	hdr->block_stride = flow->stride;
	hdr->flow_id = flow->id;
	hdr->linktype = flow->dev->linktype;
	hdr->created = flow->created;
	fill_desc(flow, (struct mapi_result_desc *)(hdr + 1));
	/* release: readers without the mutex find the header made */
	smp_store_release(&flow->area, hdr);
	return 0;
}

void mapi_result_free(struct mapi_flow *flow)
{
	struct mapi_inst *inst;

	if (!flow->area)
		return;
	list_for_each_entry(inst, &flow->insts, list) {
		inst->desc = NULL;
		inst->slots = NULL;
	}
	vfree(flow->area);
	kfree(flow->nodes);
	mapi_flow_uncharge(flow, flow->map_size);
	flow->area = NULL;
	flow->blocks = NULL;
	flow->nodes = NULL;
}

/* mapi_flow_node_slot - what a flow has of node @node, on one CPU */
struct mapi_node_slot *mapi_flow_node_slot(const struct mapi_flow *flow,
					   u32 node, u32 cpu)
{
	return (struct mapi_node_slot *)(flow->blocks +
					 (size_t)cpu * flow->stride) + node;
}

/* mapi_flow_count_at - where the owner finds the counts of the node itself */
u32 mapi_flow_count_at(const struct mapi_flow *flow, u32 node, u32 cpu)
{
	const struct mapi_node *n = flow->nodes[node];

	return flow->area_size + node * mapi_node_pages_size() +
	       (n->counts - (u8 *)n->pages) + cpu * MAPI_COUNT_STRIDE;
}

/* Instead of counts that a flow has no more; who just looked there tries again. */
static struct page *nothing;

int __init mapi_result_init(void)
{
	nothing = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return nothing ? 0 : -ENOMEM;
}

void mapi_result_exit(void)
{
	__free_page(nothing);
}

/*
 * The flow was connected, or there would be no mapping, and so it has its nodes;
 * the file that is mapped holds the flow. Once it has ended, counts that it
 * shared are not mapped any more; what is mapped already stays so.
 */
static vm_fault_t result_fault(struct vm_fault *vmf)
{
	struct mapi_flow *flow = vmf->vma->vm_private_data;
	size_t off = vmf->pgoff << PAGE_SHIFT, size = mapi_node_pages_size();
	const struct mapi_node *node;
	struct page *page;

	if (off < flow->area_size) {
		page = vmalloc_to_page((u8 *)flow->area + off);
	} else if (READ_ONCE(flow->status) != MAPI_FLOW_ACTIVE) {
		page = nothing;
	} else {
		off -= flow->area_size;
		node = flow->nodes[off / size];
		page = virt_to_page(node->pages + off % size);
	}
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct result_vm_ops = {
	.fault	= result_fault,
};

/* mapi_result_mmap - show the area to the owner; may be shorter than it is */
int mapi_result_mmap(struct mapi_flow *flow, struct vm_area_struct *vma)
{
	if (vma->vm_end - vma->vm_start > flow->map_size)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);
	vma->vm_private_data = flow;
	vma->vm_ops = &result_vm_ops;
	return 0;
}

/* mapi_result_status - show the owner how the flow is now */
void mapi_result_status(struct mapi_flow *flow)
{
	struct mapi_result_hdr *hdr = flow->area;

	if (!hdr)
		return;
	hdr->tstamp = flow->dev->tstamp;
	hdr->connected = flow->connected;
	hdr->ended = flow->ended;
	WRITE_ONCE(hdr->reason, flow->reason);
	/* release: results and reason before the status that ends them */
	smp_store_release(&hdr->status, flow->status);
}

/*
 * Words of one block, consistent if there is more than one. Returns what is in
 * front of them, but losses.
 */
static struct mapi_slot read_block(const struct mapi_inst *inst, u32 block,
				   u64 *words, u32 nr)
{
	const struct mapi_slot *slot = mapi_slot(inst, block);
	const u64 *res = (const u64 *)(slot + 1);
	struct mapi_slot front = { };
	u32 seq, i;

	do {
		seq = READ_ONCE(slot->seq) & ~1U;
		smp_rmb();	/* pairs with mapi_result_begin() */
		front.age = READ_ONCE(slot->age);
		front.last = READ_ONCE(slot->last);
		for (i = 0; i < nr; i++)
			words[i] = READ_ONCE(res[i]);
		smp_rmb();	/* pairs with mapi_result_end() */
	} while (READ_ONCE(slot->seq) != seq);
	return front;
}

/* The words that were written last, zeros if that was before the reset. */
static void merge_last(struct mapi_inst *inst, u64 *words, u32 nr)
{
	u64 *part = words + nr;
	u64 last = mapi_slot(inst, nr_cpu_ids)->last, at;
	u32 cpu;

	memset(words, 0, nr * sizeof(*words));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		at = read_block(inst, cpu, part, nr).last;
		if (at > last) {
			last = at;
			memcpy(words, part, nr * sizeof(*words));
		}
	}
}

/* Sums, least and greatest values of all CPUs that have any since the reset. */
static void merge_mixed(struct mapi_inst *inst, u64 *words, u32 nr)
{
	u32 max_at = nr - inst->func->nr_max, min_at = max_at - inst->func->nr_min;
	u64 *part = words + nr;
	bool found = false, none;
	u32 cpu, i;

	memset(words, 0, nr * sizeof(*words));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (read_block(inst, cpu, part, nr).age != inst->desc->age)
			continue;
		for (i = 0; i < min_at; i++)
			words[i] += part[i];
		for (; i < max_at; i++)
			words[i] = found ? min(words[i], part[i]) : part[i];
		for (; i < nr; i++)
			words[i] = max(words[i], part[i]);
		found = true;
	}
	for (i = min_at; i < max_at; i++) {
		none = min_at ? !words[0] : words[i] == U64_MAX;
		words[i] = none ? 0 : words[i];
	}
}

/* Out of line half of mapi_result_mixed(). */
void __mapi_result_renew(const struct mapi_inst *inst, struct mapi_slot *slot,
			 u32 age)
{
	u32 nr = inst->result_size / sizeof(u64), i;
	u32 max_at = nr - inst->func->nr_max, min_at = max_at - inst->func->nr_min;
	u64 *words = (u64 *)(slot + 1);

	for (i = 0; i < nr; i++)
		WRITE_ONCE(words[i], i >= min_at && i < max_at ? U64_MAX : 0);
	WRITE_ONCE(slot->age, age);
}
EXPORT_SYMBOL_GPL(__mapi_result_renew);

/* mapi_result_node_cpu - what came to a node of a flow on one CPU */
struct mapi_node_count mapi_result_node_cpu(const struct mapi_flow *flow,
					    u32 node, u32 cpu)
{
	const struct mapi_node_slot *slot = mapi_flow_node_slot(flow, node, cpu);
	const struct mapi_node_count *count;
	struct mapi_node_count sum;
	u32 seq;

	count = mapi_node_count(flow->nodes[node], cpu);
	do {
		seq = READ_ONCE(slot->seq) & ~1U;
		smp_rmb();	/* pairs with slot_change() */
		sum.pkts = READ_ONCE(slot->own.pkts);
		sum.bytes = READ_ONCE(slot->own.bytes);
		if (READ_ONCE(slot->at)) {
			sum.pkts += READ_ONCE(count->pkts) -
				    READ_ONCE(slot->base.pkts);
			sum.bytes += READ_ONCE(count->bytes) -
				     READ_ONCE(slot->base.bytes);
		}
		smp_rmb();	/* pairs with slot_change() */
	} while (READ_ONCE(slot->seq) != seq);
	return sum;
}

/**
 * mapi_result_node - what came to a node of a flow, on all CPUs
 * @flow: connected, or was
 * @node: number of the node
 * @sum: filled in
 */
void mapi_result_node(struct mapi_flow *flow, u32 node,
		      struct mapi_node_count *sum)
{
	struct mapi_node_count part;
	u32 cpu;

	memset(sum, 0, sizeof(*sum));
	if (node >= flow->nr_nodes)
		return;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		part = mapi_result_node_cpu(flow, node, cpu);
		sum->pkts += part.pkts;
		sum->bytes += part.bytes;
	}
}

/* What a function that only counts has counted since it was connected. */
static u64 counted(struct mapi_inst *inst)
{
	struct mapi_node_count sum;

	mapi_result_node(inst->flow, inst->desc->node, &sum);
	return inst->func->result_type == MAPI_RESULT_PKTS ? sum.pkts : sum.bytes;
}

/**
 * mapi_result_merge - the result of a function over all CPUs
 * @inst: the function
 * @words: filled in: its result; as much again behind it is used meanwhile
 *
 * Context: mapi_mutex held, flow connected.
 */
void mapi_result_merge(struct mapi_inst *inst, u64 *words)
{
	u32 nr = inst->result_size / sizeof(u64), cpu, i;
	u64 *part = words + nr;

	if (inst->func->get_result) {
		inst->func->get_result(inst, words);
		return;
	}
	if (mapi_func_counts(inst->func)) {
		words[0] = counted(inst) - mapi_result(inst, nr_cpu_ids)[0];
		return;
	}
	if (inst->func->result_type == MAPI_RESULT_LAST) {
		merge_last(inst, words, nr);
		return;
	}
	if (inst->func->result_type == MAPI_RESULT_MIXED) {
		merge_mixed(inst, words, nr);
		return;
	}
	read_block(inst, 0, words, nr);
	if (inst->func->result_type == MAPI_RESULT_SINGLE)
		return;
	for (cpu = 1; cpu < nr_cpu_ids; cpu++) {
		read_block(inst, cpu, part, nr);
		for (i = 0; i < nr; i++)
			words[i] += part[i];
	}
	for (i = 0; i < nr; i++)
		words[i] -= mapi_result(inst, nr_cpu_ids)[i];
}

/**
 * mapi_result_value - a result of one number, while packets run
 * @inst: a function of a flow that is or was connected; not %MAPI_RESULT_MIXED
 *
 * Context: any. Return: it; never less than 0, also if it is just being reset.
 */
u64 mapi_result_value(struct mapi_inst *inst)
{
	u64 words[2], base, sum = 0;
	u32 cpu;

	switch (inst->func->result_type) {
	case MAPI_RESULT_LAST:
		merge_last(inst, words, 1);
		return words[0];
	case MAPI_RESULT_SINGLE:
		return READ_ONCE(mapi_result(inst, 0)[0]);
	}
	base = READ_ONCE(mapi_result(inst, nr_cpu_ids)[0]);
	smp_rmb();	/* the base first: what is counted is no less then */
	if (mapi_func_counts(inst->func))
		return counted(inst) - base;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		sum += READ_ONCE(mapi_result(inst, cpu)[0]);
	return sum - base;
}

/* mapi_result_lost - what a function and its worker lost, by reason */
void mapi_result_lost(struct mapi_inst *inst, u64 *lost)
{
	u32 cpu, i;

	memset(lost, 0, MAPI_LOSS_NR * sizeof(*lost));
	for (cpu = 0; cpu <= nr_cpu_ids; cpu++)
		for (i = 0; i < MAPI_LOSS_NR; i++)
			lost[i] += READ_ONCE(mapi_slot(inst, cpu)->lost[i]);
}

/* Sums begin anew. Return: the first of them until then. */
static u64 rebase(struct mapi_inst *inst)
{
	u32 i, cpu, nr = inst->result_size / sizeof(u64);
	u64 *base = mapi_result(inst, nr_cpu_ids);
	u64 word, first = 0;

	for (i = 0; i < nr; i++) {
		word = mapi_func_counts(inst->func) ? counted(inst) : 0;
		for (cpu = 0; cpu < nr_cpu_ids; cpu++)
			word += READ_ONCE(mapi_result(inst, cpu)[i]);
		if (!i)
			first = word - base[0];
		WRITE_ONCE(base[i], word);
	}
	return first;
}

static u64 reset(struct mapi_inst *inst)
{
	struct mapi_result_desc *desc = inst->desc;
	u64 first, last = 0;
	u32 cpu;

	WRITE_ONCE(desc->seq, desc->seq + 1);
	smp_wmb();	/* pairs with the reader: seq before the base */
	first = rebase(inst);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		last = max(last, READ_ONCE(mapi_slot(inst, cpu)->last));
	WRITE_ONCE(mapi_slot(inst, nr_cpu_ids)->last, last);
	WRITE_ONCE(desc->age, desc->age + 1 ?: 1);
	smp_wmb();	/* the base before seq */
	WRITE_ONCE(desc->seq, desc->seq + 1);
	return first;
}

/**
 * mapi_result_reset - results back to zero
 * @inst: a function of a connected flow, whose result is a sum, the last, or mixed
 *
 * CPUs go on counting: what they have becomes the base that readers subtract, or
 * do not look behind. Of a mixed one they begin anew with their next packet.
 *
 * Context: mapi_mutex held. Return: 0.
 */
int mapi_result_reset(struct mapi_inst *inst)
{
	reset(inst);
	return 0;
}

/**
 * mapi_result_take - a result of one number, which begins anew
 * @inst: as for mapi_result_value()
 *
 * Of a sum nothing is lost: what is not in this result is in the next. What cannot
 * be reset stays as it is.
 *
 * Context: mapi_mutex held. Return: the result.
 */
u64 mapi_result_take(struct mapi_inst *inst)
{
	u64 value;

	if (!inst->func->reset && (mapi_func_counts(inst->func) ||
				   inst->func->result_type == MAPI_RESULT_SUM ||
				   inst->func->result_type == MAPI_RESULT_RING))
		return reset(inst);
	value = mapi_result_value(inst);
	mapi_flow_reset(inst, NULL);
	return value;
}
