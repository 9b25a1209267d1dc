/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring of bytes between one producer (a CPU, in softirq) and one consumer.
 */
#ifndef _MAPI_RING_H
#define _MAPI_RING_H

#include <linux/cache.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mapi.h>

/**
 * struct mapi_ring - one CPU's ring
 * @data: the bytes, mapped twice in a row, so that records never wrap
 * @size: bytes of data, a power of two
 * @nr_data: number of data pages
 * @head: where the next record goes; the producer's own copy
 * @prod: what the consumer sees of the producer
 * @cons: what the producer sees of the consumer; user space may write it
 * @pages: prod page, cons page, data pages
 */
struct mapi_ring {
	u8 *data;
	u32 size;
	u32 nr_data;
	u64 head;
	struct mapi_ring_prod *prod;
	struct mapi_ring_cons *cons;
	struct page **pages;
} ____cacheline_aligned;	/* each is written by another CPU */

struct mapi_inst;

struct mapi_ring *mapi_rings_alloc(struct mapi_inst *inst);
void mapi_rings_free(struct mapi_inst *inst, struct mapi_ring *rings);
int mapi_ring_mmap(struct mapi_ring *ring, struct vm_area_struct *vma, u32 off);

/**
 * mapi_ring_reserve - room for a record
 * @ring: the ring of this CPU
 * @len: bytes
 * @why: set to the reason if there is no room
 *
 * The consumer's index is hostile: it is read once, and used only as a
 * difference that must lie within the ring.
 *
 * Return: contiguous memory for @len bytes, or %NULL. Context: producer.
 */
static inline void *mapi_ring_reserve(struct mapi_ring *ring, u32 len,
				      enum mapi_loss *why)
{
	/* acquire: the consumer has done reading what we are to overwrite */
	u64 tail = smp_load_acquire(&ring->cons->tail);
	u64 used = ring->head - tail;

	if (unlikely(used > ring->size)) {
		*why = MAPI_LOSS_BAD_INDEX;
		return NULL;
	}
	if (unlikely(len > ring->size - used)) {
		*why = MAPI_LOSS_RING_FULL;
		return NULL;
	}
	return ring->data + (ring->head & (ring->size - 1));
}

/**
 * mapi_ring_commit - publish a record
 * @ring: the ring of this CPU
 * @len: bytes, as reserved
 */
static inline void mapi_ring_commit(struct mapi_ring *ring, u32 len)
{
	struct mapi_ring_prod *prod = ring->prod;
	u64 head = ring->head + len;

	ring->head = head;
	WRITE_ONCE(prod->pkts, prod->pkts + 1);
	/* release: the record before the head that covers it */
	smp_store_release(&prod->head, head);
}

/* mapi_ring_used - bytes not consumed yet, as far as the indices make sense */
static inline u64 mapi_ring_used(const struct mapi_ring *ring)
{
	u64 used = READ_ONCE(ring->prod->head) - READ_ONCE(ring->cons->tail);

	return used <= ring->size ? used : ring->size;
}

/* mapi_ring_room - bytes for which mapi_ring_reserve() has room; none if it has none */
static inline u32 mapi_ring_room(const struct mapi_ring *ring)
{
	return ring->size - mapi_ring_used(ring);
}

/* mapi_ring_unread - of these, the bytes that the consumer has not taken yet */
static inline u64 mapi_ring_unread(const struct mapi_ring *ring)
{
	u64 left = READ_ONCE(ring->prod->head) - READ_ONCE(ring->cons->taken);

	return min(left, mapi_ring_used(ring));
}

#endif /* _MAPI_RING_H */
