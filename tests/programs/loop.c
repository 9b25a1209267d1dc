/* SPDX-License-Identifier: MIT */
/* A handler for some packets of a trace, then for the others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

static int packets;
static unsigned long bytes;

static void handler(const struct mapipkt *pkt)
{
	packets++;
	bytes += pkt->wlen;
}

int main(int argc, char *argv[])
{
	int fd, fid, ret;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	fid = mapi_apply_function(fd, TO_BUFFER);
	mapi_connect(fd);
	ret = mapi_loop(fd, fid, 10, handler);
	printf("%d %d %lu\n", ret, packets, bytes);
	ret = mapi_loop(fd, fid, -1, handler);
	printf("%d %d %lu\n", ret, packets, bytes);
	mapi_close_flow(fd);
	return 0;
}
