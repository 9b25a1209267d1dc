// SPDX-License-Identifier: GPL-2.0
/*
 * nl_account UID [idle]: prints how many flows and how many bytes a user has.
 * With idle, waits up to ten seconds until both are 0: what a flow had is given
 * back a moment after it was closed.
 */
#include <unistd.h>
#include "nl.h"

struct account {
	unsigned int flows;
	unsigned long long memory;
};

static void on_limit(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_LIMIT_MAX + 1];
	struct account *account = arg;

	nl_attrs(nlh, tb, MAPI_A_LIMIT_MAX);
	if (tb[MAPI_A_LIMIT_FLOWS_USED])
		account->flows = nla_get_u32(tb[MAPI_A_LIMIT_FLOWS_USED]);
	if (tb[MAPI_A_LIMIT_MEMORY_USED])
		account->memory = nla_get_u64(tb[MAPI_A_LIMIT_MEMORY_USED]);
}

int main(int argc, char **argv)
{
	int tries = argc > 2 ? 200 : 1;
	struct account account;

	ktap_need(argc > 1);
	nl_open();
	do {
		struct nl_msg *msg = nl_new(MAPI_CMD_LIMIT_GET, 0);

		nla_put_u32(msg, MAPI_A_LIMIT_UID, atoi(argv[1]));
		account = (struct account){ 0 };
		ktap_need(!nl_ask(msg, on_limit, &account).error);
	} while ((account.flows || account.memory) && --tries &&
		 !usleep(50000));
	printf("%u %llu\n", account.flows, account.memory);
	return 0;
}
