// SPDX-License-Identifier: MIT
/*
 * Patterns as PCRE has them become trees, as far as they are regular: what needs
 * to remember what was matched, or to look around, is refused by name.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regexp.h"

#define DEPTH_MAX	200	/* groups in groups: this is a recursion */
#define REPEAT_MAX	65535	/* PCRE's */

int mapi_re_fail(struct re_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int mapi_re_no_memory(struct re_err *err)
{
	return mapi_re_fail(err, "out of memory");
}

int mapi_re_refuse(struct re_parser *ps, const char *fmt, ...)
{
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return mapi_re_fail(ps->err, "at character %td: %s", ps->p - ps->begin + 1, what);
}

/* Return: its number, 0 without memory. */
static uint32_t new_node(struct re_parser *ps, enum re_kind kind)
{
	struct re_tree *tree = ps->tree;

	if (tree->nr == tree->room) {
		uint32_t room = tree->room ? 2 * tree->room : 64;
		struct re_node *nodes = realloc(tree->nodes, room * sizeof(*nodes));

		if (!nodes) {
			mapi_re_no_memory(ps->err);
			return 0;
		}
		tree->nodes = nodes;
		tree->room = room;
		/* Number 0 is none. */
		if (!tree->nr)
			tree->nr = 1;
	}
	tree->nodes[tree->nr] = (struct re_node) { .kind = kind };
	return tree->nr++;
}

static int parse_choice(struct re_parser *ps, uint32_t *node);

static bool begins_with(struct re_parser *ps, const char *text)
{
	return !strncmp(ps->p, text, strlen(text));
}

/* (?i) (?-s) (?is: and the like; ps->p is behind (?. */
static int parse_flags(struct re_parser *ps)
{
	bool on = true;

	for (;; ps->p++) {
		switch (*ps->p) {
		case 'i':
			ps->nocase = on;
			break;
		case 's':
			ps->dotall = on;
			break;
		case '-':
			if (!on)
				return mapi_re_refuse(ps, "a second - among flags");
			on = false;
			break;
		case ':':
		case ')':
			return 0;
		case '\0':
			return mapi_re_refuse(ps, "a ( has no partner");
		default:
			return mapi_re_refuse(ps, "(?%c: of flags, only i and s are supported",
					      isprint((unsigned char)*ps->p) ? *ps->p : '.');
		}
	}
}

/* A name between ( and what closes it; ps->p is at the latter's partner. */
static int skip_name(struct re_parser *ps)
{
	char close = *ps->p == '<' ? '>' : '\'';
	const char *name = ++ps->p;

	if (isdigit((unsigned char)*name))
		return mapi_re_refuse(ps, "the name of a group begins with a digit");
	while (isalnum((unsigned char)*ps->p) || *ps->p == '_')
		ps->p++;
	if (ps->p == name || *ps->p != close)
		return mapi_re_refuse(ps, "a group's name is not one");
	ps->p++;
	return 0;
}

/* What there is behind (? that no automaton can do. */
static int refuse_group(struct re_parser *ps)
{
	static const struct {
		const char *begins;
		const char *what;
	} groups[] = {
		{ "=", "look-ahead (?= is not supported" },
		{ "!", "negative look-ahead (?! is not supported" },
		{ "<=", "look-behind (?<= is not supported" },
		{ "<!", "negative look-behind (?<! is not supported" },
		{ ">", "atomic group (?> is not supported" },
		{ "(", "condition (?( is not supported" },
		{ "R", "recursion (?R) is no regular language" },
		{ "&", "recursion (?&name) is no regular language" },
		{ "P>", "recursion (?P>name) is no regular language" },
		{ "P=", "back-reference (?P=name) is no regular language" },
		{ "C", "callout (?C) is not supported" },
		{ "+", "recursion (?+n) is no regular language" },
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (begins_with(ps, groups[i].begins))
			return mapi_re_refuse(ps, "%s", groups[i].what);
	if (isdigit((unsigned char)*ps->p) ||
	    (*ps->p == '-' && isdigit((unsigned char)ps->p[1])))
		return mapi_re_refuse(ps, "recursion (?n) is no regular language");
	return 0;
}

/*
 * What is between ( and what is in the group. Return: 1 if there is nothing in
 * it, as it is a comment or changes flags of what follows; ps->p is at its ).
 */
static int parse_group_begin(struct re_parser *ps)
{
	if (*ps->p == '*')
		return mapi_re_refuse(ps, "verb (* is not supported");
	if (*ps->p != '?')
		return 0;
	ps->p++;
	if (*ps->p == '#') {
		ps->p += strcspn(ps->p, ")");
		return 1;
	}
	if (refuse_group(ps))
		return -1;
	if (*ps->p == '|') {
		ps->p++;
		return 0;
	}
	if (begins_with(ps, "P<"))
		ps->p++;
	if (*ps->p == '<' || *ps->p == '\'')
		return skip_name(ps);
	if (parse_flags(ps))
		return -1;
	if (*ps->p == ')')
		return 1;
	ps->p++;
	return 0;
}

/* From ( on. @node stays 0 if it is nothing that can match. */
static int parse_group(struct re_parser *ps, uint32_t *node)
{
	bool nocase = ps->nocase, dotall = ps->dotall;
	const char *begin = ps->p++;
	int ret = parse_group_begin(ps);

	if (ret < 0)
		return -1;
	if (!ret) {
		if (ps->depth == DEPTH_MAX)
			return mapi_re_refuse(ps, "more than %d groups in each other",
					      DEPTH_MAX);
		ps->depth++;
		if (parse_choice(ps, node))
			return -1;
		ps->depth--;
		ps->nocase = nocase;
		ps->dotall = dotall;
	}
	if (*ps->p != ')') {
		ps->p = begin;
		return mapi_re_refuse(ps, "a ( has no partner");
	}
	ps->p++;
	return 0;
}

static int put_set(struct re_parser *ps, const struct re_set *set, uint32_t *node)
{
	*node = new_node(ps, RE_BYTE);
	if (!*node)
		return -1;
	ps->tree->nodes[*node].set = *set;
	return 0;
}

static int put_anchor(struct re_parser *ps, enum re_kind kind, uint32_t *node)
{
	*node = new_node(ps, kind);
	return *node ? 0 : -1;
}

static int parse_escaped(struct re_parser *ps, uint32_t *node)
{
	struct re_set set = { 0 };
	enum re_kind kind;

	if (mapi_re_parse_escape(ps, false, &kind, &set) < 0)
		return -1;
	if (kind != RE_BYTE)
		return put_anchor(ps, kind, node);
	if (ps->nocase)
		mapi_re_set_fold(&set);
	return put_set(ps, &set, node);
}

/* {n} {n,} {n,m}. Return: it is one. */
static bool read_counts(struct re_parser *ps, unsigned long *min,
			unsigned long *max)
{
	const char *p = ps->p + 1;
	char *end;

	if (!isdigit((unsigned char)*p))
		return false;
	*min = *max = strtoul(p, &end, 10);
	if (*end == ',') {
		p = end + 1;
		*max = RE_FOREVER;
		end = (char *)p;
		if (isdigit((unsigned char)*p))
			*max = strtoul(p, &end, 10);
		/* Written out, it is none that may be. */
		if (end != p && *max == RE_FOREVER)
			--*max;
	}
	if (*end != '}')
		return false;
	ps->p = end + 1;
	return true;
}

/* {,n} was itself in PCRE for long, and is a quantifier now. */
static bool unclear_counts(const struct re_parser *ps)
{
	const char *p = ps->p;

	if (p[0] != '{' || p[1] != ',' || !isdigit((unsigned char)p[2]))
		return false;
	p += 2;
	p += strspn(p, "0123456789");
	return *p == '}';
}

/* Return: 1 if there is one, 0 if not, -1. */
static int parse_quantifier(struct re_parser *ps, uint32_t *min, uint32_t *max)
{
	unsigned long least = 0, most = RE_FOREVER;
	const char *begin = ps->p;

	switch (*ps->p) {
	case '*':
		ps->p++;
		break;
	case '+':
		least = 1;
		ps->p++;
		break;
	case '?':
		most = 1;
		ps->p++;
		break;
	case '{':
		if (unclear_counts(ps))
			return mapi_re_refuse(ps, "write {0,n} for {,n}");
		if (!read_counts(ps, &least, &most))
			return 0;
		break;
	default:
		return 0;
	}
	if (least > REPEAT_MAX || (most != RE_FOREVER && most > REPEAT_MAX)) {
		ps->p = begin;
		return mapi_re_refuse(ps, "more than %d repetitions", REPEAT_MAX);
	}
	if (least > most) {
		ps->p = begin;
		return mapi_re_refuse(ps, "numbers of repetitions are in the wrong order");
	}
	*min = least;
	*max = most;
	return 1;
}

/* Return: 1 if what follows is one or not clear, 0 if not. */
static int quantifier_follows(struct re_parser *ps)
{
	struct re_parser look = *ps;
	struct re_err err;
	uint32_t min, max;

	look.err = &err;
	return parse_quantifier(&look, &min, &max) != 0;
}

/* Quantifiers behind @node, which they replace. */
static int parse_repeat(struct re_parser *ps, uint32_t *node)
{
	enum re_kind kind = *node ? ps->tree->nodes[*node].kind : RE_BEGIN;
	uint32_t min, max, repeat;
	int ret;

	if (quantifier_follows(ps) &&
	    (kind == RE_BEGIN || kind == RE_END || kind == RE_LINE_END))
		return mapi_re_refuse(ps, "there is nothing to repeat");
	ret = parse_quantifier(ps, &min, &max);
	if (ret <= 0)
		return ret;
	if (*ps->p == '+')
		return mapi_re_refuse(ps, "possessive quantifiers are not supported");
	/* How much is taken first changes nothing if all that counts is a match. */
	if (*ps->p == '?')
		ps->p++;
	if (quantifier_follows(ps))
		return mapi_re_refuse(ps, "a quantifier behind a quantifier");
	repeat = new_node(ps, RE_REPEAT);
	if (!repeat)
		return -1;
	ps->tree->nodes[repeat].last = *node;
	ps->tree->nodes[repeat].min = min;
	ps->tree->nodes[repeat].max = max;
	*node = repeat;
	return 0;
}

static int parse_literal(struct re_parser *ps, uint32_t *node)
{
	struct re_set set = { 0 };

	re_set_add(&set, (unsigned char)*ps->p++);
	if (ps->nocase)
		mapi_re_set_fold(&set);
	return put_set(ps, &set, node);
}

/* One byte, anchor or group; @node stays 0 if it is nothing that can match. */
static int parse_atom(struct re_parser *ps, uint32_t *node)
{
	struct re_set set = { 0 };

	switch (*ps->p) {
	case '(':
		return parse_group(ps, node);
	case '[':
		return mapi_re_parse_class(ps, &set) ? -1 : put_set(ps, &set, node);
	case '\\':
		return parse_escaped(ps, node);
	case '.':
		ps->p++;
		if (!ps->dotall)
			re_set_add(&set, '\n');
		mapi_re_set_invert(&set);
		return put_set(ps, &set, node);
	case '^':
		ps->p++;
		return put_anchor(ps, RE_BEGIN, node);
	case '$':
		ps->p++;
		return put_anchor(ps, RE_LINE_END, node);
	default:
		if (quantifier_follows(ps))
			return mapi_re_refuse(ps, "there is nothing to repeat");
		return parse_literal(ps, node);
	}
}

static void append(struct re_tree *tree, uint32_t parent, uint32_t node)
{
	tree->nodes[node].before = tree->nodes[parent].last;
	tree->nodes[parent].last = node;
}

static int parse_sequence(struct re_parser *ps, uint32_t *node)
{
	*node = new_node(ps, RE_SEQUENCE);
	if (!*node)
		return -1;
	while (*ps->p && *ps->p != '|' && *ps->p != ')') {
		uint32_t part = 0;

		if (parse_atom(ps, &part) || parse_repeat(ps, &part))
			return -1;
		if (part)
			append(ps->tree, *node, part);
	}
	return 0;
}

static int parse_choice(struct re_parser *ps, uint32_t *node)
{
	uint32_t part;

	*node = new_node(ps, RE_CHOICE);
	if (!*node)
		return -1;
	for (;;) {
		if (parse_sequence(ps, &part))
			return -1;
		append(ps->tree, *node, part);
		if (*ps->p != '|')
			return 0;
		ps->p++;
	}
}

int mapi_re_parse(const char *pattern, struct re_tree *tree, struct re_err *err)
{
	struct re_parser ps = {
		.begin = pattern, .p = pattern, .tree = tree, .err = err,
	};

	if (parse_choice(&ps, &tree->root))
		return -1;
	return *ps.p ? mapi_re_refuse(&ps, "a ) has no partner") : 0;
}

void mapi_re_tree_free(struct re_tree *tree)
{
	free(tree->nodes);
}
