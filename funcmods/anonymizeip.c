// SPDX-License-Identifier: GPL-2.0
/*
 * ANONYMIZEIP: prefix-preserving anonymisation of addresses.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <mapi/edit.h>
#include <mapi/fhelp.h>
#include <mapi/pan.h>
#include <net/checksum.h>
#include <net/ndisc.h>

/**
 * DOC: ANONYMIZEIP (string key)
 *
 * Replaces the addresses of packets, for the functions behind it in the flow; other
 * flows see the packets as they are. Addresses that have a prefix in common, as those of
 * one network, still have one of the same length (Crypto-PAn; for IPv6 the same with 128
 * bits, as others do it). Who has the key gets the same addresses anywhere, at any time;
 * without it nobody gets them back. @key are 64 hexadecimal digits, or at least 32 characters,
 * of which the first 32 count.
 *
 * Replaced are source and destination address of IPv4 and IPv6, behind VLAN tags and MPLS
 * labels; those in ARP; in errors of ICMP those of the packet that they are about; and
 * those that redirects and neighbour discovery are about. Checksums that were right are
 * right. What protocols say in payloads stays, and so do addresses in tunnels and in
 * routing headers of IPv6, and link-layer addresses.
 *
 * Result: none.
 *
 * Errors: 7001 for a @key that is too short.
 *
 * Cost: 1,631 instructions for a packet of 60 bytes, 2,181 for 1,514, whose addresses came
 * lately; for another, an encryption with AES for each bit of it. Each CPU remembers 512
 * addresses of IPv4 and 128 of IPv6. Flows with the same key share it.
 *
 * Truncated packets: of an address that was not captured whole the rest is zeroed.
 */

#define ARG_KEY		1

#define ADDR_MAX	16

struct anonymizeip {
	struct mapi_pan *pan;
};

static void replace(const struct anonymizeip *a, const u8 *from, u8 *to, u32 len)
{
	if (len == 4)
		mapi_pan_ipv4(a->pan, from, to);
	else
		mapi_pan_ipv6(a->pan, from, to);
}

/* The address at @off; nothing is known of the packet's length. */
static void replace_at(const struct anonymizeip *a, struct mapi_pkt *pkt, u32 off,
		       u32 len)
{
	u8 addr[ADDR_MAX] = {};

	if (off >= pkt->caplen)
		return;
	if (len <= pkt->caplen - off)
		replace(a, pkt->data + off, addr, len);
	mapi_pkt_put(pkt, off, addr, min(len, pkt->caplen - off));
}

/* Where an address is in a pair of them, in a network header. */
static u32 saddr_off(bool ipv4)
{
	return ipv4 ? offsetof(struct iphdr, saddr) : offsetof(struct ipv6hdr, saddr);
}

static u32 addr_len(bool ipv4)
{
	return ipv4 ? 4 : 16;
}

/* Of the transport header of a packet in an error, if it has one that covers addresses. */
static u32 inner_check(const u8 *p, u32 len, bool ipv4)
{
	u32 off = ipv4 ? (p[0] & 0xf) * 4 : sizeof(struct ipv6hdr);
	u8 proto = ipv4 ? p[offsetof(struct iphdr, protocol)] :
			  p[offsetof(struct ipv6hdr, nexthdr)];

	switch (proto) {
	case IPPROTO_TCP:
		off += offsetof(struct tcphdr, check);
		break;
	case IPPROTO_UDP:
		off += offsetof(struct udphdr, check);
		break;
	case IPPROTO_ICMPV6:
		off += offsetof(struct icmp6hdr, icmp6_cksum);
		break;
	default:
		return 0;
	}
	if (ipv4 && get_unaligned_be16(p + offsetof(struct iphdr, frag_off)) & 0x1fff)
		return 0;
	if (off + 2 > len || (proto == IPPROTO_UDP && !get_unaligned((__be16 *)(p + off))))
		return 0;
	return off;
}

static void mend(struct mapi_pkt *pkt, u32 off, __wsum diff)
{
	__sum16 check;

	memcpy(&check, pkt->data + off, sizeof(check));
	csum_replace_by_diff(&check, diff);
	mapi_pkt_put(pkt, off, &check, sizeof(check));
}

/* The packet that an error is about, as far as it is quoted. */
static void replace_inner(const struct anonymizeip *a, struct mapi_pkt *pkt, u32 off)
{
	u32 left = pkt->caplen - min(off, pkt->caplen), len, at, check;
	__wsum before, after;
	const u8 *p = pkt->data + off;
	bool ipv4;

	if (!left)
		return;
	ipv4 = p[0] >> 4 == 4;
	len = addr_len(ipv4);
	at = off + saddr_off(ipv4);
	if (saddr_off(ipv4) + 2 * len > left) {
		replace_at(a, pkt, at, len);
		replace_at(a, pkt, at + len, len);
		return;
	}
	before = csum_partial(pkt->data + at, 2 * len, 0);
	replace_at(a, pkt, at, len);
	replace_at(a, pkt, at + len, len);
	after = csum_partial(pkt->data + at, 2 * len, 0);
	if (ipv4)
		mend(pkt, off + offsetof(struct iphdr, check), csum_sub(after, before));
	check = inner_check(p, left, ipv4);
	if (check)
		mend(pkt, off + check, csum_sub(after, before));
}

static void replace_icmp(const struct anonymizeip *a, struct mapi_pkt *pkt, u32 l4)
{
	switch (pkt->data[l4]) {
	case ICMP_REDIRECT:
		replace_at(a, pkt, l4 + offsetof(struct icmphdr, un.gateway), 4);
		fallthrough;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		replace_inner(a, pkt, l4 + sizeof(struct icmphdr));
	}
}

static void replace_icmpv6(const struct anonymizeip *a, struct mapi_pkt *pkt, u32 l4)
{
	u32 off = l4 + sizeof(struct icmp6hdr);

	switch (pkt->data[l4]) {
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_PKT_TOOBIG:
	case ICMPV6_TIME_EXCEED:
	case ICMPV6_PARAMPROB:
		replace_inner(a, pkt, off);
		break;
	case NDISC_REDIRECT:
		replace_at(a, pkt, off + 16, 16);
		fallthrough;
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		replace_at(a, pkt, off, 16);
	}
}

static void replace_ip(const struct anonymizeip *a, struct mapi_pkt *pkt,
		       const struct mapi_hdr *hdr, bool ipv4)
{
	u32 len = addr_len(ipv4), off = hdr->l3 + saddr_off(ipv4);

	replace_at(a, pkt, off, len);
	replace_at(a, pkt, off + len, len);
	if (!hdr->l4)
		return;
	if (ipv4 && hdr->l4_proto == IPPROTO_ICMP)
		replace_icmp(a, pkt, hdr->l4);
	else if (!ipv4 && hdr->l4_proto == IPPROTO_ICMPV6)
		replace_icmpv6(a, pkt, hdr->l4);
}

/* Behind the fixed header: hardware and protocol address of both ends. */
static void replace_arp(const struct anonymizeip *a, struct mapi_pkt *pkt, u32 l3)
{
	const u8 *p = pkt->data + l3;
	u32 off = l3 + sizeof(struct arphdr), hln, n;

	if (l3 + sizeof(struct arphdr) > pkt->caplen ||
	    get_unaligned_be16(p + offsetof(struct arphdr, ar_pro)) != ETH_P_IP ||
	    p[offsetof(struct arphdr, ar_pln)] != 4)
		return;
	hln = p[offsetof(struct arphdr, ar_hln)];
	for (n = 0; n < 2; n++)
		replace_at(a, pkt, off + n * (hln + 4) + hln, 4);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct anonymizeip *a = inst->priv;
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	switch (hdr->proto) {
	case ETH_P_IP:
	case ETH_P_IPV6:
		replace_ip(a, pkt, hdr, hdr->proto == ETH_P_IP);
		break;
	case ETH_P_ARP:
	case ETH_P_RARP:
		replace_arp(a, pkt, hdr->l3);
	}
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	if (strlen(mapi_str(inst, ARG_KEY)) < MAPI_PAN_KEY_LEN)
		return mapi_bad_arg(inst, ARG_KEY, -EINVAL,
				    "is shorter than %u characters",
				    MAPI_PAN_KEY_LEN);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct anonymizeip *a = inst->priv;
	const char *str = mapi_str(inst, ARG_KEY);
	u8 key[MAPI_PAN_KEY_LEN];
	struct mapi_pan *pan;

	if (strlen(str) != 2 * sizeof(key) || hex2bin(key, str, sizeof(key)))
		memcpy(key, str, sizeof(key));
	pan = mapi_pan_new(inst, key);
	memzero_explicit(key, sizeof(key));
	if (IS_ERR(pan))
		return PTR_ERR(pan);
	a->pan = pan;
	return 0;
}

static void cleanup(struct mapi_inst *inst)
{
	struct anonymizeip *a = inst->priv;

	mapi_pan_free(a->pan, inst);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("key"),
};

static struct mapi_func anonymizeip = {
	.name		= "ANONYMIZEIP",
	.library	= "extraflib",
	.devoid		= "1",
	.descr		= "Replaces addresses, for the functions behind it, so that those with a common prefix have one still; key is 64 hexadecimal digits or 32 characters",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_MODIFIES | MAPI_FUNC_F_PURE,
	.priv_size	= sizeof(struct anonymizeip),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(anonymizeip, ANONYMIZEIP);

MODULE_DESCRIPTION("MAPI function ANONYMIZEIP");
MODULE_LICENSE("GPL");
