// SPDX-License-Identifier: GPL-2.0
/*
 * Filters as tuples: which have them, and that a filter and its tuples are never
 * of two minds. What a filter says is found out here by the plainest interpreter.
 */
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <mapi/tuple.h>
#include "../key.h"
#include "filters.h"
#include "test.h"

#define ETHERNET	1
#define LONGEST		140
#define CODE_MAX	40

#define FILTER(_what, _code, _tuples)	\
	{ .what = _what, .code = _code, .n = ARRAY_SIZE(_code), .tuples = _tuples }

/* How many things a packet may be to pass: protocols, directions, versions of IP. */
static const struct {
	const char *what;
	const struct sock_filter *code;
	u32 n;
	u32 tuples;
} filters[] = {
	FILTER("ip", ip_code, 1),
	FILTER("arp", arp_all_code, 1),
	FILTER("ether proto", ether_proto_code, 1),
	FILTER("udp dst port: IPv4, IPv6", udp_dst_9_code, 2),
	FILTER("host: source, destination of IPv4, ARP, RARP", host_code, 6),
	FILTER("net: the same", net_code, 6),
	FILTER("two hosts: in one order or the other", two_hosts_code, 6),
	FILTER("src host of IPv6", src_ip6_code, 1),
	FILTER("tcp or udp: IPv4, IPv6, its fragments", tcp_or_udp_code, 6),
	FILTER("port: of three protocols, IPv4, IPv6", port_80_code, 12),
	FILTER("tcp port", tcp_port_code, 4),
	FILTER("net and port", net_and_port_code, 1),
	FILTER("not a later fragment", first_fragment_code, 1),
	/* What must not be is no tuple; nor what is greater, or no header. */
	FILTER("not ip", not_ip_code, 0),
	FILTER("ip and not tcp", not_tcp_code, 0),
	FILTER("portrange", portrange_code, 0),
	FILTER("payload", payload_code, 0),
	FILTER("length", length_code, 0),
};

static void tuple_numbers(struct kunit *test)
{
	struct mapi_tuples *tuples;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		tuples = mapi_tuples_new(filters[i].code, filters[i].n, ETHERNET);
		KUNIT_EXPECT_EQ_MSG(test, tuples ? tuples->nr : 0,
				    filters[i].tuples, "%s", filters[i].what);
		kfree(tuples);
		/* The same bytes are something else elsewhere. */
		tuples = mapi_tuples_new(filters[i].code, filters[i].n, 101);
		KUNIT_EXPECT_NULL(test, tuples);
		kfree(tuples);
	}
}

static void expect_tuples(struct kunit *test, const struct sock_filter *code,
			  u32 n, const struct mapi_tuple *wanted, u32 nr)
{
	struct mapi_tuples *tuples = mapi_tuples_new(code, n, ETHERNET);
	u32 i, k, times;

	KUNIT_ASSERT_NOT_NULL(test, tuples);
	KUNIT_EXPECT_EQ(test, tuples->nr, nr);
	for (i = 0; i < nr; i++) {
		for (k = 0, times = 0; k < tuples->nr; k++)
			times += !memcmp(&tuples->tuple[k], &wanted[i],
					 sizeof(*wanted));
		KUNIT_EXPECT_EQ_MSG(test, times, 1, "tuple %u", i);
	}
	kfree(tuples);
}

static void tuple_values(struct kunit *test)
{
	static const struct mapi_tuple ip = {
		.mask = { { 0xffff000000000000 } },
		.value = { { 0x0800000000000000 } },
	};
	/* Type, protocol, that there is a port and which; no later fragment. */
	static const struct mapi_tuple udp[] = {
		{ .mask = { { 0xffffff030000ffff } },
		  .value = { { 0x0800110200000009 } } },
		{ .mask = { { 0xffffff020000ffff } },
		  .value = { { 0x86dd110200000009 } } },
	};
	static const struct mapi_tuple net[] = {
		{ .mask = { { 0xffff000000000000, 0xff00000000000000 } },
		  .value = { { 0x0800000000000000, 0x0a00000000000000 } } },
		{ .mask = { { 0xffff000000000000, 0x00000000ff000000 } },
		  .value = { { 0x0800000000000000, 0x000000000a000000 } } },
		{ .mask = { { 0xffff000000000000, 0xff00000000000000 } },
		  .value = { { 0x0806000000000000, 0x0a00000000000000 } } },
		{ .mask = { { 0xffff000000000000, 0x00000000ff000000 } },
		  .value = { { 0x0806000000000000, 0x000000000a000000 } } },
		{ .mask = { { 0xffff000000000000, 0xff00000000000000 } },
		  .value = { { 0x8035000000000000, 0x0a00000000000000 } } },
		{ .mask = { { 0xffff000000000000, 0x00000000ff000000 } },
		  .value = { { 0x8035000000000000, 0x000000000a000000 } } },
	};
	static const struct mapi_tuple ip6 = {
		.mask = { { 0xffff000000000000, U64_MAX, U64_MAX } },
		.value = { { 0x86dd000000000000, 0xfd00000000000000, 1 } },
	};

	expect_tuples(test, ip_code, ARRAY_SIZE(ip_code), &ip, 1);
	expect_tuples(test, udp_dst_9_code, ARRAY_SIZE(udp_dst_9_code), udp, 2);
	expect_tuples(test, net_code, ARRAY_SIZE(net_code), net, 6);
	expect_tuples(test, src_ip6_code, ARRAY_SIZE(src_ip6_code), &ip6, 1);
}

/* What jumps ask and what a filter begins with can be anything. */
static void tuple_odd(struct kunit *test)
{
	static const struct sock_filter all[] = {
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	static const struct sock_filter none[] = {
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	static const struct sock_filter accumulator[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	/* Nothing was loaded: the accumulator is 0. */
	static const struct sock_filter nothing[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	/* No packet is both. */
	static const struct sock_filter both[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	/* More bits than the field has. */
	static const struct sock_filter wide[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x10800, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct mapi_tuples *tuples;

	tuples = mapi_tuples_new(all, ARRAY_SIZE(all), ETHERNET);
	KUNIT_EXPECT_TRUE(test, !tuples || tuples->nr == 1);
	if (tuples)
		KUNIT_EXPECT_NULL(test, memchr_inv(&tuples->tuple[0].mask, 0,
						   sizeof(struct mapi_key)));
	kfree(tuples);
	tuples = mapi_tuples_new(none, ARRAY_SIZE(none), ETHERNET);
	KUNIT_EXPECT_TRUE(test, !tuples || !tuples->nr);
	kfree(tuples);
	tuples = mapi_tuples_new(both, ARRAY_SIZE(both), ETHERNET);
	KUNIT_EXPECT_TRUE(test, !tuples || !tuples->nr);
	kfree(tuples);
	tuples = mapi_tuples_new(wide, ARRAY_SIZE(wide), ETHERNET);
	KUNIT_EXPECT_TRUE(test, !tuples || !tuples->nr);
	kfree(tuples);
	tuples = mapi_tuples_new(accumulator, ARRAY_SIZE(accumulator), ETHERNET);
	KUNIT_EXPECT_NULL(test, tuples);
	kfree(tuples);
	tuples = mapi_tuples_new(nothing, ARRAY_SIZE(nothing), ETHERNET);
	KUNIT_EXPECT_TRUE(test, !tuples || (tuples->nr == 1 &&
						!tuples->tuple[0].mask.w[0]));
	kfree(tuples);
}

/* A packet, as far as it goes. Return: false behind its end. */
static bool plain_load(const u8 *p, u32 len, u32 off, u16 code, u32 *a)
{
	u32 size = BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;

	if (off + size > len)
		return false;
	*a = size == 4 ? get_unaligned_be32(p + off) :
	     size == 2 ? get_unaligned_be16(p + off) : p[off];
	return true;
}

/* As bpf(4) has it, as far as random_insn() goes. */
static u32 plain_run(const struct sock_filter *code, const u8 *p, u32 len)
{
	const struct sock_filter *insn;
	u32 a = 0, x = 0, pc = 0, k;

	for (;;) {
		insn = &code[pc++];
		k = insn->k;
		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
		case BPF_LD | BPF_H | BPF_ABS:
		case BPF_LD | BPF_B | BPF_ABS:
			if (!plain_load(p, len, k, insn->code, &a))
				return 0;
			break;
		case BPF_LD | BPF_W | BPF_IND:
		case BPF_LD | BPF_H | BPF_IND:
		case BPF_LD | BPF_B | BPF_IND:
			if (!plain_load(p, len, x + k, insn->code, &a))
				return 0;
			break;
		case BPF_LD | BPF_IMM:
			a = k;
			break;
		case BPF_LD | BPF_W | BPF_LEN:
			a = len;
			break;
		case BPF_LDX | BPF_W | BPF_IMM:
			x = k;
			break;
		case BPF_LDX | BPF_B | BPF_MSH:
			if (k >= len)
				return 0;
			x = (p[k] & 0xf) * 4;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= k;
			break;
		case BPF_MISC | BPF_TAX:
			x = a;
			break;
		case BPF_MISC | BPF_TXA:
			a = x;
			break;
		case BPF_JMP | BPF_JA:
			pc += k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += a & k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JEQ | BPF_X:
			pc += a == x ? insn->jt : insn->jf;
			break;
		case BPF_RET | BPF_A:
			return a;
		default:
			return k;
		}
	}
}

static const u16 types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_RARP, ETH_P_8021Q };
static const u8 protos[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP, IPPROTO_FRAGMENT, 0,
};
static const u16 ports[] = { 80, 53, 9, 81, 0x0650, 0 };
static const u32 addrs[] = {
	0x0a010203, 0x0a010202, 0x0ac80001, 0x0b010203, 0xfd000000, 0, 1,
};

#define ONE_OF(rnd, array)	((array)[test_below(rnd, ARRAY_SIZE(array))])

static void random_addrs(struct rnd_state *rnd, u8 *p, u32 nr)
{
	while (nr--)
		put_unaligned_be32(ONE_OF(rnd, addrs), p + 4 * nr);
}

static void random_ipv4(struct rnd_state *rnd, u8 *p)
{
	static const u16 fragments[] = { 0, 0, 0, 0x4000, 0x2000, 1, 0x1fff, 0x2001, 0xe000 };
	u32 words = test_below(rnd, 4) ? 5 : test_below(rnd, 16);

	p[14] = 0x40 | words;
	put_unaligned_be16(ONE_OF(rnd, fragments), p + 20);
	p[23] = ONE_OF(rnd, protos);
	random_addrs(rnd, p + 26, 2);
	put_unaligned_be16(ONE_OF(rnd, ports), p + 14 + words * 4);
	put_unaligned_be16(ONE_OF(rnd, ports), p + 16 + words * 4);
}

static void random_ipv6(struct rnd_state *rnd, u8 *p)
{
	p[20] = ONE_OF(rnd, protos);
	random_addrs(rnd, p + 22, 8);
	put_unaligned_be16(ONE_OF(rnd, ports), p + 54);
	if (test_below(rnd, 2))
		p[54] = ONE_OF(rnd, protos);
	put_unaligned_be16(ONE_OF(rnd, ports), p + 56);
}

/* Such as filters ask for; often it ends too early. Return: its bytes. */
static u32 random_packet(struct rnd_state *rnd, u8 *p)
{
	u16 type = test_below(rnd, 20) ? ONE_OF(rnd, types) : 0x1234;

	prandom_bytes_state(rnd, p, LONGEST);
	put_unaligned_be16(type, p + 12);
	switch (type) {
	case ETH_P_IP:
		random_ipv4(rnd, p);
		break;
	case ETH_P_IPV6:
		random_ipv6(rnd, p);
		break;
	default:
		random_addrs(rnd, p + 28, 1);
		random_addrs(rnd, p + 38, 1);
	}
	return test_below(rnd, 3) ? LONGEST : test_below(rnd, LONGEST);
}

static bool plain_match(const struct mapi_tuples *tuples, const struct mapi_key *key)
{
	const struct mapi_tuple *t;
	u32 i, w;

	for (i = 0; i < tuples->nr; i++) {
		t = &tuples->tuple[i];
		for (w = 0; w < MAPI_KEY_WORDS; w++)
			if ((key->w[w] ^ t->value.w[w]) & t->mask.w[w])
				break;
		if (w == MAPI_KEY_WORDS)
			return true;
	}
	return false;
}

/* How often there was what is to be compared. */
struct counts {
	u32 proven;
	u64 packets;
	u64 passed;
};

static void show_filter(struct kunit *test, const struct sock_filter *code, u32 n,
			const u8 *packet, u32 len)
{
	u32 i;

	for (i = 0; i < n; i++)
		kunit_info(test, "{ %#x, %u, %u, %#x },\n", code[i].code, code[i].jt,
			   code[i].jf, code[i].k);
	for (i = 0; i < len; i += 20)
		kunit_info(test, "%u: %*ph\n", i, (int)min(len - i, 20U), packet + i);
}

static void compare(struct kunit *test, struct rnd_state *rnd,
		    const struct sock_filter *code, u32 n, u32 packets,
		    struct counts *counts)
{
	struct mapi_tuples *tuples = mapi_tuples_new(code, n, ETHERNET);
	struct mapi_key key = {};
	u8 all[LONGEST], *p;
	bool passes, matches;
	u32 len;

	if (!tuples)
		return;
	counts->proven++;
	while (packets--) {
		len = random_packet(rnd, all);
		/* Of its own size, for the debug kernel. */
		p = kmemdup(all, max(len, 1U), GFP_KERNEL);
		if (!p)
			break;
		if (mapi_key_make(p, len, &key)) {
			passes = plain_run(code, p, len);
			matches = plain_match(tuples, &key);
			KUNIT_EXPECT_EQ(test, passes, matches);
			if (passes != matches) {
				show_filter(test, code, n, p, len);
				packets = 0;
			}
			counts->packets++;
			counts->passed += passes;
		}
		kfree(p);
	}
	kfree(tuples);
}

/* A few wrong filters tell enough. */
static bool enough(struct kunit *test)
{
	return READ_ONCE(test->status) == KUNIT_FAILURE;
}

static void tuple_packets(struct kunit *test)
{
	struct counts counts = {};
	struct rnd_state rnd;
	u32 i, k, rounds, wanted = 0;

	test_random(test, &rnd);
	rounds = test_rounds(10);
	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		wanted += !!filters[i].tuples;
		for (k = 0; k < rounds; k++) {
			compare(test, &rnd, filters[i].code, filters[i].n, 100, &counts);
			cond_resched();
		}
	}
	kunit_info(test, "%llu of %llu packets passed\n", counts.passed, counts.packets);
	KUNIT_EXPECT_EQ(test, counts.proven, wanted * rounds);
	KUNIT_EXPECT_GT(test, counts.passed, counts.packets / 100);
}

static u32 random_constant(struct rnd_state *rnd)
{
	static const u32 masks[] = {
		0x1fff, 0x3fff, 0xff000000, 0xffff0000, 0xfffffffe, 0xff, 0xf, 1, U32_MAX,
	};

	switch (test_below(rnd, 6)) {
	case 0:
		return ONE_OF(rnd, types);
	case 1:
		return ONE_OF(rnd, protos);
	case 2:
		return ONE_OF(rnd, ports);
	case 3:
		return ONE_OF(rnd, addrs);
	case 4:
		return ONE_OF(rnd, masks);
	default:
		return prandom_u32_state(rnd);
	}
}

/* What may stand at @pc of @n that come before the last. */
static struct sock_filter random_insn(struct rnd_state *rnd, u32 pc, u32 n)
{
	static const struct sock_filter loads[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 26),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 30),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 28),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 38),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 22),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 50),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 54),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 56),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 14),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 14),
		BPF_STMT(BPF_LD | BPF_IMM, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 20),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_MISC | BPF_TXA, 0),
	};
	static const u16 jumps[] = {
		BPF_JEQ, BPF_JEQ, BPF_JEQ, BPF_JEQ, BPF_JSET, BPF_JGT, BPF_JGE,
	};
	struct sock_filter insn;

	switch (test_below(rnd, 8)) {
	case 0:
	case 1:
	case 2:
		return ONE_OF(rnd, loads);
	case 3:
		return (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K,
						    random_constant(rnd));
	case 4:
		return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						    test_below(rnd, 2));
	case 5:
		return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA,
						    test_below(rnd, n - pc));
	default:
		insn = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_K |
						    ONE_OF(rnd, jumps),
						    random_constant(rnd));
		insn.jt = test_below(rnd, n - pc);
		insn.jf = test_below(rnd, n - pc);
		return insn;
	}
}

static bool is_jump(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA;
}

/* A filter in which something is not as it was; the last instruction returns. */
static void spoil(struct rnd_state *rnd, struct sock_filter *code, u32 n)
{
	u32 pc = test_below(rnd, n - 1);
	struct sock_filter *insn = &code[pc];

	switch (test_below(rnd, 6)) {
	case 0:
		*insn = random_insn(rnd, pc, n - 1);
		break;
	case 1:
		if (is_jump(insn))
			insn->jt = test_below(rnd, n - 1 - pc);
		break;
	case 2:
		if (is_jump(insn))
			insn->jf = test_below(rnd, n - 1 - pc);
		break;
	case 3:
		if (is_jump(insn))
			swap(insn->jt, insn->jf);
		break;
	case 4:
		if (is_jump(insn))
			insn->k = random_constant(rnd);
		break;
	default:
		if (BPF_CLASS(insn->code) == BPF_RET)
			insn->k = !insn->k;
		else if (is_jump(insn))
			insn->code = BPF_JMP | BPF_K |
				     (test_below(rnd, 2) ? BPF_JSET : BPF_JEQ);
	}
}

static void tuple_spoilt(struct kunit *test)
{
	struct sock_filter *code;
	struct counts counts = {};
	struct rnd_state rnd;
	u32 i, k, f, rounds;

	code = kunit_kcalloc(test, CODE_MAX, sizeof(*code), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, code);
	test_random(test, &rnd);
	rounds = test_rounds(3000);
	for (i = 0; i < rounds && !enough(test); i++) {
		f = test_below(&rnd, ARRAY_SIZE(filters));
		memcpy(code, filters[f].code, filters[f].n * sizeof(*code));
		for (k = 1 + test_below(&rnd, 4); k--;)
			spoil(&rnd, code, filters[f].n);
		compare(test, &rnd, code, filters[f].n, 40, &counts);
		cond_resched();
	}
	kunit_info(test, "%u filters of %u proven, %llu of %llu packets passed\n",
		   counts.proven, rounds, counts.passed, counts.packets);
	KUNIT_EXPECT_GT(test, counts.proven, rounds / 50);
	KUNIT_EXPECT_GT(test, counts.passed, counts.packets / 100);
}

static void tuple_random(struct kunit *test)
{
	struct sock_filter *code;
	struct counts counts = {};
	struct rnd_state rnd;
	u32 i, pc, n, rounds;

	code = kunit_kcalloc(test, CODE_MAX, sizeof(*code), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, code);
	test_random(test, &rnd);
	rounds = test_rounds(5000);
	for (i = 0; i < rounds && !enough(test); i++) {
		n = 3 + test_below(&rnd, 12);
		/* Most begin like this; without, next to nothing is known. */
		code[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12);
		code[1] = random_insn(&rnd, 1, n - 1);
		if (n > 3 && test_below(&rnd, 4))
			code[1] = (struct sock_filter)
				  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					   ONE_OF(&rnd, types), 0,
					   test_below(&rnd, n - 2));
		for (pc = 2; pc < n - 1; pc++)
			code[pc] = random_insn(&rnd, pc, n - 1);
		code[n - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							   test_below(&rnd, 2));
		compare(test, &rnd, code, n, 20, &counts);
		cond_resched();
	}
	kunit_info(test, "%u filters of %u proven, %llu of %llu packets passed\n",
		   counts.proven, rounds, counts.passed, counts.packets);
	KUNIT_EXPECT_GT(test, counts.proven, rounds / 200);
}

static struct kunit_case tuple_cases[] = {
	KUNIT_CASE(tuple_numbers),
	KUNIT_CASE(tuple_values),
	KUNIT_CASE(tuple_odd),
	KUNIT_CASE(tuple_packets),
	KUNIT_CASE(tuple_spoilt),
	KUNIT_CASE(tuple_random),
	{}
};

static struct kunit_suite tuple_suite = {
	.name = "mapi_tuple",
	.test_cases = tuple_cases,
};

kunit_test_suite(tuple_suite);
