/* SPDX-License-Identifier: GPL-2.0 */
/* What flows save by sharing a plan. */
#ifndef MAPICTL_SAVED_H
#define MAPICTL_SAVED_H

#include "plan.h"

/**
 * struct saved - what flows have applied, and what a packet costs at most
 * @functions: applied by the flows that are shown
 * @steps: functions and looks at the direction that the plan has for them
 * @counters: of @functions, those that only read what nodes count
 * @lookups: tables and searches, each made once
 * @filters: that are found there
 * @table: numbers of the tables, sorted, for saved_lookup(); freed by
 *	saved_free()
 */
struct saved {
	unsigned long functions;
	unsigned long steps;
	unsigned long counters;
	unsigned long lookups;
	unsigned long filters;
	uint64_t *table;
};

void saved_count(struct saved *saved, struct node *const *nodes, size_t nr);
void saved_free(struct saved *saved);

/* The place of a table or search among those of the plan, from 1: easier to read. */
unsigned int saved_lookup(const struct saved *saved, uint64_t nr);

#endif
