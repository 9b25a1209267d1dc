// SPDX-License-Identifier: GPL-2.0
/*
 * REGEXP: passes packets in which a regular expression matches.
 *
 * libmapi makes a finite automaton of the expression (libmapi/regexp.h), which is
 * checked here, and laid out so that each byte of a packet takes two look-ups.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <mapi/fhelp.h>

/**
 * DOC: REGEXP (string pattern)
 *
 * Passes packets in which a regular expression matches.
 *
 * @pattern is written as for Perl and PCRE: literals, dot, classes like [a-z],
 * [^a-z] and [[:alpha:]], the escapes \d \w \s \h \v \N and those in upper case,
 * \n \r \t \f \a \e \0 \xHH \cX, groups, alternatives, the repetitions * + ? {n}
 * {n,} {n,m} and their lazy forms, and ^ $ \A \z \Z. The options (?i) for letters of
 * either case and (?s) for a dot that is any byte may stand anywhere, also as in
 * (?i:get). It is bytes that are compared, of the whole packet, the link-layer header
 * included: ^ is the first of its bytes, $ is the end, also in front of a newline that
 * is the last byte, and what is neither in ASCII nor in the pattern is no letter.
 *
 * Refused is what is no regular language or would have to look around:
 * back-references, recursion, look-ahead and look-behind, conditions, possessive
 * quantifiers and atomic groups, word boundaries; and a pattern whose automaton would
 * have more than 4,096 states or a table of more than 32,767 bytes, as (a|b)*a(a|b){20}.
 *
 * Result: none.
 *
 * Errors: 7001 without a pattern, 7000 for one that is refused, with the reason.
 *
 * Cost: 938 instructions for a packet of 60 bytes, 14,774 for 1,442: 10 a byte, whatever
 * the pattern and the packet, until there is a match or there can be none any more. Flows
 * whose patterns mean the same share them.
 *
 * Truncated packets: the captured part is searched, and its end is the end.
 */

#define ARG_PATTERN	1

/**
 * struct regexp - an automaton
 * @cells: a row of each state: for each class the cell where the row of the next
 *	state begins, and at its end whether a packet that ends here matches
 * @live: rows from this cell on are never left
 * @end: of a row, its last cell
 * @charged: bytes charged
 * @cls: class of each byte
 */
struct regexp {
	u32 *cells;
	u32 live;
	u32 end;
	size_t charged;
	u8 cls[256];
};

/**
 * struct table - the automaton as it came
 * @head: what it begins with
 * @rows: of each state
 * @edges: of all
 */
struct table {
	const struct mapi_regexp *head;
	const struct mapi_regexp_row *rows;
	const struct mapi_regexp_edge *edges;
};

static int complain(struct mapi_inst *inst, const char *what)
{
	return mapi_bad_arg_code(inst, ARG_PATTERN, -EINVAL, MAPI_ERR_ARGUMENT,
				 "%s", what);
}

/* Sizes, and the classes of bytes. Nothing here can overflow once it is bounded. */
static int check_head(struct mapi_inst *inst, struct table *t)
{
	const struct mapi_arg *arg = &inst->args[ARG_PATTERN - 1];
	const struct mapi_regexp *head = arg->blob;
	u32 i;

	if (arg->blob_len < sizeof(*head) || head->magic != MAPI_REGEXP_MAGIC)
		return complain(inst, "comes without an automaton");
	if (!head->states || head->states > MAPI_REGEXP_STATES_MAX ||
	    !head->classes || head->classes > 256 ||
	    head->states * (head->classes + 1) > MAPI_REGEXP_CELLS_MAX)
		return complain(inst, "the automaton is too large");
	if (head->live > head->states || head->pad ||
	    head->edges > head->states * head->classes ||
	    arg->blob_len != sizeof(*head) + head->states * sizeof(*t->rows) +
			     head->edges * sizeof(*t->edges))
		return complain(inst, "the automaton is not whole");
	for (i = 0; i < 256; i++)
		if (head->cls[i] >= head->classes)
			return complain(inst, "the automaton has a byte of no class");
	t->head = head;
	t->rows = (const void *)(head + 1);
	t->edges = (const void *)(t->rows + head->states);
	return 0;
}

/* The row of @state, of which @edges have been read. Return: how many it has. */
static int lay_out(struct mapi_inst *inst, const struct table *t, u32 state,
		   u32 edges)
{
	u32 nr = t->rows[state].edges & ~MAPI_REGEXP_F_ACCEPTS;
	const struct mapi_regexp_edge *edge = t->edges + edges;
	u32 width = t->head->classes + 1, like = t->rows[state].like, next = 0, i;
	struct regexp *re = inst->priv;
	u32 *row = re->cells + state * width;

	if (nr > t->head->edges - edges)
		return complain(inst, "the automaton has too few edges");
	/* Each class once, so as many as there are classes are all of them. */
	if (like > state || (like == state && nr != t->head->classes))
		return complain(inst, "the automaton has a state like none before it");
	if (like < state)
		memcpy(row, re->cells + like * width, width * sizeof(*row));
	for (i = 0; i < nr; i++, edge++) {
		if (edge->cls < next || edge->cls >= t->head->classes ||
		    edge->to >= t->head->states || edge->pad)
			return complain(inst, "the automaton has an edge to nowhere");
		row[edge->cls] = edge->to * width;
		next = edge->cls + 1;
	}
	row[re->end] = !!(t->rows[state].edges & MAPI_REGEXP_F_ACCEPTS);
	return nr;
}

/* Once there, a packet is not read any further. */
static bool is_left(const struct regexp *re, u32 at)
{
	u32 i;

	for (i = 0; i < re->end; i++)
		if (re->cells[at + i] != at)
			return true;
	return false;
}

static int lay_out_all(struct mapi_inst *inst, const struct table *t)
{
	struct regexp *re = inst->priv;
	u32 width = t->head->classes + 1, edges = 0, i;

	for (i = 0; i < t->head->states; i++) {
		int nr = lay_out(inst, t, i, edges);

		if (nr < 0)
			return nr;
		edges += nr;
		cond_resched();
	}
	if (edges != t->head->edges)
		return complain(inst, "the automaton has too many edges");
	for (i = t->head->live; i < t->head->states; i++)
		if (is_left(re, i * width))
			return complain(inst, "the automaton leaves what is never left");
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	const struct mapi_arg *arg = &inst->args[ARG_PATTERN - 1];
	struct regexp *re = inst->priv;
	struct table t;
	size_t size;
	int ret;

	ret = check_head(inst, &t);
	if (ret)
		return ret;
	re->end = t.head->classes;
	re->live = t.head->live * (re->end + 1);
	memcpy(re->cls, t.head->cls, sizeof(re->cls));
	size = t.head->states * (re->end + 1) * sizeof(*re->cells);
	ret = mapi_inst_charge(inst, size);
	if (ret)
		return ret;
	re->charged = size;
	re->cells = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!re->cells)
		return -ENOMEM;
	ret = lay_out_all(inst, &t);
	if (ret)
		return ret;
	/* It is the smallest of all that do the same: equal if they mean the same. */
	inst->key = arg->blob;
	inst->key_len = arg->blob_len;
	return 0;
}

/* From row @at on over some bytes. Return: the row they lead to. */
static u32 run(const struct regexp *re, u32 at, const u8 *p, u32 len)
{
	const u8 *end = p + len;

	while (p < end && at < re->live)
		at = re->cells[at + re->cls[*p++]];
	return at;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct regexp *re = inst->priv;
	u32 have = min(pkt->len, pkt->caplen), at;
	const u8 *p;

	/* What is not laid out is fetched if it has to be seen. */
	at = run(re, 0, pkt->data, have);
	if (at < re->live && have < pkt->caplen) {
		p = mapi_pkt_pull(pkt, pkt->caplen);
		if (!p)
			return MAPI_STOP;
		at = run(re, at, p + have, pkt->caplen - have);
	}
	return re->cells[at + re->end] ? MAPI_PASS : MAPI_STOP;
}

static void cleanup(struct mapi_inst *inst)
{
	struct regexp *re = inst->priv;

	kvfree(re->cells);
	mapi_inst_uncharge(inst, re->charged);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("pattern"),
};

static struct mapi_func regexp = {
	.name		= "REGEXP",
	.library	= "extraflib",
	.devoid		= "1",
	.descr		= "Passes packets in which a regular expression matches, as PCRE writes it",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
	.priv_size	= sizeof(struct regexp),
	.instance	= instance,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(regexp, REGEXP);

MODULE_DESCRIPTION("MAPI function REGEXP");
MODULE_LICENSE("GPL");
