// SPDX-License-Identifier: MIT
/*
 * reads TIMES RUNS: nanoseconds that reading a result takes a program of this
 * machine, for each run. Its kernel may have no module of ours, so the flow is that
 * of the library's own tests: the same memory, and no kernel behind it.
 */
#include <err.h>
#include <mapi.h>
#include <time.h>
#include "unit.h"

/* There are others on the machine. */
static long long used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

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
		long long begin = used();

		for (long i = 0; i < times; i++)
			if (mapi_read_results(fd, FAKE_COUNTER, &value))
				errx(1, "it cannot be read");
		printf("%.2f\n", (double)(used() - begin) / times);
	}
	return 0;
}
