// SPDX-License-Identifier: GPL-2.0
/*
 * Needles of similar length, found by jumping: after Wu and Manber (A fast
 * algorithm for multi-pattern searching, 1994).
 *
 * Each needle is represented by as many bytes of it as the shortest has: its
 * window. Of the packet only the last few bytes of a window are looked at, a
 * gram. If no needle's window has it, no match can, and the window moves behind
 * the first byte of it. If some have it, the window moves to where they would
 * lie one above the other; if they do so now, the needles whose windows look
 * like this one are compared.
 *
 * Nearly always no needle has the gram. So this is asked first, of a small
 * table of bits: where the window goes does not depend on what is read, but on
 * a branch that is foreseen, and the processor reads many windows at once.
 */
#include <linux/unaligned.h>
#include "search.h"
#include "search_hash.h"

/* memcmp() of the kernel takes byte by byte on some machines. */
static bool equal(const u8 *a, const u8 *b, u32 len)
{
	u32 i;

	for (i = 0; i + 8 <= len; i += 8)
		if (get_unaligned((const u64 *)(a + i)) !=
		    get_unaligned((const u64 *)(b + i)))
			return false;
	for (; i < len; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* The needles whose windows look like the one that ends at @end. */
static noinline enum search_verdict compare(const struct search_grams *g,
					    struct search_run *run, size_t end)
{
	const struct mapi_search *s = run->s;
	u64 mark = search_mark(run->data + end, g->width);
	const u32 *head = g->heads + search_chain(mark, g->head_bits);
	const struct search_entry *e = g->entries + head[0];
	const struct search_entry *stop = g->entries + head[1];

	run->budget -= 2;
	for (; e < stop; e++) {
		const struct search_needle *n = s->needles + e->needle;
		size_t start = end - g->width;

		if (--run->budget < 0)
			return SEARCH_SPENT;
		if (e->mark != (u32)mark || start < e->before)
			continue;
		start -= e->before;
		if (!search_window(run, n, start))
			continue;
		run->budget -= 1 + n->len / 16;
		if (equal(run->data + start, s->bytes + n->at, n->len) &&
		    search_found(run, n))
			return SEARCH_FOUND;
	}
	return SEARCH_ENDED;
}

static __always_inline enum search_verdict
scan(const struct search_grams *g, struct search_run *run, const u32 gram)
{
	const u32 *filter = g->filter;
	const u8 *data = run->data;
	size_t end = min(g->to, run->len);
	size_t at = (size_t)g->from + g->width - gram;
	u32 step = g->step, away = 32 - g->filter_bits;
	enum search_verdict verdict;
	u32 hash, bit, shift;

	if (g->from >= end)
		return SEARCH_ENDED;
	while (at + gram <= end) {
		hash = search_hash(data + at, gram);
		bit = hash >> away;
		if (likely(!(filter[bit / 32] >> bit % 32 & 1))) {
			at += step;
			continue;
		}
		if (--run->budget < 0)
			return SEARCH_SPENT;
		shift = g->shifts[hash >> (32 - g->shift_bits)];
		if (shift) {
			at += shift;
			continue;
		}
		verdict = compare(g, run, at + gram);
		if (verdict != SEARCH_ENDED)
			return verdict;
		at++;
	}
	return SEARCH_ENDED;
}

/**
 * search_grams - search for the needles of a class
 * @g: the needles
 * @run: the packet
 */
enum search_verdict search_grams(const struct search_grams *g,
				 struct search_run *run)
{
	switch (g->gram) {
	case 1:
		return scan(g, run, 1);
	case 2:
		return scan(g, run, 2);
	case 3:
		return scan(g, run, 3);
	default:
		return scan(g, run, 4);
	}
}
