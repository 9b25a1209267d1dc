/* SPDX-License-Identifier: MIT */
/* A worm, of a file. */
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
	int fd, ctr_id1, ctr_id2;
	unsigned long long ctr_val1, ctr_val2;

	fd=mapi_create_offline_flow(argv[1],MFF_TCPDUMP);
	mapi_apply_function(fd,BPF_FILTER,"src port 1234");
	ctr_id1=mapi_apply_function(fd,PKT_COUNTER);
	mapi_apply_function(fd,STR_SEARCH,"pattern",40,300);
	ctr_id2=mapi_apply_function(fd,PKT_COUNTER);
	mapi_apply_function(fd,TO_FILE,MFF_TCPDUMP,argv[2],0);
	mapi_connect_flow(fd);
	finish(fd);
	mapi_read_results(fd,ctr_id1,&ctr_val1);
	mapi_read_result(fd,ctr_id2,&ctr_val2);
	printf("BPF match: %llu String match: %llu\n", ctr_val1,ctr_val2);
	mapi_close_flow(fd);
	return 0;
}
