/* SPDX-License-Identifier: MIT */
/* Sizes of packets. */
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
	stats_t *st;
	int fd, info, stats;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	info = mapi_apply_function(fd, PKTINFO, PKT_SIZE);
	stats = mapi_apply_function(fd, STATS, fd, info, "0");
	mapi_connect(fd);
	finish(fd);
	res = mapi_read_results(fd, stats);
	st = res->res;
	printf("%llu %.0Lf %.0Lf %.0f %.0f\n", st->count, st->sum, st->sum2,
	       st->min, st->max);
	return 0;
}
