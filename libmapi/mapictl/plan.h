/* SPDX-License-Identifier: GPL-2.0 */
/* Plans of devices, put together from the messages that describe them. */
#ifndef MAPICTL_PLAN_H
#define MAPICTL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "applied.h"

/**
 * struct visit - a flow at a node
 * @id: of the flow
 * @name: empty if it has none
 * @counted: @pkts and @bytes are known
 * @pkts: packets that it has had there
 * @bytes: their bytes
 * @funcs: what it does there
 * @nr_funcs: their number
 */
struct visit {
	uint32_t id;
	const char *name;
	bool counted;
	uint64_t pkts;
	uint64_t bytes;
	struct applied *funcs;
	unsigned int nr_funcs;
};

/**
 * struct node - a place in a plan
 * @device: whose plan
 * @nr: number in that plan
 * @parent: node before it, NULL: the root
 * @parent_nr: its number
 * @match: enum mapi_match
 * @direction: MAPI_DIR_*
 * @func: the filter in front; without a name if there is none
 * @lookups: tables that it is in, or the search, in the order of their numbers
 * @nr_lookups: how many
 * @counted: @pkts and @bytes are known
 * @pkts: packets that came to it, as far as they are shown
 * @bytes: their bytes
 * @flows: that come to it
 * @others: of them, those that are not shown
 * @acts: functions of all users that run there
 * @measured: what follows was measured, and is told
 * @calls: calls of the filter in front
 * @call_ns: and nanoseconds that they took in all
 * @stays: packets that came
 * @stay_ns: and nanoseconds for what runs there and look-ups behind it
 * @visits: the flows that are shown
 * @nr_visits: how many
 * @children: nodes behind it: those that are called first, then by look-ups
 * @nr_children: how many
 */
struct node {
	const char *device;
	uint64_t nr;
	struct node *parent;
	uint64_t parent_nr;
	uint32_t match;
	uint32_t direction;
	struct applied func;
	uint64_t *lookups;
	unsigned int nr_lookups;
	bool counted;
	uint64_t pkts;
	uint64_t bytes;
	uint32_t flows;
	uint32_t others;
	uint32_t acts;
	bool measured;
	uint64_t calls;
	uint64_t call_ns;
	uint64_t stays;
	uint64_t stay_ns;
	struct visit *visits;
	unsigned int nr_visits;
	struct node **children;
	unsigned int nr_children;
};

/**
 * struct plans - plans, one after the other
 * @nodes: all nodes; of each plan the root is the first
 * @nr_nodes: how many
 * @msgs: what they were read from
 * @nr_msgs: how many
 */
struct plans {
	struct node **nodes;
	size_t nr_nodes;
	struct nlmsghdr **msgs;
	size_t nr_msgs;
};

void plans_add(struct plans *plans, const struct nlmsghdr *nlh);
void plans_link(struct plans *plans);	/* when all are there: makes them trees */
void plans_free(struct plans *plans);

/* Nodes from a root on that are in the same plan. */
size_t plan_size(const struct plans *plans, size_t root);

/* The same tables: brothers that are found together. */
bool same_lookups(const struct node *a, const struct node *b);

/* It runs for each packet; the others only read the counts of the node. */
bool is_act(const struct applied *func);

#endif
