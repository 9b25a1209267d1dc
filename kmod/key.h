/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key of a packet, which tuples are compared with; see mapi/tuple.h. IPv4 is
 * here, to be made in line.
 */
#ifndef _MAPI_KEY_H
#define _MAPI_KEY_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/unaligned.h>
#include <mapi/tuple.h>
#include <net/ip.h>

#define MAPI_IPV4_DADDR_END	(ETH_HLEN + 20)

bool mapi_key_other(const u8 *p, u32 len, struct mapi_key *key);

static inline bool mapi_key_has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_UDP:
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
		return true;
	default:
		return false;
	}
}

/* Ports at @off, as far as the packet has them. */
static inline u64 mapi_key_ports(const u8 *p, u32 len, u32 off)
{
	if (likely(off + 4 <= len))
		return MAPI_KEY_SPORT | MAPI_KEY_DPORT |
		       get_unaligned_be32(p + off);
	if (off + 2 <= len)
		return MAPI_KEY_SPORT | (u32)get_unaligned_be16(p + off) << 16;
	return 0;
}

static inline bool mapi_key_is_ipv4(const u8 *p, u32 len)
{
	return len >= MAPI_IPV4_DADDR_END &&
	       get_unaligned_be16(p + 12) == ETH_P_IP;
}

/* mapi_key_ipv4 - the first word of the key of such a packet */
static inline u64 mapi_key_ipv4(const u8 *p, u32 len)
{
	u64 w = (u64)p[23] << 40;

	if (unlikely(get_unaligned((const __be16 *)(p + 20)) & htons(IP_OFFSET)))
		w |= MAPI_KEY_LATER;
	else if (!mapi_key_has_ports(p[23]))
		w |= 0;
	else if (likely(p[14] == 0x45))	/* nearly all: without options */
		w |= mapi_key_ports(p, len, MAPI_IPV4_DADDR_END);
	else
		w |= mapi_key_ports(p, len, ETH_HLEN + (p[14] & 0xf) * 4);
	return w | (u64)ETH_P_IP << MAPI_KEY_TYPE;
}

/**
 * mapi_key_make - make the key of a packet
 * @p: an Ethernet packet
 * @len: bytes of it
 * @key: filled in, as far as filters may look that match its ethertype
 *
 * Return: false if it has none: it ends within the headers that it should have.
 */
static inline bool mapi_key_make(const u8 *p, u32 len, struct mapi_key *key)
{
	if (unlikely(!mapi_key_is_ipv4(p, len)))
		return mapi_key_other(p, len, key);
	key->w[0] = mapi_key_ipv4(p, len);
	key->w[1] = get_unaligned_be64(p + 26);
	return true;
}

#endif /* _MAPI_KEY_H */
