/* SPDX-License-Identifier: MIT */
/* Flows that come and go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	unsigned long long val;
	int fd, fid, i;

	for (i = 0; i < 50; i++) {
		fd = mapi_create_flow(dev);
		if (fd <= 0)
			return 1;
		fid = mapi_apply_function(fd, PKT_COUNTER);
		val = 99;
		if (mapi_connect(fd) < 0 || mapi_read_results(fd, fid, &val) < 0)
			return 2;
		if (val || mapi_close_flow(fd) < 0)
			return 3;
		if (mapi_read_results(fd, fid))
			return 4;
	}
	printf("%d\n", i);
	return 0;
}
