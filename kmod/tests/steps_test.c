// SPDX-License-Identifier: GPL-2.0
/* Arrays of steps: they keep their order, and everyone knows his number. */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../plan.h"
#include "test.h"

#define OWNERS	64

/* An array; those who have a step in it, in order, and those who have none. */
struct steps_test {
	struct mapi_steps __rcu *steps;
	struct mapi_inst owner[OWNERS];
	struct mapi_node *node;
	struct mapi_inst *in[OWNERS];
	u32 nr_in;
	struct mapi_inst *out[OWNERS];
	u32 nr_out;
};

static int steps_init(struct kunit *test)
{
	struct steps_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->node = kunit_kzalloc(test, sizeof(*t->node), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->node);
	for (i = 0; i < OWNERS; i++)
		t->out[t->nr_out++] = &t->owner[i];
	test->priv = t;
	return 0;
}

static struct mapi_steps *steps_of(struct steps_test *t)
{
	return rcu_dereference_protected(t->steps, lockdep_is_held(&mapi_mutex));
}

/* The last of those without gets a step behind all others. */
static u32 step_add(struct steps_test *t)
{
	struct mapi_step step = {
		.op = MAPI_OP_CALL, .dies = U64_MAX,
		.inst = t->out[--t->nr_out],
	};

	t->in[t->nr_in++] = step.inst;
	step.inst->step = U32_MAX;
	return mapi_steps_add(&t->steps, &step);
}

static void step_del(struct steps_test *t, u32 nth)
{
	struct mapi_inst *owner = t->in[nth];

	mapi_steps_del(&t->steps, owner->step);
	t->nr_in--;
	memmove(&t->in[nth], &t->in[nth + 1],
		(t->nr_in - nth) * sizeof(*t->in));
	t->out[t->nr_out++] = owner;
}

static void steps_are(struct kunit *test, struct steps_test *t)
{
	struct mapi_steps *s = steps_of(t);
	u32 i, alive = 0, dead = 0;

	if (!s) {
		KUNIT_EXPECT_EQ(test, t->nr_in, 0);
		return;
	}
	KUNIT_EXPECT_LE(test, s->nr, s->cap);
	for (i = 0; i < s->nr; i++) {
		if (s->step[i].op == MAPI_OP_DEAD) {
			dead++;
			continue;
		}
		KUNIT_EXPECT_PTR_EQ(test, s->step[i].inst, t->in[alive]);
		KUNIT_EXPECT_EQ(test, t->in[alive]->step, i);
		KUNIT_EXPECT_PTR_EQ(test, mapi_steps_get(&t->steps, i),
				    &s->step[i]);
		if (++alive > t->nr_in)
			break;
	}
	KUNIT_EXPECT_EQ(test, alive, t->nr_in);
	KUNIT_EXPECT_EQ(test, dead, s->dead);
}

static void steps_in_order(struct kunit *test)
{
	struct steps_test *t = test->priv;
	u32 i;

	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 0), 0);
	KUNIT_EXPECT_NULL(test, steps_of(t));
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 1), 0);
		KUNIT_EXPECT_EQ(test, step_add(t), i);
		steps_are(test, t);
	}
	mapi_steps_free(steps_of(t));
	mutex_unlock(&mapi_mutex);
}

/* Packets may be in the array: it is left as it is, where there is room. */
static void steps_reserved(struct kunit *test)
{
	struct steps_test *t = test->priv;
	struct mapi_steps *s;
	u32 i;

	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 5), 0);
	s = steps_of(t);
	KUNIT_EXPECT_GE(test, s->cap, 5);
	KUNIT_EXPECT_EQ(test, s->nr, 0);
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 5 - i), 0);
		KUNIT_EXPECT_EQ(test, step_add(t), i);
		KUNIT_EXPECT_PTR_EQ(test, steps_of(t), s);
	}
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 30), 0);
	KUNIT_EXPECT_GE(test, steps_of(t)->cap, 35);
	steps_are(test, t);
	s = steps_of(t);
	for (i = 5; i < 35; i++)
		KUNIT_EXPECT_EQ(test, step_add(t), i);
	KUNIT_EXPECT_PTR_EQ(test, steps_of(t), s);
	steps_are(test, t);
	mapi_steps_free(steps_of(t));
	mutex_unlock(&mapi_mutex);
}

/* A step in front of a node is the node's, though it has a function, too. */
static void steps_of_nodes(struct kunit *test)
{
	struct steps_test *t = test->priv;
	struct mapi_step step = {
		.op = MAPI_OP_CALL, .inst = &t->owner[0], .node = t->node,
	};

	t->node->step = 7;
	t->owner[0].step = 7;
	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, 2), 0);
	step_add(t);
	KUNIT_EXPECT_EQ(test, mapi_steps_add(&t->steps, &step), 1);
	KUNIT_EXPECT_EQ(test, t->node->step, 1);
	KUNIT_EXPECT_EQ(test, t->owner[0].step, 7);
	/* The one before it goes, and with it all that is dead. */
	step_del(t, 0);
	KUNIT_EXPECT_EQ(test, steps_of(t)->nr, 1);
	KUNIT_EXPECT_EQ(test, t->node->step, 0);
	KUNIT_EXPECT_EQ(test, t->owner[0].step, 7);
	mapi_steps_free(steps_of(t));
	mutex_unlock(&mapi_mutex);
}

/* A packet looks at few that are dead. */
static void steps_dead(struct kunit *test)
{
	struct steps_test *t = test->priv;
	struct mapi_steps *s;
	u32 i;

	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, OWNERS), 0);
	for (i = 0; i < OWNERS; i++)
		step_add(t);
	s = steps_of(t);
	/* Less than a quarter: packets need not change over. */
	for (i = 0; i < OWNERS / 4 - 1; i++)
		step_del(t, i);
	KUNIT_EXPECT_PTR_EQ(test, steps_of(t), s);
	KUNIT_EXPECT_EQ(test, s->nr, OWNERS);
	KUNIT_EXPECT_EQ(test, s->dead, OWNERS / 4 - 1);
	steps_are(test, t);
	while (t->nr_in) {
		step_del(t, t->nr_in / 2);
		steps_are(test, t);
		s = steps_of(t);
		KUNIT_EXPECT_TRUE(test, !s || s->dead * 4 < s->nr);
	}
	KUNIT_EXPECT_NULL(test, steps_of(t));
	mutex_unlock(&mapi_mutex);
}

/* Without a group to take any, all that live stay, and nothing else. */
static void steps_regrouped(struct kunit *test)
{
	struct steps_test *t = test->priv;
	u32 i;

	mutex_lock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, OWNERS), 0);
	for (i = 0; i < 20; i++)
		step_add(t);
	for (i = 0; i < 4; i++)
		step_del(t, i);
	KUNIT_EXPECT_EQ(test, steps_of(t)->dead, 4);
	KUNIT_EXPECT_EQ(test, mapi_steps_regroup(&t->steps, NULL), 0);
	KUNIT_EXPECT_EQ(test, steps_of(t)->dead, 0);
	KUNIT_EXPECT_EQ(test, steps_of(t)->nr, 16);
	KUNIT_EXPECT_NULL(test, steps_of(t)->group);
	steps_are(test, t);
	mapi_steps_free(steps_of(t));
	mutex_unlock(&mapi_mutex);
}

static void steps_random(struct kunit *test)
{
	struct steps_test *t = test->priv;
	u32 i, n, rounds, empty = 0, full = 0, most = 1;
	struct rnd_state rnd;

	test_random(test, &rnd);
	rounds = test_rounds(5000);
	mutex_lock(&mapi_mutex);
	for (i = 0; i < rounds; i++) {
		if (i % 16 == 0) {
			most = test_below(&rnd, OWNERS + 1);
			cond_resched();
		}
		if (t->nr_in < most && t->nr_out) {
			n = 1 + test_below(&rnd, min(t->nr_out, 5U));
			KUNIT_EXPECT_EQ(test, mapi_steps_reserve(&t->steps, n), 0);
			while (n--)
				step_add(t);
		} else if (t->nr_in) {
			step_del(t, test_below(&rnd, t->nr_in));
		}
		steps_are(test, t);
		empty += !t->nr_in;
		full += t->nr_in == OWNERS;
	}
	mapi_steps_free(steps_of(t));
	mutex_unlock(&mapi_mutex);
	kunit_info(test, "%u times empty, %u times full\n", empty, full);
}

static struct kunit_case steps_cases[] = {
	KUNIT_CASE(steps_in_order),
	KUNIT_CASE(steps_reserved),
	KUNIT_CASE(steps_of_nodes),
	KUNIT_CASE(steps_dead),
	KUNIT_CASE(steps_regrouped),
	KUNIT_CASE(steps_random),
	{}
};

static struct kunit_suite steps_suite = {
	.name = "mapi_steps",
	.init = steps_init,
	.test_cases = steps_cases,
};

kunit_test_suite(steps_suite);
