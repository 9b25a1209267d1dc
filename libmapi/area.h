/* SPDX-License-Identifier: MIT */
/* The result area of a connected flow: mapped, read without system calls. */
#ifndef MAPI_AREA_H
#define MAPI_AREA_H

#include <stddef.h>
#include <linux/mapi.h>

#include "mapi.h"

struct mapi_area {
	const struct mapi_result_hdr *hdr;	/* NULL: not mapped */
	size_t size;
};

/**
 * mapi_area_map() - map the result area of a flow
 * @size: MAPI_A_FLOW_RESULT_SIZE
 *
 * Return: 0, or -1 with the last error set.
 */
int mapi_area_map(struct mapi_area *area, int fd, size_t size);
void mapi_area_unmap(struct mapi_area *area);

/* The description of a function, NULL if there is none of that number. */
const struct mapi_result_desc *mapi_area_desc(const struct mapi_area *area,
					      unsigned int fid);

enum mapi_status mapi_area_status(const struct mapi_area *area);
int mapi_area_reason(const struct mapi_area *area);

/**
 * mapi_area_read() - the result of a function, merged over the CPUs
 * @words: room for twice desc->size bytes: the result, and to work with
 *
 * All words are of one moment, as far as the function promises that.
 */
void mapi_area_read(const struct mapi_area *area,
		    const struct mapi_result_desc *desc, __u64 *words);

void mapi_area_stats(const struct mapi_area *area,
		     const struct mapi_result_desc *desc,
		     struct mapi_function_stats *stats);

#endif
