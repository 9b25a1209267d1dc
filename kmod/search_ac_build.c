// SPDX-License-Identifier: GPL-2.0
/*
 * How the automaton of search_ac.c is made.
 *
 * The needles are put into the tree one after the other. What a needle has in
 * common with those before is there already; the rest is a branch: nodes in a
 * row, each the first child of the one before. So a node is only a byte and a
 * link, and just where branches leave others, a table is needed.
 *
 * Then the links to the longest suffixes are set, level by level, as the link of
 * a node is made from those of nodes nearer to the root.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "search.h"
#include "search_ac.h"

/* A single needle must have so many nodes for the root to have a table. */
#define ROOT_FROM	256

/* Slots of the table of forks for a needle, as a power: few are in a row. */
#define FORK_SPARE	2

/* More needles than these in one place are not reported again and again. */
#define DONE_FROM	8

/**
 * struct branch - nodes in a row
 * @node: the first
 * @end: the one behind the last
 * @parent: of the first
 * @depth: bytes from the root to the first
 */
struct branch {
	u32 node;
	u32 end;
	u32 parent;
	u32 depth;
};

/**
 * struct builder - an automaton in the making
 * @s: the search
 * @ac: the automaton
 * @branches: its branches
 * @nr: their number
 * @behind: for each of its outs, needles that end there, those of suffixes
 *	included, as far as they matter
 * @max: nodes there is memory for
 */
struct builder {
	struct mapi_search *s;
	struct search_ac *ac;
	struct branch *branches;
	u32 nr;
	u8 *behind;
	u32 max;
};

static void add_fork(struct search_ac *ac, u32 node, u32 child, u8 byte)
{
	u32 mask = BIT(ac->fork_bits) - 1;
	u32 i = ac_slot(ac, node, byte);

	while (ac->forks[i].child)
		i = (i + 1) & mask;
	ac->forks[i] = (struct search_fork) { .node = node, .child = child };
	ac->links[node] |= SEARCH_FORK;
}

/* Return: the last node of a new branch that leaves @parent. */
static u32 add_branch(struct builder *b, u32 parent, u32 depth,
		      const u8 *bytes, u32 len)
{
	struct search_ac *ac = b->ac;
	u32 first = ac->nr;

	memcpy(ac->labels + first, bytes, len);
	ac->nr += len;
	ac->links[ac->nr - 1] = SEARCH_LEAF;
	if (first == parent + 1)
		ac->links[parent] &= ~SEARCH_LEAF;
	else
		add_fork(ac, parent, first, *bytes);
	b->branches[b->nr++] = (struct branch) {
		.node = first,
		.end = ac->nr,
		.parent = parent,
		.depth = depth + 1,
	};
	return ac->nr - 1;
}

static void add_needle(struct builder *b, u32 which)
{
	struct search_needle *n = b->s->needles + which;
	const u8 *bytes = b->s->bytes + n->at;
	struct search_ac *ac = b->ac;
	u32 node = 0, depth, child;

	for (depth = 0; depth < n->len; depth++) {
		child = ac_child(ac, node, ac->links[node], bytes[depth]);
		if (!child) {
			node = add_branch(b, node, depth, bytes + depth,
					  n->len - depth);
			break;
		}
		node = child;
	}
	if (ac->links[node] & SEARCH_OUT) {
		u32 out = ac->links[node] & SEARCH_LINK;

		n->same = ac->outs[out].needle + 1;
		ac->outs[out].needle = which;
		b->behind[out] = min(b->behind[out] + 1, DONE_FROM + 1);
		return;
	}
	ac->outs[ac->nr_outs].needle = which;
	b->behind[ac->nr_outs] = 1;
	ac->links[node] |= SEARCH_OUT | ac->nr_outs++;
}

/* Needles that end where suffixes of this node end. */
static int link_outs(struct builder *b, u32 node, u32 fail)
{
	struct search_ac *ac = b->ac;
	u32 link = ac->links[node];
	u32 next = ac_out(ac, fail, ac->links[fail]);

	if (link & SEARCH_OUT) {
		u32 out = link & SEARCH_LINK;

		ac->outs[out].fail = fail;
		ac->outs[out].next = next;
		if (next)
			b->behind[out] = min(b->behind[out] + b->behind[next],
					     DONE_FROM + 1);
		return 0;
	}
	ac->links[node] |= fail;
	if (!next)
		return 0;
	if (!ac->more)
		ac->more = search_alloc(b->s, ac->nr, sizeof(*ac->more));
	if (!ac->more)
		return -ENOMEM;
	ac->links[node] |= SEARCH_MORE;
	ac->more[node] = next;
	return 0;
}

static int link_node(struct builder *b, u32 node, u32 parent)
{
	struct search_ac *ac = b->ac;
	u32 fail = 0;

	if (parent)
		fail = ac_step(ac, ac_fail(ac, ac->links[parent]),
			       ac->labels[node]);
	return link_outs(b, node, fail);
}

static int by_depth(const void *a, const void *b)
{
	const struct branch *x = a, *y = b;

	return x->depth < y->depth ? -1 : x->depth > y->depth;
}

/*
 * Each round takes one node of each branch that has begun and not ended; those
 * are the first of the array.
 */
static int link_all(struct builder *b)
{
	u32 i, kept, live = 0, begun = 0, depth = 1;
	int ret;

	sort(b->branches, b->nr, sizeof(*b->branches), by_depth, NULL);
	while (live || begun < b->nr) {
		while (begun < b->nr && b->branches[begun].depth == depth)
			b->branches[live++] = b->branches[begun++];
		for (i = kept = 0; i < live; i++) {
			struct branch br = b->branches[i];

			ret = link_node(b, br.node, br.parent);
			if (ret)
				return ret;
			br.parent = br.node++;
			if (br.node < br.end)
				b->branches[kept++] = br;
		}
		live = kept;
		depth++;
		cond_resched();
	}
	return 0;
}

static int make_root(struct builder *b)
{
	struct search_ac *ac = b->ac;
	u32 *root, i;

	if (b->nr == 1 && ac->nr < ROOT_FROM)
		return 0;
	root = search_alloc(b->s, 256, sizeof(*root));
	if (!root)
		return -ENOMEM;
	for (i = 0; i < 256; i++)
		root[i] = ac_child(ac, 0, ac->links[0], i);
	ac->root = root;
	return 0;
}

/* Gives back what was meant for nodes that the needles have in common. */
static int shrink(struct builder *b)
{
	struct search_ac *ac = b->ac;
	u32 *links = search_alloc(b->s, ac->nr, sizeof(*links));
	u8 *labels = search_alloc(b->s, ac->nr + 1, sizeof(*labels));

	if (!links || !labels) {
		kvfree(links);
		kvfree(labels);
		return -ENOMEM;
	}
	memcpy(links, ac->links, ac->nr * sizeof(*links));
	memcpy(labels, ac->labels, ac->nr * sizeof(*labels));
	search_release(b->s, ac->links, b->max, sizeof(*links));
	search_release(b->s, ac->labels, b->max + 1, sizeof(*labels));
	ac->links = links;
	ac->labels = labels;
	return 0;
}

static int make_done(struct builder *b)
{
	struct search_ac *ac = b->ac;
	u32 i;

	for (i = 1; i < ac->nr_outs; i++)
		if (b->behind[i] > DONE_FROM)
			break;
	if (i == ac->nr_outs)
		return 0;
	ac->done_longs = ALIGN(BITS_TO_LONGS(ac->nr_outs),
			       SMP_CACHE_BYTES / sizeof(long));
	ac->done = search_alloc(b->s, nr_cpu_ids,
				ac->done_longs * sizeof(*ac->done));
	return ac->done ? 0 : -ENOMEM;
}

static int alloc_all(struct builder *b, u32 nr)
{
	struct search_ac *ac = b->ac;

	ac->fork_bits = ilog2(roundup_pow_of_two(nr)) + FORK_SPARE;
	ac->key = get_random_u64() | 1;
	ac->labels = search_alloc(b->s, b->max + 1, sizeof(*ac->labels));
	ac->links = search_alloc(b->s, b->max, sizeof(*ac->links));
	ac->forks = search_alloc(b->s, BIT(ac->fork_bits), sizeof(*ac->forks));
	ac->outs = search_alloc(b->s, nr + 1, sizeof(*ac->outs));
	b->branches = kvcalloc(nr, sizeof(*b->branches), GFP_KERNEL_ACCOUNT);
	b->behind = kvzalloc(nr + 1, GFP_KERNEL_ACCOUNT);
	if (!ac->labels || !ac->links || !ac->forks || !ac->outs ||
	    !b->branches || !b->behind)
		return -ENOMEM;
	return 0;
}

/**
 * search_ac_build - make the automaton of some needles
 * @s: the search, with all its needles
 * @ac: the automaton
 * @first: the first of the needles; all have the same offset and end
 * @nr: their number
 *
 * Return: 0 or a negative errno; search_ac_free() must be called either way.
 */
int search_ac_build(struct mapi_search *s, struct search_ac *ac, u32 first,
		    u32 nr)
{
	struct builder b = { .s = s, .ac = ac, .max = 1 };
	u32 i;
	int ret;

	ac->offset = s->needles[first].offset;
	ac->end = s->needles[first].end;
	for (i = 0; i < nr; i++)
		b.max += s->needles[first + i].len;
	ret = alloc_all(&b, nr);
	if (ret)
		goto out;
	ac->links[0] = SEARCH_LEAF | SEARCH_ROOT;
	ac->nr = 1;
	ac->nr_outs = 1;
	for (i = 0; i < nr; i++) {
		add_needle(&b, first + i);
		cond_resched();
	}
	ret = ac->nr < b.max ? shrink(&b) : 0;
	if (!ret)
		ret = make_root(&b);
	if (!ret)
		ret = link_all(&b);
	if (!ret)
		ret = make_done(&b);
out:
	kvfree(b.branches);
	kvfree(b.behind);
	return ret;
}

void search_ac_free(struct search_ac *ac)
{
	kvfree(ac->labels);
	kvfree(ac->links);
	kvfree(ac->more);
	kvfree(ac->root);
	kvfree(ac->forks);
	kvfree(ac->outs);
	kvfree(ac->done);
}
