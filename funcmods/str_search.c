// SPDX-License-Identifier: GPL-2.0
/*
 * STR_SEARCH: passes packets that hold a string.
 *
 * The pattern: |41 42 0a| are bytes in hexadecimal, \ takes the next character
 * as it is, || separates alternatives. The search begins at an offset from the
 * first byte of the packet, link-layer header included, and covers a depth of
 * so many bytes (0: to the end); a match lies wholly inside.
 *
 * The method is Horspool's (Practical fast searching in strings, 1980), which
 * jumps over most bytes of most packets but can be made to look at each of them
 * as often as the needle is long. What it may spend on needles that nearly match
 * is therefore limited by the length of the packet; when that is spent, the rest
 * is searched by Knuth, Morris and Pratt's method (Fast pattern matching in
 * strings, 1977), which takes at most two comparisons a byte.
 */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <mapi/fhelp.h>

#define ARG_PATTERN	1
#define ARG_OFFSET	2
#define ARG_DEPTH	3

#define MAX_ALTERNATIVES	64

/* What a look at a needle costs beside its bytes, in bytes. */
#define LOOK			16

/**
 * struct needle - one alternative
 * @len: its bytes
 * @skip: how far the search may jump, by the byte under the needle's end
 * @bytes: them
 * @border: for each of them, how many of those before and with it are also the
 *	first of the needle, less than all
 */
struct needle {
	u32 len;
	u16 skip[256];
	u8 *bytes;
	u16 *border;
};

/**
 * struct search - what is searched for
 * @offset: where the search begins
 * @depth: bytes it covers, 0: all
 * @shortest: bytes of the shortest alternative
 * @nr: alternatives
 * @charged: bytes charged for @needles, @buf and @borders
 * @needles: the alternatives
 * @buf: their bytes, one behind the other
 * @borders: and their borders
 */
struct search {
	u32 offset;
	u32 depth;
	u32 shortest;
	u32 nr;
	size_t charged;
	struct needle *needles;
	u8 *buf;
	u16 *borders;
};

/**
 * struct parser - where in a pattern we are
 * @inst: for complaints
 * @p: next character
 * @out: next byte of output
 * @nr: needles completed
 * @needles: where they go, or %NULL to count only
 * @start: first byte of the current one
 */
struct parser {
	struct mapi_inst *inst;
	const char *p;
	u8 *out;
	u32 nr;
	struct needle *needles;
	u8 *start;
};

static int complain(struct parser *ps, u32 code, const char *what)
{
	return mapi_bad_arg_code(ps->inst, ARG_PATTERN, -EINVAL, code, "%s",
				 what);
}

/* |41 42|: ps->p is behind the opening bar, and then behind the closing one. */
static int parse_hex(struct parser *ps)
{
	int high, low;

	for (;;) {
		while (*ps->p == ' ')
			ps->p++;
		if (!*ps->p)
			return complain(ps, MAPI_ERR_STR_PIPE,
					"a | has no partner");
		if (*ps->p == '|') {
			ps->p++;
			return 0;
		}
		high = hex_to_bin(ps->p[0]);
		low = high < 0 ? -1 : hex_to_bin(ps->p[1]);
		if (low < 0)
			return complain(ps, MAPI_ERR_STR_INVALID,
					"between two | only pairs of hexadecimal digits may stand");
		*ps->out++ = high << 4 | low;
		ps->p += 2;
	}
}

static int end_needle(struct parser *ps)
{
	struct needle *n;

	if (ps->out == ps->start)
		return complain(ps, MAPI_ERR_STR_INVALID,
				"an alternative is empty");
	if (ps->nr == MAX_ALTERNATIVES)
		return complain(ps, MAPI_ERR_STR_INVALID,
				"more than 64 alternatives");
	n = &ps->needles[ps->nr++];
	n->bytes = ps->start;
	n->len = ps->out - ps->start;
	ps->start = ps->out;
	return 0;
}

static int parse(struct parser *ps)
{
	int ret;

	for (;;) {
		char c = *ps->p;

		if (!c)
			return end_needle(ps);
		ps->p++;
		if (c == '\\') {
			if (!*ps->p)
				return complain(ps, MAPI_ERR_STR_INVALID,
						"nothing follows the last \\");
			*ps->out++ = *ps->p++;
		} else if (c == '|' && *ps->p == '|') {
			ps->p++;
			ret = end_needle(ps);
			if (ret)
				return ret;
		} else if (c == '|') {
			ret = parse_hex(ps);
			if (ret)
				return ret;
		} else {
			*ps->out++ = c;
		}
	}
}

static void make_skips(struct needle *n)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(n->skip); i++)
		n->skip[i] = n->len;
	for (i = 0; i + 1 < n->len; i++)
		n->skip[n->bytes[i]] = n->len - 1 - i;
}

/* How much of a needle matches with one more byte, of which @have did. */
static u32 match_on(const struct needle *n, u32 have, u8 c)
{
	while (have && c != n->bytes[have])
		have = n->border[have - 1];
	return have + (c == n->bytes[have]);
}

static void make_borders(struct needle *n)
{
	u32 i;

	n->border[0] = 0;
	for (i = 1; i < n->len; i++)
		n->border[i] = match_on(n, n->border[i - 1], n->bytes[i]);
}

static int instance(struct mapi_inst *inst)
{
	const char *pattern = mapi_str(inst, ARG_PATTERN);
	struct search *s = inst->priv;
	struct parser ps = { .inst = inst, .p = pattern };
	size_t len = strlen(pattern);
	struct needle *shrunk;
	u32 i;
	int ret;

	s->offset = mapi_num(inst, ARG_OFFSET);
	s->depth = mapi_num(inst, ARG_DEPTH);
	s->needles = kvcalloc(MAX_ALTERNATIVES, sizeof(*s->needles),
			      GFP_KERNEL_ACCOUNT);
	s->buf = kmalloc(len, GFP_KERNEL_ACCOUNT);
	s->borders = kmalloc_array(len, sizeof(*s->borders), GFP_KERNEL_ACCOUNT);
	if (!s->needles || !s->buf || !s->borders)
		return -ENOMEM;
	ps.needles = s->needles;
	ps.out = s->buf;
	ps.start = s->buf;
	ret = parse(&ps);
	if (ret)
		return ret;
	s->nr = ps.nr;
	s->shortest = U32_MAX;
	for (i = 0; i < s->nr; i++) {
		struct needle *n = &s->needles[i];

		if (s->depth && n->len > s->depth)
			return mapi_bad_arg_code(inst, ARG_DEPTH, -EINVAL,
						 MAPI_ERR_STR_DEPTH,
						 "%u is shorter than the pattern's %u bytes",
						 s->depth, n->len);
		s->shortest = min(s->shortest, n->len);
		make_skips(n);
		n->border = s->borders + (n->bytes - s->buf);
		make_borders(n);
	}
	shrunk = kvmalloc_array(s->nr, sizeof(*shrunk), GFP_KERNEL_ACCOUNT);
	if (!shrunk)
		return -ENOMEM;
	memcpy(shrunk, s->needles, s->nr * sizeof(*shrunk));
	kvfree(s->needles);
	s->needles = shrunk;
	len += len * sizeof(*s->borders) + s->nr * sizeof(*shrunk);
	ret = mapi_inst_charge(inst, len);
	if (!ret)
		s->charged = len;
	return ret;
}

static bool find_linear(const struct needle *n, const u8 *hay, u32 len)
{
	u32 i, have = 0;

	for (i = 0; i < len; i++) {
		have = match_on(n, have, hay[i]);
		if (have == n->len)
			return true;
	}
	return false;
}

static bool find(const struct needle *n, const u8 *hay, u32 len)
{
	u32 last = n->len - 1, end = last, spent = 0;
	u8 tail = n->bytes[last];

	if (!last)
		return memchr(hay, tail, len);
	while (end < len) {
		const u8 *start = hay + end - last;
		u8 c = hay[end];

		if (c == tail) {
			if (!memcmp(start, n->bytes, last))
				return true;
			spent += last + LOOK;
			if (spent > len)
				return find_linear(n, start, hay + len - start);
		}
		end += n->skip[c];
	}
	return false;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct search *s = inst->priv;
	u32 i, len, end = pkt->caplen;
	const u8 *p;

	if (s->offset >= end)
		return MAPI_STOP;
	len = end - s->offset;
	if (s->depth)
		len = min(len, s->depth);
	if (len < s->shortest)
		return MAPI_STOP;
	p = mapi_pkt_pull(pkt, s->offset + len);
	if (!p)
		return MAPI_STOP;
	for (i = 0; i < s->nr; i++)
		if (find(&s->needles[i], p + s->offset, len))
			return MAPI_PASS;
	return MAPI_STOP;
}

static void cleanup(struct mapi_inst *inst)
{
	struct search *s = inst->priv;

	kvfree(s->needles);
	kfree(s->buf);
	kfree(s->borders);
	mapi_inst_uncharge(inst, s->charged);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("pattern"),
	MAPI_ARG_INT_OPT("offset", 0, S32_MAX, 0),
	MAPI_ARG_INT_OPT("depth", 0, S32_MAX, 0),
};

static struct mapi_func str_search = {
	.name		= "STR_SEARCH",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes packets that hold a string: |41 42| bytes, \\ as it is, || alternatives",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
	.priv_size	= sizeof(struct search),
	.instance	= instance,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(str_search, STR_SEARCH);

MODULE_DESCRIPTION("MAPI function STR_SEARCH");
MODULE_LICENSE("GPL");
