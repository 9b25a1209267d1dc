// SPDX-License-Identifier: MIT
/* THRESHOLD's client half: a result is a hit that was not read yet. */
#include "client.h"
#include "mapi/stdflib.h"

const struct mapi_client mapi_client_threshold = {
	.name = "THRESHOLD",
	.result_size = sizeof(struct threshold_data),
	.keeps = true,
};
