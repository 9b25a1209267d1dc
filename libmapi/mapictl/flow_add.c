// SPDX-License-Identifier: GPL-2.0
/* mapictl flow add: all of a flow, or nothing of it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "call_words.h"
#include "flow_help.h"
#include "flow_text.h"
#include "memory.h"
#include "names.h"

struct new_flow {
	const char *name;
	const char *device;
	uint32_t direction;
	uint32_t flags;
	struct mapi_call *calls;
	unsigned int nr_calls;
	/* what the kernel made */
	uint32_t id;
	int fd;
	uint32_t linktype;
};

static const char *const keywords[] = { "device", "direction", "promisc", NULL };
enum keyword { DEVICE, DIRECTION, PROMISC };

static int take_promisc(struct new_flow *flow, const char *word)
{
	static const char *const on_off[] = { "on", "off", NULL };
	int n = word_find("promisc", word, on_off);

	if (n == 1)
		flow->flags |= MAPI_FLOW_F_NOPROMISC;
	return n < 0 ? EXIT_USAGE : 0;
}

static int take_direction(struct new_flow *flow, const char *word)
{
	int n = word_find("direction", word, direction_names);

	flow->direction = n + 1;
	return n < 0 ? EXIT_USAGE : 0;
}

static int take_device(struct new_flow *flow, const char *word)
{
	if (!*word || strlen(word) > MAPI_DEVNAME_MAX)
		return usage("\"%.80s\" cannot be the name of a device", word);
	flow->device = word;
	return 0;
}

static int take_option(struct words *words, struct new_flow *flow)
{
	int keyword = word_find("option", word_take(words), keywords);
	const char *word;

	if (keyword < 0)
		return EXIT_USAGE;
	word = word_value(words, keywords[keyword]);
	if (!word)
		return EXIT_USAGE;
	switch ((enum keyword)keyword) {
	case DEVICE:
		return take_device(flow, word);
	case DIRECTION:
		return take_direction(flow, word);
	case PROMISC:
		return take_promisc(flow, word);
	}
	return 0;
}

/* Options are small letters, functions are capitals or library:CAPITALS. */
static bool is_option(const char *word)
{
	return *word >= 'a' && *word <= 'z' && !strchr(word, ':');
}

static int take_call(struct words *words, struct new_flow *flow)
{
	size_t size = (flow->nr_calls + 1) * sizeof(*flow->calls);

	flow->calls = xrealloc(flow->calls, size);
	return call_take(words, &flow->calls[flow->nr_calls++]);
}

static int take_all(struct words *words, struct new_flow *flow)
{
	const char *word = word_take(words);
	int status = 0;

	if (!word)
		return usage("the new flow wants a name; see: mapictl flow help");
	if (!flow_name_check(word))
		return EXIT_USAGE;
	flow->name = word;
	while (!status && words->left && is_option(word_peek(words)))
		status = take_option(words, flow);
	if (!status && !flow->device)
		status = usage("the new flow wants a device; add: dev DEVICE");
	while (!status && words->left)
		status = take_call(words, flow);
	return status;
}

static int on_made(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct new_flow *flow = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	flow->id = mapi_nl_u32(tb[MAPI_A_FLOW_ID]);
	flow->fd = mapi_nl_u32(tb[MAPI_A_FLOW_FD]);
	flow->linktype = mapi_nl_u32(tb[MAPI_A_FLOW_LINKTYPE]);
	return MNL_CB_OK;
}

static int make(struct new_flow *flow, struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_NEW);
	int ret;

	mapi_nl_put_str(req, MAPI_A_FLOW_DEVICE, flow->device);
	mapi_nl_put_str(req, MAPI_A_FLOW_NAME, flow->name);
	mapi_nl_put_u32(req, MAPI_A_FLOW_FLAGS, flow->flags);
	if (flow->direction)
		mapi_nl_put_u32(req, MAPI_A_FLOW_DIRECTION, flow->direction);
	ret = mapi_nl_call(req, on_made, flow, err);
	mapi_nl_free(req);
	return ret;
}

static int connect_flow(const struct new_flow *flow, struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_CONNECT);
	int ret;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, flow->fd);
	ret = mapi_nl_call(req, NULL, NULL, err);
	mapi_nl_free(req);
	return ret;
}

static void unmake(const struct new_flow *flow)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_DEL);
	struct mapi_nl_err err;

	mapi_nl_put_u32(req, MAPI_A_FLOW_ID, flow->id);
	if (mapi_nl_call(req, NULL, NULL, &err))
		fail("flow %s is left behind half made: %s", flow->name,
		     err.text);
	mapi_nl_free(req);
}

static int complete(const struct new_flow *flow)
{
	struct mapi_nl_err err;

	for (unsigned int i = 0; i < flow->nr_calls; i++) {
		struct mapi_call *call = &flow->calls[i];

		if (mapi_call_prepare(call, flow->linktype, &err) ||
		    mapi_call_apply(call, flow->fd, &err) < 0)
			return call_fail(call, &err);
	}
	if (connect_flow(flow, &err))
		return fail_nl(&err, NULL);
	return 0;
}

/* Nobody shall interrupt this and leave half a flow behind. */
static void hold_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int add(struct new_flow *flow)
{
	struct mapi_nl_err err;
	int status;

	hold_signals();
	if (make(flow, &err))
		return fail_nl(&err, "CAP_NET_RAW and CAP_NET_ADMIN");
	status = complete(flow);
	if (status)
		unmake(flow);
	return status;
}

static void say(const struct new_flow *flow)
{
	struct json json;

	if (!options.json)
		return;
	json_begin(&json, stdout, options.pretty);
	json_open(&json, NULL, '[');
	json_open(&json, NULL, '{');
	json_u64(&json, "id", flow->id);
	json_str(&json, "name", flow->name);
	json_close(&json, '}');
	json_close(&json, ']');
	json_end(&json);
}

int flow_add(int argc, char **argv)
{
	struct new_flow flow = { .flags = MAPI_FLOW_F_PERSISTENT };
	struct words words = { argc, argv };
	int status;

	if (wants_help(argc, argv, flow_help))
		return EXIT_SUCCESS;
	status = take_all(&words, &flow);
	if (!status)
		status = add(&flow);
	if (!status)
		say(&flow);
	for (unsigned int i = 0; i < flow.nr_calls; i++)
		mapi_call_free(&flow.calls[i]);
	free(flow.calls);
	return status;
}
