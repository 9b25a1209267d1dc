/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the KUnit suites share.
 *
 * A case that aborts leaves its thread at once, so nothing is asserted, but only
 * expected, where a lock is held.
 */
#ifndef _MAPI_KMOD_TESTS_TEST_H
#define _MAPI_KMOD_TESTS_TEST_H

#include <kunit/test.h>
#include <linux/prandom.h>

void test_random(struct kunit *test, struct rnd_state *rnd);
u32 test_rounds(u32 rounds);

/* test_below - a random number less than @n */
static inline u32 test_below(struct rnd_state *rnd, u32 n)
{
	return prandom_u32_state(rnd) % n;
}

#endif /* _MAPI_KMOD_TESTS_TEST_H */
