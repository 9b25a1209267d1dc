// SPDX-License-Identifier: GPL-2.0
/*
 * Ten thousand flows, one by one.
 *
 *	scale DEVICE FLOWS FUNCTION PATTERN
 *
 * makes flows of FUNCTION, whose argument is PATTERN with the number of the flow
 * in it, and a packet counter behind. Says
 *
 *	made MS MS		for the first half, for the second
 *	counted FLOWS IN OUT	for each line it reads: flows that have counted
 *				anything, packets that came to the first function
 *				of all together, and to their counters
 *	closed MS MS		at the end of its input: both halves again
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <mapi.h>

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void fail(int number, const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];

	mapi_read_error(NULL, text);
	errx(1, "flow %d: %s: %s", number, what, text);
}

static int make(char **argv, int number)
{
	char arg[64], *args[] = { arg };
	int fd = mapi_create_flow(argv[1]);

	if (fd < 0)
		fail(number, "create");
	snprintf(arg, sizeof(arg), argv[4], number);
	if (mapi_apply_function_array(fd, argv[3], args, *arg != 0) != 1)
		fail(number, argv[3]);
	if (mapi_apply_function_array(fd, "PKT_COUNTER", NULL, 0) != 2)
		fail(number, "PKT_COUNTER");
	if (mapi_connect(fd))
		fail(number, "connect");
	return fd;
}

static void look(const int *fds, int nr)
{
	struct mapi_function_stats stats;
	mapi_u64_t in = 0, out = 0, n;
	int some = 0;

	for (int i = 0; i < nr; i++) {
		if (mapi_get_function_stats(fds[i], 1, &stats) ||
		    mapi_read_results_copy(fds[i], 2, &n, sizeof(n)))
			fail(i, "results");
		if (stats.passed != n)
			errx(1, "flow %d: %llu passed, %llu counted", i,
			     stats.passed, n);
		in += stats.pkts;
		out += n;
		some += n > 0;
	}
	printf("counted %d %llu %llu\n", some, in, out);
}

static void say(const char *what, const long at[3])
{
	printf("%s %ld %ld\n", what, at[1] - at[0], at[2] - at[1]);
}

int main(int argc, char **argv)
{
	struct rlimit many = { 65536, 65536 };
	long at[3] = { 0 };
	char line[16];
	int nr, *fds;

	if (argc != 5)
		errx(2, "usage: scale DEVICE FLOWS FUNCTION PATTERN");
	setlinebuf(stdout);
	setrlimit(RLIMIT_NOFILE, &many);
	nr = atoi(argv[2]);
	fds = calloc(nr, sizeof(*fds));
	if (!fds)
		err(1, "flows");
	at[0] = now_ms();
	for (int i = 0; i < nr; i++) {
		fds[i] = make(argv, i);
		if (i == nr / 2)
			at[1] = now_ms();
	}
	at[2] = now_ms();
	say("made", at);
	while (fgets(line, sizeof(line), stdin))
		look(fds, nr);
	at[0] = now_ms();
	for (int i = 0; i < nr; i++) {
		if (mapi_close_flow(fds[i]))
			fail(i, "close");
		if (i == nr / 2)
			at[1] = now_ms();
	}
	at[2] = now_ms();
	say("closed", at);
	return 0;
}
