// SPDX-License-Identifier: GPL-2.0
/*
 * nl_caps DEVICE: rights are those of who opened the socket and of who sends,
 * both. Started by root.
 */
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>
#include "nl.h"

static const char *device;

static void become_nobody(void)
{
	ktap_need(!setgroups(0, NULL) && !setresgid(65534, 65534, 65534) &&
		  !setresuid(65534, 65534, 65534));
}

static struct nl_answer limit_set(void)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_LIMIT_SET, 0);

	nla_put_u32(msg, MAPI_A_LIMIT_UID, 65534);
	nla_put_u32(msg, MAPI_A_LIMIT_FLOWS, 1 << 30);
	return nl_ask(msg, NULL, NULL);
}

static struct nl_answer limit_get(int uid)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_LIMIT_GET, 0);

	if (uid >= 0)
		nla_put_u32(msg, MAPI_A_LIMIT_UID, uid);
	return nl_ask(msg, NULL, NULL);
}

static struct nl_answer device_set(void)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_DEVICE_SET, 0);

	nla_put_string(msg, MAPI_A_DEVICE_NAME, device);
	nla_put_u32(msg, MAPI_A_DEVICE_MODE, MAPI_MODE_TAP);
	return nl_ask(msg, NULL, NULL);
}

/* Nothing that needs rights may be done through the socket as it is now. */
static void powerless(const char *who)
{
	struct nl_answer ans;

	ktap_is(nl_flow(device, NULL), -EPERM, "%s makes no flow", who);
	ans = limit_set();
	ktap_ok(ans.error == EPERM && strstr(ans.text, "CAP_NET_ADMIN"),
		"%s sets no limits", who);
	ans = device_set();
	ktap_ok(ans.error == EPERM && strstr(ans.text, "CAP_NET_ADMIN"),
		"%s sets no device", who);
}

static void own_limits(void)
{
	ktap_is(limit_get(-1).error, 0, "a user may read the default limits");
	ktap_is(limit_get(65534).error, 0, "and their own");
	ktap_is(limit_get(0).error, EPERM, "but not those of others");
}

static void events(void)
{
	int group = genl_ctrl_resolve_grp(nl_sock, MAPI_FAMILY_NAME,
					  MAPI_MCGRP_EVENTS);

	ktap_ok(group > 0 && nl_socket_add_membership(nl_sock, group),
		"a user may not listen to events");
}

/* Root's socket in the hands of a user. */
static void given_away(void)
{
	nl_open();
	become_nobody();
	powerless("a user with a socket of root");
	own_limits();
}

/* A user's socket in the hands of root: as if a setuid program wrote there. */
static void taken(void)
{
	ktap_need(!setresuid(-1, 65534, -1));
	nl_open();
	ktap_need(!setresuid(-1, 0, -1));
	powerless("root with a socket of a user");
}

static void user(void)
{
	become_nobody();
	nl_open();
	powerless("a user");
	events();
}

static void part(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		int before = ktap_count;

		run();
		exit(!!ktap_failed << 6 | (ktap_count - before));
	}
	ktap_need(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	ktap_count += WEXITSTATUS(status) & 63;
	ktap_failed += WEXITSTATUS(status) >> 6;
}

int main(int argc, char **argv)
{
	ktap_need(argc == 2);
	device = argv[1];
	part(given_away);
	part(taken);
	part(user);
	return ktap_end();
}
