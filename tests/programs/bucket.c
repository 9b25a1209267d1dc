/* SPDX-License-Identifier: MIT */
/* Packets of each tenth of a second, until all have come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	mapi_results_t *res;
	struct bucket_data *data;
	unsigned long long sum = 0, last = 0;
	int fd, ctr, fid;

	fd = mapi_create_flow(dev);
	ctr = mapi_apply_function(fd, PKT_COUNTER);
	fid = mapi_apply_function(fd, BUCKET, fd, ctr, "100ms", 1);
	mapi_connect(fd);
	printf("connected\n");
	fflush(stdout);
	while (sum < 60) {
		res = mapi_read_results(fd, fid);
		if (!res)
			return 1;
		data = res->res;
		if (data->timestamp <= last)
			return 2;
		last = data->timestamp;
		sum += data->data;
	}
	printf("%llu\n", sum);
	return 0;
}
