// SPDX-License-Identifier: MIT
/*
 * The reader of a TO_BUFFER function: all CPUs' rings, merged by time.
 *
 * It asks all rings how far they are filled, then delivers all that, oldest
 * first, then asks again. What comes in meanwhile is younger than what was
 * there, so nothing is gained by asking earlier. Within such a batch the rings
 * do not change: after a packet of one ring, the next of the same ring is the
 * oldest of all unless it is younger than the oldest of the others, which need
 * not be looked at again until then.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "reader.h"
#include "ring.h"

_Static_assert(offsetof(struct mapi_rec, caplen) - offsetof(struct mapi_rec, ts)
	       == offsetof(struct mapipkt, caplen) &&
	       offsetof(struct mapi_rec, data) - offsetof(struct mapi_rec, ts)
	       == offsetof(struct mapipkt, pkt),
	       "a record holds a struct mapipkt");

/**
 * struct mapi_reader - the rings of a function
 * @current: the ring that is being read
 * @last: the record returned last, of @current; NULL: none
 * @limit: the oldest packet of the other rings in this batch
 */
struct mapi_reader {
	size_t page;
	unsigned int nr;
	struct mapi_ring *current;
	const struct mapi_rec *last;
	__u64 limit;
	struct mapi_ring rings[];
};

static size_t ring_bytes(const struct mapi_reader *reader,
			 const struct mapi_ring *ring)
{
	return reader->page + 2 * (ring->mask + 1);
}

static int map_ring(struct mapi_reader *reader, unsigned int cpu,
		    const struct mapi_result_desc *desc, int fd)
{
	struct mapi_ring *ring = &reader->rings[cpu];
	void *map;

	ring->mask = desc->ring_size - 1;
	map = mmap(NULL, ring_bytes(reader, ring), PROT_READ, MAP_SHARED, fd,
		   MAPI_MMAP_RING(desc->fid, cpu));
	if (map == MAP_FAILED)
		return -1;
	ring->prod = map;
	ring->data = (const unsigned char *)map + reader->page;
	map = mmap(NULL, reader->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   MAPI_MMAP_RING_CONS(desc->fid, cpu));
	if (map == MAP_FAILED)
		return -1;
	ring->cons = map;
	ring->tail = __atomic_load_n(&ring->cons->tail, __ATOMIC_RELAXED);
	ring->told = ring->tail;
	ring->head = ring->tail;
	return 0;
}

struct mapi_reader *mapi_reader_new(const struct mapi_area *area,
				    const struct mapi_result_desc *desc, int fd)
{
	unsigned int nr = area->hdr->nr_cpus;
	struct mapi_reader *reader;

	reader = calloc(1, sizeof(*reader) + nr * sizeof(*reader->rings));
	if (!reader) {
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	reader->page = sysconf(_SC_PAGESIZE);
	reader->nr = nr;
	for (unsigned int cpu = 0; cpu < nr; cpu++) {
		if (!map_ring(reader, cpu, desc, fd))
			continue;
		mapi_error(MAPI_SHM_ERR, "cannot map the packets of CPU %u: %s",
			   cpu, strerror(errno));
		mapi_reader_free(reader);
		return NULL;
	}
	return reader;
}

void mapi_reader_free(struct mapi_reader *reader)
{
	if (!reader)
		return;
	for (unsigned int cpu = 0; cpu < reader->nr; cpu++) {
		struct mapi_ring *ring = &reader->rings[cpu];

		if (ring->prod)
			munmap((void *)ring->prod, ring_bytes(reader, ring));
		if (ring->cons)
			munmap(ring->cons, reader->page);
	}
	free(reader);
}

/* Begin a batch. Is there anything in it? */
static bool refresh(struct mapi_reader *reader)
{
	bool any = false;

	for (unsigned int i = 0; i < reader->nr; i++)
		any |= mapi_ring_refresh(&reader->rings[i]);
	return any;
}

/* Make the ring with the oldest packet current, NULL: the batch is done. */
static void choose(struct mapi_reader *reader)
{
	__u64 oldest = ~0ULL;

	reader->current = NULL;
	reader->limit = ~0ULL;
	for (unsigned int i = 0; i < reader->nr; i++) {
		struct mapi_ring *ring = &reader->rings[i];
		__u64 ts;

		if (mapi_ring_empty(ring))
			continue;
		ts = mapi_ring_peek(ring)->ts;
		if (!reader->current || ts < oldest) {
			reader->limit = oldest;
			reader->current = ring;
			oldest = ts;
		} else if (ts < reader->limit) {
			reader->limit = ts;
		}
	}
}

/* Is the current ring's next packet still the oldest? */
static inline bool still_oldest(const struct mapi_reader *reader)
{
	return reader->current && !mapi_ring_empty(reader->current) &&
	       mapi_ring_peek(reader->current)->ts <= reader->limit;
}

const struct mapi_rec *mapi_reader_next(struct mapi_reader *reader)
{
	if (reader->last)
		mapi_ring_advance(reader->current, reader->last);
	reader->last = NULL;
	if (!still_oldest(reader)) {
		choose(reader);
		if (!reader->current && refresh(reader))
			choose(reader);
		if (!reader->current)
			return NULL;
	}
	reader->last = mapi_ring_peek(reader->current);
	if (mapi_ring_sane(reader->current, reader->last)) {
		mapi_ring_take(reader->current, reader->last);
		return reader->last;
	}
	/* Another reader spoilt it: begin again where the kernel is now. */
	reader->last = NULL;
	mapi_ring_refresh(reader->current);
	reader->current->tail = reader->current->head;
	mapi_ring_tell(reader->current);
	return NULL;
}
