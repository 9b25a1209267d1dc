// SPDX-License-Identifier: GPL-2.0
/*
 * HASH: a hash of the last packet, or of a part of it.
 *
 * Without a key it is MAPI's own: the number of bytes plus their sum, modulo
 * 500,009. That is good for little more than to tell that packets differ. With
 * a key it is SipHash-2-4 (J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast
 * short-input PRF", 2012), which nobody without the key can make collide.
 *
 * Hashed is what was captured of the layer: without the padding of a short
 * Ethernet frame, which belongs to no layer but the whole frame.
 */
#include <linux/kernel.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/siphash.h>
#include <linux/unaligned.h>
#include <mapi/fhelp.h>

/**
 * DOC: HASH (int layer | string key = "")
 *
 * Tells a hash of the last packet's bytes, as far as they were captured, of one @layer:
 *
 * - 0: the whole frame
 * - 1: from the network header on, without what pads a short frame
 * - 2: what is behind the header of IPv4 or IPv6, or the fixed eight bytes of ARP
 * - 3: what is behind the header of TCP, UDP or ICMP (eight bytes; four of ICMPv6)
 *
 * VLAN tags and MPLS labels are skipped, and IPv6 extension headers for layer 3; of a
 * tunnel, the outer headers count. A layer that is not there, or not there in a
 * fragment, is no bytes.
 *
 * Without a @key it is MAPI's own hash: the number of bytes plus their sum, modulo
 * 500009. With one, which is 32 hexadecimal digits, it is SipHash-2-4, which nobody
 * who does not know the key can make collide.
 *
 * Result: a 64-bit number, in host byte order; MAPI's own has no more than 19 bits.
 *
 * Errors: 7001 for a layer that is none of these, 7002 for a key that is none.
 *
 * Cost: 442 instructions for a frame of 60 bytes, 2,275 for 1,514.
 *
 * Truncated packets: the part of the layer that was captured is hashed, and its length
 * is that of the part.
 */

#define ARG_LAYER	1
#define ARG_KEY		2

#define MODULUS		500009
#define ARP_FIXED	8	/* bytes of its header that are always there */

/* Layers, as MAPI numbers them. */
enum {
	FRAME,		/* all of it */
	NETWORK,	/* from the network header on */
	TRANSPORT,	/* what is behind that header */
	PAYLOAD,	/* what is behind that of TCP, UDP or ICMP */
	LAYERS
};

/**
 * struct hash - how
 * @keyed: with SipHash and @key
 * @key: of the argument's 16 bytes
 */
struct hash {
	bool keyed;
	siphash_key_t key;
};

/* Where a layer is: from @begin to @end, nowhere if they are equal. */
struct part {
	u32 begin;
	u32 end;
};

/* Bytes of ARP, by its own header (RFC 826); 0 if that was not captured. */
static u32 arp_len(struct mapi_pkt *pkt, u32 l3)
{
	const u8 *p = mapi_pkt_pull(pkt, l3 + ARP_FIXED);

	return p ? ARP_FIXED + 2 * (p[l3 + 4] + p[l3 + 5]) : 0;
}

/**
 * network - where the network layer is
 * @pkt: the packet
 * @hdr: its headers
 * @len: set to the bytes of the network header, 0 if it is none that we know
 *
 * Return: where it begins; and ends, by its own header, or with the frame.
 */
static struct part network(struct mapi_pkt *pkt, const struct mapi_hdr *hdr,
			   u32 *len)
{
	struct part part = { hdr->l3, pkt->caplen };
	u32 total = 0;
	const u8 *p;

	/* What looks like a type is a length, of IEEE 802.2 and what is behind it. */
	if (hdr->proto < ETH_P_802_3_MIN)
		total = hdr->proto;
	*len = 0;
	if (!hdr->l3 && hdr->proto != ETH_P_IP && hdr->proto != ETH_P_IPV6)
		return (struct part){ };
	if (hdr->proto == ETH_P_ARP) {
		*len = ARP_FIXED;
		total = arp_len(pkt, hdr->l3);
	}
	p = mapi_pkt_pull(pkt, hdr->l3 + sizeof(struct iphdr));
	if (!p)
		goto out;
	p += hdr->l3;
	if (hdr->proto == ETH_P_IP && p[0] >> 4 == 4 && (p[0] & 0xf) >= 5) {
		*len = (p[0] & 0xf) * 4;
		total = p[2] << 8 | p[3];
	} else if (hdr->proto == ETH_P_IPV6 && p[0] >> 4 == 6) {
		*len = sizeof(struct ipv6hdr);
		total = p[4] << 8 | p[5];
		total += total ? *len : 0;
	}
out:
	/* 0: a super-packet of TCP, or a jumbogram (RFC 2675). */
	if (total)
		part.end = min(part.end, part.begin + total);
	return part;
}

/* Where the payload of TCP, UDP or ICMP begins; 0: nowhere. */
static u32 payload_begin(const struct mapi_hdr *hdr)
{
	if (!hdr->l4)
		return 0;
	switch (hdr->l4_proto) {
	case IPPROTO_ICMP:
		return hdr->l4 + sizeof(struct icmphdr);
	case IPPROTO_ICMPV6:
		return hdr->l4 + offsetof(struct icmp6hdr, icmp6_dataun);
	}
	return hdr->payload;
}

static struct part layer(struct mapi_pkt *pkt, u32 which)
{
	struct part part = { 0, pkt->caplen };
	const struct mapi_hdr *hdr;
	u32 len;

	if (which == FRAME)
		return part;
	hdr = mapi_pkt_hdr(pkt);
	part = network(pkt, hdr, &len);
	if (which == TRANSPORT)
		part.begin = len ? part.begin + len : part.end;
	else if (which == PAYLOAD)
		part.begin = payload_begin(hdr) ?: part.end;
	part.begin = min(part.begin, part.end);
	return part;
}

#define EVEN_BYTES	0x00ff00ff00ff00ffULL
#define EVEN_LANES	0x0000ffff0000ffffULL
#define LANE_WORDS	128	/* that many times two bytes do not fill a lane */

/* Sum of the bytes of @nr words, in lanes of 16 bits. */
static u64 sum_words(const u8 *p, u32 nr)
{
	u64 lanes = 0, word;

	while (nr--) {
		word = get_unaligned((const u64 *)p);
		lanes += (word & EVEN_BYTES) + (word >> 8 & EVEN_BYTES);
		p += sizeof(word);
	}
	lanes = (lanes & EVEN_LANES) + (lanes >> 16 & EVEN_LANES);
	return (u32)lanes + (lanes >> 32);
}

static u64 additive(const u8 *p, u32 len)
{
	u64 sum = len;
	u32 nr;

	for (; len >= sizeof(u64); len -= nr * sizeof(u64)) {
		nr = min_t(u32, len / sizeof(u64), LANE_WORDS);
		sum += sum_words(p, nr);
		p += nr * sizeof(u64);
	}
	while (len--)
		sum += *p++;
	return sum % MODULUS;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct hash *h = inst->priv;
	struct part part = layer(pkt, mapi_num(inst, ARG_LAYER));
	const u8 *p = mapi_pkt_pull(pkt, part.end);
	u32 len = part.end - part.begin;

	/* What cannot be read, though it was captured, is nothing. */
	if (!p)
		len = 0;
	else
		p += part.begin;
	mapi_result_last(inst, pkt, h->keyed ? siphash(p, len, &h->key) :
					       additive(p, len));
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	const char *key = mapi_str(inst, ARG_KEY);
	struct hash *h = inst->priv;
	u8 bytes[16];

	if (!key || !*key)
		return 0;
	if (strlen(key) != 2 * sizeof(bytes) || hex2bin(bytes, key, sizeof(bytes)))
		return mapi_bad_arg(inst, ARG_KEY, -EINVAL,
				    "a key is %zu hexadecimal digits",
				    2 * sizeof(bytes));
	/* Byte order as in the paper's test vectors. */
	h->key.key[0] = get_unaligned_le64(bytes);
	h->key.key[1] = get_unaligned_le64(bytes + 8);
	h->keyed = true;
	return 0;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("layer", FRAME, LAYERS - 1),
	MAPI_ARG_STR_EXTRA("key"),
};

static struct mapi_func hash = {
	.name		= "HASH",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Hash of the last packet: the whole frame (layer 0), from its network header on (1), what is behind that header (2), or behind that of TCP, UDP or ICMP (3)",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_LAST,
	.result_size	= sizeof(u64),
	.priv_size	= sizeof(struct hash),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(hash, HASH);

MODULE_DESCRIPTION("MAPI function HASH");
MODULE_LICENSE("GPL");
