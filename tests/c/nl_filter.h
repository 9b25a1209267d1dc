/* SPDX-License-Identifier: GPL-2.0 */
/* Flows whose filter is a program of ours. */
#ifndef NL_FILTER_H
#define NL_FILTER_H

#include <linux/filter.h>
#include "nl.h"

__attribute__((unused))
static struct nl_answer filter_apply(int fd, const struct sock_filter *prog,
				     int n)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_APPLY, 0);
	struct nlattr *nest, *arg;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	nla_put_string(msg, MAPI_A_FUNC_NAME, "BPF_FILTER");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, "x");
	nla_put(msg, MAPI_A_ARG_BLOB, n * sizeof(*prog), prog);
	nla_nest_end(msg, arg);
	nla_nest_end(msg, nest);
	return nl_ask(msg, NULL, NULL);
}

/* What came to a flow, and what its filter passed. */
struct filter_sum {
	uint64_t in, passed;
};

static void filter_on_flow(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1], *func[MAPI_A_FUNC_MAX + 1];
	struct filter_sum *sum = arg;

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	ktap_need(tb[MAPI_A_FLOW_IN] && tb[MAPI_A_FLOW_FUNC]);
	ktap_need(!nla_parse_nested(func, MAPI_A_FUNC_MAX, tb[MAPI_A_FLOW_FUNC],
				    NULL));
	sum->in = nla_get_u64(tb[MAPI_A_FLOW_IN]);
	sum->passed = nla_get_u64(func[MAPI_A_FUNC_PASSED]);
}

__attribute__((unused))
static struct filter_sum filter_sum_of(int fd)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_GET, 0);
	struct filter_sum sum = { 0 };

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	ktap_need(!nl_ask(msg, filter_on_flow, &sum).error);
	return sum;
}

#endif
