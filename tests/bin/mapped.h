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

/* One block's words. */
static inline void mapped_block(const char *block,
				const struct mapi_result_desc *desc,
				__u64 *words, unsigned int nr)
{
	const struct mapi_slot *slot = (const void *)(block + desc->slot_off);
	const __u64 *result = (const void *)(slot + 1);
	__u32 seq;

	do {
		seq = __atomic_load_n(&slot->seq, __ATOMIC_ACQUIRE) & ~1U;
		for (unsigned int i = 0; i < nr; i++)
			words[i] = __atomic_load_n(&result[i], __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (__atomic_load_n(&slot->seq, __ATOMIC_RELAXED) != seq);
}

static inline void mapped_sum(const struct mapi_result_hdr *hdr, __u32 fid,
			      __u64 *words, unsigned int nr)
{
	const char *blocks = (const char *)hdr + hdr->block_off;
	const struct mapi_result_desc *desc;
	__u64 part[nr];

	desc = (const void *)((const char *)hdr + hdr->hdr_len +
			      (fid - 1) * hdr->desc_len);
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
