// SPDX-License-Identifier: GPL-2.0
/*
 * nl_dump DEVICE FLOWS: a list of many flows comes in many parts, has each flow
 * once, and has those that are there all the time even while others come and go.
 */
#include <unistd.h>
#include "nl_parts.h"

#define FLOWS_MAX	900
#define FUNCS		20

static int fds[FLOWS_MAX], nr;
static unsigned int ids[FLOWS_MAX];

/* What a dump showed. */
struct seen {
	unsigned int times[FLOWS_MAX];
	unsigned int funcs[FLOWS_MAX];
	unsigned int others, single, parts;
};

static int place_of(unsigned int id)
{
	for (int i = 0; i < nr; i++)
		if (ids[i] == id)
			return i;
	return -1;
}

static void on_flow(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1], *attr;
	struct seen *seen = arg;
	int place, rem;

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	ktap_need(tb[MAPI_A_FLOW_ID] && tb[MAPI_A_FLOW_DEVICE] &&
		  tb[MAPI_A_FLOW_STATUS] && tb[MAPI_A_FLOW_UID]);
	seen->single += !(nlh->nlmsg_flags & NLM_F_MULTI);
	place = place_of(nla_get_u32(tb[MAPI_A_FLOW_ID]));
	if (place < 0) {
		seen->others++;
		return;
	}
	seen->times[place]++;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		seen->funcs[place] += nla_type(attr) == MAPI_A_FLOW_FUNC;
}

static int dump(struct seen *seen, void (*between)(int part))
{
	*seen = (struct seen){ .others = 0 };
	return nl_parts(MAPI_CMD_FLOW_GET, on_flow, seen, between,
			&seen->parts);
}

static unsigned int wrong_times(const struct seen *seen)
{
	unsigned int wrong = 0;

	for (int i = 0; i < nr; i++)
		wrong += seen->times[i] != 1;
	return wrong;
}

/* Flows that come and go meanwhile have numbers before and behind the others. */
static int passing = -1;
static void come_and_go(int part)
{
	/* A flow for every part would make a list without end. */
	if (part > 4)
		return;
	nl_swap();
	close(passing);
	if (part % 2)
		close(nl_flow("lo", NULL));
	passing = nl_flow("lo", NULL);
	nl_swap();
}

int main(int argc, char **argv)
{
	static struct seen seen;
	struct nl_answer ans;
	int error;

	ktap_need(argc == 3 && atoi(argv[2]) <= FLOWS_MAX);
	nl_open_both();
	passing = nl_flow("lo", NULL);
	for (nr = 0; nr < atoi(argv[2]); nr++) {
		fds[nr] = nl_flow(argv[1], &ids[nr]);
		ktap_need(fds[nr] >= 0);
	}
	/* The first has more functions than the others, some are connected. */
	for (int i = 0; i < FUNCS; i++)
		ktap_need(!nl_apply(fds[0], "PKT_COUNTER").error);
	for (int i = 0; i < 5; i++)
		ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, fds[i]).error);

	error = dump(&seen, NULL);
	ktap_is(error, 0, "the list of %d flows ends well", nr);
	ktap_is(wrong_times(&seen), 0, "each is in it once");
	ktap_is(seen.others, 1, "and no flow that is not there");
	ktap_ok(seen.parts > 2 && !seen.single, "it came in %u parts", seen.parts);
	ktap_is(seen.funcs[0], FUNCS, "with all functions");

	error = dump(&seen, come_and_go);
	ktap_is(error, 0, "the list ends well while flows come and go");
	ktap_is(wrong_times(&seen), 0, "those that stay are in it once");

	for (int i = 0; i < nr; i += 2)
		close(fds[i]);
	error = dump(&seen, NULL);
	for (int i = 0; i < nr; i++)
		seen.times[i] += !(i % 2);
	ktap_is(error + wrong_times(&seen), 0,
		"those that were closed are in it no more");
	for (int i = 1; i < nr; i += 2)
		close(fds[i]);
	close(passing);
	ans = nl_ask(nl_new(MAPI_CMD_FLOW_GET, NLM_F_DUMP), NULL, NULL);
	ktap_is(ans.error + ans.msgs, 0, "then it is empty");
	return ktap_end();
}
