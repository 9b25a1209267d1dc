// SPDX-License-Identifier: GPL-2.0
/* Words for shells. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "quote.h"
#include "utf8.h"

/* Control characters of ASCII and, as UTF-8, of Latin-1; what is no UTF-8. */
static bool is_harmful(const char *c, unsigned int len)
{
	unsigned char first = c[0];

	return !len || first < 0x20 || first == 0x7f ||
	       (first == 0xc2 && (unsigned char)c[1] < 0xa0);
}

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || strchr("%+,-./:=@_", c);
}

static void quote_single(FILE *out, const char *word)
{
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

static void quote_escaped(FILE *out, const char *word)
{
	fputs("$'", out);
	while (*word) {
		unsigned int len = utf8_len(word);

		if (is_harmful(word, len)) {
			len += !len;
			for (unsigned int i = 0; i < len; i++)
				fprintf(out, "\\x%02x", (unsigned char)word[i]);
		} else {
			if (*word == '\'' || *word == '\\')
				fputc('\\', out);
			fwrite(word, 1, len, out);
		}
		word += len;
	}
	fputc('\'', out);
}

void quote(FILE *out, const char *word)
{
	bool plain = *word;

	for (const char *c = word; *c;) {
		unsigned int len = utf8_len(c);

		if (is_harmful(c, len)) {
			quote_escaped(out, word);
			return;
		}
		plain = plain && len == 1 && is_plain(*c);
		c += len;
	}
	if (plain)
		fputs(word, out);
	else
		quote_single(out, word);
}

void put_safe(FILE *out, const char *text)
{
	while (*text) {
		unsigned int len = utf8_len(text);

		if (*text != '\n' && is_harmful(text, len))
			fputc('?', out);
		else
			fwrite(text, 1, len, out);
		text += len ? len : 1;
	}
}
