/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How classes are looked up; see classes.c. In line, for packets that match
 * nothing.
 */
#ifndef _MAPI_CLASSES_H
#define _MAPI_CLASSES_H

#include <linux/rcupdate.h>
#include "plan.h"

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

/**
 * struct mapi_class - the filters with a mask
 * @mask: the mask
 * @factor: odd, and a secret: nobody can make filters that collide
 * @words: words of the key up to the last one that matters
 * @slots: their table
 * @nr: number, of no other class while the module is loaded
 * @rcu: for freeing
 */
struct mapi_class {
	struct mapi_key mask;
	u64 factor;
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

static inline bool mapi_class_none(const struct mapi_class *c,
				   const struct mapi_key *key)
{
	const struct mapi_slots *s = rcu_dereference(c->slots);
	const struct mapi_entry *e;
	u32 i;

	if (unlikely(!s))
		return true;
	for (i = mapi_class_hash(c, key) >> s->shift;
	     (e = smp_load_acquire(&s->slot[i]));	/* pairs with put() */
	     i = (i + 1) & s->mask)
		if (e != MAPI_ENTRY_GONE && mapi_class_equal(c, &e->value, key))
			return false;
	return true;
}

/* mapi_look_none - does a packet pass no filter, as far as a look tells */
static inline bool mapi_look_none(const struct mapi_classes *classes,
				  const struct mapi_key *key)
{
	const struct mapi_class *const *c = (const void *)classes->class;
	const struct mapi_class *const *end = c + classes->nr;

	do {
		if (!mapi_class_none(*c, key))
			return false;
	} while (++c < end);
	return true;
}

#endif /* _MAPI_CLASSES_H */
