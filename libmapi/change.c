// SPDX-License-Identifier: MIT
/* Functions of a connected flow: change their arguments, reset them. */
#include "apply.h"
#include "error.h"
#include "flow.h"

static struct mapi_flow *get_connected(int fd, int fid)
{
	struct mapi_flow *flow = fd > 0 ? mapi_flow_get(fd) : NULL;

	if (!flow) {
		mapi_error(MAPI_INVALID_FLOW, NULL);
		return NULL;
	}
	if (!flow->connected)
		mapi_error(MAPI_FLOW_NOT_CONNECTED, NULL);
	else if (!mapi_flow_func(flow, fid))
		mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
	else
		return flow;
	mapi_flow_put(flow);
	return NULL;
}

/* Send what has been made of a request and free it. */
static int send_request(struct nlmsghdr *req)
{
	struct mapi_nl_err err;
	int ret = mapi_nl_call(req, NULL, NULL, &err);

	mapi_nl_free(req);
	return ret ? mapi_error_nl(&err, MFUNCT_INVALID_ARGUMENT) : 0;
}

static struct nlmsghdr *new_request(const struct mapi_flow *flow)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_SET);

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, flow->fd);
	return req;
}

int mapi_reset(int fd, int fid)
{
	struct mapi_flow *flow = get_connected(fd, fid);
	struct nlmsghdr *req;
	struct nlattr *func;
	int ret;

	if (!flow)
		return -1;
	req = new_request(flow);
	func = mapi_nl_nest_begin(req, MAPI_A_FLOW_FUNC);
	mapi_nl_put_u32(req, MAPI_A_FUNC_FID, fid);
	mapi_nl_put_flag(req, MAPI_A_FUNC_RESET);
	mapi_nl_nest_end(req, func);
	ret = send_request(req);
	mapi_flow_put(flow);
	return ret;
}

static int change(struct mapi_flow *flow, int fid, struct mapi_call *call)
{
	struct mapi_func *func = mapi_flow_func(flow, fid);
	struct nlmsghdr *req = new_request(flow);

	mapi_call_put(call, fid, req);
	if (send_request(req))
		return -1;
	if (func->desc->ring_size)
		func->nowait = mapi_call_number(call, 0) == NOWAIT;
	return 0;
}

int mapi_change_args(int fd, int fid, char **args, unsigned int nargs)
{
	struct mapi_flow *flow = get_connected(fd, fid);
	struct mapi_nl_err err;
	struct mapi_call call;
	int ret;

	if (!flow)
		return -1;
	if (mapi_call_init(&call, mapi_flow_func(flow, fid)->desc->name, &err) ||
	    mapi_call_set_text(&call, args, nargs, &err) ||
	    mapi_call_prepare(&call, flow->linktype, &err))
		ret = mapi_error_nl(&err, MFUNCT_INVALID_ARGUMENT);
	else
		ret = change(flow, fid, &call);
	mapi_call_free(&call);
	mapi_flow_put(flow);
	return ret;
}

static void put_named(struct nlmsghdr *req, const char *name, int64_t num)
{
	struct nlattr *arg = mapi_nl_nest_begin(req, MAPI_A_FUNC_ARG);

	mapi_nl_put_str(req, MAPI_A_ARG_NAME, name);
	mapi_nl_put_s64(req, MAPI_A_ARG_INT, num);
	mapi_nl_nest_end(req, arg);
}

/* Arguments that are not named stay as they are. */
int mapi_set_wakeup(int fd, int fid, unsigned int watermark,
		    unsigned int limit_usec)
{
	struct mapi_flow *flow = get_connected(fd, fid);
	struct nlmsghdr *req;
	struct nlattr *func;
	int ret;

	if (!flow)
		return -1;
	req = new_request(flow);
	func = mapi_nl_nest_begin(req, MAPI_A_FLOW_FUNC);
	mapi_nl_put_u32(req, MAPI_A_FUNC_FID, fid);
	put_named(req, "watermark", watermark);
	put_named(req, "limit", limit_usec);
	mapi_nl_nest_end(req, func);
	ret = send_request(req);
	mapi_flow_put(flow);
	return ret;
}
