// SPDX-License-Identifier: MIT
/*
 * ERF, the extensible record format of DAG cards: nothing but records, all numbers
 * but the time big-endian.
 *
 * Lengths are taken as they are, as others do: where a card has captured the FCS, it is
 * part of the packet. What is no packet (padding, provenance, counters) is skipped.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

#define LINKTYPE_ETHERNET	1
#define LINKTYPE_RAW		101

#define RECORD_MAX	65535
#define ETH_PAD		2	/* in front of an Ethernet frame */
#define EXTENSION	8
#define HAS_EXTENSION	0x80
#define RX_ERROR	0x10

enum {
	ETH = 2, COLOR_ETH = 11, IP_COUNTER = 13, TCP_FLOW_COUNTER = 14,
	DSM_COLOR_ETH = 16, COLOR_HASH_ETH = 20, IPV4 = 22, IPV6 = 23, META = 27,
	INTERNAL_FIRST = 32, INTERNAL_LAST = 47, PAD = 48,
};

struct header {
	__u64 ts;	/* little-endian, seconds and binary fraction */
	__u8 type;
	__u8 flags;
	__u16 rlen;
	__u16 lctr;
	__u16 wlen;
};

/**
 * struct erf - where the reader is
 * @first: the first packet has been read, and waits
 * @linktype: of the packet that was read last; 0: it is none
 * @pkt: that packet
 * @record: its bytes
 */
struct erf {
	int first;
	__u32 linktype;
	struct mapi_trace_pkt pkt;
	union {
		struct header hdr;
		__u8 record[RECORD_MAX];
	};
};

static __u64 ns_of(__u64 ts)
{
	return (ts >> 32) * 1000000000 +
	       (((ts & 0xffffffff) * 1000000000 + (1U << 31)) >> 32);
}

/* 0: no packet. */
static int linktype_of(struct mapi_trace *trace, __u8 type, __u32 *linktype)
{
	switch (type) {
	case ETH:
	case COLOR_ETH:
	case DSM_COLOR_ETH:
	case COLOR_HASH_ETH:
		*linktype = LINKTYPE_ETHERNET;
		return 0;
	case IPV4:
	case IPV6:
		*linktype = LINKTYPE_RAW;
		return 0;
	case IP_COUNTER:
	case TCP_FLOW_COUNTER:
	case META:
	case INTERNAL_FIRST ... INTERNAL_LAST:
	case PAD:
		*linktype = 0;
		return 0;
	}
	return mapi_trace_fail(trace, "ERF of type %u is not supported", type);
}

/* Behind the header and its extensions; 0: they are longer than the record. */
static __u32 payload(const struct erf *erf, __u32 rlen)
{
	__u32 at = sizeof(struct header);
	__u8 more = erf->hdr.type & HAS_EXTENSION;

	while (more) {
		if (at + EXTENSION > rlen)
			return 0;
		more = erf->record[at] & HAS_EXTENSION;
		at += EXTENSION;
	}
	return at;
}

static int read_packet(struct mapi_trace *trace, struct erf *erf, __u32 rlen)
{
	__u32 at = payload(erf, rlen), wlen = be16toh(erf->hdr.wlen);

	if (!at)
		return mapi_trace_fail(trace, "extension headers do not end");
	if (erf->linktype == LINKTYPE_ETHERNET)
		at += ETH_PAD;
	if (at > rlen)
		return mapi_trace_fail(trace, "of %u bytes, too short for its type",
				       rlen);
	/* What was received wrongly is no packet to look into. */
	if (erf->hdr.flags & RX_ERROR)
		rlen = at;
	erf->pkt.ts = ns_of(le64toh(erf->hdr.ts));
	erf->pkt.data = erf->record + at;
	erf->pkt.wlen = wlen;
	erf->pkt.port = (erf->hdr.flags & 0x40) >> 4 | (erf->hdr.flags & 3);
	erf->pkt.caplen = rlen - at < wlen ? rlen - at : wlen;
	return 1;
}

/* One record. Return: 1; 0: no more; -1: damaged. */
static int read_record(struct mapi_trace *trace, struct erf *erf)
{
	int len = gzread(trace->gz, erf->record, sizeof(struct header));
	__u32 rlen, rest;

	if (!len && gzeof(trace->gz))
		return 0;
	trace->records++;
	if (len < (int)sizeof(struct header))
		return mapi_trace_fail(trace, "only %d of the %zu bytes of its header are there",
				       len < 0 ? 0 : len, sizeof(struct header));
	rlen = be16toh(erf->hdr.rlen);
	if (rlen < sizeof(struct header))
		return mapi_trace_fail(trace, "a record has no %u bytes", rlen);
	rest = rlen - sizeof(struct header);
	len = gzread(trace->gz, erf->record + sizeof(struct header), rest);
	if (len < 0 || (__u32)len < rest)
		return mapi_trace_fail(trace, "only %d of its %u bytes are there",
				       (len < 0 ? 0 : len) + (int)sizeof(struct header),
				       rlen);
	if (linktype_of(trace, erf->hdr.type & ~HAS_EXTENSION, &erf->linktype))
		return -1;
	return erf->linktype ? read_packet(trace, erf, rlen) : 1;
}

static int read_next(struct mapi_trace *trace, struct erf *erf)
{
	int ret;

	do {
		ret = read_record(trace, erf);
	} while (ret > 0 && !erf->linktype);
	return ret;
}

/* The link type is that of the first packet. */
static int erf_begin(struct mapi_trace *trace)
{
	struct erf *erf = calloc(1, sizeof(*erf));

	if (!erf)
		return mapi_trace_fail(trace, "no memory");
	trace->priv = erf;
	erf->first = read_next(trace, erf);
	if (erf->first < 0)
		return -1;
	trace->linktype = erf->first ? erf->linktype : LINKTYPE_ETHERNET;
	return 0;
}

static int erf_get(struct mapi_trace *trace, struct mapi_trace_pkt *pkt)
{
	struct erf *erf = trace->priv;
	int ret = erf->first;

	erf->first = 0;
	if (!ret)
		ret = read_next(trace, erf);
	if (ret <= 0)
		return ret;
	if (erf->linktype != trace->linktype)
		return mapi_trace_fail(trace, "of another link type than those before");
	*pkt = erf->pkt;
	return 1;
}

static void erf_end(struct mapi_trace *trace)
{
	free(trace->priv);
}

const struct mapi_trace_format mapi_trace_erf = {
	.open	= erf_begin,
	.next	= erf_get,
	.close	= erf_end,
};
