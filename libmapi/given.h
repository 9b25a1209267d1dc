/* SPDX-License-Identifier: MIT */
/* The arguments that a function of a flow was applied with, as the kernel has them. */
#ifndef MAPI_GIVEN_H
#define MAPI_GIVEN_H

#include "client.h"

/**
 * mapi_given_ask() - ask the kernel for them
 * @fd: of the flow, which another process may have made
 * @fid: of the function
 *
 * Return: NULL without memory, or if the kernel does not know them.
 */
struct mapi_given *mapi_given_ask(int fd, uint32_t fid);
void mapi_given_free(struct mapi_given *given);

#endif
