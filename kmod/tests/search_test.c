// SPDX-License-Identifier: GPL-2.0
/*
 * The string search against the plainest there is. Needles and packets are
 * tried in greater numbers in user space (tests/host/search), and here as the
 * kernel builds it. Each has memory of its own, of just its size, so that the
 * debug kernel catches whoever reads beyond.
 */
#include <linux/bitmap.h>
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <mapi/search.h>
#include "test.h"

#define NEEDLES	300
#define LONGEST	1500

static bool plain_in(const struct mapi_needle *n, const u8 *data, u32 len)
{
	u64 end = len, at;

	if (n->depth)
		end = min(end, (u64)n->offset + n->depth);
	for (at = n->offset; at + n->len <= end; at++)
		if (!memcmp(data + at, n->bytes, n->len))
			return true;
	return false;
}

static bool found_any(const struct mapi_search *s, const u8 *data, u32 len)
{
	bool any;

	local_bh_disable();
	any = mapi_search_any(s, data, len);
	local_bh_enable();
	return any;
}

/* Return: how many, as it says itself. */
static u32 found_all(const struct mapi_search *s, const u8 *data, u32 len,
		     unsigned long *hits)
{
	u32 nr;

	bitmap_zero(hits, NEEDLES);
	local_bh_disable();
	nr = mapi_search_all(s, data, len, hits);
	local_bh_enable();
	return nr;
}

/* One needle in one packet, as any and as all. */
static void expect_found(struct kunit *test, const struct mapi_needle *needle,
			 const char *text, bool found)
{
	u32 len = strlen(text);
	DECLARE_BITMAP(hits, NEEDLES);
	struct mapi_search *s;
	u8 *data;

	s = mapi_search_new(needle, 1, needle->id + 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(s));
	data = kunit_kmalloc(test, max(len, 1U), GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, data);
	if (data) {
		memcpy(data, text, len);
		KUNIT_EXPECT_EQ_MSG(test, found_any(s, data, len), found,
				    "'%.*s' at %u, %u in '%s'", needle->len,
				    needle->bytes, needle->offset,
				    needle->depth, text);
		KUNIT_EXPECT_EQ(test, found_all(s, data, len, hits), found);
		KUNIT_EXPECT_EQ(test, bitmap_weight(hits, NEEDLES), found);
		KUNIT_EXPECT_EQ(test, test_bit(needle->id, hits), found);
	}
	mapi_search_free(s);
}

static void search_windows(struct kunit *test)
{
	static const struct {
		const char *needle;
		u32 offset;
		u32 depth;
		const char *text;
		bool found;
	} cases[] = {
		{ "a", 0, 0, "", false },
		{ "a", 0, 0, "a", true },
		{ "ab", 0, 0, "a", false },
		{ "ab", 0, 0, "xxab", true },
		{ "aab", 0, 0, "aaab", true },
		{ "abcabd", 0, 0, "abcabcabd", true },
		{ "a", 1, 0, "a", false },
		{ "a", 1, 0, "ba", true },
		{ "a", 2, 0, "ab", false },
		{ "ab", 1, 0, "abab", true },
		{ "ab", 3, 0, "abab", false },
		{ "ab", 0, 1, "ab", false },
		{ "ab", 0, 2, "ab", true },
		{ "ab", 0, 2, "xab", false },
		{ "ab", 0, 3, "xab", true },
		{ "ab", 1, 1, "xab", false },
		{ "ab", 1, 2, "xab", true },
		{ "ab", 1, 2, "xxab", false },
		{ "ab", 1, 100, "xxab", true },
		{ "longer than seven", 1, 17, "_longer than seven_", true },
		{ "longer than seven", 1, 16, "_longer than seven_", false },
		{ "longer than seven", 2, 17, "_longer than seven_", false },
		{ "longer than seven", 0, 17, "_longer than seven_", false },
		/* so far that counts overflow */
		{ "ab", U32_MAX, 0, "ab", false },
		{ "ab", U32_MAX, U32_MAX, "ab", false },
		{ "ab", 1, U32_MAX, "xab", true },
		{ "ab", 0, U32_MAX, "xab", true },
		{ "ab", U32_MAX - 1, 2, "abab", false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mapi_needle needle = {
			.bytes = cases[i].needle, .len = strlen(cases[i].needle),
			.offset = cases[i].offset, .depth = cases[i].depth,
			.id = i % 3,
		};

		expect_found(test, &needle, cases[i].text, cases[i].found);
	}
}

static void search_refused(struct kunit *test)
{
	static const struct mapi_needle empty[] = {
		{ .bytes = "a", .len = 1 }, { .bytes = "", .len = 0 },
	};
	static const struct mapi_needle ids[] = {
		{ .bytes = "a", .len = 1 }, { .bytes = "a", .len = 1, .id = 2 },
	};
	struct mapi_search *s;

	KUNIT_EXPECT_EQ(test, PTR_ERR(mapi_search_new(empty, 2, 1)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(mapi_search_new(ids, 2, 2)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(mapi_search_new(ids, 1, 0)), -EINVAL);
	s = mapi_search_new(ids, 2, 3);
	KUNIT_EXPECT_FALSE(test, IS_ERR(s));
	if (!IS_ERR(s))
		mapi_search_free(s);
	mapi_search_free(NULL);
}

/* Nothing is in anything. */
static void search_nothing(struct kunit *test)
{
	struct mapi_search *s = mapi_search_new(NULL, 0, 0);
	DECLARE_BITMAP(hits, NEEDLES);

	KUNIT_ASSERT_FALSE(test, IS_ERR(s));
	KUNIT_EXPECT_FALSE(test, found_any(s, "abc", 3));
	KUNIT_EXPECT_EQ(test, found_all(s, "abc", 3, hits), 0);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(hits, NEEDLES));
	KUNIT_EXPECT_GT(test, mapi_search_size(s), 0);
	mapi_search_free(s);
}

/* What is asked for is all that are there, not the first; equal ones as well. */
static void search_all(struct kunit *test)
{
	static const struct {
		const char *needle;
		u32 id;
		bool found;
	} cases[] = {
		{ "he", 0, true }, { "she", 1, true }, { "his", 2, false },
		{ "hers", 3, true }, { "hers", 4, true }, { "ushers", 5, true },
		{ "ushersx", 6, false }, { "s", 7, true }, { "rs", 8, true },
		{ "x", 9, false }, { "xushers", 10, false },
		/* two that have an id in common: one is there */
		{ "absent", 11, true }, { "sher", 11, true },
	};
	struct mapi_needle needles[ARRAY_SIZE(cases)];
	DECLARE_BITMAP(hits, NEEDLES);
	struct mapi_search *s;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		needles[i] = (struct mapi_needle) {
			.bytes = cases[i].needle, .len = strlen(cases[i].needle),
			.id = cases[i].id,
		};
	s = mapi_search_new(needles, ARRAY_SIZE(needles), 12);
	KUNIT_ASSERT_FALSE(test, IS_ERR(s));
	KUNIT_EXPECT_EQ(test, found_all(s, "ushers", 6, hits), 8);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, test_bit(cases[i].id, hits),
				    cases[i].found, "%s", cases[i].needle);
	KUNIT_EXPECT_EQ(test, find_next_bit(hits, NEEDLES, 12), NEEDLES);
	mapi_search_free(s);
}

/* A packet full of what looks like the needles is searched all the same. */
static void search_hostile(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, LONGEST, GFP_KERNEL);
	u8 *zeros = kunit_kzalloc(test, 5 * 64, GFP_KERNEL);
	struct mapi_needle needles[5];
	DECLARE_BITMAP(hits, NEEDLES);
	struct mapi_search *s;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_ASSERT_NOT_NULL(test, zeros);
	/* 63 zeros and something else; the last has 10 at another place. */
	for (i = 0; i < 5; i++) {
		zeros[64 * i + 63] = i + 1;
		needles[i] = (struct mapi_needle) {
			.bytes = zeros + 64 * i, .len = 64, .id = i,
			.offset = i == 4 ? 10 : 0,
		};
	}
	s = mapi_search_new(needles, 5, 5);
	KUNIT_ASSERT_FALSE(test, IS_ERR(s));
	KUNIT_EXPECT_FALSE(test, found_any(s, data, LONGEST));
	data[LONGEST - 1] = 3;
	KUNIT_EXPECT_TRUE(test, found_any(s, data, LONGEST));
	KUNIT_EXPECT_FALSE(test, found_any(s, data, LONGEST - 1));
	data[63] = 4;
	data[63 + 64] = 1;
	data[63 + 128] = 5;
	KUNIT_EXPECT_EQ(test, found_all(s, data, LONGEST, hits), 4);
	KUNIT_EXPECT_EQ(test, hits[0], 0x1dUL);
	/* The last one may begin at 10, not before. */
	memset(data, 0, LONGEST);
	data[63] = 5;
	KUNIT_EXPECT_FALSE(test, found_any(s, data, LONGEST));
	data[73] = 5;
	KUNIT_EXPECT_FALSE(test, found_any(s, data, LONGEST));
	data[63] = 0;
	KUNIT_EXPECT_TRUE(test, found_any(s, data, LONGEST));
	mapi_search_free(s);
}

static u8 letter(struct rnd_state *rnd, u32 letters)
{
	return letters == 256 ? prandom_u32_state(rnd) : 'a' + test_below(rnd, letters);
}

static u8 *random_bytes(struct rnd_state *rnd, u32 len, u32 letters)
{
	u8 *bytes = kmalloc(max(len, 1U), GFP_KERNEL);
	u32 i;

	for (i = 0; bytes && i < len; i++)
		bytes[i] = letter(rnd, letters);
	return bytes;
}

/* New bytes, or those of an earlier needle as far as they go. */
static bool random_needle(struct rnd_state *rnd, struct mapi_needle *needles,
			  u32 i, u32 letters)
{
	static const u32 lengths[] = { 1, 3, 7, 12, 40, 200 };
	u32 len = 1 + test_below(rnd, lengths[test_below(rnd, ARRAY_SIZE(lengths))]);
	u8 *bytes = random_bytes(rnd, len, letters);
	const struct mapi_needle *other;
	u32 part;

	if (!bytes)
		return false;
	if (i && !test_below(rnd, 3)) {
		other = &needles[test_below(rnd, i)];
		part = min(len, other->len);
		if (test_below(rnd, 2))
			memcpy(bytes, other->bytes, part);
		else
			memcpy(bytes + len - part, other->bytes + other->len - part,
			       part);
	}
	needles[i] = (struct mapi_needle) {
		.bytes = bytes, .len = len, .id = test_below(rnd, NEEDLES),
	};
	return true;
}

static void random_window(struct rnd_state *rnd, struct mapi_needle *n)
{
	n->offset = test_below(rnd, 2) ? test_below(rnd, 80) : 0;
	n->depth = test_below(rnd, 2) ? 1 + test_below(rnd, n->len + 100) : 0;
}

/* Of few letters, with some needles in it. */
static u8 *random_packet(struct rnd_state *rnd, const struct mapi_needle *needles,
			 u32 nr, u32 letters, u32 *len)
{
	const struct mapi_needle *n;
	u8 *data;
	u32 i;

	*len = test_below(rnd, test_below(rnd, 4) ? 150 : LONGEST);
	data = random_bytes(rnd, *len, letters);
	for (i = test_below(rnd, 3); data && i--;) {
		n = &needles[test_below(rnd, nr)];
		if (n->len <= *len)
			memcpy(data + test_below(rnd, *len - n->len + 1),
			       n->bytes, n->len);
	}
	return data;
}

/* Return: how many ids are in the packet. */
static u32 expect_plain(struct kunit *test, const struct mapi_search *s,
			const struct mapi_needle *needles, u32 nr,
			const u8 *data, u32 len)
{
	DECLARE_BITMAP(wanted, NEEDLES) = {};
	DECLARE_BITMAP(hits, NEEDLES);
	u32 i;

	for (i = 0; i < nr; i++)
		if (plain_in(&needles[i], data, len))
			__set_bit(needles[i].id, wanted);
	KUNIT_EXPECT_EQ(test, found_all(s, data, len, hits),
			bitmap_weight(wanted, NEEDLES));
	KUNIT_EXPECT_TRUE(test, bitmap_equal(hits, wanted, NEEDLES));
	for (i = 0; i < nr; i++)
		if (test_bit(needles[i].id, hits) != test_bit(needles[i].id, wanted))
			kunit_info(test, "%u needles, id %u at %u, %u: %*ph in %u: %*ph\n",
				   nr, needles[i].id, needles[i].offset,
				   needles[i].depth, (int)needles[i].len,
				   needles[i].bytes, len, (int)len, data);
	KUNIT_EXPECT_EQ(test, found_any(s, data, len),
			!bitmap_empty(wanted, NEEDLES));
	return bitmap_weight(wanted, NEEDLES);
}

static u32 search_round(struct kunit *test, struct rnd_state *rnd,
			struct mapi_needle *needles)
{
	static const u32 most[] = { 1, 2, 5, 20, NEEDLES };
	static const u32 alphabets[] = { 1, 2, 2, 3, 26, 256 };
	u32 letters = alphabets[test_below(rnd, ARRAY_SIZE(alphabets))];
	u32 wanted = 1 + test_below(rnd, most[test_below(rnd, ARRAY_SIZE(most))]);
	u32 windows = test_below(rnd, 3), nr, i, len, found = 0;
	struct mapi_search *s;
	u8 *data;

	for (nr = 0; nr < wanted; nr++) {
		if (!random_needle(rnd, needles, nr, letters))
			break;
		/* None has one, all have the same, each has its own. */
		if (windows == 2 || (windows && !nr)) {
			random_window(rnd, &needles[nr]);
		} else if (windows) {
			needles[nr].offset = needles[0].offset;
			needles[nr].depth = needles[0].depth;
		}
	}
	s = mapi_search_new(needles, nr, NEEDLES);
	KUNIT_EXPECT_FALSE(test, IS_ERR(s));
	for (i = 0; !IS_ERR(s) && nr && i < 4; i++) {
		data = random_packet(rnd, needles, nr, letters, &len);
		if (data)
			found += expect_plain(test, s, needles, nr, data, len);
		kfree(data);
	}
	if (!IS_ERR(s))
		mapi_search_free(s);
	while (nr--)
		kfree(needles[nr].bytes);
	return found;
}

static void search_random(struct kunit *test)
{
	struct mapi_needle *needles;
	struct rnd_state rnd;
	u32 i, rounds;
	u64 found = 0;

	needles = kunit_kcalloc(test, NEEDLES, sizeof(*needles), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, needles);
	test_random(test, &rnd);
	rounds = test_rounds(200);
	for (i = 0; i < rounds; i++) {
		found += search_round(test, &rnd, needles);
		cond_resched();
	}
	kunit_info(test, "%llu needles found\n", found);
	KUNIT_EXPECT_GT(test, found, rounds);
}

static struct kunit_case search_cases[] = {
	KUNIT_CASE(search_windows),
	KUNIT_CASE(search_refused),
	KUNIT_CASE(search_nothing),
	KUNIT_CASE(search_all),
	KUNIT_CASE(search_hostile),
	KUNIT_CASE(search_random),
	{}
};

static struct kunit_suite search_suite = {
	.name = "mapi_search",
	.test_cases = search_cases,
};

kunit_test_suite(search_suite);
