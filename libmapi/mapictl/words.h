/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a command line, one after the other. */
#ifndef MAPICTL_WORDS_H
#define MAPICTL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct words {
	int left;
	char **next;
};

/* The next word, NULL at the end. word_take() also steps behind it. */
const char *word_peek(const struct words *words);
const char *word_take(struct words *words);

/**
 * word_find() - which of these is meant?
 * @what: what it is, for the complaint
 * @names: ends with NULL; a beginning will do if only one name begins so
 *
 * Return: its index, or -1 after a complaint.
 */
int word_find(const char *what, const char *word, const char *const *names);

/**
 * word_value() - the word behind a keyword
 *
 * Return: NULL after the complaint that @keyword wants one.
 */
const char *word_value(struct words *words, const char *keyword);

/* Complains if there are words left. Return: are there none? */
bool word_end(const struct words *words);

/**
 * parse_u32(), parse_size(), parse_interval() - a number as a word
 *
 * Sizes may end in K, M, G or T, powers of 1024. Intervals are seconds with up
 * to nine decimals, and become nanoseconds.
 *
 * Return: does the whole word say a number that fits?
 */
bool parse_u32(const char *word, uint32_t *val);
bool parse_size(const char *word, uint64_t *val);
bool parse_interval(const char *word, uint64_t *ns);

#endif
