/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flow as the kernel tells it by netlink: what each function took in, passed
 * on, stopped and lost, and the words of its result.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <string.h>
#include "nl.h"

#define VIEW_FUNCS	16
#define VIEW_WORDS	4

struct view_func {
	char name[MAPI_NAME_MAX + 1];
	int status;
	__u64 pkts, passed, filtered, lost[MAPI_LOSS_NR];
	__u64 words[VIEW_WORDS];
	unsigned int nr_words;
};

struct view {
	__u32 id, status, reason;
	__u64 in, out, area_size;
	unsigned int nr;
	struct view_func func[VIEW_FUNCS];
};

/* A function's nest, of FLOW_GET or of RESULT_GET: what is there is taken. */
static inline void view_func(const struct nlattr *nest, struct view *view)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1], *loss[MAPI_A_LOSS_MAX + 1];
	struct view_func *func;
	struct nlattr *attr;
	size_t len;

	mapi_nl_nest(nest, tb, MAPI_A_FUNC_MAX);
	func = &view->func[(mapi_nl_u32(tb[MAPI_A_FUNC_FID]) - 1) % VIEW_FUNCS];
	if (tb[MAPI_A_FUNC_RESULT]) {
		len = mnl_attr_get_payload_len(tb[MAPI_A_FUNC_RESULT]);
		if (len > sizeof(func->words))
			len = sizeof(func->words);
		memcpy(func->words, mnl_attr_get_payload(tb[MAPI_A_FUNC_RESULT]),
		       len);
		func->nr_words = len / sizeof(__u64);
	}
	if (!tb[MAPI_A_FUNC_PKTS])
		return;
	view->nr++;
	strncpy(func->name, mapi_nl_str(tb[MAPI_A_FUNC_NAME]), MAPI_NAME_MAX);
	func->status = (int)mapi_nl_u32(tb[MAPI_A_FUNC_STATUS]);
	func->pkts = mapi_nl_u64(tb[MAPI_A_FUNC_PKTS]);
	func->passed = mapi_nl_u64(tb[MAPI_A_FUNC_PASSED]);
	func->filtered = mapi_nl_u64(tb[MAPI_A_FUNC_FILTERED]);
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) != MAPI_A_FUNC_LOST)
			continue;
		mapi_nl_nest(attr, loss, MAPI_A_LOSS_MAX);
		func->lost[mapi_nl_u32(loss[MAPI_A_LOSS_REASON]) % MAPI_LOSS_NR] =
			mapi_nl_u64(loss[MAPI_A_LOSS_PKTS]);
	}
}

static inline int view_message(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1], *attr;
	struct view *view = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	view->id = mapi_nl_u32(tb[MAPI_A_FLOW_ID]);
	view->status = mapi_nl_u32(tb[MAPI_A_FLOW_STATUS]);
	view->reason = mapi_nl_u32(tb[MAPI_A_FLOW_REASON]);
	if (tb[MAPI_A_FLOW_IN]) {
		view->in = mapi_nl_u64(tb[MAPI_A_FLOW_IN]);
		view->out = mapi_nl_u64(tb[MAPI_A_FLOW_OUT]);
		view->area_size = mapi_nl_u64(tb[MAPI_A_FLOW_RESULT_SIZE]);
	}
	mapi_nl_for_each(attr, nlh)
		if (mnl_attr_get_type(attr) == MAPI_A_FLOW_FUNC)
			view_func(attr, view);
	return MNL_CB_OK;
}

static inline int view_ask(int cmd, int fd, struct view *view)
{
	struct nlmsghdr *req = mapi_nl_new(cmd);
	struct mapi_nl_err err;
	int ret;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, fd);
	ret = mapi_nl_call(req, view_message, view, &err);
	mapi_nl_free(req);
	if (ret)
		fprintf(stderr, "netlink: %s\n", err.text);
	return ret;
}

/* The flow behind a descriptor, connected. Return: 0 or -1. */
static inline int view_get(int fd, struct view *view)
{
	memset(view, 0, sizeof(*view));
	return view_ask(MAPI_CMD_FLOW_GET, fd, view) ||
	       view_ask(MAPI_CMD_RESULT_GET, fd, view) ? -1 : 0;
}

#endif
