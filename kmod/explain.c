// SPDX-License-Identifier: GPL-2.0
/*
 * Plans as people can read them: a message for each node, parents before
 * children, and more for the flows that do not fit into it.
 *
 * Nodes and flows are in the order in which they came, and have numbers that
 * grow with it. The next part of the answer goes on behind the last number: so
 * what is there all the time is shown once, and no node without its parent, even
 * while flows come and go.
 *
 * Who may not see a flow is not told more of it than that there is one. To him a
 * node that no flow of his comes to does not exist; what came to a node before
 * his flow, neither; and the filter in front is shown as he wrote it.
 */
#include <net/genetlink.h>
#include <net/sock.h>
#include "plan.h"

/* Room for a node with a long filter, or a flow with many functions. */
#define PART_MIN	16384

/**
 * struct place - where an answer goes on; between parts in the callback's args
 * @pos: for mapi_dev_each()
 * @dev: number of the device whose plan is being shown, 0: none
 * @node: number of the last node that was shown
 * @within: not with all of its flows, but those up to
 * @since: &mapi_flow.since of the last
 *
 * Flows that have @within come behind it, be it gone.
 */
struct place {
	unsigned long pos[2];
	unsigned long dev;
	unsigned long node;
	unsigned long within;
	unsigned long since;
};

static_assert(sizeof(struct place) <= sizeof_field(struct netlink_callback, args),
	      "it is kept there");

/**
 * struct view - an answer
 * @msg: this part of it
 * @cb: of the dump
 * @admin: who asks sees all flows
 * @src: for mapi_dev_each()
 * @dev: whose plan is being shown
 * @device: its name
 * @at: where we are
 */
struct view {
	struct sk_buff *msg;
	struct netlink_callback *cb;
	bool admin;
	const struct mapi_source *src;
	struct mapi_dev *dev;
	const char *device;
	struct place *at;
};

static bool sees(const struct view *v, const struct mapi_flow *flow)
{
	return v->admin || mapi_nl_may_see(v->cb->skb, flow);
}

/**
 * struct visit - a flow at a node
 * @pos: in the list of those that come there
 * @flow: the flow
 * @inst: its filter in front, %NULL if it has none
 */
struct visit {
	struct list_head *pos;
	struct mapi_flow *flow;
	struct mapi_inst *inst;
};

/* The next flow that comes to a node, in the order in which they came. */
static bool next_visit(const struct view *v, struct mapi_node *node,
		       struct visit *visit)
{
	struct list_head *head = node->func ? &node->insts : &v->dev->flows;

	while ((visit->pos = (visit->pos ?: head)->next) != head) {
		if (node->func) {
			visit->inst = list_entry(visit->pos, struct mapi_inst,
						 on_node);
			visit->flow = visit->inst->flow;
			return true;
		}
		visit->flow = list_entry(visit->pos, struct mapi_flow, on_dev);
		if (visit->flow->status == MAPI_FLOW_ACTIVE &&
		    (!node->parent || visit->flow->nodes[0] == node))
			return true;
	}
	return false;
}

/* What the flow has had there. Return: it has been counted. */
static bool visit_count(const struct visit *visit, const struct mapi_node *node,
			struct mapi_node_count *count)
{
	u32 nr = visit->inst ? visit->inst->desc->behind : 0;

	if (visit->flow->nodes[nr] != node)
		return false;
	mapi_result_node(visit->flow, nr, count);
	return true;
}

/**
 * struct crowd - those that come to a node
 * @flows: their number
 * @others: those that are not shown
 * @first: the first of those that are
 * @counted: @count is valid
 * @count: what came to the node, as far as it is shown
 */
struct crowd {
	u32 flows;
	u32 others;
	struct visit first;
	bool counted;
	struct mapi_node_count count;
};

static void look_at(const struct view *v, struct mapi_node *node,
		    struct crowd *crowd)
{
	struct visit visit = {};

	while (next_visit(v, node, &visit)) {
		crowd->flows++;
		if (!sees(v, visit.flow)) {
			crowd->others++;
			continue;
		}
		if (!crowd->first.flow)
			crowd->first = visit;
		if (!crowd->counted && !v->admin)
			crowd->counted = visit_count(&visit, node, &crowd->count);
	}
	if (v->admin) {
		mapi_node_total(node, &crowd->count);
		crowd->counted = true;
	}
}

static int put_func(struct sk_buff *msg, const struct mapi_inst *inst, bool args)
{
	const struct mapi_func *func = inst->func;
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_PLAN_FUNC);

	if (!nest || nla_put_string(msg, MAPI_A_FUNC_NAME, func->name) ||
	    nla_put_string(msg, MAPI_A_FUNC_LIBRARY, func->library) ||
	    nla_put_string(msg, MAPI_A_FUNC_OID, func->devoid) ||
	    (args && mapi_args_put(msg, func, inst->args, inst->nr_args)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The classes that a filter is in; each once. Or its group. */
static int put_lookups(struct sk_buff *msg, struct mapi_node *node)
{
	const struct mapi_tuples *tuples = node->tuples;
	u32 i;

	if (node->group)
		return nla_put_u64_64bit(msg, MAPI_A_PLAN_LOOKUP,
					 mapi_group_nr(node->group),
					 MAPI_A_PLAN_PAD);
	for (i = 0; tuples && i < tuples->nr; i++)
		if (mapi_same_class(tuples, i) &&
		    nla_put_u64_64bit(msg, MAPI_A_PLAN_LOOKUP,
				      mapi_classes_nr(&node->parent->classes,
						      &tuples->tuple[i]),
				      MAPI_A_PLAN_PAD))
			return -EMSGSIZE;
	return 0;
}

static enum mapi_match match_of(const struct mapi_node *node)
{
	if (!node->parent)
		return MAPI_MATCH_ALL;
	if (!node->func)
		return MAPI_MATCH_DIR;
	if (node->group)
		return MAPI_MATCH_SEARCH;
	return node->tuples ? MAPI_MATCH_LOOKUP : MAPI_MATCH_CALL;
}

static u32 acts_at(const struct mapi_node *node)
{
	const struct mapi_steps *acts;

	acts = rcu_dereference_protected(node->acts,
					 lockdep_is_held(&mapi_mutex));
	return acts ? acts->nr - acts->dead : 0;
}

static int put_which(const struct view *v, const struct mapi_node *node)
{
	return nla_put_string(v->msg, MAPI_A_PLAN_DEVICE, v->device) ?:
	       nla_put_u64_64bit(v->msg, MAPI_A_PLAN_NODE, node->nr,
				 MAPI_A_PLAN_PAD);
}

/* What there is to say of the node itself. */
static int put_node(const struct view *v, struct mapi_node *node,
		    const struct crowd *crowd, bool args)
{
	struct sk_buff *msg = v->msg;

	if (put_which(v, node) ||
	    (node->parent &&
	     nla_put_u64_64bit(msg, MAPI_A_PLAN_PARENT, node->parent->nr,
			       MAPI_A_PLAN_PAD)) ||
	    nla_put_u32(msg, MAPI_A_PLAN_MATCH, match_of(node)) ||
	    (match_of(node) == MAPI_MATCH_DIR &&
	     nla_put_u32(msg, MAPI_A_PLAN_DIRECTION, node->dir)) ||
	    (node->func && put_func(msg, crowd->first.inst, args)) ||
	    put_lookups(msg, node) ||
	    (crowd->counted &&
	     (nla_put_u64_64bit(msg, MAPI_A_PLAN_PKTS, crowd->count.pkts,
				MAPI_A_PLAN_PAD) ||
	      nla_put_u64_64bit(msg, MAPI_A_PLAN_BYTES, crowd->count.bytes,
				MAPI_A_PLAN_PAD))) ||
	    nla_put_u32(msg, MAPI_A_PLAN_FLOWS, crowd->flows) ||
	    nla_put_u32(msg, MAPI_A_PLAN_OTHERS, crowd->others) ||
	    nla_put_u32(msg, MAPI_A_PLAN_ACTS, acts_at(node)) ||
	    (v->admin && mapi_cost_put(msg, v->dev, node)))
		return -EMSGSIZE;
	return 0;
}

static int put_visit_func(struct sk_buff *msg, const struct mapi_inst *inst)
{
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_VISIT_FUNC);

	if (!nest || nla_put_u32(msg, MAPI_A_FUNC_FID, inst->fid) ||
	    nla_put_string(msg, MAPI_A_FUNC_NAME, inst->func->name) ||
	    nla_put_u32(msg, MAPI_A_FUNC_RESULT_TYPE, inst->func->result_type))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* What a flow does at a node: its functions up to the next filter. */
static int put_visit_funcs(struct sk_buff *msg, const struct visit *visit)
{
	struct mapi_flow *flow = visit->flow;
	struct mapi_inst *inst;

	inst = list_prepare_entry(visit->inst, &flow->insts, list);
	list_for_each_entry_continue(inst, &flow->insts, list) {
		if (inst->func->flags & MAPI_FUNC_F_FILTER)
			break;
		if (put_visit_func(msg, inst))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_visit(struct sk_buff *msg, const struct mapi_node *node,
		     const struct visit *visit)
{
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_PLAN_VISIT);
	const struct mapi_flow *flow = visit->flow;
	struct mapi_node_count count;

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(msg, MAPI_A_VISIT_ID, flow->id) ||
	    (flow->name[0] &&
	     nla_put_string(msg, MAPI_A_VISIT_NAME, flow->name)))
		goto full;
	if (visit_count(visit, node, &count) &&
	    (nla_put_u64_64bit(msg, MAPI_A_VISIT_PKTS, count.pkts,
			       MAPI_A_VISIT_PAD) ||
	     nla_put_u64_64bit(msg, MAPI_A_VISIT_BYTES, count.bytes,
			       MAPI_A_VISIT_PAD) ||
	     put_visit_funcs(msg, visit)))
		goto full;
	nla_nest_end(msg, nest);
	return 0;
full:
	nla_nest_cancel(msg, nest);
	return -EMSGSIZE;
}

/* The flows that are shown, from where we are. Return: 0 if that were all. */
static int put_visits(const struct view *v, struct mapi_node *node)
{
	struct visit visit = {};

	while (next_visit(v, node, &visit)) {
		if ((v->at->within && visit.flow->since <= v->at->since) ||
		    !sees(v, visit.flow))
			continue;
		if (put_visit(v->msg, node, &visit))
			return -EMSGSIZE;
		v->at->within = true;
		v->at->since = visit.flow->since;
	}
	return 0;
}

/* Before the first flow, if there are any. */
static void begin_visits(const struct view *v, const struct crowd *crowd)
{
	v->at->within = true;
	v->at->since = crowd->first.flow->since - 1;
}

static void *begin_msg(const struct view *v)
{
	void *hdr = mapi_nl_put_hdr(v->msg, NETLINK_CB(v->cb->skb).portid,
				    v->cb->nlh->nlmsg_seq, NLM_F_MULTI,
				    MAPI_CMD_PLAN_GET);

	if (hdr)
		genl_dump_check_consistent(v->cb, hdr);
	return hdr;
}

/* A message about a node, or more of its flows. Return: 0 if that was all. */
static int show_part(const struct view *v, struct mapi_node *node,
		     const struct crowd *crowd, bool args)
{
	bool more = v->at->within;
	unsigned long since = v->at->since;
	void *hdr = begin_msg(v);
	int ret;

	if (!hdr)
		return -EMSGSIZE;
	ret = more ? put_which(v, node) : put_node(v, node, crowd, args);
	if (ret)
		goto cancel;
	if (!more)
		begin_visits(v, crowd);
	v->at->node = node->nr;
	ret = put_visits(v, node);
	if (ret && more && v->at->since == since)
		goto cancel;
	genlmsg_end(v->msg, hdr);
	return ret;
cancel:
	genlmsg_cancel(v->msg, hdr);
	return -EMSGSIZE;
}

static int show_node(const struct view *v, struct mapi_node *node)
{
	struct crowd crowd = {};
	bool empty = !v->msg->len;
	int ret;

	if (!v->at->within) {
		look_at(v, node, &crowd);
		if (!crowd.first.flow)
			return 0;
	}
	ret = show_part(v, node, &crowd, true);
	/* Not even alone. */
	if (ret && empty && !v->msg->len)
		ret = show_part(v, node, &crowd, false);
	if (!ret)
		v->at->within = false;
	return ret;
}

/* Return: 0 if all of it has been shown. */
static int show_plan(const struct view *v)
{
	struct mapi_node *node;

	list_for_each_entry(node, &v->dev->own_plan->nodes, in_plan) {
		if (node->nr < v->at->node)
			continue;
		if (node->nr == v->at->node && !v->at->within)
			continue;
		if (node->nr != v->at->node)
			v->at->within = false;
		if (show_node(v, node))
			return -EMSGSIZE;
		v->at->node = node->nr;
	}
	return 0;
}

/* The device that we are at is gone: what was shown is not all. */
static void lose_device(const struct view *v)
{
	v->cb->seq++;
	v->at->dev = 0;
}

/* Numbers from here on are those of another plan. */
static void begin_device(const struct view *v)
{
	v->at->dev = v->dev->id;
	v->at->node = 0;
	v->at->within = false;
}

static int show_device(const struct mapi_dev_info *info, struct mapi_dev *dev,
		       void *arg)
{
	struct view *v = arg;

	if (v->at->dev && (!dev || v->at->dev != dev->id))
		lose_device(v);
	if (!dev || !dev->want.flows)
		return 0;
	v->dev = dev;
	v->device = info->name;
	if (!v->at->dev)
		begin_device(v);
	if (show_plan(v))
		return -EMSGSIZE;
	v->at->dev = 0;
	return 0;
}

static const struct nlattr *request_device(const struct netlink_callback *cb)
{
	return nlmsg_find_attr(cb->nlh, GENL_HDRLEN, MAPI_A_PLAN_DEVICE);
}

/*
 * mapi_nl_plan_start - a plan is asked for
 *
 * Refused is only what names no device.
 */
int mapi_nl_plan_start(struct netlink_callback *cb)
{
	const struct nlattr *name = request_device(cb);
	struct mapi_errbuf err = {};
	struct mapi_found found = {};
	int ret = 0;

	cb->min_dump_alloc = PART_MIN;
	cb->seq = 1;
	if (!name)
		return 0;
	mutex_lock(&mapi_mutex);
	ret = mapi_dev_find(sock_net(cb->skb->sk), nla_data(name), &found, &err);
	mutex_unlock(&mapi_mutex);
	return mapi_err_report_dump(cb, ret, &err, name);
}

/* Of the device that was asked for; @at->pos[0] says that it was shown. */
static void show_one(struct view *v, const char *name)
{
	struct mapi_found found = {};

	if (v->at->pos[0])
		return;
	if (mapi_dev_find(sock_net(v->cb->skb->sk), name, &found, NULL) ||
	    (v->at->dev && (!found.dev || found.dev->id != v->at->dev))) {
		lose_device(v);
		v->at->pos[0] = true;
	} else {
		v->at->pos[0] = !show_device(&found.info, found.dev, v);
	}
}

static void show_all(struct view *v)
{
	if (!mapi_dev_each(sock_net(v->cb->skb->sk), v->at->pos, &v->src,
			   show_device, v) && v->at->dev)
		lose_device(v);
}

int mapi_nl_plan_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *name = request_device(cb);
	struct view v = {
		.msg = skb,
		.cb = cb,
		.admin = mapi_nl_may_admin(cb->skb),
		.at = (struct place *)cb->args,
	};

	mutex_lock(&mapi_mutex);
	if (name)
		show_one(&v, nla_data(name));
	else
		show_all(&v);
	mutex_unlock(&mapi_mutex);
	return skb->len;
}
