// SPDX-License-Identifier: MIT
/*
 * A tree becomes an automaton that may go several ways at a time (Thompson's).
 * It is made from the end: each part knows what follows it.
 */
#include <stdlib.h>

#include "regexp.h"

#define STATES_MAX	32768

struct maker {
	const struct re_tree *tree;
	struct re_nfa *nfa;
	struct re_err *err;
};

static int put(struct maker *m, enum re_step step, uint32_t out, uint32_t other,
	       uint32_t *state)
{
	struct re_nfa *nfa = m->nfa;

	if (nfa->nr == STATES_MAX)
		return mapi_re_fail(m->err, "the pattern is too large, with all repetitions");
	if (nfa->nr == nfa->room) {
		uint32_t room = nfa->room ? 2 * nfa->room : 64;
		struct re_nfa_state *states = realloc(nfa->states,
						      room * sizeof(*states));

		if (!states)
			return mapi_re_no_memory(m->err);
		nfa->states = states;
		nfa->room = room;
	}
	*state = nfa->nr++;
	nfa->states[*state] = (struct re_nfa_state) {
		.step = step, .out = out, .other = other,
	};
	return 0;
}

/* @state becomes where @node begins, if @next follows it. */
static int make(struct maker *m, uint32_t node, uint32_t next, uint32_t *state);

static int make_sequence(struct maker *m, uint32_t node, uint32_t next,
			 uint32_t *state)
{
	uint32_t part = m->tree->nodes[node].last;

	/* What is empty takes a state: so each repetition does, and they are bounded. */
	if (!part)
		return put(m, RE_STEP_BOTH, next, next, state);
	for (; part; part = m->tree->nodes[part].before) {
		if (make(m, part, next, state))
			return -1;
		next = *state;
	}
	return 0;
}

static int make_choice(struct maker *m, uint32_t node, uint32_t next,
		       uint32_t *state)
{
	uint32_t part = m->tree->nodes[node].last, begin;

	if (make(m, part, next, state))
		return -1;
	while ((part = m->tree->nodes[part].before)) {
		if (make(m, part, next, &begin) ||
		    put(m, RE_STEP_BOTH, begin, *state, state))
			return -1;
	}
	return 0;
}

static int make_forever(struct maker *m, uint32_t part, uint32_t next,
			uint32_t *state)
{
	uint32_t begin;

	if (put(m, RE_STEP_BOTH, next, next, state) ||
	    make(m, part, *state, &begin))
		return -1;
	m->nfa->states[*state].out = begin;
	return 0;
}

static int make_repeat(struct maker *m, const struct re_node *node, uint32_t next,
		       uint32_t *state)
{
	uint32_t at = next, i, begin;

	if (!node->max)
		return put(m, RE_STEP_BOTH, next, next, state);
	if (node->max == RE_FOREVER) {
		if (make_forever(m, node->last, next, &at))
			return -1;
	} else {
		for (i = node->min; i < node->max; i++)
			if (make(m, node->last, at, &begin) ||
			    put(m, RE_STEP_BOTH, begin, next, &at))
				return -1;
	}
	for (i = 0; i < node->min; i++)
		if (make(m, node->last, at, &at))
			return -1;
	*state = at;
	return 0;
}

static int make(struct maker *m, uint32_t node, uint32_t next, uint32_t *state)
{
	const struct re_node *n = &m->tree->nodes[node];

	switch (n->kind) {
	case RE_BYTE:
		if (put(m, RE_STEP_BYTE, next, next, state))
			return -1;
		m->nfa->states[*state].set = &n->set;
		return 0;
	case RE_BEGIN:
		return put(m, RE_STEP_BEGIN, next, next, state);
	case RE_END:
		return put(m, RE_STEP_END, next, next, state);
	case RE_LINE_END:
		return put(m, RE_STEP_LINE_END, next, next, state);
	case RE_SEQUENCE:
		return make_sequence(m, node, next, state);
	case RE_CHOICE:
		return make_choice(m, node, next, state);
	default:
		return make_repeat(m, n, next, state);
	}
}

int mapi_re_nfa_make(const struct re_tree *tree, struct re_nfa *nfa, struct re_err *err)
{
	struct maker m = { .tree = tree, .nfa = nfa, .err = err };
	uint32_t match;

	if (put(&m, RE_STEP_MATCH, 0, 0, &match))
		return -1;
	return make(&m, tree->root, match, &nfa->start);
}

void mapi_re_nfa_free(struct re_nfa *nfa)
{
	free(nfa->states);
}
