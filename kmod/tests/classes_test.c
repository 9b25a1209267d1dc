// SPDX-License-Identifier: GPL-2.0
/* Classes: which of many filters a key passes, while they come and go. */
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../classes.h"
#include "../plan.h"
#include "test.h"

#define NODES	200
#define MOST	4	/* tuples of a filter */

struct classes_test {
	struct mapi_classes __rcu *classes;
	struct mapi_node *node[NODES];	/* %NULL: it has no filter now */
	bool in[NODES];
};

/* Of one word, of two that are not neighbours, of the last one, of none. */
static const struct mapi_key masks[] = {
	{ { 0xffff000000000000 } },
	{ { 0xffffff0000000000 } },
	{ { 0xffffff0200000000 | 0xffff } },
	{ { 0xffff000000000000, 0xff00000000000000 } },
	{ { 0xffff000000000000, 0, 0, 0xffffffffffffffff } },
	{ { 0xffff000000000000, 0, 0, 0, 0xff } },
	{ { 0, 0, 0, 0, 1 } },
	{ {} },
};

static int classes_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct classes_test), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	return 0;
}

static struct mapi_classes *classes_of(struct classes_test *t)
{
	return rcu_dereference_protected(t->classes,
					 lockdep_is_held(&mapi_mutex));
}

/* A node with a filter of so many tuples, which are all zero yet. */
static struct mapi_node *node_of(struct kunit *test, u32 nr)
{
	struct mapi_node *node;

	node = kunit_kzalloc(test, sizeof(*node), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, node);
	node->tuples = kunit_kzalloc(test, struct_size(node->tuples, tuple, nr),
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, node->tuples);
	node->entry = kunit_kcalloc(test, nr, sizeof(*node->entry), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, node->entry);
	node->tuples->nr = nr;
	return node;
}

/* A node that wants one word to be something. */
static struct mapi_node *node_word(struct kunit *test, u32 word, u64 mask,
				   u64 value)
{
	struct mapi_node *node = node_of(test, 1);

	node->tuples->tuple[0].mask.w[word] = mask;
	node->tuples->tuple[0].value.w[word] = value;
	return node;
}

static int reserve(struct classes_test *t, u32 n)
{
	return mapi_classes_reserve(&t->classes, t->node[n]->tuples);
}

static void enter(struct kunit *test, u32 n)
{
	struct classes_test *t = test->priv;
	int ret = reserve(t, n);

	KUNIT_EXPECT_EQ(test, ret, 0);
	if (ret)
		return;
	mapi_classes_add(&t->classes, t->node[n]);
	t->in[n] = true;
}

static void leave(struct classes_test *t, u32 n)
{
	if (t->in[n])
		mapi_classes_del(&t->classes, t->node[n]);
	t->in[n] = false;
}

/* With the last of them, all is gone. */
static void leave_all(struct kunit *test)
{
	struct classes_test *t = test->priv;
	u32 i;

	for (i = 0; i < NODES; i++)
		leave(t, i);
	KUNIT_EXPECT_NULL(test, classes_of(t));
}

/* What a packet with that key passes, as the plan asks; %NULL: one without. */
static u32 passed(struct classes_test *t, const struct mapi_key *key,
		  const struct mapi_node **nodes, u32 room)
{
	const struct mapi_entry *e;
	struct mapi_look l = {};
	u32 nr = 0;

	rcu_read_lock();
	l.classes = rcu_dereference(t->classes);
	while (l.classes && nr < room && (e = mapi_look_next(&l, key)))
		nodes[nr++] = e->node;
	rcu_read_unlock();
	return nr;
}

static bool plain_match(const struct mapi_node *node, const struct mapi_key *key)
{
	u32 i, w;

	for (i = 0; i < node->tuples->nr; i++) {
		const struct mapi_tuple *tuple = &node->tuples->tuple[i];

		for (w = 0; w < MAPI_KEY_WORDS; w++)
			if ((key->w[w] ^ tuple->value.w[w]) & tuple->mask.w[w])
				break;
		if (w == MAPI_KEY_WORDS)
			return true;
	}
	return false;
}

/* Exactly those that are there and match, each once. Return: how many. */
static u32 expect_passed(struct kunit *test, const struct mapi_key *key)
{
	static const struct mapi_node *got[NODES + 1];
	struct classes_test *t = test->priv;
	u32 nr, i, k, times, wanted = 0;

	nr = passed(t, key, got, ARRAY_SIZE(got));
	for (i = 0; i < NODES; i++) {
		if (!t->node[i])
			continue;
		for (k = 0, times = 0; k < nr; k++)
			times += got[k] == t->node[i];
		KUNIT_EXPECT_EQ(test, times,
				t->in[i] && (!key || plain_match(t->node[i], key)));
		wanted += t->in[i] && (!key || plain_match(t->node[i], key));
	}
	KUNIT_EXPECT_EQ(test, nr, wanted);
	return wanted;
}

/* The tables are as they promise to be. */
static void expect_tables(struct kunit *test)
{
	struct classes_test *t = test->priv;
	const struct mapi_classes *cs = classes_of(t);
	u32 i, k, used, gone, entries = 0, wanted = 0;
	const struct mapi_slots *s;

	for (i = 0; cs && i < cs->nr; i++) {
		s = rcu_dereference_protected(cs->class[i]->slots,
					      lockdep_is_held(&mapi_mutex));
		used = 0;
		gone = 0;
		for (k = 0; k <= s->mask; k++) {
			used += !!s->slot[k];
			gone += s->slot[k] == MAPI_ENTRY_GONE;
		}
		KUNIT_EXPECT_EQ(test, used, s->used);
		KUNIT_EXPECT_EQ(test, gone, s->gone);
		KUNIT_EXPECT_LE(test, used * 2, s->mask + 1);
		KUNIT_EXPECT_GT(test, used, gone);
		entries += used - gone;
	}
	for (i = 0; i < NODES; i++)
		wanted += t->in[i] ? t->node[i]->tuples->nr : 0;
	KUNIT_EXPECT_EQ(test, entries, wanted);
}

static void classes_one_mask(struct kunit *test)
{
	struct classes_test *t = test->priv;
	struct mapi_key key = {};
	u32 i;

	for (i = 0; i < NODES; i++)
		t->node[i] = node_word(test, 0, 0xffff, i);
	mutex_lock(&mapi_mutex);
	for (i = 0; i < NODES; i++)
		enter(test, i);
	expect_tables(test);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, 1);
	for (i = 0; i < NODES + 10; i++) {
		key.w[0] = 0xabcd0000 | i;
		KUNIT_EXPECT_EQ(test, expect_passed(test, &key), i < NODES);
	}
	KUNIT_EXPECT_EQ(test, expect_passed(test, NULL), NODES);
	for (i = 0; i < NODES; i++) {
		leave(t, i);
		key.w[0] = i;
		KUNIT_EXPECT_EQ(test, expect_passed(test, &key), 0);
		key.w[0] = NODES - 1;
		KUNIT_EXPECT_EQ(test, expect_passed(test, &key), i < NODES - 1);
		expect_tables(test);
	}
	KUNIT_EXPECT_NULL(test, classes_of(t));
	mutex_unlock(&mapi_mutex);
}

/* Words behind the last that matters are nothing to a class; those before are. */
static void classes_words(struct kunit *test)
{
	struct classes_test *t = test->priv;
	struct mapi_key key = {};
	u32 i, w, seen;

	for (i = 0; i < MAPI_KEY_WORDS; i++)
		t->node[i] = node_word(test, i, U64_MAX, 5);
	mutex_lock(&mapi_mutex);
	for (i = 0; i < MAPI_KEY_WORDS; i++)
		enter(test, i);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, MAPI_KEY_WORDS);
	for (i = 0, seen = 0; i < MAPI_KEY_WORDS; i++)
		seen |= BIT(classes_of(t)->class[i]->words);
	KUNIT_EXPECT_EQ(test, seen, GENMASK(MAPI_KEY_WORDS, 1));
	for (i = 0; i < BIT(MAPI_KEY_WORDS); i++) {
		for (w = 0; w < MAPI_KEY_WORDS; w++)
			key.w[w] = i & BIT(w) ? 5 : 1ULL << 63 | 5;
		KUNIT_EXPECT_EQ(test, expect_passed(test, &key), hweight32(i));
	}
	leave_all(test);
	mutex_unlock(&mapi_mutex);
}

/* A packet that has all that a filter has tuples for passes it once. */
static void classes_once(struct kunit *test)
{
	static const struct {
		u64 w0, w1;
		u32 passes;
	} keys[] = {
		{ 0x0303, 0, 1 }, { 0x0304, 0, 1 }, { 0x0004, 0, 1 },
		{ 0, 0, 1 }, { 0x0305, 1, 1 }, { 0x0504, 1, 1 }, { 0, 1, 0 },
	};
	struct classes_test *t = test->priv;
	struct mapi_node *node = node_of(test, 4);
	struct mapi_key key = {};
	u32 i;

	node->tuples->tuple[0].mask.w[0] = 0xff;
	node->tuples->tuple[0].value.w[0] = 3;
	node->tuples->tuple[1].mask.w[0] = 0xff00;
	node->tuples->tuple[1].value.w[0] = 0x300;
	node->tuples->tuple[2].mask.w[0] = 0xff;
	node->tuples->tuple[2].value.w[0] = 4;
	node->tuples->tuple[3].mask.w[1] = 1;
	t->node[0] = node;
	mutex_lock(&mapi_mutex);
	enter(test, 0);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, 3);
	expect_tables(test);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		key.w[0] = keys[i].w0;
		key.w[1] = keys[i].w1;
		KUNIT_EXPECT_EQ(test, expect_passed(test, &key), keys[i].passes);
	}
	KUNIT_EXPECT_EQ(test, expect_passed(test, NULL), 1);
	leave_all(test);
	mutex_unlock(&mapi_mutex);
}

/* There are no more than so many, and one too many changes nothing. */
static void classes_too_many(struct kunit *test)
{
	const u32 last = MAPI_CLASSES_MAX - 1, more = last + 1, two = last + 2,
		  same = last + 3;
	struct classes_test *t = test->priv;
	struct mapi_classes *classes;
	u32 i;

	for (i = 0; i <= more; i++)
		t->node[i] = node_word(test, i / 32, BIT(i % 32), 0);
	/* Of two masks, and of one that is there by then. */
	t->node[two] = node_of(test, 2);
	t->node[two]->tuples->tuple[0].mask.w[2] = BIT_ULL(40);
	t->node[two]->tuples->tuple[1].mask.w[2] = BIT_ULL(41);
	t->node[same] = node_word(test, 0, BIT(7), BIT(7));
	mutex_lock(&mapi_mutex);
	for (i = 0; i < last; i++)
		enter(test, i);
	classes = classes_of(t);
	KUNIT_EXPECT_EQ(test, reserve(t, two), -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, classes_of(t), classes);
	enter(test, last);
	KUNIT_EXPECT_EQ(test, reserve(t, more), -ENOSPC);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, MAPI_CLASSES_MAX);
	expect_tables(test);
	enter(test, same);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, MAPI_CLASSES_MAX);
	/* Where one goes there is room again. */
	leave(t, 5);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, MAPI_CLASSES_MAX - 1);
	KUNIT_EXPECT_EQ(test, reserve(t, two), -ENOSPC);
	enter(test, more);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, MAPI_CLASSES_MAX);
	expect_tables(test);
	leave_all(test);
	mutex_unlock(&mapi_mutex);
}

/* A filter that did not come after all leaves nothing behind. */
static void classes_trimmed(struct kunit *test)
{
	struct classes_test *t = test->priv;
	const struct mapi_tuple *tuple;
	u64 nr;

	t->node[0] = node_word(test, 0, U64_MAX, 3);
	t->node[1] = node_word(test, 1, U64_MAX, 3);
	tuple = &t->node[0]->tuples->tuple[0];
	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, reserve(t, 1), 0);
	KUNIT_EXPECT_EQ(test, expect_passed(test, NULL), 0);
	mapi_classes_trim(&t->classes);
	KUNIT_EXPECT_NULL(test, classes_of(t));

	enter(test, 0);
	nr = mapi_classes_nr(&t->classes, tuple);
	KUNIT_EXPECT_EQ(test, reserve(t, 1), 0);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, 2);
	KUNIT_EXPECT_EQ(test, expect_passed(test, &tuple->value), 1);
	mapi_classes_trim(&t->classes);
	KUNIT_EXPECT_EQ(test, classes_of(t)->nr, 1);
	expect_tables(test);
	KUNIT_EXPECT_EQ(test, expect_passed(test, &tuple->value), 1);
	KUNIT_EXPECT_EQ(test, mapi_classes_nr(&t->classes, tuple), nr);
	leave_all(test);
	mutex_unlock(&mapi_mutex);
}

/* Few values, so that keys pass many filters and entries fall on one another. */
static u64 few_bits(struct rnd_state *rnd)
{
	return (u64)test_below(rnd, 3) * 0x0101010101010101ULL;
}

static void random_filter(struct rnd_state *rnd, struct mapi_tuples *tuples)
{
	u32 i, w;

	tuples->nr = 1 + test_below(rnd, MOST);
	for (i = 0; i < tuples->nr; i++) {
		struct mapi_tuple *t = &tuples->tuple[i];

		t->mask = masks[test_below(rnd, ARRAY_SIZE(masks))];
		for (w = 0; w < MAPI_KEY_WORDS; w++)
			t->value.w[w] = few_bits(rnd) & t->mask.w[w];
	}
}

static void random_change(struct kunit *test, struct rnd_state *rnd, u32 most)
{
	struct classes_test *t = test->priv;
	u32 i = test_below(rnd, NODES);

	if (t->in[i]) {
		leave(t, i);
	} else if (i < most) {
		random_filter(rnd, t->node[i]->tuples);
		enter(test, i);
	}
}

static void classes_random(struct kunit *test)
{
	struct classes_test *t = test->priv;
	u32 i, k, w, rounds, most = NODES;
	struct rnd_state rnd;
	struct mapi_key key;
	u64 found = 0;

	test_random(test, &rnd);
	rounds = test_rounds(400);
	for (i = 0; i < NODES; i++)
		t->node[i] = node_of(test, MOST);
	mutex_lock(&mapi_mutex);
	for (i = 0; i < rounds; i++) {
		if (i % 20 == 0)
			most = test_below(&rnd, NODES + 1);
		for (k = 0; k < 20; k++)
			random_change(test, &rnd, most);
		expect_tables(test);
		for (k = 0; k < 5; k++) {
			for (w = 0; w < MAPI_KEY_WORDS; w++)
				key.w[w] = few_bits(&rnd);
			found += expect_passed(test, &key);
		}
		expect_passed(test, NULL);
		cond_resched();
	}
	leave_all(test);
	mutex_unlock(&mapi_mutex);
	kunit_info(test, "%llu filters passed\n", found);
	KUNIT_EXPECT_GT(test, found, rounds);
}

static struct kunit_case classes_cases[] = {
	KUNIT_CASE(classes_one_mask),
	KUNIT_CASE(classes_words),
	KUNIT_CASE(classes_once),
	KUNIT_CASE(classes_too_many),
	KUNIT_CASE(classes_trimmed),
	KUNIT_CASE(classes_random),
	{}
};

static struct kunit_suite classes_suite = {
	.name = "mapi_classes",
	.init = classes_init,
	.test_cases = classes_cases,
};

kunit_test_suite(classes_suite);
