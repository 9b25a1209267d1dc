/* SPDX-License-Identifier: MIT */
/* Time, and what has passed of it but for asking: that may be a system call. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <time.h>

static inline long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* The least that was ever seen: it is tried again each time. */
static inline long long asking(void)
{
	static long long least = -1;

	for (int i = 0; i < 8; i++) {
		long long from = now(), took = now() - from;

		if (least < 0 || took < least)
			least = took;
	}
	return least;
}

static inline long long since(long long from)
{
	long long took = now() - from;

	return took - asking();
}

#endif
