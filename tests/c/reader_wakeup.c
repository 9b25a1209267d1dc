// SPDX-License-Identifier: GPL-2.0
/*
 * reader_wakeup DEVICE OTHER-END: a reader of TO_BUFFER is woken within the time
 * that it chose, by the watermark before that, and not for nothing.
 *
 * What is asked for are milliseconds; an emulated machine may add SLACK to them.
 * Without the timer the reader would sleep for NEVER, or until the watchdog ends
 * the program.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

#define SLACK	2500
#define LONG	60000000	/* microseconds: longer than all of this takes */
#define NEVER	10000
#define WATCHDOG 240	/* seconds */

static int fd, fid, tx;

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void make_flow(const char *device, int flag)
{
	fd = mapi_create_flow(device);
	fid = mapi_apply_function(fd, TO_BUFFER, flag);
	ktap_need(fid == 1 && !mapi_connect(fd));
}

/* A packet that comes while the reader sleeps. */
struct sender {
	unsigned int after_ms;
	unsigned int nr;
	double sent;
	pthread_t thread;
};

static void *sender_run(void *arg)
{
	struct sender *s = arg;

	usleep(s->after_ms * 1000);
	s->sent = now_ms();
	frames_send(tx, s->nr, 200);
	return NULL;
}

static void sender_start(struct sender *s, unsigned int after_ms, unsigned int nr)
{
	*s = (struct sender){ .after_ms = after_ms, .nr = nr };
	ktap_need(!pthread_create(&s->thread, NULL, sender_run, s));
}

/* Milliseconds from the packet to the reader who slept in @wait. */
static double latency(bool (*wait)(void), unsigned int after_ms, unsigned int nr)
{
	struct sender s;
	double woken;
	bool good;

	sender_start(&s, after_ms, nr);
	good = wait();
	woken = now_ms();
	pthread_join(s.thread, NULL);
	return good ? woken - s.sent : 1e9;
}

static bool by_packet(void)
{
	return mapi_get_next_pkt(fd, fid);
}

static bool by_poll(void)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, NEVER) == 1 && p.revents == POLLIN;
}

static bool by_epoll(void)
{
	struct epoll_event ev = { .events = EPOLLIN }, got;
	int ep = epoll_create1(0), nr;

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
	nr = epoll_wait(ep, &got, 1, NEVER);
	close(ep);
	return nr == 1 && got.events == EPOLLIN;
}

static bool ready(int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1;
}

/* Read all there is; of a flow with NOWAIT. */
static unsigned int drain(void)
{
	unsigned int nr = 0;

	while (mapi_get_next_pkt(fd, fid))
		nr++;
	return nr;
}

static void within(const char *what, double ms, unsigned int least,
		   unsigned int most)
{
	if (!ktap_ok(ms >= least && ms <= most + SLACK,
		     "%s: %u to %u ms", what, least, most))
		ktap_diag("it took %.1f ms", ms);
	else
		ktap_diag("%.1f ms", ms);
}

/*
 * A thread that the machine lets wait makes the packet come later after the
 * reader went to sleep than was meant, or before, and the wait look too short:
 * then it is tried again. Nothing makes it look short three times but a reader
 * that is woken too early.
 */
static double patient_latency(bool (*wait)(void), unsigned int after,
			      unsigned int least)
{
	double ms;

	for (int tries = 3; ; ktap_diag("%.1f ms: once more", ms)) {
		ms = latency(wait, after, 1);
		if (wait != by_packet)
			drain();
		if (ms >= least || !--tries)
			return ms;
	}
}

/*
 * The reader has slept for longer than the limit when the packet comes, and for
 * less: in both cases it must not wait longer, and not much less in the first.
 */
static void lone_packet(const char *how, bool (*wait)(void))
{
	const struct {
		unsigned int limit, after, least;
	} cases[] = {
		{ 50, 150, 40 }, { 50, 10, 0 },
		{ 500, 800, 400 }, { 500, 200, 100 },
	};
	char what[80];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ktap_need(!mapi_set_wakeup(fd, fid, 0, cases[i].limit * 1000));
		snprintf(what, sizeof(what), "%s, limit %u ms, packet after %u",
			 how, cases[i].limit, cases[i].after);
		within(what, patient_latency(wait, cases[i].after, cases[i].least),
		       cases[i].least, cases[i].limit);
	}
}

static void at_once(const char *how, bool (*wait)(void))
{
	char what[80];

	ktap_need(!mapi_set_wakeup(fd, fid, 0, 0));
	snprintf(what, sizeof(what), "%s, no limit", how);
	for (int i = 0; i < 3; i++) {
		within(what, latency(wait, 50, 1), 0, 20);
		if (wait != by_packet)
			drain();
	}
}

static void watermark(void)
{
	/* The timer of an earlier limit may still run. */
	usleep(100000);
	ktap_need(!mapi_set_wakeup(fd, fid, 4096, LONG));
	frames_send(tx, 1, 200);
	ktap_ok(!ready(400), "less than the watermark does not wake before its time");
	within("the watermark wakes", latency(by_poll, 100, 60), 0, 50);
	ktap_is(drain(), 61, "nothing is lost meanwhile");
}

static void *change_terms(void *arg)
{
	double *changed = arg;

	usleep(300000);
	*changed = now_ms();
	mapi_set_wakeup(fd, fid, 0, 20000);
	return NULL;
}

/* Who sleeps by the old terms is woken by the new ones. */
static void new_terms(void)
{
	double changed = 0, woken;
	pthread_t thread;

	ktap_need(!mapi_set_wakeup(fd, fid, 0, LONG));
	ktap_need(!pthread_create(&thread, NULL, change_terms, &changed));
	frames_send(tx, 1, 200);
	woken = by_poll() ? now_ms() : 1e9;
	pthread_join(thread, NULL);
	within("a new limit is for those who sleep, too", woken - changed, 0, 20);
	drain();
}

static void level(void)
{
	ktap_need(!mapi_set_wakeup(fd, fid, 0, 20000));
	frames_send(tx, 2, 200);
	ktap_ok(ready(SLACK) && ready(0) && ready(0),
		"the descriptor stays readable until all is read");
	ktap_ok(drain() == 2 && !ready(0), "then it is not");
}

static void nowait(void)
{
	double begin = now_ms();
	int nr = 0, code;

	for (int i = 0; i < 1000; i++)
		nr += !!mapi_get_next_pkt(fd, fid);
	mapi_read_error(&code, NULL);
	ktap_ok(!nr && !code && now_ms() - begin < SLACK,
		"NOWAIT: no packet, no error, no waiting");
	frames_send(tx, 1, 200);
	ktap_ok(mapi_get_next_pkt(fd, fid) && !mapi_get_next_pkt(fd, fid),
		"NOWAIT: a packet is there as soon as it has come");
}

/* Who polls before each packet must not be sent to wait for one. */
static void poll_then_wait(void)
{
	ktap_need(!mapi_set_wakeup(fd, fid, 0, 0));
	frames_send(tx, 1, 200);
	ktap_ok(ready(SLACK) && mapi_get_next_pkt(fd, fid) && !ready(0),
		"WAIT: poll does not promise a packet that was read already");
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	alarm(WATCHDOG);
	tx = frames_open(argv[2]);
	make_flow(argv[1], WAIT);
	within("WAIT, as it is", latency(by_packet, 100, 1), 0, 10);
	lone_packet("WAIT", by_packet);
	at_once("WAIT", by_packet);
	poll_then_wait();
	mapi_close_flow(fd);

	make_flow(argv[1], NOWAIT);
	nowait();
	lone_packet("poll", by_poll);
	at_once("epoll", by_epoll);
	level();
	watermark();
	mapi_close_flow(fd);

	make_flow(argv[1], NOWAIT);
	new_terms();
	mapi_close_flow(fd);
	return ktap_end();
}
