/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters as what they compare: a packet's headers become a key, and a filter a
 * few tuples of mask and value, one of which the key must match. Filters with
 * the same masks are one look-up, however many (tuple space search: Srinivasan,
 * Suri, Varghese, Packet classification using tuple space search, 1999).
 *
 *	w[0]	63..48 ethertype, 47..40 IP protocol, 34 there is a source port,
 *		33 a destination port, 32 later fragment, 31..16 source port,
 *		15..0 destination port
 *	w[1]	IPv4 source, destination; ARP sender, target; IPv6 source
 *	w[2]	IPv6 source
 *	w[3..4]	IPv6 destination
 *
 * All is where pcap-filter(7) looks for it: ports of TCP, UDP and SCTP, in IPv6
 * only without extension headers; nothing behind a VLAN tag.
 */
#ifndef _MAPI_TUPLE_H
#define _MAPI_TUPLE_H

#include <linux/types.h>

struct sock_filter;

#define MAPI_KEY_WORDS	5

#define MAPI_KEY_TYPE	48	/* where the ethertype is */
#define MAPI_KEY_SPORT	(1ULL << 34)
#define MAPI_KEY_DPORT	(1ULL << 33)
#define MAPI_KEY_LATER	(1ULL << 32)

struct mapi_key {
	u64 w[MAPI_KEY_WORDS];
};

/**
 * struct mapi_tuple - what some packets have in common
 * @mask: bits of the key that matter
 * @value: what they must be
 */
struct mapi_tuple {
	struct mapi_key mask;
	struct mapi_key value;
};

/**
 * struct mapi_tuples - a filter
 * @nr: tuples; a packet passes that matches one
 * @tuple: them
 */
struct mapi_tuples {
	u32 nr;
	struct mapi_tuple tuple[];
};

/* What a tuple takes: here and in the plan, with an entry and its slots. */
#define MAPI_TUPLE_COST	(2 * sizeof(struct mapi_tuple) + 128)

struct mapi_tuples *mapi_tuples_new(const struct sock_filter *code, u32 n,
				    u32 linktype);

static inline bool mapi_tuple_match(const struct mapi_tuple *t,
				    const struct mapi_key *key)
{
	u32 i;

	for (i = 0; i < MAPI_KEY_WORDS; i++)
		if ((key->w[i] & t->mask.w[i]) != t->value.w[i])
			return false;
	return true;
}

#endif /* _MAPI_TUPLE_H */
