// SPDX-License-Identifier: GPL-2.0
/*
 * A needle that is too short to jump far: eight places are looked at at once. A
 * word holds a zero byte where the packet holds the byte that it was xored with;
 * three bytes of the needle, first, middle and last, must all have theirs.
 */
#include <linux/unaligned.h>
#include "search.h"

#define PLACES		8
#define EACH(byte)	((byte) * 0x0101010101010101ULL)

static __always_inline u64 zeros(u64 word)
{
	return (word - EACH(0x01)) & ~word & EACH(0x80);
}

static __always_inline u64 differ(const u8 *p, u64 each)
{
	return get_unaligned((const u64 *)p) ^ each;
}

/* Does the needle lie at one of @nr places? */
static noinline bool look(struct search_run *run, const struct search_needle *n,
			  size_t at, u32 nr)
{
	const u8 *bytes = run->s->bytes + n->at;
	u32 i, j;

	run->budget -= 2;
	for (i = 0; i < nr; i++, at++) {
		for (j = 0; j < n->len && run->data[at + j] == bytes[j]; j++)
			;
		if (j == n->len)
			return true;
	}
	return false;
}

static enum search_verdict verdict(struct search_run *run,
				   const struct search_needle *n)
{
	return search_found(run, n) ? SEARCH_FOUND : SEARCH_ENDED;
}

static __always_inline enum search_verdict
scan(struct search_run *run, const struct search_needle *n, const u32 middle,
     const u32 last)
{
	const u8 *bytes = run->s->bytes + n->at;
	u64 b0 = EACH((u64)bytes[0]), b1 = EACH((u64)bytes[middle]),
	    b2 = EACH((u64)bytes[last]);
	size_t at = n->offset, end = min(n->end, run->len);

	if (at >= end)
		return SEARCH_ENDED;
	for (; at + PLACES + last <= end; at += PLACES) {
		const u8 *p = run->data + at;
		u64 word = differ(p, b0);

		if (last)
			word |= differ(p + last, b2);
		if (middle)
			word |= differ(p + middle, b1);
		if (likely(!zeros(word)))
			continue;
		if (look(run, n, at, PLACES))
			return verdict(run, n);
		if (run->budget < 0)
			return SEARCH_SPENT;
	}
	if (at + last < end && look(run, n, at, end - last - at))
		return verdict(run, n);
	return SEARCH_ENDED;
}

/**
 * search_one - search for a short needle
 * @run: the packet
 * @n: the needle, of at most %SEARCH_SHORT bytes
 *
 * Return: the verdict; once the needle is found, there is no more to find.
 */
enum search_verdict search_one(struct search_run *run,
			       const struct search_needle *n)
{
	switch (n->len) {
	case 1:
		return scan(run, n, 0, 0);
	case 2:
		return scan(run, n, 0, 1);
	default:
		return scan(run, n, n->len / 2, n->len - 1);
	}
}
