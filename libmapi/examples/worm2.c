/* SPDX-License-Identifier: MIT */
/*
 * The same job as worm.c as a program for MAPI 2.x would do it: results through
 * pointers, and the packets themselves instead of a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <mapi.h>

static int fd, before, after;

static void die(const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int err;

	mapi_read_error(&err, text);
	fprintf(stderr, "%s: %s (%d)\n", what, text, err);
	exit(1);
}

static int apply(int id, const char *what)
{
	if (id < 0)
		die(what);
	return id;
}

static unsigned long long count(int id)
{
	mapi_results_t *r = mapi_read_results(fd, id);

	if (!r)
		die("mapi_read_results");
	return *(unsigned long long *)r->res;
}

static void show(const struct mapipkt *pkt)
{
	printf("%llu.%06llu: %u of %u bytes, of %llu packets %llu match\n",
	       pkt->ts >> 32, ((pkt->ts & 0xffffffff) * 1000000) >> 32,
	       pkt->caplen, pkt->wlen, count(before), count(after));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int buffer, err;

	fd = mapi_create_flow(argc > 1 ? argv[1] : "mon0");
	if (fd < 0)
		die("mapi_create_flow");
	apply(mapi_apply_function(fd, "BPF_FILTER", "src port 1234"), "BPF_FILTER");
	before = apply(mapi_apply_function(fd, "PKT_COUNTER"), "PKT_COUNTER");
	apply(mapi_apply_function(fd, "STR_SEARCH", "pattern", 100, 300), "STR_SEARCH");
	after = apply(mapi_apply_function(fd, "PKT_COUNTER"), "PKT_COUNTER");
	buffer = apply(mapi_apply_function(fd, "TO_BUFFER", WAIT), "TO_BUFFER");
	if (mapi_connect(fd) < 0)
		die("mapi_connect");
	err = mapi_loop(fd, buffer, -1, show);
	if (err)
		die("mapi_loop");
	return mapi_close_flow(fd) < 0;
}
