// SPDX-License-Identifier: GPL-2.0
/*
 * Changing packets, so that they stay what they were otherwise: a checksum that was
 * right still is, and one that was wrong is as wrong as before (RFC 1624); lengths in
 * headers follow.
 *
 * Where headers are is what it was before the first change: a function may change
 * several parts of a packet, and mapi_pkt_hdr() is dissected anew behind it.
 */
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <mapi/edit.h>
#include <net/checksum.h>
#include <net/ipv6.h>

/* Bytes [@from, @to) of a packet. */
struct span {
	u32 from;
	u32 to;
};

static struct span overlap(struct span a, struct span b)
{
	struct span r = { max(a.from, b.from), min(a.to, b.to) };

	if (r.to < r.from)
		r.to = r.from;
	return r;
}

static bool overlaps(struct span a, struct span b)
{
	struct span r = overlap(a, b);

	return r.from < r.to;
}

static bool is_ipv4(const struct mapi_hdr *hdr)
{
	return hdr->proto == ETH_P_IP;
}

/* The network header, as far as a checksum may cover it. */
static struct span l3_range(const struct mapi_pkt *pkt, const struct mapi_hdr *hdr)
{
	u32 len = is_ipv4(hdr) ? (pkt->data[hdr->l3] & 0xf) * 4 :
				 sizeof(struct ipv6hdr);

	return (struct span){ hdr->l3, hdr->l3 + len };
}

/* Addresses are in the pseudo-header. */
static struct span addr_range(const struct mapi_hdr *hdr)
{
	u32 off = hdr->l3 + (is_ipv4(hdr) ? offsetof(struct iphdr, saddr) :
					    offsetof(struct ipv6hdr, saddr));

	return (struct span){ off, off + (is_ipv4(hdr) ? 8 : 32) };
}

/**
 * mapi_pkt_check_off - where the checksum of the transport header is
 * @pkt: the packet
 *
 * Return: offset of the two bytes, 0: there are none, they were not captured, or
 * they say that there is no checksum.
 */
u32 mapi_pkt_check_off(struct mapi_pkt *pkt)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 off = hdr->l4;

	if (!off)
		return 0;
	switch (hdr->l4_proto) {
	case IPPROTO_TCP:
		off += offsetof(struct tcphdr, check);
		break;
	case IPPROTO_UDP:
		off += offsetof(struct udphdr, check);
		if (!get_unaligned((const __be16 *)(pkt->data + off)))
			return 0;
		break;
	case IPPROTO_ICMP:
		off += 2;
		break;
	case IPPROTO_ICMPV6:
		off += offsetof(struct icmp6hdr, icmp6_cksum);
		break;
	default:
		return 0;
	}
	return off + 2 <= pkt->caplen ? off : 0;
}
EXPORT_SYMBOL_GPL(mapi_pkt_check_off);

static u32 get_be16(const struct mapi_pkt *pkt, u32 off)
{
	return get_unaligned_be16(pkt->data + off);
}

/* Bytes of the IP packet, 0: those of a super-packet that is too long for a header. */
static u32 ip_len(const struct mapi_pkt *pkt, const struct mapi_hdr *hdr)
{
	const u8 *p = pkt->data + hdr->l3;
	u32 len;

	if (is_ipv4(hdr))
		return get_unaligned_be16(p + offsetof(struct iphdr, tot_len));
	len = get_unaligned_be16(p + offsetof(struct ipv6hdr, payload_len));
	/* A jumbogram has its length in there (RFC 2675). */
	if (!len && p[offsetof(struct ipv6hdr, nexthdr)] == NEXTHDR_HOP)
		return 0;
	return len + sizeof(struct ipv6hdr);
}

/**
 * mapi_pkt_ip_end - where an IP packet ends; behind that is padding
 * @pkt: the packet
 *
 * Return: offset behind its last byte that was captured; all, if it does not say.
 */
u32 mapi_pkt_ip_end(struct mapi_pkt *pkt)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 len;

	if (!(is_ipv4(hdr) || hdr->proto == ETH_P_IPV6) ||
	    hdr->l3 + sizeof(struct iphdr) > pkt->caplen)
		return pkt->caplen;
	len = ip_len(pkt, hdr);
	return len ? min(pkt->caplen, hdr->l3 + len) : pkt->caplen;
}
EXPORT_SYMBOL_GPL(mapi_pkt_ip_end);

/* Is there a pseudo-header? */
static bool covers_addrs(const struct mapi_hdr *hdr)
{
	return hdr->l4_proto != IPPROTO_ICMP;
}

/* Of bytes that begin an even or odd number of bytes behind @base. */
static __wsum sum_at(const struct mapi_pkt *pkt, struct span r, u32 base)
{
	return csum_block_add(0, csum_partial(pkt->data + r.from, r.to - r.from, 0),
			      r.from - base);
}

static u32 unless_in(u32 check, struct span r)
{
	return overlaps((struct span){ check, check + 2 }, r) ? 0 : check;
}

static void take_sums(struct mapi_edit *e, struct mapi_pkt *pkt, struct span r)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	if (e->l3_check)
		e->l3 = sum_at(pkt, overlap(r, l3_range(pkt, hdr)), hdr->l3);
	if (!e->l4_check)
		return;
	e->l4 = sum_at(pkt, overlap(r, (struct span){ hdr->l4, e->l4_end }),
		       hdr->l4);
	if (covers_addrs(hdr))
		e->l4 = csum_add(e->l4, sum_at(pkt, overlap(r, addr_range(hdr)),
					       hdr->l3));
}

/**
 * mapi_edit_begin - bytes of a packet are about to change
 * @e: filled in
 * @pkt: the packet
 * @off: from this byte on; @off + @len must not exceed the captured length
 * @len: how many
 *
 * Checksums that cover them change with them, unless it is one that is among them.
 *
 * Context: process() of a function with %MAPI_FUNC_F_MODIFIES; mapi_edit_end() must
 * follow. Return: the bytes.
 */
u8 *mapi_edit_begin(struct mapi_edit *e, struct mapi_pkt *pkt, u32 off, u32 len)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 check = hdr->l3 + offsetof(struct iphdr, check);
	struct span r = { off, off + len }, l3;

	*e = (struct mapi_edit){ .off = off, .len = len };
	e->l4_check = unless_in(mapi_pkt_check_off(pkt), r);
	e->l4_end = mapi_pkt_ip_end(pkt);
	if (is_ipv4(hdr) && hdr->l3 < pkt->caplen) {
		l3 = l3_range(pkt, hdr);
		if (l3.to <= pkt->caplen && l3.to > check)
			e->l3_check = unless_in(check, r);
	}
	take_sums(e, pkt, r);
	return (u8 *)pkt->data + off;
}
EXPORT_SYMBOL_GPL(mapi_edit_begin);

static void mend(struct mapi_pkt *pkt, u32 off, __wsum diff)
{
	u8 *p = (u8 *)pkt->data + off;
	__sum16 check;

	if (!off)
		return;
	memcpy(&check, p, sizeof(check));
	csum_replace_by_diff(&check, diff);
	/* For UDP, 0 is none (RFC 768). */
	if (!check && off == mapi_pkt_hdr(pkt)->l4 + offsetof(struct udphdr, check) &&
	    mapi_pkt_hdr(pkt)->l4_proto == IPPROTO_UDP)
		check = CSUM_MANGLED_0;
	memcpy(p, &check, sizeof(check));
}

/* mapi_edit_end - the bytes are what they are to be; see mapi_edit_begin() */
void mapi_edit_end(const struct mapi_edit *e, struct mapi_pkt *pkt)
{
	struct mapi_edit now = *e;

	take_sums(&now, pkt, (struct span){ e->off, e->off + e->len });
	mend(pkt, e->l3_check, csum_sub(now.l3, e->l3));
	mend(pkt, e->l4_check, csum_sub(now.l4, e->l4));
}
EXPORT_SYMBOL_GPL(mapi_edit_end);

/**
 * mapi_pkt_put - change bytes of a packet
 * @pkt: the packet
 * @off: from this byte on; @off + @len must not exceed the captured length
 * @src: what they become
 * @len: how many
 *
 * Context and checksums: as mapi_edit_begin().
 */
void mapi_pkt_put(struct mapi_pkt *pkt, u32 off, const void *src, u32 len)
{
	struct mapi_edit edit;

	memcpy(mapi_edit_begin(&edit, pkt, off, len), src, len);
	mapi_edit_end(&edit, pkt);
}
EXPORT_SYMBOL_GPL(mapi_pkt_put);

static void put_be16(struct mapi_pkt *pkt, u32 off, u32 value)
{
	__be16 v = htons(value);

	mapi_pkt_put(pkt, off, &v, sizeof(v));
}

/* The length of what TCP, UDP or ICMPv6 have is in the pseudo-header. */
static void mend_pseudo_len(struct mapi_pkt *pkt, u32 check, u32 len, u32 more)
{
	__wsum diff = csum_sub((__force __wsum)htonl(len + more),
			       (__force __wsum)htonl(len));

	if (covers_addrs(mapi_pkt_hdr(pkt)))
		mend(pkt, check, diff);
}

/* The IP packet, which had @len bytes, has become longer or shorter. */
static void mend_lengths(struct mapi_pkt *pkt, u32 off, u32 len, u32 more, u32 check)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 at;

	if (is_ipv4(hdr))
		put_be16(pkt, hdr->l3 + offsetof(struct iphdr, tot_len), len + more);
	else
		put_be16(pkt, hdr->l3 + offsetof(struct ipv6hdr, payload_len),
			 len + more - sizeof(struct ipv6hdr));
	if (!hdr->l4 || off < hdr->l4)
		return;
	mend_pseudo_len(pkt, check, len - (hdr->l4 - hdr->l3), more);
	if (hdr->l4_proto == IPPROTO_UDP && off >= hdr->payload) {
		at = hdr->l4 + offsetof(struct udphdr, len);
		put_be16(pkt, at, get_be16(pkt, at) + more);
	}
}

/* Options, whose length a header has in units of four bytes. */
enum options {
	OPTIONS_NONE,
	OPTIONS_IP,
	OPTIONS_TCP,
};

static enum options options_at(const struct mapi_pkt *pkt,
			       const struct mapi_hdr *hdr, u32 off)
{
	if (is_ipv4(hdr) && off < l3_range(pkt, hdr).to)
		return OPTIONS_IP;
	if (hdr->l4_proto == IPPROTO_TCP && hdr->l4 &&
	    off >= hdr->l4 + sizeof(struct tcphdr) && off < hdr->payload)
		return OPTIONS_TCP;
	return OPTIONS_NONE;
}

/* The length of the header itself, in front of all that relies on it. */
static void mend_hdr_len(struct mapi_pkt *pkt, enum options options, u32 more)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u8 *p = (u8 *)pkt->data + hdr->l3;
	__wsum before;
	u8 byte;

	if (options == OPTIONS_IP) {
		before = csum_partial(p, 2, 0);
		p[0] += (int)more / 4;
		mend(pkt, hdr->l3 + offsetof(struct iphdr, check),
		     csum_sub(csum_partial(p, 2, 0), before));
	} else if (options == OPTIONS_TCP) {
		byte = pkt->data[hdr->l4 + 12] + ((int)more / 4 << 4);
		mapi_pkt_put(pkt, hdr->l4 + 12, &byte, 1);
	}
}

/* What is behind options has moved. */
static void mend_offsets(struct mapi_hdr *hdr, enum options options, u32 more)
{
	if (options == OPTIONS_IP && hdr->l4)
		hdr->l4 += more;
	if (options && hdr->payload)
		hdr->payload += more;
}

/**
 * mapi_pkt_splice - put bytes of a packet in the place of others
 * @pkt: the packet
 * @off: from this byte on, behind the fixed parts of headers
 * @del: so many are taken out; they must have been captured, and belong to one header's
 *	options or to the payload
 * @src: what comes there; may be what was there
 * @ins: its bytes
 *
 * What lies behind moves, and the packet becomes longer or shorter. So do the lengths
 * in the headers of IP, TCP and UDP, and their checksums change. If not all of the packet
 * was captured and it moves by an odd number of bytes, the checksum of the transport
 * header becomes wrong.
 *
 * Context: process() of a function with %MAPI_FUNC_F_MODIFIES. Return: false, and
 * nothing has happened, if the packet would become longer than %MAPI_CAPLEN_MAX or than
 * a header can say, or options longer or of a length that is no multiple of four.
 */
bool mapi_pkt_splice(struct mapi_pkt *pkt, u32 off, u32 del, const void *src,
		     u32 ins)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	enum options options = options_at(pkt, hdr, off);
	u32 end = mapi_pkt_ip_end(pkt), more = ins - del;
	u32 len = ip_len(pkt, hdr);
	u32 stop = options == OPTIONS_IP ? l3_range(pkt, hdr).to : max(end, off + del);
	struct mapi_edit edit;
	u8 *p;

	if (options && (more % 4 || ins > del))
		return false;
	if (ins > del && (pkt->caplen + more > MAPI_CAPLEN_MAX ||
			  len + more > U16_MAX))
		return false;
	p = mapi_edit_begin(&edit, pkt, off, stop - off);
	memmove(p + ins, p + del, pkt->caplen - off - del);
	memmove(p, src, ins);
	pkt->caplen += more;
	pkt->len += more;
	pkt->wirelen += more;
	pkt->bytes += more;
	if (options == OPTIONS_IP)
		edit.l4_check = 0;	/* does not cover them, and has moved */
	edit.len += more;
	edit.l4_end += more;
	mapi_edit_end(&edit, pkt);
	mend_hdr_len(pkt, options, more);
	if (len)
		mend_lengths(pkt, off, len, more, edit.l4_check);
	mend_offsets(&pkt->hdr, options, more);
	return true;
}
EXPORT_SYMBOL_GPL(mapi_pkt_splice);
