// SPDX-License-Identifier: GPL-2.0
/*
 * Plans: flows come and go on a device of our own, whose packets are made here.
 * What is in the plan, and what each flow has had, must be what it has to be.
 */
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/if_ether.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <mapi/source.h>
#include "../plan.h"
#include "test.h"

#define FRAME		ETH_ZLEN
#define DEVICE		"kunit0"
#define BOTH		(MAPI_DIR_IN | MAPI_DIR_OUT)
#define FLOWS		48
#define TYPE		0x9000	/* an ethertype of nobody's, and those behind it */
#define CHAIN		4

/* The device. */

static struct mapi_dev dev;
static bool dev_made;

static struct mapi_source source;

static struct mapi_dev *source_open(struct net *net, const char *name,
				    struct mapi_errbuf *err)
{
	if (strcmp(name, DEVICE))
		return NULL;
	if (dev_made) {
		mapi_dev_get(&dev);
		return &dev;
	}
	memset(&dev, 0, sizeof(dev));
	dev.linktype = 1;
	dev.oid = "1";
	dev.directions = BOTH;
	if (mapi_dev_init(&dev, &source, net))
		return ERR_PTR(-ENOMEM);
	dev_made = true;
	return &dev;
}

static int source_start(struct mapi_dev *d, const struct mapi_want *want,
			struct mapi_errbuf *err)
{
	return 0;
}

static void source_release(struct mapi_dev *d)
{
	dev_made = false;
}

static void source_info(struct mapi_dev *d, struct mapi_dev_info *info)
{
	strscpy(info->name, DEVICE, sizeof(info->name));
}

static struct mapi_source source = {
	.name = "kunit",
	.open = source_open,
	.start = source_start,
	.release = source_release,
	.info = source_info,
};

/* Functions. */

enum kind {
	BIT_SET,	/* pure filter: a bit of the first byte is set */
	OF_TYPE,	/* filter that is a tuple: of an ethertype */
	LONELY,		/* filter that is like no other: as BIT_SET */
	ACT,		/* counts by itself */
	COUNTER,	/* a packet counter */
	KINDS,
};

static int is_set(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return pkt->data[0] & BIT(inst->args[0].num) ? MAPI_PASS : MAPI_STOP;
}

/* By the shadow check: all packets have a key. */
static int is_of_type(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return get_unaligned_be16(pkt->data + 2 * ETH_ALEN) ==
	       TYPE + inst->args[0].num ? MAPI_PASS : MAPI_STOP;
}

static int of_type(struct mapi_inst *inst)
{
	struct mapi_tuples *tuples = inst->priv;

	tuples->nr = 1;
	tuples->tuple[0].mask.w[0] = 0xffffULL << MAPI_KEY_TYPE;
	tuples->tuple[0].value.w[0] = (u64)(TYPE + inst->args[0].num) << MAPI_KEY_TYPE;
	inst->tuples = tuples;
	return 0;
}

static int act(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	++*(u64 *)inst->priv;
	return MAPI_PASS;
}

static const struct mapi_argspec number[] = {
	{ .type = 'i', .name = "number", .min = 0, .max = 7 },
};

#define FUNC(NAME, more...)						\
	{ .name = NAME, .library = "kunit", .devoid = "1", .descr = NAME, more }

static struct mapi_func funcs[KINDS] = {
	[BIT_SET] = FUNC("BIT_SET", .args = number, .nr_args = 1,
			 .flags = MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
			 .process = is_set),
	[OF_TYPE] = FUNC("OF_TYPE", .args = number, .nr_args = 1,
			 .flags = MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
			 .priv_size = sizeof(struct mapi_tuples) +
				      sizeof(struct mapi_tuple),
			 .instance = of_type, .process = is_of_type),
	[LONELY] = FUNC("LONELY", .args = number, .nr_args = 1,
			.flags = MAPI_FUNC_F_FILTER, .process = is_set),
	[ACT] = FUNC("ACT", .priv_size = sizeof(u64), .process = act),
	[COUNTER] = FUNC("COUNTER", .result_type = MAPI_RESULT_PKTS,
			 .result_size = sizeof(u64),
			 .flags = MAPI_FUNC_F_AGGREGATE),
};

static bool is_filter(enum kind kind)
{
	return kind < ACT;
}

/* Flows, as they should be. */

struct link {
	enum kind kind;
	u32 number;
	u64 pkts;	/* that have come to it */
};

struct chain {
	struct mapi_flow *flow;
	u32 direction;
	u32 nr;
	struct link link[CHAIN];
};

struct plan_test {
	struct chain chain[FLOWS];
	u8 frame[FRAME];
};

static struct plan_test *of(struct kunit *test)
{
	return test->priv;
}

static struct mapi_inst *apply(struct mapi_flow *flow, const struct link *link)
{
	struct mapi_errbuf err = {};
	struct mapi_arg *args;
	struct mapi_func *func;
	int fid;

	args = kcalloc(1, sizeof(*args), GFP_KERNEL_ACCOUNT);
	if (!args)
		return NULL;
	args->num = link->number;
	func = mapi_func_find(funcs[link->kind].name, "kunit", NULL, "1", &err);
	if (IS_ERR(func)) {
		kfree(args);
		return NULL;
	}
	fid = mapi_flow_apply(flow, func, args, current_euid(), &err);
	return fid > 0 ? mapi_flow_inst(flow, fid) : NULL;
}

/* A flow of these functions comes. */
static void come(struct kunit *test, struct chain *chain)
{
	struct mapi_errbuf err = {};
	struct mapi_flow *flow;
	u32 i;

	mutex_lock(&mapi_mutex);
	flow = mapi_flow_new(&init_net, DEVICE, NULL, 0, chain->direction, &err);
	KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(flow), "%s", err.text);
	if (IS_ERR(flow))
		goto unlock;
	for (i = 0; i < chain->nr; i++) {
		KUNIT_EXPECT_NOT_NULL(test, apply(flow, &chain->link[i]));
		chain->link[i].pkts = 0;
	}
	KUNIT_EXPECT_EQ(test, mapi_flow_connect(flow, &err), 0);
	chain->flow = flow;
unlock:
	mutex_unlock(&mapi_mutex);
}

static void leave(struct chain *chain)
{
	if (chain->flow)
		mapi_flow_user_put(chain->flow);
	chain->flow = NULL;
}

static void leave_all(struct plan_test *t)
{
	u32 i;

	for (i = 0; i < FLOWS; i++)
		leave(&t->chain[i]);
}

/* All that has been let go is freed when this returns, the device with it. */
static bool all_gone(void)
{
	u32 i;

	for (i = 0; i < 500 && READ_ONCE(dev_made); i++)
		msleep(20);
	return !dev_made;
}

static bool passes(const struct link *link, const u8 *frame)
{
	if (link->kind == OF_TYPE)
		return (frame[12] << 8 | frame[13]) == TYPE + link->number;
	return frame[0] & BIT(link->number);
}

/* A packet, for the plan and for the model. */
static void packet(struct plan_test *t, u8 first, u16 type, bool out)
{
	struct mapi_pkt pkt = {
		.data = t->frame, .len = FRAME, .caplen = FRAME,
		.wirelen = FRAME, .bytes = FRAME, .npkts = 1,
		.flags = out ? MAPI_PKT_OUT : 0, .dev = &dev,
	};
	struct chain *chain;
	u32 i, k;

	t->frame[0] = first;
	t->frame[12] = type >> 8;
	t->frame[13] = type;
	local_bh_disable();
	rcu_read_lock();
	pkt.plan = mapi_dev_plan(&dev);
	if (pkt.plan)
		mapi_dev_rx(&dev, &pkt);
	rcu_read_unlock();
	local_bh_enable();
	for (i = 0; i < FLOWS; i++) {
		chain = &t->chain[i];
		if (!chain->flow ||
		    !(chain->direction & (out ? MAPI_DIR_OUT : MAPI_DIR_IN)))
			continue;
		for (k = 0; k < chain->nr; k++) {
			chain->link[k].pkts++;
			if (is_filter(chain->link[k].kind) &&
			    !passes(&chain->link[k], t->frame))
				break;
		}
	}
}

/* Each function has had what it should have had. */
static void expect_counts(struct kunit *test)
{
	struct mapi_node_count sum;
	struct mapi_inst *inst;
	struct chain *chain;
	u32 i, k;

	mutex_lock(&mapi_mutex);
	for (i = 0; i < FLOWS; i++) {
		chain = &of(test)->chain[i];
		for (k = 0; chain->flow && k < chain->nr; k++) {
			inst = mapi_flow_inst(chain->flow, k + 1);
			mapi_result_node(chain->flow, inst->desc->node, &sum);
			KUNIT_EXPECT_EQ(test, sum.pkts, chain->link[k].pkts);
			KUNIT_EXPECT_EQ(test, sum.bytes, sum.pkts * FRAME);
			if (chain->link[k].kind == ACT)
				KUNIT_EXPECT_EQ(test, *(u64 *)inst->priv, sum.pkts);
		}
	}
	mutex_unlock(&mapi_mutex);
}

/* Filters of a chain, up to and with the @nth link; %false if there are none. */
static bool same_way(const struct chain *a, u32 nth_a, const struct chain *b,
		     u32 nth_b)
{
	u32 i = 0, k = 0;

	if (a->direction != b->direction)
		return false;
	for (;; i++, k++) {
		while (i <= nth_a && !is_filter(a->link[i].kind))
			i++;
		while (k <= nth_b && !is_filter(b->link[k].kind))
			k++;
		if (i > nth_a || k > nth_b)
			return i > nth_a && k > nth_b;
		if (a->link[i].kind == LONELY || a->link[i].kind != b->link[k].kind ||
		    a->link[i].number != b->link[k].number)
			return false;
	}
}

/* Nobody before comes the same way, as far as this link. */
static bool is_new_way(const struct plan_test *t, u32 n, u32 nth)
{
	const struct chain *chain = &t->chain[n];
	u32 i, k;

	for (i = 0; i < n; i++)
		for (k = 0; t->chain[i].flow && k < t->chain[i].nr; k++)
			if (is_filter(t->chain[i].link[k].kind) &&
			    same_way(chain, nth, &t->chain[i], k))
				return false;
	return true;
}

static bool is_new_direction(const struct plan_test *t, u32 n)
{
	u32 i;

	if (t->chain[n].direction == BOTH)
		return false;
	for (i = 0; i < n; i++)
		if (t->chain[i].flow &&
		    t->chain[i].direction == t->chain[n].direction)
			return false;
	return true;
}

/* The plan is no larger than it must be: equal beginnings are there once. */
static u32 nodes_wanted(const struct plan_test *t)
{
	u32 i, k, n = 1;

	for (i = 0; i < FLOWS; i++) {
		if (!t->chain[i].flow)
			continue;
		n += is_new_direction(t, i);
		for (k = 0; k < t->chain[i].nr; k++)
			n += is_filter(t->chain[i].link[k].kind) &&
			     is_new_way(t, i, k);
	}
	return n;
}

static u32 nodes(void)
{
	u32 n;

	mutex_lock(&mapi_mutex);
	n = list_count_nodes(&dev.own_plan->nodes);
	mutex_unlock(&mapi_mutex);
	return n;
}

static void set(struct plan_test *t, u32 n, u32 direction, u32 nr,
		const struct link *links)
{
	t->chain[n].direction = direction;
	t->chain[n].nr = nr;
	memcpy(t->chain[n].link, links, nr * sizeof(*links));
}

#define SET(t, n, direction, links...) do {				\
	const struct link __l[] = { links };				\
									\
	set(t, n, direction, ARRAY_SIZE(__l), __l);			\
} while (0)

static int plan_init(struct kunit *test)
{
	struct plan_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	return 0;
}

static void plan_exit(struct kunit *test)
{
	if (!test->priv)
		return;
	leave_all(of(test));
	KUNIT_EXPECT_TRUE_MSG(test, all_gone(), "flows are left");
}

static int plan_suite_init(struct kunit_suite *suite)
{
	u32 i;
	int ret = 0;

	mapi_register_source(&source, THIS_MODULE);
	for (i = 0; i < KINDS && !ret; i++)
		ret = mapi_register_func(&funcs[i], THIS_MODULE);
	return ret;
}

static void plan_suite_exit(struct kunit_suite *suite)
{
	u32 i;

	for (i = 0; i < KINDS; i++)
		mapi_unregister_func(&funcs[i]);
	mapi_unregister_source(&source);
}

/* The same chain is there once, whoever has it, and as long as one has it. */
static void plan_shared(struct kunit *test)
{
	struct plan_test *t = of(test);
	u32 i;

	for (i = 0; i < 10; i++) {
		SET(t, i, BOTH, { BIT_SET, 1 }, { COUNTER }, { OF_TYPE, 2 }, { ACT });
		come(test, &t->chain[i]);
		KUNIT_EXPECT_EQ(test, nodes(), 3);
		packet(t, 2, TYPE + 2, false);
		packet(t, 2, TYPE + 1, false);
		packet(t, 1, TYPE + 2, false);
	}
	expect_counts(test);
	KUNIT_EXPECT_EQ(test, t->chain[0].link[3].pkts, 10);
	for (i = 0; i < 9; i++) {
		leave(&t->chain[i]);
		KUNIT_EXPECT_EQ(test, nodes(), 3);
		packet(t, 2, TYPE + 2, false);
		expect_counts(test);
	}
	KUNIT_EXPECT_EQ(test, t->chain[9].link[3].pkts, 10);
}

/* Equal beginnings are, and only those: order matters, and so do arguments. */
static void plan_beginnings(struct kunit *test)
{
	struct plan_test *t = of(test);
	u32 i;

	SET(t, 0, BOTH, { BIT_SET, 1 }, { BIT_SET, 2 });
	SET(t, 1, BOTH, { BIT_SET, 1 }, { BIT_SET, 3 });
	SET(t, 2, BOTH, { BIT_SET, 2 }, { BIT_SET, 1 });
	SET(t, 3, BOTH, { BIT_SET, 1 }, { BIT_SET, 2 }, { BIT_SET, 3 });
	SET(t, 4, BOTH, { LONELY, 1 }, { BIT_SET, 2 });
	SET(t, 5, BOTH, { LONELY, 1 }, { BIT_SET, 2 });
	SET(t, 6, MAPI_DIR_IN, { BIT_SET, 1 });
	SET(t, 7, MAPI_DIR_OUT, { BIT_SET, 1 });
	SET(t, 8, MAPI_DIR_OUT, { COUNTER }, { ACT }, { BIT_SET, 1 });
	for (i = 0; i < 9; i++) {
		come(test, &t->chain[i]);
		KUNIT_EXPECT_EQ(test, nodes(), nodes_wanted(t));
	}
	/* root; 1, 1-2, 1-3, 2, 2-1, 1-2-3; twice two; in, in-1, out, out-1 */
	KUNIT_EXPECT_EQ(test, nodes(), 1 + 6 + 4 + 4);
	for (i = 0; i < 256; i++)
		packet(t, i, TYPE, i & 1);
	expect_counts(test);
}

/* A flow counts from when it came, to when it went. */
static void plan_from_then_on(struct kunit *test)
{
	struct plan_test *t = of(test);
	struct mapi_node_count sum;

	SET(t, 0, BOTH, { BIT_SET, 0 }, { COUNTER });
	SET(t, 1, BOTH, { BIT_SET, 0 }, { COUNTER }, { ACT });
	come(test, &t->chain[0]);
	packet(t, 1, TYPE, false);
	packet(t, 1, TYPE, false);
	come(test, &t->chain[1]);
	packet(t, 1, TYPE, false);
	expect_counts(test);
	KUNIT_EXPECT_EQ(test, t->chain[0].link[1].pkts, 3);
	KUNIT_EXPECT_EQ(test, t->chain[1].link[1].pkts, 1);
	mutex_lock(&mapi_mutex);
	mapi_flow_stop(t->chain[0].flow, MAPI_END_NONE);
	mutex_unlock(&mapi_mutex);
	packet(t, 1, TYPE, false);
	mutex_lock(&mapi_mutex);
	mapi_result_node(t->chain[0].flow,
			 mapi_flow_inst(t->chain[0].flow, 2)->desc->node, &sum);
	mutex_unlock(&mapi_mutex);
	KUNIT_EXPECT_EQ(test, sum.pkts, 3);
	leave(&t->chain[0]);
	expect_counts(test);
}

/* What most packets need is known: no more is done for them. */
static void plan_quick_ways(struct kunit *test)
{
	struct plan_test *t = of(test);

	SET(t, 0, BOTH, { COUNTER });
	SET(t, 1, BOTH, { OF_TYPE, 1 }, { COUNTER });
	SET(t, 2, BOTH, { BIT_SET, 1 });
	SET(t, 3, BOTH, { ACT });
	SET(t, 4, MAPI_DIR_IN, { COUNTER });
	come(test, &t->chain[0]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_COUNT);
	come(test, &t->chain[1]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_FILTER);
	come(test, &t->chain[2]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_NONE);
	leave(&t->chain[2]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_FILTER);
	come(test, &t->chain[3]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_NONE);
	KUNIT_EXPECT_TRUE(test, mapi_plan_wants_segments(dev.own_plan));
	leave(&t->chain[3]);
	leave(&t->chain[1]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_COUNT);
	KUNIT_EXPECT_FALSE(test, mapi_plan_wants_segments(dev.own_plan));
	come(test, &t->chain[4]);
	KUNIT_EXPECT_EQ(test, dev.own_plan->planned, MAPI_QUICK_NONE);
}

static void random_chain(struct rnd_state *rnd, struct chain *chain)
{
	static const u32 directions[] = { BOTH, BOTH, BOTH, MAPI_DIR_IN, MAPI_DIR_OUT };
	u32 i;

	chain->direction = directions[test_below(rnd, ARRAY_SIZE(directions))];
	chain->nr = 1 + test_below(rnd, CHAIN);
	for (i = 0; i < chain->nr; i++) {
		chain->link[i].kind = test_below(rnd, KINDS);
		if (chain->link[i].kind == LONELY && test_below(rnd, 3))
			chain->link[i].kind = BIT_SET;
		chain->link[i].number = is_filter(chain->link[i].kind) ?
					test_below(rnd, 3) : 0;
	}
}

static void plan_random(struct kunit *test)
{
	struct plan_test *t = of(test);
	u32 i, k, n, rounds, most = 0;
	struct rnd_state rnd;

	test_random(test, &rnd);
	rounds = test_rounds(600);
	/* One stays, so that there is always a plan. */
	SET(t, 0, BOTH, { COUNTER });
	come(test, &t->chain[0]);
	for (i = 0; i < rounds; i++) {
		n = 1 + test_below(&rnd, FLOWS - 1);
		if (t->chain[n].flow) {
			leave(&t->chain[n]);
		} else {
			random_chain(&rnd, &t->chain[n]);
			come(test, &t->chain[n]);
		}
		for (k = 0; k < 8; k++)
			packet(t, prandom_u32_state(&rnd), TYPE + test_below(&rnd, 4),
			       test_below(&rnd, 2));
		KUNIT_EXPECT_EQ(test, nodes(), nodes_wanted(t));
		expect_counts(test);
		most = max(most, nodes());
	}
	kunit_info(test, "up to %u nodes\n", most);
}

static struct kunit_case plan_cases[] = {
	KUNIT_CASE(plan_shared),
	KUNIT_CASE(plan_beginnings),
	KUNIT_CASE(plan_from_then_on),
	KUNIT_CASE(plan_quick_ways),
	KUNIT_CASE(plan_random),
	{}
};

static struct kunit_suite plan_suite = {
	.name = "mapi_plan",
	.suite_init = plan_suite_init,
	.suite_exit = plan_suite_exit,
	.init = plan_init,
	.exit = plan_exit,
	.test_cases = plan_cases,
};

kunit_test_suite(plan_suite);
