/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the string search; see search.c.
 */
#ifndef _MAPI_KMOD_SEARCH_H
#define _MAPI_KMOD_SEARCH_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <mapi/search.h>

/* Needles up to this many bytes may be searched for a word at a time. */
#define SEARCH_SHORT		7

/**
 * struct search_needle - a needle as it is kept
 * @at: where its bytes are in &mapi_search.bytes
 * @len: how many
 * @offset: where the search begins
 * @end: where it ends, %U32_MAX: with the packet
 * @id: whose it is
 * @same: the next needle of equal bytes, offset and end, and one; 0: none
 */
struct search_needle {
	u32 at;
	u32 len;
	u32 offset;
	u32 end;
	u32 id;
	u32 same;
};

/**
 * struct search_entry - a needle in the table of &struct search_grams
 * @mark: what its window hashes to
 * @needle: its index
 * @before: bytes of it before the window
 */
struct search_entry {
	u32 mark;
	u32 needle;
	u32 before;
};

/**
 * struct search_grams - needles of similar length, found by jumping
 * @gram: bytes that are looked at at once
 * @width: bytes of the window
 * @step: how far to jump from a gram that no needle has
 * @from: where the search begins
 * @to: where it ends
 * @filter_bits: bits of a hash that select a bit of @filter
 * @shift_bits: bits of a hash that select one of @shifts
 * @head_bits: bits of a mark that select one of @heads
 * @filter: which grams some needle has
 * @shifts: how far to jump from such, 0: look at the needles
 * @heads: for each chain, its first of @entries; and one more
 * @entries: the needles, sorted into chains
 */
struct search_grams {
	u32 gram;
	u32 width;
	u32 step;
	u32 from;
	u32 to;
	u8 filter_bits;
	u8 shift_bits;
	u8 head_bits;
	u32 *filter;
	u8 *shifts;
	u32 *heads;
	struct search_entry *entries;
};

/**
 * struct search_fork - a child of a node that is not its first
 * @node: the node
 * @child: the child, 0: the slot is free
 */
struct search_fork {
	u32 node;
	u32 child;
};

/**
 * struct search_out - a node at which a needle ends
 * @fail: the node of its longest suffix
 * @needle: the first needle that ends here
 * @next: the longest suffix at which a needle ends: its number, or 0
 */
struct search_out {
	u32 fail;
	u32 needle;
	u32 next;
};

/* What is known of a node, in the upper bits of its link. */
#define SEARCH_LEAF	BIT(31)		/* the next node is not its child */
#define SEARCH_FORK	BIT(30)		/* it has more children */
#define SEARCH_OUT	BIT(29)		/* a needle ends; the rest is its number */
#define SEARCH_MORE	BIT(28)		/* a needle ends at a suffix of it */
#define SEARCH_ROOT	BIT(27)		/* there is no suffix */
#define SEARCH_LINK	(BIT(27) - 1)	/* the node of its longest suffix */

/* None of these: just a child and a link. Leaves are outs. */
#define SEARCH_SPECIAL	(SEARCH_FORK | SEARCH_OUT | SEARCH_ROOT)

/**
 * struct search_ac - needles of equal offset and end in an automaton
 * @offset: where the search begins
 * @end: where it ends
 * @nr: nodes; 0 is the root, and the first child of node n is n + 1
 * @nr_outs: nodes at which a needle ends, and one
 * @labels: the byte that leads to each node
 * @links: SEARCH_* of each node
 * @more: for nodes with %SEARCH_MORE, the number in @outs; or %NULL
 * @root: the children of the root, by their byte; or %NULL
 * @forks: hash table of children
 * @fork_bits: bits of a hash that select a slot of it
 * @key: what makes the hash unforeseeable
 * @outs: nodes at which a needle ends, from 1
 * @done: for each CPU, which of @outs need not be looked at again in this
 *	packet; %NULL: none has so much behind it that it would matter
 * @done_longs: longs of @done for a CPU
 */
struct search_ac {
	u32 offset;
	u32 end;
	u32 nr;
	u32 nr_outs;
	u8 *labels;
	u32 *links;
	u32 *more;
	u32 *root;
	struct search_fork *forks;
	u32 fork_bits;
	u64 key;
	struct search_out *outs;
	unsigned long *done;
	u32 done_longs;
};

/* Lengths of needles that are searched for together: 1, 2-3, 4-7, 8 and more. */
#define SEARCH_CLASSES	4

/*
 * What may be spent on a packet before the automata take over: one for each gram
 * that some needle has, for each needle that ends with it, for 16 bytes compared.
 */
#define SEARCH_BUDGET(len)	(64 + (s32)((len) / 6))

/* Short needles that are searched for one by one: in a class, and in all. */
#define SEARCH_FEW	3
#define SEARCH_ONES	(SEARCH_FEW * (SEARCH_CLASSES - 1))

/**
 * struct mapi_search - what is searched for
 * @size: bytes allocated
 * @nr: needles
 * @nr_ones: those in @ones
 * @nr_grams: those of @grams in use
 * @nr_acs: those of @acs
 * @bytes: of the needles, one behind the other
 * @needles: the needles, sorted by offset and end
 * @ones: short needles that are searched for one by one
 * @grams: the others, by their length
 * @acs: all needles once more, by offset and end
 */
struct mapi_search {
	size_t size;
	u32 nr;
	u32 nr_ones;
	u32 nr_grams;
	u32 nr_acs;
	u8 *bytes;
	struct search_needle *needles;
	u32 ones[SEARCH_ONES];
	struct search_grams grams[SEARCH_CLASSES];
	struct search_ac *acs;
};

/**
 * struct search_run - one packet
 * @s: what is searched for
 * @data: the packet
 * @len: bytes of it
 * @budget: what may still be spent on what looks like a match
 * @hits: ids found, %NULL: the first is enough
 * @found: how many of them
 */
struct search_run {
	const struct mapi_search *s;
	const u8 *data;
	u32 len;
	s32 budget;
	unsigned long *hits;
	u32 found;
};

enum search_verdict {
	SEARCH_ENDED,	/* at the end of the packet */
	SEARCH_FOUND,	/* a needle, and one is enough */
	SEARCH_SPENT,	/* the budget */
};

/* Does a needle lie at @at? It may lie anywhere, in the packet or not. */
static inline bool search_window(const struct search_run *run,
				 const struct search_needle *n, u64 at)
{
	return at >= n->offset && at + n->len <= min(n->end, run->len);
}

/* A needle was found. Return: whether that is enough. */
static inline bool search_found(struct search_run *run,
				const struct search_needle *n)
{
	if (!run->hits)
		return true;
	run->found += !__test_and_set_bit(n->id, run->hits);
	return false;
}

void *search_alloc(struct mapi_search *s, size_t nr, size_t size);
void search_release(struct mapi_search *s, void *p, size_t nr, size_t size);

enum search_verdict search_one(struct search_run *run,
			       const struct search_needle *n);

int search_grams_build(struct mapi_search *s, struct search_grams *g,
		       u32 shortest, u32 longest);
void search_grams_free(struct search_grams *g);
enum search_verdict search_grams(const struct search_grams *g,
				 struct search_run *run);

int search_ac_build(struct mapi_search *s, struct search_ac *ac, u32 first,
		    u32 nr);
void search_ac_free(struct search_ac *ac);
bool search_ac(const struct search_ac *ac, struct search_run *run);

#endif /* _MAPI_KMOD_SEARCH_H */
