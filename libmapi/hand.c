// SPDX-License-Identifier: MIT
/* Readers of packets at hand. */
#include <unistd.h>

#include "hand.h"

struct mapi_hand mapi_hands[MAPI_HANDS];

/* Lock a place that is in use. Packets are meant to be read by one thread. */
void mapi_hand_wait(struct mapi_hand *hand)
{
	do {
		usleep(10);
	} while (atomic_flag_test_and_set_explicit(&hand->busy,
						   memory_order_acquire));
}

void mapi_hand_take(struct mapi_func *func, int fd)
{
	func->hand->fd = fd;
	func->hand->fid = func->desc->fid;
	func->hand->reader = func->reader;
}

void mapi_hand_drop(struct mapi_func *func)
{
	struct mapi_hand *hand = func->hand;
	bool locked;

	if (!hand)
		return;
	locked = mapi_hand_lock(hand);
	if (hand->reader == func->reader) {
		hand->fd = 0;
		hand->reader = NULL;
	}
	mapi_hand_unlock(hand, locked);
}
