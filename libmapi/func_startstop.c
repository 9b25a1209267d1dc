// SPDX-License-Identifier: MIT
/* STARTSTOP's client half: the kernel knows no time zones, and no fractions. */
#include <stdlib.h>

#include "client.h"
#include "times.h"

/* What is no time of day is relative, also without its +. */
static int take_time(struct mapi_call *call, unsigned int n,
		     struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	struct mapi_time *t;
	uint64_t time;

	if (n >= call->nargs || !arg->str || !*arg->str)
		return 0;
	t = calloc(1, sizeof(*t));
	if (!t)
		return mapi_arg_fail(call, n, 0, err, "out of memory");
	arg->blob = t;
	arg->blob_len = sizeof(*t);
	if (mapi_interval(arg->str, &time))
		t->flags = MAPI_TIME_F_RELATIVE;
	else if (!mapi_local_time(arg->str, &time))
		return mapi_arg_fail(call, n, 0, err,
				     "\"%s\" is neither a time like 2026-11-26 10:00:00 nor an interval like +1.5s",
				     arg->str);
	t->time = time;
	return 0;
}

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	return take_time(call, 0, err) ?: take_time(call, 1, err);
}

const struct mapi_client mapi_client_startstop = {
	.name = "STARTSTOP",
	.apply = apply,
};
