// SPDX-License-Identifier: GPL-2.0
/*
 * nl_limits USERS: the list of limits comes in many parts, has the default first
 * and then each user once, in order, and has those that are there all the time
 * even while others come and go.
 */
#include <unistd.h>
#include "nl_parts.h"

#define FIRST_UID	100000
#define STRIDE		3	/* between those that stay others come and go */

static int users;

/* What a dump showed. */
struct seen {
	unsigned int stayed, defaults, disorder, parts;
	long last;
};

static void set(unsigned int uid, int attr)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_LIMIT_SET, 0);

	nla_put_u32(msg, MAPI_A_LIMIT_UID, uid);
	if (attr == MAPI_A_LIMIT_RESET)
		nla_put_flag(msg, attr);
	else
		nla_put_u32(msg, attr, 7);
	ktap_need(!nl_ask(msg, NULL, NULL).error);
}

static void on_limit(struct nlmsghdr *nlh, void *arg)
{
	struct seen *seen = arg;
	struct nlattr *tb[MAPI_A_LIMIT_MAX + 1];
	long uid = -1;

	nl_attrs(nlh, tb, MAPI_A_LIMIT_MAX);
	if (tb[MAPI_A_LIMIT_UID])
		uid = nla_get_u32(tb[MAPI_A_LIMIT_UID]);
	else
		seen->defaults++;
	seen->disorder += uid <= seen->last;
	seen->last = uid;
	seen->stayed += uid >= FIRST_UID && !((uid - FIRST_UID) % STRIDE) &&
			nla_get_u32(tb[MAPI_A_LIMIT_FLOWS]) == 7;
}

static int dump(struct seen *seen, void (*between)(int part))
{
	*seen = (struct seen){ .last = -2 };
	return nl_parts(MAPI_CMD_LIMIT_GET, on_limit, seen, between,
			&seen->parts);
}

/* By turns, users with low and with high numbers are there or are not. */
static void come_and_go(int part)
{
	nl_swap();
	for (int i = 0; i < 20; i++) {
		set(FIRST_UID + i * STRIDE + 1, part % 2 ?
		    MAPI_A_LIMIT_RESET : MAPI_A_LIMIT_FLOWS);
		set(FIRST_UID + (users - i) * STRIDE + 1, part % 2 ?
		    MAPI_A_LIMIT_FLOWS : MAPI_A_LIMIT_RESET);
	}
	nl_swap();
}

int main(int argc, char **argv)
{
	static struct seen seen;
	int error;

	ktap_need(argc == 2);
	users = atoi(argv[1]);
	nl_open_both();
	/* Made in an order of their own. */
	for (int i = 0; i < users; i++)
		set(FIRST_UID + (users - 1 - i) * STRIDE, MAPI_A_LIMIT_FLOWS);

	error = dump(&seen, NULL);
	ktap_is(error, 0, "the list of limits of %d users ends well", users);
	ktap_is(seen.stayed, users, "each is in it");
	ktap_is(seen.disorder, 0, "once, and in order");
	ktap_is(seen.defaults, 1, "behind the default");
	ktap_ok(seen.parts > 3, "it came in %u parts", seen.parts);

	come_and_go(2);
	error = dump(&seen, come_and_go);
	ktap_is(error, 0, "the list ends well while others come and go");
	ktap_is(seen.stayed, users, "those that stay are in it");
	ktap_is(seen.disorder, 0, "once, and in order");
	ktap_is(seen.defaults, 1, "behind the default");

	come_and_go(1);
	for (int i = 0; i < 20; i++)
		set(FIRST_UID + (users - i) * STRIDE + 1, MAPI_A_LIMIT_RESET);
	for (int i = 0; i < users; i++)
		set(FIRST_UID + i * STRIDE, MAPI_A_LIMIT_RESET);
	dump(&seen, NULL);
	ktap_ok(seen.last < FIRST_UID, "those who have nothing are in it no more");
	return ktap_end();
}
