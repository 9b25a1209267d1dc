// SPDX-License-Identifier: GPL-2.0
/*
 * compile: reads patterns, a line of hexadecimal digits each, and says what becomes
 * of each: the automaton in hexadecimal digits, or "-" and why it is refused; in
 * front of both, the milliseconds that it took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "regexp.h"

static unsigned long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000UL + ts.tv_nsec / 1000000;
}

static char *unhex(const char *line)
{
	size_t len = strlen(line) / 2;
	char *text = calloc(1, len + 1);
	unsigned int byte;

	for (size_t i = 0; i < len; i++) {
		sscanf(line + 2 * i, "%2x", &byte);
		text[i] = (char)byte;
	}
	return text;
}

static void compile(const char *line)
{
	char *text = unhex(line);
	struct re_err err = { "no reason" };
	unsigned long begun = now();
	size_t len;
	unsigned char *blob = mapi_re_compile(text, &len, &err);

	printf("%lu ", now() - begun);
	if (!blob)
		printf("- %s", err.text);
	for (size_t i = 0; blob && i < len; i++)
		printf("%02x", blob[i]);
	puts("");
	free(blob);
	free(text);
}

int main(void)
{
	static char line[1 << 16];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		compile(line);
	}
	return 0;
}
