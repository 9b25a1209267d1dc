/* SPDX-License-Identifier: MIT */
/* Bits in a second of an interface. */
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
	unsigned long long bytes, before = 0, ts, old, total = 0;
	double mbit, most = 0;
	int fd, fid;

	fd = mapi_create_flow(dev);
	fid = mapi_apply_function(fd, BYTE_COUNTER);
	mapi_connect(fd);
	res = mapi_read_results(fd, fid);
	old = res->ts;
	printf("connected\n");
	fflush(stdout);
	while (total < strtoull(argv[2], NULL, 10)) {
		usleep(50000);
		res = mapi_read_results(fd, fid);
		bytes = *(unsigned long long *)res->res;
		ts = res->ts;
		if (ts - old < 50000 || ts - old > 60000000)
			return 1;
		mbit = (bytes - before) * 8.0 / (ts - old);
		if (mbit > most)
			most = mbit;
		total += bytes - before;
		before = bytes;
		old = ts;
	}
	/* All of them in the shortest time there can be are not as much. */
	printf("%llu %d\n", total, most > 0 && most <= total * 8.0 / 50000);
	return 0;
}
