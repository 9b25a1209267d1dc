/* SPDX-License-Identifier: MIT */
/* The last error of each thread. */
#ifndef MAPI_ERROR_H
#define MAPI_ERROR_H

#include "mapi.h"
#include "nl.h"

/**
 * mapi_error() - remember an error
 * @code: enum mapi_error
 * @fmt: what mapi_read_error() says, NULL: what the number means
 *
 * Return: -1.
 */
int mapi_error(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * mapi_error_nl() - remember why a request failed
 * @code: the number, if the kernel gave no better one
 *
 * Return: -1.
 */
int mapi_error_nl(const struct mapi_nl_err *err, int code);

/* The last error of this thread, 0: none. */
int mapi_error_code(void);
void mapi_error_clear(void);

#endif
