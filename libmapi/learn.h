/* SPDX-License-Identifier: MIT */
/* What the kernel tells about a flow. */
#ifndef MAPI_LEARN_H
#define MAPI_LEARN_H

#include "flow.h"

/**
 * struct mapi_flow_reply - the replies to FLOW_NEW, _OPEN, _CONNECT, _GET
 * @fd: -1 if the reply has none
 */
struct mapi_flow_reply {
	int fd;
	__u32 id;
	__u32 linktype;
	__u32 status;
	__u64 result_size;
};

/* A callback for mapi_nl_call(); @data is a struct mapi_flow_reply. */
int mapi_flow_reply(const struct nlmsghdr *nlh, void *data);

/**
 * mapi_flow_learn() - take in a flow that this process did not make
 * @fd: its descriptor
 *
 * Return: the flow, with a reference for the caller; NULL with the last error
 * set, and @fd left open, if it is no flow.
 */
struct mapi_flow *mapi_flow_learn(int fd);

#endif
