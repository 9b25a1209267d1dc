// SPDX-License-Identifier: GPL-2.0
/* Rows of text under headings. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "table.h"

void table_begin(struct table *table, const char *const *headings)
{
	*table = (struct table){ .headings = headings };
}

void table_cell(struct table *table, const char *fmt, ...)
{
	size_t size = (table->nr_cells + 1) * sizeof(*table->cells);
	va_list ap;

	table->cells = xrealloc(table->cells, size);
	va_start(ap, fmt);
	table->cells[table->nr_cells++] = xvasprintf(fmt, ap);
	va_end(ap);
}

static size_t nr_columns(const struct table *table)
{
	size_t n = 0;

	while (table->headings[n])
		n++;
	return n;
}

static const char *heading(const struct table *table, size_t column)
{
	const char *text = table->headings[column];

	return text + (*text == '>');
}

static int width(const struct table *table, size_t column, size_t columns)
{
	size_t max = strlen(heading(table, column));

	for (size_t i = column; i < table->nr_cells; i += columns)
		if (strlen(table->cells[i]) > max)
			max = strlen(table->cells[i]);
	return max;
}

/* Nothing but a line's end behind the last column. */
static void put(FILE *out, const char *text, int width, bool number, bool last)
{
	if (number)
		fprintf(out, "%*s", width, text);
	else if (last)
		fputs(text, out);
	else
		fprintf(out, "%-*s", width, text);
	fputs(last ? "\n" : "  ", out);
}

void table_end(struct table *table, FILE *out)
{
	size_t columns = nr_columns(table);
	int *widths = xrealloc(NULL, columns * sizeof(*widths));

	for (size_t i = 0; i < columns; i++)
		widths[i] = width(table, i, columns);
	for (size_t i = 0; i < columns; i++)
		put(out, heading(table, i), widths[i],
		    *table->headings[i] == '>', i == columns - 1);
	for (size_t i = 0; i < table->nr_cells; i++)
		put(out, table->cells[i], widths[i % columns],
		    *table->headings[i % columns] == '>',
		    i % columns == columns - 1);
	free(widths);
	table_free(table);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->nr_cells; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->nr_cells = 0;
}
