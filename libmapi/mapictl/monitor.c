// SPDX-License-Identifier: GPL-2.0
/* mapictl monitor */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "flow_text.h"
#include "memory.h"
#include "names.h"
#include "quote.h"
#include "when.h"

static const char help[] =
"usage: mapictl monitor\n"
"\n"
"One line for each flow that is made (new), started (connect), ended (end) or\n"
"deleted (del), and each device that is set (set) or went away (end), until\n"
"interrupted. With -j each line is an object.\n"
"\n"
"Should the shadow check of a device find that a flow did not get what it would\n"
"have got alone (diverged), the line says by which function, and how: the packet\n"
"was stopped or passed, not counted as it should, or the function was missed or\n"
"ran too often. At most one such line a second is written for each device.\n";

/* By which function a flow diverged, and how. */
static void put_diverged(FILE *out, const struct nlattr *nest)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];

	mapi_nl_nest(nest, tb, MAPI_A_FUNC_MAX);
	if (mapi_nl_u32(tb[MAPI_A_FUNC_FID]))
		fprintf(out, " function %" PRIu32 " %s",
			mapi_nl_u32(tb[MAPI_A_FUNC_FID]),
			mapi_nl_str(tb[MAPI_A_FUNC_NAME]));
	fprintf(out, " %s", name_of(diverged_names,
				    mapi_nl_u32(tb[MAPI_A_FUNC_DIVERGED])));
}

static void diverged_json(struct json *json, const struct nlmsghdr *nlh)
{
	const struct nlattr *flow[MAPI_A_FLOW_MAX + 1];
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];

	mapi_nl_attrs(nlh, flow, MAPI_A_FLOW_MAX);
	if (!flow[MAPI_A_FLOW_FUNC])
		return;
	mapi_nl_nest(flow[MAPI_A_FLOW_FUNC], tb, MAPI_A_FUNC_MAX);
	json_open(json, "function", '{');
	json_u64(json, "fid", mapi_nl_u32(tb[MAPI_A_FUNC_FID]));
	json_str(json, "name", mapi_nl_str(tb[MAPI_A_FUNC_NAME]));
	json_str(json, "diverged",
		 name_of(diverged_names, mapi_nl_u32(tb[MAPI_A_FUNC_DIVERGED])));
	json_close(json, '}');
}

static void put_flow(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	fprintf(out, "flow %s %" PRIu32 " %s dev %s owner %s status %s",
		name_of(event_names, mapi_nl_u32(tb[MAPI_A_FLOW_EVENT])),
		mapi_nl_u32(tb[MAPI_A_FLOW_ID]), flow_name(tb),
		mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]),
		user_name(mapi_nl_u32(tb[MAPI_A_FLOW_UID])),
		name_of(status_names, mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	if (mapi_nl_u32(tb[MAPI_A_FLOW_REASON]))
		fprintf(out, " reason %s",
			name_of(reason_names,
				mapi_nl_u32(tb[MAPI_A_FLOW_REASON])));
	if (tb[MAPI_A_FLOW_FUNC])
		put_diverged(out, tb[MAPI_A_FLOW_FUNC]);
	fputc('\n', out);
}

static void put_device(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];

	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	fprintf(out, "device %s %s mode %s tstamp %s\n",
		name_of(event_names, mapi_nl_u32(tb[MAPI_A_DEVICE_EVENT])),
		mapi_nl_str(tb[MAPI_A_DEVICE_NAME]),
		name_of(mode_names, mapi_nl_u32(tb[MAPI_A_DEVICE_MODE])),
		name_of(tstamp_names, mapi_nl_u32(tb[MAPI_A_DEVICE_TSTAMP])));
}

static void show_text(const struct nlmsghdr *nlh, bool is_flow)
{
	char buf[WHEN_SIZE];
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	fprintf(out, "%s ", when(now_ns(), buf));
	if (is_flow)
		put_flow(out, nlh);
	else
		put_device(out, nlh);
	fclose(out);
	put_safe(stdout, text);
	free(text);
}

static uint32_t event_of(const struct nlmsghdr *nlh, bool is_flow)
{
	const struct nlattr *flow[MAPI_A_FLOW_MAX + 1];
	const struct nlattr *device[MAPI_A_DEVICE_MAX + 1];

	if (is_flow) {
		mapi_nl_attrs(nlh, flow, MAPI_A_FLOW_MAX);
		return mapi_nl_u32(flow[MAPI_A_FLOW_EVENT]);
	}
	mapi_nl_attrs(nlh, device, MAPI_A_DEVICE_MAX);
	return mapi_nl_u32(device[MAPI_A_DEVICE_EVENT]);
}

static void show_json(const struct nlmsghdr *nlh, bool is_flow)
{
	struct json json;

	json_begin(&json, stdout, false);
	json_open(&json, NULL, '{');
	json_u64(&json, "time", now_ns());
	json_str(&json, "event", name_of(event_names, event_of(nlh, is_flow)));
	json_open(&json, is_flow ? "flow" : "device", '{');
	if (is_flow)
		flow_head_json(&json, nlh);
	else
		device_json(&json, nlh);
	json_close(&json, '}');
	if (is_flow)
		diverged_json(&json, nlh);
	json_close(&json, '}');
	json_end(&json);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	uint8_t cmd = mapi_nl_cmd(nlh);
	bool is_flow = cmd == MAPI_CMD_FLOW_NTF;

	(void)data;
	if (!is_flow && cmd != MAPI_CMD_DEVICE_NTF)
		return MNL_CB_OK;
	if (options.json)
		show_json(nlh, is_flow);
	else
		show_text(nlh, is_flow);
	return MNL_CB_OK;
}

/* Unloading the module ends our membership in the group, silently. */
static int wait_for_events(const struct mnl_socket *sock,
			   struct mapi_nl_err *err)
{
	struct pollfd fd = { mnl_socket_get_fd(sock), POLLIN, 0 };

	while (poll(&fd, 1, 1000) <= 0)
		if (access("/sys/module/mapi", F_OK))
			return mapi_nl_fail(err, ENOENT, 0, 0,
					    "the module is gone");
	return 0;
}

static int flush(struct mapi_nl_err *err)
{
	if (!fflush(stdout))
		return 0;
	return mapi_nl_fail(err, errno, 0, 0, "cannot write the output: %s",
			    strerror(errno));
}

/* Return: 0 to go on, -1 with @err filled. */
static int show_events(struct mnl_socket *sock, struct mapi_nl_err *err)
{
	if (wait_for_events(sock, err))
		return -1;
	if (!mapi_nl_events(sock, on_event, NULL, err))
		return flush(err);
	if (err->error != ENOBUFS)
		return -1;
	fail("events were lost: there were too many at a time");
	return 0;
}

int monitor_main(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct mapi_nl_err err;
	struct mnl_socket *sock;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (!word_end(&words))
		return EXIT_USAGE;
	sock = mapi_nl_subscribe(MAPI_MCGRP_EVENTS, &err);
	if (!sock)
		return fail_nl(&err, "CAP_NET_ADMIN");
	while (!show_events(sock, &err))
		;
	mnl_socket_close(sock);
	return fail_nl(&err, NULL);
}
