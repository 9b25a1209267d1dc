// SPDX-License-Identifier: GPL-2.0
/*
 * The result area of a flow: laid out at connect, written by the packet path,
 * mapped read-only by the owner. uapi/linux/mapi.h describes it.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "core.h"

static_assert(sizeof(struct mapi_slot) == 64, "one cache line");
static_assert(sizeof(struct mapi_flow_slot) == 64, "one cache line");
static_assert(sizeof(struct mapi_result_hdr) % 8 == 0, "descriptors aligned");
static_assert(sizeof(struct mapi_result_desc) % 8 == 0, "descriptors aligned");

/* Two lines, since CPUs fetch them in pairs. */
#define BLOCK_ALIGN	128
#define SLOT_ALIGN	64

/**
 * mapi_result_alloc - lay out and allocate the result area
 * @flow: all functions are applied, none is initialised
 * @err: filled in on failure
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_result_alloc(struct mapi_flow *flow, struct mapi_errbuf *err)
{
	u32 off = sizeof(struct mapi_flow_slot), block_off;
	struct mapi_result_desc *desc;
	struct mapi_result_hdr *hdr;
	struct mapi_inst *inst;
	u64 size;
	int ret;

	list_for_each_entry(inst, &flow->insts, list) {
		inst->slot_off = off;
		off += ALIGN(sizeof(struct mapi_slot) + inst->result_size,
			     SLOT_ALIGN);
	}
	flow->stride = ALIGN(off, BLOCK_ALIGN);
	block_off = ALIGN(sizeof(*hdr) + flow->nr_insts * sizeof(*desc),
			  BLOCK_ALIGN);
	size = PAGE_ALIGN(block_off + (u64)flow->stride * (nr_cpu_ids + 1));
	if (size > U32_MAX)
		return mapi_err(err, -E2BIG, 0, "the results are too large");
	ret = mapi_flow_charge(flow, size, err);
	if (ret)
		return ret;
	hdr = __vmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	if (!hdr) {
		mapi_flow_uncharge(flow, size);
		return -ENOMEM;
	}
	flow->area_size = size;
	flow->blocks = (u8 *)hdr + block_off;

	hdr->magic = MAPI_RESULT_MAGIC;
	hdr->version = MAPI_RESULT_VERSION;
	hdr->hdr_len = sizeof(*hdr);
	hdr->desc_len = sizeof(*desc);
	hdr->nr_funcs = flow->nr_insts;
	hdr->nr_cpus = nr_cpu_ids;
	hdr->block_off = block_off;
	hdr->block_stride = flow->stride;
	hdr->flow_id = flow->id;
	hdr->linktype = flow->dev->linktype;
	hdr->created = flow->created;

	desc = (struct mapi_result_desc *)(hdr + 1);
	list_for_each_entry(inst, &flow->insts, list) {
		desc->fid = inst->fid;
		desc->type = inst->func->result_type;
		desc->slot_off = inst->slot_off;
		desc->size = inst->result_size;
		desc->flags = inst->func->flags;
		strscpy(desc->name, inst->func->name, sizeof(desc->name));
		inst->desc = desc++;
		inst->slots = flow->blocks + inst->slot_off;
		inst->stride = flow->stride;
	}
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
	mapi_flow_uncharge(flow, flow->area_size);
	flow->area = NULL;
	flow->blocks = NULL;
}

/* mapi_result_mmap - show the area to the owner; may be shorter than it is */
int mapi_result_mmap(struct mapi_flow *flow, struct vm_area_struct *vma)
{
	size_t len = vma->vm_end - vma->vm_start, off;
	int ret;

	if (len > flow->area_size)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);
	for (off = 0; off < len; off += PAGE_SIZE) {
		ret = vm_insert_page(vma, vma->vm_start + off,
				     vmalloc_to_page((u8 *)flow->area + off));
		if (ret)
			return ret;
	}
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

/* Words of one block, consistent if there is more than one. */
static void read_block(const struct mapi_inst *inst, u32 block, u64 *words,
		       u32 nr)
{
	const struct mapi_slot *slot = mapi_slot(inst, block);
	const u64 *res = (const u64 *)(slot + 1);
	u32 seq, i;

	do {
		seq = READ_ONCE(slot->seq) & ~1U;
		smp_rmb();	/* pairs with mapi_result_begin() */
		for (i = 0; i < nr; i++)
			words[i] = READ_ONCE(res[i]);
		smp_rmb();	/* pairs with mapi_result_end() */
	} while (READ_ONCE(slot->seq) != seq);
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

/* mapi_result_slot - what a function and its worker counted, on all CPUs */
void mapi_result_slot(struct mapi_inst *inst, struct mapi_slot *sum)
{
	u32 cpu, i;

	memset(sum, 0, sizeof(*sum));
	for (cpu = 0; cpu <= nr_cpu_ids; cpu++) {
		const struct mapi_slot *slot = mapi_slot(inst, cpu);

		sum->filtered += READ_ONCE(slot->filtered);
		for (i = 0; i < MAPI_LOSS_NR; i++)
			sum->lost[i] += READ_ONCE(slot->lost[i]);
	}
}

/* mapi_result_flow - what a flow counted, summed over CPUs */
void mapi_result_flow(struct mapi_flow *flow, struct mapi_flow_slot *sum)
{
	u32 cpu;

	memset(sum, 0, sizeof(*sum));
	if (!flow->area)
		return;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		const struct mapi_flow_slot *slot =
			(void *)(flow->blocks + (size_t)cpu * flow->stride);

		sum->out += READ_ONCE(slot->out);
		smp_rmb();	/* what is out has come in: never more */
		sum->in += READ_ONCE(slot->in);
		sum->in_bytes += READ_ONCE(slot->in_bytes);
	}
}

/**
 * mapi_result_reset - results back to zero
 * @inst: a function of a connected flow, with %MAPI_RESULT_SUM
 *
 * CPUs go on counting: what they have becomes the base that readers subtract.
 *
 * Context: mapi_mutex held. Return: 0.
 */
int mapi_result_reset(struct mapi_inst *inst)
{
	struct mapi_result_desc *desc = inst->desc;
	u64 *base = mapi_result(inst, nr_cpu_ids);
	u32 i, nr = inst->result_size / sizeof(u64);
	u64 word;
	u32 cpu;

	WRITE_ONCE(desc->seq, desc->seq + 1);
	smp_wmb();	/* pairs with the reader: seq before the base */
	for (i = 0; i < nr; i++) {
		word = 0;
		for (cpu = 0; cpu < nr_cpu_ids; cpu++)
			word += READ_ONCE(mapi_result(inst, cpu)[i]);
		WRITE_ONCE(base[i], word);
	}
	smp_wmb();	/* the base before seq */
	WRITE_ONCE(desc->seq, desc->seq + 1);
	return 0;
}
