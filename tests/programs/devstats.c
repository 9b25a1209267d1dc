/* SPDX-License-Identifier: MIT */
/* What a device has seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	struct mapi_stat stats[4];
	mapi_results_t *res;
	int fd, fid, n;

	fd = mapi_create_flow(dev);
	fid = mapi_apply_function(fd, PKT_COUNTER);
	mapi_connect(fd);
	printf("connected\n");
	fflush(stdout);
	do {
		usleep(10000);
		res = mapi_read_results(fd, fid);
	} while (*(unsigned long long *)res->res < 60);
	n = mapi_stats(dev, stats);
	printf("%d %s %s %u %u\n", n, stats[0].hostname, stats[0].dev,
	       stats[0].ps_recv, stats[0].ps_drop);
	return 0;
}
