// SPDX-License-Identifier: GPL-2.0
/*
 * From a classic BPF program to tuples, proven equal.
 *
 * The program, which has no loops, is followed along every way through it. What
 * it loads must be a field of the key, given what it has found out by then; what
 * it compares is a literal: these bits of the key are this value, or not. Ways
 * that end in acceptance are the tuples, of what must be; what must not be is
 * left out. Then every way that ends in rejection must contradict each tuple.
 * So whatever matches a tuple is accepted, and what is accepted matches the
 * tuple of its way. A program that this does not fit is left to the kernel's BPF.
 *
 * A load behind the end of a packet rejects it at once. So that there are ports
 * is a literal, too. Packets that end within their network header have no key
 * (mapi_key_make()), and are left to BPF.
 */
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <mapi/tuple.h>
#include "core.h"
#include "key.h"

#define LINKTYPE_ETHERNET	1

#define MAX_INSNS	200
#define MAX_LITERALS	64
#define MAX_BRANCHES	64
#define MAX_WAYS	2000
#define MAX_TUPLES	32
#define MAX_MASKS	8

/* Instead of an instruction: the packet is rejected. */
#define REJECTED	U32_MAX

/* Where fields are in the first word. */
#define TYPE_SHIFT	48
#define PROTO_SHIFT	40
#define LATER_SHIFT	32
#define SPORT_SHIFT	16
#define DPORT_SHIFT	0

/**
 * struct field - what the accumulator holds
 * @known: it is a field of the key
 * @fragment: it is the IPv4 fragment field, of which only the offset counts
 * @there: bit of the first word that tells whether packets have it, or 0
 * @word: word of the key
 * @shift: of its lowest bit
 * @mask: bits of it that are left
 */
struct field {
	bool known;
	bool fragment;
	u8 word;
	u8 shift;
	u32 mask;
	u64 there;
};

/**
 * struct literal - something that is so, or is not so, on a way
 * @is: it is so
 * @word: word of the key
 * @mask: bits of it
 * @value: what they are, or are not
 */
struct literal {
	bool is;
	u8 word;
	u64 mask;
	u64 value;
};

/**
 * struct branch - a way to be gone later
 * @pc: where
 * @nr: literals that it has in common
 * @a: the accumulator there
 * @x: the index register there holds the length of the IPv4 header
 * @last: what is so there
 */
struct branch {
	u32 pc;
	u32 nr;
	struct field a;
	bool x;
	struct literal last;
};

/**
 * struct prover - a program on its way to be tuples
 * @code: the program
 * @n: its instructions
 * @ways: ways gone
 * @pc: where we are
 * @a: the accumulator
 * @x: the index register holds the length of the IPv4 header
 * @nr: number of @way
 * @way: what is so here
 * @nr_branches: number of @branch
 * @branch: ways to be gone
 * @nr_tuples: number of @tuple
 * @tuple: tuples found
 */
struct prover {
	const struct sock_filter *code;
	u32 n;
	u32 ways;
	u32 pc;
	struct field a;
	bool x;
	u32 nr;
	struct literal way[MAX_LITERALS];
	u32 nr_branches;
	struct branch branch[MAX_BRANCHES];
	u32 nr_tuples;
	struct mapi_tuple tuple[MAX_TUPLES];
};

/* All that must be on this way. */
static struct mapi_tuple known(const struct prover *p)
{
	struct mapi_tuple t = {};
	u32 i;

	for (i = 0; i < p->nr; i++) {
		if (!p->way[i].is)
			continue;
		t.mask.w[p->way[i].word] |= p->way[i].mask;
		t.value.w[p->way[i].word] |= p->way[i].value;
	}
	return t;
}

/* The value of a field of the first word, -1 if it is not known. */
static int known_field(const struct mapi_tuple *t, u32 shift, u32 mask)
{
	if (((t->mask.w[0] >> shift) & mask) != mask)
		return -1;
	return (t->value.w[0] >> shift) & mask;
}

/* Those of which the key has ports; -1: not known. */
static bool has_ports(int proto)
{
	return proto >= 0 && mapi_key_has_ports(proto);
}

static struct field field(u8 word, u8 shift, u32 mask)
{
	return (struct field) {
		.known = true, .word = word, .shift = shift, .mask = mask,
	};
}

static struct field port(u8 shift, u32 mask, u64 there)
{
	struct field f = field(0, shift, mask);

	f.there = there;
	return f;
}

static struct field load_ipv4(u32 off, u32 size)
{
	struct field f = {};

	if (off == 23 && size == 1)
		return field(0, PROTO_SHIFT, 0xff);
	if (off == 26 && size == 4)
		return field(1, 32, U32_MAX);
	if (off == 30 && size == 4)
		return field(1, 0, U32_MAX);
	if (off == 20 && size == 2) {
		f.known = true;
		f.fragment = true;
	}
	return f;
}

static struct field load_ipv6(const struct mapi_tuple *t, u32 off, u32 size)
{
	int proto = known_field(t, PROTO_SHIFT, 0xff);
	u32 nth = (off - 22) / 4;

	if (off == 20 && size == 1)
		return field(0, PROTO_SHIFT, 0xff);
	if (off >= 22 && off < 54 && (off - 22) % 4 == 0 && size == 4)
		return field(1 + nth / 2, nth % 2 ? 0 : 32, U32_MAX);
	if (off == 54 && size == 2 && has_ports(proto))
		return port(SPORT_SHIFT, 0xffff, MAPI_KEY_SPORT);
	if (off == 56 && size == 2 && has_ports(proto))
		return port(DPORT_SHIFT, 0xffff, MAPI_KEY_DPORT);
	/* What follows a fragment header. */
	if (off == 54 && size == 1 && proto == IPPROTO_FRAGMENT)
		return port(SPORT_SHIFT + 8, 0xff, MAPI_KEY_SPORT);
	return (struct field) {};
}

static struct field load_arp(u32 off, u32 size)
{
	if (off == 28 && size == 4)
		return field(1, 32, U32_MAX);
	if (off == 38 && size == 4)
		return field(1, 0, U32_MAX);
	return (struct field) {};
}

static struct field load_abs(const struct prover *p, u32 off, u32 size)
{
	struct mapi_tuple t = known(p);

	if (off == 12 && size == 2)
		return field(0, TYPE_SHIFT, 0xffff);
	switch (known_field(&t, TYPE_SHIFT, 0xffff)) {
	case ETH_P_IP:
		return load_ipv4(off, size);
	case ETH_P_IPV6:
		return load_ipv6(&t, off, size);
	case ETH_P_ARP:
	case ETH_P_RARP:
		return load_arp(off, size);
	default:
		return (struct field) {};
	}
}

/* Behind the IPv4 header. */
static struct field load_ind(const struct prover *p, u32 off, u32 size)
{
	struct mapi_tuple t = known(p);

	if (!p->x || size != 2 ||
	    known_field(&t, TYPE_SHIFT, 0xffff) != ETH_P_IP ||
	    known_field(&t, LATER_SHIFT, 1) != 0 ||
	    !has_ports(known_field(&t, PROTO_SHIFT, 0xff)))
		return (struct field) {};
	if (off == ETH_HLEN)
		return port(SPORT_SHIFT, 0xffff, MAPI_KEY_SPORT);
	if (off == ETH_HLEN + 2)
		return port(DPORT_SHIFT, 0xffff, MAPI_KEY_DPORT);
	return (struct field) {};
}

static u32 size_of(u16 code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

/* 1 or 0 if the way so far tells whether it is so, else -1. */
static int told(const struct prover *p, const struct literal *l)
{
	struct mapi_tuple t = known(p);
	u64 mask = t.mask.w[l->word] & l->mask;
	u32 i;

	if ((t.value.w[l->word] ^ l->value) & mask)
		return 0;
	if (mask == l->mask)
		return 1;
	for (i = 0; i < p->nr; i++)
		if (!p->way[i].is && p->way[i].word == l->word &&
		    p->way[i].mask == l->mask && p->way[i].value == l->value)
			return 0;
	return -1;
}

/* What a jump asks, as a literal. Return: false if it is none. */
static bool question(const struct prover *p, const struct sock_filter *insn,
		     struct literal *l)
{
	const struct field *a = &p->a;
	bool set = BPF_OP(insn->code) == BPF_JSET;

	if (!a->known || BPF_SRC(insn->code) != BPF_K)
		return false;
	if (a->fragment) {
		if (!set || insn->k != 0x1fff)
			return false;
		*l = (struct literal) { false, 0, MAPI_KEY_LATER, 0 };
		return true;
	}
	l->word = a->word;
	if (set) {
		l->is = false;
		l->mask = (u64)(a->mask & insn->k) << a->shift;
		l->value = 0;
	} else {
		l->is = true;
		l->mask = (u64)a->mask << a->shift;
		l->value = (u64)insn->k << a->shift;
	}
	return set || !(insn->k & ~a->mask);
}

/* On to @yes where @l is so, and later to @no where it is not. */
static bool part(struct prover *p, const struct literal *l, u32 yes, u32 no)
{
	int so = told(p, l);

	if (so < 0) {
		if (p->nr == MAX_LITERALS || p->nr_branches == MAX_BRANCHES)
			return false;
		p->branch[p->nr_branches] = (struct branch) {
			.pc = no, .nr = p->nr, .a = p->a, .x = p->x, .last = *l,
		};
		p->branch[p->nr_branches++].last.is = false;
		p->way[p->nr++] = *l;
	}
	p->pc = so ? yes : no;
	return true;
}

/* Return: false if the program cannot be followed. */
static bool jump(struct prover *p, const struct sock_filter *insn)
{
	u32 yes = p->pc + 1 + insn->jt, no = p->pc + 1 + insn->jf;
	struct literal l;

	if (BPF_OP(insn->code) == BPF_JA) {
		p->pc += 1 + insn->k;
		return true;
	}
	if ((BPF_OP(insn->code) != BPF_JEQ && BPF_OP(insn->code) != BPF_JSET) ||
	    !question(p, insn, &l))
		return false;
	if (!l.is)	/* set: not all zero */
		swap(yes, no);
	l.is = true;
	return part(p, &l, yes, no);
}

static bool load(struct prover *p, const struct sock_filter *insn)
{
	u32 size = size_of(insn->code);

	struct literal l = { .is = true };

	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		p->a = load_abs(p, insn->k, size);
		break;
	case BPF_IND:
		p->a = load_ind(p, insn->k, size);
		break;
	default:
		return false;
	}
	if (!p->a.known)
		return false;
	if (!p->a.there) {
		p->pc++;
		return true;
	}
	l.mask = p->a.there;
	l.value = p->a.there;
	return part(p, &l, p->pc + 1, REJECTED);
}

static bool load_x(struct prover *p, const struct sock_filter *insn)
{
	struct mapi_tuple t = known(p);

	p->x = BPF_MODE(insn->code) == BPF_MSH && insn->k == ETH_HLEN &&
	       known_field(&t, TYPE_SHIFT, 0xffff) == ETH_P_IP;
	return p->x;
}

static bool and_mask(struct prover *p, const struct sock_filter *insn)
{
	if (BPF_OP(insn->code) != BPF_AND || BPF_SRC(insn->code) != BPF_K ||
	    p->a.fragment)
		return false;
	p->a.mask &= insn->k;
	return p->a.known;
}

/* To the end of a way. Return: 1 accepted, 0 rejected, -1 cannot be followed. */
static int follow(struct prover *p)
{
	const struct sock_filter *insn;
	bool ok;

	while (p->pc < p->n) {
		insn = &p->code[p->pc];
		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
			if (!load(p, insn))
				return -1;
			continue;
		case BPF_LDX:
			ok = load_x(p, insn);
			break;
		case BPF_ALU:
			ok = and_mask(p, insn);
			break;
		case BPF_JMP:
			if (!jump(p, insn))
				return -1;
			continue;
		case BPF_RET:
			return BPF_RVAL(insn->code) != BPF_K ? -1 : !!insn->k;
		default:
			ok = false;
		}
		if (!ok)
			return -1;
		p->pc++;
	}
	return p->pc == REJECTED ? 0 : -1;
}

/* No more look-ups than that for one filter. */
static bool few_masks(const struct prover *p)
{
	u32 i, j, masks = 0;

	for (i = 0; i < p->nr_tuples; i++) {
		for (j = 0; j < i; j++)
			if (!memcmp(&p->tuple[i].mask, &p->tuple[j].mask,
				    sizeof(p->tuple[i].mask)))
				break;
		masks += j == i;
	}
	return masks <= MAX_MASKS;
}

static bool add_tuple(struct prover *p)
{
	struct mapi_tuple t = known(p);
	u32 i;

	for (i = 0; i < p->nr_tuples; i++)
		if (!memcmp(&p->tuple[i], &t, sizeof(t)))
			return true;
	if (p->nr_tuples == MAX_TUPLES)
		return false;
	p->tuple[p->nr_tuples++] = t;
	return true;
}

/* No packet goes this way that matches the tuple. */
static bool contradicts(const struct prover *p, const struct mapi_tuple *t)
{
	const struct literal *l;
	u64 mask, value;
	u32 i;

	for (i = 0; i < p->nr; i++) {
		l = &p->way[i];
		mask = t->mask.w[l->word] & l->mask;
		value = t->value.w[l->word];
		if (l->is ? (value ^ l->value) & mask :
			    mask == l->mask && (value & mask) == l->value)
			return true;
	}
	return false;
}

static bool contradicts_all(const struct prover *p)
{
	u32 i;

	for (i = 0; i < p->nr_tuples; i++)
		if (!contradicts(p, &p->tuple[i]))
			return false;
	return true;
}

/* All ways, from the first instruction. */
static bool all_ways(struct prover *p, bool prove)
{
	const struct branch *b;
	int accepted;

	p->ways = 0;
	p->pc = 0;
	p->nr = 0;
	p->a = (struct field) {};
	p->x = false;
	for (;;) {
		accepted = follow(p);
		if (accepted < 0 || ++p->ways > MAX_WAYS)
			return false;
		if (!prove && accepted && !add_tuple(p))
			return false;
		if (prove && !accepted && !contradicts_all(p))
			return false;
		if (!p->nr_branches)
			return true;
		b = &p->branch[--p->nr_branches];
		p->pc = b->pc;
		p->a = b->a;
		p->x = b->x;
		p->nr = b->nr;
		p->way[p->nr++] = b->last;
	}
}

/**
 * mapi_tuples_new - the tuples that a filter is equal to
 * @code: a classic BPF program that the kernel has checked
 * @n: its instructions
 * @linktype: LINKTYPE_* of the packets that it is for
 *
 * Context: may sleep. Return: for kfree(); %NULL if it has none, or without
 * memory: the program itself serves then.
 */
struct mapi_tuples *mapi_tuples_new(const struct sock_filter *code, u32 n,
				    u32 linktype)
{
	struct mapi_tuples *tuples = NULL;
	struct prover *p;

	if (linktype != LINKTYPE_ETHERNET || n > MAX_INSNS)
		return NULL;
	p = kvzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!p)
		return NULL;
	p->code = code;
	p->n = n;
	if (all_ways(p, false) && few_masks(p) && all_ways(p, true))
		tuples = kmalloc(struct_size(tuples, tuple, p->nr_tuples),
				 GFP_KERNEL_ACCOUNT);
	if (tuples) {
		tuples->nr = p->nr_tuples;
		memcpy(tuples->tuple, p->tuple,
		       p->nr_tuples * sizeof(*p->tuple));
	}
	kvfree(p);
	return tuples;
}
EXPORT_SYMBOL_GPL(mapi_tuples_new);
