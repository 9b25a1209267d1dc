/* SPDX-License-Identifier: MIT */
/* Strings handed over by pointers that may be nonsense. */
#ifndef MAPI_STRINGS_H
#define MAPI_STRINGS_H

#include <stddef.h>

/**
 * mapi_string_read() - copy a string of this process, wherever it is
 * @str: its address, or what the caller takes for one
 * @max: length that is not too long
 *
 * Return: a copy, to be freed. NULL with errno set: EFAULT, there is no
 * readable memory; E2BIG, too long; ENOMEM.
 */
char *mapi_string_read(const char *str, size_t max);

#endif
