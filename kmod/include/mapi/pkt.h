/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packet as functions see it, whatever source it came from.
 */
#ifndef _MAPI_PKT_H
#define _MAPI_PKT_H

#include <linux/types.h>
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <linux/mapi.h>
#include <linux/string.h>
#include <mapi/tuple.h>

struct mapi_dev;
struct mapi_pkt;
struct mapi_plan;
struct mapi_sampler;

/**
 * struct mapi_pkt_ops - how the core reaches what a source did not lay out
 * @copy: copy @len bytes from offset @off of the packet as it was on the wire;
 *	the caller has checked @off + @len <= caplen; 0 or a negative errno
 * @tstamp: the time of arrival, in nanoseconds since 1970; sets
 *	%MAPI_PKT_HWTSTAMP if the card took it. Called once, when first asked for,
 *	unless %MAPI_PKT_NOW is set
 * @hash: flow hash of the hardware, 0: none
 *
 * All run in softirq context (or with bottom halves off), under RCU.
 */
struct mapi_pkt_ops {
	int (*copy)(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len);
	u64 (*tstamp)(struct mapi_pkt *pkt);
	u32 (*hash)(const struct mapi_pkt *pkt);
};

#define MAPI_PKT_OUT		BIT(0)	/* sent, not received */
#define MAPI_PKT_HWTSTAMP	BIT(1)	/* @ts is the card's */
#define MAPI_PKT_TSTAMPED	BIT(2)	/* @ts is valid */
#define MAPI_PKT_DISSECTED	BIT(3)	/* @hdr is valid */
#define MAPI_PKT_KEY		BIT(4)	/* @key is valid */
#define MAPI_PKT_NO_KEY		BIT(5)	/* it has none */
#define MAPI_PKT_NOW		BIT(6)	/* nobody took the time: it is now */
#define MAPI_PKT_RANKED		BIT(7)	/* @rank is valid */

/* What was found out about a packet: to be cleared when it becomes another. */
#define MAPI_PKT_PARSED	(MAPI_PKT_DISSECTED | MAPI_PKT_KEY | MAPI_PKT_NO_KEY | \
			 MAPI_PKT_RANKED)

/**
 * struct mapi_hdr - where the headers are
 * @l3: offset of the network header; 0 if there is none we know
 * @l4: offset of the transport header, behind IPv6 extension headers; 0 if
 *	there is none: not IP, a later fragment, or not captured
 * @payload: offset of what follows a TCP or UDP header; 0 if unknown
 * @proto: ethertype of the network header, host byte order; behind MPLS labels
 *	IPv4 or IPv6 if it looks like that (RFC 4928), else that of MPLS
 * @l4_proto: IP protocol number of the transport header
 * @frag: the packet is an IP fragment, the first included
 * @mpls: there are MPLS labels in front of the network header
 */
struct mapi_hdr {
	u32 l3;
	u32 l4;
	u32 payload;
	u16 proto;
	u8 l4_proto;
	bool frag;
	bool mpls;
};

/**
 * struct mapi_pkt - a packet on its way through the plan
 * @data: the first bytes of the packet, from the link-layer header on
 * @len: how many bytes @data has; use mapi_pkt_pull() for more
 * @caplen: bytes that can be had
 * @wirelen: bytes that the packet had on the wire, without FCS
 * @npkts: wire packets it stands for: 1, or more for a super-packet (GRO,
 *	GSO) if the plan has functions with %MAPI_FUNC_F_AGGREGATE only
 * @bytes: bytes on the wire of all @npkts
 * @cpu: this CPU, for per-CPU state
 * @change: number of the change of the plan that it runs under; the core's
 * @flags: MAPI_PKT_*
 * @ts: nanoseconds since 1970; use mapi_pkt_ts()
 * @rank: which of two packets came later; use mapi_pkt_rank()
 * @colour: colour of the hardware, 0: none
 * @port: which of the card's ports it came in by, 0: the first, or the only one
 * @dev: device it was seen on
 * @plan: what it runs through: mapi_dev_plan(), once for all segments of a
 *	super-packet
 * @hdr: header offsets; use mapi_pkt_hdr()
 * @key: what filters compare; the core's
 * @sampled: has counted the packet already, and it is its turn; %NULL: none has
 * @ops: see &struct mapi_pkt_ops
 * @frame: the source's own
 * @frame_off: the source's own
 *
 * Built on the stack by the source for mapi_dev_rx(). VLAN tags that the
 * driver stripped are in the packet again: in all lengths, and in the bytes.
 */
struct mapi_pkt {
	const u8 *data;
	u32 len;
	u32 caplen;
	u32 wirelen;
	u32 npkts;
	u32 bytes;
	u32 cpu;
	u32 flags;
	u64 change;
	u64 ts;
	u64 rank;
	u8 colour;
	u8 port;
	struct mapi_dev *dev;
	const struct mapi_plan *plan;
	struct mapi_hdr hdr;
	struct mapi_key key;
	const struct mapi_sampler *sampled;
	const struct mapi_pkt_ops *ops;
	void *frame;
	u32 frame_off;
};

const u8 *__mapi_pkt_pull(struct mapi_pkt *pkt, u32 n);
u64 __mapi_pkt_ts(struct mapi_pkt *pkt);
void __mapi_pkt_dissect(struct mapi_pkt *pkt);
int __mapi_pkt_copy(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len);

/**
 * mapi_pkt_pull - make the first bytes of a packet contiguous
 * @pkt: the packet
 * @n: how many bytes
 *
 * What is not contiguous already is copied into a buffer of this CPU, once
 * for all functions. Pointers from earlier calls stay valid until the packet
 * has left the plan.
 *
 * Return: pointer to at least @n bytes, %NULL if @n exceeds the captured
 * length. Context: process() of a function.
 */
static inline const u8 *mapi_pkt_pull(struct mapi_pkt *pkt, u32 n)
{
	return likely(n <= pkt->len) ? pkt->data : __mapi_pkt_pull(pkt, n);
}

/**
 * mapi_pkt_copy - copy bytes out of a packet
 * @pkt: the packet
 * @off: first byte
 * @dst: where to
 * @len: how many; @off + @len must not exceed the captured length
 *
 * Return: 0 or a negative errno. Context: process() of a function.
 */
static inline int mapi_pkt_copy(const struct mapi_pkt *pkt, u32 off, void *dst,
				u32 len)
{
	if (unlikely(off > pkt->len || len > pkt->len - off))
		return __mapi_pkt_copy(pkt, off, dst, len);
	memcpy(dst, pkt->data + off, len);
	return 0;
}

/**
 * mapi_pkt_ts - when the packet arrived
 * @pkt: the packet
 *
 * Return: nanoseconds since 1970. The clock is read at most once a packet, and
 * not at all if nobody asks.
 */
static inline u64 mapi_pkt_ts(struct mapi_pkt *pkt)
{
	return pkt->flags & MAPI_PKT_TSTAMPED ? pkt->ts : __mapi_pkt_ts(pkt);
}

/**
 * mapi_pkt_rank - which of two packets came later, on whatever CPUs
 * @pkt: the packet
 *
 * Unlike times of arrival, which may be set and come from a trace, these follow
 * the order in which packets are run through the plan.
 *
 * Return: ns of the monotonic clock, greater than 0; read at most once a packet.
 */
static inline u64 mapi_pkt_rank(struct mapi_pkt *pkt)
{
	if (!(pkt->flags & MAPI_PKT_RANKED)) {
		pkt->rank = ktime_get_ns();
		pkt->flags |= MAPI_PKT_RANKED;
	}
	return pkt->rank;
}

/* mapi_pkt_hash - flow hash of the hardware, 0 if it gave none */
static inline u32 mapi_pkt_hash(const struct mapi_pkt *pkt)
{
	return pkt->ops->hash(pkt);
}

/**
 * mapi_pkt_hdr - where the headers are
 * @pkt: the packet
 *
 * Dissected once for all functions. Return: never %NULL; unknown offsets are 0.
 */
static inline const struct mapi_hdr *mapi_pkt_hdr(struct mapi_pkt *pkt)
{
	if (!(pkt->flags & MAPI_PKT_DISSECTED))
		__mapi_pkt_dissect(pkt);
	return &pkt->hdr;
}

/**
 * mapi_ts_from_ns - nanoseconds to MAPI's time format
 * @ns: nanoseconds since 1970
 *
 * Return: seconds in the high 32 bits, binary fraction in the low 32,
 * rounded down.
 */
static inline u64 mapi_ts_from_ns(u64 ns)
{
	u64 sec = ns / NSEC_PER_SEC;
	u32 nsec = ns - sec * NSEC_PER_SEC;

	return sec << 32 | (((u64)nsec << 32) / NSEC_PER_SEC);
}

#endif /* _MAPI_PKT_H */
