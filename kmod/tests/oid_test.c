// SPDX-License-Identifier: GPL-2.0
/* Object identifiers: which are well-formed, and which are prefixes of others. */
#include <linux/string.h>
#include "../core.h"
#include "test.h"

/* 63 bytes, the longest that is allowed: "1" and 31 times ".2" */
#define TEN		".2.2.2.2.2.2.2.2.2.2"
#define LONGEST		"1" TEN TEN TEN ".2"

static void oid_valid(struct kunit *test)
{
	static const char *const valid[] = {
		"1", "1.1", "1.2.4", "1.20", "1.0", "1.00", "1.2.4294967296",
		LONGEST,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(valid); i++)
		KUNIT_EXPECT_TRUE_MSG(test, mapi_oid_valid(valid[i]), "'%s'",
				      valid[i]);
}

static void oid_invalid(struct kunit *test)
{
	static const char *const invalid[] = {
		"", ".", "0", "2", "10", "11", "2.1", "01", "1.", ".1", "1..2",
		"1.2.", "1.a", "a", "1.2 ", " 1", "1 .2", "1,2", "-1", "1.-2",
		"+1", "1\n", "1.2\n", "1.\xb2", LONGEST "2", LONGEST ".2",
		LONGEST TEN,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(invalid); i++)
		KUNIT_EXPECT_FALSE_MSG(test, mapi_oid_valid(invalid[i]), "'%s'",
				       invalid[i]);
}

static void oid_match(struct kunit *test)
{
	static const struct {
		const char *prefix;
		const char *oid;
		int components;
	} cases[] = {
		{ "1",		"1",		1 },
		{ "1",		"1.1",		1 },
		{ "1",		"1.20.3",	1 },
		{ "1.2",	"1.2",		2 },
		{ "1.2",	"1.2.4",	2 },
		{ "1.2.4",	"1.2.4",	3 },
		{ LONGEST,	LONGEST,	32 },
		{ "1" TEN,	LONGEST,	11 },
		{ "1.2",	"1.20",		0 },
		{ "1.20",	"1.2",		0 },
		{ "1.2",	"1.20.4",	0 },
		{ "1.2",	"1.3",		0 },
		{ "1.2",	"1.12",		0 },
		{ "1.2",	"1",		0 },
		{ "1.2.4",	"1.2",		0 },
		{ "1.2.4",	"1.2.5",	0 },
		{ "1.2.4",	"1.2.40",	0 },
		{ "1.2.4",	"1.24",		0 },
		{ LONGEST,	"1" TEN,	0 },
		{ "1",		"10",		0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    mapi_oid_match(cases[i].prefix, cases[i].oid),
				    cases[i].components, "'%s' of '%s'",
				    cases[i].prefix, cases[i].oid);
}

#define COMPONENTS	4

/* As numbers, and as text. */
static u32 random_oid(struct rnd_state *rnd, u32 *numbers, char *text)
{
	static const u32 some[] = { 1, 2, 3, 11, 12, 20, 22, 111, 121 };
	u32 n = 1 + test_below(rnd, COMPONENTS), i;
	int len;

	numbers[0] = 1;
	len = sprintf(text, "1");
	for (i = 1; i < n; i++) {
		numbers[i] = some[test_below(rnd, ARRAY_SIZE(some))];
		len += sprintf(text + len, ".%u", numbers[i]);
	}
	return n;
}

static void oid_match_random(struct kunit *test)
{
	u32 a[COMPONENTS], b[COMPONENTS], na, nb, i, rounds, matches = 0;
	char ta[5 * COMPONENTS], tb[5 * COMPONENTS];
	struct rnd_state rnd;
	bool prefix;

	test_random(test, &rnd);
	rounds = test_rounds(20000);
	for (i = 0; i < rounds; i++) {
		na = random_oid(&rnd, a, ta);
		nb = random_oid(&rnd, b, tb);
		prefix = na <= nb && !memcmp(a, b, na * sizeof(*a));
		KUNIT_EXPECT_EQ_MSG(test, mapi_oid_match(ta, tb),
				    prefix ? na : 0, "'%s' of '%s'", ta, tb);
		KUNIT_EXPECT_TRUE(test, mapi_oid_valid(ta));
		matches += na > 1 && prefix;
	}
	KUNIT_EXPECT_GT(test, matches, rounds / 200);
}

static struct kunit_case oid_cases[] = {
	KUNIT_CASE(oid_valid),
	KUNIT_CASE(oid_invalid),
	KUNIT_CASE(oid_match),
	KUNIT_CASE(oid_match_random),
	{}
};

static struct kunit_suite oid_suite = {
	.name = "mapi_oid",
	.test_cases = oid_cases,
};

kunit_test_suite(oid_suite);
