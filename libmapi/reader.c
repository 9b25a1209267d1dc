// SPDX-License-Identifier: MIT
/*
 * The reader of a TO_BUFFER function: all CPUs' rings, merged by time.
 *
 * It asks all rings how far they are filled, then delivers all that, oldest
 * first, then asks again. What comes in meanwhile is younger than what was
 * there, so nothing is gained by asking earlier. Within such a batch the rings
 * do not change: after a packet of one ring, the next of the same ring is the
 * oldest of all unless it is younger than the oldest of the others, which need
 * not be looked at again until then. Such a run of records is handed out with
 * little ado (mapi_reader_next()); all else is in mapi_reader_more().
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

/* Is next where no ring is current: it ends behind @stop, which is NULL then. */
static const struct mapi_rec none;

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

	reader = calloc(1, sizeof(*reader));
	if (reader)
		reader->rings = calloc(nr, sizeof(*reader->rings));
	if (!reader || !reader->rings) {
		free(reader);
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	reader->at = &none;
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
	free(reader->rings);
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

/* What was handed out has been read. */
static void advance(struct mapi_reader *reader)
{
	struct mapi_ring *ring = reader->current;

	if (ring)
		mapi_ring_advance(ring, ring->tail + ((const unsigned char *)
						      reader->at - reader->run));
}

/* Hand out the next record of the current ring, and set where the run ends. */
static const struct mapi_rec *take(struct mapi_reader *reader)
{
	struct mapi_ring *ring = reader->current;
	const struct mapi_rec *rec = mapi_ring_peek(ring);
	__u64 left = ring->head - ring->tail;

	mapi_ring_take(ring, rec);
	reader->run = (const unsigned char *)rec;
	reader->at = (const struct mapi_rec *)(reader->run + rec->len);
	if (left > ring->mask / MAPI_RING_TELL)
		left = ring->mask / MAPI_RING_TELL;
	reader->stop = reader->run + left;
	return rec;
}

static void leave(struct mapi_reader *reader)
{
	reader->current = NULL;
	reader->at = &none;
	reader->stop = NULL;
}

const struct mapi_rec *mapi_reader_more(struct mapi_reader *reader)
{
	struct mapi_ring *ring;

	advance(reader);
	if (!still_oldest(reader)) {
		choose(reader);
		if (!reader->current && refresh(reader))
			choose(reader);
	}
	ring = reader->current;
	if (ring && mapi_ring_sane(ring, mapi_ring_peek(ring)))
		return take(reader);
	/* Another reader spoilt it: begin again where the kernel is now. */
	if (ring) {
		mapi_ring_refresh(ring);
		ring->tail = ring->head;
		mapi_ring_tell(ring);
	}
	leave(reader);
	return NULL;
}
