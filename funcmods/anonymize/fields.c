// SPDX-License-Identifier: GPL-2.0
/*
 * Where the fields of headers are.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include "anonymize.h"

/* &field.nr of a field of fixed length: where it is in IPv4, or in a transport header. */
#define AT(_off)		(_off)
/* And in IPv6, plus 1; 0: it is not there. */
#define AT_BOTH(_off, _off6)	((_off) | ((_off6) + 1) << 8)

static u32 off_in(const struct field *f, bool ipv6, bool *there)
{
	*there = !ipv6 || f->nr >> 8;
	return ipv6 ? (f->nr >> 8) - 1 : f->nr & 0xff;
}

static bool is_ip(const struct mapi_hdr *hdr)
{
	return hdr->proto == ETH_P_IP || hdr->proto == ETH_P_IPV6;
}

static bool once(struct finder *f)
{
	return !f->nr++;
}

static bool next_ip(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		    struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	bool ipv6 = hdr->proto == ETH_P_IPV6, there;
	u32 off = off_in(s->field, ipv6, &there);

	if (!once(f) || !is_ip(hdr) || !there)
		return false;
	at->off = hdr->l3 + off;
	at->len = s->field->kind != KIND_ADDR ? s->field->len : ipv6 ? 16 : 4;
	return true;
}

/* Where the fixed header and options end, 0: it is none. */
static u32 ip_hdr_end(const struct mapi_pkt *pkt, const struct mapi_hdr *hdr)
{
	bool ipv4 = hdr->proto == ETH_P_IP;
	u32 len = ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	u8 first;

	if (!is_ip(hdr) || hdr->l3 + len > pkt->caplen)
		return 0;
	first = pkt->data[hdr->l3];
	if (first >> 4 != (ipv4 ? 4 : 6))
		return 0;
	if (!ipv4)
		return hdr->l3 + len;
	return (first & 0xf) >= 5 ? hdr->l3 + (first & 0xf) * 4 : 0;
}

/* What was captured of [@from, @to). */
static bool captured(const struct mapi_pkt *pkt, u32 from, u32 to, struct place *at)
{
	to = min(to, pkt->caplen);
	if (from >= to)
		return false;
	at->off = from;
	at->len = to - from;
	return true;
}

static bool next_ip_options(const struct spec *s, struct mapi_pkt *pkt,
			    struct finder *f, struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	return once(f) && hdr->proto == ETH_P_IP &&
	       captured(pkt, hdr->l3 + sizeof(struct iphdr), ip_hdr_end(pkt, hdr), at);
}

static bool next_ip_payload(const struct spec *s, struct mapi_pkt *pkt,
			    struct finder *f, struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 off = ip_hdr_end(pkt, hdr);

	return once(f) && off && captured(pkt, off, mapi_pkt_ip_end(pkt), at);
}

static bool has_l4(const struct mapi_hdr *hdr, u32 proto)
{
	if (!hdr->l4)
		return false;
	if (proto == IPPROTO_ICMP && hdr->proto == ETH_P_IPV6)
		proto = IPPROTO_ICMPV6;
	return hdr->l4_proto == proto;
}

static bool next_l4(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		    struct place *at, u32 proto)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	if (!once(f) || !has_l4(hdr, proto))
		return false;
	at->off = hdr->l4 + s->field->nr;
	at->len = s->field->len;
	return true;
}

static bool next_tcp(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		     struct place *at)
{
	return next_l4(s, pkt, f, at, IPPROTO_TCP);
}

static bool next_udp(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		     struct place *at)
{
	return next_l4(s, pkt, f, at, IPPROTO_UDP);
}

static bool next_icmp(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		      struct place *at)
{
	return next_l4(s, pkt, f, at, IPPROTO_ICMP);
}

static bool next_tcp_options(const struct spec *s, struct mapi_pkt *pkt,
			     struct finder *f, struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);

	return once(f) && has_l4(hdr, IPPROTO_TCP) &&
	       captured(pkt, hdr->l4 + 20, hdr->payload, at);
}

static bool next_payload(const struct spec *s, struct mapi_pkt *pkt,
			 struct finder *f, struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 proto = s->field->nr;
	u32 off = proto == IPPROTO_ICMP ? hdr->l4 + 8 : hdr->payload;

	return once(f) && has_l4(hdr, proto) && off &&
	       captured(pkt, off, mapi_pkt_ip_end(pkt), at);
}

static const struct field ip[] = {
	{ "TOS", KIND_NUMBER, 1, next_ip, AT(1) },
	{ "PACKET_LENGTH", KIND_NUMBER, 2, next_ip, AT_BOTH(2, 4) },
	{ "ID", KIND_NUMBER, 2, next_ip, AT(4) },
	{ "FRAGMENT_OFFSET", KIND_NUMBER, 2, next_ip, AT(6) },
	{ "TTL", KIND_NUMBER, 1, next_ip, AT_BOTH(8, 7) },
	{ "IP_PROTO", KIND_NUMBER, 1, next_ip, AT_BOTH(9, 6) },
	{ "CHECKSUM", KIND_CHECKSUM, 2, next_ip, AT(10) },
	{ "SRC_IP", KIND_ADDR, 0, next_ip, AT_BOTH(12, 8) },
	{ "DST_IP", KIND_ADDR, 0, next_ip, AT_BOTH(16, 24) },
	{ "OPTIONS", KIND_BYTES, 0, next_ip_options },
	{ "PAYLOAD", KIND_BYTES, 0, next_ip_payload },
	{}
};

static const struct field tcp[] = {
	{ "SRC_PORT", KIND_NUMBER, 2, next_tcp, AT(0) },
	{ "DST_PORT", KIND_NUMBER, 2, next_tcp, AT(2) },
	{ "SEQUENCE_NUMBER", KIND_NUMBER, 4, next_tcp, AT(4) },
	{ "ACK_NUMBER", KIND_NUMBER, 4, next_tcp, AT(8) },
	{ "FLAGS", KIND_NUMBER, 1, next_tcp, AT(13) },
	{ "WINDOW", KIND_NUMBER, 2, next_tcp, AT(14) },
	{ "CHECKSUM", KIND_CHECKSUM, 2, next_tcp, AT(16) },
	{ "URGENT_POINTER", KIND_NUMBER, 2, next_tcp, AT(18) },
	{ "TCP_OPTIONS", KIND_BYTES, 0, next_tcp_options },
	{ "OPTIONS", KIND_BYTES, 0, next_tcp_options },
	{ "PAYLOAD", KIND_BYTES, 0, next_payload, IPPROTO_TCP },
	{}
};

static const struct field udp[] = {
	{ "SRC_PORT", KIND_NUMBER, 2, next_udp, AT(0) },
	{ "DST_PORT", KIND_NUMBER, 2, next_udp, AT(2) },
	{ "UDP_DATAGRAM_LENGTH", KIND_NUMBER, 2, next_udp, AT(4) },
	{ "CHECKSUM", KIND_CHECKSUM, 2, next_udp, AT(6) },
	{ "PAYLOAD", KIND_BYTES, 0, next_payload, IPPROTO_UDP },
	{}
};

static const struct field icmp[] = {
	{ "TYPE", KIND_NUMBER, 1, next_icmp, AT(0) },
	{ "CODE", KIND_NUMBER, 1, next_icmp, AT(1) },
	{ "CHECKSUM", KIND_CHECKSUM, 2, next_icmp, AT(2) },
	{ "PAYLOAD", KIND_BYTES, 0, next_payload, IPPROTO_ICMP },
	{}
};

static const struct field *in_table(const struct field *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

/**
 * anonymize_field - find a field by name
 * @proto: of this protocol
 * @name: its name
 * @header: for &spec.header
 * @known: set to whether there is such a protocol
 *
 * Return: the field, or %NULL.
 */
const struct field *anonymize_field(const char *proto, const char *name,
				    const char **header, bool *known)
{
	*known = true;
	if (!strcmp(proto, "IP"))
		return in_table(ip, name);
	if (!strcmp(proto, "TCP"))
		return in_table(tcp, name);
	if (!strcmp(proto, "UDP"))
		return in_table(udp, name);
	if (!strcmp(proto, "ICMP"))
		return in_table(icmp, name);
	if (!strcmp(proto, "HTTP"))
		return anonymize_http_field(name, header);
	if (!strcmp(proto, "FTP"))
		return anonymize_ftp_field(name, header);
	*known = false;
	return NULL;
}
