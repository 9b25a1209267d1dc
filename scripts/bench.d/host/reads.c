// SPDX-License-Identifier: MIT
/*
 * reads TIMES RUNS: nanoseconds that reading a result takes a program of this
 * machine, for each run. Its kernel may have no module of ours, so the flow is that
 * of the library's own tests: the same memory, and no kernel behind it.
 */
#include <err.h>
#include <mapi.h>
#include "unit.h"
#include "../bin/clock.h"

int main(int argc, char **argv)
{
	long times, runs;
	mapi_u64_t value;
	int fd;

	if (argc != 3)
		errx(2, "usage: reads TIMES RUNS");
	times = atol(argv[1]);
	fd = fake_flow(1);
	for (runs = atol(argv[2]); runs > 0; runs--) {
		long long begin = now();

		for (long i = 0; i < times; i++)
			if (mapi_read_results(fd, FAKE_COUNTER, &value))
				errx(1, "it cannot be read");
		printf("%.2f\n", (double)since(begin) / times);
	}
	return 0;
}
