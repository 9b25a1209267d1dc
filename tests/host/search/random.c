// SPDX-License-Identifier: GPL-2.0
/*
 * The string search against the plainest search there is: random needles, equal
 * ones and parts of one another among them, in random packets of few letters.
 *
 *     random SEED CASES
 *
 * A case is one needle in one packet. Each packet and each needle has memory of
 * its own, of just its size, so that whoever reads beyond is caught.
 */
#include <stdio.h>
#include "kernel.h"
#include "search.h"

#define NEEDLES		300
#define PACKETS		6
#define LONGEST		2000

int fake_memory = -1;

static struct mapi_needle needles[NEEDLES];
static u32 nr, nr_ids;
static u64 cases, found;

static u32 below(u32 n)
{
	return random() % n;
}

static u8 letter(u32 letters)
{
	return letters == 256 ? below(256) : 'a' + below(letters);
}

static u32 random_letters(void)
{
	static const u32 letters[] = { 1, 2, 2, 3, 4, 26, 256 };

	return letters[below(ARRAY_SIZE(letters))];
}

static u8 *random_bytes(u32 len, u32 letters)
{
	u8 *bytes = malloc(len);
	u32 i;

	for (i = 0; i < len; i++)
		bytes[i] = letter(letters);
	return bytes;
}

/* New bytes; or the beginning, the end or all of an earlier needle, or more. */
static void random_needle(u32 i, u32 letters, u32 longest)
{
	struct mapi_needle *n = &needles[i];
	u32 len = below(50) ? 1 + below(longest) : 1 + below(LONGEST / 4);
	u8 *bytes = random_bytes(len, letters);

	if (i && !below(3)) {
		const struct mapi_needle *m = &needles[below(i)];
		u32 part = min(len, m->len);

		switch (below(4)) {
		case 0:
			memcpy(bytes, m->bytes, part);
			break;
		case 1:
			memcpy(bytes, m->bytes + m->len - part, part);
			break;
		case 2:
			memcpy(bytes + len - part, m->bytes, part);
			break;
		default:
			free(bytes);
			len = m->len;
			bytes = malloc(len);
			memcpy(bytes, m->bytes, len);
		}
	}
	*n = (struct mapi_needle) {
		.bytes = bytes, .len = len, .id = below(nr_ids),
	};
}

static u32 random_offset(u32 any)
{
	return any && below(2) ? below(80) : 0;
}

static u32 random_depth(u32 any, u32 len)
{
	static const u32 huge[] = { 0x7fffffff, 0xffffffff };

	if (!any || below(2))
		return 0;
	return below(20) ? 1 + below(len + 100) : huge[below(2)];
}

static void make_needles(u32 letters)
{
	static const u32 most[] = { 1, 2, 5, 20, NEEDLES };
	static const u32 lengths[] = { 1, 3, 7, 12, 40, 40 };
	u32 longest = lengths[below(ARRAY_SIZE(lengths))];
	u32 windows = below(3), offset, depth, i;

	nr = 1 + below(most[below(ARRAY_SIZE(most))]);
	nr_ids = 1 + below(2 * nr);
	offset = random_offset(windows);
	depth = random_depth(windows, longest);
	for (i = 0; i < nr; i++) {
		random_needle(i, letters, longest);
		needles[i].offset = windows == 2 ? random_offset(1) : offset;
		needles[i].depth = windows == 2 ?
				   random_depth(1, needles[i].len) : depth;
	}
}

/* Few letters, perhaps those of the needles, and a needle or two. */
static u8 *make_packet(u32 *len, u32 letters)
{
	u8 *data;
	u32 i;

	*len = below(4) ? below(150) : below(LONGEST);
	data = random_bytes(*len, below(4) ? letters : random_letters());
	for (i = below(3); i--;) {
		const struct mapi_needle *n = &needles[below(nr)];

		if (n->len <= *len)
			memcpy(data + below(*len - n->len + 1), n->bytes, n->len);
	}
	return data;
}

static bool plain(const struct mapi_needle *n, const u8 *data, u32 len)
{
	u64 end = n->depth ? (u64)n->offset + n->depth : len;
	u64 at;

	end = min_t(u64, end, len);
	for (at = n->offset; at + n->len <= end; at++)
		if (data[at] == *n->bytes && !memcmp(data + at, n->bytes, n->len))
			return true;
	return false;
}

static void complain(const char *what, const u8 *data, u32 len, const bool *want,
		     const unsigned long *hits)
{
	u32 i;

	printf("# %s; packet of %u: %.*s\n", what, len, (int)min(len, 200U), data);
	for (i = 0; i < nr; i++)
		printf("# %u: id %u at %u+%u, %u bytes: %.*s%s\n", i,
		       needles[i].id, needles[i].offset, needles[i].depth,
		       needles[i].len, (int)min(needles[i].len, 100U),
		       needles[i].bytes,
		       want[needles[i].id] == test_bit(needles[i].id, hits) ?
		       "" : "  <--");
	exit(1);
}

static void compare(const char *what, const u8 *data, u32 len, const bool *want,
		    const unsigned long *hits)
{
	u32 id;

	for (id = 0; id < BITS_TO_LONGS(nr_ids) * BITS_PER_LONG; id++)
		if (test_bit(id, hits) != (id < nr_ids && want[id]))
			complain(what, data, len, want, hits);
}

static void check_packet(const struct mapi_search *s, u32 letters)
{
	unsigned long hits[BITS_TO_LONGS(2 * NEEDLES)] = {};
	struct search_run run = { .s = s };
	bool want[2 * NEEDLES] = {}, any = false, got = false;
	u32 i, len;
	u8 *data = make_packet(&len, letters);

	for (i = 0; i < nr; i++) {
		want[needles[i].id] |= plain(&needles[i], data, len);
		any |= want[needles[i].id];
	}
	mapi_search_all(s, data, len, hits);
	compare("all", data, len, want, hits);
	if (mapi_search_any(s, data, len) != any)
		complain("any", data, len, want, hits);

	/* Each of the methods finds all, or says that it has not. */
	run.data = data;
	run.len = len;
	for (i = 0; i < s->nr_acs; i++)
		got |= search_ac(&s->acs[i], &run);
	if (got != any)
		complain("any, by automaton", data, len, want, hits);
	memset(hits, 0, sizeof(hits));
	run.hits = hits;
	for (i = 0; i < s->nr_acs; i++)
		search_ac(&s->acs[i], &run);
	compare("all, by automaton", data, len, want, hits);
	memset(hits, 0, sizeof(hits));
	run.budget = 1 << 30;
	for (i = 0; i < s->nr_ones; i++)
		search_one(&run, s->needles + s->ones[i]);
	for (i = 0; i < s->nr_grams; i++)
		search_grams(&s->grams[i], &run);
	compare("all, by jumping", data, len, want, hits);
	found += any;
	cases += nr;
	free(data);
}

/* Memory runs out with each allocation in turn. */
static void check_memory(void)
{
	struct mapi_search *s;
	int i;

	for (i = 0;; i++) {
		fake_memory = i;
		s = mapi_search_new(needles, nr, nr_ids);
		if (!IS_ERR(s))
			break;
		if (PTR_ERR(s) != -ENOMEM) {
			printf("# error %ld\n", PTR_ERR(s));
			exit(1);
		}
	}
	fake_memory = -1;
	mapi_search_free(s);
}

static void round_of(u32 i)
{
	u32 letters = random_letters(), k;
	struct mapi_search *s;

	make_needles(letters);
	s = mapi_search_new(needles, nr, nr_ids);
	if (IS_ERR(s)) {
		printf("# error %ld\n", PTR_ERR(s));
		exit(1);
	}
	for (k = 0; k < PACKETS; k++)
		check_packet(s, letters);
	mapi_search_free(s);
	if (i % 64 == 0)
		check_memory();
	for (k = 0; k < nr; k++)
		free((u8 *)needles[k].bytes);
}

static void check_arguments(void)
{
	const struct mapi_needle empty = { .bytes = (const u8 *)"a" };
	const struct mapi_needle alien = { .bytes = empty.bytes, .len = 1, .id = 1 };
	struct mapi_search *s = mapi_search_new(NULL, 0, 0);
	bool right = !IS_ERR(s) && !mapi_search_any(s, empty.bytes, 1) &&
		     mapi_search_size(s) &&
		     PTR_ERR(mapi_search_new(&empty, 1, 1)) == -EINVAL &&
		     PTR_ERR(mapi_search_new(&alien, 1, 1)) == -EINVAL;

	mapi_search_free(s);
	mapi_search_free(NULL);
	if (!right) {
		printf("# arguments\n");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	u64 want = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000000;
	u32 i;

	srandom(argc > 1 ? atoi(argv[1]) : 1);
	check_arguments();
	for (i = 0; cases < want; i++)
		round_of(i);
	printf("# %llu needles in packets, %u sets, %llu of %llu packets hold some\n",
	       (unsigned long long)cases, i, (unsigned long long)found,
	       (unsigned long long)i * PACKETS);
	return 0;
}
