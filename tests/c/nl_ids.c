// SPDX-License-Identifier: GPL-2.0
/*
 * nl_ids ID NAME OTHER-ID: to who calls this, the flows with these numbers and
 * that name must look like flows that do not exist.
 */
#include "nl.h"

static const char *const commands[] = {
	[MAPI_CMD_FLOW_OPEN] = "FLOW_OPEN",
	[MAPI_CMD_FLOW_GET] = "FLOW_GET",
	[MAPI_CMD_FLOW_SET] = "FLOW_SET",
	[MAPI_CMD_RESULT_GET] = "RESULT_GET",
	[MAPI_CMD_FLOW_DEL] = "FLOW_DEL",
};

static struct nl_answer ask(int cmd, unsigned int id, const char *name)
{
	struct nl_msg *msg = nl_new(cmd, 0);
	struct nlattr *func;

	if (name)
		nla_put_string(msg, MAPI_A_FLOW_NAME, name);
	else
		nla_put_u32(msg, MAPI_A_FLOW_ID, id);
	if (cmd == MAPI_CMD_FLOW_SET) {
		func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
		nla_put_u32(msg, MAPI_A_FUNC_FID, 1);
		nla_put_flag(msg, MAPI_A_FUNC_RESET);
		nla_nest_end(msg, func);
	}
	return nl_ask(msg, NULL, NULL);
}

static bool same(const struct nl_answer *a, const struct nl_answer *b)
{
	return a->error && a->error == b->error && a->code == b->code &&
	       a->msgs == b->msgs && a->attr == b->attr &&
	       !strcmp(a->text, b->text);
}

static void alike(const char *what, struct nl_answer got, struct nl_answer none)
{
	if (!ktap_ok(same(&got, &none), "%s", what))
		ktap_diag("errno %d, error %u \"%s\"; without such a flow: %d, %u \"%s\"",
			  got.error, got.code, got.text, none.error, none.code,
			  none.text);
}

int main(int argc, char **argv)
{
	struct nl_answer ans;
	char what[80];

	ktap_need(argc == 4);
	nl_open();
	for (size_t cmd = 0; cmd < sizeof(commands) / sizeof(*commands); cmd++) {
		struct nl_answer none;

		if (!commands[cmd])
			continue;
		none = ask(cmd, 0x7ffffff0, NULL);
		snprintf(what, sizeof(what), "%s sees no flow %s", commands[cmd],
			 argv[1]);
		alike(what, ask(cmd, atoi(argv[1]), NULL), none);
		snprintf(what, sizeof(what), "%s sees no flow %s", commands[cmd],
			 argv[3]);
		alike(what, ask(cmd, atoi(argv[3]), NULL), none);
		none = ask(cmd, 0, "nobodys");
		snprintf(what, sizeof(what), "%s sees no flow \"%s\"",
			 commands[cmd], argv[2]);
		alike(what, ask(cmd, 0, argv[2]), none);
	}
	ans = nl_ask(nl_new(MAPI_CMD_FLOW_GET, NLM_F_DUMP), NULL, NULL);
	ktap_ok(!ans.error && !ans.msgs, "the list of flows is empty");
	return ktap_end();
}
