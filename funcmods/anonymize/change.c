// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of fields.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/inet.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <mapi/pan.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include "anonymize.h"

/* Fields of any length are filled in pieces of so many bytes. */
#define PIECE	64

/* @make makes bytes [@done, @done + @n) of the field; @p is all of it, as it was. */
static void fill(const struct spec *s, struct mapi_pkt *pkt, const struct place *at,
		 void (*make)(const struct spec *s, const u8 *p, u32 done, u8 *to, u32 n))
{
	struct mapi_edit edit;
	u8 piece[PIECE], *p = mapi_edit_begin(&edit, pkt, at->off, at->len);
	u32 done, n;

	for (done = 0; done < at->len; done += n) {
		n = min_t(u32, PIECE, at->len - done);
		make(s, p, done, piece, n);
		memcpy(p + done, piece, n);
	}
	mapi_edit_end(&edit, pkt);
}

static u32 unchanged(const struct spec *s, struct mapi_pkt *pkt,
		     const struct place *at)
{
	return at->len;
}

static void make_zero(const struct spec *s, const u8 *p, u32 done, u8 *to, u32 n)
{
	memset(to, 0, n);
}

static u32 zero(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	fill(s, pkt, at, make_zero);
	return at->len;
}

/* A letter for a letter, and so on, as far as it is text. */
static u8 random_like(u8 was, u8 random)
{
	if (isdigit(was))
		return '0' + random % 10;
	if (islower(was))
		return 'a' + random % 26;
	if (isupper(was))
		return 'A' + random % 26;
	return was;
}

static void make_random(const struct spec *s, const u8 *p, u32 done, u8 *to, u32 n)
{
	u32 i;

	get_random_bytes(to, n);
	for (i = 0; i < n && s->field->kind == KIND_TEXT; i++)
		to[i] = random_like('a', to[i]);
}

static u32 random(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	fill(s, pkt, at, make_random);
	return at->len;
}

static void make_name(const struct spec *s, const u8 *p, u32 done, u8 *to, u32 n)
{
	u32 i;

	get_random_bytes(to, n);
	for (i = 0; i < n; i++)
		to[i] = random_like(p[done + i], to[i]);
}

/* All but what is behind the last dot, if no directory is. */
static u32 random_name(const struct spec *s, struct mapi_pkt *pkt,
		       const struct place *at)
{
	const u8 *p = pkt->data + at->off;
	struct place name = *at;
	u32 n = at->len;

	while (n && p[n - 1] != '.' && p[n - 1] != '/')
		n--;
	if (n && p[n - 1] == '.')
		name.len = n;
	fill(s, pkt, &name, make_name);
	return at->len;
}

static void make_pattern(const struct spec *s, const u8 *p, u32 done, u8 *to, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		to[i] = s->bytes[(done + i) % s->len];
}

static u32 pattern(const struct spec *s, struct mapi_pkt *pkt,
		   const struct place *at)
{
	fill(s, pkt, at, make_pattern);
	return at->len;
}

/* A number as the field has it. */
static int parse_number(struct mapi_inst *inst, const char *str)
{
	struct spec *s = inst->priv;
	u32 len = s->field->kind & (KIND_NUMBER | KIND_CHECKSUM) ? s->field->len : 4;
	u32 value;

	if (!str || kstrtou32(str, 0, &value) || (len < 4 && value >> 8 * len))
		return anonymize_refuse(inst, 4, "is not followed by a number of %u bytes",
					len);
	put_unaligned_be32(value << 8 * (4 - len), s->addr4);
	s->bytes = s->addr4;
	s->len = len;
	return 0;
}

static int parse_pattern(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;
	const char *type = strsep(&rest, ",");

	if (type && !strcmp(type, "INTEGER"))
		return parse_number(inst, rest);
	if (!type || strcmp(type, "STR") || !rest || !*rest)
		return anonymize_refuse(inst, 4, "a pattern is INTEGER or STR, and one");
	s->bytes = rest;
	s->len = strlen(rest);
	return 0;
}

/* Addresses of the other kind become zero. */
static int parse_addr(struct mapi_inst *inst, const char *str)
{
	struct spec *s = inst->priv;

	if (str && (in4_pton(str, -1, s->addr4, -1, NULL) ||
		    in6_pton(str, -1, s->addr6, -1, NULL)))
		return 0;
	return anonymize_refuse(inst, 4, "an address is replaced by one");
}

static int parse_replace(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;

	if (s->field->kind == KIND_ADDR)
		return parse_addr(inst, rest);
	if (s->field->kind & KIND_FIXED)
		return parse_number(inst, rest);
	if (!rest || !*rest)
		return anonymize_refuse(inst, 4, "says not what a field is replaced by");
	s->bytes = rest;
	s->len = strlen(rest);
	return 0;
}

static u32 replace(const struct spec *s, struct mapi_pkt *pkt,
		   const struct place *at)
{
	if (s->field->kind == KIND_ADDR)
		mapi_pkt_put(pkt, at->off, at->len == 4 ? s->addr4 : s->addr6,
			     at->len);
	else if (s->field->kind & KIND_FIXED)
		mapi_pkt_put(pkt, at->off, s->bytes, at->len);
	else if (mapi_pkt_splice(pkt, at->off, at->len, s->bytes, s->len))
		return s->len;
	else
		return zero(s, pkt, at);
	return at->len;
}

static int parse_strip(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;

	if (rest && kstrtou32(rest, 0, &s->keep))
		return anonymize_refuse(inst, 4, "is not followed by the number of bytes that are left");
	return 0;
}

static bool strip_to(struct mapi_pkt *pkt, const struct place *at, u32 keep)
{
	return mapi_pkt_splice(pkt, at->off, at->len, pkt->data + at->off, keep);
}

/* Of options, words are left. */
static u32 strip(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	u32 keep = min(s->keep, at->len);

	if (strip_to(pkt, at, keep))
		return keep;
	keep = ALIGN_DOWN(keep, 4);
	return strip_to(pkt, at, keep) ? keep : zero(s, pkt, at);
}

static int parse_prefix(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;

	if (!rest) {
		get_random_bytes(s->pan_key, sizeof(s->pan_key));
		s->secret = true;
		return 0;
	}
	if (strlen(rest) != 2 * sizeof(s->pan_key) ||
	    hex2bin(s->pan_key, rest, sizeof(s->pan_key)))
		return anonymize_refuse(inst, 4, "the key is not %zu bytes as hexadecimal digits",
					sizeof(s->pan_key));
	return 0;
}

static int init_prefix(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;
	struct mapi_pan *pan = mapi_pan_new(inst, s->pan_key);

	if (IS_ERR(pan))
		return PTR_ERR(pan);
	s->pan = pan;
	return 0;
}

static u32 prefix(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	u8 addr[16];

	if (at->len == 4)
		mapi_pan_ipv4(s->pan, pkt->data + at->off, addr);
	else
		mapi_pan_ipv6(s->pan, pkt->data + at->off, addr);
	mapi_pkt_put(pkt, at->off, addr, at->len);
	return at->len;
}

/* What it is to be, if all was captured that it covers. */
static bool right_check(struct mapi_pkt *pkt, __sum16 *check)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	const u8 *l3 = pkt->data + hdr->l3, *l4 = pkt->data + hdr->l4;
	u32 end = mapi_pkt_ip_end(pkt), len = end - hdr->l4;
	__wsum sum;

	if (!hdr->l4 || hdr->frag || end < hdr->l4 || pkt->caplen < pkt->wirelen)
		return false;
	sum = csum_partial(l4, len, 0);
	if (hdr->l4_proto == IPPROTO_ICMP) {
		*check = csum_fold(sum);
	} else if (hdr->proto == ETH_P_IP) {
		*check = csum_tcpudp_magic(get_unaligned((const __be32 *)(l3 + 12)),
					   get_unaligned((const __be32 *)(l3 + 16)),
					   len, hdr->l4_proto, sum);
	} else {
		struct in6_addr addr[2];

		memcpy(addr, l3 + offsetof(struct ipv6hdr, saddr), sizeof(addr));
		*check = csum_ipv6_magic(&addr[0], &addr[1], len, hdr->l4_proto, sum);
	}
	return true;
}

static u32 adjust(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	const struct mapi_hdr *hdr = mapi_pkt_hdr(pkt);
	u32 ihl = (pkt->data[hdr->l3] & 0xf) * 4;
	__sum16 was, check = 0;

	memcpy(&was, pkt->data + at->off, sizeof(was));
	/* A datagram of UDP may have none (RFC 768). */
	if (hdr->l4_proto == IPPROTO_UDP && at->off > hdr->l4 && !was)
		return at->len;
	mapi_pkt_put(pkt, at->off, &check, sizeof(check));
	if (at->off == hdr->l3 + offsetof(struct iphdr, check)) {
		if (hdr->l3 + ihl <= pkt->caplen)
			was = csum_fold(csum_partial(pkt->data + hdr->l3, ihl, 0));
	} else if (right_check(pkt, &check)) {
		was = check ?: hdr->l4_proto == IPPROTO_UDP ? CSUM_MANGLED_0 : 0;
	}
	mapi_pkt_put(pkt, at->off, &was, sizeof(was));
	return at->len;
}

static const struct how hows[] = {
	{ .name = "UNCHANGED", .kinds = KIND_ANY, .change = unchanged },
	{ .name = "ZERO", .kinds = KIND_ANY, .change = zero },
	{ .name = "RANDOM", .kinds = KIND_ANY, .unlike = true, .change = random },
	{ .name = "FILENAME_RANDOM", .kinds = KIND_TEXT, .unlike = true,
	  .change = random_name },
	{ .name = "PATTERN_FILL", .kinds = KIND_ANY, .parse = parse_pattern,
	  .change = pattern },
	{ .name = "REPLACE", .kinds = KIND_ANY, .parse = parse_replace,
	  .change = replace },
	{ .name = "STRIP", .kinds = KIND_BYTES | KIND_TEXT, .parse = parse_strip,
	  .change = strip },
	{ .name = "PREFIX_PRESERVING", .kinds = KIND_ADDR, .parse = parse_prefix,
	  .init = init_prefix, .change = prefix },
	{ .name = "PREFIX_PRESERVING_MAP", .kinds = KIND_ADDR, .parse = parse_prefix,
	  .init = init_prefix, .change = prefix },
	{ .name = "CHECKSUM_ADJUST", .kinds = KIND_CHECKSUM, .change = adjust },
};

/* anonymize_how - what is to become of a field, by name; %NULL: there is no such thing */
const struct how *anonymize_how(const char *name)
{
	const struct how *how;

	if (!strcmp(name, anonymize_hashed.name))
		return &anonymize_hashed;
	if (!strcmp(name, anonymize_map.name))
		return &anonymize_map;
	if (!strcmp(name, anonymize_map_distribution.name))
		return &anonymize_map_distribution;
	for (how = hows; how < hows + ARRAY_SIZE(hows); how++)
		if (!strcmp(name, how->name))
			return how;
	return NULL;
}
