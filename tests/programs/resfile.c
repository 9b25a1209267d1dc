/* SPDX-License-Identifier: MIT */
/* Results as lines of a file, read back. */
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
	char refs[64], line[256];
	int fd, pkts, bytes, fid;
	FILE *f;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	pkts = mapi_apply_function(fd, PKT_COUNTER);
	bytes = mapi_apply_function(fd, BYTE_COUNTER);
	sprintf(refs, "%d@%d,%d@%d", pkts, fd, bytes, fd);
	fid = mapi_apply_function(fd, RES2FILE, "1,1", refs, "packets bytes",
				  argv[2], "0", 0);
	if (fid < 0)
		return 1;
	mapi_connect(fd);
	finish(fd);
	mapi_close_flow(fd);
	f = fopen(argv[2], "r");
	while (fgets(line, sizeof(line), f))
		fputs(line, stdout);
	return 0;
}
