// SPDX-License-Identifier: GPL-2.0
/* Numbers and times that are text, and results that are more than 64 bits. */
#include <string.h>

#include "client.h"
#include "mapi/stdflib.h"
#include "times.h"
#include "unit.h"

/* Programs get these as the kernel has them. */
_Static_assert(sizeof(jitter_t) == 6 * sizeof(__u64), "six words");
_Static_assert(sizeof(struct sample) == 72, "no holes");
_Static_assert(sizeof(struct threshold_data) == 3 * sizeof(__u64), "three words");
_Static_assert(sizeof(burst_category_t) == 5 * sizeof(__u64), "five words");

#define NONE	(~0ULL - 1)

void numbers(void)
{
	static const struct {
		const char *text;
		uint64_t number;	/* of units, or as it is */
		uint64_t ns;
	} good[] = {
		{ "0", 0, 0 },
		{ "+7", 7, 1 },
		{ "1500", 1500, 349 },
		{ "18446744073709551615", ~0ULL, 4294967295999999999 },
		{ "1s", 1ULL << 32, 1000000000 },
		{ "0.5s", 1ULL << 31, 500000000 },
		{ "250ms", 1ULL << 30, 250000000 },
		{ "10us", 42949, 10000 },
		{ "0.001us", 4, 1 },
		{ "1.5m", 90ULL << 32, 90000000000 },
		{ "4294967295s", 4294967295ULL << 32, 4294967295000000000 },
	};
	static const char *const bad[] = {
		"", "+", "-1", "1h", "1 s", "s", "0x10", "1e3", "1.5.5s", "++1", " 1",
	};
	uint64_t is;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		is = NONE;
		CHECK(mapi_units(good[i].text, &is) && is == good[i].number);
		is = NONE;
		CHECK(mapi_interval(good[i].text, &is) && is == good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!mapi_units(bad[i], &is));
		CHECK(!mapi_interval(bad[i], &is));
	}
	CHECK(!mapi_units("1.5", &is));
	CHECK(!mapi_units("18446744073709551616", &is));
	CHECK(!mapi_units("4294967296s", &is));
	CHECK(!mapi_units("99999999999999999999m", &is));
}

void statistics(void)
{
	/* Two CPUs have added limbs that were full. */
	__u64 words[11] = { 2, 0x1fffffffe, 0x1fffffffe, 0,
			    2, 0, 0x1fffffffc, 0x1fffffffe, 0,
			    5, ~0ULL };
	stats_t stats;

	memset(&stats, 0xff, sizeof(stats));
	CHECK(mapi_client_stats.result_size == sizeof(stats));
	mapi_client_stats.get_result(NULL, words, sizeof(words), &stats);
	CHECK(stats.count == 2);
	/* Twice 2^64 - 1. */
	CHECK(stats.sum == 0x1.fffffffffffffffep64L);
	CHECK(stats.sum2 > 0x1.fffffffp128L && stats.sum2 <= 0x1p129L);
	CHECK(stats.min == 5);
	CHECK(stats.max == 0x1p64);
}
