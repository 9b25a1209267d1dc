// SPDX-License-Identifier: GPL-2.0
/*
 * nl_plan DEVICE FLOWS: the plan of many flows comes in many parts, as a tree,
 * has each node and each flow there once, and has those that are there all the
 * time even while others come and go.
 */
#include <linux/filter.h>
#include <sys/resource.h>
#include <unistd.h>
#include "nl_parts.h"

#define FLOWS_MAX	1000
#define NODES_MAX	(FLOWS_MAX + 200)
#define FIRST_TYPE	0x1000		/* ethertypes that the flows want */
#define OTHER_TYPE	0x9000		/* and those that come and go */

static int fds[FLOWS_MAX], nr;
static unsigned int ids[FLOWS_MAX];

/* What a dump showed. */
struct seen {
	unsigned int at_root[FLOWS_MAX];
	unsigned int at_node[FLOWS_MAX];
	uint64_t nodes[NODES_MAX];
	unsigned int nr_nodes;
	unsigned int roots, orphans, again, descending;
	unsigned int lookups;		/* in the same one as the first */
	uint64_t lookup;
	unsigned int counters;		/* visits that have one */
	unsigned int alone;		/* nodes with a single flow */
	unsigned int root_flows, others, foreign;
	unsigned int msgs, single, interrupted, parts;
	bool root;			/* the last message was of it */
};

static int place_of(unsigned int id)
{
	for (int i = 0; i < nr; i++)
		if (ids[i] == id)
			return i;
	return -1;
}

static bool is_known(const struct seen *seen, uint64_t node)
{
	for (unsigned int i = 0; i < seen->nr_nodes; i++)
		if (seen->nodes[i] == node)
			return true;
	return false;
}

static void on_visit(struct seen *seen, struct nlattr *nest)
{
	struct nlattr *tb[MAPI_A_VISIT_MAX + 1];
	int place;

	ktap_need(!nla_parse_nested(tb, MAPI_A_VISIT_MAX, nest, NULL) &&
		  tb[MAPI_A_VISIT_ID] && tb[MAPI_A_VISIT_PKTS]);
	place = place_of(nla_get_u32(tb[MAPI_A_VISIT_ID]));
	if (place < 0) {
		seen->foreign++;
		return;
	}
	seen->counters += !!tb[MAPI_A_VISIT_FUNC];
	if (seen->root)
		seen->at_root[place]++;
	else
		seen->at_node[place]++;
}

static void on_new_node(struct seen *seen, struct nlattr **tb)
{
	uint64_t node = nla_get_u64(tb[MAPI_A_PLAN_NODE]);

	ktap_need(tb[MAPI_A_PLAN_FLOWS] && tb[MAPI_A_PLAN_OTHERS] &&
		  tb[MAPI_A_PLAN_ACTS] && seen->nr_nodes < NODES_MAX);
	seen->root = !tb[MAPI_A_PLAN_PARENT];
	seen->roots += seen->root;
	seen->others += nla_get_u32(tb[MAPI_A_PLAN_OTHERS]);
	seen->again += is_known(seen, node);
	if (seen->nr_nodes && node < seen->nodes[seen->nr_nodes - 1])
		seen->descending++;
	seen->nodes[seen->nr_nodes++] = node;
	if (seen->root) {
		seen->root_flows = nla_get_u32(tb[MAPI_A_PLAN_FLOWS]);
		return;
	}
	seen->alone += nla_get_u32(tb[MAPI_A_PLAN_FLOWS]) == 1;
	seen->orphans += !is_known(seen, nla_get_u64(tb[MAPI_A_PLAN_PARENT]));
	ktap_need(tb[MAPI_A_PLAN_LOOKUP]);
	if (!seen->lookups)
		seen->lookup = nla_get_u64(tb[MAPI_A_PLAN_LOOKUP]);
	seen->lookups += nla_get_u64(tb[MAPI_A_PLAN_LOOKUP]) == seen->lookup &&
			 nla_get_u32(tb[MAPI_A_PLAN_MATCH]) == MAPI_MATCH_LOOKUP;
}

static void on_node(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_PLAN_MAX + 1], *attr;
	struct seen *seen = arg;
	int rem;

	nl_attrs(nlh, tb, MAPI_A_PLAN_MAX);
	ktap_need(tb[MAPI_A_PLAN_DEVICE] && tb[MAPI_A_PLAN_NODE]);
	seen->msgs++;
	seen->single += !(nlh->nlmsg_flags & NLM_F_MULTI);
	seen->interrupted += !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
	/* Else it has more flows of the last one. */
	if (tb[MAPI_A_PLAN_MATCH])
		on_new_node(seen, tb);
	else
		ktap_need(seen->nr_nodes && nla_get_u64(tb[MAPI_A_PLAN_NODE]) ==
			  seen->nodes[seen->nr_nodes - 1]);
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		if (nla_type(attr) == MAPI_A_PLAN_VISIT)
			on_visit(seen, attr);
}

static int dump(struct seen *seen, void (*between)(int part))
{
	*seen = (struct seen){ .others = 0 };
	return nl_parts(MAPI_CMD_PLAN_GET, on_node, seen, between,
			&seen->parts);
}

/* Flows of @step one that are not where they should be, or more than once. */
static unsigned int wrong_times(const struct seen *seen, int first, int step)
{
	unsigned int wrong = 0;

	for (int i = first; i < nr; i += step)
		wrong += seen->at_root[i] != 1 || seen->at_node[i] != 1;
	return wrong;
}

/* A flow that counts the packets of an ethertype. */
static int make(const char *device, unsigned int type, unsigned int *id)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, type, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct nlattr *func, *arg;
	struct nl_msg *msg;
	int fd = nl_flow(device, id);

	ktap_need(fd >= 0);
	msg = nl_new(MAPI_CMD_FLOW_APPLY, 0);
	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	nla_put_string(msg, MAPI_A_FUNC_NAME, "BPF_FILTER");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, "ether proto so many");
	nla_put(msg, MAPI_A_ARG_BLOB, sizeof(code), code);
	nla_nest_end(msg, arg);
	nla_nest_end(msg, func);
	ktap_need(!nl_ask(msg, NULL, NULL).error &&
		  !nl_apply(fd, "PKT_COUNTER").error &&
		  !nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	return fd;
}

/* Flows that come and go meanwhile are before and behind where the dump is. */
static const char *stage;
static int passing[2] = { -1, -1 };

static void come_and_go(int part)
{
	/* A node for every part would make a plan without end. */
	if (part > 6)
		return;
	nl_swap();
	close(passing[part % 2]);
	passing[part % 2] = make(stage, OTHER_TYPE + part, NULL);
	close(make(stage, FIRST_TYPE + part, NULL));
	nl_swap();
}

static void check_all(const struct seen *seen, int error)
{
	ktap_is(error, 0, "the plan of %d flows ends well", nr);
	ktap_is(wrong_times(seen, 0, 1), 0,
		"each flow is at the root and at its filter, once");
	ktap_ok(seen->roots == 1 && (int)seen->nr_nodes == nr + 1,
		"there is a root, and a node for each filter");
	ktap_is(seen->again + seen->orphans + seen->descending, 0,
		"each once, parents before children");
	ktap_is((int)seen->alone, nr, "each with its flow");
	ktap_is((int)seen->root_flows, nr, "and all at the root");
	ktap_is((int)seen->lookups, nr, "all filters are in one look-up");
	ktap_is((int)seen->counters, nr, "counters are where they count");
	ktap_is(seen->foreign + seen->others, 0, "no flow that is not there");
	ktap_ok(seen->parts > 4 && !seen->single && !seen->interrupted,
		"it came in %u messages, %u parts", seen->msgs, seen->parts);
	ktap_ok(seen->msgs > seen->nr_nodes,
		"the flows of the root in more than one message");
}

int main(int argc, char **argv)
{
	struct rlimit many = { 4096, 4096 };
	static struct seen seen;
	int error;

	ktap_need(argc == 3 && atoi(argv[2]) <= FLOWS_MAX);
	setrlimit(RLIMIT_NOFILE, &many);
	nl_open_both();
	stage = argv[1];
	for (nr = 0; nr < atoi(argv[2]); nr++)
		fds[nr] = make(stage, FIRST_TYPE + nr, &ids[nr]);

	error = dump(&seen, NULL);
	check_all(&seen, error);

	passing[0] = make(stage, OTHER_TYPE, NULL);
	passing[1] = make(stage, OTHER_TYPE - 1, NULL);
	error = dump(&seen, come_and_go);
	ktap_is(error + seen.interrupted, 0,
		"the plan ends well while flows come and go");
	ktap_is(wrong_times(&seen, 0, 1), 0, "those that stay are in it once");
	ktap_is(seen.again + seen.orphans + seen.descending, 0,
		"it is still a tree");
	ktap_ok(seen.foreign > 2, "some of the others are in it, too");

	for (int i = 0; i < nr; i += 2)
		close(fds[i]);
	close(passing[0]);
	close(passing[1]);
	error = dump(&seen, NULL);
	ktap_is(error + wrong_times(&seen, 1, 2), 0, "those that are left are");
	ktap_is((int)seen.nr_nodes, nr / 2 + 1, "those that were closed are not");
	for (int i = 1; i < nr; i += 2)
		close(fds[i]);
	error = dump(&seen, NULL);
	ktap_is(error + (int)seen.msgs, 0, "then there is no plan");
	return ktap_end();
}
