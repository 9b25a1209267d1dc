// SPDX-License-Identifier: GPL-2.0
/* Points in time. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "when.h"

#define NS	UINT64_C(1000000000)

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS + ts.tv_nsec;
}

uint64_t now_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

uint64_t monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

const char *when(uint64_t ns, char buf[WHEN_SIZE])
{
	time_t sec = ns / NS;
	struct tm tm;
	size_t len;

	if (!localtime_r(&sec, &tm))
		memset(&tm, 0, sizeof(tm));
	len = strftime(buf, WHEN_SIZE, "%FT%T", &tm);
	len += snprintf(buf + len, WHEN_SIZE - len, ".%09" PRIu64, ns % NS);
	strftime(buf + len, WHEN_SIZE - len, "%z", &tm);
	return buf;
}
