/* SPDX-License-Identifier: MIT */
/*
 * The halves of functions that run in the client's process. Most functions have
 * none: the kernel does it all.
 */
#ifndef MAPI_CLIENT_H
#define MAPI_CLIENT_H

#include "apply.h"

/**
 * struct mapi_given - the arguments that a function of a flow was applied with
 * @args: numbers, and strings, NULL: none
 */
struct mapi_given {
	struct mapi_arg args[MAPI_ARGS_MAX];
};

/**
 * struct mapi_client - the client half of one function
 * @name: of the function
 * @apply: before the request is sent: check arguments, make blobs of strings
 * @result_size: bytes that @get_result gives
 * @and_words: and as many more as the kernel's result has
 * @asks: @get_result wants the arguments
 * @keeps: a result is the next record that it keeps, @result_size bytes; there is
 *	none without a ring
 * @get_result: turn the kernel's result (@len bytes) into what MAPI promises;
 *	@given is NULL if it does not ask
 *
 * All but @name may be NULL.
 */
struct mapi_client {
	const char *name;
	int (*apply)(struct mapi_call *call, struct mapi_nl_err *err);
	size_t result_size;
	bool and_words;
	bool asks;
	bool keeps;
	void (*get_result)(const struct mapi_given *given, const void *kernel,
			   size_t len, void *result);
};

/**
 * mapi_call_period() - an argument that is a period
 * @n: its number, from 0
 * @words: with blanks between them, texts that it may be instead
 *
 * Return: 0, or -1 with @err filled.
 */
int mapi_call_period(struct mapi_call *call, unsigned int n, const char *words,
		     struct mapi_nl_err *err);

/* Return: NULL if the function has no client half. */
const struct mapi_client *mapi_client_find(const char *name);

extern const struct mapi_client mapi_client_bpf_filter;
extern const struct mapi_client mapi_client_bucket;
extern const struct mapi_client mapi_client_dist;
extern const struct mapi_client mapi_client_hashsamp;
extern const struct mapi_client mapi_client_regexp;
extern const struct mapi_client mapi_client_res2file;
extern const struct mapi_client mapi_client_startstop;
extern const struct mapi_client mapi_client_stats;
extern const struct mapi_client mapi_client_threshold;
extern const struct mapi_client mapi_client_to_file;
extern const struct mapi_client mapi_client_top;

#endif
