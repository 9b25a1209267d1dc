/* SPDX-License-Identifier: MIT */
/* A histogram of sizes. */
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
	dist_t *dist;
	unsigned int i, slots;
	int fd, info, fid;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	info = mapi_apply_function(fd, "PKTINFO", PKT_SIZE);
	fid = mapi_apply_function(fd, "DIST", fd, info, "200", "500", "100");
	mapi_connect(fd);
	finish(fd);
	res = mapi_read_results(fd, fid);
	dist = (dist_t *)res->res;
	printf("%llu %llu", dist->min, dist->max);
	slots = (res->size - sizeof(*dist)) / sizeof(dist->data[0]);
	for (i = 0; i < slots; i++)
		printf(" %llu", dist->data[i]);
	printf("\n");
	return 0;
}
