// SPDX-License-Identifier: GPL-2.0
/*
 * mapi_kunit.ko: tests of what needs no packet, one file for each suite. They run
 * when the module is loaded, and say in the kernel's log how it went.
 */
#include <linux/module.h>
#include <linux/random.h>
#include "test.h"

static unsigned int seed;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of what is random, so that a run can be repeated");

static unsigned int percent = 100;
module_param(percent, uint, 0444);
MODULE_PARM_DESC(percent, "how long what is random goes on");

/* test_random - begin anew; says with what */
void test_random(struct kunit *test, struct rnd_state *rnd)
{
	if (!seed)
		seed = get_random_u32() | 1;
	kunit_info(test, "seed=%u\n", seed);
	prandom_seed_state(rnd, seed);
}

/* test_rounds - how many rounds there are, if that many are usual */
u32 test_rounds(u32 rounds)
{
	return max_t(u64, (u64)rounds * percent / 100, 1);
}

MODULE_DESCRIPTION("KUnit tests of MAPI");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
