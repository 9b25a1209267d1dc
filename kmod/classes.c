// SPDX-License-Identifier: GPL-2.0
/*
 * Classes: the tuples of all filters at a node, those with the same mask in one
 * hash table. A packet costs one look-up for each mask. Those for IPv4 are apart
 * from those for all else, so that a packet is looked up in one sort only.
 *
 * Tables are open addressing with linear probing, never more than half full, so
 * that packets can look while entries come and go: an entry is a pointer, which
 * is there or not. All changes are under mapi_mutex.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "classes.h"
#include "plan.h"

#define SLOTS_MIN	16U

/* Of the last class or group, under mapi_mutex. */
static u64 last_nr;

/* mapi_lookup_nr - a number that no other class or group has had */
u64 mapi_lookup_nr(void)
{
	return ++last_nr;
}

/* mapi_class_hash_more - out of line half of mapi_class_hash() */
u64 mapi_class_hash_more(const struct mapi_class *c, const struct mapi_key *key,
			 u64 h)
{
	u32 i;

	for (i = 1; i < c->words; i++) {
		h ^= key->w[i] & c->mask.w[i];
		h = (h ^ h >> 32) * c->factor;
	}
	return h;
}

static struct mapi_slots *slots_of(struct mapi_class *c)
{
	return rcu_dereference_protected(c->slots,
					 lockdep_is_held(&mapi_mutex));
}

static void put(struct mapi_class *c, struct mapi_slots *s, struct mapi_entry *e)
{
	u32 i = mapi_class_hash(c, &e->value) >> s->shift;

	while (s->slot[i])
		i = (i + 1) & s->mask;
	/* release: the entry before the pointer to it */
	smp_store_release(&s->slot[i], e);
	s->used++;
}

/* The same entries in a new table, at most a third full with @more. */
static int rebuild(struct mapi_class *c, u32 more)
{
	struct mapi_slots *old = slots_of(c), *new;
	u32 live = old ? old->used - old->gone : 0, size, i;

	size = roundup_pow_of_two(max((live + more) * 3, SLOTS_MIN));
	new = kvzalloc(struct_size(new, slot, size), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	new->mask = size - 1;
	new->shift = 64 - ilog2(size);
	for (i = 0; old && i <= old->mask; i++) {
		if (i % 1024 == 0)
			cond_resched();
		if (old->slot[i] && old->slot[i] != MAPI_ENTRY_GONE)
			put(c, new, old->slot[i]);
	}
	rcu_assign_pointer(c->slots, new);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static int make_room(struct mapi_class *c, u32 more)
{
	const struct mapi_slots *s = slots_of(c);

	return s && (s->used + more) * 2 <= s->mask ? 0 : rebuild(c, more);
}

static void class_free(struct mapi_class *c)
{
	kvfree(rcu_dereference_protected(c->slots, true));
	kfree(c);
}

static struct mapi_classes *classes_of(struct mapi_classes __rcu **p)
{
	return rcu_dereference_protected(*p, lockdep_is_held(&mapi_mutex));
}

/* The sorts of packets that may match. */
static u32 sorts_of(const struct mapi_tuple *t)
{
	if (t->mask.w[0] >> MAPI_KEY_TYPE != 0xffff)
		return MAPI_SORT_IPV4 | MAPI_SORT_OTHER;
	return mapi_sort_of(&t->value);
}

static bool same_class(const struct mapi_tuple *a, const struct mapi_tuple *b)
{
	return !memcmp(&a->mask, &b->mask, sizeof(a->mask)) &&
	       sorts_of(a) == sorts_of(b);
}

static struct mapi_class *class_find(struct mapi_classes *cs,
				     const struct mapi_tuple *t)
{
	u32 i;

	for (i = 0; cs && i < cs->nr; i++)
		if (!memcmp(&cs->class[i]->mask, &t->mask, sizeof(t->mask)) &&
		    cs->class[i]->sorts == sorts_of(t))
			return cs->class[i];
	return NULL;
}

/* All words up to the last that counts. */
static u32 words_of(const struct mapi_key *mask)
{
	u32 n = MAPI_KEY_WORDS;

	while (n > 1 && !mask->w[n - 1])
		n--;
	return n;
}

/* A class with room for @more. Packets never see one without a table. */
static struct mapi_class *class_new(const struct mapi_tuple *t, u32 more)
{
	struct mapi_class *c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);

	if (!c)
		return NULL;
	c->mask = t->mask;
	c->sorts = sorts_of(t);
	c->factor = get_random_u64() | 1;
	c->nr = mapi_lookup_nr();
	c->words = words_of(&t->mask);
	if (!make_room(c, more))
		return c;
	kfree(c);
	return NULL;
}

static void classes_append(struct mapi_classes *cs, struct mapi_class *c,
			   bool ipv4)
{
	if (ipv4 != !!(c->sorts & MAPI_SORT_IPV4))
		return;
	cs->class[cs->nr++] = c;
	if (!ipv4)
		return;
	cs->nr_ipv4++;
	cs->first_word &= c->words == 1;
}

/* A copy with one more, or with one less. Those for IPv4 come first. */
static struct mapi_classes *classes_copy(const struct mapi_classes *old,
					 struct mapi_class *more,
					 const struct mapi_class *less)
{
	u32 nr = old ? old->nr : 0, i;
	struct mapi_classes *new;
	int ipv4;

	new = kvmalloc(struct_size(new, class, nr + 1), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	new->nr = 0;
	new->nr_ipv4 = 0;
	new->first_word = true;
	for (ipv4 = 1; ipv4 >= 0; ipv4--) {
		for (i = 0; i < nr; i++)
			if (old->class[i] != less)
				classes_append(new, old->class[i], ipv4);
		if (more)
			classes_append(new, more, ipv4);
	}
	return new;
}

static int class_add(struct mapi_classes __rcu **p, const struct mapi_tuple *t,
		     u32 more)
{
	struct mapi_classes *old = classes_of(p), *new;
	struct mapi_class *c;

	c = class_new(t, more);
	if (!c)
		return -ENOMEM;
	new = classes_copy(old, c, NULL);
	if (!new) {
		class_free(c);
		return -ENOMEM;
	}
	rcu_assign_pointer(*p, new);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

/* mapi_same_class - how many tuples are in that of the @n-th; 0: one before is */
u32 mapi_same_class(const struct mapi_tuples *tuples, u32 n)
{
	u32 i, same = 0;

	for (i = 0; i < tuples->nr; i++) {
		if (!same_class(&tuples->tuple[i], &tuples->tuple[n]))
			continue;
		if (i < n)
			return 0;
		same++;
	}
	return same;
}

/**
 * mapi_classes_reserve - make room, so that adding cannot fail
 * @p: the classes of a node
 * @tuples: of a filter that is to come
 *
 * Return: 0, %-ENOMEM, or %-ENOSPC if there would be too many masks.
 */
int mapi_classes_reserve(struct mapi_classes __rcu **p,
			 const struct mapi_tuples *tuples)
{
	struct mapi_class *c;
	u32 i, more, fresh = 0;

	for (i = 0; i < tuples->nr; i++)
		if (mapi_same_class(tuples, i))
			fresh += !class_find(classes_of(p), &tuples->tuple[i]);
	if (fresh && fresh + (classes_of(p) ? classes_of(p)->nr : 0) > MAPI_CLASSES_MAX)
		return -ENOSPC;
	for (i = 0; i < tuples->nr; i++) {
		more = mapi_same_class(tuples, i);
		if (!more)
			continue;
		c = class_find(classes_of(p), &tuples->tuple[i]);
		if (c ? make_room(c, more) :
			class_add(p, &tuples->tuple[i], more))
			return -ENOMEM;
	}
	return 0;
}

/* mapi_classes_add - the filter in front of @node; there is room */
void mapi_classes_add(struct mapi_classes __rcu **p, struct mapi_node *node)
{
	struct mapi_class *c;
	u32 i;

	for (i = 0; i < node->tuples->nr; i++) {
		node->entry[i].value = node->tuples->tuple[i].value;
		node->entry[i].node = node;
		node->entry[i].nth = i;
		c = class_find(classes_of(p), &node->tuples->tuple[i]);
		put(c, slots_of(c), &node->entry[i]);
	}
}

static void slot_del(struct mapi_class *c, struct mapi_entry *e)
{
	struct mapi_slots *s = slots_of(c);
	u32 i = mapi_class_hash(c, &e->value) >> s->shift;

	while (s->slot[i] != e)
		i = (i + 1) & s->mask;
	WRITE_ONCE(s->slot[i], MAPI_ENTRY_GONE);
	s->gone++;
}

static void class_free_rcu(struct rcu_head *rcu)
{
	class_free(container_of(rcu, struct mapi_class, rcu));
}

/* Return: false if it stays, without memory for now. */
static bool class_del(struct mapi_classes __rcu **p, struct mapi_class *c)
{
	struct mapi_classes *old = classes_of(p), *new = NULL;

	if (old->nr > 1) {
		new = classes_copy(old, NULL, c);
		if (!new)
			return false;
	}
	rcu_assign_pointer(*p, new);
	kvfree_rcu(old, rcu);
	call_rcu(&c->rcu, class_free_rcu);
	return true;
}

/* mapi_classes_del - take a filter out; no packet needs it any more */
void mapi_classes_del(struct mapi_classes __rcu **p, struct mapi_node *node)
{
	struct mapi_class *c;
	u32 i;

	for (i = 0; i < node->tuples->nr; i++) {
		c = class_find(classes_of(p), &node->tuples->tuple[i]);
		slot_del(c, &node->entry[i]);
		if (slots_of(c)->gone * 4 > slots_of(c)->mask)
			rebuild(c, 0);
	}
	mapi_classes_trim(p);
}

/* mapi_classes_trim - a class without entries is a look-up for nothing */
void mapi_classes_trim(struct mapi_classes __rcu **p)
{
	const struct mapi_slots *s;
	struct mapi_class *c;
	u32 i = 0;

	while (classes_of(p) && i < classes_of(p)->nr) {
		c = classes_of(p)->class[i];
		s = slots_of(c);
		if (s->used != s->gone || !class_del(p, c))
			i++;
	}
}

/* mapi_classes_nr - number of the class of a tuple that is in it */
u64 mapi_classes_nr(struct mapi_classes __rcu **p, const struct mapi_tuple *t)
{
	return class_find(classes_of(p), t)->nr;
}

/* mapi_classes_first_word - see &mapi_classes.first_word */
bool mapi_classes_first_word(struct mapi_classes __rcu **p)
{
	return classes_of(p)->first_word;
}

void mapi_classes_free(struct mapi_classes *cs)
{
	u32 i;

	for (i = 0; cs && i < cs->nr; i++)
		class_free(cs->class[i]);
	kvfree(cs);
}

/* An entry in its own right, not by another tuple of the filter before it. */
static bool first_match(const struct mapi_entry *e, const struct mapi_key *key)
{
	u32 i;

	for (i = 0; i < e->nth; i++)
		if (mapi_tuple_match(&e->node->tuples->tuple[i], key))
			return false;
	return true;
}

static const struct mapi_slots *look(struct mapi_look *l)
{
	if (!l->slots)
		l->slots = rcu_dereference(l->classes->class[l->class]->slots);
	return l->slots;
}

static void next_class(struct mapi_look *l)
{
	l->slots = NULL;
	l->started = false;
	l->class++;
}

/**
 * mapi_look_next - the next filter that a packet passes
 * @l: where we are
 * @key: the packet's key; %NULL if it has none: all filters are to be asked
 *
 * Return: an entry of it, %NULL if there is none left. Context: RCU.
 */
const struct mapi_entry *mapi_look_next(struct mapi_look *l,
					const struct mapi_key *key)
{
	const struct mapi_class *c;
	const struct mapi_entry *e;
	const struct mapi_slots *s;

	for (; l->class < l->classes->nr; next_class(l)) {
		c = l->classes->class[l->class];
		if (key && !(c->sorts & mapi_sort_of(key)))
			continue;
		s = look(l);
		if (!l->started) {
			l->at = key ? mapi_class_hash(c, key) >> s->shift : 0;
			l->started = true;
		}
		if (unlikely(!key)) {
			while (l->at <= s->mask) {
				e = smp_load_acquire(&s->slot[l->at++]);
				if (e && e != MAPI_ENTRY_GONE && !e->nth)
					return e;
			}
			continue;
		}
		/* acquire: pairs with put() */
		while ((e = smp_load_acquire(&s->slot[l->at & s->mask]))) {
			l->at++;
			if (e != MAPI_ENTRY_GONE && mapi_class_equal(c, &e->value, key) &&
			    first_match(e, key))
				return e;
		}
	}
	return NULL;
}
