/* SPDX-License-Identifier: MIT */
/* The reader of a TO_BUFFER function: all CPUs' rings, merged by time. */
#ifndef MAPI_READER_H
#define MAPI_READER_H

#include <linux/mapi.h>

#include "area.h"

struct mapi_ring;

/**
 * struct mapi_reader - the rings of a function
 * @at: the next record
 * @stop: as long as records end before, and
 * @limit: are not younger, one follows the other with nothing to be done
 * @run: the record of the current ring that was next when @stop was set
 * @current: the ring that is being read, NULL: none
 * @page: bytes of a page
 * @nr: rings
 * @rings: them
 */
struct mapi_reader {
	const struct mapi_rec *at;
	const unsigned char *stop;
	__u64 limit;
	const unsigned char *run;
	struct mapi_ring *current;
	size_t page;
	unsigned int nr;
	struct mapi_ring *rings;
};

/**
 * mapi_reader_new() - map the rings of a function
 * @fd: the flow's descriptor
 *
 * Return: NULL with the last error set.
 */
struct mapi_reader *mapi_reader_new(const struct mapi_area *area,
				    const struct mapi_result_desc *desc, int fd);
void mapi_reader_free(struct mapi_reader *reader);

/* Out of line part of mapi_reader_next(). */
const struct mapi_rec *mapi_reader_more(struct mapi_reader *reader);

/**
 * mapi_reader_next() - the next packet
 *
 * The one returned before is given back to the kernel. One thread at a time.
 *
 * Return: a record in a ring, valid until the next call; NULL: there is none.
 */
static inline const struct mapi_rec *mapi_reader_next(struct mapi_reader *reader)
{
	const struct mapi_rec *rec = reader->at;
	const unsigned char *end = (const unsigned char *)rec + rec->len;

	if (__builtin_expect(end >= reader->stop || rec->ts > reader->limit ||
			     rec->len < sizeof(*rec), 0))
		return mapi_reader_more(reader);
	reader->at = (const struct mapi_rec *)end;
	return rec;
}

#endif
