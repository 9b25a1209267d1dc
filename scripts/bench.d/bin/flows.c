// SPDX-License-Identifier: MIT
/*
 * Flows for the benchmark.
 *
 *	flows DEVICE
 *
 * reads commands, answers each with a line, "error ..." if it fails. Words are
 * separated by tabs.
 *
 *	add USER FUNCTION [ARGUMENT]... [+ FUNCTION [ARGUMENT]...]...
 *				a flow of that user, connected; no answer
 *	ready			answers "ready" when all this is done
 *	sum FID			packets counted by that function of all flows
 *	drain			mapi_get_next_pkt() of the first function of the
 *				first flow until there is none, looking at a
 *				byte of each: "PACKETS NANOSECONDS"
 *	loop N			the same for N packets, with mapi_loop()
 *	lost FID		of the first flow
 *	reads FID TIMES		reads that result of the first flow: nanoseconds
 *				for all
 *
 * At the end of its input it closes the flows.
 */
#include <err.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <mapi.h>
#include "clock.h"

#define FLOWS	16384
#define WORDS	128

static const char *device;
static int flows[FLOWS], nr_flows;
volatile unsigned char seen;

static void failed(const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code;

	mapi_read_error(&code, text);
	printf("error flow %d: %s: %d %s\n", nr_flows, what, code, text);
	fflush(stdout);
	exit(1);
}

/* Capabilities stay with us whoever we are. */
static void become(uid_t uid)
{
	if (geteuid() != uid && seteuid(uid))
		err(1, "seteuid");
}

static void apply(int fd, char **word, int nr)
{
	while (nr > 0) {
		int n = 1;

		while (n < nr && strcmp(word[n], "+"))
			n++;
		if (mapi_apply_function_array(fd, word[0], word + 1, n - 1) < 0)
			failed(word[0]);
		word += n + 1;
		nr -= n + 1;
	}
}

static void add(char **word, int nr)
{
	int fd;

	if (nr_flows == FLOWS)
		errx(2, "too many flows");
	become(atoi(word[1]));
	fd = mapi_create_flow(device);
	if (fd < 0)
		failed(device);
	apply(fd, word + 2, nr - 2);
	if (mapi_connect(fd))
		failed("connect");
	flows[nr_flows++] = fd;
}

static void sum(int fid)
{
	mapi_u64_t all = 0, one;

	for (int i = 0; i < nr_flows; i++) {
		if (mapi_read_results(flows[i], fid, &one))
			failed("result");
		all += one;
	}
	printf("%llu\n", all);
}

static void drain(void)
{
	long long begin = now(), n = 0;
	struct mapipkt *pkt;

	while ((pkt = mapi_get_next_pkt(flows[0], 1))) {
		seen = pkt->pkt;
		n++;
	}
	printf("%lld %lld\n", n, since(begin));
}

static void handle(const struct mapipkt *pkt)
{
	seen = pkt->pkt;
}

static void loop(long packets)
{
	long long begin = now();

	if (mapi_loop(flows[0], 1, packets, handle))
		failed("loop");
	printf("%ld %lld\n", packets, since(begin));
}

static void lost(int fid)
{
	struct mapi_function_stats stats;
	mapi_u64_t n = 0;

	if (mapi_get_function_stats(flows[0], fid, &stats))
		failed("statistics");
	for (unsigned int i = 0; i < sizeof(stats.lost) / sizeof(*stats.lost); i++)
		n += stats.lost[i];
	printf("%llu\n", n);
}

static void reads(int fid, long times)
{
	mapi_u64_t value;
	long long begin;

	mapi_read_results(flows[0], fid, &value);
	begin = now();
	for (long i = 0; i < times; i++)
		mapi_read_results(flows[0], fid, &value);
	printf("%lld\n", since(begin));
}

static void command(char **word, int nr)
{
	if (!strcmp(word[0], "add") && nr > 2) {
		add(word, nr);
		return;
	}
	if (!strcmp(word[0], "ready"))
		puts("ready");
	else if (!strcmp(word[0], "sum") && nr == 2)
		sum(atoi(word[1]));
	else if (!strcmp(word[0], "drain") && nr_flows)
		drain();
	else if (!strcmp(word[0], "loop") && nr == 2)
		loop(atol(word[1]));
	else if (!strcmp(word[0], "lost") && nr == 2)
		lost(atoi(word[1]));
	else if (!strcmp(word[0], "reads") && nr == 3)
		reads(atoi(word[1]), atol(word[2]));
	else
		errx(2, "not understood: %s", word[0]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct rlimit many = { FLOWS + 64, FLOWS + 64 };
	char *word[WORDS], *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (argc != 2)
		errx(2, "usage: flows DEVICE");
	device = argv[1];
	if (setrlimit(RLIMIT_NOFILE, &many) ||
	    prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP))
		err(1, "limits");
	while ((len = getline(&line, &size, stdin)) > 0) {
		char *rest = line, *w;
		int nr = 0;

		line[len - 1] = 0;
		while (nr < WORDS && (w = strsep(&rest, "\t")))
			word[nr++] = w;
		command(word, nr);
	}
	for (int i = 0; i < nr_flows; i++)
		mapi_close_flow(flows[i]);
	return 0;
}
