// SPDX-License-Identifier: MIT
/* Traces instead of devices: not built yet. */
#include "error.h"

static int not_built(void)
{
	return mapi_error(MAPI_NOT_SUPPORTED,
			  "reading traces is not built yet");
}

char *mapi_create_offline_device(const char *path MAPI_UNUSED,
				 int format MAPI_UNUSED)
{
	not_built();
	return NULL;
}

int mapi_start_offline_device(const char *dev MAPI_UNUSED)
{
	return not_built();
}

int mapi_delete_offline_device(char *dev MAPI_UNUSED)
{
	return not_built();
}

int mapi_create_offline_flow(const char *path MAPI_UNUSED,
			     int format MAPI_UNUSED)
{
	return not_built();
}
