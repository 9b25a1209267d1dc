// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of search_grams.c.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "search.h"
#include "search_hash.h"

#define FILTER_BITS_MIN	9
#define FILTER_BITS_MAX	20		/* 128 KiB: still near the processor */
#define FILTER_SPARE	16		/* bits for each gram */
#define SHIFTS_FEWER	8		/* than bits of the filter */

#define WIDTH_MAX	255		/* so that a shift fits its byte */
#define WIDTH_ENOUGH	8		/* that the filter may get fuller for */

#define PLACES		4	/* where the window of a needle may be */

/* With so few grams, they may be short and frequent. */
#define GRAMS_FEW	8

static bool in_class(const struct search_needle *n, u32 shortest, u32 longest)
{
	return n->len >= shortest && n->len <= longest;
}

static u32 grams_each(const struct search_grams *g)
{
	return g->width - g->gram + 1;
}

/* Windows as wide as can be, but not so that every gram is in some needle. */
static void choose(struct search_grams *g, u32 nr, u32 shortest)
{
	u32 most = BIT(FILTER_BITS_MAX) / FILTER_SPARE / nr;

	g->width = min_t(u32, shortest, WIDTH_MAX);
	if (g->width >= 8)
		g->gram = 4;
	else if (g->width >= 4)
		g->gram = nr * g->width <= GRAMS_FEW ? 2 : 3;
	else
		g->gram = min_t(u32, g->width, 2);
	if (grams_each(g) > most)
		g->width = max(most + g->gram - 1,
			       min_t(u32, g->width, WIDTH_ENOUGH));
	g->step = grams_each(g);
}

static const u8 *window(const struct mapi_search *s,
			const struct search_entry *e)
{
	return s->bytes + s->needles[e->needle].at + e->before;
}

static u32 hash(const struct search_grams *g, const u8 *p)
{
	switch (g->gram) {
	case 1:
		return search_hash(p, 1);
	case 2:
		return search_hash(p, 2);
	case 3:
		return search_hash(p, 3);
	default:
		return search_hash(p, 4);
	}
}

/* Return: bits that are set. */
static u32 fill_filter(const struct mapi_search *s, struct search_grams *g,
		       u32 nr)
{
	u32 i, j, set = 0;

	for (i = 0; i < nr; i++) {
		const u8 *p = window(s, g->entries + i);

		for (j = 0; j < g->step; j++) {
			u32 bit = hash(g, p + j) >> (32 - g->filter_bits);
			u32 *word = g->filter + bit / 32;

			set += !(*word >> bit % 32 & 1);
			*word |= 1U << bit % 32;
		}
	}
	return set;
}

static u32 bits_for(u32 grams)
{
	u64 bits = roundup_pow_of_two((u64)grams * FILTER_SPARE);

	return clamp_t(u32, ilog2(bits), FILTER_BITS_MIN, FILTER_BITS_MAX);
}

/* Needles that begin alike have fewer grams than they could. */
static int make_filter(struct mapi_search *s, struct search_grams *g, u32 nr)
{
	u32 bits = bits_for(min_t(u64, (u64)nr * g->step, U32_MAX / FILTER_SPARE));
	u32 set;

	g->filter_bits = bits;
	g->filter = search_alloc(s, BIT(bits) / 32, sizeof(*g->filter));
	if (!g->filter)
		return -ENOMEM;
	set = fill_filter(s, g, nr);
	if (bits_for(set) == bits)
		return 0;
	search_release(s, g->filter, BIT(bits) / 32, sizeof(*g->filter));
	bits = bits_for(set);
	g->filter_bits = bits;
	g->filter = search_alloc(s, BIT(bits) / 32, sizeof(*g->filter));
	if (!g->filter)
		return -ENOMEM;
	fill_filter(s, g, nr);
	return 0;
}

static int make_shifts(struct mapi_search *s, struct search_grams *g, u32 nr)
{
	u32 i, j, size;

	g->shift_bits = g->filter_bits - ilog2(SHIFTS_FEWER);
	size = BIT(g->shift_bits);
	g->shifts = search_alloc(s, size, sizeof(*g->shifts));
	if (!g->shifts)
		return -ENOMEM;
	memset(g->shifts, g->step, size);
	for (i = 0; i < nr; i++) {
		const u8 *p = window(s, g->entries + i);

		for (j = 0; j < g->step; j++) {
			u8 *shift = g->shifts +
				    (hash(g, p + j) >> (32 - g->shift_bits));

			*shift = min_t(u32, *shift, g->step - 1 - j);
		}
	}
	return 0;
}

static u64 mark_of(const struct mapi_search *s, const struct search_grams *g,
		   const struct search_entry *e)
{
	return search_mark(window(s, e) + g->width, g->width);
}

/* Sorts the needles by their chain, counting. */
static int make_chains(struct mapi_search *s, struct search_grams *g, u32 nr)
{
	struct search_entry *sorted;
	u32 i, size;

	g->head_bits = max_t(u32, ilog2(roundup_pow_of_two(nr)), 1);
	size = BIT(g->head_bits) + 1;
	g->heads = search_alloc(s, size, sizeof(*g->heads));
	sorted = search_alloc(s, nr, sizeof(*sorted));
	if (!g->heads || !sorted) {
		kvfree(sorted);
		return -ENOMEM;
	}
	for (i = 0; i < nr; i++)
		g->heads[search_chain(mark_of(s, g, g->entries + i),
				      g->head_bits)]++;
	for (i = 1; i < size; i++)
		g->heads[i] += g->heads[i - 1];
	for (i = nr; i--;) {
		u64 mark = mark_of(s, g, g->entries + i);
		u32 *head = g->heads + search_chain(mark, g->head_bits);

		sorted[--*head] = g->entries[i];
		sorted[*head].mark = mark;
	}
	search_release(s, g->entries, nr, sizeof(*g->entries));
	g->entries = sorted;
	return 0;
}

/* Return: the needles of the class, of which there are @nr. */
static struct search_entry *pick(struct mapi_search *s, u32 nr, u32 shortest,
				 u32 longest)
{
	struct search_entry *entries = search_alloc(s, nr, sizeof(*entries));
	u32 i, have = 0;

	for (i = 0; entries && i < s->nr; i++)
		if (in_class(s->needles + i, shortest, longest))
			entries[have++].needle = i;
	return entries;
}

/* One of the places where the window of a needle may be: from 0, the end. */
static void place(const struct mapi_search *s, const struct search_grams *g,
		  struct search_entry *e, u32 which)
{
	u32 room = s->needles[e->needle].len - g->width;

	e->before = room - (u64)room * which / (PLACES - 1);
}

/*
 * Windows that are alike are found together, and then the needles must be
 * compared one by one. So windows are where fewest others are like them.
 */
static int place_windows(struct mapi_search *s, struct search_grams *g, u32 nr)
{
	u32 bits = ilog2(roundup_pow_of_two(nr)) + 2;
	u32 i, which, best = 0, *seen;

	seen = kvcalloc(BIT(bits), sizeof(*seen), GFP_KERNEL_ACCOUNT);
	if (!seen)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		for (which = 0; which < PLACES; which++) {
			place(s, g, g->entries + i, which);
			seen[search_chain(mark_of(s, g, g->entries + i), bits)]++;
		}
	for (i = 0; i < nr; i++) {
		struct search_entry *e = g->entries + i;
		const struct search_needle *n = s->needles + e->needle;
		u32 least = U32_MAX;

		for (which = 0; which < PLACES; which++) {
			u32 *others;

			place(s, g, e, which);
			others = seen + search_chain(mark_of(s, g, e), bits);
			if (*others < least) {
				least = *others;
				best = which;
			}
		}
		place(s, g, e, best);
		g->from = min(g->from, n->offset + e->before);
		g->to = max(g->to, n->end);
	}
	kvfree(seen);
	return 0;
}

/**
 * search_grams_build - make the tables for needles of similar length
 * @s: the search, with all its needles
 * @g: the tables
 * @shortest: bytes of the shortest needle of the class
 * @longest: bytes of the longest
 *
 * Return: 0 or a negative errno; search_grams_free() must be called either way.
 */
int search_grams_build(struct mapi_search *s, struct search_grams *g,
		       u32 shortest, u32 longest)
{
	u32 i, nr = 0, min_len = U32_MAX;
	int ret;

	for (i = 0; i < s->nr; i++) {
		if (!in_class(s->needles + i, shortest, longest))
			continue;
		min_len = min(min_len, s->needles[i].len);
		nr++;
	}
	choose(g, nr, min_len);
	g->from = U32_MAX;
	g->entries = pick(s, nr, shortest, longest);
	if (!g->entries)
		return -ENOMEM;
	ret = place_windows(s, g, nr);
	if (!ret)
		ret = make_filter(s, g, nr);
	if (!ret)
		ret = make_shifts(s, g, nr);
	if (!ret)
		ret = make_chains(s, g, nr);
	return ret;
}

void search_grams_free(struct search_grams *g)
{
	kvfree(g->filter);
	kvfree(g->shifts);
	kvfree(g->heads);
	kvfree(g->entries);
}
