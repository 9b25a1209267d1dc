// SPDX-License-Identifier: GPL-2.0
/*
 * TOP: which values of a header field most packets, or bytes, have.
 *
 * All CPUs have one table of values, into which a value goes when it is first seen, and
 * each counts for itself. Who puts a value there also writes it into the result of its
 * CPU, where it is 0 for all others: so all of the result are sums over CPUs. Two CPUs
 * may put the same value into two places at a time; the client half adds these up.
 */
#include <linux/in.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/unaligned.h>
#include <mapi/fhelp.h>
#include <mapi/period.h>

/**
 * DOC: TOP (int x, int protocol, int field, int sortby, int reset)
 *
 * Counts packets and bytes for each value of a header field, and tells the first @x
 * values, 1 to 1000, of those with most packets (@sortby SORT_BY_PACKETS, 1) or bytes
 * (SORT_BY_BYTES, 2). Every @reset seconds it begins anew; 0: never.
 *
 * The @field is one of @protocol's:
 *
 * - TOPX_IP: (1) TOPX_IP_TOS (1), LENGTH, ID, OFFSET, TTL, PROTOCOL, CHECKSUM, SRCIP,
 *   DSTIP (9). In IPv6 these are the traffic class, payload length, hop limit, protocol
 *   behind the extension headers, and addresses; it has no ID, OFFSET and CHECKSUM
 * - TOPX_TCP: (2) TOPX_TCP_SRCPORT (10), DSTPORT, SEQ, ACK, FLAGS, WIN, CRC, URGENT (17)
 * - TOPX_UDP: (3) TOPX_UDP_SRCPORT (18), DSTPORT, LENGTH, CHECKSUM (21)
 *
 * There is room for 8192 values, each in one of 16 places in a row: those that come first
 * have them. Packets of other values are counted together, as are those that have no such
 * field, so that all of them are all packets. If there are no others, all counts are exact.
 * Else no value that is missing has more than these, and a value that is there has lost
 * none to them but those that came on another CPU just while it was put there. A reset
 * begins counts anew, and values keep their places.
 *
 * Result: a 32-bit n, and behind it, without padding, n times struct topx_result of
 * <mapi/extraflib.h>: the value, or the address and its family; packets; bytes; and 0.
 * Behind the room for @x of these, that is 4 + 48 * @x bytes, four 64-bit numbers: packets
 * and bytes of other values, packets and bytes without the field. In the kernel the result
 * is these four, and five words for each value.
 *
 * Errors: 7001 for an @x out of range; 7002 for an unknown @protocol; 7003 for a @field that
 * it has not; 7004 for another @sortby; 7005 for a negative @reset.
 *
 * Cost: 681 instructions for a packet of 60 bytes: a look-up in a table, with SipHash, since
 * who sends could choose values that meet in one place.
 *
 * Truncated packets: have no field if it was not captured.
 */

#define ARG_PROTOCOL	2
#define ARG_FIELD	3
#define ARG_RESET	5

#define X_MAX		1000
#define VALUES		8192	/* a power of two */
#define PROBES		16

enum { IP = 1, TCP, UDP };

enum {
	F_IP_TOS = 1, F_IP_LENGTH, F_IP_ID, F_IP_OFFSET, F_IP_TTL, F_IP_PROTOCOL, F_IP_CHECKSUM,
	F_IP_SRCIP, F_IP_DSTIP,
	F_TCP_SRCPORT, F_TCP_DSTPORT, F_TCP_SEQ, F_TCP_ACK, F_TCP_FLAGS, F_TCP_WIN, F_TCP_CRC,
	F_TCP_URGENT,
	F_UDP_SRCPORT, F_UDP_DSTPORT, F_UDP_LENGTH, F_UDP_CHECKSUM,
	F_NR
};

/* Words of the result in front of values, and of each. */
enum { OTHER_PKTS, OTHER_BYTES, NONE_PKTS, NONE_BYTES, HEAD };
enum { KEY, ADDR_HIGH, ADDR_LOW, PKTS, BYTES, WORDS };

#define KEY_USED	BIT_ULL(63)

/**
 * struct value - of a field
 * @key: a number, its family << 32, and %KEY_USED
 * @high: first half of an address, in the packet's byte order
 * @low: the second
 */
struct value {
	u64 key;
	u64 high;
	u64 low;
};

/**
 * struct place - for a value
 * @state: how far it is: FREE, TAKEN, READY
 * @value: which; stays once it is READY
 */
struct place {
	u32 state;
	struct value value;
};

enum { FREE, TAKEN, READY };

/**
 * struct top - the table
 * @period: of resets
 * @places: for values
 * @secret: of the hash
 */
struct top {
	struct mapi_period period;
	struct place *places;
	siphash_key_t secret;
};

/* Where a field is in its header, and how long; 0 bytes: it has none. */
struct field {
	u8 off;
	u8 len;
};

static const struct field ipv4[] = {
	[F_IP_TOS] = { 1, 1 }, [F_IP_LENGTH] = { 2, 2 }, [F_IP_ID] = { 4, 2 },
	[F_IP_OFFSET] = { 6, 2 }, [F_IP_TTL] = { 8, 1 }, [F_IP_PROTOCOL] = { 9, 1 },
	[F_IP_CHECKSUM] = { 10, 2 }, [F_IP_SRCIP] = { 12, 4 }, [F_IP_DSTIP] = { 16, 4 },
};

/* The traffic class is not at a byte, and the protocol not in this header. */
static const struct field ipv6[] = {
	[F_IP_TOS] = { 0, 2 }, [F_IP_LENGTH] = { 4, 2 }, [F_IP_TTL] = { 7, 1 },
	[F_IP_SRCIP] = { 8, 16 }, [F_IP_DSTIP] = { 24, 16 },
};

static const struct field transport[] = {
	[F_TCP_SRCPORT] = { 0, 2 }, [F_TCP_DSTPORT] = { 2, 2 }, [F_TCP_SEQ] = { 4, 4 },
	[F_TCP_ACK] = { 8, 4 }, [F_TCP_FLAGS] = { 13, 1 }, [F_TCP_WIN] = { 14, 2 },
	[F_TCP_CRC] = { 16, 2 }, [F_TCP_URGENT] = { 18, 2 },
	[F_UDP_SRCPORT] = { 0, 2 }, [F_UDP_DSTPORT] = { 2, 2 }, [F_UDP_LENGTH] = { 4, 2 },
	[F_UDP_CHECKSUM] = { 6, 2 },
};

static bool read_field(struct mapi_pkt *pkt, u32 at, const struct field *f,
		       struct value *v)
{
	u32 off = at + f->off;
	const u8 *p;

	if (!f->len)
		return false;
	p = mapi_pkt_pull(pkt, off + f->len);
	if (!p)
		return false;
	p += off;
	*v = (struct value){ .key = KEY_USED };
	switch (f->len) {
	case 1:
		v->key |= *p;
		break;
	case 2:
		v->key |= get_unaligned_be16(p);
		break;
	case 4:
		v->key |= get_unaligned_be32(p);
		break;
	default:
		memcpy(&v->high, p, 8);
		memcpy(&v->low, p + 8, 8);
	}
	return true;
}

static bool read_ip(struct mapi_pkt *pkt, const struct mapi_hdr *hdr, u32 field,
		    struct value *v)
{
	bool is6 = hdr->proto == ETH_P_IPV6;
	u64 family = is6 ? AF_INET6 : AF_INET;

	if (!is6 && hdr->proto != ETH_P_IP)
		return false;
	if (is6 && field == F_IP_PROTOCOL) {
		*v = (struct value){ .key = KEY_USED | hdr->l4_proto };
		if (!hdr->l4)
			return false;
	} else if (!read_field(pkt, hdr->l3, is6 ? &ipv6[field] : &ipv4[field],
			       v)) {
		return false;
	}
	if (is6 && field == F_IP_TOS)
		v->key = KEY_USED | ((v->key >> 4) & 0xff);
	if (!is6 && field == F_IP_OFFSET)
		v->key &= ~0xe000ULL;	/* flags */
	if (field == F_IP_SRCIP || field == F_IP_DSTIP)
		v->key |= family << 32;
	return true;
}

static bool read_value(const struct mapi_inst *inst, struct mapi_pkt *pkt,
		       struct value *v)
{
	u32 protocol = mapi_num(inst, ARG_PROTOCOL);
	u32 field = mapi_num(inst, ARG_FIELD);
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	if (protocol == IP)
		return read_ip(pkt, hdr, field, v);
	return hdr->l4 &&
	       hdr->l4_proto == (protocol == TCP ? IPPROTO_TCP : IPPROTO_UDP) &&
	       read_field(pkt, hdr->l4, &transport[field], v);
}

/* A new value at a place of its own; the words say it to readers. */
static void settle(struct place *place, const struct value *v, u64 *words)
{
	place->value = *v;
	WRITE_ONCE(words[ADDR_HIGH], v->high);
	WRITE_ONCE(words[ADDR_LOW], v->low);
	WRITE_ONCE(words[KEY], v->key);
	/* pairs with the acquire in find(): the value before it is READY */
	smp_store_release(&place->state, READY);
}

/* Return: the words of a value on this CPU, %NULL if there is no room for it. */
static u64 *find(const struct mapi_inst *inst, u32 cpu, const struct value *v)
{
	struct top *t = inst->priv;
	u32 at = siphash(v, sizeof(*v), &t->secret), i, state;
	u64 *words = mapi_result(inst, cpu) + HEAD;
	struct place *place;

	for (i = 0; i < PROBES; i++, at++) {
		at &= VALUES - 1;
		place = &t->places[at];
		state = READ_ONCE(place->state);
		if (state == FREE && try_cmpxchg(&place->state, &state, TAKEN)) {
			settle(place, v, words + at * WORDS);
			return words + at * WORDS;
		}
		/* What another CPU is about to write is taken for another value. */
		if (smp_load_acquire(&place->state) != READY)
			continue;
		if (!memcmp(&place->value, v, sizeof(*v)))
			return words + at * WORDS;
	}
	return NULL;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	u64 *words = mapi_result(inst, pkt->cpu), *counts;
	struct value v;

	if (!read_value(inst, pkt, &v)) {
		counts = words + NONE_PKTS;
	} else {
		counts = find(inst, pkt->cpu, &v);
		counts = counts ? counts + PKTS : words + OTHER_PKTS;
	}
	mapi_add(&counts[0], 1);
	mapi_add(&counts[1], pkt->wirelen);
	return MAPI_PASS;
}

static bool is_count(u32 word)
{
	return word < HEAD || (word - HEAD) % WORDS >= PKTS;
}

/* As the core does it, but what values there are is no count. */
static int reset(struct mapi_inst *inst)
{
	u32 i, cpu, nr = inst->result_size / sizeof(u64);
	u64 *base = mapi_result(inst, nr_cpu_ids);
	struct mapi_result_desc *desc = inst->desc;
	u64 word;

	WRITE_ONCE(desc->seq, desc->seq + 1);
	smp_wmb();	/* pairs with the reader: seq before the base */
	for (i = 0; i < nr; i++) {
		if (!is_count(i))
			continue;
		word = 0;
		for (cpu = 0; cpu < nr_cpu_ids; cpu++)
			word += READ_ONCE(mapi_result(inst, cpu)[i]);
		WRITE_ONCE(base[i], word);
	}
	smp_wmb();	/* the base before seq */
	WRITE_ONCE(desc->seq, desc->seq + 1);
	return 0;
}

static void passed(struct mapi_inst *inst, u32 periods)
{
	reset(inst);
}

static int instance(struct mapi_inst *inst)
{
	static const u8 first[] = { 0, F_IP_TOS, F_TCP_SRCPORT, F_UDP_SRCPORT, F_NR };
	u32 protocol = mapi_num(inst, ARG_PROTOCOL);
	u32 field = mapi_num(inst, ARG_FIELD);
	struct top *t = inst->priv;

	if (field < first[protocol] || field >= first[protocol + 1])
		return mapi_bad_arg(inst, ARG_FIELD, -EINVAL,
				    "%u is no field of that protocol", field);
	inst->result_size = (HEAD + VALUES * WORDS) * sizeof(u64);
	t->period.inst = inst;
	t->period.passed = passed;
	if (!mapi_num(inst, ARG_RESET))
		return 0;
	return mapi_period_set(inst, ARG_RESET,
			       mapi_num(inst, ARG_RESET) * NSEC_PER_SEC,
			       &t->period);
}

static int init(struct mapi_inst *inst)
{
	struct top *t = inst->priv;
	int ret;

	get_random_bytes(&t->secret, sizeof(t->secret));
	ret = mapi_inst_charge(inst, VALUES * sizeof(*t->places));
	if (ret)
		return ret;
	t->places = kvcalloc(VALUES, sizeof(*t->places), GFP_KERNEL_ACCOUNT);
	if (t->places)
		return 0;
	mapi_inst_uncharge(inst, VALUES * sizeof(*t->places));
	return -ENOMEM;
}

static void start(struct mapi_inst *inst)
{
	struct top *t = inst->priv;

	mapi_period_start(&t->period);
}

static void end(struct mapi_inst *inst)
{
	struct top *t = inst->priv;

	mapi_period_end(&t->period);
}

static void cleanup(struct mapi_inst *inst)
{
	struct top *t = inst->priv;

	mapi_period_free(&t->period);
	if (!t->places)
		return;
	kvfree(t->places);
	mapi_inst_uncharge(inst, VALUES * sizeof(*t->places));
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("x", 1, X_MAX),
	MAPI_ARG_INT("protocol", IP, UDP),
	MAPI_ARG_INT("field", 1, F_NR - 1),
	MAPI_ARG_INT("sortby", 1, 2),
	MAPI_ARG_INT("reset", 0, 86400 * 365),
};

static struct mapi_func top = {
	.name		= "TOP",
	.library	= "extraflib",
	.devoid		= "1",
	.descr		= "Which values of a header field most packets or bytes have",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SUM,
	.priv_size	= sizeof(struct top),
	.instance	= instance,
	.init		= init,
	.start		= start,
	.process	= process,
	.reset		= reset,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(top, TOP);

MODULE_DESCRIPTION("MAPI function TOP");
MODULE_LICENSE("GPL");
