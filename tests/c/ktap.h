/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KTAP for test programs: a line for each check, the plan at the end. The
 * script that runs the program takes the lines over (tests/lib/program.sh).
 */
#ifndef KTAP_H
#define KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

static int ktap_count, ktap_failed;

/* More about what comes next, or about the failure before it. */
__attribute__((format(printf, 1, 2), unused))
static void ktap_diag(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	printf("\n");
	fflush(stdout);
	va_end(ap);
}

/* A check, with its name. Returns @good. */
__attribute__((format(printf, 2, 3), unused))
static bool ktap_ok(bool good, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("%s %d ", good ? "ok" : "not ok", ++ktap_count);
	vprintf(fmt, ap);
	printf("\n");
	fflush(stdout);
	va_end(ap);
	ktap_failed += !good;
	return good;
}

/* A check that makes no sense here. */
__attribute__((unused))
static void ktap_skip(const char *name, const char *why)
{
	printf("ok %d %s # SKIP %s\n", ++ktap_count, name, why);
	fflush(stdout);
}

/* Two numbers should be the same. */
#define ktap_is(got, want, ...) do {					\
	long long got_ = (got), want_ = (want);				\
									\
	if (!ktap_ok(got_ == want_, __VA_ARGS__))			\
		ktap_diag("got %lld, wanted %lld", got_, want_);	\
} while (0)

/* What the test itself needs and cannot do without. */
#define ktap_need(cond) do {						\
	if (!(cond)) {							\
		printf("Bail out! %s:%d: %s: %s\n", __FILE__, __LINE__,	\
		       #cond, strerror(errno));				\
		exit(2);						\
	}								\
} while (0)

/* The plan; the status for main(). */
static inline int ktap_end(void)
{
	printf("1..%d\n", ktap_count);
	fflush(stdout);
	return ktap_failed ? 1 : 0;
}

#endif
