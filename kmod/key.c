// SPDX-License-Identifier: GPL-2.0
/* The key of a packet that is not IPv4, and the key as packets have it. */
#include <linux/in6.h>
#include "key.h"
#include "plan.h"

#define IPV6_DADDR_END	(ETH_HLEN + 40)
#define ARP_END		(ETH_HLEN + 28)

/* Most that the key is made of: the longest IPv4 header, and ports. */
#define KEY_BYTES	(ETH_HLEN + 60 + 4)

static bool key_ipv6(const u8 *p, u32 len, struct mapi_key *key)
{
	if (len < IPV6_DADDR_END)
		return false;
	key->w[0] |= (u64)p[20] << 40;
	key->w[1] = get_unaligned_be64(p + 22);
	key->w[2] = get_unaligned_be64(p + 30);
	key->w[3] = get_unaligned_be64(p + 38);
	key->w[4] = get_unaligned_be64(p + 46);
	if (mapi_key_has_ports(p[20]))
		key->w[0] |= mapi_key_ports(p, len, IPV6_DADDR_END);
	else if (p[20] == IPPROTO_FRAGMENT && len > IPV6_DADDR_END)
		key->w[0] |= MAPI_KEY_SPORT | (u32)p[IPV6_DADDR_END] << 24;
	return true;
}

/* mapi_key_other - out of line half of mapi_key_make() */
bool mapi_key_other(const u8 *p, u32 len, struct mapi_key *key)
{
	u16 type;

	if (len < MAPI_IPV4_DADDR_END)
		return false;
	type = get_unaligned_be16(p + 12);
	key->w[0] = (u64)type << 48;
	key->w[1] = 0;
	switch (type) {
	case ETH_P_IPV6:
		return key_ipv6(p, len, key);
	case ETH_P_ARP:
	case ETH_P_RARP:
		if (len < ARP_END)
			return false;
		key->w[1] = (u64)get_unaligned_be32(p + 28) << 32 |
			    get_unaligned_be32(p + 38);
		break;
	}
	return true;
}

/**
 * mapi_pkt_key - the key of a packet, made once for all
 * @pkt: the packet
 *
 * Return: %NULL if it has none.
 */
const struct mapi_key *mapi_pkt_key(struct mapi_pkt *pkt)
{
	u32 want = min_t(u32, pkt->caplen, KEY_BYTES);

	if (!(pkt->flags & (MAPI_PKT_KEY | MAPI_PKT_NO_KEY))) {
		if (pkt->len < want)
			mapi_pkt_pull(pkt, want);
		memset(&pkt->key, 0, sizeof(pkt->key));
		pkt->flags |= mapi_key_make(pkt->data, pkt->len, &pkt->key) ?
			      MAPI_PKT_KEY : MAPI_PKT_NO_KEY;
	}
	return pkt->flags & MAPI_PKT_KEY ? &pkt->key : NULL;
}
