// SPDX-License-Identifier: GPL-2.0
/*
 * What the string search costs at worst: needles and packets made to match
 * nearly, everywhere. The search is built with a call at each of its basic
 * blocks (-fsanitize-coverage=trace-pc): steps are counted, not time.
 *
 * Prints KTAP lines without numbers: "ok DESCRIPTION".
 */
#include <stdio.h>
#include <mapi/search.h>
#include "kernel.h"

#define PER_BYTE	40	/* steps for a byte of the packet, and each offset */
#define PER_NEEDLE	4	/* and for a needle that is found */
#define PER_BYTE_BUILT	32	/* to prepare, for a byte of the needles */
#define PER_NEEDLE_BUILT 256	/* and for a needle */

#define PACKET		9000
#define MOST		4000

int fake_memory = -1;

static u64 steps;
static u8 packet[PACKET];
static struct mapi_needle needles[MOST];
static u32 nr;
static u32 offsets = 1;	/* different ones of the needles */
static int status;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	steps++;
}

/* A needle of @len letters a, but @letter at @at. */
static void add(u32 len, u32 at, u8 letter)
{
	u8 *bytes = malloc(len);

	memset(bytes, 'a', len);
	if (at < len)
		bytes[at] = letter;
	needles[nr] = (struct mapi_needle) {
		.bytes = bytes, .len = len, .id = nr, .offset = nr % offsets,
	};
	nr++;
}

static void forget(void)
{
	while (nr)
		free((u8 *)needles[--nr].bytes);
}

static void result(bool ok, const char *what, const char *in, double figure,
		   const char *unit)
{
	printf("%sok %s%s: %.1f %s\n", ok ? "" : "not ", what, in, figure, unit);
	if (!ok)
		status = 1;
}

static u32 count(const unsigned long *hits)
{
	u32 i, set = 0;

	for (i = 0; i < nr; i++)
		set += test_bit(i, hits);
	return set;
}

static void search(const struct mapi_search *s, const char *what, const char *in)
{
	unsigned long hits[BITS_TO_LONGS(MOST)] = {};
	double any, all;

	steps = 0;
	mapi_search_any(s, packet, PACKET);
	any = (double)steps / PACKET;
	steps = 0;
	mapi_search_all(s, packet, PACKET, hits);
	all = (double)steps - PER_NEEDLE * (double)count(hits);
	all /= PACKET;
	result(max(any, all) <= PER_BYTE * offsets, what, in, max(any, all),
	       "steps a byte");
}

/* Searches packets that are all the same letter, but for each so many bytes. */
static void run(const char *what)
{
	static const u32 periods[] = { PACKET + 1, 1001, 1000, 40, 21, 5, 2 };
	struct mapi_search *s;
	u64 bytes = 0;
	char in[40];
	u32 i, j;

	for (i = 0; i < nr; i++)
		bytes += needles[i].len;
	steps = 0;
	s = mapi_search_new(needles, nr, nr);
	result(steps <= bytes * PER_BYTE_BUILT + nr * PER_NEEDLE_BUILT + 1024, what, ", prepared",
	       (double)steps / bytes, "steps a byte of the needles");
	for (i = 0; i < ARRAY_SIZE(periods); i++) {
		memset(packet, 'a', PACKET);
		for (j = periods[i] - 1; j < PACKET; j += periods[i])
			packet[j] = "bxa"[j % 3];
		snprintf(in, sizeof(in), ", every %u", periods[i]);
		search(s, what, in);
	}
	/* Nearly each needle, one after the other. */
	for (i = 0, j = 0; i < PACKET; i++) {
		const struct mapi_needle *n = &needles[j / 2 * 7 % nr];

		for (u32 k = 0; k + 1 < n->len && i < PACKET; k++)
			packet[i++] = n->bytes[k];
		j++;
	}
	search(s, what, ", nearly each");
	printf("# %s: %zu bytes for %llu of %u needles\n", what,
	       mapi_search_size(s), (unsigned long long)bytes, nr);
	mapi_search_free(s);
	forget();
}

/* The word that repeats itself as much as it can without a period. */
static void add_fibonacci(u32 len)
{
	u8 *bytes = malloc(len);
	u32 i, a = 1, b = 2;

	bytes[0] = 'a';
	if (len > 1)
		bytes[1] = 'b';
	while (b < len) {
		for (i = 0; i < a && b + i < len; i++)
			bytes[b + i] = bytes[i];
		b += a;
		a = b - a;
	}
	needles[nr] = (struct mapi_needle) {
		.bytes = bytes, .len = len, .id = nr,
	};
	nr++;
}

int main(void)
{
	static const u32 lengths[] = { 1, 2, 3, 4, 7, 8, 9, 20, 300, 4000 };
	char what[64];
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		u32 len = lengths[i];
		const u32 at[] = { 0, len / 2, len > 1 ? len - 2 : 0, len - 1 };

		for (j = 0; j < ARRAY_SIZE(at); j++) {
			add(len, at[j], 'b');
			snprintf(what, sizeof(what), "one of %u, b at %u", len,
				 at[j]);
			run(what);
		}
		add_fibonacci(len);
		snprintf(what, sizeof(what), "one of %u, fibonacci", len);
		run(what);
	}
	for (i = 1; i <= 1000; i++)
		add(i, i, 0);
	run("1000, each the end of the next");
	for (i = 1; i <= 1000; i++)
		add(i + 8, i + 7, 'b');
	run("1000, a word of one letter, then another");
	for (i = 1; i <= 1000; i++)
		add(1000, i % 1000, 'b');
	run("1000, alike but for one place");
	for (i = 0; i < 1000; i++)
		add(20, 20, 0);
	run("1000 equal ones");
	for (i = 0; i < MOST; i++)
		add(40, i % 40, 'b' + i / 40);
	run("4000, each with another letter somewhere");
	for (i = 0; i < 256; i++)
		add(1 + i % 3, 0, i);
	run("256 short ones");
	for (i = 0; i < 1000; i++)
		add_fibonacci(i + 1);
	run("1000 fibonaccis");
	for (i = 0; i < 1000; i++)
		add(8 + i % 50, i % 7, 'x');
	run("1000 that begin otherwise");
	offsets = 20;
	for (i = 1; i <= 1000; i++)
		add(1000, i % 1000, 'b');
	run("1000 at 20 offsets");
	return status;
}
