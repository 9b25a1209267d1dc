// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the string search is: nanoseconds for 1,400 bytes that, but for words,
 * hold none of the needles, for sets of needles and kinds of payload; beside it
 * what one needle takes with the rule of Boyer and Moore's method that is used
 * by the kernel's textsearch, and byte by byte, and what making the tables takes.
 */
#include <stdio.h>
#include <time.h>
#include <mapi/search.h>
#include "kernel.h"

#define BYTES	1400
#define PACKETS	64		/* different ones, taken in turn */
#define MOST	20000

int fake_memory = -1;

static u8 packets[PACKETS][BYTES];
static u8 strings[MOST][4096];
static struct mapi_needle needles[MOST];
static unsigned long hits[MOST / 64 + 1];

static const char *const words[] = {
	"the", "quick", "connection", "of", "and", "to", "server", "information",
	"content", "length", "that", "with", "his", "request", "there", "were",
	"application", "network", "signature", "detected", "a", "in", "was",
	"not", "attack", "on", "for", "which", "between", "packets", "all",
	"html", "style", "class", "width", "is", "it", "from", "function",
};

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void fill(const char *kind)
{
	u32 i, j;

	for (i = 0; i < PACKETS; i++)
		for (j = 0; j < BYTES; ) {
			const char *w = words[random() % ARRAY_SIZE(words)];

			if (*kind == 't') {
				while (j < BYTES && *w)
					packets[i][j++] = *w++;
				if (j < BYTES)
					packets[i][j++] = ' ';
			} else {
				packets[i][j++] = *kind == 'r' ? random() : 0;
			}
		}
}

static u32 make(const char *kind, u32 nr)
{
	u32 i, j, len;

	for (i = 0; i < nr; i++) {
		u8 *s = strings[i];

		switch (*kind) {
		case 'a':	/* as in attack */
			len = sprintf((char *)s, "attack-signature-%04u", i);
			memmove(s + 15, s + 16, 6);
			len--;
			break;
		case 'r':	/* random letters */
			len = 20;
			for (j = 0; j < len; j++)
				s[j] = 'a' + random() % 26;
			break;
		case 'm':	/* mixed: 8 to 60 letters, the first has 4 */
			len = i ? 8 + random() % 53 : 4;
			for (j = 0; j < len; j++)
				s[j] = 'a' + random() % 26;
			break;
		case 'h':	/* hostile: zeros but for one byte */
			len = 40;
			memset(s, 0, len);
			s[i % len] = 1 + i / len;
			break;
		case 'n':	/* nested: each ends the next */
			len = 2 + i % 1000;
			memset(s, 0, len - 1);
			s[len - 1] = 1 + i / 1000;
			break;
		case 'w':	/* words that are in the text */
			len = strlen(words[i % ARRAY_SIZE(words)]);
			memcpy(s, words[i % ARRAY_SIZE(words)], len);
			break;
		default:	/* a number: so many rare letters */
			len = atoi(kind);
			for (j = 0; j < len; j++)
				s[j] = "zqxjkvb"[random() % 7];
			break;
		}
		needles[i] = (struct mapi_needle) {
			.bytes = s, .len = len, .id = i,
		};
	}
	return nr;
}

/* The best of some rounds: the machine has other things to do. */
static double best(void (*f)(void *, const u8 *), void *arg)
{
	double least = 1e18;
	u32 round, i, k;

	for (round = 0; round < 30; round++) {
		u64 start = now();

		for (k = 0; k < 8; k++)
			for (i = 0; i < PACKETS; i++)
				f(arg, packets[i]);
		least = min(least, (double)(now() - start) / (8 * PACKETS));
	}
	return least;
}

static u32 found;

static void run_any(void *s, const u8 *data)
{
	found += mapi_search_any(s, data, BYTES);
}

static void run_all(void *s, const u8 *data)
{
	mapi_search_all(s, data, BYTES, hits);
}

static void run_naive(void *arg, const u8 *data)
{
	struct mapi_needle *n = arg;
	u32 i;

	for (i = 0; i + n->len <= BYTES; i++)
		if (data[i] == n->bytes[0] &&
		    !memcmp(data + i, n->bytes, n->len))
			found++;
}

/* The bad-character rule, and compared from the end; no good suffixes. */
static void run_bm(void *arg, const u8 *data)
{
	static const struct mapi_needle *of;
	static u32 shift[256];
	struct mapi_needle *n = arg;
	u32 i, last = n->len - 1, at = last;

	if (of != n || shift[n->bytes[0]] != last) {
		for (i = 0; i < 256; i++)
			shift[i] = n->len;
		for (i = 0; i < last; i++)
			shift[n->bytes[i]] = last - i;
		of = n;
	}
	while (at < BYTES) {
		for (i = 0; i <= last && data[at - i] == n->bytes[last - i]; i++)
			;
		if (i > last) {
			found++;
			return;
		}
		at += shift[data[at]];
	}
}

static void one(const char *kind, u32 nr, const char *payload)
{
	u64 start, built = -1ULL;
	struct mapi_search *s;
	u32 i;

	make(kind, nr);
	for (i = 0; i < 5; i++) {
		start = now();
		s = mapi_search_new(needles, nr, nr);
		built = min(built, now() - start);
		if (i < 4)
			mapi_search_free(s);
	}
	found = 0;
	printf("%-8s %6u %-7s %8.0f %8.0f", kind, nr, payload,
	       best(run_any, s), best(run_all, s));
	if (nr == 1)
		printf(" %8.0f %8.0f", best(run_bm, needles),
		       best(run_naive, needles));
	else
		printf(" %8s %8s", "", "");
	printf(" %9.1f %9zu%s\n", built / 1e3, mapi_search_size(s),
	       found ? " (found)" : "");
	mapi_search_free(s);
}

int main(void)
{
	static const char *const payloads[] = { "text", "random", "zeros" };
	u32 i, nr;

	printf("%-8s %6s %-7s %8s %8s %8s %8s %9s %9s\n", "needles", "number",
	       "payload", "any ns", "all ns", "bm ns", "naive ns", "built us",
	       "bytes");
	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		srandom(1);
		fill(payloads[i]);
		for (nr = 1; nr <= 10000; nr *= 10)
			one("attack", nr, payloads[i]);
		for (nr = 10; nr <= 10000; nr *= 10)
			one("random", nr, payloads[i]);
		for (nr = 10; nr <= 1000; nr *= 10)
			one("mixed", nr, payloads[i]);
		one("1", 1, payloads[i]);
		one("words", 10, payloads[i]);
		one("words", 30, payloads[i]);
		one("2", 1, payloads[i]);
		one("3", 1, payloads[i]);
		one("4", 1, payloads[i]);
		one("6", 1, payloads[i]);
		one("8", 1, payloads[i]);
		one("2", 10, payloads[i]);
		one("4", 10, payloads[i]);
		one("4", 100, payloads[i]);
		one("100", 1, payloads[i]);
		one("1000", 100, payloads[i]);
	}
	/* The payload is zeros still. */
	for (nr = 1; nr <= 10000; nr *= 10) {
		one("hostile", nr, "zeros");
		one("nested", nr, "zeros");
	}
	return 0;
}
