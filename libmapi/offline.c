// SPDX-License-Identifier: MIT
/*
 * Reading a trace: a thread takes packets out of the file and writes them to the
 * kernel, many at a time. The kernel takes no more than there is room for.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "nl.h"
#include "offline.h"
#include "trace.h"

#define BATCH		(256 << 10)
#define PAUSE_MIN	20000		/* ns until it is asked again for room */
#define PAUSE_MAX	1000000
#define NAP_MAX		50000000	/* ns until it looks whether to stop */
#define NS		1000000000ULL

/**
 * struct mapi_offline - a trace that is, or will be, read
 * @trace: the file; the thread's once it runs
 * @name: of the device
 * @fd: what packets are written to
 * @thread: who does, if @started
 * @pid: the process that has the thread: a child of it has none
 * @stop: it is to end
 * @status: enum mapi_offline_status
 * @progress: in thousandths
 * @speed: as for mapi_offline_start()
 * @begun: when it began, by the monotonic clock
 * @first: time of the first packet
 * @batch: packets that are to be written, @len bytes
 */
struct mapi_offline {
	struct mapi_trace *trace;
	char name[MAPI_DEVNAME_MAX + 1];
	int fd;
	pthread_t thread;
	pid_t pid;
	bool started;
	atomic_bool stop;
	atomic_int status;
	atomic_uint progress;
	double speed;
	__u64 begun;
	__u64 first;
	size_t len;
	__u8 *batch;
};

static void nap(__u64 ns)
{
	struct timespec ts = { ns / NS, ns % NS };

	nanosleep(&ts, NULL);
}

static __u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS + ts.tv_nsec;
}

/* Write the batch. Return: -1 if there is no use in going on. */
static int flush(struct mapi_offline *o)
{
	__u64 pause = PAUSE_MIN;
	size_t at = 0;
	ssize_t ret;

	while (at < o->len) {
		if (o->stop)
			return -1;
		ret = write(o->fd, o->batch + at, o->len - at);
		if (ret > 0) {
			at += ret;
			pause = PAUSE_MIN;
		} else if (errno == EAGAIN) {
			nap(pause);
			pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
		} else if (errno != EINTR) {
			mapi_trace_fail(o->trace, "the kernel does not take it: %s",
					strerror(errno));
			return -1;
		}
	}
	o->len = 0;
	o->progress = mapi_trace_progress(o->trace);
	return 0;
}

static int put(struct mapi_offline *o, const struct mapi_trace_pkt *pkt,
	       __u32 flags)
{
	size_t len = (sizeof(struct mapi_trace_rec) + pkt->caplen + 7) & ~7UL;
	struct mapi_trace_rec *rec;

	if (len > BATCH - o->len && flush(o))
		return -1;
	rec = (void *)(o->batch + o->len);
	rec->ts = pkt->ts;
	rec->len = len;
	rec->caplen = pkt->caplen;
	rec->wlen = pkt->wlen;
	rec->flags = flags | pkt->port << 8;
	memcpy(rec->data, pkt->data, pkt->caplen);
	o->len += len;
	return 0;
}

/* In trace time: wait until it is a packet's turn. */
static int await(struct mapi_offline *o, const struct mapi_trace_pkt *pkt)
{
	double due;
	__u64 at;

	if (!o->begun) {
		o->begun = now();
		o->first = pkt->ts;
	}
	due = pkt->ts > o->first ? (pkt->ts - o->first) / o->speed : 0;
	while ((at = now() - o->begun) < due) {
		if (flush(o) || o->stop)
			return -1;
		nap(due - at < NAP_MAX ? due - at : NAP_MAX);
	}
	return 0;
}

/* What goes wrong is in the error of the trace. */
static void feed(struct mapi_offline *o)
{
	struct mapi_trace_pkt pkt;
	int ret;

	while ((ret = mapi_trace_next(o->trace, &pkt)) > 0)
		if ((o->speed > 0 && await(o, &pkt)) || put(o, &pkt, 0))
			return;
	pkt = (struct mapi_trace_pkt){ .data = o->batch };
	if (!put(o, &pkt, MAPI_TRACE_F_END | (ret ? MAPI_TRACE_F_BROKEN : 0)))
		flush(o);
}

/* On one CPU, so that packets keep their order. */
static void *run(void *arg)
{
	struct mapi_offline *o = arg;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	feed(o);
	o->status = DEVICE_FINISHED;
	return NULL;
}

static int on_made(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct mapi_offline *o = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	o->fd = tb[MAPI_A_DEVICE_FD] ? (int)mapi_nl_u32(tb[MAPI_A_DEVICE_FD]) : -1;
	snprintf(o->name, sizeof(o->name), "%s", mapi_nl_str(tb[MAPI_A_DEVICE_NAME]));
	return MNL_CB_OK;
}

/* The last part of the path, as far as it can be the name of a device. */
static void name_of(const char *path, char name[MAPI_DEVNAME_MAX + 1])
{
	const char *last = strrchr(path, '/');
	size_t n;

	last = last ? last + 1 : path;
	for (n = 0; last[n] && n < MAPI_DEVNAME_MAX; n++)
		name[n] = last[n] > ' ' && last[n] <= '~' ? last[n] : '_';
	name[n] = '\0';
}

static int make_device(struct mapi_offline *o)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_DEVICE_NEW);
	char name[MAPI_DEVNAME_MAX + 1];
	struct mapi_nl_err err;
	int ret;

	name_of(o->trace->path, name);
	mapi_nl_put_str(req, MAPI_A_DEVICE_SOURCE, "trace");
	mapi_nl_put_str(req, MAPI_A_DEVICE_NAME, name);
	mapi_nl_put_u32(req, MAPI_A_DEVICE_LINKTYPE, o->trace->linktype);
	ret = mapi_nl_call(req, on_made, o, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MAPID_NO_DRIVER);
	if (o->fd < 0 || fcntl(o->fd, F_SETFL, O_NONBLOCK))
		return mapi_error(MCOM_ERROR_ACK,
				  "the kernel sent no descriptor of the device");
	return 0;
}

struct mapi_offline *mapi_offline_new(const char *path, int format)
{
	struct mapi_offline *o = calloc(1, sizeof(*o));

	if (!o || !(o->batch = malloc(BATCH))) {
		free(o);
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	o->fd = -1;
	o->status = DEVICE_SETUP;
	o->trace = mapi_trace_open(path, format);
	if (o->trace && !make_device(o))
		return o;
	mapi_offline_free(o);
	return NULL;
}

const char *mapi_offline_name(const struct mapi_offline *o)
{
	return o->name;
}

int mapi_offline_start(struct mapi_offline *o, double speed)
{
	sigset_t all, old;
	int ret;

	if (o->started)
		return mapi_error(MDLIB_FLOW_ALREADY_ACTIVE,
				  "%s is being read already", o->name);
	if (!isfinite(speed) || speed < 0)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2,
				  "%g is no speed", speed);
	o->speed = speed;
	o->status = DEVICE_READING;
	/* The program's signals are not for this thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&o->thread, NULL, run, o);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret) {
		o->status = DEVICE_SETUP;
		return mapi_error(NICDRV_PTHR_ERR, "no thread to read %s: %s",
				  o->name, strerror(ret));
	}
	o->started = true;
	o->pid = getpid();
	return 0;
}

int mapi_offline_look(struct mapi_offline *o)
{
	int status = o->status;

	if (status == DEVICE_FINISHED && *o->trace->error)
		return mapi_error(MAPI_ERROR_FILE, "%s: %s", o->trace->path,
				  o->trace->error);
	return status;
}

unsigned int mapi_offline_progress(struct mapi_offline *o)
{
	return o->progress;
}

void mapi_offline_free(struct mapi_offline *o)
{
	o->stop = true;
	if (o->started && o->pid == getpid())
		pthread_join(o->thread, NULL);
	if (o->fd >= 0)
		close(o->fd);
	if (o->trace)
		mapi_trace_close(o->trace);
	free(o->batch);
	free(o);
}
