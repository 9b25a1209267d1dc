/* SPDX-License-Identifier: GPL-2.0 */
/* Lists that come in parts, with something done between them. */
#ifndef NL_PARTS_H
#define NL_PARTS_H

#include "nl.h"

/* A second socket, for what is done meanwhile; see nl_swap(). */
static struct nl_sock *nl_other;

/* Requests go through the other socket from here on. */
static void nl_swap(void)
{
	struct nl_sock *sock = nl_sock;

	nl_sock = nl_other;
	nl_other = sock;
}

static void nl_open_both(void)
{
	nl_open();
	nl_swap();
	nl_open();
	nl_swap();
}

/*
 * As nl_ask() for a list, but @between is called after each part, if there is
 * one, and *@parts counts them. Return: 0 or the negative errno it ended with.
 */
static int nl_parts(int cmd, nl_on_msg cb, void *arg,
		    void (*between)(int part), unsigned int *parts)
{
	struct nl_msg *msg = nl_new(cmd, NLM_F_DUMP);
	int fd = nl_socket_get_fd(nl_sock), len, error = 1;
	static char buf[1 << 16];

	nl_complete_msg(nl_sock, msg);
	ktap_need(send(fd, nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len, 0) > 0);
	nlmsg_free(msg);
	while (error > 0) {
		struct nlmsghdr *nlh = (void *)buf;

		len = recv(fd, buf, sizeof(buf), 0);
		ktap_need(len > 0);
		++*parts;
		for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				error = *(int *)nlmsg_data(nlh);
			else if (nlh->nlmsg_type == NLMSG_ERROR)
				error = -1;
			else
				cb(nlh, arg);
		}
		if (between)
			between(*parts);
	}
	return error;
}

#endif
