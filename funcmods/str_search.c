// SPDX-License-Identifier: GPL-2.0
/*
 * STR_SEARCH: passes packets that hold a string.
 *
 * The pattern: |41 42 0a| are bytes in hexadecimal, \ takes the next character
 * as it is, || separates alternatives. The search begins at an offset from the
 * first byte of the packet, link-layer header included, and covers a depth of
 * so many bytes (0: to the end); a match lies wholly inside.
 */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <mapi/fhelp.h>
#include <mapi/search.h>

/**
 * DOC: STR_SEARCH (string pattern [, int offset = 0 [, int depth = 0]])
 *
 * Passes packets that contain a string of bytes.
 *
 * The search begins @offset bytes behind the start of the packet, the link-layer header
 * included, and covers @depth bytes; 0 means to the end of the packet. The string must
 * lie in there as a whole.
 *
 * In @pattern, hexadecimal bytes stand between bars (|0d 0a|), a backslash takes away
 * the meaning of the character behind it, and two bars (||) separate alternatives, any
 * of which may match.
 *
 * Result: none.
 *
 * Errors: 7001 without a pattern, 3091 for a bar without a partner, 3092 for other
 * mistakes in a pattern, 7002 and 7003 for a negative offset or depth, 3090 for a depth
 * shorter than an alternative.
 *
 * Cost: 2.6 instructions a byte for a word that is not there, 28 at worst, whatever
 * the packet. Searches of several flows at the same place are one.
 *
 * Truncated packets: the captured part is searched.
 */

#define ARG_PATTERN	1
#define ARG_OFFSET	2
#define ARG_DEPTH	3

#define MAX_ALTERNATIVES	64

/**
 * struct search - what is searched for
 * @offset: where the search begins
 * @depth: bytes it covers, 0: all
 * @shortest: bytes of the shortest alternative
 * @charged: bytes charged
 * @engine: the alternatives, made to be searched for
 * @needles: the alternatives
 * @bytes: theirs
 */
struct search {
	u32 offset;
	u32 depth;
	u32 shortest;
	size_t charged;
	struct mapi_search *engine;
	struct mapi_needle *needles;
	u8 *bytes;
};

/**
 * struct parser - where in a pattern we are
 * @inst: for complaints
 * @p: next character
 * @out: next byte of output
 * @nr: needles completed
 * @needles: where they go
 * @start: first byte of the current one
 */
struct parser {
	struct mapi_inst *inst;
	const char *p;
	u8 *out;
	u32 nr;
	struct mapi_needle *needles;
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
	struct mapi_needle *n;

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

/* Each alternative of a pattern begins and ends where the search does. */
static int add_window(struct mapi_inst *inst, struct mapi_needle *n)
{
	struct search *s = inst->priv;

	if (s->depth && n->len > s->depth)
		return mapi_bad_arg_code(inst, ARG_DEPTH, -EINVAL,
					 MAPI_ERR_STR_DEPTH,
					 "%u is shorter than the pattern's %u bytes",
					 s->depth, n->len);
	n->offset = s->offset;
	n->depth = s->depth;
	s->shortest = min(s->shortest, n->len);
	return 0;
}

/*
 * The search is paid for twice: the plan may make another, in which the strings
 * of others are, too.
 */
static int charge(struct mapi_inst *inst, size_t bytes)
{
	struct search *s = inst->priv;
	int ret;

	bytes += 2 * mapi_search_size(s->engine);
	ret = mapi_inst_charge(inst, bytes);
	if (!ret)
		s->charged = bytes;
	return ret;
}

static int prepare(struct mapi_inst *inst, struct parser *ps)
{
	struct search *s = inst->priv;
	struct mapi_search *engine;
	size_t size;
	u32 i;
	int ret;

	ret = parse(ps);
	if (ret)
		return ret;
	s->shortest = U32_MAX;
	for (i = 0; i < ps->nr; i++) {
		ret = add_window(inst, &ps->needles[i]);
		if (ret)
			return ret;
	}
	engine = mapi_search_new(ps->needles, ps->nr, 1);
	if (IS_ERR(engine))
		return PTR_ERR(engine);
	s->engine = engine;
	size = ps->nr * sizeof(*ps->needles);
	s->needles = kmemdup(ps->needles, size, GFP_KERNEL_ACCOUNT);
	if (!s->needles)
		return -ENOMEM;
	inst->needles = s->needles;
	inst->nr_needles = ps->nr;
	return charge(inst, size + strlen(mapi_str(inst, ARG_PATTERN)));
}

static int instance(struct mapi_inst *inst)
{
	const char *pattern = mapi_str(inst, ARG_PATTERN);
	struct search *s = inst->priv;
	struct parser ps = { .inst = inst, .p = pattern };
	int ret = -ENOMEM;

	s->offset = mapi_num(inst, ARG_OFFSET);
	s->depth = mapi_num(inst, ARG_DEPTH);
	/* Whatever stands for bytes is not shorter than they are. */
	s->bytes = kmalloc(strlen(pattern), GFP_KERNEL_ACCOUNT);
	ps.needles = kcalloc(MAX_ALTERNATIVES, sizeof(*ps.needles),
			     GFP_KERNEL_ACCOUNT);
	if (s->bytes && ps.needles) {
		ps.out = s->bytes;
		ps.start = s->bytes;
		ret = prepare(inst, &ps);
	}
	kfree(ps.needles);
	return ret;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct search *s = inst->priv;
	u32 len, end = pkt->caplen;
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
	return mapi_search_any(s->engine, p, s->offset + len) ? MAPI_PASS :
								 MAPI_STOP;
}

static void cleanup(struct mapi_inst *inst)
{
	struct search *s = inst->priv;

	mapi_search_free(s->engine);
	kfree(s->needles);
	kfree(s->bytes);
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
