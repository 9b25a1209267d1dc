// SPDX-License-Identifier: GPL-2.0
/*
 * Super-packets (GRO on reception, GSO and TSO on sending) shown as the
 * packets on the wire: one by one if a function looks at them, or one packet
 * that counts as many.
 *
 * A segment has the headers of the super-packet with lengths, IPv4
 * identification, TCP sequence number and flags, and checksums as segmentation
 * makes them: RFC 9293 numbering, RFC 6864 identification, and for TCP flags
 * what the kernel's tcp_gso_segment() does: FIN and PSH on the last segment
 * only, CWR on the first only.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>
#include "nic.h"

/*
 * More segments than any stack makes (512 KiB of BIG TCP are 363): a guest or a
 * tun user may claim a segment size of one byte to keep this CPU busy. Such a
 * packet is counted as the segments it would be, and shown whole.
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

static bool show_segments(struct nic *nic, const struct gso *g)
{
	const struct mapi_pkt *super = g->super;
	u32 nth, off, n;

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
		pkt.flags &= ~MAPI_PKT_DISSECTED;
		mapi_dev_rx(&nic->dev, &pkt);
	}
	return true;
}

/* TCP or UDP, straight behind IP. */
static bool plain_transport(const struct sk_buff *skb, struct mapi_pkt *pkt)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	if (skb->encapsulation || !hdr->payload || hdr->frag ||
	    hdr->payload >= pkt->wirelen)
		return false;
	/* The hop-by-hop header of a jumbogram is not on the wire (BIG TCP). */
	if (hdr->proto == ETH_P_IPV6 && pkt->wirelen - hdr->l3 > IP_MAX_MTU)
		return false;
	switch (skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6 |
					     SKB_GSO_UDP_L4)) {
	case SKB_GSO_TCPV4:
	case SKB_GSO_TCPV6:
		return hdr->l4_proto == IPPROTO_TCP;
	case SKB_GSO_UDP_L4:
		return hdr->l4_proto == IPPROTO_UDP;
	default:
		return false;
	}
}

/* Bytes of headers in front of the payload of a tunnelled TCP packet. */
static u32 inner_hdr_len(const struct sk_buff *skb, const struct mapi_pkt *pkt)
{
	u32 len;

	if (!skb->encapsulation ||
	    !(skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) ||
	    skb_inner_transport_header(skb) + sizeof(struct tcphdr) >
	    skb_tail_pointer(skb))
		return 0;
	len = skb_inner_transport_header(skb) - skb->data - (int)pkt->frame_off +
	      inner_tcp_hdrlen(skb);
	return len < pkt->wirelen ? len : 0;
}

/**
 * nic_gso_rx - a super-packet was seen
 * @nic: on this interface
 * @pkt: it, laid out
 *
 * What we cannot cut (tunnels, SCTP, IP fragments) is shown as one packet that
 * counts as many.
 *
 * Return: true if it has been shown.
 */
bool nic_gso_rx(struct nic *nic, struct mapi_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct gso g = { .super = pkt, .size = shinfo->gso_size };

	g.buf = mapi_pkt_scratch();
	if (!g.buf || !g.size)
		return false;
	if (!plain_transport(skb, pkt)) {
		pkt->npkts = shinfo->gso_segs ?: DIV_ROUND_UP(pkt->wirelen, g.size);
		pkt->bytes += (pkt->npkts - 1) * inner_hdr_len(skb, pkt);
		return false;
	}
	g.hdr_len = pkt->hdr.payload;
	g.payload = pkt->wirelen - g.hdr_len;
	g.nr = DIV_ROUND_UP(g.payload, g.size);
	g.fixed_id = shinfo->gso_type & SKB_GSO_TCP_FIXEDID;
	if (!mapi_dev_wants_segments(&nic->dev) || g.nr > MAX_SEGMENTS ||
	    g.hdr_len + g.size > MAPI_CAPLEN_MAX) {
		pkt->npkts = g.nr;
		pkt->bytes = pkt->wirelen + (g.nr - 1) * g.hdr_len;
		return false;
	}
	if (show_segments(nic, &g))
		return true;
	pkt->npkts = g.nr;
	pkt->bytes = pkt->wirelen + (g.nr - 1) * g.hdr_len;
	return false;
}
