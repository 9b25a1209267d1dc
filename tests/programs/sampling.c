/* SPDX-License-Identifier: MIT */
/* Some of the packets, by number and by hash. */
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

static int counter(int fd)
{
	return mapi_apply_function(fd, PKT_COUNTER);
}

int main(int argc, char *argv[])
{
	unsigned long long every, flows;
	unsigned int *whole, *same;
	int fd, a, b, h1, h2;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	mapi_apply_function(fd, HASHSAMP, 1024, 0);
	a = counter(fd);
	h1 = mapi_apply_function(fd, HASH, 0);
	h2 = mapi_apply_function(fd, HASH, 0);
	mapi_apply_function(fd, SAMPLE, 7, PERIODIC);
	b = counter(fd);
	mapi_connect(fd);
	finish(fd);
	mapi_read_results(fd, a, &flows);
	mapi_read_results(fd, b, &every);
	whole = mapi_read_results(fd, h1)->res;
	same = mapi_read_results(fd, h2)->res;
	printf("%llu %llu %d\n", flows, every, *whole && *whole == *same);
	return 0;
}
