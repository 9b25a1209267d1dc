/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of text under headings, in columns as wide as they must be. */
#ifndef MAPICTL_TABLE_H
#define MAPICTL_TABLE_H

#include <stdio.h>

/**
 * struct table - cells, row by row
 * @headings: ends with NULL; those that begin with '>' are for numbers
 */
struct table {
	const char *const *headings;
	char **cells;
	size_t nr_cells;
};

void table_begin(struct table *table, const char *const *headings);
void table_cell(struct table *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Write it all, and forget it. */
void table_end(struct table *table, FILE *out);

/* Forget the cells. */
void table_free(struct table *table);

#endif
