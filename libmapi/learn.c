// SPDX-License-Identifier: MIT
/* What the kernel tells about a flow. */
#include "error.h"
#include "learn.h"

int mapi_flow_reply(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct mapi_flow_reply *reply = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	reply->fd = tb[MAPI_A_FLOW_FD] ?
		    (int)mapi_nl_u32(tb[MAPI_A_FLOW_FD]) : -1;
	reply->id = mapi_nl_u32(tb[MAPI_A_FLOW_ID]);
	reply->linktype = mapi_nl_u32(tb[MAPI_A_FLOW_LINKTYPE]);
	reply->status = mapi_nl_u32(tb[MAPI_A_FLOW_STATUS]);
	reply->result_size = mapi_nl_u64(tb[MAPI_A_FLOW_RESULT_SIZE]);
	return MNL_CB_OK;
}

/* Does a TO_BUFFER function say NOWAIT? It is its first argument. */
static bool is_nowait(const struct nlattr **tb, const struct nlattr *func)
{
	const struct nlattr *arg[__MAPI_A_ARG_MAX];
	const struct nlattr *attr;

	if (mapi_nl_u32(tb[MAPI_A_FUNC_RESULT_TYPE]) != MAPI_RESULT_RING)
		return false;
	mnl_attr_for_each_nested(attr, func) {
		if (mnl_attr_get_type(attr) != MAPI_A_FUNC_ARG)
			continue;
		mapi_nl_nest(attr, arg, __MAPI_A_ARG_LAST);
		return mapi_nl_u64(arg[MAPI_A_ARG_INT]) == NOWAIT;
	}
	return false;
}

struct lesson {
	struct mapi_flow *flow;
	struct mapi_flow_reply reply;
};

static int on_flow(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];
	struct lesson *lesson = data;
	const struct nlattr *attr;
	struct mapi_func *func;

	mapi_flow_reply(nlh, &lesson->reply);
	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) != MAPI_A_FLOW_FUNC)
			continue;
		mapi_nl_nest(attr, tb, MAPI_A_FUNC_MAX);
		func = mapi_flow_add_func(lesson->flow);
		if (!func)
			return MNL_CB_ERROR;
		func->nowait = is_nowait(tb, attr);
	}
	return MNL_CB_OK;
}

static int learn(struct mapi_flow *flow)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	struct lesson lesson = { .flow = flow };
	struct mapi_nl_err err;
	int ret;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, flow->fd);
	ret = mapi_nl_call(req, on_flow, &lesson, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MAPI_INVALID_FLOW);
	flow->id = lesson.reply.id;
	flow->linktype = lesson.reply.linktype;
	if (lesson.reply.status == MAPI_FLOW_INIT)
		return 0;
	return mapi_flow_attach(flow, lesson.reply.result_size);
}

struct mapi_flow *mapi_flow_learn(int fd)
{
	struct mapi_flow *flow = mapi_flow_new(fd);

	if (!flow)
		return NULL;
	if (learn(flow)) {
		flow->fd = -1;
		mapi_flow_free(flow);
		return NULL;
	}
	return mapi_flow_add(flow);
}
