// SPDX-License-Identifier: MIT
/* STATS' client half: the kernel knows whole numbers only. */
#include <string.h>

#include "client.h"
#include "mapi/stdflib.h"

#define LIMBS_SUM	3
#define LIMBS_SUM2	5

/* What the kernel's result is. */
struct words {
	uint64_t count;
	uint64_t sum[LIMBS_SUM];	/* in limbs of 32 bits, which may have grown */
	uint64_t sum2[LIMBS_SUM2];
	uint64_t min;
	uint64_t max;
};

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	return mapi_call_period(call, 2, "0 1", err);
}

/* Exact as far as 64 bits of mantissa go: from the greatest limb down. */
static long double whole(const uint64_t *limbs, unsigned int nr)
{
	long double sum = 0;

	while (nr--)
		sum = sum * 0x1p32L + limbs[nr];
	return sum;
}

static void get_result(const struct mapi_given *given, const void *kernel,
		       size_t len, void *result)
{
	struct words words = { 0 };
	stats_t *stats = result;

	(void)given;
	memcpy(&words, kernel, len < sizeof(words) ? len : sizeof(words));
	stats->count = words.count;
	stats->sum = whole(words.sum, LIMBS_SUM);
	stats->sum2 = whole(words.sum2, LIMBS_SUM2);
	stats->min = words.min;
	stats->max = words.max;
}

const struct mapi_client mapi_client_stats = {
	.name = "STATS",
	.apply = apply,
	.result_size = sizeof(stats_t),
	.get_result = get_result,
};
