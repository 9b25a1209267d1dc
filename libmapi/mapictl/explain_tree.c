// SPDX-License-Identifier: GPL-2.0
/*
 * A plan as a tree of lines:
 *
 *	eth0: 3 flows, 2 nodes, 12345 packets
 *	`- look-up 1: 1 filter
 *	   `- BPF_FILTER 'udp src port 1234': 120 packets, 3 flows: web, #12, 1 other
 *	      |- TO_BUFFER: #12
 *	      `- PKT_COUNTER: web, takes no step
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explain_tree.h"
#include "memory.h"
#include "names.h"

/* More in a line cannot be read: JSON has them all. */
#define NAMES_SHOWN	8

/**
 * struct tree - what is being written
 * @out: where to
 * @saved: of the plan
 * @indent: what lines of the branch begin with
 * @costs: they tell what was measured
 */
struct tree {
	FILE *out;
	const struct saved *saved;
	const char *indent;
	bool costs;
};

static const char *plural(unsigned long n)
{
	return n == 1 ? "" : "s";
}

static void begin_line(const struct tree *tree, bool last)
{
	fprintf(tree->out, "%s%s ", tree->indent, last ? "`-" : "|-");
}

/* For what is behind a line. */
static char *deeper(const struct tree *tree, bool last)
{
	return xasprintf("%s%s  ", tree->indent, last ? " " : "|");
}

/**
 * struct names - flows in a line
 * @nr: so far
 * @out: where they are written
 */
struct names {
	unsigned int nr;
	FILE *out;
};

static void put_name(struct names *names, const struct visit *visit)
{
	if (names->nr++ >= NAMES_SHOWN)
		return;
	fputs(names->nr > 1 ? ", " : " ", names->out);
	if (*visit->name)
		fputs(visit->name, names->out);
	else
		fprintf(names->out, "#%" PRIu32, visit->id);
}

static void end_names(const struct names *names, uint32_t others)
{
	if (names->nr > NAMES_SHOWN)
		fprintf(names->out, ", %u more", names->nr - NAMES_SHOWN);
	if (others)
		fprintf(names->out, "%s%" PRIu32 " other%s",
			names->nr ? ", " : " ", others, plural(others));
}

static void put_flows(FILE *out, const struct node *node)
{
	struct names names = { .out = out };

	fprintf(out, "%" PRIu32 " flow%s:", node->flows, plural(node->flows));
	for (unsigned int i = 0; i < node->nr_visits; i++)
		put_name(&names, &node->visits[i]);
	end_names(&names, node->others);
}

/* What is done at a node: functions of the same name, and who has applied them. */
struct done {
	const char *name;
	bool act;
};

static unsigned int done_find(struct done **done, unsigned int *nr,
			      const struct applied *func)
{
	unsigned int i;

	for (i = 0; i < *nr; i++)
		if (!strcmp((*done)[i].name, func->name))
			return i;
	*done = xrealloc(*done, (*nr + 1) * sizeof(**done));
	(*done)[(*nr)++] = (struct done){ func->name, is_act(func) };
	return i;
}

/* Return: an array for free(). */
static struct done *done_at(const struct node *node, unsigned int *nr,
			    uint32_t *acts)
{
	struct done *done = NULL;

	*nr = 0;
	*acts = 0;
	for (unsigned int i = 0; i < node->nr_visits; i++) {
		for (unsigned int k = 0; k < node->visits[i].nr_funcs; k++) {
			done_find(&done, nr, &node->visits[i].funcs[k]);
			*acts += is_act(&node->visits[i].funcs[k]);
		}
	}
	return done;
}

static bool does(const struct visit *visit, const char *name)
{
	for (unsigned int i = 0; i < visit->nr_funcs; i++)
		if (!strcmp(visit->funcs[i].name, name))
			return true;
	return false;
}

static void put_done(const struct tree *tree, const struct node *node,
		     const struct done *done, bool last)
{
	struct names names = { .out = tree->out };

	begin_line(tree, last);
	fprintf(tree->out, "%s:", done->name);
	for (unsigned int i = 0; i < node->nr_visits; i++)
		if (does(&node->visits[i], done->name))
			put_name(&names, &node->visits[i]);
	end_names(&names, 0);
	fputs(done->act ? "\n" : "; takes no step\n", tree->out);
}

/* As in ", 12.3 ns a call"; nothing if there was none. */
static void put_mean(FILE *out, uint64_t ns, uint64_t nr, const char *each)
{
	if (nr)
		fprintf(out, "%.1f ns a %s, ", (double)ns / nr, each);
}

static void put_costs(const struct tree *tree, const struct node *node)
{
	if (!tree->costs || !node->measured)
		return;
	put_mean(tree->out, node->call_ns, node->calls, "call");
	put_mean(tree->out, node->stay_ns, node->stays, "stay");
}

static void put_behind(const struct tree *tree, const struct node *node);

static void put_node(const struct tree *tree, const struct node *node, bool last)
{
	struct tree behind = *tree;
	char *indent = deeper(tree, last);

	begin_line(tree, last);
	if (node->match == MAPI_MATCH_DIR)
		fprintf(tree->out, "direction %s",
			name_of(direction_names, node->direction - 1));
	else if (node->func.name)
		applied_call(tree->out, &node->func);
	fputs(": ", tree->out);
	if (node->counted)
		fprintf(tree->out, "%" PRIu64 " packet%s, ", node->pkts,
			plural(node->pkts));
	put_costs(tree, node);
	put_flows(tree->out, node);
	fputc('\n', tree->out);
	behind.indent = indent;
	put_behind(&behind, node);
	free(indent);
}

/* Brothers that are found together. */
static void put_group(const struct tree *tree, struct node *const *nodes,
		      unsigned int nr, bool last)
{
	struct tree behind = *tree;
	char *indent = deeper(tree, last);

	begin_line(tree, last);
	fprintf(tree->out, "%s%s ", name_of(match_names, nodes[0]->match),
		plural(nodes[0]->nr_lookups));
	for (unsigned int i = 0; i < nodes[0]->nr_lookups; i++)
		fprintf(tree->out, "%s%u", i ? ", " : "",
			saved_lookup(tree->saved, nodes[0]->lookups[i]));
	fprintf(tree->out, ": %u filter%s\n", nr, plural(nr));
	behind.indent = indent;
	for (unsigned int i = 0; i < nr; i++)
		put_node(&behind, nodes[i], i == nr - 1);
	free(indent);
}

static unsigned int group_size(const struct node *node, unsigned int first)
{
	unsigned int n = 1;

	if (!node->children[first]->nr_lookups)
		return 1;
	while (first + n < node->nr_children &&
	       same_lookups(node->children[first], node->children[first + n]))
		n++;
	return n;
}

/* What is done at a node, and where packets go from there. */
static void put_behind(const struct tree *tree, const struct node *node)
{
	unsigned int nr_done, n;
	uint32_t acts;
	struct done *done = done_at(node, &nr_done, &acts);
	uint32_t hidden = node->acts > acts ? node->acts - acts : 0;

	for (unsigned int i = 0; i < nr_done; i++)
		put_done(tree, node, &done[i], i == nr_done - 1 && !hidden &&
					       !node->nr_children);
	if (hidden) {
		begin_line(tree, !node->nr_children);
		fprintf(tree->out, "%" PRIu32 " function%s of others\n", hidden,
			plural(hidden));
	}
	for (unsigned int i = 0; i < node->nr_children; i += n) {
		n = group_size(node, i);
		if (node->children[i]->nr_lookups)
			put_group(tree, node->children + i, n,
				  i + n == node->nr_children);
		else
			put_node(tree, node->children[i],
				 i + n == node->nr_children);
	}
	free(done);
}

void explain_tree(FILE *out, const struct node *root, size_t nr,
		  const struct saved *saved, bool costs)
{
	const struct tree tree = {
		.out = out,
		.saved = saved,
		.indent = "",
		.costs = costs,
	};

	fprintf(out, "%s: %" PRIu32 " flow%s, ", root->device, root->flows,
		plural(root->flows));
	if (root->others)
		fprintf(out, "of them %" PRIu32 " of others, ", root->others);
	put_costs(&tree, root);
	fprintf(out, "%zu node%s", nr, plural(nr));
	if (root->counted)
		fprintf(out, ", %" PRIu64 " packet%s", root->pkts,
			plural(root->pkts));
	fputc('\n', out);
	put_behind(&tree, root);
	fprintf(out, "   %lu function%s of %u flow%s: %lu step%s and %lu look-up%s for %lu filter%s",
		saved->functions, plural(saved->functions), root->nr_visits,
		plural(root->nr_visits), saved->steps, plural(saved->steps),
		saved->lookups, plural(saved->lookups), saved->filters,
		plural(saved->filters));
	if (saved->counters)
		fprintf(out, ", %lu only read%s counts", saved->counters,
			saved->counters == 1 ? "s" : "");
	fputc('\n', out);
}
