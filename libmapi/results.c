// SPDX-License-Identifier: MIT
/* Results of functions, read from the mapped area. */
#include <string.h>

#include "client.h"
#include "error.h"
#include "func.h"
#include "learn.h"

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

mapi_results_t *(mapi_read_results)(int fd, int fid)
{
	struct mapi_flow *flow;
	struct mapi_func *func = peek_func(fd, fid, &flow);

	if (func) {
		pthread_mutex_lock(&func->lock);
		update(flow, func);
		pthread_mutex_unlock(&func->lock);
	}
	mapi_flow_unpeek();
	return func ? &func->results : NULL;
}

#undef mapi_read_result
mapi_results_t *mapi_read_result(int fd, int fid)
	__attribute__((alias("mapi_read_results")));

/* What the result does not fill becomes 0: an int may be read into a u64. */
static void copy(const struct mapi_func *func, void *val, size_t size)
{
	size_t len = func->results.size;

	if (size == 1)
		size = len;
	if (len > size)
		len = size;
	memcpy(val, func->value, len);
	memset((char *)val + len, 0, size - len);
}

int mapi_read_results_copy(int fd, int fid, void *val, size_t size)
{
	struct mapi_flow *flow;
	struct mapi_func *func;

	if (!val)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3,
				  "no place for the result: NULL");
	func = peek_func(fd, fid, &flow);
	if (func) {
		pthread_mutex_lock(&func->lock);
		update(flow, func);
		copy(func, val, size);
		pthread_mutex_unlock(&func->lock);
	}
	mapi_flow_unpeek();
	return func ? 0 : -1;
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
