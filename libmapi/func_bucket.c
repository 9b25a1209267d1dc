// SPDX-License-Identifier: MIT
/* BUCKET's client half: a result is what was kept and not read yet. */
#include "client.h"
#include "mapi/stdflib.h"

static int apply(struct mapi_call *call, struct mapi_nl_err *err)
{
	return mapi_call_period(call, 2, "0 -1", err);
}

const struct mapi_client mapi_client_bucket = {
	.name = "BUCKET",
	.apply = apply,
	.result_size = sizeof(struct bucket_data),
	.keeps = true,
};
