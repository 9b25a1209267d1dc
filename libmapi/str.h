/* SPDX-License-Identifier: MIT */
#ifndef MAPI_STR_H
#define MAPI_STR_H

#include <string.h>

/* Copy as much of @src as fits into @size > 0 bytes; always terminated. */
static inline void mapi_str_copy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (len >= size)
		len = size - 1;
	memcpy(dst, src, len);
	dst[len] = '\0';
}

#endif
