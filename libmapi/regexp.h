/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions, from the pattern to the automaton that the kernel runs:
 *
 *	pattern -> tree (regexp_parse.c, regexp_class.c)
 *		-> automaton whose states are guesses (regexp_nfa.c)
 *		-> automaton of sets of them, which guesses no more (regexp_dfa.c)
 *		-> the smallest that does the same (regexp_minimal.c)
 *		-> struct mapi_regexp (regexp_blob.c)
 *
 * Patterns come from anybody: time and memory of each step are bounded.
 */
#ifndef MAPI_REGEXP_H
#define MAPI_REGEXP_H

#include <linux/mapi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a pattern is refused. */
struct re_err {
	char text[160];
};

/* Return: -1, the text filled. */
int mapi_re_fail(struct re_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int mapi_re_no_memory(struct re_err *err);

/* A set of bytes. */
struct re_set {
	uint64_t bits[4];
};

static inline bool re_set_has(const struct re_set *set, unsigned int byte)
{
	return set->bits[byte / 64] >> byte % 64 & 1;
}

static inline void re_set_add(struct re_set *set, unsigned int byte)
{
	set->bits[byte / 64] |= 1ULL << byte % 64;
}

enum re_kind {
	RE_BYTE,	/* one of a set */
	RE_BEGIN,	/* ^ \A */
	RE_END,		/* \z */
	RE_LINE_END,	/* $ \Z: the end, or a newline and the end */
	RE_SEQUENCE,
	RE_CHOICE,
	RE_REPEAT,
};

#define RE_FOREVER	UINT32_MAX

/**
 * struct re_node - a part of a pattern
 * @kind: what it is
 * @before: the one in front of it in a RE_SEQUENCE or RE_CHOICE; 0: none
 * @last: its last part
 * @set: of RE_BYTE
 * @min: how often RE_REPEAT has @last
 * @max: and at most, or RE_FOREVER
 */
struct re_node {
	enum re_kind kind;
	uint32_t before;
	uint32_t last;
	uint32_t min;
	uint32_t max;
	struct re_set set;
};

/**
 * struct re_tree - a pattern
 * @nodes: its parts; none is number 0
 * @nr: their number
 * @room: for so many there is room
 * @root: all of it
 */
struct re_tree {
	struct re_node *nodes;
	uint32_t nr;
	uint32_t room;
	uint32_t root;
};

/* @tree is empty, and to be freed in every case. Return: 0 or -1, as all below. */
int mapi_re_parse(const char *pattern, struct re_tree *tree, struct re_err *err);
void mapi_re_tree_free(struct re_tree *tree);

/* A pattern as it is read. */
struct re_parser {
	const char *begin;
	const char *p;
	struct re_tree *tree;
	struct re_err *err;
	unsigned int depth;
	bool nocase;
	bool dotall;
};

/* Return: -1; the text says where in the pattern. */
int mapi_re_refuse(struct re_parser *ps, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * mapi_re_parse_escape() - what follows a backslash, which @ps is at
 * @in_class: between [ and ]
 * @kind: set to RE_BYTE or an anchor
 * @set: set to the bytes of RE_BYTE
 *
 * Return: how many bytes are in @set, 0 for an anchor, or -1.
 */
int mapi_re_parse_escape(struct re_parser *ps, bool in_class, enum re_kind *kind,
			 struct re_set *set);

/* From [ on, which @ps is at. */
int mapi_re_parse_class(struct re_parser *ps, struct re_set *set);

/* Add what differs in case only. */
void mapi_re_set_fold(struct re_set *set);
void mapi_re_set_invert(struct re_set *set);

enum re_step {
	RE_STEP_BYTE,		/* reads one of a set, goes to out */
	RE_STEP_BOTH,		/* goes to out and other */
	RE_STEP_BEGIN,
	RE_STEP_END,
	RE_STEP_LINE_END,
	RE_STEP_MATCH,
};

struct re_nfa_state {
	enum re_step step;
	uint32_t out;
	uint32_t other;
	const struct re_set *set;	/* the tree's */
};

struct re_nfa {
	struct re_nfa_state *states;
	uint32_t nr;
	uint32_t room;
	uint32_t start;
};

int mapi_re_nfa_make(const struct re_tree *tree, struct re_nfa *nfa, struct re_err *err);
void mapi_re_nfa_free(struct re_nfa *nfa);

/**
 * struct re_dfa - an automaton that is in one state at a time, 0 at first
 * @states: their number
 * @classes: of bytes it does not tell apart
 * @next: of each state and class
 * @accepts: of each state, if what ends there matches
 * @live: once minimal: states from here on are never left
 * @cls: class of each byte
 */
struct re_dfa {
	uint32_t states;
	uint32_t classes;
	uint32_t *next;
	bool *accepts;
	uint32_t live;
	uint8_t cls[256];
};

/* What is between pattern and packet: it matches anywhere. */
int mapi_re_dfa_make(const struct re_nfa *nfa, struct re_dfa *dfa, struct re_err *err);

/*
 * The smallest that accepts the same, numbered in the order in which states are
 * come to: patterns that mean the same become the same automaton.
 */
int mapi_re_dfa_minimise(struct re_dfa *dfa, struct re_err *err);
void mapi_re_dfa_free(struct re_dfa *dfa);

/* Return: what the kernel is given, to be freed; NULL with @err filled. */
void *mapi_re_blob_make(const struct re_dfa *dfa, size_t *len, struct re_err *err);

/* All of the above. */
void *mapi_re_compile(const char *pattern, size_t *len, struct re_err *err);

#endif
