// SPDX-License-Identifier: GPL-2.0
/*
 * reader_free DEVICE OTHER-END: reads results and packets between two calls of
 * getppid(), which nothing else here calls. Run under strace: there must be no
 * system call between the two, in any of the three parts.
 */
#include <sys/syscall.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

#define READS	1000
#define PACKETS	100

static void mark(void)
{
	syscall(SYS_getppid);
}

int main(int argc, char **argv)
{
	unsigned long long val = 0, sum = 0;
	struct mapi_function_stats stats;
	int fd, tx, status = 0, got = 0;

	ktap_need(argc == 3);
	tx = frames_open(argv[2]);
	fd = mapi_create_flow(argv[1]);
	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == 1 &&
		  mapi_apply_function(fd, TO_BUFFER, NOWAIT) == 2 &&
		  !mapi_connect(fd));
	frames_send(tx, PACKETS, 60);

	mark();
	for (int i = 0; i < READS; i++)
		sum += *(unsigned long long *)mapi_read_results(fd, 1)->res;
	mark();
	ktap_is(sum, READS * PACKETS, "1000 results by reference");

	mark();
	for (int i = 0; i < READS; i++) {
		status += mapi_read_results(fd, 1, &val);
		status += mapi_get_function_stats(fd, 1, &stats);
		status += mapi_flow_status(fd, NULL) - FLOW_ACTIVE;
		sum += val + stats.pkts;
	}
	mark();
	ktap_ok(!status && sum == 3ULL * READS * PACKETS,
		"1000 results by copy, statistics, states");

	got += !!mapi_get_next_pkt(fd, 2);
	mark();
	for (int i = 1; i < PACKETS; i++)
		got += !!mapi_get_next_pkt(fd, 2);
	mark();
	ktap_is(got, PACKETS, "packets that are there already");
	return ktap_end();
}
