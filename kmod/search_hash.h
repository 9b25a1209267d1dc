/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hashes of the string search: the tables are built with them, and read.
 */
#ifndef _MAPI_KMOD_SEARCH_HASH_H
#define _MAPI_KMOD_SEARCH_HASH_H

#include <linux/hash.h>
#include <linux/unaligned.h>

/* search_hash - of a gram of @gram bytes; the upper bits are the good ones */
static __always_inline u32 search_hash(const u8 *p, const u32 gram)
{
	u32 bytes;

	switch (gram) {
	case 1:
		bytes = *p;
		break;
	case 2:
		bytes = get_unaligned((const u16 *)p);
		break;
	case 3:
		bytes = get_unaligned((const u16 *)p) | (u32)p[2] << 16;
		break;
	default:
		bytes = get_unaligned((const u32 *)p);
		break;
	}
	return bytes * GOLDEN_RATIO_32;
}

/*
 * search_mark - of the window that ends at @end: its last eight bytes and, if it
 * has more, its first and those in the middle
 */
static inline u64 search_mark(const u8 *end, u32 width)
{
	const u8 *start = end - width;
	u64 bytes;

	if (width >= 8)
		bytes = get_unaligned((const u64 *)(end - 8));
	else if (width >= 4)
		bytes = (u64)get_unaligned((const u32 *)start) << 32 |
			get_unaligned((const u32 *)(end - 4));
	else if (width >= 2)
		bytes = (u32)get_unaligned((const u16 *)start) << 16 |
			get_unaligned((const u16 *)(end - 2));
	else
		bytes = *start;
	bytes *= GOLDEN_RATIO_64;
	bytes ^= bytes >> 32;
	if (width > 8) {
		bytes += get_unaligned((const u64 *)start);
		bytes *= GOLDEN_RATIO_64;
		bytes ^= bytes >> 32;
	}
	if (width > 16) {
		bytes += get_unaligned((const u64 *)(start + width / 2 - 4));
		bytes *= GOLDEN_RATIO_64;
		bytes ^= bytes >> 32;
	}
	return bytes;
}

/* search_chain - which of 1 << @bits chains needles of that mark are in */
static inline u32 search_chain(u64 mark, u32 bits)
{
	return mark >> (64 - bits);
}

#endif /* _MAPI_KMOD_SEARCH_HASH_H */
