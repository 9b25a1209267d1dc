// SPDX-License-Identifier: GPL-2.0
/*
 * References: a function that is about the result of another, of the same flow or
 * of another flow of the same owner in the same namespace.
 *
 * A function can refer only to those that were applied before it, and its
 * arguments do not change, so there are no loops. What it refers to stays in memory
 * until its own flow has had its last packet, also if that flow ends earlier: its
 * result is then what it was. Two flows may hold each other that way, and let go
 * of each other when they end, not when they are freed.
 */
#include <linux/cred.h>
#include "core.h"

/* Its result is one number, at any time and on any CPU. */
static bool is_number(const struct mapi_inst *inst)
{
	switch (inst->func->result_type) {
	case MAPI_RESULT_SUM:
	case MAPI_RESULT_SINGLE:
	case MAPI_RESULT_RING:
	case MAPI_RESULT_PKTS:
	case MAPI_RESULT_BYTES:
	case MAPI_RESULT_LAST:
		return inst->result_size == sizeof(u64);
	default:
		return false;
	}
}

/*
 * Who may not see a flow is not told that there is one. He may have been given the
 * descriptor of somebody's flow, and with it no rights to others of theirs.
 */
static struct mapi_flow *find_flow(const struct mapi_inst *inst, s64 id)
{
	struct mapi_flow *flow;

	if (!id || id == inst->flow->id)
		return inst->flow;
	flow = id > 0 && id <= U32_MAX ? mapi_flow_by_id(id) : NULL;
	if (!flow || flow->net_cookie != inst->flow->net_cookie ||
	    !uid_eq(flow->uid, inst->flow->uid) ||
	    !uid_eq(flow->uid, current_euid()))
		return NULL;
	return flow;
}

/* Argument @n is a function, and the one in front of it its flow. */
static int find_one(struct mapi_inst *inst, u32 n)
{
	struct mapi_arg *arg = &inst->args[n - 1];
	struct mapi_flow *flow = find_flow(inst, arg[-1].num);
	struct mapi_inst *ref;

	if (!flow)
		return mapi_bad_arg(inst, n - 1, -ENOENT, "no such flow");
	ref = arg->num > 0 && arg->num <= U32_MAX ?
	      mapi_flow_inst(flow, arg->num) : NULL;
	if (!ref)
		return mapi_bad_arg(inst, n - 1, -ENOENT,
				    "the flow has no function %lld", arg->num);
	if (!is_number(ref))
		return mapi_bad_arg(inst, n - 1, -EINVAL,
				    "the result of %s is not one number",
				    ref->func->name);
	/* What is shown is the flow, not how it was said. */
	arg[-1].num = flow->id;
	arg->ref = ref;
	if (flow != inst->flow)
		mapi_flow_get(flow);
	return 0;
}

/**
 * mapi_refs_find - find what the arguments of a function refer to
 * @inst: the function, before instance()
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno, with the explanation
 * made; mapi_refs_put() follows in every case.
 */
int mapi_refs_find(struct mapi_inst *inst)
{
	u32 n;
	int ret;

	for (n = 1; n <= inst->nr_args; n++) {
		if (inst->func->args[n - 1].type != 'f')
			continue;
		ret = find_one(inst, n);
		if (ret)
			return ret;
	}
	return 0;
}

/* mapi_refs_put - the function has had its last packet, or never gets one */
void mapi_refs_put(struct mapi_inst *inst)
{
	struct mapi_inst *ref;
	u32 i;

	for (i = 0; i < inst->nr_args; i++) {
		ref = inst->args[i].ref;
		inst->args[i].ref = NULL;
		if (ref && ref->flow != inst->flow)
			mapi_flow_put_later(ref->flow);
	}
}

/**
 * mapi_ref_value - the result of the function that an argument refers to
 * @inst: the function whose argument it is
 * @n: number of the argument, from 1: the one of type f
 * @pkt: the packet that is being processed, or %NULL
 *
 * With a packet, and in the same flow, it is what that packet has made of it:
 * functions of a flow run one after the other.
 *
 * Return: 0 if that flow is not connected. Context: process(), or from start()
 * until end() has returned.
 */
u64 mapi_ref_value(const struct mapi_inst *inst, u32 n,
		   const struct mapi_pkt *pkt)
{
	struct mapi_inst *ref = inst->args[n - 1].ref;

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
 * mapi_ref_take - the result that an argument refers to, which begins anew
 * @inst: the function whose argument it is
 * @n: number of the argument, from 1: the one of type f
 *
 * What cannot be reset stays as it is. Return: 0 if that flow is not connected.
 *
 * Context: mapi_mutex held, from start() until end() has returned.
 */
u64 mapi_ref_take(const struct mapi_inst *inst, u32 n)
{
	struct mapi_inst *ref = inst->args[n - 1].ref;

	return ref->flow->connected ? mapi_result_take(ref) : 0;
}
EXPORT_SYMBOL_GPL(mapi_ref_take);
