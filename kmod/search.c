// SPDX-License-Identifier: GPL-2.0
/*
 * The string search.
 *
 * Needles of similar length are searched for together, by jumping
 * (search_grams.c); very short ones, if they are few, one by one (search_one.c).
 * This takes next to no time, unless a packet is full of what looks like the
 * needles. So what may be spent on that is limited by the length of the packet.
 * When it is spent, the packet is searched by automata (search_ac.c), which take
 * the same time whatever it holds.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "search.h"

/* Of all needles together: that nodes of an automaton can be numbered. */
#define BYTES_MAX	(64U << 20)

static const struct {
	u32 shortest;
	u32 longest;
} classes[SEARCH_CLASSES] = {
	{ 1, 1 }, { 2, 3 }, { 4, 7 }, { 8, U32_MAX },
};

/* search_alloc - zeroed memory that is counted */
void *search_alloc(struct mapi_search *s, size_t nr, size_t size)
{
	void *p = kvcalloc(nr, size, GFP_KERNEL_ACCOUNT);

	if (p)
		s->size += nr * size;
	return p;
}

/* search_release - free what search_alloc() gave, before the search itself */
void search_release(struct mapi_search *s, void *p, size_t nr, size_t size)
{
	kvfree(p);
	s->size -= nr * size;
}

static int by_window(const void *a, const void *b)
{
	const struct search_needle *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* Mostly they are sorted: nobody said where to search. */
static void sort_needles(struct mapi_search *s)
{
	u32 i;

	for (i = 1; i < s->nr; i++)
		if (by_window(&s->needles[i - 1], &s->needles[i]) > 0)
			break;
	if (i < s->nr)
		sort(s->needles, s->nr, sizeof(*s->needles), by_window, NULL);
}

static bool same_window(const struct search_needle *a,
			const struct search_needle *b)
{
	return a->offset == b->offset && a->end == b->end;
}

static int check(const struct mapi_needle *needles, u32 nr, u32 nr_ids)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!needles[i].len || needles[i].id >= nr_ids)
			return -EINVAL;
		bytes += needles[i].len;
		if (bytes > BYTES_MAX)
			return -E2BIG;
	}
	return 0;
}

static int copy(struct mapi_search *s, const struct mapi_needle *needles)
{
	u32 i, bytes = 0;

	for (i = 0; i < s->nr; i++)
		bytes += needles[i].len;
	s->bytes = search_alloc(s, bytes, 1);
	s->needles = search_alloc(s, s->nr, sizeof(*s->needles));
	if (!s->bytes || !s->needles)
		return -ENOMEM;
	for (i = 0, bytes = 0; i < s->nr; i++) {
		const struct mapi_needle *from = needles + i;
		u64 end = (u64)from->offset + from->depth;

		memcpy(s->bytes + bytes, from->bytes, from->len);
		s->needles[i] = (struct search_needle) {
			.at = bytes,
			.len = from->len,
			.offset = from->offset,
			.end = from->depth ? min_t(u64, end, U32_MAX) : U32_MAX,
			.id = from->id,
		};
		bytes += from->len;
	}
	sort_needles(s);
	return 0;
}

static u32 count(const struct mapi_search *s, u32 class)
{
	u32 i, nr = 0;

	for (i = 0; i < s->nr; i++)
		nr += s->needles[i].len >= classes[class].shortest &&
		      s->needles[i].len <= classes[class].longest;
	return nr;
}

/* A few short needles are searched for one by one. */
static bool take_ones(struct mapi_search *s, u32 class, u32 nr)
{
	u32 i;

	if (classes[class].longest > SEARCH_SHORT || nr > SEARCH_FEW)
		return false;
	for (i = 0; i < s->nr; i++)
		if (s->needles[i].len >= classes[class].shortest &&
		    s->needles[i].len <= classes[class].longest)
			s->ones[s->nr_ones++] = i;
	return true;
}

static int build_jumps(struct mapi_search *s)
{
	u32 class, nr;
	int ret;

	for (class = 0; class < SEARCH_CLASSES; class++) {
		nr = count(s, class);
		if (!nr || take_ones(s, class, nr))
			continue;
		ret = search_grams_build(s, &s->grams[s->nr_grams++],
					 classes[class].shortest,
					 classes[class].longest);
		if (ret)
			return ret;
	}
	return 0;
}

/* How many needles have the same window as the first of them. */
static u32 in_window(const struct mapi_search *s, u32 first)
{
	u32 i = first;

	while (i < s->nr && same_window(s->needles + first, s->needles + i))
		i++;
	return i - first;
}

static int build_automata(struct mapi_search *s)
{
	u32 first, windows = 0;
	int ret;

	for (first = 0; first < s->nr; first += in_window(s, first))
		windows++;
	s->acs = search_alloc(s, windows, sizeof(*s->acs));
	if (!s->acs)
		return -ENOMEM;
	for (first = 0; first < s->nr; first += in_window(s, first)) {
		ret = search_ac_build(s, &s->acs[s->nr_acs++], first,
				      in_window(s, first));
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * mapi_search_new - prepare to search for needles
 * @needles: the needles; not needed any more afterwards
 * @nr: their number, may be 0
 * @nr_ids: one more than the largest &mapi_needle.id may be
 *
 * Context: may sleep. Return: the search, for mapi_search_free(), or ERR_PTR():
 * -EINVAL if a needle is empty or its id too large, -E2BIG if they have more
 * than 64 MiB, -ENOMEM.
 */
struct mapi_search *mapi_search_new(const struct mapi_needle *needles, u32 nr,
				    u32 nr_ids)
{
	struct mapi_search *s;
	int ret;

	ret = check(needles, nr, nr_ids);
	if (ret)
		return ERR_PTR(ret);
	s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	if (!s)
		return ERR_PTR(-ENOMEM);
	s->size = sizeof(*s);
	s->nr = nr;
	if (!nr)
		return s;
	ret = copy(s, needles);
	if (!ret)
		ret = build_jumps(s);
	if (!ret)
		ret = build_automata(s);
	if (ret) {
		mapi_search_free(s);
		return ERR_PTR(ret);
	}
	return s;
}
EXPORT_SYMBOL_GPL(mapi_search_new);

/**
 * mapi_search_size - memory that a search takes
 * @s: the search
 *
 * Return: bytes, to charge whoever wants it.
 */
size_t mapi_search_size(const struct mapi_search *s)
{
	return s->size;
}
EXPORT_SYMBOL_GPL(mapi_search_size);

/**
 * mapi_search_free - free a search that nobody uses any more
 * @s: the search, or %NULL
 *
 * Context: any but a hard interrupt.
 */
void mapi_search_free(struct mapi_search *s)
{
	u32 i;

	if (!s)
		return;
	for (i = 0; i < s->nr_grams; i++)
		search_grams_free(&s->grams[i]);
	for (i = 0; i < s->nr_acs; i++)
		search_ac_free(&s->acs[i]);
	kvfree(s->acs);
	kvfree(s->needles);
	kvfree(s->bytes);
	kfree(s);
}
EXPORT_SYMBOL_GPL(mapi_search_free);

static enum search_verdict jump(struct search_run *run)
{
	const struct mapi_search *s = run->s;
	enum search_verdict verdict;
	u32 i;

	for (i = 0; i < s->nr_ones; i++) {
		verdict = search_one(run, s->needles + s->ones[i]);
		if (verdict != SEARCH_ENDED)
			return verdict;
	}
	for (i = 0; i < s->nr_grams; i++) {
		verdict = search_grams(&s->grams[i], run);
		if (verdict != SEARCH_ENDED)
			return verdict;
	}
	return SEARCH_ENDED;
}

/* Return: true if a needle was found and that is enough. */
static bool search(struct search_run *run)
{
	const struct mapi_search *s = run->s;
	enum search_verdict verdict;
	u32 i;

	run->budget = SEARCH_BUDGET(run->len);
	verdict = jump(run);
	if (verdict != SEARCH_SPENT)
		return verdict == SEARCH_FOUND;
	for (i = 0; i < s->nr_acs; i++)
		if (search_ac(&s->acs[i], run))
			return true;
	return false;
}

/**
 * mapi_search_any - is any of the needles in a packet
 * @s: the search
 * @data: the packet, from its first byte on, or as much of it as matters
 * @len: bytes of @data
 *
 * Takes time in proportion to @len at worst, however many needles there are,
 * once for each pair of offset and depth that the needles have.
 *
 * Context: any; neither sleeps nor locks.
 */
bool mapi_search_any(const struct mapi_search *s, const u8 *data, u32 len)
{
	struct search_run run = { .s = s, .data = data, .len = len };

	return search(&run);
}
EXPORT_SYMBOL_GPL(mapi_search_any);

/**
 * mapi_search_all - which of the needles are in a packet
 * @s: the search
 * @data: the packet, from its first byte on, or as much of it as matters
 * @len: bytes of @data
 * @hits: as many bits as there are ids, cleared by the caller; the bit of each
 *	id of which a needle is found is set
 *
 * Takes time like mapi_search_any(), and for each needle found.
 *
 * Context: softirq or bottom halves off; not in a hard interrupt. Return: the
 * number of bits set.
 */
u32 mapi_search_all(const struct mapi_search *s, const u8 *data, u32 len,
		    unsigned long *hits)
{
	struct search_run run = {
		.s = s, .data = data, .len = len, .hits = hits,
	};

	search(&run);
	return run.found;
}
EXPORT_SYMBOL_GPL(mapi_search_all);
