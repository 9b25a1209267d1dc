// SPDX-License-Identifier: GPL-2.0
/* Plans of devices. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "nl.h"
#include "plan.h"

static void read_visit(struct visit *visit, const struct nlattr *nest)
{
	const struct nlattr *tb[MAPI_A_VISIT_MAX + 1];
	const struct nlattr *attr;

	memset(visit, 0, sizeof(*visit));
	mapi_nl_nest(nest, tb, MAPI_A_VISIT_MAX);
	visit->id = mapi_nl_u32(tb[MAPI_A_VISIT_ID]);
	visit->name = mapi_nl_str(tb[MAPI_A_VISIT_NAME]);
	visit->counted = tb[MAPI_A_VISIT_PKTS];
	visit->pkts = mapi_nl_u64(tb[MAPI_A_VISIT_PKTS]);
	visit->bytes = mapi_nl_u64(tb[MAPI_A_VISIT_BYTES]);
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) != MAPI_A_VISIT_FUNC)
			continue;
		visit->funcs = xrealloc(visit->funcs, (visit->nr_funcs + 1) *
						      sizeof(*visit->funcs));
		applied_read_one(&visit->funcs[visit->nr_funcs++], attr);
	}
}

static void read_lists(struct node *node, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) == MAPI_A_PLAN_LOOKUP) {
			node->lookups = xrealloc(node->lookups,
						 (node->nr_lookups + 1) *
						 sizeof(*node->lookups));
			node->lookups[node->nr_lookups++] = mapi_nl_u64(attr);
		} else if (mnl_attr_get_type(attr) == MAPI_A_PLAN_VISIT) {
			node->visits = xrealloc(node->visits,
						(node->nr_visits + 1) *
						sizeof(*node->visits));
			read_visit(&node->visits[node->nr_visits++], attr);
		}
	}
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void read_node(struct node *node, const struct nlattr **tb)
{
	node->device = mapi_nl_str(tb[MAPI_A_PLAN_DEVICE]);
	node->nr = mapi_nl_u64(tb[MAPI_A_PLAN_NODE]);
	node->parent_nr = mapi_nl_u64(tb[MAPI_A_PLAN_PARENT]);
	node->match = mapi_nl_u32(tb[MAPI_A_PLAN_MATCH]);
	node->direction = mapi_nl_u32(tb[MAPI_A_PLAN_DIRECTION]);
	if (tb[MAPI_A_PLAN_FUNC])
		applied_read_one(&node->func, tb[MAPI_A_PLAN_FUNC]);
	node->counted = tb[MAPI_A_PLAN_PKTS];
	node->pkts = mapi_nl_u64(tb[MAPI_A_PLAN_PKTS]);
	node->bytes = mapi_nl_u64(tb[MAPI_A_PLAN_BYTES]);
	node->flows = mapi_nl_u32(tb[MAPI_A_PLAN_FLOWS]);
	node->others = mapi_nl_u32(tb[MAPI_A_PLAN_OTHERS]);
	node->acts = mapi_nl_u32(tb[MAPI_A_PLAN_ACTS]);
	node->measured = tb[MAPI_A_PLAN_STAYS];
	node->calls = mapi_nl_u64(tb[MAPI_A_PLAN_CALLS]);
	node->call_ns = mapi_nl_u64(tb[MAPI_A_PLAN_CALL_NS]);
	node->stays = mapi_nl_u64(tb[MAPI_A_PLAN_STAYS]);
	node->stay_ns = mapi_nl_u64(tb[MAPI_A_PLAN_STAY_NS]);
}

/* More about the last node? */
static bool goes_on(const struct plans *plans, const struct nlattr **tb)
{
	const struct node *last;

	if (!plans->nr_nodes || tb[MAPI_A_PLAN_MATCH])
		return false;
	last = plans->nodes[plans->nr_nodes - 1];
	return last->nr == mapi_nl_u64(tb[MAPI_A_PLAN_NODE]) &&
	       !strcmp(last->device, mapi_nl_str(tb[MAPI_A_PLAN_DEVICE]));
}

void plans_add(struct plans *plans, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_PLAN_MAX + 1];
	struct node *node;
	struct nlmsghdr *msg = xmemdup(nlh, nlh->nlmsg_len);

	plans->msgs = xrealloc(plans->msgs,
			       (plans->nr_msgs + 1) * sizeof(*plans->msgs));
	plans->msgs[plans->nr_msgs++] = msg;
	mapi_nl_attrs(msg, tb, MAPI_A_PLAN_MAX);
	if (!goes_on(plans, tb)) {
		node = memset(xrealloc(NULL, sizeof(*node)), 0, sizeof(*node));
		read_node(node, tb);
		plans->nodes = xrealloc(plans->nodes, (plans->nr_nodes + 1) *
						      sizeof(*plans->nodes));
		plans->nodes[plans->nr_nodes++] = node;
	}
	node = plans->nodes[plans->nr_nodes - 1];
	read_lists(node, msg);
	if (node->nr_lookups)
		qsort(node->lookups, node->nr_lookups, sizeof(*node->lookups),
		      by_number);
}

size_t plan_size(const struct plans *plans, size_t root)
{
	size_t n = 1;

	while (root + n < plans->nr_nodes &&
	       plans->nodes[root + n]->match != MAPI_MATCH_ALL)
		n++;
	return n;
}

static int by_nr(const void *a, const void *b)
{
	const struct node *const *x = a;
	const struct node *const *y = b;

	return by_number(&(*x)->nr, &(*y)->nr);
}

/* The called ones, which have no look-ups, first. */
static int by_lookups(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a;
	const struct node *y = *(const struct node *const *)b;

	for (unsigned int i = 0; i < x->nr_lookups && i < y->nr_lookups; i++)
		if (x->lookups[i] != y->lookups[i])
			return by_number(&x->lookups[i], &y->lookups[i]);
	if (x->nr_lookups != y->nr_lookups)
		return x->nr_lookups < y->nr_lookups ? -1 : 1;
	return by_number(&x->nr, &y->nr);
}

bool same_lookups(const struct node *a, const struct node *b)
{
	return a->nr_lookups == b->nr_lookups &&
	       (!a->nr_lookups || !memcmp(a->lookups, b->lookups,
					  a->nr_lookups * sizeof(*a->lookups)));
}

static void adopt(struct node *parent, struct node *child)
{
	child->parent = parent;
	parent->children = xrealloc(parent->children,
				    (parent->nr_children + 1) *
				    sizeof(*parent->children));
	parent->children[parent->nr_children++] = child;
}

/* Nodes come in the order of their numbers. */
static void link_plan(struct node **nodes, size_t nr)
{
	for (size_t i = 1; i < nr; i++) {
		struct node key = { .nr = nodes[i]->parent_nr };
		const struct node *wanted = &key;
		struct node **parent = bsearch(&wanted, nodes, i,
					       sizeof(*nodes), by_nr);

		if (parent)
			adopt(*parent, nodes[i]);
	}
	for (size_t i = 0; i < nr; i++)
		if (nodes[i]->nr_children)
			qsort(nodes[i]->children, nodes[i]->nr_children,
			      sizeof(*nodes[i]->children), by_lookups);
}

void plans_link(struct plans *plans)
{
	for (size_t i = 0; i < plans->nr_nodes; i += plan_size(plans, i))
		link_plan(plans->nodes + i, plan_size(plans, i));
}

static void node_free(struct node *node)
{
	for (unsigned int i = 0; i < node->nr_visits; i++)
		free(node->visits[i].funcs);
	free(node->visits);
	free(node->lookups);
	free(node->children);
	free(node);
}

void plans_free(struct plans *plans)
{
	for (size_t i = 0; i < plans->nr_nodes; i++)
		node_free(plans->nodes[i]);
	for (size_t i = 0; i < plans->nr_msgs; i++)
		free(plans->msgs[i]);
	free(plans->nodes);
	free(plans->msgs);
	*plans = (struct plans){ 0 };
}

bool is_act(const struct applied *func)
{
	return func->result_type != MAPI_RESULT_PKTS &&
	       func->result_type != MAPI_RESULT_BYTES;
}
