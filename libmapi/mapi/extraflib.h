/* SPDX-License-Identifier: MIT */
/* Constants and results of extraflib's functions; see mapi-functions(7). */
#ifndef MAPI_EXTRAFLIB_H
#define MAPI_EXTRAFLIB_H

#include <mapi.h>

/* TOP: protocols. */
#define TOPX_IP			1
#define TOPX_TCP		2
#define TOPX_UDP		3

/* And their fields. */
enum {
	TOPX_IP_TOS = 1, TOPX_IP_LENGTH, TOPX_IP_ID, TOPX_IP_OFFSET, TOPX_IP_TTL,
	TOPX_IP_PROTOCOL, TOPX_IP_CHECKSUM, TOPX_IP_SRCIP, TOPX_IP_DSTIP,
	TOPX_TCP_SRCPORT, TOPX_TCP_DSTPORT, TOPX_TCP_SEQ, TOPX_TCP_ACK, TOPX_TCP_FLAGS,
	TOPX_TCP_WIN, TOPX_TCP_CRC, TOPX_TCP_URGENT,
	TOPX_UDP_SRCPORT, TOPX_UDP_DSTPORT, TOPX_UDP_LENGTH, TOPX_UDP_CHECKSUM
};

/* What comes first. */
#define SORT_BY_PACKETS		1
#define SORT_BY_BYTES		2

/**
 * struct topx_result - one value of TOP's result, which are behind a 32-bit number of
 * them, without padding: copy them out
 * @value: of the field; of an IPv4 address, in host byte order
 * @addr6: an IPv6 address
 * @family: AF_INET or AF_INET6 if it is an address, else 0
 * @count: packets
 * @bytecount: bytes
 * @last_rst_secs: 0
 */
typedef struct topx_result {
	unsigned int value;
	unsigned char addr6[16];
	unsigned short family;
	unsigned int count;
	mapi_u64_t bytecount;
	unsigned int last_rst_secs;
} topx_result;

#endif
