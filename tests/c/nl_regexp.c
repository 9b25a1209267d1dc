// SPDX-License-Identifier: GPL-2.0
/*
 * nl_regexp DEVICE OTHER-END: automata that no pattern becomes. What is not whole
 * is refused, with the reason, and what is taken keeps to its table, whatever it
 * is: half of the random ones differ from a good one by a few bytes.
 */
#include <time.h>
#include <unistd.h>
#include "frames.h"
#include "nl_filter.h"

#define FRAMES	2
#define LEN	5000	/* more than what is contiguous of a received frame */
#define RANDOM	3000
#define STATES	3
#define EDGES	7

/* Matches where 0x88 is in front of 0xb5: 0 -88-> 1 -b5-> 2, 1 -88-> 1. */
struct blob {
	struct mapi_regexp head;
	struct mapi_regexp_row rows[STATES];
	struct mapi_regexp_edge edges[EDGES];
};

static struct blob good(void)
{
	struct blob blob = {
		{
			.magic = MAPI_REGEXP_MAGIC, .states = STATES, .live = 2,
			.classes = 3, .edges = EDGES,
			.cls = { [0x88] = 1, [0xb5] = 2 },
		}, {
			{ 0, 3 }, { 0, 1 }, { 2, 3 | MAPI_REGEXP_F_ACCEPTS },
		}, {
			{ 0, 0, 0 }, { 1, 1, 0 }, { 0, 2, 0 },
			{ 2, 2, 0 },
			{ 2, 0, 0 }, { 2, 1, 0 }, { 2, 2, 0 },
		},
	};

	return blob;
}

static struct nl_answer apply(int fd, const void *blob, size_t len)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_FLOW_APPLY, 0);
	struct nlattr *nest, *arg;

	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	nla_put_string(msg, MAPI_A_FUNC_NAME, "REGEXP");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, "x");
	if (blob)
		nla_put(msg, MAPI_A_ARG_BLOB, len, blob);
	nla_nest_end(msg, arg);
	nla_nest_end(msg, nest);
	return nl_ask(msg, NULL, NULL);
}

static const char *device;

static void refused(const char *name, const void *blob, size_t len,
		    const char *text)
{
	int fd = nl_flow(device, NULL);
	struct nl_answer ans = apply(fd, blob, len);

	if (!ktap_ok(ans.error == EINVAL && ans.code == MAPI_ERR_ARGUMENT &&
		     ans.arg == 1 && strstr(ans.text, text), "refused: %s", name))
		ktap_diag("errno %d, error %u, \"%s\"", ans.error, ans.code,
			  ans.text);
	close(fd);
}

/* @change is done to a good one, as long as that is. */
#define REFUSED(change, text) do {					\
	struct blob blob = good();					\
									\
	change;								\
	refused(#change, &blob, sizeof(blob), text);			\
} while (0)

static void not_whole(void)
{
	struct blob blob = good();

	refused("no automaton", NULL, 0, "without an automaton");
	refused("one byte", "x", 1, "without an automaton");
	refused("almost a head", &blob, sizeof(blob.head) - 1, "without an automaton");
	refused("a head alone", &blob, sizeof(blob.head), "not whole");
	refused("one byte less", &blob, sizeof(blob) - 1, "not whole");
	refused("one edge less", &blob, sizeof(blob) - 4, "not whole");
	REFUSED(blob.head.magic++, "without an automaton");
	REFUSED(blob.head.states = 0, "too large");
	REFUSED(blob.head.states = MAPI_REGEXP_STATES_MAX + 1, "too large");
	REFUSED(blob.head.states = 1U << 31, "too large");
	REFUSED(blob.head.states = ~0U, "too large");
	REFUSED(blob.head.states = MAPI_REGEXP_STATES_MAX, "not whole");
	REFUSED(blob.head.states--, "not whole");
	REFUSED(blob.head.states++, "not whole");
	REFUSED((blob.head.states = 4096, blob.head.classes = 64), "too large");
	REFUSED(blob.head.classes = 0, "too large");
	REFUSED(blob.head.classes = 257, "too large");
	REFUSED(blob.head.classes = ~0U, "too large");
	REFUSED(blob.head.live = 4, "not whole");
	REFUSED(blob.head.live = ~0U, "not whole");
	REFUSED(blob.head.pad = 1, "not whole");
	REFUSED(blob.head.edges--, "not whole");
	REFUSED(blob.head.edges++, "not whole");
	REFUSED(blob.head.edges = 10, "not whole");
	REFUSED(blob.head.edges = ~0U, "not whole");
	REFUSED(blob.head.edges = (1U << 30) + 7, "not whole");
}

static void wrong(void)
{
	REFUSED(blob.head.cls[255] = 3, "byte of no class");
	REFUSED(blob.head.cls[0] = 255, "byte of no class");
	REFUSED((blob.head.classes = 2, blob.head.cls[0xb5] = 0), "not whole");
	REFUSED((blob.head.states = 1, blob.head.classes = 0), "too large");
	REFUSED(blob.head.classes = 4, "like none before");
	REFUSED(blob.rows[0].like = 1, "like none before");
	REFUSED(blob.rows[1].like = 2, "like none before");
	REFUSED(blob.rows[1].like = 65535, "like none before");
	REFUSED(blob.rows[1].like = 1, "like none before");
	REFUSED(blob.rows[0].edges = 2, "like none before");
	REFUSED(blob.rows[1].edges = 5, "too few edges");
	REFUSED(blob.rows[1].edges = 0x7fff, "too few edges");
	REFUSED(blob.rows[2].edges = 0xffff, "too few edges");
	REFUSED((blob.rows[2].like = 0, blob.rows[2].edges = 2), "too many edges");
	REFUSED(blob.edges[1].cls = 0, "edge to nowhere");
	REFUSED(blob.edges[2].cls = 1, "edge to nowhere");
	REFUSED(blob.edges[3].cls = 3, "edge to nowhere");
	REFUSED(blob.edges[3].cls = 255, "edge to nowhere");
	REFUSED(blob.edges[3].to = 3, "edge to nowhere");
	REFUSED(blob.edges[6].to = 65535, "edge to nowhere");
	REFUSED(blob.edges[6].pad = 1, "edge to nowhere");
	REFUSED(blob.edges[6].to = 1, "never left");
	REFUSED(blob.head.live = 1, "never left");
	REFUSED(blob.head.live = 0, "never left");
}

/* The flow that has it. Return: what it passed of some frames. */
static uint64_t passed(int fd, int sock)
{
	struct filter_sum sum = { 0 };

	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	frames_send(sock, FRAMES, LEN);
	for (int i = 0; i < 3000 && sum.in < FRAMES; i++) {
		sum = filter_sum_of(fd);
		if (sum.in < FRAMES)
			usleep(1000);
	}
	ktap_need(sum.in == FRAMES);
	return sum.passed;
}

static void taken(int sock)
{
	struct blob blob = good();
	int fd = nl_flow(device, NULL);

	ktap_is(apply(fd, &blob, sizeof(blob)).error, 0, "a good one is taken");
	ktap_is(passed(fd, sock), FRAMES, "and matches");
	close(fd);
	blob.head.live = STATES;
	blob.rows[2].edges &= ~MAPI_REGEXP_F_ACCEPTS;
	fd = nl_flow(device, NULL);
	ktap_is(apply(fd, &blob, sizeof(blob)).error, 0, "none that accepts is taken");
	ktap_is(passed(fd, sock), 0, "and does not match");
	close(fd);
}

/* The largest that there may be is charged for while it is there. */
static void largest(void)
{
	static struct {
		struct mapi_regexp head;
		struct mapi_regexp_row rows[MAPI_REGEXP_STATES_MAX];
		struct mapi_regexp_edge edges[63];
	} blob;
	int fd = nl_flow(device, NULL);

	blob.head.magic = MAPI_REGEXP_MAGIC;
	blob.head.states = blob.head.live = MAPI_REGEXP_STATES_MAX;
	blob.head.classes = blob.head.edges = 63;
	blob.rows[0].edges = 63;
	for (int i = 0; i < 63; i++) {
		blob.edges[i].cls = i;
		blob.edges[i].to = MAPI_REGEXP_STATES_MAX - 1;
	}
	ktap_is(apply(fd, &blob, sizeof(blob)).error, 0, "as many cells as can be");
	close(fd);
}

/* What the kernel says of them is not asked: only that it stays alive. */
static void spoilt(int sock)
{
	int fd, taken = 0;

	for (int i = 0; i < RANDOM; i++) {
		struct blob blob = good();

		for (int changes = rand() % 4; changes >= 0; changes--) {
			if (rand() % 2)
				((uint8_t *)&blob.rows)[rand() % (sizeof(blob) -
					sizeof(blob.head))] = rand() % 5;
			else
				((uint8_t *)&blob)[rand() % sizeof(blob)] ^= 1 << rand() % 8;
		}
		fd = nl_flow(device, NULL);
		if (!apply(fd, &blob, sizeof(blob)).error && ++taken % 20 == 0)
			passed(fd, sock);
		close(fd);
	}
	ktap_ok(taken > 100 && taken < RANDOM - 100, "%d are spoilt, and some are taken",
		RANDOM);
	ktap_diag("%d were taken", taken);
}

int main(int argc, char **argv)
{
	int sock;

	ktap_need(argc == 4);
	device = argv[1];
	nl_open();
	sock = frames_open(argv[2]);
	srand(atoi(argv[3]));
	not_whole();
	wrong();
	taken(sock);
	largest();
	spoilt(sock);
	return ktap_end();
}
