// SPDX-License-Identifier: MIT
/* The life of a flow: create, connect, close. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "flow.h"
#include "learn.h"
#include "offline.h"

/* MAPI's descriptors are positive. */
static int avoid_zero(int fd)
{
	int other;

	if (fd)
		return fd;
	other = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return other;
}

/*
 * Send a request that is answered by a new descriptor. code: the error number,
 * unless the kernel gives one.
 */
static int request_flow(struct nlmsghdr *req, int code,
			struct mapi_flow_reply *reply)
{
	struct mapi_nl_err err;
	int ret;

	reply->fd = -1;
	ret = mapi_nl_call(req, mapi_flow_reply, reply, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, code);
	if (reply->fd >= 0)
		reply->fd = avoid_zero(reply->fd);
	if (reply->fd < 0)
		return mapi_error(MCOM_ERROR_ACK,
				  "the kernel sent no descriptor of the flow");
	return 0;
}

/* Return: the descriptor, the caller's reference having been put. */
static int descriptor(struct mapi_flow *flow)
{
	int fd = flow ? flow->fd : -1;

	if (flow)
		mapi_flow_put(flow);
	return fd;
}

static int check_options(const struct mapi_flow_options *opt)
{
	unsigned long other = 0;

	for (size_t i = 0; i < sizeof(opt->reserved) / sizeof(*opt->reserved); i++)
		other |= opt->reserved[i];
	if (other || opt->flags & ~(MAPI_OPT_PERSISTENT | MAPI_OPT_NOPROMISC) ||
	    opt->direction & ~(MAPI_DIR_IN | MAPI_DIR_OUT))
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2,
				  "unknown options for the flow");
	if (!(opt->flags & MAPI_OPT_PERSISTENT) != !opt->name)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2,
				  "a persistent flow, and no other, has a name");
	return 0;
}

static void put_options(const struct mapi_flow_options *opt,
			struct nlmsghdr *req)
{
	__u32 flags = 0;

	if (opt->direction)
		mapi_nl_put_u32(req, MAPI_A_FLOW_DIRECTION, opt->direction);
	if (opt->flags & MAPI_OPT_PERSISTENT)
		flags |= MAPI_FLOW_F_PERSISTENT;
	if (opt->flags & MAPI_OPT_NOPROMISC)
		flags |= MAPI_FLOW_F_NOPROMISC;
	if (flags)
		mapi_nl_put_u32(req, MAPI_A_FLOW_FLAGS, flags);
	if (opt->name)
		mapi_nl_put_str(req, MAPI_A_FLOW_NAME, opt->name);
}

int mapi_create_flow_opt(const char *dev, const struct mapi_flow_options *opt)
{
	struct mapi_flow_reply reply;
	struct mapi_flow *flow;
	struct nlmsghdr *req;

	if (!dev)
		return mapi_error(MAPI_DEVICE_INFO_ERR,
				  "the name of the device is NULL");
	if (strlen(dev) > strlen("/dev/") + MAPI_DEVNAME_MAX)
		return mapi_error(MAPID_NO_DRIVER,
				  "\"%.32s...\" is too long for the name of a device",
				  dev);
	if (opt && check_options(opt))
		return -1;
	req = mapi_nl_new(MAPI_CMD_FLOW_NEW);
	mapi_nl_put_str(req, MAPI_A_FLOW_DEVICE, dev);
	if (opt)
		put_options(opt, req);
	if (request_flow(req, MCOM_ERROR_ACK, &reply))
		return -1;
	flow = mapi_flow_new(reply.fd);
	if (!flow) {
		close(reply.fd);
		return -1;
	}
	flow->id = reply.id;
	flow->linktype = reply.linktype;
	return descriptor(mapi_flow_add(flow));
}

int mapi_create_flow(const char *dev)
{
	return mapi_create_flow_opt(dev, NULL);
}

int mapi_open_flow(const char *name)
{
	struct mapi_flow_reply reply;
	struct mapi_flow *flow;
	struct nlmsghdr *req;

	if (!name)
		return mapi_error(MAPI_INVALID_FLOW,
				  "the name of the flow is NULL");
	req = mapi_nl_new(MAPI_CMD_FLOW_OPEN);
	mapi_nl_put_str(req, MAPI_A_FLOW_NAME, name);
	if (request_flow(req, MAPI_INVALID_FLOW, &reply))
		return -1;
	flow = mapi_flow_learn(reply.fd);
	if (!flow)
		close(reply.fd);
	return descriptor(flow);
}

static int connect_locked(struct mapi_flow *flow)
{
	struct mapi_flow_reply reply = { 0 };
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_CONNECT);
	struct mapi_nl_err err;
	int ret;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, flow->fd);
	ret = mapi_nl_call(req, mapi_flow_reply, &reply, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MFUNCT_COULD_NOT_INIT_FUNCT);
	return mapi_flow_attach(flow, reply.result_size);
}

int mapi_connect(int fd)
{
	struct mapi_flow *flow = mapi_flow_get(fd);
	int ret;

	if (!flow)
		return mapi_error(MAPI_INVALID_FLOW, NULL);
	pthread_mutex_lock(&flow->lock);
	if (flow->connected)
		ret = mapi_error(MDLIB_FLOW_ALREADY_ACTIVE, NULL);
	else
		ret = connect_locked(flow);
	if (!ret && flow->offline)
		ret = mapi_offline_start(flow->offline, 0);
	pthread_mutex_unlock(&flow->lock);
	mapi_flow_put(flow);
	return ret;
}

int mapi_connect_flow(int fd) __attribute__((alias("mapi_connect")));

int mapi_close_flow(int fd)
{
	struct mapi_flow *flow = mapi_flow_get(fd);
	int ret;

	if (!flow)
		return mapi_error(MAPI_INVALID_FLOW, NULL);
	ret = mapi_flow_remove(flow);
	if (ret)
		mapi_error(MAPI_INVALID_FLOW, NULL);
	mapi_flow_put(flow);
	return ret;
}

int mapi_flow_status(int fd, int *reason)
{
	struct mapi_flow *flow = mapi_flow_peek(fd);
	int ret = -1;

	if (flow) {
		ret = flow->connected ? mapi_area_status(&flow->area) :
					FLOW_INIT;
		if (reason)
			*reason = flow->connected ?
				  mapi_area_reason(&flow->area) : MAPI_ENDED_NOT;
	}
	mapi_flow_unpeek();
	return flow ? ret : mapi_error(MAPI_INVALID_FLOW, NULL);
}
