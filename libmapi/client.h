/* SPDX-License-Identifier: MIT */
/*
 * The halves of functions that run in the client's process. Most functions have
 * none: the kernel does it all.
 */
#ifndef MAPI_CLIENT_H
#define MAPI_CLIENT_H

#include "apply.h"

/**
 * struct mapi_client - the client half of one function
 * @name: of the function
 * @apply: before the request is sent: check arguments, make blobs of strings
 * @result_size: bytes that @get_result gives
 * @get_result: turn the kernel's result (@len bytes) into what MAPI promises
 *
 * All but @name may be NULL.
 */
struct mapi_client {
	const char *name;
	int (*apply)(struct mapi_call *call, struct mapi_nl_err *err);
	size_t result_size;
	void (*get_result)(const void *kernel, size_t len, void *result);
};

/* Return: NULL if the function has no client half. */
const struct mapi_client *mapi_client_find(const char *name);

extern const struct mapi_client mapi_client_bpf_filter;
extern const struct mapi_client mapi_client_startstop;
extern const struct mapi_client mapi_client_to_file;

#endif
