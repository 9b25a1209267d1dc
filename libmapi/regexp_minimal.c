// SPDX-License-Identifier: MIT
/*
 * The smallest automaton that accepts the same (Hopcroft's algorithm): states are
 * in one block until something tells them apart. That takes states times classes
 * times a logarithm, whatever the pattern.
 */
#include <stdlib.h>
#include <string.h>

#include "regexp.h"

/**
 * struct splitter - the blocks
 * @dfa: whose states they are of
 * @state: all, block by block
 * @at: where in it a state is
 * @block: of each state
 * @first: where a block begins
 * @end: and ends
 * @marked: so many at its beginning are marked
 * @nr: blocks
 * @from: of each class and state, where in @source begin the states that it is
 *	come to from
 * @source: those
 * @todo: pairs of block and class that may split others, as cells
 * @todo_nr: how many
 * @waits: the cell is in it
 * @touched: blocks with marks
 */
struct splitter {
	const struct re_dfa *dfa;
	uint32_t *state;
	uint32_t *at;
	uint32_t *block;
	uint32_t *first;
	uint32_t *end;
	uint32_t *marked;
	uint32_t nr;
	uint32_t *from;
	uint32_t *source;
	uint32_t *todo;
	uint32_t todo_nr;
	bool *waits;
	uint32_t *touched;
	uint32_t touched_nr;
};

static int allocate(struct splitter *s, struct re_err *err)
{
	size_t n = s->dfa->states, cells = n * s->dfa->classes;

	s->state = calloc(n, sizeof(*s->state));
	s->at = calloc(n, sizeof(*s->at));
	s->block = calloc(n, sizeof(*s->block));
	s->first = calloc(n, sizeof(*s->first));
	s->end = calloc(n, sizeof(*s->end));
	s->marked = calloc(n, sizeof(*s->marked));
	s->from = calloc(cells + 1, sizeof(*s->from));
	s->source = calloc(cells, sizeof(*s->source));
	s->todo = calloc(cells, sizeof(*s->todo));
	s->waits = calloc(cells, sizeof(*s->waits));
	s->touched = calloc(n, sizeof(*s->touched));
	if (s->state && s->at && s->block && s->first && s->end && s->marked &&
	    s->from && s->source && s->todo && s->waits && s->touched)
		return 0;
	return mapi_re_no_memory(err);
}

static void release(struct splitter *s)
{
	free(s->state);
	free(s->at);
	free(s->block);
	free(s->first);
	free(s->end);
	free(s->marked);
	free(s->from);
	free(s->source);
	free(s->todo);
	free(s->waits);
	free(s->touched);
}

/* Where each state is come to from, by class. */
static void invert(struct splitter *s)
{
	const struct re_dfa *dfa = s->dfa;
	uint32_t n = dfa->states, k = dfa->classes;

	for (uint32_t i = 0; i < n * k; i++)
		s->from[i % k * n + dfa->next[i] + 1]++;
	for (uint32_t i = 0; i < n * k; i++)
		s->from[i + 1] += s->from[i];
	/* Each list is filled from its end, which so becomes its beginning. */
	for (uint32_t i = n * k; i-- > 0;)
		s->source[--s->from[i % k * n + dfa->next[i] + 1]] = i / k;
	/* All have gone one list to the left. */
	memmove(s->from, s->from + 1, (size_t)n * k * sizeof(*s->from));
	s->from[n * k] = n * k;
}

static void wait_for(struct splitter *s, uint32_t block)
{
	for (uint32_t cls = 0; cls < s->dfa->classes; cls++) {
		uint32_t cell = block * s->dfa->classes + cls;

		if (!s->waits[cell])
			s->todo[s->todo_nr++] = cell;
		s->waits[cell] = true;
	}
}

static void begin(struct splitter *s)
{
	const struct re_dfa *dfa = s->dfa;
	uint32_t low = 0, high = dfa->states;

	for (uint32_t i = 0; i < dfa->states; i++) {
		s->at[i] = dfa->accepts[i] ? low++ : --high;
		s->state[s->at[i]] = i;
	}
	s->nr = low && low < dfa->states ? 2 : 1;
	for (uint32_t i = low; s->nr == 2 && i < dfa->states; i++)
		s->block[s->state[i]] = 1;
	s->end[0] = s->nr == 2 ? low : dfa->states;
	s->first[1 % dfa->states] = s->nr == 2 ? low : 0;
	if (s->nr == 2) {
		s->end[1] = dfa->states;
		wait_for(s, low <= dfa->states - low ? 0 : 1);
	}
}

/* Put a state in front of those of its block that are not marked. */
static void mark(struct splitter *s, uint32_t state)
{
	uint32_t block = s->block[state], at = s->at[state];
	uint32_t to = s->first[block] + s->marked[block];

	if (at < to)
		return;
	if (!s->marked[block]++)
		s->touched[s->touched_nr++] = block;
	s->state[at] = s->state[to];
	s->at[s->state[at]] = at;
	s->state[to] = state;
	s->at[state] = to;
}

/* The smaller of marked and others becomes a block of its own. */
static void split(struct splitter *s, uint32_t block)
{
	uint32_t size = s->end[block] - s->first[block], marked = s->marked[block];
	uint32_t middle = s->first[block] + marked;

	s->marked[block] = 0;
	if (marked == size)
		return;
	if (marked <= size - marked) {
		s->first[s->nr] = s->first[block];
		s->end[s->nr] = middle;
		s->first[block] = middle;
	} else {
		s->first[s->nr] = middle;
		s->end[s->nr] = s->end[block];
		s->end[block] = middle;
	}
	for (uint32_t i = s->first[s->nr]; i < s->end[s->nr]; i++)
		s->block[s->state[i]] = s->nr;
	wait_for(s, s->nr++);
}

static void split_all(struct splitter *s, uint32_t *members)
{
	uint32_t n = s->dfa->states, k = s->dfa->classes;

	while (s->todo_nr) {
		uint32_t cell = s->todo[--s->todo_nr], block = cell / k, nr = 0;

		s->waits[cell] = false;
		/* The block itself may be split by this. */
		for (uint32_t i = s->first[block]; i < s->end[block]; i++)
			members[nr++] = s->state[i];
		s->touched_nr = 0;
		for (uint32_t i = 0; i < nr; i++) {
			uint32_t list = cell % k * n + members[i];

			for (uint32_t j = s->from[list]; j < s->from[list + 1]; j++)
				mark(s, s->source[j]);
		}
		for (uint32_t i = 0; i < s->touched_nr; i++)
			split(s, s->touched[i]);
	}
}

/* Each block becomes a state, in a table as wide as before. */
static int join(struct re_dfa *dfa, const struct splitter *s, uint32_t *start,
		struct re_err *err)
{
	uint32_t k = dfa->classes;
	uint32_t *next = calloc((size_t)s->nr * k, sizeof(*next));
	bool *accepts = calloc(s->nr, sizeof(*accepts));

	if (!next || !accepts) {
		free(next);
		free(accepts);
		return mapi_re_no_memory(err);
	}
	for (uint32_t i = 0; i < s->nr; i++) {
		uint32_t state = s->state[s->first[i]];

		accepts[i] = dfa->accepts[state];
		for (uint32_t cls = 0; cls < k; cls++)
			next[i * k + cls] = s->block[dfa->next[state * k + cls]];
	}
	*start = s->block[0];
	free(dfa->next);
	free(dfa->accepts);
	dfa->next = next;
	dfa->accepts = accepts;
	dfa->states = s->nr;
	return 0;
}

static bool same_column(const struct re_dfa *dfa, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < dfa->states * dfa->classes; i += dfa->classes)
		if (dfa->next[i + a] != dfa->next[i + b])
			return false;
	return true;
}

/* Classes that lead to the same from everywhere are one, numbered by first byte. */
static void join_classes(struct re_dfa *dfa)
{
	uint32_t kept[256], to[256], nr = 0, k = dfa->classes;
	bool seen[256] = { false };

	for (int c = 0; c < 256; c++) {
		uint32_t cls = dfa->cls[c], i;

		if (!seen[cls]) {
			seen[cls] = true;
			for (i = 0; i < nr && !same_column(dfa, kept[i], cls); i++)
				;
			if (i == nr)
				kept[nr++] = cls;
			to[cls] = i;
		}
		dfa->cls[c] = to[cls];
	}
	for (uint32_t i = 0; i < dfa->states; i++) {
		uint32_t row[256];

		for (uint32_t cls = 0; cls < nr; cls++)
			row[cls] = dfa->next[i * k + kept[cls]];
		memcpy(dfa->next + i * nr, row, nr * sizeof(*row));
	}
	dfa->classes = nr;
}

static bool is_left(const struct re_dfa *dfa, uint32_t state)
{
	for (uint32_t cls = 0; cls < dfa->classes; cls++)
		if (dfa->next[state * dfa->classes + cls] != state)
			return true;
	return false;
}

/* States in the order in which @start comes to them, those never left last. */
static uint32_t put_in_order(struct re_dfa *dfa, uint32_t start, uint32_t *order)
{
	uint32_t k = dfa->classes, nr = 0, live = 0;
	bool *seen = calloc(dfa->states, sizeof(*seen));
	uint32_t *found = calloc(dfa->states, sizeof(*found));

	if (!seen || !found)
		goto out;
	found[nr++] = start;
	seen[start] = true;
	for (uint32_t i = 0; i < nr; i++) {
		for (uint32_t cls = 0; cls < k; cls++) {
			uint32_t to = dfa->next[found[i] * k + cls];

			if (!seen[to])
				found[nr++] = to;
			seen[to] = true;
		}
	}
	for (uint32_t i = 0; i < nr; i++)
		if (is_left(dfa, found[i]))
			order[live++] = found[i];
	dfa->live = live;
	for (uint32_t i = 0; i < nr; i++)
		if (!is_left(dfa, found[i]))
			order[live++] = found[i];
out:
	free(seen);
	free(found);
	return nr;
}

static int renumber(struct re_dfa *dfa, uint32_t start, struct re_err *err)
{
	uint32_t k = dfa->classes, n = dfa->states, nr = 0;
	uint32_t *order = calloc(n, sizeof(*order));
	uint32_t *number = calloc(n, sizeof(*number));
	uint32_t *next = calloc((size_t)n * k, sizeof(*next));
	bool *accepts = calloc(n, sizeof(*accepts));

	if (order && number && next && accepts)
		nr = put_in_order(dfa, start, order);
	for (uint32_t i = 0; i < nr; i++)
		number[order[i]] = i;
	for (uint32_t i = 0; i < nr; i++) {
		accepts[i] = dfa->accepts[order[i]];
		for (uint32_t cls = 0; cls < k; cls++)
			next[i * k + cls] = number[dfa->next[order[i] * k + cls]];
	}
	free(order);
	free(number);
	free(dfa->next);
	free(dfa->accepts);
	dfa->next = next;
	dfa->accepts = accepts;
	dfa->states = nr;
	return nr ? 0 : mapi_re_no_memory(err);
}

int mapi_re_dfa_minimise(struct re_dfa *dfa, struct re_err *err)
{
	struct splitter s = { .dfa = dfa };
	uint32_t *members = calloc(dfa->states, sizeof(*members));
	uint32_t start = 0;
	int ret = -1;

	if (!allocate(&s, err) && members) {
		invert(&s);
		begin(&s);
		split_all(&s, members);
		ret = join(dfa, &s, &start, err);
	} else {
		mapi_re_no_memory(err);
	}
	release(&s);
	free(members);
	if (ret)
		return -1;
	join_classes(dfa);
	return renumber(dfa, start, err);
}
