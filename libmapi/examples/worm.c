/* SPDX-License-Identifier: MIT */
/*
 * Looks for a worm: counts the packets from its port, and those of them that
 * carry its pattern, and writes the latter to a file. This is the example of
 * the MAPI presentations, as it was, with a main() around it.
 */
#include <stdio.h>
#include <unistd.h>
#include <mapi.h>

int main(void)
{
	int fd, ctr_id1, ctr_id2;
	unsigned long long ctr_val1, ctr_val2;

	fd=mapi_create_flow("mon0");
	mapi_apply_function(fd,BPF_FILTER,"src port 1234");
	ctr_id1=mapi_apply_function(fd,PKT_COUNTER);
	mapi_apply_function(fd,STR_SEARCH,"pattern",100,300);
	ctr_id2=mapi_apply_function(fd,PKT_COUNTER);
	mapi_apply_function(fd,TO_FILE,MFF_TCPDUMP,"worm.trace",0);
	mapi_connect(fd);
	while(1) { mapi_read_results(fd,ctr_id1,&ctr_val1); mapi_read_results(fd,ctr_id2,&ctr_val2);
	    printf("BPF match: %llu String match: %llu\n", ctr_val1,ctr_val2); sleep(10); }
}
