/* SPDX-License-Identifier: MIT */
/* The flows of this process, by descriptor. */
#ifndef MAPI_FLOW_H
#define MAPI_FLOW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "area.h"
#include "nl.h"

/**
 * struct mapi_func - a function of a flow
 * @nowait: TO_BUFFER: do not wait for packets
 * @desc: in the result area, once connected
 * @client: its client half, mostly NULL; once connected
 * @given: its arguments, if @client asks for them
 * @lock: protects @words, @value, @results
 * @words: the kernel's result; @value: what MAPI makes of it
 * @hand: where a thread that uses @reader locks it
 * @reader: allocated at the first packet asked for
 */
struct mapi_func {
	atomic_bool nowait;
	const struct mapi_result_desc *desc;
	const struct mapi_client *client;
	struct mapi_given *given;
	pthread_mutex_t lock;
	__u64 *words;
	void *value;
	mapi_results_t results;
	struct mapi_hand *hand;
	struct mapi_reader *reader;
};

/**
 * struct mapi_flow - a flow
 * @refs: the table's, and one for each call at work. The last one closes the
 *	descriptor, so that it cannot become another's while it is in use
 * @closed: mapi_close_flow() was called. The flow stays in the table, where
 *	nobody finds it any more, until the descriptor is closed: else it would
 *	be taken for a flow that came from elsewhere, and learned
 * @connected: @area is mapped, @funcs are complete and have a @desc
 * @lock: protects all below it until connected
 * @wake: an eventfd that ends waiting when the flow is closed; -1: none yet
 * @funcs: fid n is number n - 1
 * @offline: the trace that goes with the flow; NULL: none
 */
struct mapi_flow {
	int fd;
	__u32 id;
	__u32 linktype;
	atomic_int refs;
	atomic_bool closed;
	atomic_bool connected;
	struct mapi_area area;
	pthread_mutex_t lock;
	int wake;
	unsigned int nr_funcs;
	struct mapi_func **funcs;
	struct mapi_offline *offline;
};

/**
 * mapi_flow_new() - a flow that is not in the table yet
 * @fd: its descriptor, closed with it
 *
 * Return: NULL with the last error set if there is no memory.
 */
struct mapi_flow *mapi_flow_new(int fd);
void mapi_flow_free(struct mapi_flow *flow);

/**
 * mapi_flow_add() - put a flow into the table; it is complete
 *
 * Return: the flow, or the one that was there if it is the same for the kernel,
 * with a reference for the caller. NULL with the last error set: no memory, the
 * flow is gone and its descriptor closed; or another thread has just closed it.
 */
struct mapi_flow *mapi_flow_add(struct mapi_flow *flow);

/**
 * mapi_flow_get() - the flow of a descriptor, to be put again
 *
 * A flow that came from elsewhere (another process, exec) is learned from the
 * kernel. Return: NULL if it is no flow; the last error is then of no use.
 */
struct mapi_flow *mapi_flow_get(int fd);
void mapi_flow_put(struct mapi_flow *flow);

/* Let nobody find a flow any more. Return: -1 if another thread was faster. */
int mapi_flow_remove(struct mapi_flow *flow);

/**
 * mapi_flow_peek() - the flow of a descriptor, for a moment
 *
 * Faster than mapi_flow_get(). Every peek is followed by
 * mapi_flow_unpeek(), even of NULL; nothing may sleep in between.
 */
struct mapi_flow *mapi_flow_peek(int fd);
void mapi_flow_unpeek(void);

/* The smallest descriptor above @fd that is a flow, -1: none. */
int mapi_flow_next_fd(int fd);
/* The descriptor of the flow with that number in the kernel, -1: none. */
int mapi_flow_fd_of_id(__u32 id);

/* Add a function; flow->lock is held. Return: NULL without memory. */
struct mapi_func *mapi_flow_add_func(struct mapi_flow *flow);

/* Map the result area, complete the functions; flow->lock is held. */
int mapi_flow_attach(struct mapi_flow *flow, size_t result_size);

/* A function of a connected flow, NULL: no such. */
static inline struct mapi_func *mapi_flow_func(const struct mapi_flow *flow,
					       int fid)
{
	return fid > 0 && (unsigned int)fid <= flow->nr_funcs ?
	       flow->funcs[fid - 1] : NULL;
}

#endif
