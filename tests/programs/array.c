/* SPDX-License-Identifier: MIT */
/* Arguments from an array, all of them text. */
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
	char *filter[] = { "src port 1234" };
	char *search[] = { "pattern", "0", "0" };
	unsigned long long matched, found;
	int fd, ctr1, ctr2;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	mapi_apply_function_array(fd, "BPF_FILTER", filter, 1);
	ctr1 = mapi_apply_function_array(fd, "PKT_COUNTER", NULL, 0);
	mapi_apply_function_array(fd, "STR_SEARCH", search, 3);
	ctr2 = mapi_apply_function_array(fd, "PKT_COUNTER", NULL, 0);
	mapi_connect(fd);
	finish(fd);
	mapi_read_results(fd, ctr1, &matched);
	mapi_read_results(fd, ctr2, &found);
	printf("%llu %llu\n", matched, found);
	return 0;
}
