/* SPDX-License-Identifier: GPL-2.0 */
/* Functions with their arguments as words of a command line. */
#ifndef MAPICTL_CALL_WORDS_H
#define MAPICTL_CALL_WORDS_H

#include "apply.h"
#include "words.h"

/**
 * call_take() - a function and the arguments behind it
 * @call: filled; for mapi_call_free() in every case
 *
 * Return: 0, or the exit status after a complaint.
 */
int call_take(struct words *words, struct mapi_call *call);

/* A call has failed: say which. Return: the exit status. */
int call_fail(const struct mapi_call *call, const struct mapi_nl_err *err);

#endif
