// SPDX-License-Identifier: GPL-2.0
/*
 * Super-packets (GRO on reception, GSO and TSO on sending) shown as the
 * packets on the wire: one by one if a function looks at them, or one packet
 * that counts as many.
 *
 * TCP and UDP straight behind IP, which is nearly all, are cut here, in memory
 * that is there already. Of the rest (tunnels, BIG TCP over IPv6, SCTP,
 * fragments) the kernel cuts a copy, as it does for a card that cannot: it
 * knows every tunnel, and what a function counts must not depend on who knows.
 *
 * A segment cut here has the headers of the super-packet with lengths, IPv4
 * identification, TCP sequence number and flags, and checksums as segmentation
 * makes them: RFC 9293 numbering, RFC 6864 identification, and for TCP flags
 * what the kernel's tcp_gso_segment() does: FIN and PSH on the last segment
 * only, CWR on the first only.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include <net/udp.h>
#include "nic.h"

/*
 * More segments than any stack makes (512 KiB of BIG TCP are 363): a guest or a
 * tun user may claim a segment size of one byte to keep this CPU busy. Such a
 * packet is counted as the segments it would be, or shown as one.
 */
#define MAX_SEGMENTS	1024

/**
 * struct gso - how a super-packet is cut
 * @super: the super-packet
 * @buf: where segments are made
 * @hdr_len: bytes of headers that each segment has
 * @size: payload bytes of each but the last
 * @payload: payload bytes in all
 * @nr: segments
 * @fixed_id: IPv4 identification is the same in all
 */
struct gso {
	const struct mapi_pkt *super;
	u8 *buf;
	u32 hdr_len;
	u32 size;
	u32 payload;
	u32 nr;
	bool fixed_id;
};

static void fix_ipv4(u8 *ip_start, u32 len, u32 nth, bool fixed_id)
{
	struct iphdr *ip = (struct iphdr *)ip_start;

	ip->tot_len = htons(len);
	if (!fixed_id)
		ip->id = htons(ntohs(ip->id) + nth);
	ip->check = 0;
	ip->check = ip_fast_csum(ip, ip->ihl);
}

static __sum16 l4_check(const u8 *l3, const u8 *l4, u32 len, u16 proto,
			u8 l4_proto)
{
	__wsum sum = csum_partial(l4, len, 0);

	if (proto == ETH_P_IP) {
		const struct iphdr *ip = (const struct iphdr *)l3;

		return csum_tcpudp_magic(ip->saddr, ip->daddr, len, l4_proto, sum);
	} else {
		const struct ipv6hdr *ip = (const struct ipv6hdr *)l3;

		return csum_ipv6_magic(&ip->saddr, &ip->daddr, len, l4_proto, sum);
	}
}

static void fix_tcp(u8 *start, const struct gso *g, u32 nth)
{
	struct tcphdr *tcp = (struct tcphdr *)start;

	tcp->seq = htonl(ntohl(tcp->seq) + nth * g->size);
	if (nth + 1 < g->nr) {
		tcp->fin = 0;
		tcp->psh = 0;
	}
	if (nth)
		tcp->cwr = 0;
	tcp->check = 0;
}

/* Make the headers right for the segment of @len bytes that lies in the buffer. */
static void fix_headers(const struct gso *g, u32 nth, u32 len)
{
	const struct mapi_hdr *hdr = &g->super->hdr;
	u8 *l3 = g->buf + hdr->l3, *l4 = g->buf + hdr->l4;
	u32 l4_len = len - hdr->l4;
	__sum16 check;

	if (hdr->proto == ETH_P_IP)
		fix_ipv4(l3, len - hdr->l3, nth, g->fixed_id);
	else
		((struct ipv6hdr *)l3)->payload_len =
			htons(len - hdr->l3 - sizeof(struct ipv6hdr));
	if (hdr->l4_proto == IPPROTO_TCP) {
		fix_tcp(l4, g, nth);
		check = l4_check(l3, l4, l4_len, hdr->proto, IPPROTO_TCP);
		((struct tcphdr *)l4)->check = check;
	} else {
		struct udphdr *udp = (struct udphdr *)l4;
		bool none = !udp->check;

		udp->len = htons(l4_len);
		udp->check = 0;
		if (none)
			return;
		check = l4_check(l3, l4, l4_len, hdr->proto, IPPROTO_UDP);
		udp->check = check ?: CSUM_MANGLED_0;
	}
}

/* Return: false if it cannot be; nothing has been shown then. */
static bool show_segments(struct nic *nic, const struct gso *g)
{
	const struct mapi_pkt *super = g->super;
	u32 nth, off, n;

	if (!g->buf || g->hdr_len + g->size > MAPI_CAPLEN_MAX)
		return false;
	for (nth = 0, off = 0; nth < g->nr; nth++, off += n) {
		struct mapi_pkt pkt = *super;

		n = min(g->size, g->payload - off);
		if (super->ops->copy(super, 0, g->buf, g->hdr_len) ||
		    super->ops->copy(super, g->hdr_len + off,
				     g->buf + g->hdr_len, n))
			return false;	/* unreadable, from the first on */
		fix_headers(g, nth, g->hdr_len + n);
		pkt.data = g->buf;
		pkt.len = g->hdr_len + n;
		pkt.caplen = pkt.len;
		pkt.wirelen = pkt.len;
		pkt.bytes = pkt.len;
		pkt.flags &= ~MAPI_PKT_PARSED;
		mapi_dev_rx(&nic->dev, &pkt);
	}
	return true;
}

/* Bytes that the tag adds which is in the packet, but not in the skb's bytes. */
static u32 tag_len(const struct sk_buff *skb, const struct mapi_pkt *pkt)
{
	return pkt->wirelen - (skb->len - (int)pkt->frame_off);
}

/*
 * Before 6.10, GRO makes the outer UDP checksum, from which those of the
 * segments are made, with the addresses of the inner header.
 */
static void fix_outer_check(struct sk_buff *skb, const struct mapi_hdr *hdr,
			    u32 tag)
{
	u32 l3 = hdr->l3 - tag, l4 = hdr->l4 - tag;
	const void *ip = skb->data + l3;

	if (!(skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM) || !hdr->l4 ||
	    hdr->l4_proto != IPPROTO_UDP ||
	    l4 + sizeof(struct udphdr) > skb_headlen(skb))
		return;
	skb_set_transport_header(skb, l4);
	if (hdr->proto == ETH_P_IP) {
		const struct iphdr *ip4 = ip;

		udp_set_csum(false, skb, ip4->saddr, ip4->daddr, skb->len - l4);
	} else {
		const struct ipv6hdr *ip6 = ip;

		udp6_set_csum(false, skb, &ip6->saddr, &ip6->daddr, skb->len - l4);
	}
}

/* A list of what the kernel makes of a super-packet, %NULL if it cannot. */
static struct sk_buff *kernel_segments(const struct mapi_pkt *super)
{
	struct sk_buff *skb, *segs = NULL;

	skb = skb_clone(super->frame, GFP_ATOMIC);
	if (!skb)
		return NULL;
	/* Headers may be written to on the way, those in front of data too. */
	if (skb_unclone(skb, GFP_ATOMIC))
		goto out;
	__skb_push(skb, -(int)super->frame_off);
	fix_outer_check(skb, &super->hdr, tag_len(super->frame, super));
	/* The kernel would complain, although it copes. */
	if (skb->ip_summed == CHECKSUM_NONE)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	segs = __skb_gso_segment(skb, 0, false);
out:
	consume_skb(skb);
	return IS_ERR(segs) ? NULL : segs;
}

/* As show_segments(). */
static bool show_kernel_segments(struct nic *nic, struct mapi_pkt *super)
{
	struct sk_buff *segs = kernel_segments(super), *seg, *next;

	if (!segs)
		return false;
	skb_list_walk_safe(segs, seg, next) {
		struct mapi_pkt pkt;

		skb_mark_not_on_list(seg);
		if (seg->ip_summed == CHECKSUM_PARTIAL)
			skb_csum_hwoffload_help(seg, 0);
		nic_lay_out(nic, seg, &pkt);
		pkt.plan = super->plan;
		pkt.ts = mapi_pkt_ts(super);
		pkt.flags = super->flags & ~MAPI_PKT_PARSED;
		mapi_dev_rx(&nic->dev, &pkt);
		consume_skb(seg);
	}
	return true;
}

#define GSO_TCP		(SKB_GSO_TCPV4 | SKB_GSO_TCPV6)
#define GSO_TUNNEL	(SKB_GSO_GRE | SKB_GSO_GRE_CSUM |		\
			 SKB_GSO_IPXIP4 | SKB_GSO_IPXIP6 |		\
			 SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM)

/* TCP or UDP, straight behind IP. */
static bool plain_transport(const struct sk_buff *skb, struct mapi_pkt *pkt)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 type = skb_shinfo(skb)->gso_type;

	if (skb->encapsulation || !hdr->payload || hdr->frag || hdr->mpls)
		return false;
	return hdr->l4_proto == IPPROTO_TCP ? type & GSO_TCP :
	       hdr->l4_proto == IPPROTO_UDP && type & SKB_GSO_UDP_L4;
}

/* Bytes in front of the payload of TCP or UDP in a tunnel, 0 if unknown. */
static u32 tunnel_hdr_len(const struct sk_buff *skb, const struct mapi_pkt *pkt)
{
	const u8 *inner = skb_inner_transport_header(skb);
	const u8 *mac = skb->data + (int)pkt->frame_off;
	u32 type = skb_shinfo(skb)->gso_type;
	u32 len;

	if (!skb->encapsulation || !(type & GSO_TUNNEL) || inner < mac ||
	    inner + sizeof(struct tcphdr) > skb_tail_pointer(skb))
		return 0;
	if (type & GSO_TCP)
		len = inner_tcp_hdrlen(skb);
	else if (type & SKB_GSO_UDP_L4)
		len = sizeof(struct udphdr);
	else
		return 0;
	return tag_len(skb, pkt) + (inner - mac) + len;
}

/**
 * nic_gso_rx - a super-packet was seen
 * @nic: on this interface
 * @pkt: it, laid out
 *
 * If functions look at packets, and nobody can cut this one (memory is short,
 * or ESP is yet to encrypt it), it is one packet for all of them.
 *
 * Return: true if it has been shown.
 */
bool nic_gso_rx(struct nic *nic, struct mapi_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct gso g = {
		.super = pkt,
		.buf = mapi_pkt_scratch(),
		.size = shinfo->gso_size,
		.fixed_id = shinfo->gso_type & SKB_GSO_TCP_FIXEDID,
	};
	bool plain = plain_transport(skb, pkt);
	/* The hop-by-hop header of a jumbogram is not on the wire (BIG TCP). */
	u32 jumbo = ipv6_has_hopopt_jumbo(skb) ? sizeof(struct hop_jumbo_hdr) : 0;
	bool known;

	g.hdr_len = plain ? pkt->hdr.payload : tunnel_hdr_len(skb, pkt);
	known = g.hdr_len && g.hdr_len < pkt->wirelen;
	g.payload = pkt->wirelen - g.hdr_len;
	g.nr = g.size == GSO_BY_FRAGS ? shinfo->gso_segs :
					DIV_ROUND_UP(g.payload, g.size);
	if (known && !mapi_plan_wants_segments(pkt->plan)) {
		g.hdr_len -= jumbo;
		pkt->npkts = g.nr;
		pkt->bytes = g.payload + g.nr * g.hdr_len;
		if (mapi_dev_rx(&nic->dev, pkt))
			return true;
		/* A function has come that wants to see them. */
		g.hdr_len += jumbo;
		pkt->npkts = 1;
		pkt->bytes = pkt->wirelen;
	}
	if (g.nr > MAX_SEGMENTS)
		return false;
	return plain && known && !jumbo ? show_segments(nic, &g) :
					  show_kernel_segments(nic, pkt);
}
