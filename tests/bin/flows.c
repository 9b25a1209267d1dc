// SPDX-License-Identifier: GPL-2.0
/*
 * A shell for flows: reads commands, answers each with one line, "ok ..." or
 * "error ...". tests/lib/flows.sh talks to it. FLOW is a name of the caller's
 * choice, FID the number of a function.
 *
 *	new FLOW DEVICE [DIRECTION [NAME]]	with NAME: a persistent one
 *	open FLOW NAME				a persistent one
 *	apply FLOW FUNCTION [ARGUMENT]...	answers the FID
 *	connect FLOW
 *	take FLOW FID PACKETS			reads so many
 *	follow FLOW FID MS			reads until none comes for so long
 *	status FLOW				of the flow, and why it ended
 *	wait FLOW SECONDS			until it has ended: its status
 *	delete FLOW				ends it, its results stay
 *	close FLOW
 *	balance FLOW				is every packet accounted for?
 *	count FLOW FID WHAT			in passed filtered lost errno got,
 *						a reason of loss, or a word of
 *						the result by its number
 *	netns PATH				makes new flows there
 *	quit					closes all
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "balance.h"

#define FLOWS	64
#define WORDS	24

struct flow {
	char name[32];
	int fd;
	struct view view;		/* of the last balance or count */
	__u64 got[VIEW_FUNCS];		/* packets read */
};

static struct flow flows[FLOWS];

static const char *const losses[MAPI_LOSS_NR] = {
	"ring-full", "bad-index", "backlog", "file", "limit", "recursion",
};

static const char *const reasons[] = {
	"-", "device-gone", "device-renamed", "device-moved", "deleted", "eof",
	"device-changed",
};

static const char *const states[] = { "init", "active", "finished", "closed" };

__attribute__((format(printf, 1, 2)))
static void answer(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

static void answer_error(void)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code;

	mapi_read_error(&code, text);
	answer("error %d %s", code, text);
}

static void answer_done(int ret)
{
	if (ret < 0)
		answer_error();
	else
		answer("ok %d", ret);
}

static struct flow *flow_find(const char *name)
{
	for (struct flow *flow = flows; flow < flows + FLOWS; flow++)
		if (!strcmp(flow->name, name))
			return flow;
	return NULL;
}

static void flow_enter(const char *name, int fd)
{
	struct flow *flow = flow_find("");

	if (fd < 0) {
		answer_error();
		return;
	}
	if (!flow)
		errx(2, "too many flows");
	memset(flow, 0, sizeof(*flow));
	snprintf(flow->name, sizeof(flow->name), "%s", name);
	flow->fd = fd;
	answer("ok %d", fd);
}

static void cmd_new(char **word, int nr)
{
	struct mapi_flow_options opt = {
		.direction = nr > 3 ? atoi(word[3]) : 0,
		.flags = nr > 4 ? MAPI_OPT_PERSISTENT : 0,
		.name = nr > 4 ? word[4] : NULL,
	};

	flow_enter(word[1], mapi_create_flow_opt(word[2], &opt));
}

static void cmd_take(struct flow *flow, int fid, long want)
{
	long n;

	for (n = 0; n < want; n++)
		if (!mapi_get_next_pkt(flow->fd, fid))
			break;
	flow->got[fid - 1] += n;
	answer("ok %ld", n);
}

static __u64 take_all(int fd, int fid)
{
	__u64 n = 0;

	while (mapi_get_next_pkt(fd, fid))
		n++;
	return n;
}

static void cmd_follow(struct flow *flow, int fid, int ms)
{
	struct pollfd pfd = { .fd = flow->fd, .events = POLLIN };
	int ready;

	do {
		flow->got[fid - 1] += take_all(flow->fd, fid);
		ready = poll(&pfd, 1, ms);
	} while (ready > 0 && pfd.revents & POLLIN);
	flow->got[fid - 1] += take_all(flow->fd, fid);
	answer("ok %llu", flow->got[fid - 1]);
}

static void cmd_status(struct flow *flow)
{
	int reason = 0, status = mapi_flow_status(flow->fd, &reason);

	if (status < 0)
		answer_error();
	else
		answer("ok %s %s", states[status], reasons[reason]);
}

/* POLLHUP is the end. */
static void cmd_wait(struct flow *flow, int seconds)
{
	struct pollfd pfd = { .fd = flow->fd };

	poll(&pfd, 1, 1000 * seconds);
	cmd_status(flow);
}

static void cmd_delete(struct flow *flow)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_DEL);
	struct mapi_nl_err err;

	view_ask(MAPI_CMD_FLOW_GET, flow->fd, &flow->view);
	mapi_nl_put_u32(req, MAPI_A_FLOW_ID, flow->view.id);
	if (mapi_nl_call(req, NULL, NULL, &err))
		answer("error %s", err.text);
	else
		cmd_wait(flow, 60);
	mapi_nl_free(req);
}

static void cmd_close(struct flow *flow)
{
	int ret = mapi_close_flow(flow->fd);

	flow->name[0] = 0;
	answer_done(ret);
}

static void cmd_balance(struct flow *flow)
{
	if (balance(flow->fd, &flow->view))
		answer("error %s", balance_why);
	else
		answer("ok %llu", flow->view.in);
}

static void cmd_count(struct flow *flow, int fid, const char *what)
{
	const struct view_func *func = &flow->view.func[fid - 1];
	__u64 n;

	if (view_get(flow->fd, &flow->view)) {
		answer("error netlink says nothing");
		return;
	}
	if (!strcmp(what, "in"))
		n = func->pkts;
	else if (!strcmp(what, "passed"))
		n = func->passed;
	else if (!strcmp(what, "filtered"))
		n = func->filtered;
	else if (!strcmp(what, "lost"))
		n = balance_lost(func);
	else if (!strcmp(what, "errno"))
		n = -func->status;
	else if (!strcmp(what, "got"))
		n = flow->got[fid - 1];
	else
		n = func->words[atoi(what) % VIEW_WORDS];
	for (int i = 0; i < MAPI_LOSS_NR; i++)
		if (!strcmp(what, losses[i]))
			n = func->lost[i];
	answer("ok %llu", n);
}

static void cmd_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		answer("error %s: %s", path, strerror(errno));
	else
		answer("ok");
	if (fd >= 0)
		close(fd);
}

static void flow_command(struct flow *flow, char **word, int nr)
{
	const char *cmd = word[0];
	int fid = nr > 2 ? atoi(word[2]) : 0;

	if (!strcmp(cmd, "apply") && nr > 2)
		answer_done(mapi_apply_function_array(flow->fd, word[2],
						      word + 3, nr - 3));
	else if (!strcmp(cmd, "connect"))
		answer_done(mapi_connect(flow->fd));
	else if (!strcmp(cmd, "take") && nr > 3)
		cmd_take(flow, fid, atol(word[3]));
	else if (!strcmp(cmd, "follow") && nr > 3)
		cmd_follow(flow, fid, atoi(word[3]));
	else if (!strcmp(cmd, "status"))
		cmd_status(flow);
	else if (!strcmp(cmd, "wait") && nr > 2)
		cmd_wait(flow, atoi(word[2]));
	else if (!strcmp(cmd, "delete"))
		cmd_delete(flow);
	else if (!strcmp(cmd, "close"))
		cmd_close(flow);
	else if (!strcmp(cmd, "balance"))
		cmd_balance(flow);
	else if (!strcmp(cmd, "count") && nr > 3 && fid > 0 && fid <= VIEW_FUNCS)
		cmd_count(flow, fid, word[3]);
	else
		errx(2, "not understood: %s", cmd);
}

static void command(char **word, int nr)
{
	struct flow *flow;

	if (!strcmp(word[0], "new") && nr > 2) {
		cmd_new(word, nr);
	} else if (!strcmp(word[0], "open") && nr > 2) {
		flow_enter(word[1], mapi_open_flow(word[2]));
	} else if (!strcmp(word[0], "netns") && nr > 1) {
		cmd_netns(word[1]);
	} else {
		flow = nr > 1 ? flow_find(word[1]) : NULL;
		if (!flow)
			errx(2, "%s: no such flow", word[0]);
		flow_command(flow, word, nr);
	}
}

/* Words are separated by tabs, so that filters may have spaces. */
int main(void)
{
	char *word[WORDS + 1], *line = NULL;
	size_t size = 0;
	ssize_t len;
	int nr;

	while ((len = getline(&line, &size, stdin)) > 0) {
		char *rest = line, *w;

		line[len - 1] = 0;
		for (nr = 0; nr < WORDS && (w = strsep(&rest, "\t")); nr++)
			word[nr] = w;
		word[nr] = NULL;
		if (!strcmp(word[0], "quit"))
			break;
		command(word, nr);
	}
	return 0;
}
