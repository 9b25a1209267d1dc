/* SPDX-License-Identifier: MIT */
/* Arguments of type w: files that a function writes. */
#ifndef MAPI_FILES_H
#define MAPI_FILES_H

#include "apply.h"

/**
 * mapi_file_open() - open the file that argument @n names
 *
 * With the caller's rights; a new file gets mode 0600. What is in it stays for
 * now. The kernel keeps it open by itself, ours is closed when the call is freed.
 */
int mapi_file_open(struct mapi_call *call, unsigned int n,
		   struct mapi_nl_err *err);

/* Throw away what was in it: the function was applied and will write it. */
void mapi_file_empty(const struct mapi_arg *arg);

void mapi_file_close(struct mapi_arg *arg);

#endif
