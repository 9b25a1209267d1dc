// SPDX-License-Identifier: GPL-2.0
/*
 * nl_charge DEVICE LIMIT FUNCTION [FILE]: what a function keeps is charged to
 * the user, who may have LIMIT bytes. FUNCTION, BPF_FILTER, STR_SEARCH or
 * TO_FILE (to FILE), is applied with the longest argument there is until that
 * is refused; the arguments of TO_BUFFER are changed time and again.
 */
#include <linux/filter.h>
#include <fcntl.h>
#include "nl.h"

#define INSNS	4095	/* 32 KB less 8 bytes: the longest BLOB holds no more */

static struct sock_filter prog[INSNS];
static char string[MAPI_STR_MAX + 1];
static int file;

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
		nla_put_string(msg, MAPI_A_ARG_STR, string);
	}
	if (!strcmp(func, "TO_FILE")) {
		nla_put_string(msg, MAPI_A_ARG_NAME, "file");
		nla_put_s32(msg, MAPI_A_ARG_FD, file);
		nla_nest_end(msg, arg);
		arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
		nla_put_string(msg, MAPI_A_ARG_NAME, "format");
		nla_put_s64(msg, MAPI_A_ARG_INT, 0);
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

static void put_int(struct nl_msg *msg, const char *name, int64_t value)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_string(msg, MAPI_A_ARG_NAME, name);
	nla_put_s64(msg, MAPI_A_ARG_INT, value);
	nla_nest_end(msg, arg);
}

static struct nl_answer buffer(int cmd, int fd, int64_t watermark)
{
	struct nl_msg *msg = nl_new(cmd, 0);
	struct nlattr *nest;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	if (cmd == MAPI_CMD_FLOW_APPLY)
		nla_put_string(msg, MAPI_A_FUNC_NAME, "TO_BUFFER");
	else
		nla_put_u32(msg, MAPI_A_FUNC_FID, 1);
	put_int(msg, "size", 1 << 17);
	put_int(msg, "watermark", watermark);
	nla_nest_end(msg, nest);
	return nl_ask(msg, NULL, NULL);
}

static void on_memory(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1];

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	*(uint64_t *)arg = nla_get_u64(tb[MAPI_A_FLOW_MEMORY]);
}

static uint64_t memory(int fd)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_GET, 0);
	uint64_t bytes = 0;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	ktap_need(!nl_ask(msg, on_memory, &bytes).error);
	return bytes;
}

/* Old arguments make room for new ones, and refused ones for none. */
static void change(const char *device)
{
	int fd = nl_flow(device, NULL), failed = 0;
	uint64_t before;

	ktap_need(fd >= 0 && !buffer(MAPI_CMD_FLOW_APPLY, fd, 0).error &&
		  !nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	before = memory(fd);
	for (int i = 0; i < 1000; i++)
		failed += !!buffer(MAPI_CMD_FLOW_SET, fd, i % 2 ? i : -1).error;
	ktap_is(failed, 500, "arguments are changed, and wrong ones refused");
	ktap_is(memory(fd), before, "the memory charged for them stays the same");
}

int main(int argc, char **argv)
{
	const char *func = argv[3];

	ktap_need(argc >= 4);
	for (int i = 0; i < INSNS; i++)
		prog[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 1);
	memset(string, 'x', MAPI_STR_MAX);
	nl_open();
	if (argc > 4)
		file = open(argv[4], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ktap_need(file >= 0);
	if (!strcmp(func, "TO_BUFFER"))
		change(argv[1]);
	else
		fill(argv[1], func, !strcmp(func, "BPF_FILTER") ? sizeof(prog) :
		     sizeof(string), atoi(argv[2]));
	return ktap_end();
}
