// SPDX-License-Identifier: GPL-2.0
/* What flows save by sharing a plan. */
#include <stdlib.h>

#include "memory.h"
#include "saved.h"

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void count_visit(struct saved *saved, const struct visit *visit)
{
	saved->functions += visit->nr_funcs;
	for (unsigned int i = 0; i < visit->nr_funcs; i++) {
		if (is_act(&visit->funcs[i]))
			saved->steps++;
		else
			saved->counters++;
	}
}

static void count_node(struct saved *saved, const struct node *node)
{
	for (unsigned int i = 0; i < node->nr_visits; i++)
		count_visit(saved, &node->visits[i]);
	if (node->func.name)
		saved->functions += node->nr_visits;
	if (node->match == MAPI_MATCH_CALL || node->match == MAPI_MATCH_DIR)
		saved->steps++;
	if (!node->nr_lookups)
		return;
	saved->filters++;
	for (unsigned int i = 0; i < node->nr_lookups; i++) {
		saved->table = xrealloc(saved->table, (saved->lookups + 1) *
						      sizeof(*saved->table));
		saved->table[saved->lookups++] = node->lookups[i];
	}
}

void saved_count(struct saved *saved, struct node *const *nodes, size_t nr)
{
	unsigned long n = 0;

	*saved = (struct saved){ 0 };
	for (size_t i = 0; i < nr; i++)
		count_node(saved, nodes[i]);
	if (!saved->lookups)
		return;
	qsort(saved->table, saved->lookups, sizeof(*saved->table), by_number);
	for (unsigned long i = 0; i < saved->lookups; i++)
		if (!n || saved->table[n - 1] != saved->table[i])
			saved->table[n++] = saved->table[i];
	saved->lookups = n;
}

void saved_free(struct saved *saved)
{
	free(saved->table);
}

unsigned int saved_lookup(const struct saved *saved, uint64_t nr)
{
	const uint64_t *found = bsearch(&nr, saved->table, saved->lookups,
					sizeof(*saved->table), by_number);

	return found ? found - saved->table + 1 : 0;
}
