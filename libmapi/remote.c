// SPDX-License-Identifier: MIT
/* Calls about remote sensors: all flows are of this machine. */
#include "error.h"
#include "flow.h"

/* Return: val for a flow, else -1 with the last error set. */
static int of_flow(int fd, int val)
{
	struct mapi_flow *flow = mapi_flow_peek(fd);

	mapi_flow_unpeek();
	return flow ? val : mapi_error(MAPI_INVALID_FLOW, NULL);
}

int mapi_get_scope_size(int fd)
{
	return of_flow(fd, 1);
}

int mapi_is_remote(int fd)
{
	return of_flow(fd, 0);
}

int mapi_is_sensor_down(int fd)
{
	return of_flow(fd, 0);
}

int mapi_authenticate(int fd MAPI_UNUSED, const char *user MAPI_UNUSED,
		      const char *password MAPI_UNUSED,
		      const char *vo MAPI_UNUSED)
{
	return mapi_error(MAPI_NOT_SUPPORTED,
			  "authentication is not needed: the kernel knows who you are");
}
