/* SPDX-License-Identifier: GPL-2.0 */
/* The result of STATS, for those who are about it. */
#ifndef _MAPI_STATS_H
#define _MAPI_STATS_H

/* Sums are of limbs of 32 bits, least significant first, which may have grown. */
#define MAPI_STATS_SUM_LIMBS	3
#define MAPI_STATS_SUM2_LIMBS	5

/* Words of 64 bits. */
enum {
	MAPI_STATS_COUNT,
	MAPI_STATS_SUM,
	MAPI_STATS_SUM2 = MAPI_STATS_SUM + MAPI_STATS_SUM_LIMBS,
	MAPI_STATS_MIN = MAPI_STATS_SUM2 + MAPI_STATS_SUM2_LIMBS,
	MAPI_STATS_MAX,
	MAPI_STATS_WORDS,
};

#endif /* _MAPI_STATS_H */
