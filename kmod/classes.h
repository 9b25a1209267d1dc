/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How classes are looked up; see classes.c.
 */
#ifndef _MAPI_CLASSES_H
#define _MAPI_CLASSES_H

#include <linux/bits.h>
#include <linux/if_ether.h>
#include <linux/rcupdate.h>
#include "plan.h"

/* Each is a look-up for every packet of its sort that comes to the node. */
#define MAPI_CLASSES_MAX	128

/* Where an entry was: look on behind it. */
#define MAPI_ENTRY_GONE	((struct mapi_entry *)1)

/**
 * struct mapi_slots - a table
 * @rcu: for freeing
 * @mask: the number of slots, a power of two, less one
 * @shift: from a hash to a slot
 * @used: slots that are not empty
 * @gone: of these, those that are %MAPI_ENTRY_GONE
 * @slot: them
 */
struct mapi_slots {
	struct rcu_head rcu;
	u32 mask;
	u32 shift;
	u32 used;
	u32 gone;
	struct mapi_entry *slot[];
};

#define MAPI_SORT_IPV4	BIT(0)
#define MAPI_SORT_OTHER	BIT(1)

static inline u32 mapi_sort_of(const struct mapi_key *key)
{
	return key->w[0] >> MAPI_KEY_TYPE == ETH_P_IP ? MAPI_SORT_IPV4 :
							MAPI_SORT_OTHER;
}

/**
 * struct mapi_class - the filters with a mask
 * @mask: the mask
 * @sorts: MAPI_SORT_* of packets that may match
 * @factor: odd, and a secret: nobody can make filters that collide
 * @words: words of the key up to the last one that matters
 * @slots: their table
 * @nr: number, of no other class while the module is loaded
 * @rcu: for freeing
 */
struct mapi_class {
	struct mapi_key mask;
	u64 factor;
	u32 sorts;
	u32 words;
	struct mapi_slots __rcu *slots;
	u64 nr;
	struct rcu_head rcu;
};

u64 mapi_class_hash_more(const struct mapi_class *c, const struct mapi_key *key,
			 u64 h);

/* Most classes look at the first word only. */
static inline u64 mapi_class_hash(const struct mapi_class *c,
				  const struct mapi_key *key)
{
	u64 h = (key->w[0] & c->mask.w[0]) * c->factor;

	return likely(c->words == 1) ? h : mapi_class_hash_more(c, key, h);
}

static inline bool mapi_class_equal(const struct mapi_class *c,
				    const struct mapi_key *value,
				    const struct mapi_key *key)
{
	u32 i;

	if ((key->w[0] & c->mask.w[0]) != value->w[0])
		return false;
	for (i = 1; i < c->words; i++)
		if ((key->w[i] & c->mask.w[i]) != value->w[i])
			return false;
	return true;
}

#endif /* _MAPI_CLASSES_H */
