// SPDX-License-Identifier: GPL-2.0
/* mapictl explain */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explain_tree.h"
#include "names.h"
#include "plan.h"
#include "query.h"
#include "saved.h"
#include "words.h"

static const char help[] =
"usage: mapictl explain [DEVICE [cost [SECONDS]]]\n"
"\n"
"What the packets of a device, or of all that have flows, run through: the filters\n"
"of all flows as a tree, each filter once, whoever has applied it, with the packets\n"
"that passed it, the flows that share it, and what is done there with each packet.\n"
"Filters that compare the same fields are found together, in one look-up.\n"
"\n"
"With cost, one packet in eight is timed on its way, for a second or so many, and\n"
"nanoseconds are shown: of a call of a filter, which may stop the packet; and of a\n"
"packet's stay there, for what is done with it and for look-ups behind it.\n"
"\n"
"Who has not CAP_NET_ADMIN sees the part that his own flows run through, with the\n"
"packets that they have had; of others' he learns how many there are.\n";

static struct plans plans;
static const char *device;
static bool costs;

static void begin(void)
{
	plans_free(&plans);
}

static void show(struct report *report, const struct nlmsghdr *nlh)
{
	(void)report;
	plans_add(&plans, nlh);
}

static void count_json(struct json *json, bool counted, uint64_t pkts,
		       uint64_t bytes)
{
	if (counted) {
		json_u64(json, "packets", pkts);
		json_u64(json, "bytes", bytes);
	} else {
		json_null(json, "packets");
		json_null(json, "bytes");
	}
}

static void visit_json(struct json *json, const struct visit *visit)
{
	json_open(json, NULL, '{');
	json_u64(json, "id", visit->id);
	if (*visit->name)
		json_str(json, "name", visit->name);
	else
		json_null(json, "name");
	count_json(json, visit->counted, visit->pkts, visit->bytes);
	json_open(json, "functions", '[');
	for (unsigned int i = 0; i < visit->nr_funcs; i++) {
		json_open(json, NULL, '{');
		json_u64(json, "fid", visit->funcs[i].fid);
		json_str(json, "name", visit->funcs[i].name);
		json_bool(json, "runs", is_act(&visit->funcs[i]));
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* Sums: who divides them by how many there were has the mean. */
static void costs_json(struct json *json, const struct node *node)
{
	if (!node->measured) {
		json_null(json, "cost");
		return;
	}
	json_open(json, "cost", '{');
	json_u64(json, "calls", node->calls);
	json_u64(json, "call_ns", node->call_ns);
	json_u64(json, "stays", node->stays);
	json_u64(json, "stay_ns", node->stay_ns);
	json_close(json, '}');
}

static void node_json(struct json *json, const struct node *node)
{
	json_open(json, NULL, '{');
	json_u64(json, "node", node->nr);
	if (node->parent)
		json_u64(json, "parent", node->parent->nr);
	else
		json_null(json, "parent");
	json_str(json, "match", name_of(match_names, node->match));
	if (node->match == MAPI_MATCH_DIR)
		json_str(json, "direction",
			 name_of(direction_names, node->direction - 1));
	if (node->func.name) {
		json_open(json, "function", '{');
		applied_call_json(json, &node->func);
		json_close(json, '}');
	}
	json_open(json, "lookups", '[');
	for (unsigned int i = 0; i < node->nr_lookups; i++)
		json_u64(json, NULL, node->lookups[i]);
	json_close(json, ']');
	count_json(json, node->counted, node->pkts, node->bytes);
	json_u64(json, "flows", node->flows);
	json_u64(json, "others", node->others);
	json_u64(json, "acts", node->acts);
	if (costs)
		costs_json(json, node);
	json_open(json, "visits", '[');
	for (unsigned int i = 0; i < node->nr_visits; i++)
		visit_json(json, &node->visits[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void plan_json(struct json *json, struct node *const *nodes, size_t nr,
		      const struct saved *saved)
{
	json_open(json, NULL, '{');
	json_str(json, "device", nodes[0]->device);
	json_u64(json, "flows", nodes[0]->flows);
	json_u64(json, "others", nodes[0]->others);
	json_u64(json, "functions", saved->functions);
	json_u64(json, "steps", saved->steps);
	json_u64(json, "counters", saved->counters);
	json_u64(json, "filters", saved->filters);
	json_u64(json, "lookups", saved->lookups);
	json_open(json, "nodes", '[');
	for (size_t i = 0; i < nr; i++)
		node_json(json, nodes[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void finish(struct report *report)
{
	struct saved saved;
	size_t nr;

	plans_link(&plans);
	for (size_t i = 0; i < plans.nr_nodes; i += nr) {
		nr = plan_size(&plans, i);
		saved_count(&saved, plans.nodes + i, nr);
		if (options.json)
			plan_json(&report->json, plans.nodes + i, nr, &saved);
		else
			explain_tree(report->out, plans.nodes[i], nr, &saved,
				     costs);
		saved_free(&saved);
	}
	if (!plans.nr_nodes && device && !options.json)
		fprintf(report->out, "%s: no flow that you may see\n", device);
}

static int send_cost(uint32_t ms)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_DEVICE_SET);

	mapi_nl_put_str(req, MAPI_A_DEVICE_NAME, device);
	mapi_nl_put_u32(req, MAPI_A_DEVICE_COST, ms);
	return command_send(req, "CAP_NET_ADMIN");
}

/* Should we be interrupted, the kernel ends it by itself. */
static int measure(uint32_t ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
	int status = send_cost(ms);

	if (status)
		return status;
	nanosleep(&ts, NULL);
	return send_cost(0);
}

/* Return: false after a complaint. */
static bool take_cost(struct words *words, uint32_t *ms)
{
	static const char *const keywords[] = { "cost", NULL };
	const char *word = word_take(words);
	uint64_t ns = 1000000000;

	if (word_find("word", word, keywords) < 0)
		return false;
	word = word_take(words);
	if (word && (!parse_interval(word, &ns) || ns < 1000000 ||
		     ns > MAPI_COST_MAX * 1000000ULL)) {
		usage("\"%.80s\" is no time from 0.001 to %u seconds", word,
		      MAPI_COST_MAX / 1000);
		return false;
	}
	*ms = ns / 1000000;
	return true;
}

int explain_main(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct query query = {
		.dump = true,
		.begin = begin,
		.show = show,
		.finish = finish,
	};
	uint32_t ms = 0;
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	device = word_take(&words);
	if (device && (!*device || strlen(device) > MAPI_DEVNAME_MAX))
		return usage("\"%.80s\" cannot be the name of a device", device);
	if (words.left && !take_cost(&words, &ms))
		return EXIT_USAGE;
	if (!word_end(&words))
		return EXIT_USAGE;
	costs = ms;
	status = ms ? measure(ms) : EXIT_SUCCESS;
	if (status)
		return status;
	query.req = mapi_nl_new(MAPI_CMD_PLAN_GET);
	if (device)
		mapi_nl_put_str(query.req, MAPI_A_PLAN_DEVICE, device);
	status = query_run(&query);
	plans_free(&plans);
	return status;
}
