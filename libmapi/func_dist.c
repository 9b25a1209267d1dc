// SPDX-License-Identifier: MIT
/* DIST's client half: numbers that may be times, and in front of the slots again. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "mapi/stdflib.h"
#include "times.h"

#define FIRST	2	/* of three arguments: min, max, interval */
#define NR	3

static int take_number(struct mapi_call *call, unsigned int n,
		       struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	uint64_t number;

	if (!mapi_units(arg->str, &number))
		return mapi_arg_fail(call, n, 0, err,
				     "\"%s\" is neither a number nor a time like 10us",
				     arg->str);
	arg->blob = malloc(sizeof(number));
	if (!arg->blob)
		return mapi_arg_fail(call, n, 0, err, "out of memory");
	memcpy(arg->blob, &number, sizeof(number));
	arg->blob_len = sizeof(number);
	return 0;
}

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	for (unsigned int i = 0; i < NR; i++)
		if (take_number(call, FIRST + i, err))
			return -1;
	return 0;
}

static void get_result(const struct mapi_given *given, const void *kernel,
		       size_t len, void *result)
{
	uint64_t head[NR] = { 0 };

	for (unsigned int i = 0; i < NR; i++)
		if (given->args[FIRST + i].str)
			mapi_units(given->args[FIRST + i].str, &head[i]);
	_Static_assert(sizeof(head) == sizeof(dist_t), "what is in front of slots");
	memcpy(result, head, sizeof(head));
	memcpy((char *)result + sizeof(head), kernel, len);
}

const struct mapi_client mapi_client_dist = {
	.name = "DIST",
	.apply = apply,
	.result_size = sizeof(dist_t),
	.and_words = true,
	.asks = true,
	.get_result = get_result,
};
