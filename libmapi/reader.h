/* SPDX-License-Identifier: MIT */
/* The reader of a TO_BUFFER function: all CPUs' rings, merged by time. */
#ifndef MAPI_READER_H
#define MAPI_READER_H

#include <linux/mapi.h>

#include "area.h"

struct mapi_reader;

/**
 * mapi_reader_new() - map the rings of a function
 * @fd: the flow's descriptor
 *
 * Return: NULL with the last error set.
 */
struct mapi_reader *mapi_reader_new(const struct mapi_area *area,
				    const struct mapi_result_desc *desc, int fd);
void mapi_reader_free(struct mapi_reader *reader);

/**
 * mapi_reader_next() - the next packet
 *
 * The one returned before is given back to the kernel. One thread at a time.
 *
 * Return: a record in a ring, valid until the next call; NULL: there is none.
 */
const struct mapi_rec *mapi_reader_next(struct mapi_reader *reader);

#endif
