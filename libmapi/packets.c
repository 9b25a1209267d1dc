// SPDX-License-Identifier: MIT
/* Packets of TO_BUFFER functions: next, loop, waiting. */
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "error.h"
#include "flow.h"
#include "hand.h"
#include "offline.h"
#include "packets.h"
#include "reader.h"

static struct mapi_func *find_func(const struct mapi_flow *flow, int fid)
{
	struct mapi_func *func;

	if (!flow->connected) {
		mapi_error(MAPI_FLOW_NOT_CONNECTED, NULL);
		return NULL;
	}
	func = mapi_flow_func(flow, fid);
	if (!func) {
		mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
		return NULL;
	}
	if (!func->desc->ring_size) {
		mapi_error(MAPI_INVALID_FID_FUNCID,
			   "%s does not keep packets, TO_BUFFER does",
			   func->desc->name);
		return NULL;
	}
	return func;
}

/*
 * Find a function that keeps packets; mapi_flow_put(*flow) follows.
 * Return: NULL with the last error set, nothing to put.
 */
static struct mapi_func *get_func(int fd, int fid, struct mapi_flow **flow)
{
	struct mapi_func *func;

	if (fd <= 0 || fid <= 0) {
		mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
		return NULL;
	}
	*flow = mapi_flow_get(fd);
	if (!*flow) {
		mapi_error(MAPI_INVALID_FLOW, NULL);
		return NULL;
	}
	func = find_func(*flow, fid);
	if (!func)
		mapi_flow_put(*flow);
	return func;
}

/*
 * The next packet at once. Return: 1, with *pkt set; 0: there is none;
 * -1: error.
 */
static int try_next(const struct mapi_flow *flow, struct mapi_func *func,
		    struct mapipkt **pkt)
{
	const struct mapi_rec *rec = NULL;
	int ret = -1;
	bool locked;

	locked = mapi_hand_lock(func->hand);
	if (!func->reader)
		func->reader = mapi_reader_new(&flow->area, func->desc,
					       flow->fd);
	if (func->reader) {
		rec = mapi_reader_next(func->reader);
		ret = !!rec;
		/* Asked under the lock: who closes the flow drops it behind us. */
		if (!flow->closed)
			mapi_hand_take(func, flow->fd);
	}
	mapi_hand_unlock(func->hand, locked);
	if (rec)
		*pkt = (struct mapipkt *)&rec->ts;
	return ret;
}

/* What to poll besides the flow, so that closing it ends waiting. */
static int wake_fd(struct mapi_flow *flow)
{
	int fd;

	pthread_mutex_lock(&flow->lock);
	if (flow->wake < 0)
		flow->wake = eventfd(flow->closed, EFD_CLOEXEC | EFD_NONBLOCK);
	fd = flow->wake;
	pthread_mutex_unlock(&flow->lock);
	return fd;
}

/**
 * struct wait - a reader that waits
 * @pause: milliseconds to leave the flow alone: what wakes us up may be packets
 *	of another function of the flow, which stay there
 * @hung_up: the kernel says that no more packets will come
 */
struct wait {
	int pause;
	bool hung_up;
};

#define PAUSE_MAX	8

/* Wait until there may be a packet. Return: 0, or -1 with the last error set. */
static int wait_for_packet(struct mapi_flow *flow, struct wait *wait)
{
	struct pollfd fds[] = {
		{ .fd = wake_fd(flow), .events = POLLIN },
		{ .fd = flow->fd, .events = POLLIN },
	};
	eventfd_t times;
	int nr = 0;

	if (fds[0].fd < 0)
		return mapi_error(MAPI_SEM_ERR, "cannot wait for packets");
	if (wait->pause)
		nr = poll(fds, 1, wait->pause);
	if (!nr)
		nr = poll(fds, 2, -1);
	if (nr < 0)
		return mapi_error(MAPI_SEM_ERR, NULL);
	if (flow->closed)
		return mapi_error(MAPI_INVALID_FLOW, "the flow was closed");
	/* A child of ours closed its copy of the flow. */
	if (fds[0].revents)
		eventfd_read(fds[0].fd, &times);
	if (fds[1].revents & ~POLLIN)
		wait->hung_up = true;
	wait->pause = !wait->pause ? 1 :
		      wait->pause < PAUSE_MAX ? 2 * wait->pause : PAUSE_MAX;
	return 0;
}

/* No more packets will come: say why, unless that was to be expected. */
static void set_end(const struct mapi_flow *flow)
{
	switch (mapi_area_reason(&flow->area)) {
	case MAPI_END_EOF:
		mapi_error_clear();
		break;
	case MAPI_END_BROKEN:
		if (!flow->offline || mapi_offline_look(flow->offline) >= 0)
			mapi_error(MAPI_ERROR_FILE, "the trace is damaged");
		break;
	case MAPI_END_DELETED:
		mapi_error(MAPI_SHUTTING_DOWN, NULL);
		break;
	case MAPI_END_DEVICE_RENAMED:
		mapi_error(MAPI_DEVICE_GONE, "the device was renamed");
		break;
	case MAPI_END_DEVICE_MOVED:
		mapi_error(MAPI_DEVICE_GONE,
			   "the device was moved to another network namespace");
		break;
	case MAPI_END_DEVICE_CHANGED:
		mapi_error(MAPI_DEVICE_GONE, "the device got another link type");
		break;
	default:
		mapi_error(MAPI_DEVICE_GONE, NULL);
	}
}

struct mapipkt *mapi_next_record(struct mapi_flow *flow, struct mapi_func *func)
{
	struct wait wait = { 0 };
	struct mapipkt *pkt = NULL;
	bool ended;
	int got;

	do {
		/* Asked before the rings: what came before the end is found. */
		ended = wait.hung_up ||
			mapi_area_status(&flow->area) != FLOW_ACTIVE;
		got = try_next(flow, func, &pkt);
		if (got)
			return pkt;
		if (ended) {
			set_end(flow);
			return NULL;
		}
		if (func->nowait) {
			mapi_error_clear();
			return NULL;
		}
	} while (!wait_for_packet(flow, &wait));
	return NULL;
}

/* A packet that is there already, with little ado. */
static inline struct mapipkt *next_at_hand(int fd, int fid)
{
	struct mapi_hand *hand = mapi_hand_of(fd, fid);
	const struct mapi_rec *rec = NULL;
	bool locked;

	if (fd <= 0)
		return NULL;
	locked = mapi_hand_lock(hand);
	if (hand->fd == fd && hand->fid == fid)
		rec = mapi_reader_next(hand->reader);
	mapi_hand_unlock(hand, locked);
	return rec ? (struct mapipkt *)&rec->ts : NULL;
}

/* The same for a function that has a reader. */
static inline struct mapipkt *next_of(struct mapi_func *func)
{
	bool locked = mapi_hand_lock(func->hand);
	const struct mapi_rec *rec = mapi_reader_next(func->reader);

	mapi_hand_unlock(func->hand, locked);
	return rec ? (struct mapipkt *)&rec->ts : NULL;
}

struct mapipkt *mapi_get_next_pkt(int fd, int fid)
{
	struct mapipkt *pkt = next_at_hand(fd, fid);
	struct mapi_flow *flow;
	struct mapi_func *func;

	if (pkt)
		return pkt;
	func = get_func(fd, fid, &flow);
	if (!func)
		return NULL;
	pkt = mapi_next_record(flow, func);
	mapi_flow_put(flow);
	return pkt;
}

int mapi_loop(int fd, int fid, int cnt, mapi_handler handler)
{
	__u64 left = cnt > 0 ? (__u64)cnt : ~0ULL;
	struct mapipkt *pkt = NULL;
	struct mapi_flow *flow;
	struct mapi_func *func;
	int ret = 0;

	if (fd > 0 && fid > 0 && !handler)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_4,
				  "no handler for packets: NULL");
	func = get_func(fd, fid, &flow);
	if (!func)
		return -1;
	for (; left; left--) {
		if (flow->closed) {
			mapi_error(MAPI_INVALID_FLOW, "the flow was closed");
			pkt = NULL;
		} else {
			/* Once there was a packet, there is a reader. */
			pkt = pkt ? next_of(func) : NULL;
			if (!pkt)
				pkt = mapi_next_record(flow, func);
		}
		if (!pkt) {
			ret = mapi_error_code();
			break;
		}
		handler(pkt);
	}
	mapi_flow_put(flow);
	return ret;
}
