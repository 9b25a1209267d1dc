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

	*len = 0;
	if (!hdr->l3 && hdr->proto != ETH_P_IP && hdr->proto != ETH_P_IPV6)
		return (struct part){ };
	if (hdr->proto == ETH_P_ARP)
		*len = ARP_FIXED;
	p = mapi_pkt_pull(pkt, hdr->l3 + sizeof(struct iphdr));
	if (!p)
		return part;
	p += hdr->l3;
	if (hdr->proto == ETH_P_IP && p[0] >> 4 == 4 && (p[0] & 0xf) >= 5) {
		*len = (p[0] & 0xf) * 4;
		total = p[2] << 8 | p[3];
	} else if (hdr->proto == ETH_P_IPV6 && p[0] >> 4 == 6) {
		*len = sizeof(struct ipv6hdr);
		total = p[4] << 8 | p[5];
		total += total ? *len : 0;
	}
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

static u64 additive(const u8 *p, u32 len)
{
	u64 sum = len;
	u32 i;

	for (i = 0; i < len; i++)
		sum += p[i];
	return sum % MODULUS;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct hash *h = inst->priv;
	struct part part = layer(pkt, mapi_num(inst, ARG_LAYER));
	const u8 *p = mapi_pkt_pull(pkt, part.end);
	u32 len = part.end - part.begin;

	if (!p)
		return MAPI_PASS;
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
