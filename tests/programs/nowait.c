/* SPDX-License-Identifier: MIT */
/* Packets one by one: does something else when there is none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	struct mapipkt *pkt;
	unsigned long bytes = 0;
	int fd, fid, n = 0, err = -1;

	fd = mapi_create_flow(dev);
	fid = mapi_apply_function(fd, "TO_BUFFER", NOWAIT);
	mapi_connect(fd);
	pkt = mapi_get_next_pkt(fd, fid);
	mapi_read_error(&err, NULL);
	printf("connected\n");
	printf("%s %d\n", pkt ? "packet" : "none", err);
	fflush(stdout);
	while (n < 60) {
		pkt = mapi_get_next_pkt(fd, fid);
		if (pkt) {
			n++;
			bytes += pkt->caplen;
		} else {
			usleep(1000);
		}
	}
	pkt = mapi_get_next_pkt(fd, fid);
	printf("%d %lu %s\n", n, bytes, pkt ? "packet" : "none");
	return 0;
}
