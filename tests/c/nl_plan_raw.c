// SPDX-License-Identifier: GPL-2.0
/* nl_plan_raw: the plans that the caller may see, each byte of the messages. */
#include <stdio.h>
#include <unistd.h>
#include "nl.h"

static void on_node(struct nlmsghdr *nlh, void *arg)
{
	(void)arg;
	fwrite(nlh, 1, nlh->nlmsg_len, stdout);
}

int main(void)
{
	struct nl_answer ans;

	nl_open();
	ans = nl_ask(nl_new(MAPI_CMD_PLAN_GET, NLM_F_DUMP), on_node, NULL);
	return ans.error || fflush(stdout);
}
