// SPDX-License-Identifier: GPL-2.0
/*
 * Flows come into a plan, and go. What takes memory is done before a flow is
 * connected; nothing can fail from then on. The cost depends on the length of
 * the flow, not on what else is in the plan.
 */
#include <linux/rculist.h>
#include <linux/slab.h>
#include "plan.h"

static void plan_number(struct mapi_plan *plan, struct mapi_node *node)
{
	node->nr = ++plan->last;
	list_add_tail(&node->in_plan, &plan->nodes);
}

/* mapi_plan_new - a plan without flows, or %NULL */
struct mapi_plan *mapi_plan_new(struct mapi_dev *dev)
{
	struct mapi_plan *plan = kzalloc(sizeof(*plan), GFP_KERNEL_ACCOUNT);

	if (!plan)
		return NULL;
	plan->root = mapi_node_new(NULL);
	if (!plan->root) {
		kfree(plan);
		return NULL;
	}
	plan->counts = plan->root->counts;
	plan->dev = dev;
	INIT_LIST_HEAD(&plan->nodes);
	INIT_LIST_HEAD(&plan->flows);
	plan_number(plan, plan->root);
	return plan;
}

/* mapi_plan_free - no flow is left, and no packet; mapi_mutex held */
void mapi_plan_free(struct mapi_plan *plan)
{
	list_del_init(&plan->root->regroup);
	mapi_node_put(plan->root);
	mapi_shadow_free(plan);
	kfree(plan);
}

/* What the function is to the plan: nothing, a filter, or else an act. */
static bool is_counter(const struct mapi_inst *inst)
{
	return mapi_func_counts(inst->func);
}

static bool is_filter(const struct mapi_inst *inst)
{
	return inst->func->flags & MAPI_FUNC_F_FILTER;
}

static bool changes(const struct mapi_inst *inst)
{
	return inst->func->flags & MAPI_FUNC_F_MODIFIES;
}

/* mapi_plan_changes - how many functions of the flow change packets */
u32 mapi_plan_changes(const struct mapi_flow *flow)
{
	const struct mapi_inst *inst;
	u32 n = 0;

	list_for_each_entry(inst, &flow->insts, list)
		n += changes(inst);
	return n;
}

/* Acts of the flow from @inst on, until its next filter. */
static u32 acts_from(struct mapi_flow *flow, const struct mapi_inst *inst)
{
	u32 n = 0;

	list_for_each_entry_from(inst, &flow->insts, list) {
		if (is_filter(inst))
			break;
		n += !is_counter(inst);
	}
	return n;
}

/* What is in front of a new node, whose filter is @inst. */
static int node_behind(struct mapi_node *node, const struct mapi_inst *inst)
{
	size_t size;

	node->func = inst->func;
	node->key = inst->key;
	node->key_len = inst->key_len;
	node->changes = changes(inst);
	/* What is equal to no tuple at all passes nothing, and is called for that. */
	if (!inst->tuples || !inst->tuples->nr)
		return 0;
	size = struct_size(inst->tuples, tuple, inst->tuples->nr);
	node->tuples = kmemdup(inst->tuples, size, GFP_KERNEL_ACCOUNT);
	node->entry = kvcalloc(inst->tuples->nr, sizeof(*node->entry),
			       GFP_KERNEL_ACCOUNT);
	return node->tuples && node->entry ? 0 : -ENOMEM;
}

/* Its parent has too many classes: the filter is called like any other. */
static int node_no_tuples(struct mapi_node *node)
{
	kfree(node->tuples);
	kvfree(node->entry);
	node->tuples = NULL;
	node->entry = NULL;
	return 0;
}

/* The next node of a flow's way, which others come to or which is new. */
static int way_on(struct mapi_flow *flow, const struct mapi_inst *inst, u32 dir)
{
	struct mapi_node *parent = flow->nodes[flow->nr_nodes - 1], *node;
	int ret = 0;

	node = mapi_node_find(parent, inst, dir);
	if (node) {
		refcount_inc(&node->refs);
		flow->nodes[flow->nr_nodes++] = node;
		return 0;
	}
	node = mapi_node_new(parent);
	if (!node)
		return -ENOMEM;
	node->dir = dir;
	flow->nodes[flow->nr_nodes++] = node;
	if (inst)
		ret = node_behind(node, inst);
	if (!ret && node->tuples) {
		ret = mapi_classes_reserve(&parent->classes, node->tuples);
		if (ret == -ENOSPC)
			ret = node_no_tuples(node);
	}
	if (!ret && !node->tuples)
		ret = mapi_steps_reserve(&parent->tests, 1);
	return ret;
}

/* Where packets come in: the root, or behind a look at the direction. */
static int way_in(struct mapi_flow *flow)
{
	struct mapi_node *root = flow->dev->own_plan->root;
	int ret;

	refcount_inc(&root->refs);
	flow->nodes[0] = root;
	flow->nr_nodes = 1;
	if (flow->direction == (MAPI_DIR_IN | MAPI_DIR_OUT))
		return 0;
	ret = way_on(flow, NULL, flow->direction);
	if (ret)
		return ret;
	/* The flow's first node is behind it. */
	mapi_node_put(root);
	flow->nodes[0] = flow->nodes[1];
	flow->nr_nodes = 1;
	return 0;
}

/**
 * mapi_plan_prepare - get all that a flow needs in its device's plan
 * @flow: laid out, not connected
 *
 * Nobody sees any of it yet. mapi_plan_add() or mapi_plan_abort() follows.
 *
 * Context: mapi_mutex held. Return: 0 or %-ENOMEM.
 */
int mapi_plan_prepare(struct mapi_flow *flow)
{
	struct mapi_inst *inst;
	int ret;

	ret = mapi_copies_reserve(mapi_plan_changes(flow));
	if (ret)
		return ret;
	ret = way_in(flow);
	inst = list_first_entry(&flow->insts, struct mapi_inst, list);
	if (!ret)
		ret = mapi_steps_reserve(&flow->nodes[0]->acts,
					 acts_from(flow, inst));
	list_for_each_entry(inst, &flow->insts, list) {
		if (ret || !is_filter(inst))
			continue;
		ret = way_on(flow, inst, 0);
		if (!ret)
			ret = mapi_steps_reserve(&flow->nodes[inst->desc->behind]->acts,
						 acts_from(flow, list_next_entry(inst, list)));
	}
	if (ret)
		mapi_plan_abort(flow);
	return ret;
}

/* mapi_plan_put - the flow, which is in no plan, lets go of its nodes */
void mapi_plan_put(struct mapi_flow *flow)
{
	while (flow->nr_nodes)
		mapi_node_put(flow->nodes[--flow->nr_nodes]);
}

/* mapi_plan_abort - the flow is not to come after all; mapi_mutex held */
void mapi_plan_abort(struct mapi_flow *flow)
{
	struct mapi_node *node;
	u32 i;

	for (i = flow->nr_nodes; i-- > 0;) {
		node = flow->nodes[i];
		if (node->tuples && !node->flows)
			mapi_classes_trim(&node->parent->classes);
	}
	mapi_plan_put(flow);
}

static struct mapi_step *test_of(struct mapi_node *node)
{
	if (node->tuples || node->group)
		return &node->test;
	return mapi_steps_get(&node->parent->tests, node->step);
}

static struct mapi_step *act_of(const struct mapi_flow *flow,
				const struct mapi_inst *inst)
{
	return mapi_steps_get(&flow->nodes[inst->desc->node]->acts, inst->step);
}

static enum mapi_op test_op(const struct mapi_inst *inst)
{
	if (!inst)
		return MAPI_OP_DIR;
	if (changes(inst))
		return MAPI_OP_CHANGE;
	return inst->prog ? MAPI_OP_PROG : MAPI_OP_CALL;
}

/* One more flow comes to a node, by its function @inst. */
static void node_enter(struct mapi_plan *plan, struct mapi_node *node,
		       struct mapi_inst *inst, u64 change)
{
	struct mapi_step step = {
		.op = test_op(inst) | MAPI_OP_LOOK,
		.dir = node->dir,
		.born = change,
		.dies = U64_MAX,
		.process = inst ? inst->func->process : NULL,
		.inst = inst,
		.node = node,
	};

	if (inst)
		list_add_tail(&inst->on_node, &node->insts);
	if (node->flows++ || !node->parent)
		return;
	mapi_node_hash(node);
	plan_number(plan, node);
	if (node->tuples) {
		node->test = step;
		mapi_classes_add(&node->parent->classes, node);
	} else {
		mapi_steps_add(&node->parent->tests, &step);
	}
}

static void node_entered(struct mapi_node *node)
{
	if (node->flows != 1 || !node->parent)
		return;
	WRITE_ONCE(test_of(node)->op, test_of(node)->op & ~MAPI_OP_LOOK);
	if (mapi_group_may(node))
		mapi_group_changed(node->parent);
}

static void act_enter(struct mapi_flow *flow, struct mapi_inst *inst, u64 change)
{
	struct mapi_step step = {
		.op = MAPI_OP_CALL | MAPI_OP_LOOK,
		.born = change,
		.dies = U64_MAX,
		.process = inst->func->process,
		.inst = inst,
	};

	mapi_steps_add(&flow->nodes[inst->desc->node]->acts, &step);
}

/* What the plan must do for the functions of a flow, more or less of it. */
static void plan_weigh(struct mapi_flow *flow, int n)
{
	struct mapi_plan *plan = flow->dev->own_plan;
	const struct mapi_node *node;
	struct mapi_inst *inst;
	u32 single = 0;

	if (flow->nodes[0] != plan->root)
		plan->busy += n;
	list_for_each_entry(inst, &flow->insts, list) {
		if (!inst->desc->node && !is_counter(inst)) {
			node = flow->nodes[inst->desc->behind];
			plan->filters += node->tuples ? n : 0;
			plan->busy += node->tuples ? 0 : n;
			plan->samplers += inst->sampler ? n : 0;
		}
		single += !(inst->func->flags & MAPI_FUNC_F_AGGREGATE);
	}
	WRITE_ONCE(plan->single, plan->single + n * single);
}

/* The one that is the only test at the root. */
static struct mapi_sampler *only_sampler(const struct mapi_plan *plan)
{
	const struct mapi_steps *tests;
	u32 i = 0;

	tests = rcu_dereference_protected(plan->root->tests,
					  lockdep_is_held(&mapi_mutex));
	while (tests->step[i].op == MAPI_OP_DEAD)
		i++;
	return tests->step[i].inst->sampler;
}

static bool only_counts(const struct mapi_node *node)
{
	return !rcu_access_pointer(node->tests) &&
	       !rcu_access_pointer(node->classes) &&
	       !rcu_access_pointer(node->acts);
}

/* A flow has come or gone: what is left to do at the nodes that it came to. */
static void nodes_quick(const struct mapi_flow *flow)
{
	struct mapi_node *node;
	u32 i;

	for (i = 0; i < flow->nr_nodes; i++) {
		node = flow->nodes[i];
		node->quick = only_counts(node) ? node->counts : MAPI_QUICK_WHOLE;
	}
}

/* mapi_plan_quick - a change is over: what most packets need from here on */
void mapi_plan_quick(struct mapi_plan *plan)
{
	u32 quick = MAPI_QUICK_NONE;

	if (!plan->busy && !plan->filters) {
		quick = MAPI_QUICK_COUNT;
	} else if (!plan->busy) {
		quick = mapi_classes_first_word(&plan->root->classes) ?
			MAPI_QUICK_FILTER : MAPI_QUICK_FILTERS;
	} else if (plan->busy == 1 && plan->samplers == 1 && !plan->filters) {
		plan->sampler = only_sampler(plan);
		quick = MAPI_QUICK_SAMPLE;
	}
	/* release: what it says before that it is so */
	smp_store_release(&plan->planned, quick);
	smp_store_release(&plan->quick, plan->watched ? MAPI_QUICK_NONE : quick);
}

/**
 * mapi_plan_add - a flow begins
 * @flow: prepared
 *
 * It counts from the first packet of each CPU on that finds it in the plan.
 *
 * Context: mapi_mutex held, may sleep.
 */
void mapi_plan_add(struct mapi_flow *flow)
{
	struct mapi_dev *dev = flow->dev;
	u64 change = dev->change + 1;
	struct mapi_inst *inst;

	flow->since = change;
	flow->until = U64_MAX;
	list_move_tail(&flow->on_dev, &dev->flows);
	plan_weigh(flow, 1);
	node_enter(dev->own_plan, flow->nodes[0], NULL, change);
	list_for_each_entry(inst, &flow->insts, list) {
		if (is_filter(inst))
			node_enter(dev->own_plan,
				   flow->nodes[inst->desc->behind], inst, change);
		else if (!is_counter(inst))
			act_enter(flow, inst, change);
	}
	list_add_tail_rcu(&flow->on_plan, &dev->own_plan->flows);
	rcu_assign_pointer(dev->plan, dev->own_plan);
	mapi_change(dev, flow, true);
	node_entered(flow->nodes[0]);
	list_for_each_entry(inst, &flow->insts, list) {
		if (is_filter(inst))
			node_entered(flow->nodes[inst->desc->behind]);
		else if (!is_counter(inst))
			WRITE_ONCE(act_of(flow, inst)->op, MAPI_OP_CALL);
	}
	nodes_quick(flow);
	mapi_plan_quick(dev->own_plan);
}

static void step_leave(struct mapi_step *step, u64 change)
{
	WRITE_ONCE(step->dies, change);
	/* release: the number before the flag that makes packets look at it */
	smp_store_release(&step->op, step->op | MAPI_OP_LOOK);
}

/* The last flow takes the node with it; another's function stands in for ours. */
static void node_leave(struct mapi_node *node, struct mapi_inst *inst, u64 change)
{
	struct mapi_step *step;

	if (inst)
		list_del(&inst->on_node);
	if (!node->parent)
		return;
	step = test_of(node);
	if (node->flows == 1) {
		mapi_node_unhash(node);
		step_leave(step, change);
	} else if (inst && step->inst == inst) {
		WRITE_ONCE(step->inst, list_first_entry(&node->insts,
							struct mapi_inst,
							on_node));
	}
}

/* A copy of the key is not made: it is that of a function that is there. */
static void node_rekey(struct mapi_node *node)
{
	const struct mapi_inst *inst;

	if (!node->key || list_empty(&node->insts))
		return;
	inst = list_first_entry(&node->insts, struct mapi_inst, on_node);
	node->key = inst->key;
}

static void node_left(struct mapi_node *node)
{
	if (!--node->flows && node->parent) {
		list_del(&node->in_plan);
		list_del_init(&node->regroup);
		if (node->tuples)
			mapi_classes_del(&node->parent->classes, node);
		else if (node->group)
			mapi_group_leave(node);
		else
			mapi_steps_del(&node->parent->tests, node->step);
	}
	node_rekey(node);
}

/**
 * mapi_plan_remove - a flow ends
 * @flow: it; connected
 *
 * When it returns no packet is in the flow any more, and its counts are final.
 *
 * Context: mapi_mutex held, may sleep.
 */
void mapi_plan_remove(struct mapi_flow *flow)
{
	struct mapi_dev *dev = flow->dev;
	u64 change = dev->change + 1;
	struct mapi_inst *inst;

	WRITE_ONCE(flow->until, change);
	node_leave(flow->nodes[0], NULL, change);
	list_for_each_entry(inst, &flow->insts, list) {
		if (is_filter(inst))
			node_leave(flow->nodes[inst->desc->behind], inst, change);
		else if (!is_counter(inst))
			step_leave(act_of(flow, inst), change);
	}
	mapi_change(dev, flow, false);
	list_del_rcu(&flow->on_plan);
	list_for_each_entry_reverse(inst, &flow->insts, list) {
		if (is_filter(inst))
			node_left(flow->nodes[inst->desc->behind]);
		else if (!is_counter(inst))
			mapi_steps_del(&flow->nodes[inst->desc->node]->acts,
				       inst->step);
	}
	node_left(flow->nodes[0]);
	plan_weigh(flow, -1);
	nodes_quick(flow);
	mapi_plan_quick(dev->own_plan);
	if (dev->want.flows == 1)
		RCU_INIT_POINTER(dev->plan, NULL);
}
