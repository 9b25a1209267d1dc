/* SPDX-License-Identifier: MIT */
/*
 * Results of functions that are more than a number; mapi-functions(7) says what is
 * in them.
 */
#ifndef MAPI_STDFLIB_H
#define MAPI_STDFLIB_H

#include <mapi.h>

/**
 * struct stats - the result of STATS
 * @count: values
 * @sum: of them
 * @sum2: of their squares
 * @min: the least of them, 0: there were none
 * @max: the greatest
 */
typedef struct stats {
	mapi_u64_t count;
	long double sum;
	long double sum2;
	double min;
	double max;
} stats_t;

/**
 * struct dist - the result of DIST
 * @min: argument of the function
 * @max: the same
 * @intervals: the same: how wide a slot is
 * @data: the slots; how many there are, the size of the result tells
 */
typedef struct dist {
	mapi_u64_t min;
	mapi_u64_t max;
	mapi_u64_t intervals;
	mapi_u64_t data[];
} dist_t;

/* What is written by RES2FILE: types of results. */
#define R2F_RAW		0
#define R2F_ULLSTR	1
#define R2F_ULLSEC	2
#define R2F_STATS	3

/**
 * struct bucket_data - the result of BUCKET
 * @timestamp: when the value was taken: seconds since 1970 in its high 32 bits, and a
 *	binary fraction in its low 32
 * @data: the value
 */
struct bucket_data {
	mapi_u64_t timestamp;
	mapi_u64_t data;
};

/* What THRESHOLD compares: how many bits of it, and when. */
#define TR_CHAR		0
#define TR_INT		1
#define TR_ULL		2
#define TR_POLL		64
#define TR_MW		128

/* And how; _D: the difference from what it was before. */
#ifndef EQUAL
#define EQUAL		0
#endif
#ifndef GT
#define GT		1
#endif
#ifndef LT
#define LT		2
#endif
#ifndef EQUAL_D
#define EQUAL_D		4
#endif
#ifndef GT_D
#define GT_D		8
#endif
#ifndef LT_D
#define LT_D		16
#endif

/**
 * struct threshold_data - the result of THRESHOLD
 * @timestamp: when there was a hit: seconds since 1970 in its high 32 bits, and a
 *	binary fraction in its low 32
 * @value: what the other function said
 * @before: and what it said at the look before
 */
struct threshold_data {
	mapi_u64_t timestamp;
	mapi_u64_t value;
	mapi_u64_t before;
};

/**
 * struct sample - the result of HASHSAMP, if it keeps samples: of one packet
 * @source_ip: IPv4 address as on the wire, as in struct in_addr; 0 of IPv6
 * @dest_ip: the same
 * @protocol: 6 TCP, 17 UDP
 * @sourceport: in the order of bytes of the machine
 * @destport: the same
 * @timestamp: when it arrived: seconds since 1970 in its high 32 bits, and a binary
 *	fraction in its low 32
 * @sequence: TCP's sequence number, in the order of bytes of the machine; 0 of UDP
 * @tcp_flags: the byte of the header, MAPI_TCP_*; 0 of UDP
 * @family: AF_INET or AF_INET6
 * @length: bytes of the packet on the wire
 * @source_ip6: IPv6 address as in struct in6_addr; 0 of IPv4
 * @dest_ip6: the same
 *
 * MAPI's ended with @tcp_flags.
 */
struct sample {
	unsigned int source_ip;
	unsigned int dest_ip;
	unsigned int protocol;
	unsigned short sourceport;
	unsigned short destport;
	mapi_u64_t timestamp;
	unsigned int sequence;
	unsigned int tcp_flags;
	unsigned int family;
	unsigned int length;
	unsigned char source_ip6[16];
	unsigned char dest_ip6[16];
};

/* Bits of @tcp_flags, as RFC 793 has them. */
#define MAPI_TCP_FIN	0x01
#define MAPI_TCP_SYN	0x02
#define MAPI_TCP_RST	0x04
#define MAPI_TCP_PSH	0x08
#define MAPI_TCP_ACK	0x10

/**
 * struct jitter - the result of JITTER
 * @count: differences between two consecutive gaps, of three packets each
 * @jitter: their mean deviation, smoothed as in RFC 3550
 * @last: the last of them, without its sign
 * @sum: of all of them, without their signs
 * @min: the least, with its sign; 0: there were none
 * @max: the greatest
 *
 * All but @count are in units of 2^-32 s.
 */
typedef struct jitter {
	mapi_u64_t count;
	mapi_u64_t jitter;
	mapi_u64_t last;
	mapi_u64_t sum;
	long long min;
	long long max;
} jitter_t;

/**
 * struct burst_category - one of those that are the result of BURST
 * @bytes: of bursts of its sizes
 * @packets: of these
 * @bursts: how many there were
 * @gap_bytes: that there was time for in the gaps behind them
 * @gaps: how many there were
 */
typedef struct burst_category {
	unsigned long bytes;
	unsigned long packets;
	unsigned long bursts;
	unsigned long gap_bytes;
	unsigned long gaps;
} burst_category_t;

#endif
