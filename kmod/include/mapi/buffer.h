/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records for a reader in user space: a ring for each CPU, and when to wake him.
 *
 * A reader in poll() is woken when a ring holds as many bytes as the watermark
 * says, and at the latest a time limit after the first record he has not read.
 */
#ifndef _MAPI_BUFFER_H
#define _MAPI_BUFFER_H

#include <linux/hrtimer.h>
#include <mapi/func.h>
#include <mapi/ring.h>

/**
 * struct mapi_buffer - where records go
 * @inst: the function; &mapi_inst.ring_size says how long a ring is
 * @watermark: bytes in a ring that wake the reader
 * @limit: nanoseconds after which any record does; 0: each record at once
 * @waiting: the reader went to sleep, or looked whether it should
 * @armed: @timer is to run
 * @due: it did, and there was something to read
 * @timer: for @limit
 * @rings: a ring for each CPU
 */
struct mapi_buffer {
	struct mapi_inst *inst;

	/* private: */
	u32 watermark;
	u64 limit;
	bool waiting;
	bool due;
	unsigned long armed;
	struct hrtimer timer;
	struct mapi_ring *rings;
};

void mapi_buffer_setup(struct mapi_buffer *b, struct mapi_inst *inst);
void mapi_buffer_terms(struct mapi_buffer *b, u32 watermark, u64 limit);
int mapi_buffer_init(struct mapi_buffer *b);
void mapi_buffer_renew(struct mapi_buffer *b);
void mapi_buffer_free(struct mapi_buffer *b);
__poll_t mapi_buffer_poll(struct mapi_buffer *b);
int mapi_buffer_mmap(struct mapi_buffer *b, struct vm_area_struct *vma, u32 cpu,
		     u32 off);
struct mapi_rec *mapi_buffer_fill(struct mapi_buffer *b, u32 cpu, u64 ts,
				  const void *data, u32 size, enum mapi_loss *why);
void __mapi_buffer_notify(struct mapi_buffer *b, const struct mapi_ring *ring);

/* MAPI_BUFFER_LEN - bytes of a record that mapi_buffer_fill() makes of @size bytes */
#define MAPI_BUFFER_LEN(size)	ALIGN(sizeof(struct mapi_rec) + (size), 8)

/**
 * mapi_buffer_reserve - room for a record
 * @b: the buffer
 * @cpu: this CPU
 * @len: bytes, a multiple of 8
 * @why: set to the reason if there is no room
 *
 * Return: contiguous memory, or %NULL. Context: the only producer for @cpu:
 * process(), or who knows that it puts nothing there.
 */
static inline struct mapi_rec *mapi_buffer_reserve(struct mapi_buffer *b, u32 cpu,
						   u32 len, enum mapi_loss *why)
{
	return mapi_ring_reserve(&b->rings[cpu], len, why);
}

/**
 * mapi_buffer_commit - publish a record
 * @b: the buffer
 * @cpu: this CPU
 * @len: bytes, as reserved
 */
static inline void mapi_buffer_commit(struct mapi_buffer *b, u32 cpu, u32 len)
{
	struct mapi_ring *ring = &b->rings[cpu];

	mapi_ring_commit(ring, len);
	/*
	 * Without a limit, nobody but this record wakes the reader: it must be
	 * seen that he sleeps. With one, the timer of poll() makes up for it.
	 */
	if (unlikely(!READ_ONCE(b->limit)))
		smp_mb();	/* pairs with the one in mapi_buffer_poll() */
	if (unlikely(READ_ONCE(b->waiting)))
		__mapi_buffer_notify(b, ring);
}

/* mapi_buffer_room - for &mapi_func.room */
static inline u32 mapi_buffer_room(const struct mapi_buffer *b, u32 cpu)
{
	return mapi_ring_room(&b->rings[cpu]);
}

#endif /* _MAPI_BUFFER_H */
