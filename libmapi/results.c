// SPDX-License-Identifier: MIT
/* Results of functions, read from the mapped area. */
#include <string.h>

#include "client.h"
#include "error.h"
#include "func.h"
#include "learn.h"
#include "packets.h"

/*
 * Find the function, for a moment: mapi_flow_unpeek() follows in every case.
 * Return: NULL with the last error set.
 */
static struct mapi_func *peek_func(int fd, int fid, struct mapi_flow **flow)
{
	struct mapi_func *func;

	*flow = mapi_flow_peek(fd);
	if (!*flow || fid <= 0) {
		mapi_error(MAPI_INVALID_FLOW, NULL);
		return NULL;
	}
	if (!(*flow)->connected) {
		mapi_error(MAPI_FLOW_NOT_CONNECTED, NULL);
		return NULL;
	}
	func = mapi_flow_func(*flow, fid);
	if (!func)
		mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
	return func;
}

static mapi_u64_t now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* Bring the function's result up to date; func->lock is held. */
static void update(const struct mapi_flow *flow, struct mapi_func *func)
{
	mapi_area_read(&flow->area, func->desc, func->words);
	if (func->client && func->client->get_result)
		func->client->get_result(func->given, func->words,
					 func->desc->size, func->value);
	func->results.ts = now_usec();
}

/* Bring up to date what waits. Return: -1 if there will be no more. */
static int update_kept(struct mapi_flow *flow, struct mapi_func *func)
{
	const struct mapipkt *pkt = mapi_next_record(flow, func);
	size_t size = func->client->result_size;

	if (!pkt)
		return -1;
	memcpy(func->value, &pkt->pkt, pkt->caplen < size ? pkt->caplen : size);
	func->results.ts = now_usec();
	return 0;
}

/* Where a result goes, if the caller has a place for it. */
struct place {
	void *val;
	size_t size;
};

/* What the result does not fill becomes 0: an int may be read into a u64. */
static void copy(const struct mapi_func *func, const struct place *to)
{
	size_t len = func->results.size, size = to->size;

	if (!to->val)
		return;
	if (size == 1)
		size = len;
	if (len > size)
		len = size;
	memcpy(to->val, func->value, len);
	memset((char *)to->val + len, 0, size - len);
}

static bool keeps(const struct mapi_func *func)
{
	return func && func->client && func->client->keeps &&
	       func->desc->ring_size;
}

/* As read_func(), of a function that keeps results and may wait for one. */
static struct mapi_func *read_kept(int fd, int fid, const struct place *to)
{
	struct mapi_flow *flow = mapi_flow_get(fd);
	struct mapi_func *func = flow && flow->connected ?
				 mapi_flow_func(flow, fid) : NULL;
	int ret = -1;

	if (keeps(func)) {
		pthread_mutex_lock(&func->lock);
		ret = update_kept(flow, func);
		if (!ret)
			copy(func, to);
		pthread_mutex_unlock(&func->lock);
	} else {
		/* Between two looks, another thread closed it. */
		mapi_error(MAPI_INVALID_FLOW, NULL);
	}
	if (flow)
		mapi_flow_put(flow);
	return ret ? NULL : func;
}

/* Return: the function, its result up to date; NULL with the last error set. */
static struct mapi_func *read_func(int fd, int fid, const struct place *to)
{
	struct mapi_flow *flow;
	struct mapi_func *func = peek_func(fd, fid, &flow);
	bool kept = keeps(func);

	if (func && !kept) {
		pthread_mutex_lock(&func->lock);
		update(flow, func);
		copy(func, to);
		pthread_mutex_unlock(&func->lock);
	}
	mapi_flow_unpeek();
	return kept ? read_kept(fd, fid, to) : func;
}

mapi_results_t *(mapi_read_results)(int fd, int fid)
{
	struct place nowhere = { NULL };
	struct mapi_func *func = read_func(fd, fid, &nowhere);

	return func ? &func->results : NULL;
}

#undef mapi_read_result
mapi_results_t *mapi_read_result(int fd, int fid)
	__attribute__((alias("mapi_read_results")));

int mapi_read_results_copy(int fd, int fid, void *val, size_t size)
{
	struct place to = { val, size };

	if (!val)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3,
				  "no place for the result: NULL");
	return read_func(fd, fid, &to) ? 0 : -1;
}

int mapi_get_function_stats(int fd, int fid, struct mapi_function_stats *stats)
{
	struct mapi_flow *flow;
	struct mapi_func *func;

	if (!stats)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3,
				  "no place for the statistics: NULL");
	func = peek_func(fd, fid, &flow);
	if (func)
		mapi_area_stats(&flow->area, func->desc, stats);
	mapi_flow_unpeek();
	return func ? 0 : -1;
}
