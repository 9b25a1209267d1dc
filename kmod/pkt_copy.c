// SPDX-License-Identifier: GPL-2.0
/*
 * Packets as functions have changed them.
 *
 * Nobody else may see of it, so a function changes a copy, and those behind it get
 * that. Each CPU has as many copies as a packet can need at a time: one for each
 * function of a flow that changes packets. They are made when such a flow is
 * connected for the first time, and stay, for all users.
 */
#include <linux/percpu.h>
#include <linux/vmalloc.h>
#include "plan.h"

/**
 * struct mapi_copy - a copy of a packet
 * @pkt: it; &mapi_pkt.frame is the packet that it was made of
 * @nr: its number among those of this CPU
 * @data: its bytes
 */
struct mapi_copy {
	struct mapi_pkt pkt;
	u32 nr;
	u8 data[MAPI_CAPLEN_MAX];
};

static DEFINE_PER_CPU(struct mapi_copy *[MAPI_CHANGES_MAX], copies);

/* All bytes are there already. */
static int copy_bytes(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len)
{
	return -EFAULT;
}

static u64 copy_tstamp(struct mapi_pkt *pkt)
{
	struct mapi_pkt *from = pkt->frame;
	u64 ts = mapi_pkt_ts(from);

	pkt->flags |= from->flags & MAPI_PKT_HWTSTAMP;
	return ts;
}

/* That of the packet would tell what it was before. */
static u32 copy_hash(const struct mapi_pkt *pkt)
{
	return 0;
}

static const struct mapi_pkt_ops copy_ops = {
	.copy	= copy_bytes,
	.tstamp	= copy_tstamp,
	.hash	= copy_hash,
};

/**
 * mapi_copies_reserve - see to it that each CPU has copies
 * @nr: so many; %MAPI_CHANGES_MAX at most
 *
 * Context: mapi_mutex held. Return: 0 or %-ENOMEM.
 */
int mapi_copies_reserve(u32 nr)
{
	struct mapi_copy *copy;
	u32 i;
	int cpu;

	for_each_possible_cpu(cpu) {
		for (i = 0; i < nr; i++) {
			if (per_cpu(copies, cpu)[i])
				continue;
			copy = vmalloc_node(sizeof(*copy), cpu_to_node(cpu));
			if (!copy)
				return -ENOMEM;
			copy->nr = i;
			per_cpu(copies, cpu)[i] = copy;
		}
	}
	return 0;
}

/* mapi_copies_exit - no packet is left */
void mapi_copies_exit(void)
{
	u32 i;
	int cpu;

	for_each_possible_cpu(cpu)
		for (i = 0; i < MAPI_CHANGES_MAX; i++)
			vfree(per_cpu(copies, cpu)[i]);
}

static struct mapi_copy *copy_make(struct mapi_pkt *pkt, u32 nr)
{
	struct mapi_copy *copy = __this_cpu_read(copies[nr]);

	if (mapi_pkt_copy(pkt, 0, copy->data, pkt->caplen))
		return NULL;
	copy->pkt = *pkt;
	copy->pkt.data = copy->data;
	copy->pkt.len = pkt->caplen;
	copy->pkt.flags &= ~MAPI_PKT_NOW;
	copy->pkt.ops = &copy_ops;
	copy->pkt.frame = pkt;
	return copy;
}

/**
 * mapi_pkt_changed - a packet as a function makes it
 * @inst: the function, one with %MAPI_FUNC_F_MODIFIES
 * @pkt: the packet
 * @last: nobody else will look at @pkt from here on
 *
 * If @pkt is a copy that nobody needs any more, it is changed where it is.
 *
 * Context: as process(). Return: the packet that goes on, %NULL: none, the function
 * has stopped it, or its bytes cannot be read.
 */
struct mapi_pkt *mapi_pkt_changed(struct mapi_inst *inst, struct mapi_pkt *pkt,
				  bool last)
{
	struct mapi_copy *copy;

	if (pkt->ops != &copy_ops)
		copy = copy_make(pkt, 0);
	else if (last)
		copy = container_of(pkt, struct mapi_copy, pkt);
	else
		copy = copy_make(pkt, container_of(pkt, struct mapi_copy, pkt)->nr + 1);
	if (!copy || inst->func->process(inst, &copy->pkt) == MAPI_STOP)
		return NULL;
	copy->pkt.flags &= ~(MAPI_PKT_PARSED & ~MAPI_PKT_RANKED);
	return &copy->pkt;
}
