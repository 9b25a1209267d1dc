// SPDX-License-Identifier: GPL-2.0
/*
 * References: a function that is about the result of another, of the same flow or
 * of another flow of the same owner in the same namespace, or about such a flow.
 *
 * A function can refer only to those that were applied before it, and its
 * arguments do not change, so there are no loops. What it refers to stays in memory
 * until its own flow has had its last packet, also if that flow ends earlier: its
 * result is then what it was. Two flows may hold each other that way, and let go
 * of each other when they end, not when they are freed.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include "core.h"

/* mapi_ref_is_number - its result is one number, at any time and on any CPU */
bool mapi_ref_is_number(const struct mapi_inst *ref)
{
	if (ref->func->get_result)
		return false;
	switch (ref->func->result_type) {
	case MAPI_RESULT_SUM:
	case MAPI_RESULT_SINGLE:
	case MAPI_RESULT_RING:
	case MAPI_RESULT_PKTS:
	case MAPI_RESULT_BYTES:
	case MAPI_RESULT_LAST:
		return ref->result_size == sizeof(u64);
	default:
		return false;
	}
}
EXPORT_SYMBOL_GPL(mapi_ref_is_number);

/*
 * Who may not see a flow is not told that there is one. He may have been given the
 * descriptor of somebody's flow, and with it no rights to others of theirs.
 */
static struct mapi_flow *find_flow(const struct mapi_inst *inst, s64 id,
				   kuid_t asker)
{
	struct mapi_flow *flow;

	if (!id || id == inst->flow->id)
		return inst->flow;
	flow = id > 0 && id <= U32_MAX ? mapi_flow_by_id(id) : NULL;
	if (!flow || flow->net_cookie != inst->flow->net_cookie ||
	    !uid_eq(flow->uid, inst->flow->uid) ||
	    !uid_eq(flow->uid, asker) || !uid_eq(flow->uid, current_euid()))
		return NULL;
	return flow;
}

/* The next that @arg refers to; it is argument @n that is wrong if there is none. */
static int add_ref(struct mapi_inst *inst, struct mapi_arg *arg, u32 n,
		   struct mapi_flow *flow, s64 fid)
{
	struct mapi_inst *ref;

	ref = fid > 0 && fid <= U32_MAX ? mapi_flow_inst(flow, fid) : NULL;
	if (!ref)
		return mapi_bad_arg(inst, n, -ENOENT,
				    "the flow has no function %lld", fid);
	if (flow != inst->flow)
		mapi_flow_get(flow);
	arg->refs[arg->nr_refs++] = ref;
	return 0;
}

static int alloc_refs(struct mapi_arg *arg, u32 nr)
{
	arg->refs = kcalloc(nr, sizeof(*arg->refs), GFP_KERNEL_ACCOUNT);
	return arg->refs ? 0 : -ENOMEM;
}

/* Argument @n is a function, and the one in front of it its flow. */
static int find_one(struct mapi_inst *inst, u32 n, kuid_t asker)
{
	struct mapi_arg *arg = &inst->args[n - 1];
	struct mapi_flow *flow = find_flow(inst, arg[-1].num, asker);
	int ret;

	if (!flow)
		return mapi_bad_arg(inst, n - 1, -ENOENT, "no such flow");
	ret = alloc_refs(arg, 1) ?:
	      add_ref(inst, arg, n - 1, flow, arg->num);
	if (ret)
		return ret;
	if (!mapi_ref_is_number(arg->refs[0]))
		return mapi_bad_arg(inst, n - 1, -EINVAL,
				    "the result of %s is not one number",
				    arg->refs[0]->func->name);
	/* What is shown is the flow, not how it was said. */
	arg[-1].num = flow->id;
	return 0;
}

/* One of a list: "fid@flow", or "fid" of the same flow. */
static int find_named(struct mapi_inst *inst, u32 n, char *text, kuid_t asker)
{
	char *at = strchr(text, '@');
	struct mapi_flow *flow;
	u32 fid, id = 0;

	if (at)
		*at++ = '\0';
	if (kstrtou32(text, 10, &fid) || (at && kstrtou32(at, 10, &id)))
		return mapi_bad_arg(inst, n, -EINVAL,
				    "is not like 2@5,3@5: function 2 of flow 5");
	flow = find_flow(inst, id, asker);
	if (!flow)
		return mapi_bad_arg(inst, n, -ENOENT, "no flow %u", id);
	return add_ref(inst, &inst->args[n - 1], n, flow, fid);
}

/* One of a list of flows: its number. */
static int find_other(struct mapi_inst *inst, u32 n, char *text, kuid_t asker)
{
	struct mapi_arg *arg = &inst->args[n - 1];
	struct mapi_flow *flow;
	u32 id;

	if (kstrtou32(text, 10, &id))
		return mapi_bad_arg(inst, n, -EINVAL,
				    "is not like 5,6: flows 5 and 6");
	flow = find_flow(inst, id, asker);
	if (!flow)
		return mapi_bad_arg(inst, n, -ENOENT, "no flow %u", id);
	if (flow == inst->flow)
		return mapi_bad_arg(inst, n, -EINVAL, "%u is the flow itself",
				    flow->id);
	mapi_flow_get(flow);
	arg->flows[arg->nr_flows++] = flow;
	return 0;
}

static int alloc_flows(struct mapi_arg *arg, u32 nr)
{
	arg->flows = kcalloc(nr, sizeof(*arg->flows), GFP_KERNEL_ACCOUNT);
	return arg->flows ? 0 : -ENOMEM;
}

/* Argument @n is a list of functions, or of flows. */
static int find_list(struct mapi_inst *inst, u32 n, kuid_t asker)
{
	struct mapi_arg *arg = &inst->args[n - 1];
	bool flows = inst->func->args[n - 1].type == 'R';
	char *copy, *rest, *text;
	u32 nr = 1;
	int ret;

	for (text = arg->str; *text; text++)
		nr += *text == ',';
	if (nr > MAPI_REFS_MAX)
		return mapi_bad_arg(inst, n, -E2BIG, "more than %u %s",
				    MAPI_REFS_MAX,
				    flows ? "flows" : "functions");
	ret = flows ? alloc_flows(arg, nr) : alloc_refs(arg, nr);
	if (ret)
		return ret;
	copy = kstrdup(arg->str, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!ret && (text = strsep(&rest, ",")))
		ret = flows ? find_other(inst, n, text, asker) :
			      find_named(inst, n, text, asker);
	kfree(copy);
	return ret;
}

/**
 * mapi_refs_find - find what the arguments of a function refer to
 * @inst: the function, before instance()
 * @asker: who opened the socket that the request came through: not only who sends
 *	must own another flow
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno, with the explanation
 * made; mapi_refs_put() follows in every case.
 */
int mapi_refs_find(struct mapi_inst *inst, kuid_t asker)
{
	u32 n;
	int ret;

	for (n = 1; n <= inst->nr_args; n++) {
		ret = 0;
		if (inst->func->args[n - 1].type == 'f')
			ret = find_one(inst, n, asker);
		else if (inst->func->args[n - 1].type == 'S' ||
			 inst->func->args[n - 1].type == 'R')
			ret = find_list(inst, n, asker);
		if (ret)
			return ret;
	}
	return 0;
}

/* mapi_refs_put - the function has had its last packet, or never gets one */
void mapi_refs_put(struct mapi_inst *inst)
{
	struct mapi_arg *arg;

	for (arg = inst->args; arg < inst->args + inst->nr_args; arg++) {
		while (arg->nr_refs--)
			if (arg->refs[arg->nr_refs]->flow != inst->flow)
				mapi_flow_put_later(arg->refs[arg->nr_refs]->flow);
		arg->nr_refs = 0;
		while (arg->nr_flows)
			mapi_flow_put_later(arg->flows[--arg->nr_flows]);
	}
}

/**
 * mapi_ref_value - the result of the function that an argument refers to
 * @inst: the function whose argument it is
 * @ref: from mapi_ref(), or &mapi_arg.refs; its result is one number
 * @pkt: the packet that is being processed, or %NULL
 *
 * With a packet, and in the same flow, it is what that packet has made of it:
 * functions of a flow run one after the other.
 *
 * Return: 0 if that flow is not connected. Context: process(), or from start()
 * until end() has returned.
 */
u64 mapi_ref_value(const struct mapi_inst *inst, struct mapi_inst *ref,
		   const struct mapi_pkt *pkt)
{
	if (ref->flow != inst->flow)
		/* acquire: pairs with mapi_flow_connect(), its results are laid out */
		return smp_load_acquire(&ref->flow->connected) ?
		       mapi_result_value(ref) : 0;
	if (pkt && ref->func->result_type == MAPI_RESULT_LAST)
		return READ_ONCE(mapi_result(ref, pkt->cpu)[0]);
	return mapi_result_value(ref);
}
EXPORT_SYMBOL_GPL(mapi_ref_value);

/**
 * mapi_ref_take - the result of the function that an argument refers to, which begins
 * anew
 * @ref: as for mapi_ref_value()
 *
 * What cannot be reset stays as it is. Return: 0 if that flow is not connected.
 *
 * Context: mapi_mutex held, from start() until end() has returned.
 */
u64 mapi_ref_take(struct mapi_inst *ref)
{
	return ref->flow->connected ? mapi_result_take(ref) : 0;
}
EXPORT_SYMBOL_GPL(mapi_ref_take);

/**
 * mapi_ref_words - the whole result of the function that an argument refers to
 * @ref: from &mapi_arg.refs
 * @words: filled in: the result in the kernel's form; as much again behind it is used
 *	meanwhile
 *
 * Return: whether that flow is, or was, connected: if not, all words are 0.
 *
 * Context: mapi_mutex held, from start() until end() has returned.
 */
bool mapi_ref_words(struct mapi_inst *ref, u64 *words)
{
	if (ref->flow->connected)
		mapi_result_merge(ref, words);
	else
		memset(words, 0, ref->result_size);
	return ref->flow->connected;
}
EXPORT_SYMBOL_GPL(mapi_ref_words);

/**
 * mapi_ref_begun - are all flows connected that an argument refers to?
 * @inst: the function whose argument it is
 * @arg: of type 'R'
 * @change: set, if they are: packets of @inst's device with at least that
 *	&mapi_pkt.change have come, or come, to all of them that are on it
 *
 * One that has ended does count, whether it was connected or not.
 *
 * Context: process().
 */
bool mapi_ref_begun(const struct mapi_inst *inst, const struct mapi_arg *arg,
		    u64 *change)
{
	u32 i;

	*change = 0;
	for (i = 0; i < arg->nr_flows; i++) {
		const struct mapi_flow *flow = arg->flows[i];

		if (READ_ONCE(flow->status) > MAPI_FLOW_ACTIVE)
			continue;
		/* acquire: pairs with mapi_flow_connect(), it is in the plan */
		if (!smp_load_acquire(&flow->connected))
			return false;
		if (flow->dev == inst->flow->dev)
			*change = max(*change, flow->since);
	}
	return true;
}
EXPORT_SYMBOL_GPL(mapi_ref_begun);
