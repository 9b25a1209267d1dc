/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Searching packets for strings: for one or for thousands, in one pass.
 */
#ifndef _MAPI_SEARCH_H
#define _MAPI_SEARCH_H

#include <linux/types.h>

struct mapi_search;

/**
 * struct mapi_needle - a string to search for, and where
 * @bytes: the string
 * @len: its bytes, at least 1
 * @offset: where the search begins
 * @depth: bytes it covers, 0: all; a match lies wholly inside
 * @id: whose it is; several needles may have the same
 */
struct mapi_needle {
	const u8 *bytes;
	u32 len;
	u32 offset;
	u32 depth;
	u32 id;
};

struct mapi_search *mapi_search_new(const struct mapi_needle *needles, u32 nr,
				    u32 nr_ids);
size_t mapi_search_size(const struct mapi_search *s);
void mapi_search_free(struct mapi_search *s);
bool mapi_search_any(const struct mapi_search *s, const u8 *data, u32 len);
u32 mapi_search_all(const struct mapi_search *s, const u8 *data, u32 len,
		    unsigned long *hits);

#endif /* _MAPI_SEARCH_H */
