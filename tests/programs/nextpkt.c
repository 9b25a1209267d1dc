/* SPDX-License-Identifier: MIT */
/* Packets one by one: waits for each. */
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
	int fd, fid, i;

	fd = mapi_create_flow(dev);
	fid = mapi_apply_function(fd, TO_BUFFER, WAIT);
	mapi_connect(fd);
	printf("connected\n");
	fflush(stdout);
	for (i = 0; i < 60; i++) {
		pkt = mapi_get_next_pkt(fd, fid);
		if (!pkt)
			return 1;
		bytes += pkt->wlen;
		if (*(&pkt->pkt + 12) != 8)	/* IP */
			return 2;
	}
	printf("%d %lu\n", i, bytes);
	return 0;
}
