// SPDX-License-Identifier: GPL-2.0
/* The words of a command line, one after the other. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mapictl.h"
#include "words.h"

const char *word_peek(const struct words *words)
{
	return words->left ? *words->next : NULL;
}

const char *word_take(struct words *words)
{
	if (!words->left)
		return NULL;
	words->left--;
	return *words->next++;
}

/* "a, b or c": the names that begin with word */
static void join(char *buf, size_t size, const char *word,
		 const char *const *names)
{
	size_t len = 0;
	int last = -1;

	for (int i = 0; names[i]; i++)
		if (!strncmp(names[i], word, strlen(word)))
			last = i;
	*buf = '\0';
	for (int i = 0; i <= last; i++) {
		if (strncmp(names[i], word, strlen(word)))
			continue;
		len += snprintf(buf + len, size - len, "%s%s",
				!len ? "" : i == last ? " or " : ", ", names[i]);
		if (len >= size)
			break;
	}
}

int word_find(const char *what, const char *word, const char *const *names)
{
	char choice[256];
	int found = -1;
	int matches = 0;

	for (int i = 0; names[i]; i++) {
		if (!strcmp(names[i], word))
			return i;
		if (*word && !strncmp(names[i], word, strlen(word))) {
			found = i;
			matches++;
		}
	}
	if (matches == 1)
		return found;
	join(choice, sizeof(choice), matches ? word : "", names);
	if (matches)
		usage("%s \"%s\" is ambiguous: %s", what, word,
		      choice);
	else
		usage("%s \"%s\" is unknown; use %s", what, word, choice);
	return -1;
}

const char *word_value(struct words *words, const char *keyword)
{
	const char *word = word_take(words);

	if (!word)
		usage("a word is missing behind \"%s\"", keyword);
	return word;
}

bool word_end(const struct words *words)
{
	if (words->left)
		usage("\"%s\" is one word too many", *words->next);
	return !words->left;
}

/* Digits only: strtoull() would take signs and blanks. */
static bool parse_digits(const char *word, uint64_t *val, char **end)
{
	errno = 0;
	if (!isdigit((unsigned char)*word))
		return false;
	*val = strtoull(word, end, 10);
	return !errno;
}

bool parse_u32(const char *word, uint32_t *val)
{
	uint64_t wide;
	char *end;

	if (!parse_digits(word, &wide, &end) || *end || wide > UINT32_MAX)
		return false;
	*val = wide;
	return true;
}

bool parse_size(const char *word, uint64_t *val)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned int shift;
	char *end;

	if (!parse_digits(word, val, &end))
		return false;
	if (!*end)
		return true;
	unit = strchr(units, toupper((unsigned char)*end));
	if (!unit || end[1])
		return false;
	shift = 10 * (unit - units + 1);
	if (*val > UINT64_MAX >> shift)
		return false;
	*val <<= shift;
	return true;
}

bool parse_interval(const char *word, uint64_t *ns)
{
	uint64_t sec = 0;
	uint64_t unit = 1000000000;
	uint64_t frac = 0;
	char *end = (char *)word;

	if (*word != '.' && !parse_digits(word, &sec, &end))
		return false;
	if (*end == '.' && !isdigit((unsigned char)*++end))
		return false;
	for (; isdigit((unsigned char)*end) && unit > 1; end++) {
		unit /= 10;
		frac += (*end - '0') * unit;
	}
	if (*end || sec > UINT32_MAX)
		return false;
	*ns = sec * 1000000000 + frac;
	return true;
}
