// SPDX-License-Identifier: MIT
/* RES2FILE's client half: its period. */
#include "client.h"

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	return mapi_call_period(call, 4, "0 -1", err);
}

const struct mapi_client mapi_client_res2file = {
	.name = "RES2FILE",
	.apply = apply,
};
