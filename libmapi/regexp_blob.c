// SPDX-License-Identifier: MIT
/*
 * The automaton as the kernel is given it. Most states lead to nearly the same as
 * another does: each says which, and in what it differs.
 */
#include <stdlib.h>
#include <string.h>

#include "regexp.h"

/* How many of the first states are tried; the one in front is, too. */
#define TRIED	16

struct writer {
	const struct re_dfa *dfa;
	struct mapi_regexp_row *rows;
	struct mapi_regexp_edge *edges;
	uint32_t nr_edges;
};

static uint32_t differences(const struct re_dfa *dfa, uint32_t a, uint32_t b)
{
	uint32_t nr = 0;

	for (uint32_t cls = 0; cls < dfa->classes; cls++)
		nr += dfa->next[a * dfa->classes + cls] !=
		      dfa->next[b * dfa->classes + cls];
	return nr;
}

/* Return: the state that @state is most like, itself if there is none. */
static uint32_t most_like(const struct re_dfa *dfa, uint32_t state)
{
	uint32_t least = dfa->classes, like = state;

	for (uint32_t i = 0; i < state; i++) {
		uint32_t nr = differences(dfa, i, state);

		if (nr < least) {
			least = nr;
			like = i;
		}
		if (i == TRIED && state - 1 > i)
			i = state - 2;
	}
	return like;
}

static void write_row(struct writer *w, uint32_t state)
{
	const struct re_dfa *dfa = w->dfa;
	uint32_t like = most_like(dfa, state), nr = 0;
	const uint32_t *own = dfa->next + state * dfa->classes;
	const uint32_t *other = dfa->next + like * dfa->classes;

	for (uint32_t cls = 0; cls < dfa->classes; cls++) {
		if (like != state && own[cls] == other[cls])
			continue;
		w->edges[w->nr_edges + nr++] = (struct mapi_regexp_edge) {
			.to = own[cls], .cls = cls,
		};
	}
	w->nr_edges += nr;
	w->rows[state].like = like;
	w->rows[state].edges = nr | (dfa->accepts[state] ? MAPI_REGEXP_F_ACCEPTS : 0);
}

static void *put_together(const struct writer *w, size_t *len)
{
	const struct re_dfa *dfa = w->dfa;
	struct mapi_regexp head = {
		.magic = MAPI_REGEXP_MAGIC,
		.states = dfa->states,
		.live = dfa->live,
		.classes = dfa->classes,
		.edges = w->nr_edges,
	};
	size_t rows = dfa->states * sizeof(*w->rows);
	size_t edges = w->nr_edges * sizeof(*w->edges);
	char *blob;

	_Static_assert(sizeof(head.cls) == sizeof(dfa->cls), "a class of each byte");
	memcpy(head.cls, dfa->cls, sizeof(head.cls));
	*len = sizeof(head) + rows + edges;
	blob = malloc(*len);
	if (!blob)
		return NULL;
	memcpy(blob, &head, sizeof(head));
	memcpy(blob + sizeof(head), w->rows, rows);
	memcpy(blob + sizeof(head) + rows, w->edges, edges);
	return blob;
}

void *mapi_re_blob_make(const struct re_dfa *dfa, size_t *len, struct re_err *err)
{
	struct writer w = { .dfa = dfa };
	void *blob = NULL;

	if (dfa->states > MAPI_REGEXP_STATES_MAX ||
	    dfa->states * (dfa->classes + 1) > MAPI_REGEXP_CELLS_MAX) {
		mapi_re_fail(err, "the pattern takes %u states, and tells apart %u kinds of bytes: too many",
			     dfa->states, dfa->classes);
		return NULL;
	}
	w.rows = calloc(dfa->states, sizeof(*w.rows));
	w.edges = calloc((size_t)dfa->states * dfa->classes, sizeof(*w.edges));
	if (w.rows && w.edges) {
		for (uint32_t i = 0; i < dfa->states; i++)
			write_row(&w, i);
		blob = put_together(&w, len);
	}
	free(w.rows);
	free(w.edges);
	if (!blob) {
		mapi_re_no_memory(err);
		return NULL;
	}
	if (*len > MAPI_BLOB_MAX) {
		mapi_re_fail(err, "the pattern takes a table of %zu bytes, more than %u",
			     *len, MAPI_BLOB_MAX);
		free(blob);
		return NULL;
	}
	return blob;
}

void *mapi_re_compile(const char *pattern, size_t *len, struct re_err *err)
{
	struct re_tree tree = { 0 };
	struct re_nfa nfa = { 0 };
	struct re_dfa dfa = { 0 };
	void *blob = NULL;

	if (!mapi_re_parse(pattern, &tree, err) && !mapi_re_nfa_make(&tree, &nfa, err) &&
	    !mapi_re_dfa_make(&nfa, &dfa, err) && !mapi_re_dfa_minimise(&dfa, err))
		blob = mapi_re_blob_make(&dfa, len, err);
	mapi_re_tree_free(&tree);
	mapi_re_nfa_free(&nfa);
	mapi_re_dfa_free(&dfa);
	return blob;
}
