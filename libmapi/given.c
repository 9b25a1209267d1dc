// SPDX-License-Identifier: MIT
/* The arguments that a function of a flow was applied with, as the kernel has them. */
#include <stdlib.h>
#include <string.h>

#include "given.h"

struct asked {
	uint32_t fid;
	struct mapi_arg *args;
	bool found;
};

static int take_arg(const struct nlattr *nest, struct mapi_arg *arg)
{
	const struct nlattr *tb[__MAPI_A_ARG_MAX];

	mapi_nl_nest(nest, tb, __MAPI_A_ARG_LAST);
	arg->num = mapi_nl_u64(tb[MAPI_A_ARG_INT]);
	arg->str = strdup(mapi_nl_str(tb[MAPI_A_ARG_STR]));
	return arg->str ? 0 : -1;
}

static int take_args(const struct nlattr *func, struct mapi_arg *args)
{
	const struct nlattr *attr;
	unsigned int n = 0;

	mnl_attr_for_each_nested(attr, func) {
		if (mnl_attr_get_type(attr) != MAPI_A_FUNC_ARG ||
		    n == MAPI_ARGS_MAX)
			continue;
		if (take_arg(attr, &args[n++]))
			return -1;
	}
	return 0;
}

static int on_flow(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];
	struct asked *asked = data;
	const struct nlattr *attr;

	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) != MAPI_A_FLOW_FUNC)
			continue;
		mapi_nl_nest(attr, tb, MAPI_A_FUNC_MAX);
		if (mapi_nl_u32(tb[MAPI_A_FUNC_FID]) != asked->fid)
			continue;
		asked->found = true;
		if (take_args(attr, asked->args))
			return MNL_CB_ERROR;
	}
	return MNL_CB_OK;
}

struct mapi_given *mapi_given_ask(int fd, uint32_t fid)
{
	struct mapi_given *given = calloc(1, sizeof(*given));
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	struct asked asked = { .fid = fid };
	struct mapi_nl_err err;
	int ret = -1;

	if (given) {
		asked.args = given->args;
		mapi_nl_put_s32(req, MAPI_A_FLOW_FD, fd);
		ret = mapi_nl_call(req, on_flow, &asked, &err);
	}
	mapi_nl_free(req);
	if (!ret && asked.found)
		return given;
	mapi_given_free(given);
	return NULL;
}

void mapi_given_free(struct mapi_given *given)
{
	for (unsigned int i = 0; given && i < MAPI_ARGS_MAX; i++)
		free(given->args[i].str);
	free(given);
}
