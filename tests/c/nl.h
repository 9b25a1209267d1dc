/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the mapi family through libnl, which is an implementation of
 * netlink that knows nothing of libmapi. What the kernel says of a refusal is
 * taken apart here: libnl only prints it.
 */
#ifndef NL_H
#define NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdint.h>
#include <sys/socket.h>
#include <linux/mapi.h>
#include "ktap.h"

static struct nl_sock *nl_sock;
static int nl_family;

/**
 * struct nl_answer - what came of a request
 * @error: errno, 0 if it was done
 * @code: MAPI error number
 * @arg: number of the argument at fault
 * @attr: type of the attribute at fault, 0: none told
 * @missing: type of the attribute that is missing, 0: none told
 * @text: explanation
 * @msgs: messages before the acknowledgement
 */
struct nl_answer {
	int error;
	uint32_t code;
	uint32_t arg;
	unsigned int attr;
	unsigned int missing;
	char text[256];
	unsigned int msgs;
};

typedef void (*nl_on_msg)(struct nlmsghdr *nlh, void *arg);

__attribute__((unused))
static void nl_open(void)
{
	int on = 1, fd;

	nl_sock = nl_socket_alloc();
	ktap_need(nl_sock && !genl_connect(nl_sock));
	nl_socket_disable_seq_check(nl_sock);
	fd = nl_socket_get_fd(nl_sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl_family = genl_ctrl_resolve(nl_sock, MAPI_FAMILY_NAME);
	ktap_need(nl_family > 0);
}

__attribute__((unused))
static struct nl_msg *nl_new(int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(1 << 18);

	ktap_need(msg && genlmsg_put(msg, 0, NL_AUTO_SEQ, nl_family, 0,
				     NLM_F_REQUEST | NLM_F_ACK | flags, cmd,
				     MAPI_FAMILY_VERSION));
	return msg;
}

static unsigned int nl_attr_at(struct nl_msg *msg, unsigned int offset)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	if (!offset || offset + NLA_HDRLEN > nlh->nlmsg_len)
		return 0;
	return nla_type((struct nlattr *)((char *)nlh + offset));
}

static void nl_read_ack(struct nl_msg *msg, struct nlmsghdr *nlh, int offset,
			struct nl_answer *ans)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	struct mapi_err_cookie cookie;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    nlmsg_parse(nlh, offset, tb, NLMSGERR_ATTR_MAX, NULL))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(ans->text, tb[NLMSGERR_ATTR_MSG], sizeof(ans->text));
	if (tb[NLMSGERR_ATTR_OFFS])
		ans->attr = nl_attr_at(msg, nla_get_u32(tb[NLMSGERR_ATTR_OFFS]));
	if (tb[NLMSGERR_ATTR_MISS_TYPE])
		ans->missing = nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
	if (tb[NLMSGERR_ATTR_COOKIE] &&
	    nla_len(tb[NLMSGERR_ATTR_COOKIE]) >= (int)sizeof(cookie)) {
		nla_memcpy(&cookie, tb[NLMSGERR_ATTR_COOKIE], sizeof(cookie));
		ans->code = cookie.code;
		ans->arg = cookie.arg;
	}
}

/* One message of an answer. Return: it was the last. */
static bool nl_on_answer(struct nl_msg *msg, struct nlmsghdr *nlh,
			 struct nl_answer *ans, nl_on_msg cb, void *arg)
{
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		struct nlmsgerr *err = nlmsg_data(nlh);

		ans->error = -err->error;
		nl_read_ack(msg, nlh, sizeof(*err), ans);
		return true;
	}
	if (nlh->nlmsg_type == NLMSG_DONE) {
		ans->error = -*(int *)nlmsg_data(nlh);
		nl_read_ack(msg, nlh, sizeof(int), ans);
		return true;
	}
	ans->msgs++;
	if (cb)
		cb(nlh, arg);
	return false;
}

/*
 * Send a request, and free it. The answer ends with NLMSG_ERROR or _DONE. It is
 * sent without an address, as a write() by somebody who knows nothing would do.
 */
__attribute__((unused))
static struct nl_answer nl_ask(struct nl_msg *msg, nl_on_msg cb, void *arg)
{
	struct nl_answer ans = { 0 };
	bool last = false;

	nl_complete_msg(nl_sock, msg);
	ktap_need(send(nl_socket_get_fd(nl_sock), nlmsg_hdr(msg),
		       nlmsg_hdr(msg)->nlmsg_len, 0) > 0);
	while (!last) {
		struct sockaddr_nl from;
		unsigned char *buf;
		struct nlmsghdr *nlh;
		int len;

		len = nl_recv(nl_sock, &from, &buf, NULL);
		ktap_need(len > 0);
		for (nlh = (struct nlmsghdr *)buf; nlmsg_ok(nlh, len) && !last;
		     nlh = nlmsg_next(nlh, &len))
			last = nl_on_answer(msg, nlh, &ans, cb, arg);
		free(buf);
	}
	nlmsg_free(msg);
	return ans;
}

/* The attributes of a message of the family. */
__attribute__((unused))
static void nl_attrs(struct nlmsghdr *nlh, struct nlattr **tb, int max)
{
	ktap_need(!genlmsg_parse(nlh, 0, tb, max, NULL));
}

static void nl_on_flow(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	int *fd_id = arg;

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	if (tb[MAPI_A_FLOW_FD])
		fd_id[0] = nla_get_s32(tb[MAPI_A_FLOW_FD]);
	if (tb[MAPI_A_FLOW_ID])
		fd_id[1] = nla_get_u32(tb[MAPI_A_FLOW_ID]);
}

/* The descriptor that a device is fed through. */
__attribute__((unused))
static int nl_fd_of_device(struct nlmsghdr *nlh)
{
	struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];

	nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	return nla_get_s32(tb[MAPI_A_DEVICE_FD]);
}

/* A flow on a device. Return: its descriptor, or the negative errno. */
__attribute__((unused))
static int nl_flow(const char *device, unsigned int *id)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	int fd_id[2] = { -1, 0 };
	struct nl_answer ans;

	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	ans = nl_ask(msg, nl_on_flow, fd_id);
	if (id)
		*id = fd_id[1];
	return ans.error ? -ans.error : fd_id[0];
}

/* A request to apply a function to a flow, without arguments. */
__attribute__((unused))
static struct nl_answer nl_apply(int fd, const char *func)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_APPLY, 0);
	struct nlattr *nest;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	nla_put_string(msg, MAPI_A_FUNC_NAME, func);
	nla_nest_end(msg, nest);
	return nl_ask(msg, NULL, NULL);
}

/* A request about a flow that has no more to say than its descriptor. */
__attribute__((unused))
static struct nl_answer nl_about(int cmd, int fd)
{
	struct nl_msg *msg = nl_new(cmd, 0);

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	return nl_ask(msg, NULL, NULL);
}

#endif
