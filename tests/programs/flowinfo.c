/* SPDX-License-Identifier: MIT */
/* All flows, and the functions of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	mapi_flow_info_t flow;
	mapi_function_info_t funct;
	int fd, fd2, fid;

	fd = mapi_create_flow(dev);
	mapi_apply_function(fd, BPF_FILTER, "udp");
	mapi_apply_function(fd, PKT_COUNTER);
	fd2 = mapi_create_flow(dev);
	mapi_apply_function(fd2, "BYTE_COUNTER");
	mapi_connect(fd2);

	fd = 0;
	while (mapi_get_next_flow_info(fd, &flow) == 0) {
		fd = flow.fd;
		printf("%s %d %d\n", flow.device, flow.num_functions, flow.status);
		fid = 0;
		while (mapi_get_next_function_info(fd, fid, &funct) == 0) {
			fid = funct.fid;
			printf("%d %s\n", fid, funct.name);
		}
	}
	return 0;
}
