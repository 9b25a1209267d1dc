// SPDX-License-Identifier: MIT
/* HASHSAMP's client half: a result is what was kept and not read yet. */
#include "client.h"
#include "mapi/stdflib.h"

const struct mapi_client mapi_client_hashsamp = {
	.name = "HASHSAMP",
	.result_size = sizeof(struct sample),
	.keeps = true,
};
