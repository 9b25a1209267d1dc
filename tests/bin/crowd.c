// SPDX-License-Identifier: GPL-2.0
/*
 * Many flows.
 *
 *	crowd DEVICE FLOWS KIND		makes them, says "ready", answers each line
 *					it reads with "FLOWS MIN MAX": how many
 *					are active, and the fewest and the most
 *					packets that came into one; at the end
 *					of its input it closes them. Flows that
 *					have ended must have sums that hold
 *	crowd DEVICE FLOWS KIND ROUNDS	makes, reads and closes them so many times
 *
 * DEVICE may be NETNS:DEVICE: the flows are there, their maker is not.
 * KIND is one of those below, or "mixed" for all of them.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <mapi.h>

#define SMALLEST_RING	"131072"
#define KINDS		(sizeof(kinds) / sizeof(*kinds))
#define FILE_ARG	1

/* A counter behind each of them; those with memory of their own are rare. */
static const struct kind {
	const char *name;
	const char *function;
	unsigned int nr_args;
	char *args[5];
	unsigned int one_in;
} kinds[] = {
	{ "ring", "TO_BUFFER", 3, { "NOWAIT", "96", SMALLEST_RING }, 50 },
	{ "file", "TO_FILE", 5, { "0", NULL, "0", "96", SMALLEST_RING }, 50 },
	{ "filter", "BPF_FILTER", 1, { "udp dst port 9" }, 5 },
	{ "sample", "SAMPLE", 2, { "10", "0" }, 5 },
	{ "search", "STR_SEARCH", 3, { "|be 9b e9 55|", "0", "0" }, 5 },
	{ "bytes", "BYTE_COUNTER", 0, { NULL }, 5 },
	{ "count", "PKT_COUNTER", 0, { NULL }, 1 },
};

static const struct kind *kind_of(const char *name, int number)
{
	for (unsigned int i = 0; i < KINDS; i++)
		if (!strcmp(name, "mixed") ?
		    number % kinds[i].one_in == i % kinds[i].one_in :
		    !strcmp(name, kinds[i].name))
			return &kinds[i];
	errx(2, "no kind %s", name);
}

static void fail(int number, const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];

	mapi_read_error(NULL, text);
	errx(1, "flow %d: %s: %s", number, what, text);
}

static void apply(int fd, int number, const struct kind *kind)
{
	char path[] = "/dev/shm/crowd-XXXXXX", *args[5];
	bool file = kind->nr_args > FILE_ARG && !kind->args[FILE_ARG];
	int tmp = -1, fid;

	memcpy(args, kind->args, sizeof(args));
	if (file) {
		tmp = mkstemp(path);
		if (tmp < 0)
			err(1, "%s", path);
		args[FILE_ARG] = path;
	}
	fid = mapi_apply_function_array(fd, kind->function, args, kind->nr_args);
	if (file) {
		close(tmp);
		unlink(path);
	}
	if (fid != 1)
		fail(number, kind->function);
	if (mapi_apply_function_array(fd, "PKT_COUNTER", NULL, 0) != 2)
		fail(number, "PKT_COUNTER");
}

static int make(const char *device, const char *kind, int number)
{
	int fd = mapi_create_flow(device);

	if (fd < 0)
		fail(number, device);
	apply(fd, number, kind_of(kind, number));
	if (mapi_connect(fd))
		fail(number, "connect");
	return fd;
}

static void enter(const char *netns)
{
	int fd = open(netns, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", netns);
	close(fd);
}

/* The counter behind the function has counted what that one passed on. */
static void check_sum(int fd, int number, const struct mapi_function_stats *stats)
{
	mapi_results_t *result = mapi_read_results(fd, 2);
	mapi_u64_t counted;

	if (!result)
		fail(number, "result");
	counted = *(mapi_u64_t *)result->res;
	if (stats->pkts != stats->passed + stats->filtered ||
	    stats->passed != counted)
		errx(1, "flow %d: %llu in, %llu passed, %llu filtered, %llu counted behind",
		     number, stats->pkts, stats->passed, stats->filtered,
		     counted);
}

static void look(const int *fds, int nr)
{
	struct mapi_function_stats stats;
	mapi_u64_t min = -1ULL, max = 0;
	int active = 0;

	for (int i = 0; i < nr; i++) {
		bool ended = mapi_flow_status(fds[i], NULL) != FLOW_ACTIVE;

		active += !ended;
		if (mapi_get_function_stats(fds[i], 1, &stats))
			fail(i, "statistics");
		if (ended)
			check_sum(fds[i], i, &stats);
		min = stats.pkts < min ? stats.pkts : min;
		max = stats.pkts > max ? stats.pkts : max;
	}
	printf("%d %llu %llu\n", active, min, max);
	fflush(stdout);
}

static void use(int fd)
{
	mapi_read_results(fd, 1);
	mapi_get_next_pkt(fd, 1);	/* an error for most of them */
}

static void rounds(char **argv, int *fds, int nr, int rounds)
{
	while (rounds--) {
		for (int i = 0; i < nr; i++)
			fds[i] = make(argv[1], argv[3], i);
		for (int i = 0; i < nr; i++)
			use(fds[i]);
		for (int i = 0; i < nr; i++)
			if (mapi_close_flow(fds[i]))
				fail(i, "close");
	}
}

int main(int argc, char **argv)
{
	struct rlimit many = { 8192, 8192 };
	char line[16], netns[64], *device;
	int nr, *fds;

	if (argc < 4)
		errx(2, "usage: crowd DEVICE FLOWS KIND [ROUNDS]");
	setrlimit(RLIMIT_NOFILE, &many);
	nr = atoi(argv[2]);
	fds = calloc(nr, sizeof(*fds));
	if (!fds)
		err(1, "flows");
	if (argc > 4) {
		rounds(argv, fds, nr, atoi(argv[4]));
		return 0;
	}
	device = strchr(argv[1], ':');
	if (device) {
		*device++ = 0;
		snprintf(netns, sizeof(netns), "/run/netns/%s", argv[1]);
		enter(netns);
	}
	for (int i = 0; i < nr; i++)
		fds[i] = make(device ?: argv[1], argv[3], i);
	if (device)
		enter("/proc/1/ns/net");
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		look(fds, nr);
	for (int i = 0; i < nr; i++)
		mapi_close_flow(fds[i]);
	return 0;
}
