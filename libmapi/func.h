/* SPDX-License-Identifier: MIT */
/* The functions of a flow of this process. */
#ifndef MAPI_FUNC_H
#define MAPI_FUNC_H

#include "flow.h"

/* Return: NULL without memory. */
struct mapi_func *mapi_func_new(void);
void mapi_func_free(struct mapi_func *func);

/* Make room for the result; @fd: of the flow. Return: 0, or -1 without memory. */
int mapi_func_attach(struct mapi_func *func, int fd,
		     const struct mapi_result_desc *desc);

/* Bytes of the result that a program gets. */
size_t mapi_func_result_size(const struct mapi_func *func);

#endif
