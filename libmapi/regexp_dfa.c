// SPDX-License-Identifier: MIT
/*
 * All ways that an automaton may go at a time become one state (the subset
 * construction), for all of a packet: a match may begin at any byte, and what
 * follows it does not matter.
 *
 * A way is a state of the automaton and what was promised of the rest of the
 * packet: $ promises that it is a newline at most.
 *
 * At any byte a match may begin, so what it begins with is part of every state:
 * these ways are implied, and kept once.
 */
#include <stdlib.h>
#include <string.h>

#include "regexp.h"

/* Before the smallest automaton is known there may be more states. */
#define STATES_MAX	(4 * MAPI_REGEXP_STATES_MAX)
#define CELLS_MAX	(4 * MAPI_REGEXP_CELLS_MAX)
#define WAYS_MAX	(4U << 20)	/* of all states */
#define WORK_MAX	(100U << 20)	/* ways looked at: a second at most */
#define HASH_SIZE	(4 * STATES_MAX)

enum rest { REST_ANY, REST_NEWLINE, REST_NONE, REST_NR };

#define WAY(state, rest)	((state) * REST_NR + (rest))

/* Not a set of ways: there was a match. */
#define MATCHED		1U

struct ways {
	uint32_t *way;
	uint32_t nr;
};

/**
 * struct maker - the automaton in the making
 * @nfa: what it is made of
 * @nways: ways that there are
 * @work: ways looked at so far
 * @seen: by way, the last walk that came there
 * @walk: number of this walk
 * @stack: where it still has to go
 * @found: what it came to, @nways at most
 * @matched: it came to a match
 * @implied: by way
 * @always: those that are
 * @always_ends: they match if the packet ends
 * @at_once: nothing has to be read for a match
 * @moves: of each class, what follows the implied ways
 * @move_matched: or a match
 * @byte_of: the first byte of each class
 * @newline: the class of \n
 * @pool: the ways of all states
 * @sets: of each state, in it
 * @hash: states, 0: none
 */
struct maker {
	const struct re_nfa *nfa;
	struct re_dfa *dfa;
	struct re_err *err;
	uint32_t nways;
	uint32_t work;
	uint32_t *seen;
	uint32_t walk;
	uint32_t *stack;
	struct ways found;
	bool matched;
	bool *implied;
	struct ways always;
	bool always_ends;
	bool at_once;
	struct ways moves[256];
	bool move_matched[256];
	uint8_t byte_of[256];
	uint32_t newline;
	uint32_t *pool;
	uint32_t pool_nr;
	struct {
		uint32_t at;
		uint32_t nr;
	} *sets;
	uint32_t *hash;
};

/*
 * Bytes that no set tells apart are of one class, numbered by their first. The
 * newline is alone, as $ knows it.
 */
static void make_classes(struct maker *m)
{
	struct re_dfa *dfa = m->dfa;
	uint32_t nr = 1;

	memset(dfa->cls, 0, sizeof(dfa->cls));
	for (uint32_t i = 0; i <= m->nfa->nr && nr < 256; i++) {
		struct re_set newline = { 0 };
		const struct re_set *set = &newline;
		int with[256], was[256];

		re_set_add(&newline, '\n');
		if (i < m->nfa->nr)
			set = m->nfa->states[i].set;
		if (!set)
			continue;
		/* A class whose bytes are in and out of the set becomes two. */
		memset(with, -1, sizeof(with));
		memset(was, -1, sizeof(was));
		for (int c = 0; c < 256; c++) {
			int cls = dfa->cls[c], in = re_set_has(set, c);

			if (was[cls] < 0)
				was[cls] = in;
			if (was[cls] == in)
				continue;
			if (with[cls] < 0)
				with[cls] = nr++;
			dfa->cls[c] = with[cls];
		}
	}
	for (int c = 255; c >= 0; c--)
		m->byte_of[dfa->cls[c]] = c;
	dfa->classes = nr;
	m->newline = dfa->cls['\n'];
}

static int too_much(struct maker *m)
{
	return mapi_re_fail(m->err, "the pattern takes too much time or memory to prepare");
}

/* Count @nr ways that are looked at. Return: 0 if they may be. */
static int spend(struct maker *m, uint32_t nr)
{
	if (nr > WORK_MAX - m->work)
		return too_much(m);
	m->work += nr;
	return 0;
}

/*
 * A walk: from where push() was called to what reads a byte, waits for the end,
 * or is a match.
 */
static void begin_walk(struct maker *m)
{
	m->walk++;
	m->found.nr = 0;
	m->matched = false;
}

static void push(struct maker *m, uint32_t *depth, uint32_t state, enum rest rest)
{
	uint32_t way = WAY(state, rest);

	if (m->seen[way] == m->walk)
		return;
	m->seen[way] = m->walk;
	m->stack[(*depth)++] = way;
}

static void keep(struct maker *m, uint32_t way)
{
	m->found.way[m->found.nr++] = way;
}

/* @at_begin: no byte was read yet. */
static void step(struct maker *m, uint32_t *depth, uint32_t way, bool at_begin)
{
	const struct re_nfa_state *state = &m->nfa->states[way / REST_NR];
	enum rest rest = way % REST_NR;

	switch (state->step) {
	case RE_STEP_BYTE:
		if (rest == REST_ANY ||
		    (rest == REST_NEWLINE && re_set_has(state->set, '\n')))
			keep(m, way);
		break;
	case RE_STEP_BOTH:
		push(m, depth, state->out, rest);
		push(m, depth, state->other, rest);
		break;
	case RE_STEP_BEGIN:
		if (at_begin)
			push(m, depth, state->out, rest);
		break;
	case RE_STEP_END:
		if (rest == REST_ANY)
			keep(m, way);
		else if (rest == REST_NONE)
			push(m, depth, state->out, rest);
		break;
	case RE_STEP_LINE_END:
		if (rest == REST_ANY) {
			keep(m, way);
			push(m, depth, state->out, REST_NEWLINE);
		} else {
			push(m, depth, state->out, rest);
		}
		break;
	case RE_STEP_MATCH:
		if (rest == REST_ANY)
			m->matched = true;
		else
			keep(m, way);
	}
}

/* To the end of the walk; what is implied needs no second visit. */
static int walk(struct maker *m, uint32_t depth, bool at_begin, bool all)
{
	while (depth) {
		uint32_t way = m->stack[--depth];

		if (spend(m, 1))
			return -1;
		if (all || !m->implied[way])
			step(m, &depth, way, at_begin);
	}
	return 0;
}

/* Whether ways match if nothing follows. */
static int end_matches(struct maker *m, const struct ways *ways, bool at_begin,
		       bool *matches)
{
	uint32_t depth = 0;

	*matches = false;
	/* What was found is what is asked about. */
	m->walk++;
	for (uint32_t i = 0; i < ways->nr; i++) {
		const struct re_nfa_state *state =
			&m->nfa->states[ways->way[i] / REST_NR];
		enum rest rest = ways->way[i] % REST_NR;

		if (state->step == RE_STEP_MATCH && rest == REST_NONE)
			*matches = true;
		if (rest == REST_ANY && (state->step == RE_STEP_END ||
					 state->step == RE_STEP_LINE_END))
			push(m, &depth, state->out, REST_NONE);
	}
	while (depth) {
		uint32_t way = m->stack[--depth];
		const struct re_nfa_state *state = &m->nfa->states[way / REST_NR];

		if (spend(m, 1))
			return -1;
		/* At the end, all that is left to be kept is a match. */
		if (state->step == RE_STEP_MATCH)
			*matches = true;
		else
			step(m, &depth, way, at_begin);
	}
	return 0;
}

/* Where ways lead to with a byte of class @cls, to be walked from. */
static int move(struct maker *m, const uint32_t *ways, uint32_t nr, uint32_t cls,
		uint32_t *depth)
{
	if (spend(m, nr))
		return -1;
	for (uint32_t i = 0; i < nr; i++) {
		uint32_t number = ways[i] / REST_NR;
		enum rest rest = ways[i] % REST_NR;
		const struct re_nfa_state *state = &m->nfa->states[number];

		if (rest == REST_NONE || (rest == REST_NEWLINE && cls != m->newline))
			continue;
		rest = rest == REST_NEWLINE ? REST_NONE : REST_ANY;
		if (state->step == RE_STEP_MATCH)
			push(m, depth, number, rest);
		else if (state->step == RE_STEP_BYTE &&
			 re_set_has(state->set, m->byte_of[cls]))
			push(m, depth, state->out, rest);
	}
	return 0;
}

static int save(struct maker *m, struct ways *ways)
{
	size_t bytes = m->found.nr * sizeof(*ways->way);

	ways->nr = m->found.nr;
	ways->way = malloc(bytes ? bytes : 1);
	if (!ways->way)
		return mapi_re_no_memory(m->err);
	memcpy(ways->way, m->found.way, bytes);
	return 0;
}

/* What every state has, and what it leads to. */
static int make_always(struct maker *m)
{
	uint32_t depth = 0;

	begin_walk(m);
	push(m, &depth, m->nfa->start, REST_ANY);
	if (walk(m, depth, false, true) || save(m, &m->always))
		return -1;
	if (m->matched) {
		m->at_once = true;
		return 0;
	}
	if (end_matches(m, &m->always, false, &m->always_ends))
		return -1;
	for (uint32_t i = 0; i < m->always.nr; i++)
		m->implied[m->always.way[i]] = true;
	for (uint32_t cls = 0; cls < m->dfa->classes; cls++) {
		depth = 0;
		begin_walk(m);
		if (move(m, m->always.way, m->always.nr, cls, &depth) ||
		    walk(m, depth, false, false) || save(m, &m->moves[cls]))
			return -1;
		m->move_matched[cls] = m->matched;
	}
	return 0;
}

/* The ways that were found become a state's. */
static int new_state(struct maker *m)
{
	struct re_dfa *dfa = m->dfa;
	struct ways *found = &m->found;
	bool ends;

	if (dfa->states == STATES_MAX || (dfa->states + 1) * dfa->classes > CELLS_MAX)
		return mapi_re_fail(m->err, "the pattern takes too many states: %u is the most",
				    MAPI_REGEXP_STATES_MAX);
	if (found->nr > WAYS_MAX - m->pool_nr)
		return too_much(m);
	if (end_matches(m, found, false, &ends))
		return -1;
	memcpy(m->pool + m->pool_nr, found->way, found->nr * sizeof(*found->way));
	m->sets[dfa->states].at = m->pool_nr;
	m->sets[dfa->states].nr = found->nr;
	m->pool_nr += found->nr;
	dfa->accepts[dfa->states++] = ends || m->always_ends;
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* @state becomes the one of the ways that were found. */
static int find_state(struct maker *m, uint32_t *state)
{
	struct ways *found = &m->found;
	uint32_t hash = 2166136261, slot;

	/* To sort them is what costs most. */
	if (spend(m, 8 * found->nr))
		return -1;
	qsort(found->way, found->nr, sizeof(*found->way), compare);
	for (uint32_t i = 0; i < found->nr; i++)
		hash = (hash ^ found->way[i]) * 16777619;
	hash ^= hash >> 15;
	for (slot = hash % HASH_SIZE; m->hash[slot]; slot = (slot + 1) % HASH_SIZE) {
		*state = m->hash[slot];
		if (m->sets[*state].nr == found->nr &&
		    !memcmp(m->pool + m->sets[*state].at, found->way,
			    found->nr * sizeof(*found->way)))
			return 0;
	}
	*state = m->dfa->states;
	m->hash[slot] = *state;
	return new_state(m);
}

/* What follows @state with a byte of class @cls. */
static int follow(struct maker *m, uint32_t state, uint32_t cls, uint32_t *next)
{
	const struct ways *always = &m->moves[cls];
	uint32_t depth = 0;

	*next = MATCHED;
	if (m->move_matched[cls])
		return 0;
	begin_walk(m);
	if (move(m, m->pool + m->sets[state].at, m->sets[state].nr, cls, &depth) ||
	    walk(m, depth, false, false))
		return -1;
	if (m->matched)
		return 0;
	if (spend(m, always->nr))
		return -1;
	for (uint32_t i = 0; i < always->nr; i++) {
		if (m->seen[always->way[i]] == m->walk)
			continue;
		keep(m, always->way[i]);
	}
	return find_state(m, next);
}

/* The state in front of the first byte, which is like no other. */
static int make_first(struct maker *m)
{
	uint32_t depth = 0, nr = 0;
	bool ends;

	begin_walk(m);
	push(m, &depth, m->nfa->start, REST_ANY);
	if (walk(m, depth, true, true))
		return -1;
	/* What is implied, too, leads further here: $^ matches if nothing follows. */
	if (end_matches(m, &m->found, true, &ends))
		return -1;
	m->at_once = m->at_once || m->matched;
	for (uint32_t i = 0; i < m->found.nr; i++)
		if (!m->implied[m->found.way[i]])
			m->found.way[nr++] = m->found.way[i];
	m->found.nr = nr;
	if (new_state(m))
		return -1;
	m->dfa->accepts[0] = ends;
	return 0;
}

static void lead_to_match(struct re_dfa *dfa, uint32_t state)
{
	for (uint32_t cls = 0; cls < dfa->classes; cls++)
		dfa->next[state * dfa->classes + cls] = MATCHED;
	dfa->accepts[state] = true;
}

static int make_states(struct maker *m)
{
	struct re_dfa *dfa = m->dfa;

	if (make_always(m) || make_first(m))
		return -1;
	/* Number 1, which is MATCHED. */
	begin_walk(m);
	if (new_state(m))
		return -1;
	lead_to_match(dfa, MATCHED);
	if (m->at_once) {
		lead_to_match(dfa, 0);
		return 0;
	}
	for (uint32_t state = 0; state < dfa->states; state++)
		for (uint32_t cls = 0; state != MATCHED && cls < dfa->classes; cls++)
			if (follow(m, state, cls,
				   &dfa->next[state * dfa->classes + cls]))
				return -1;
	return 0;
}

/* What is not used is not there: the system gives memory when it is written to. */
static int allocate(struct maker *m)
{
	struct re_dfa *dfa = m->dfa;

	m->nways = m->nfa->nr * REST_NR;
	m->seen = calloc(m->nways, sizeof(*m->seen));
	m->stack = calloc(m->nways, sizeof(*m->stack));
	m->found.way = calloc(m->nways, sizeof(*m->found.way));
	m->implied = calloc(m->nways, sizeof(*m->implied));
	m->pool = malloc(WAYS_MAX * sizeof(*m->pool));
	m->sets = malloc(STATES_MAX * sizeof(*m->sets));
	m->hash = calloc(HASH_SIZE, sizeof(*m->hash));
	dfa->next = malloc(CELLS_MAX * sizeof(*dfa->next));
	dfa->accepts = malloc(STATES_MAX * sizeof(*dfa->accepts));
	if (m->seen && m->stack && m->found.way && m->implied && m->pool &&
	    m->sets && m->hash && dfa->next && dfa->accepts)
		return 0;
	return mapi_re_no_memory(m->err);
}

static void release(struct maker *m)
{
	free(m->seen);
	free(m->stack);
	free(m->found.way);
	free(m->implied);
	free(m->always.way);
	for (int i = 0; i < 256; i++)
		free(m->moves[i].way);
	free(m->pool);
	free(m->sets);
	free(m->hash);
}

int mapi_re_dfa_make(const struct re_nfa *nfa, struct re_dfa *dfa, struct re_err *err)
{
	struct maker *m = calloc(1, sizeof(*m));
	int ret;

	if (!m)
		return mapi_re_no_memory(err);
	m->nfa = nfa;
	m->dfa = dfa;
	m->err = err;
	make_classes(m);
	ret = allocate(m) || make_states(m) ? -1 : 0;
	release(m);
	free(m);
	return ret;
}

void mapi_re_dfa_free(struct re_dfa *dfa)
{
	free(dfa->next);
	free(dfa->accepts);
}
