/* SPDX-License-Identifier: MIT */
/*
 * One CPU's packet ring, as its consumer sees it.
 *
 * The kernel writes a record, then head with release semantics; reading head
 * with acquire semantics makes the record visible. We read a record, then write
 * tail with release semantics; only then does the kernel write over it.
 */
#ifndef MAPI_RING_H
#define MAPI_RING_H

#include <stdbool.h>
#include <linux/mapi.h>

/**
 * struct mapi_ring - one CPU's ring
 * @prod: mapped read-only, written by the kernel
 * @cons: mapped, written by us
 * @data: mapped read-only twice in a row, so that no record wraps
 * @mask: size of the ring less 1
 * @head: how far the kernel had written when last asked
 * @tail: how far we have read
 * @told: what of @tail the kernel knows
 */
struct mapi_ring {
	const struct mapi_ring_prod *prod;
	struct mapi_ring_cons *cons;
	const unsigned char *data;
	__u64 mask;
	__u64 head;
	__u64 tail;
	__u64 told;
};

/* Ask the kernel how far it has written. Is there anything to read? */
static inline bool mapi_ring_refresh(struct mapi_ring *ring)
{
	ring->head = __atomic_load_n(&ring->prod->head, __ATOMIC_ACQUIRE);
	return ring->head != ring->tail;
}

static inline bool mapi_ring_empty(const struct mapi_ring *ring)
{
	return ring->head == ring->tail;
}

/* The next record; the ring is not empty. */
static inline const struct mapi_rec *mapi_ring_peek(const struct mapi_ring *ring)
{
	return (const void *)(ring->data + (ring->tail & ring->mask));
}

/* Hand back to the kernel all that has been read. */
static inline void mapi_ring_tell(struct mapi_ring *ring)
{
	ring->told = ring->tail;
	__atomic_store_n(&ring->cons->tail, ring->tail, __ATOMIC_RELEASE);
}

/* How much of the ring may be read before the kernel is told. */
#define MAPI_RING_TELL	16

/*
 * Records up to @tail have been read. The kernel is told now and then only: every
 * time would cost a cache miss on both sides for each packet.
 */
static inline void mapi_ring_advance(struct mapi_ring *ring, __u64 tail)
{
	ring->tail = tail;
	if (mapi_ring_empty(ring) ||
	    ring->tail - ring->told > ring->mask / MAPI_RING_TELL)
		mapi_ring_tell(ring);
}

/*
 * The next record goes to the program, which may call poll() before it asks for
 * another. If more are known to be there, poll() needs no care: it is right.
 */
static inline void mapi_ring_take(struct mapi_ring *ring,
				  const struct mapi_rec *rec)
{
	if (ring->tail + rec->len == ring->head)
		__atomic_store_n(&ring->cons->taken, ring->head, __ATOMIC_RELAXED);
}

/* Does the record lie within what the kernel wrote? It does, unless another
 * process reads the same ring and the kernel has written over it.
 */
static inline bool mapi_ring_sane(const struct mapi_ring *ring,
				  const struct mapi_rec *rec)
{
	return rec->len >= sizeof(*rec) && rec->len <= ring->head - ring->tail;
}

#endif
