/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A function's result as it lies in the mapped area, read by the letter of
 * linux/mapi.h and without libmapi, which shows less than is there.
 */
#ifndef MAPPED_H
#define MAPPED_H

#include <string.h>
#include <sys/mman.h>
#include <linux/mapi.h>

/* One block's words. Return: what is in front of them but losses. */
static inline struct mapi_slot mapped_block(const char *block,
					    const struct mapi_result_desc *desc,
					    __u64 *words, unsigned int nr)
{
	const struct mapi_slot *slot = (const void *)(block + desc->slot_off);
	const __u64 *result = (const void *)(slot + 1);
	struct mapi_slot front = { 0 };
	__u32 seq;

	do {
		seq = __atomic_load_n(&slot->seq, __ATOMIC_ACQUIRE) & ~1U;
		front.age = __atomic_load_n(&slot->age, __ATOMIC_RELAXED);
		front.last = __atomic_load_n(&slot->last, __ATOMIC_RELAXED);
		for (unsigned int i = 0; i < nr; i++)
			words[i] = __atomic_load_n(&result[i], __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (__atomic_load_n(&slot->seq, __ATOMIC_RELAXED) != seq);
	return front;
}

/* The words that were written last, unless the base block's are no older. */
static inline void mapped_last(const struct mapi_result_hdr *hdr,
			       const struct mapi_result_desc *desc,
			       __u64 *words, unsigned int nr)
{
	const char *blocks = (const char *)hdr + hdr->block_off;
	__u64 part[nr], last, at;

	last = mapped_block(blocks + (size_t)hdr->nr_cpus * hdr->block_stride,
			    desc, part, nr).last;
	memset(words, 0, nr * sizeof(*words));
	for (unsigned int cpu = 0; cpu < hdr->nr_cpus; cpu++) {
		at = mapped_block(blocks + (size_t)cpu * hdr->block_stride, desc,
				  part, nr).last;
		if (at <= last)
			continue;
		last = at;
		memcpy(words, part, nr * sizeof(*words));
	}
}

/* Sums, least and greatest words, of blocks as often reset as the descriptor. */
static inline void mapped_mixed(const struct mapi_result_hdr *hdr,
				const struct mapi_result_desc *desc,
				__u64 *words, unsigned int nr)
{
	const char *block = (const char *)hdr + hdr->block_off;
	unsigned int cpu, i, found = 0;
	__u64 part[nr];

	memset(words, 0, nr * sizeof(*words));
	for (cpu = 0; cpu < hdr->nr_cpus; cpu++, block += hdr->block_stride) {
		if (mapped_block(block, desc, part, nr).age != desc->age)
			continue;
		for (i = 0; i < nr - desc->nr_max - desc->nr_min; i++)
			words[i] += part[i];
		for (; i < nr - desc->nr_max; i++)
			words[i] = found && words[i] < part[i] ? words[i] : part[i];
		for (; i < nr; i++)
			words[i] = words[i] > part[i] ? words[i] : part[i];
		found = 1;
	}
	for (i = nr - desc->nr_max - desc->nr_min; i < nr - desc->nr_max; i++)
		words[i] = words[i] + 1 ? words[i] : 0;
}

/* What came to a node, of all CPUs: word 0 packets, word 1 bytes. */
static inline void mapped_node(const struct mapi_result_hdr *hdr, __u32 node,
			       __u64 *words)
{
	const struct mapi_node_count *count;
	const struct mapi_node_slot *slot;

	words[0] = 0;
	words[1] = 0;
	for (unsigned int cpu = 0; cpu < hdr->nr_cpus; cpu++) {
		slot = (const void *)((const char *)hdr + hdr->block_off +
				      (size_t)cpu * hdr->block_stride +
				      (size_t)node * hdr->node_len);
		words[0] += slot->own.pkts;
		words[1] += slot->own.bytes;
		if (!slot->at)
			continue;
		count = (const void *)((const char *)hdr + slot->at);
		words[0] += __atomic_load_n(&count->pkts, __ATOMIC_RELAXED) -
			    slot->base.pkts;
		words[1] += __atomic_load_n(&count->bytes, __ATOMIC_RELAXED) -
			    slot->base.bytes;
	}
}

static inline void mapped_sum(const struct mapi_result_hdr *hdr, __u32 fid,
			      __u64 *words, unsigned int nr)
{
	const char *blocks = (const char *)hdr + hdr->block_off;
	const struct mapi_result_desc *desc;
	__u64 part[nr], counts[2];

	desc = (const void *)((const char *)hdr + hdr->hdr_len +
			      (fid - 1) * hdr->desc_len);
	if (desc->type == MAPI_RESULT_PKTS || desc->type == MAPI_RESULT_BYTES) {
		mapped_node(hdr, desc->node, counts);
		mapped_block(blocks + (size_t)hdr->nr_cpus * hdr->block_stride,
			     desc, part, 1);
		words[0] = counts[desc->type == MAPI_RESULT_BYTES] - part[0];
		return;
	}
	if (desc->type == MAPI_RESULT_LAST) {
		mapped_last(hdr, desc, words, nr);
		return;
	}
	if (desc->type == MAPI_RESULT_MIXED) {
		mapped_mixed(hdr, desc, words, nr);
		return;
	}
	mapped_block(blocks, desc, words, nr);
	if (desc->type == MAPI_RESULT_SINGLE)
		return;
	for (unsigned int cpu = 1; cpu <= hdr->nr_cpus; cpu++) {
		mapped_block(blocks + (size_t)cpu * hdr->block_stride, desc,
			     part, nr);
		for (unsigned int i = 0; i < nr; i++)
			words[i] += cpu < hdr->nr_cpus ? part[i] : -part[i];
	}
}

/* @nr words of function @fid's result. Return: 0 or -1. */
static inline int mapped_words(int fd, size_t area_size, __u32 fid,
			       __u64 *words, unsigned int nr)
{
	void *hdr;

	if (!nr)
		return 0;
	hdr = mmap(NULL, area_size, PROT_READ, MAP_SHARED, fd, 0);
	if (hdr == MAP_FAILED)
		return -1;
	mapped_sum(hdr, fid, words, nr);
	munmap(hdr, area_size);
	return 0;
}

#endif
