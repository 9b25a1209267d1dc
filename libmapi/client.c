// SPDX-License-Identifier: MIT
/* The functions that have a half in the client's process. */
#include <string.h>

#include "client.h"

static const struct mapi_client *const clients[] = {
	&mapi_client_bpf_filter,
	&mapi_client_bucket,
	&mapi_client_dist,
	&mapi_client_hashsamp,
	&mapi_client_regexp,
	&mapi_client_res2file,
	&mapi_client_startstop,
	&mapi_client_stats,
	&mapi_client_threshold,
	&mapi_client_to_file,
	&mapi_client_top,
};

const struct mapi_client *mapi_client_find(const char *name)
{
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		if (!strcmp(clients[i]->name, name))
			return clients[i];
	return NULL;
}
