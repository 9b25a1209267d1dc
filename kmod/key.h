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

#define MAPI_IPV4_DADDR_END	(ETH_HLEN + 20)

bool mapi_key_other(const u8 *p, u32 len, struct mapi_key *key, u16 type);

static inline bool mapi_key_has_ports(u8 proto)
{
	return proto == IPPROTO_UDP || proto == IPPROTO_TCP ||
	       proto == IPPROTO_SCTP;
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
	u32 ports;
	u16 type;
	u64 w;

	if (unlikely(len < MAPI_IPV4_DADDR_END))
		return false;
	type = get_unaligned_be16(p + 12);
	if (unlikely(type != ETH_P_IP))
		return mapi_key_other(p, len, key, type);
	w = (u64)ETH_P_IP << 48 | (u64)p[23] << 40;
	key->w[1] = get_unaligned_be64(p + 26);
	if (unlikely(get_unaligned_be16(p + 20) & 0x1fff)) {
		w |= MAPI_KEY_LATER;
	} else if (mapi_key_has_ports(p[23])) {
		ports = ETH_HLEN + (p[14] & 0xf) * 4;
		w |= mapi_key_ports(p, len, ports);
	}
	key->w[0] = w;
	return true;
}

#endif /* _MAPI_KEY_H */
