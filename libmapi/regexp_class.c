// SPDX-License-Identifier: MIT
/* What stands for one byte of several: escapes, and classes like [a-z]. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "regexp.h"

void mapi_re_set_invert(struct re_set *set)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

void mapi_re_set_fold(struct re_set *set)
{
	for (int c = 'a'; c <= 'z'; c++) {
		if (re_set_has(set, c))
			re_set_add(set, c - 'a' + 'A');
		if (re_set_has(set, c - 'a' + 'A'))
			re_set_add(set, c);
	}
}

static void add_range(struct re_set *set, unsigned int first, unsigned int last)
{
	for (unsigned int c = first; c <= last; c++)
		re_set_add(set, c);
}

static void add_all(struct re_set *set, const struct re_set *more)
{
	for (int i = 0; i < 4; i++)
		set->bits[i] |= more->bits[i];
}

/* As many of @ranges as there are, two bytes each. */
static void add_ranges(struct re_set *set, const char *ranges, size_t len)
{
	for (size_t i = 0; i < len; i += 2)
		add_range(set, (unsigned char)ranges[i],
			  (unsigned char)ranges[i + 1]);
}

#define RANGES(text)	text, sizeof(text) - 1

/* \d and the like, and their negations. */
static const struct {
	char letter;
	const char *ranges;
	size_t len;
} types[] = {
	{ 'd', RANGES("09") },
	{ 'w', RANGES("09AZaz__") },
	{ 's', RANGES("\t\r  ") },
	{ 'h', RANGES("\t\t  \xa0\xa0") },
	{ 'v', RANGES("\n\r\x85\x85") },
};

static bool is_type(char letter, struct re_set *set)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (tolower((unsigned char)letter) != types[i].letter)
			continue;
		add_ranges(set, types[i].ranges, types[i].len);
		if (letter != types[i].letter)
			mapi_re_set_invert(set);
		return true;
	}
	return false;
}

static int refuse_escape(struct re_parser *ps, bool in_class)
{
	static const struct {
		const char *letters;
		const char *what;
	} reasons[] = {
		{ "123456789k", "back-references are no regular language" },
		{ "g", "back-references and recursion are no regular language" },
		{ "bB", "word boundaries are not supported" },
		{ "G", "the start of the search is not supported" },
		{ "K", "to forget what was matched is not supported" },
		{ "QE", "quoting is not supported" },
		{ "RXC", "sequences of this kind are not supported" },
		{ "pP", "properties of characters are not supported" },
	};
	char c = *ps->p;

	for (size_t i = 0; c && i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strchr(reasons[i].letters, c) && !(in_class && isdigit((unsigned char)c)))
			return mapi_re_refuse(ps, "\\%c: %s", c, reasons[i].what);
	return c ? mapi_re_refuse(ps, "\\%c is not known", c) :
		   mapi_re_refuse(ps, "nothing follows the last \\");
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Up to @most digits to the base of @base; @ps goes behind them. */
static unsigned int read_digits(struct re_parser *ps, int base, int most)
{
	unsigned int number = 0;

	while (most-- && digit(*ps->p) < base)
		number = number * base + digit(*ps->p++);
	return number;
}

/* \x41 \x{41}; ps->p is behind the x. */
static int parse_hex(struct re_parser *ps, struct re_set *set)
{
	bool braces = *ps->p == '{';
	const char *begin = ps->p += braces;
	unsigned int number;

	while (braces && *ps->p == '0')
		ps->p++;
	number = read_digits(ps, 16, braces ? 3 : 2);
	if (ps->p == begin || (braces && *ps->p != '}'))
		return mapi_re_refuse(ps, "\\x wants hexadecimal digits");
	if (number > 255)
		return mapi_re_refuse(ps, "\\x{%x} is no byte", number);
	ps->p += braces;
	re_set_add(set, number);
	return 1;
}

static int parse_control(struct re_parser *ps, struct re_set *set)
{
	unsigned char c = *ps->p;

	if (c < ' ' || c > '~')
		return mapi_re_refuse(ps, "\\c wants a printable character");
	ps->p++;
	re_set_add(set, toupper(c) ^ 0x40);
	return 1;
}

static bool is_anchor(char letter, enum re_kind *kind)
{
	switch (letter) {
	case 'A':
		*kind = RE_BEGIN;
		return true;
	case 'z':
		*kind = RE_END;
		return true;
	case 'Z':
		*kind = RE_LINE_END;
		return true;
	default:
		return false;
	}
}

static bool is_control(char letter, char *byte)
{
	static const char letters[] = "nrtfae", bytes[] = "\n\r\t\f\a\x1b";
	const char *found = letter ? strchr(letters, letter) : NULL;

	if (found)
		*byte = bytes[found - letters];
	return found;
}

static int parse_number(struct re_parser *ps, struct re_set *set)
{
	unsigned int number = read_digits(ps, 8, 3);

	if (number > 255)
		return mapi_re_refuse(ps, "\\%o is no byte", number);
	re_set_add(set, number);
	return 1;
}

int mapi_re_parse_escape(struct re_parser *ps, bool in_class, enum re_kind *kind,
			 struct re_set *set)
{
	char c = *++ps->p, byte;

	*kind = RE_BYTE;
	if (is_type(c, set)) {
		ps->p++;
		return 2;
	}
	/* In a class \1 is no reference. */
	if (c == '0' || (in_class && c >= '1' && c <= '7'))
		return parse_number(ps, set);
	if (!in_class && is_anchor(c, kind)) {
		ps->p++;
		return 0;
	}
	if (!in_class && c == 'N') {
		re_set_add(set, '\n');
		mapi_re_set_invert(set);
		ps->p++;
		return 2;
	}
	if (is_control(c, &byte) || (in_class && c == 'b')) {
		re_set_add(set, c == 'b' ? '\b' : (unsigned char)byte);
		ps->p++;
		return 1;
	}
	if (c == 'x' || c == 'c') {
		ps->p++;
		return c == 'x' ? parse_hex(ps, set) : parse_control(ps, set);
	}
	if (!c || isalnum((unsigned char)c))
		return refuse_escape(ps, in_class);
	re_set_add(set, (unsigned char)c);
	ps->p++;
	return 1;
}

/* [:alpha:] and the like, as in the C locale. */
static const struct {
	const char *name;
	const char *ranges;
	size_t len;
} names[] = {
	{ "alpha", RANGES("AZaz") },
	{ "lower", RANGES("az") },
	{ "upper", RANGES("AZ") },
	{ "alnum", RANGES("09AZaz") },
	{ "ascii", RANGES("\0\x7f") },
	{ "blank", RANGES("\t\t  ") },
	{ "cntrl", RANGES("\0\x1f\x7f\x7f") },
	{ "digit", RANGES("09") },
	{ "graph", RANGES("!~") },
	{ "print", RANGES(" ~") },
	{ "punct", RANGES("!/:@[`{~") },
	{ "space", RANGES("\t\r  ") },
	{ "word", RANGES("09AZaz__") },
	{ "xdigit", RANGES("09AFaf") },
};

/* Letters between [: and :]. Return: how many, 0: it is something else. */
static size_t name_length(const char *p)
{
	size_t len = 0;

	if (p[0] != '[' || p[1] != ':')
		return 0;
	p += 2 + (p[2] == '^');
	while (islower((unsigned char)p[len]))
		len++;
	return p[len] == ':' && p[len + 1] == ']' ? len : 0;
}

static int parse_name(struct re_parser *ps, size_t len, struct re_set *set)
{
	bool invert = ps->p[2] == '^';
	const char *name = ps->p + 2 + invert;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i].name) != len || memcmp(names[i].name, name, len))
			continue;
		add_ranges(set, names[i].ranges, names[i].len);
		/* Else [:^lower:] would be all there is. */
		if (ps->nocase)
			mapi_re_set_fold(set);
		if (invert)
			mapi_re_set_invert(set);
		ps->p = name + len + 2;
		return 2;
	}
	return mapi_re_refuse(ps, "[:%.*s:] is not known", (int)(len > 20 ? 20 : len), name);
}

/* One item of a class. Return: bytes in @set, or -1. */
static int parse_item(struct re_parser *ps, struct re_set *set)
{
	size_t len = name_length(ps->p);
	enum re_kind kind;

	if (len)
		return parse_name(ps, len, set);
	if (*ps->p == '[' && (ps->p[1] == '.' || ps->p[1] == '=') &&
	    strstr(ps->p + 2, ps->p[1] == '.' ? ".]" : "=]"))
		return mapi_re_refuse(ps, "[%c%c] in a class is not supported",
				      ps->p[1], ps->p[1]);
	if (*ps->p == '\\')
		return mapi_re_parse_escape(ps, true, &kind, set);
	re_set_add(set, (unsigned char)*ps->p++);
	return 1;
}

static unsigned int first_of(const struct re_set *set)
{
	unsigned int c = 0;

	while (!re_set_has(set, c))
		c++;
	return c;
}

/* An item, or two with a - between them. */
static int parse_range(struct re_parser *ps, struct re_set *set)
{
	struct re_set first = { 0 }, last = { 0 };
	int nr = parse_item(ps, &first), nr_last;

	if (nr < 0)
		return -1;
	add_all(set, &first);
	if (ps->p[0] != '-' || ps->p[1] == ']' || !ps->p[1])
		return 0;
	ps->p++;
	nr_last = parse_item(ps, &last);
	if (nr_last < 0)
		return -1;
	if (nr != 1 || nr_last != 1)
		return mapi_re_refuse(ps, "a range of what is more than one byte");
	if (first_of(&first) > first_of(&last))
		return mapi_re_refuse(ps, "a range is in the wrong order");
	add_range(set, first_of(&first), first_of(&last));
	return 0;
}

int mapi_re_parse_class(struct re_parser *ps, struct re_set *set)
{
	const char *begin = ps->p++;
	bool invert = *ps->p == '^';
	const char *first = ps->p += invert;

	/* [:alpha:] would be a class of these letters, and never what was meant. */
	if (name_length(begin)) {
		ps->p = begin;
		return mapi_re_refuse(ps, "a class of characters belongs into another [ ]");
	}
	while (*ps->p && (*ps->p != ']' || ps->p == first))
		if (parse_range(ps, set))
			return -1;
	if (!*ps->p) {
		ps->p = begin;
		return mapi_re_refuse(ps, "a [ has no partner");
	}
	ps->p++;
	if (ps->nocase)
		mapi_re_set_fold(set);
	if (invert)
		mapi_re_set_invert(set);
	return 0;
}
