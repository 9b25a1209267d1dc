// SPDX-License-Identifier: GPL-2.0
/*
 * nl_charge DEVICE LIMIT FUNCTION: what a function keeps is charged to the user,
 * who may have LIMIT bytes. FUNCTION, BPF_FILTER or STR_SEARCH, is applied with
 * the longest argument there is until that is refused.
 */
#include <linux/filter.h>
#include "nl.h"

#define INSNS	4095	/* 32 KB less 8 bytes: the longest BLOB holds no more */

static struct sock_filter prog[INSNS];
static char pattern[MAPI_STR_MAX + 1];

static struct nl_answer apply(int fd, const char *func)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_APPLY, 0);
	struct nlattr *nest, *arg;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	nla_put_string(msg, MAPI_A_FUNC_NAME, func);
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	if (!strcmp(func, "BPF_FILTER")) {
		nla_put_string(msg, MAPI_A_ARG_STR, "x");
		nla_put(msg, MAPI_A_ARG_BLOB, sizeof(prog), prog);
	} else {
		nla_put_string(msg, MAPI_A_ARG_STR, pattern);
	}
	nla_nest_end(msg, arg);
	nla_nest_end(msg, nest);
	return nl_ask(msg, NULL, NULL);
}

/* Apply until that is refused; each keeps at least @bytes. */
static void fill(const char *device, const char *func, unsigned int bytes,
		 unsigned int limit)
{
	struct nl_answer ans = { 0 };
	unsigned int nr = 0;
	int fd = -1;

	while (nr < 2 * limit / bytes) {
		if (nr % MAPI_FUNCS_MAX == 0)
			fd = nl_flow(device, NULL);
		ktap_need(fd >= 0);
		ans = apply(fd, func);
		if (ans.error)
			break;
		nr++;
	}
	if (!ktap_ok(nr && ans.error == EDQUOT && ans.code == MAPI_ERR_LIMIT &&
		     nr <= limit / bytes,
		     "%s: no more than %u of %u bytes fit into a limit of %u",
		     func, limit / bytes, bytes, limit))
		ktap_diag("%u were applied, then errno %d, error %u \"%s\"", nr,
			  ans.error, ans.code, ans.text);
}

int main(int argc, char **argv)
{
	ktap_need(argc == 4);
	for (int i = 0; i < INSNS; i++)
		prog[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 1);
	memset(pattern, 'x', MAPI_STR_MAX);
	nl_open();
	fill(argv[1], argv[3], !strcmp(argv[3], "BPF_FILTER") ? sizeof(prog) :
	     sizeof(pattern), atoi(argv[2]));
	return ktap_end();
}
