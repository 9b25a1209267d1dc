// SPDX-License-Identifier: GPL-2.0
/*
 * reader_gone: readers that wait for packets when there will be no more: the
 * device goes, is renamed, moves; the flow is deleted, or closed.
 */
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

#define IN_TIME	30.0	/* seconds; without a wake-up it would be for ever */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A reader, and what it came back with. */
struct reader {
	int fd;
	bool loop;
	pthread_t thread;
	struct mapipkt *pkt;
	int ret, code;
	char text[MAPI_ERRORSTR_LENGTH];
	double back;
};

static void ignore(const struct mapipkt *pkt)
{
	(void)pkt;
}

static void *reader_run(void *arg)
{
	struct reader *r = arg;

	if (r->loop)
		r->ret = mapi_loop(r->fd, 1, -1, ignore);
	else
		r->pkt = mapi_get_next_pkt(r->fd, 1);
	mapi_read_error(&r->code, r->text);
	r->back = now();
	return NULL;
}

static void reader_start(struct reader *r, int fd, bool loop)
{
	*r = (struct reader){ .fd = fd, .loop = loop };
	ktap_need(!pthread_create(&r->thread, NULL, reader_run, r));
}

static int make_flow(const char *device)
{
	int fd = mapi_create_flow(device);

	ktap_need(mapi_apply_function(fd, TO_BUFFER, WAIT) == 1 &&
		  !mapi_connect(fd));
	return fd;
}

static void came_back(const char *what, struct reader *r, double since, int code,
		      const char *part)
{
	pthread_join(r->thread, NULL);
	if (!ktap_ok(!r->pkt && r->code == code && strstr(r->text, part) &&
		     (!r->loop || r->ret == code) && r->back - since < IN_TIME,
		     "%s: a sleeping %s is told %d", what,
		     r->loop ? "mapi_loop" : "reader", code))
		ktap_diag("%s, returned %d, error %d \"%s\", after %.1f s",
			  r->pkt ? "a packet" : "NULL", r->ret, r->code, r->text,
			  r->back - since);
}

/* Two readers sleep on flows of a device to which @command happens. */
static void device_ends(const char *what, const char *device, const char *command,
			int reason, const char *part)
{
	int fd = make_flow(device), looped = make_flow(device), got = -1;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct reader reader, loop;
	double begin;

	reader_start(&reader, fd, false);
	reader_start(&loop, looped, true);
	usleep(300000);
	ktap_need(!system(command));
	begin = now();
	came_back(what, &reader, begin, MAPI_DEVICE_GONE, part);
	came_back(what, &loop, begin, MAPI_DEVICE_GONE, part);
	ktap_ok(mapi_flow_status(fd, &got) == FLOW_CLOSED && got == reason,
		"%s: the flow says why it ended", what);
	ktap_ok(poll(&p, 1, 0) == 1 && p.revents & POLLHUP,
		"%s: poll says so, too", what);
	ktap_ok(!mapi_get_next_pkt(fd, 1), "%s: nobody waits any more", what);
	ktap_ok(mapi_read_results(fd, 1), "%s: results can be read", what);
	mapi_close_flow(fd);
	mapi_close_flow(looped);
}

/* What had come before the end is read before the end is told. */
static void packets_first(void)
{
	int fd = make_flow("gone0"), tx = frames_open("gone1"), code;

	frames_send(tx, 3, 60);
	ktap_need(!system("ip link del gone0"));
	usleep(200000);
	ktap_ok(mapi_get_next_pkt(fd, 1) && mapi_get_next_pkt(fd, 1) &&
		mapi_get_next_pkt(fd, 1), "packets from before the end are there");
	mapi_read_error(&code, NULL);
	ktap_ok(!mapi_get_next_pkt(fd, 1) && !mapi_read_error(&code, NULL) &&
		code == MAPI_DEVICE_GONE, "the end comes after them");
	close(tx);
	mapi_close_flow(fd);
}

/* A flow that was not connected yet. */
static void never_connected(void)
{
	int fd = mapi_create_flow("gone0"), code;

	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == 1);
	ktap_need(!system("ip link del gone0"));
	usleep(200000);
	ktap_ok(mapi_connect(fd) == -1 && !mapi_read_error(&code, NULL) &&
		code == MAPI_DEVICE_GONE, "a device that is gone is not connected to");
	ktap_ok(mapi_apply_function(fd, PKT_COUNTER) == -1 &&
		!mapi_read_error(&code, NULL) && code == MAPI_DEVICE_GONE,
		"nor is anything applied to it");
	ktap_is(mapi_close_flow(fd), 0, "it can be closed");
}

static void pair(void)
{
	ktap_need(!system("ip link add gone0 type veth peer name gone1 &&"
			  "ip link set gone0 up && ip link set gone1 up"));
}

static void flow_ends(const char *mapictl)
{
	mapi_flow_info_t info;
	struct reader reader;
	char command[200];
	double begin;
	int fd;

	fd = make_flow("gone0");
	reader_start(&reader, fd, false);
	usleep(300000);
	/* Its number is what others see it by. */
	ktap_need(!mapi_get_flow_info(fd, &info));
	snprintf(command, sizeof(command),
		 "%s flow delete $(%s -j flow list | jq .[0].id)", mapictl, mapictl);
	ktap_need(!system(command));
	begin = now();
	came_back("flow deleted", &reader, begin, MAPI_SHUTTING_DOWN, "");
	mapi_close_flow(fd);

	fd = make_flow("gone0");
	reader_start(&reader, fd, false);
	usleep(300000);
	begin = now();
	ktap_is(mapi_close_flow(fd), 0, "a flow is closed under its reader");
	came_back("flow closed", &reader, begin, MAPI_INVALID_FLOW, "closed");
}

int main(int argc, char **argv)
{
	ktap_need(argc == 2);
	alarm(240);
	pair();
	device_ends("device deleted", "gone0", "ip link del gone0",
		    MAPI_ENDED_DEVICE_GONE, "gone");
	pair();
	packets_first();
	pair();
	never_connected();
	pair();
	device_ends("device renamed", "gone0",
		    "ip link set gone0 down && ip link set gone0 name gone2",
		    MAPI_ENDED_DEVICE_RENAMED, "renamed");
	ktap_need(!system("ip link set gone2 name gone0 && ip link set gone0 up"));
	device_ends("device moved", "gone0",
		    "unshare --net sleep 3 & sleep 0.5; ip link set gone0 netns $!",
		    MAPI_ENDED_DEVICE_MOVED, "namespace");
	ktap_need(!system("ip link del gone1"));
	pair();
	flow_ends(argv[1]);
	ktap_need(!system("ip link del gone0"));
	return ktap_end();
}
