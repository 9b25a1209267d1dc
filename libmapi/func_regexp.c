// SPDX-License-Identifier: MIT
/*
 * REGEXP's client half: the kernel gets the pattern for show, and the automaton
 * that it becomes, which it checks for itself.
 */
#include "client.h"
#include "regexp.h"

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[0];
	struct re_err why;

	/* The kernel says so, too, but so does it of all strings. */
	if (!*arg->str)
		return mapi_arg_fail(call, 0, 0, err, "an empty pattern");
	arg->blob = mapi_re_compile(arg->str, &arg->blob_len, &why);
	return arg->blob ? 0 : mapi_arg_fail(call, 0, MAPI_ERR_ARGUMENT, err, "%s",
					      why.text);
}

const struct mapi_client mapi_client_regexp = {
	.name = "REGEXP",
	.apply = apply,
};
