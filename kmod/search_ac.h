/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a byte leads to in the automaton of the string search.
 */
#ifndef _MAPI_KMOD_SEARCH_AC_H
#define _MAPI_KMOD_SEARCH_AC_H

#include "search.h"

static inline u32 ac_slot(const struct search_ac *ac, u32 node, u8 byte)
{
	return ((u64)node << 8 | byte) * ac->key >> (64 - ac->fork_bits);
}

/* The child of a node that has several, but not the first of them; 0: none. */
static inline u32 ac_fork(const struct search_ac *ac, u32 node, u8 byte)
{
	u32 mask = BIT(ac->fork_bits) - 1;
	u32 i = ac_slot(ac, node, byte);

	for (; ac->forks[i].child; i = (i + 1) & mask)
		if (ac->forks[i].node == node &&
		    ac->labels[ac->forks[i].child] == byte)
			return ac->forks[i].child;
	return 0;
}

/* The child of a node, of which @link is known; 0: none. */
static inline u32 ac_child(const struct search_ac *ac, u32 node, u32 link,
			   u8 byte)
{
	if (ac->labels[node + 1] == byte && !(link & SEARCH_LEAF))
		return node + 1;
	return link & SEARCH_FORK ? ac_fork(ac, node, byte) : 0;
}

/* The node of the longest suffix of a node. */
static inline u32 ac_fail(const struct search_ac *ac, u32 link)
{
	u32 n = link & SEARCH_LINK;

	return link & SEARCH_OUT ? ac->outs[n].fail : n;
}

/* The next node; the longest suffix that goes on with the byte. */
static inline u32 ac_step(const struct search_ac *ac, u32 node, u8 byte)
{
	u32 link, child;

	while (node || !ac->root) {
		link = ac->links[node];
		child = ac_child(ac, node, link, byte);
		if (child || !node)
			return child;
		node = ac_fail(ac, link);
	}
	return ac->root[byte];
}

/* The first of the needles that end at a node; 0: none. */
static inline u32 ac_out(const struct search_ac *ac, u32 node, u32 link)
{
	if (link & SEARCH_OUT)
		return link & SEARCH_LINK;
	return link & SEARCH_MORE ? ac->more[node] : 0;
}

#endif /* _MAPI_KMOD_SEARCH_AC_H */
