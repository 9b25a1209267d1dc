/* SPDX-License-Identifier: MIT */
/* A file of so many packets and no more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

static void finish(int fd)
{
	mapi_flow_info_t info;

	do {
		usleep(1000);
		if (mapi_get_flow_info(fd, &info) < 0)
			exit(1);
	} while (info.status != FLOW_FINISHED);
}

int main(int argc, char *argv[])
{
	mapi_results_t *res;
	int fd, fid, limit = 25;	/* an int, where 64 bits are read */

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	fid = mapi_apply_function(fd, "TO_FILE", MFF_PCAP, argv[2], limit);
	mapi_connect(fd);
	finish(fd);
	res = mapi_read_results(fd, fid);
	printf("%d\n", *(int *)res->res);
	mapi_close_flow(fd);
	return 0;
}
