/* SPDX-License-Identifier: MIT */
/*
 * Readers of packets at hand: for each pair of a descriptor and a function the
 * reader used last among those that share the place. So a packet that is there
 * costs neither a look for its flow nor a lock that others want: places are
 * there as long as the program is, and a thread locks but that of the function
 * which it reads.
 */
#ifndef MAPI_HAND_H
#define MAPI_HAND_H

#include <stdatomic.h>
#include <stdbool.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#else
#define __libc_single_threaded	0
#endif

#include "flow.h"

#define MAPI_HANDS	256

/**
 * struct mapi_hand - a place
 * @busy: a thread uses one of the readers that share the place
 * @fd: whose reader @reader is; 0: nobody's
 * @fid: and of which function
 */
struct mapi_hand {
	atomic_flag busy;
	int fd;
	int fid;
	struct mapi_reader *reader;
} __attribute__((aligned(64)));

extern struct mapi_hand mapi_hands[MAPI_HANDS];

/* Flows have descriptors one after the other, and few functions. */
static inline struct mapi_hand *mapi_hand_of(int fd, int fid)
{
	return &mapi_hands[((unsigned int)fd + 61 * (unsigned int)fid) % MAPI_HANDS];
}

void mapi_hand_wait(struct mapi_hand *hand);

/* Lock a place, unless there is but one thread. Return: it must be unlocked. */
static inline bool mapi_hand_lock(struct mapi_hand *hand)
{
	if (__libc_single_threaded)
		return false;
	if (atomic_flag_test_and_set_explicit(&hand->busy, memory_order_acquire))
		mapi_hand_wait(hand);
	return true;
}

static inline void mapi_hand_unlock(struct mapi_hand *hand, bool locked)
{
	if (locked)
		atomic_flag_clear_explicit(&hand->busy, memory_order_release);
}

/* The reader of a function is at hand from here on; its place is locked. */
void mapi_hand_take(struct mapi_func *func, int fd);

/* And no longer: the flow is closed. */
void mapi_hand_drop(struct mapi_func *func);

#endif
