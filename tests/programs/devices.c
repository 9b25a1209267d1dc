/* SPDX-License-Identifier: MIT */
/* All devices, and each again by its number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(void)
{
	mapi_device_info_t info, same;
	int id = 0;

	while (mapi_get_next_device_info(id, &info) == 0) {
		id = info.id;
		if (mapi_get_device_info(id, &same) < 0)
			return 1;
		printf("%d %s %s\n", info.id, info.device, same.device);
	}
	return 0;
}
