// SPDX-License-Identifier: GPL-2.0
/* mapictl explain */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explain_tree.h"
#include "names.h"
#include "plan.h"
#include "query.h"
#include "saved.h"
#include "words.h"

static const char help[] =
"usage: mapictl explain [DEVICE]\n"
"\n"
"What the packets of a device, or of all that have flows, run through: the filters\n"
"of all flows as a tree, each filter once, whoever has applied it, with the packets\n"
"that passed it, the flows that share it, and what is done there with each packet.\n"
"Filters that compare the same fields are found together, in one look-up.\n"
"\n"
"Who has not CAP_NET_ADMIN sees the part that his own flows run through, with the\n"
"packets that they have had; of others' he learns how many there are.\n";

static struct plans plans;
static const char *device;

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
			explain_tree(report->out, plans.nodes[i], nr, &saved);
		saved_free(&saved);
	}
	if (!plans.nr_nodes && device && !options.json)
		fprintf(report->out, "%s: no flow that you may see\n", device);
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
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	device = word_take(&words);
	if (device && (!*device || strlen(device) > MAPI_DEVNAME_MAX))
		return usage("\"%.80s\" cannot be the name of a device", device);
	if (!word_end(&words))
		return EXIT_USAGE;
	query.req = mapi_nl_new(MAPI_CMD_PLAN_GET);
	if (device)
		mapi_nl_put_str(query.req, MAPI_A_PLAN_DEVICE, device);
	status = query_run(&query);
	plans_free(&plans);
	return status;
}
