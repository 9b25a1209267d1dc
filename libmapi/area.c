// SPDX-License-Identifier: MIT
/* The result area of a connected flow: mapped, read without system calls. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "area.h"
#include "error.h"
#include "seq.h"

_Static_assert((int)MAPI_LOST_NR == (int)MAPI_LOSS_NR &&
	       (int)MAPI_LOST_NR <= MAPI_LOST_MAX, "the kernel's reasons");
_Static_assert((int)FLOW_CLOSED == (int)MAPI_FLOW_CLOSED, "the kernel's states");
_Static_assert((int)MAPI_ENDED_BROKEN == (int)MAPI_END_BROKEN,
	       "the kernel's reasons");

/* Is it what this library can read? The kernel may know more than we do. */
static int check(const struct mapi_area *area)
{
	const struct mapi_result_hdr *hdr = area->hdr;
	__u64 descs, blocks, counts;

	if (area->size < sizeof(*hdr) || hdr->magic != MAPI_RESULT_MAGIC)
		return mapi_error(MAPI_SHM_ERR, "the flow has no result area");
	if (hdr->version != MAPI_RESULT_VERSION)
		return mapi_error(MAPI_SHM_ERR,
				  "the kernel's results have version %u, this library reads %u",
				  hdr->version, MAPI_RESULT_VERSION);
	descs = hdr->hdr_len + (__u64)hdr->nr_funcs * hdr->desc_len;
	blocks = hdr->block_off + (hdr->nr_cpus + 1ULL) * hdr->block_stride;
	counts = (__u64)hdr->nr_nodes * hdr->node_len;
	if (hdr->desc_len < sizeof(struct mapi_result_desc) ||
	    hdr->node_len < sizeof(struct mapi_node_slot) || !hdr->nr_nodes ||
	    descs > area->size || blocks > area->size ||
	    counts > hdr->block_stride)
		return mapi_error(MAPI_SHM_ERR, "the result area is too short");
	return 0;
}

int mapi_area_map(struct mapi_area *area, int fd, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return mapi_error(MAPI_SHM_ERR, "cannot map the results: %s",
				  strerror(errno));
	area->hdr = map;
	area->size = size;
	if (check(area)) {
		mapi_area_unmap(area);
		return -1;
	}
	return 0;
}

void mapi_area_unmap(struct mapi_area *area)
{
	if (area->hdr)
		munmap((void *)area->hdr, area->size);
	area->hdr = NULL;
}

const struct mapi_result_desc *mapi_area_desc(const struct mapi_area *area,
					      unsigned int fid)
{
	const struct mapi_result_hdr *hdr = area->hdr;

	if (!fid || fid > hdr->nr_funcs)
		return NULL;
	return (const void *)((const char *)hdr + hdr->hdr_len +
			      (size_t)(fid - 1) * hdr->desc_len);
}

enum mapi_status mapi_area_status(const struct mapi_area *area)
{
	return __atomic_load_n(&area->hdr->status, __ATOMIC_ACQUIRE);
}

int mapi_area_reason(const struct mapi_area *area)
{
	return __atomic_load_n(&area->hdr->reason, __ATOMIC_ACQUIRE);
}

/* Number nr_cpus is the base block. */
static const void *block(const struct mapi_area *area, unsigned int cpu)
{
	return (const char *)area->hdr + area->hdr->block_off +
	       (size_t)cpu * area->hdr->block_stride;
}

static const struct mapi_slot *slot(const struct mapi_area *area,
				    const struct mapi_result_desc *desc,
				    unsigned int cpu)
{
	return (const void *)((const char *)block(area, cpu) + desc->slot_off);
}

/* One block's words, and what is in front of them but losses, of one moment. */
static struct mapi_slot read_slot(const struct mapi_slot *slot, __u64 *words,
				  unsigned int nr)
{
	const __u64 *result = (const void *)(slot + 1);
	struct mapi_slot front = { 0 };

	do {
		front.seq = mapi_seq_begin(&slot->seq);
		front.age = __atomic_load_n(&slot->age, __ATOMIC_RELAXED);
		front.last = mapi_load(&slot->last);
		for (unsigned int i = 0; i < nr; i++)
			words[i] = mapi_load(&result[i]);
	} while (mapi_seq_retry(&slot->seq, front.seq));
	return front;
}

static void sum_slots(const struct mapi_area *area,
		      const struct mapi_result_desc *desc, __u64 *words,
		      __u64 *part, unsigned int nr)
{
	const __u64 *base;

	base = (const void *)(slot(area, desc, area->hdr->nr_cpus) + 1);
	for (unsigned int i = 0; i < nr; i++)
		words[i] = -mapi_load(&base[i]);
	for (unsigned int cpu = 0; cpu < area->hdr->nr_cpus; cpu++) {
		read_slot(slot(area, desc, cpu), part, nr);
		for (unsigned int i = 0; i < nr; i++)
			words[i] += part[i];
	}
}

/* What was written last, on whatever CPU; zeros if that was before the reset. */
static void last_slot(const struct mapi_area *area,
		      const struct mapi_result_desc *desc, __u64 *words,
		      __u64 *part, unsigned int nr)
{
	__u64 last = mapi_load(&slot(area, desc, area->hdr->nr_cpus)->last), at;

	memset(words, 0, nr * sizeof(*words));
	for (unsigned int cpu = 0; cpu < area->hdr->nr_cpus; cpu++) {
		at = read_slot(slot(area, desc, cpu), part, nr).last;
		if (at > last) {
			last = at;
			memcpy(words, part, nr * sizeof(*words));
		}
	}
}

/* Sums, least and greatest values of all CPUs that have any since the reset. */
static void mix_slots(const struct mapi_area *area,
		      const struct mapi_result_desc *desc, __u64 *words,
		      __u64 *part, unsigned int nr)
{
	unsigned int max_at = nr - desc->nr_max, min_at = max_at - desc->nr_min;
	__u32 age = __atomic_load_n(&desc->age, __ATOMIC_RELAXED);
	bool found = false;

	memset(words, 0, nr * sizeof(*words));
	for (unsigned int cpu = 0; cpu < area->hdr->nr_cpus; cpu++) {
		if (read_slot(slot(area, desc, cpu), part, nr).age != age)
			continue;
		for (unsigned int i = 0; i < nr; i++) {
			if (i < min_at)
				words[i] += part[i];
			else if (i >= max_at ? part[i] > words[i] :
					       !found || part[i] < words[i])
				words[i] = part[i];
		}
		found = true;
	}
	for (unsigned int i = min_at; i < max_at; i++) {
		bool none = min_at ? !words[0] : words[i] == UINT64_MAX;

		words[i] = none ? 0 : words[i];
	}
}

/* What came to a node on one CPU, of one moment. */
static void read_node(const struct mapi_area *area, unsigned int node,
		      unsigned int cpu, struct mapi_node_count *sum)
{
	const struct mapi_node_count *shared;
	const struct mapi_node_slot *slot;
	__u32 seq, at;

	slot = (const void *)((const char *)block(area, cpu) +
			      (size_t)node * area->hdr->node_len);
	do {
		seq = mapi_seq_begin(&slot->seq);
		sum->pkts = mapi_load(&slot->own.pkts);
		sum->bytes = mapi_load(&slot->own.bytes);
		at = __atomic_load_n(&slot->at, __ATOMIC_RELAXED);
		if (at) {
			shared = (const void *)((const char *)area->hdr + at);
			sum->pkts += mapi_load(&shared->pkts) -
				     mapi_load(&slot->base.pkts);
			sum->bytes += mapi_load(&shared->bytes) -
				      mapi_load(&slot->base.bytes);
		}
	} while (mapi_seq_retry(&slot->seq, seq));
}

/* The same on all CPUs. */
static struct mapi_node_count sum_node(const struct mapi_area *area,
				       unsigned int node)
{
	struct mapi_node_count sum = { 0 }, part;

	for (unsigned int cpu = 0; cpu < area->hdr->nr_cpus; cpu++) {
		read_node(area, node, cpu, &part);
		sum.pkts += part.pkts;
		sum.bytes += part.bytes;
	}
	return sum;
}

/* What a function counts that only counts: what came to its node, less the base. */
static __u64 counted(const struct mapi_area *area,
		     const struct mapi_result_desc *desc)
{
	struct mapi_node_count sum = sum_node(area, desc->node);
	const struct mapi_slot *base = slot(area, desc, area->hdr->nr_cpus);

	return (desc->type == MAPI_RESULT_PKTS ? sum.pkts : sum.bytes) -
	       mapi_load((const void *)(base + 1));
}

void mapi_area_read(const struct mapi_area *area,
		    const struct mapi_result_desc *desc, __u64 *words)
{
	unsigned int nr = desc->size / sizeof(*words);
	__u32 seq;

	if (desc->type == MAPI_RESULT_NONE)
		return;
	if (desc->type == MAPI_RESULT_SINGLE) {
		read_slot(slot(area, desc, 0), words, nr);
		return;
	}
	do {
		seq = mapi_seq_begin(&desc->seq);
		if (desc->type == MAPI_RESULT_PKTS ||
		    desc->type == MAPI_RESULT_BYTES)
			words[0] = counted(area, desc);
		else if (desc->type == MAPI_RESULT_LAST)
			last_slot(area, desc, words, words + nr, nr);
		else if (desc->type == MAPI_RESULT_MIXED)
			mix_slots(area, desc, words, words + nr, nr);
		else
			sum_slots(area, desc, words, words + nr, nr);
	} while (mapi_seq_retry(&desc->seq, seq));
}

/* A count of struct mapi_slot: the base block's is a worker's own. */
static __u64 sum_slot(const struct mapi_area *area,
		      const struct mapi_result_desc *desc, size_t offset)
{
	__u64 sum = 0;

	for (unsigned int i = 0; i <= area->hdr->nr_cpus; i++)
		sum += mapi_load((const void *)((const char *)block(area, i) +
						desc->slot_off + offset));
	return sum;
}

/*
 * A packet comes to the node of a function first, then to the one behind it. So
 * read against the stream: what is missing at the end may still be on its way,
 * but nothing ever passes that did not come in.
 */
void mapi_area_stats(const struct mapi_area *area,
		     const struct mapi_result_desc *desc,
		     struct mapi_function_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	for (unsigned int i = 0; i < MAPI_LOSS_NR; i++)
		stats->lost[i] = sum_slot(area, desc,
					  offsetof(struct mapi_slot, lost[i]));
	stats->passed = sum_node(area, desc->behind).pkts;
	stats->pkts = stats->passed;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (desc->behind != desc->node)
		stats->pkts = sum_node(area, desc->node).pkts;
	stats->filtered = stats->pkts - stats->passed;
	stats->status = -__atomic_load_n(&desc->status, __ATOMIC_RELAXED);
}
