// SPDX-License-Identifier: GPL-2.0
/* Memory or the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapictl.h"
#include "memory.h"

static void *check(void *memory)
{
	if (!memory)
		exit(fail("out of memory"));
	return memory;
}

void *xrealloc(void *old, size_t size)
{
	return check(realloc(old, size ? size : 1));
}

void *xmemdup(const void *data, size_t size)
{
	return memcpy(xrealloc(NULL, size), data, size);
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *text;

	return check(vasprintf(&text, fmt, ap) < 0 ? NULL : text);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return text;
}

FILE *memory_stream(char **text, size_t *len)
{
	return check(open_memstream(text, len));
}
