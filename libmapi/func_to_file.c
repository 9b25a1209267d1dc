// SPDX-License-Identifier: MIT
/*
 * TO_FILE's client half. The kernel tells state, packets and bytes; MAPI's
 * result is one int: 11 while the file is being written, 0 afterwards.
 */
#include <string.h>

#include "client.h"

#define STILL_WRITING	11

static void get_result(const struct mapi_given *given, const void *kernel,
		       size_t len, void *result)
{
	uint64_t writing = 0;
	int val;

	(void)given;
	if (len >= sizeof(writing))
		memcpy(&writing, kernel, sizeof(writing));
	val = writing ? STILL_WRITING : 0;
	memcpy(result, &val, sizeof(val));
}

const struct mapi_client mapi_client_to_file = {
	.name = "TO_FILE",
	.result_size = sizeof(int),
	.get_result = get_result,
};
