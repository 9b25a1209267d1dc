// SPDX-License-Identifier: GPL-2.0
/*
 * All needles in an automaton: Aho and Corasick's (Efficient string matching: an
 * aid to bibliographic search, 1975). It looks at every byte, at most twice, so
 * it is only for packets that are made to look like matches.
 *
 * A needle may end at every byte, and shorter ones that end like it do so, too.
 * Where these are many, each is looked at once in a packet: who follows them
 * notes it, and so does not follow them again.
 */
#include <linux/smp.h>
#include <linux/string.h>
#include "search.h"
#include "search_ac.h"

/* Return: whether that is enough. */
static noinline bool report(const struct search_ac *ac, struct search_run *run, u32 out,
		   unsigned long *done)
{
	const struct search_needle *needles = run->s->needles;
	const struct search_needle *n;

	for (; out; out = ac->outs[out].next) {
		if (done && __test_and_set_bit(out, done))
			break;
		n = needles + ac->outs[out].needle;
		for (;;) {
			if (search_found(run, n))
				return true;
			if (!n->same)
				break;
			n = needles + n->same - 1;
		}
	}
	return false;
}

/* The next node, whatever node this is. */
static noinline size_t step(const struct search_ac *ac, size_t node, u8 byte)
{
	return ac_step(ac, node, byte);
}

/*
 * The next node. Most nodes have just a child and a link, and those are gone
 * through here: this is where the time goes.
 */
static __always_inline size_t next(const struct search_ac *ac, size_t node,
				   u8 byte)
{
	const u8 *labels = ac->labels;
	const u32 *links = ac->links;
	u32 link = links[node];

	while (likely(!(link & SEARCH_SPECIAL))) {
		if (labels[node + 1] == byte)
			return node + 1;
		node = link & SEARCH_LINK;
		link = links[node];
	}
	return !node && ac->root ? ac->root[byte] : step(ac, node, byte);
}

/**
 * search_ac - search for the needles of an automaton, whatever was found before
 * @ac: the automaton
 * @run: the packet
 *
 * Return: true if one was found and that is enough.
 */
bool search_ac(const struct search_ac *ac, struct search_run *run)
{
	size_t i, end = min(ac->end, run->len), node = 0;
	unsigned long *done = NULL;
	const u8 *data = run->data;

	if (ac->done && run->hits && ac->offset < end) {
		done = ac->done + (size_t)smp_processor_id() * ac->done_longs;
		memset(done, 0, ac->done_longs * sizeof(*done));
	}
	for (i = ac->offset; i < end; i++) {
		u32 link;

		node = next(ac, node, data[i]);
		link = ac->links[node];
		if (unlikely(link & (SEARCH_OUT | SEARCH_MORE)) &&
		    report(ac, run, ac_out(ac, node, link), done))
			return true;
	}
	return false;
}
