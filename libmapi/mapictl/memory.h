/* SPDX-License-Identifier: GPL-2.0 */
/* Memory or the end: without it there is nothing left to do but to say so. */
#ifndef MAPICTL_MEMORY_H
#define MAPICTL_MEMORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

void *xrealloc(void *old, size_t size);
void *xmemdup(const void *data, size_t size);
char *xvasprintf(const char *fmt, va_list ap);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A stream into memory; *text is complete after fclose(), for free(). */
FILE *memory_stream(char **text, size_t *len);

#endif
