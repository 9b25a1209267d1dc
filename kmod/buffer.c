// SPDX-License-Identifier: GPL-2.0
/* When a reader of records is woken. */
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/poll.h>
#include <mapi/buffer.h>

static void arm(struct mapi_buffer *b)
{
	u64 limit;

	if (test_and_set_bit(0, &b->armed))
		return;
	/* If the timer was cancelled too early, this sees the new limit. */
	do {
		limit = READ_ONCE(b->limit);
		hrtimer_start(&b->timer, ns_to_ktime(limit),
			      HRTIMER_MODE_REL_SOFT);
	} while (limit != READ_ONCE(b->limit));
}

/* The ring with most to read, in bytes. */
static u64 unread(const struct mapi_buffer *b)
{
	u64 most = 0;
	u32 cpu;

	for_each_possible_cpu(cpu)
		most = max(most, mapi_ring_unread(&b->rings[cpu]));
	return most;
}

static enum hrtimer_restart limit_passed(struct hrtimer *timer)
{
	struct mapi_buffer *b = container_of(timer, struct mapi_buffer, timer);

	clear_bit(0, &b->armed);
	smp_mb__after_atomic();	/* pairs with the one in __mapi_buffer_notify() */
	if (unread(b)) {
		WRITE_ONCE(b->due, true);
		mapi_inst_wake(b->inst);
	}
	return HRTIMER_NORESTART;
}

/* A record was put into @ring, and the reader may be asleep. */
void __mapi_buffer_notify(struct mapi_buffer *b, const struct mapi_ring *ring)
{
	smp_mb();	/* the record before armed, or the timer misses it */
	if (!READ_ONCE(b->limit) ||
	    mapi_ring_unread(ring) >= READ_ONCE(b->watermark)) {
		WRITE_ONCE(b->waiting, false);
		mapi_inst_wake(b->inst);
	} else if (!READ_ONCE(b->armed)) {
		arm(b);
	}
}
EXPORT_SYMBOL_GPL(__mapi_buffer_notify);

/**
 * mapi_buffer_setup - make a buffer that has no rings yet
 * @b: zeroed
 * @inst: whose it is
 *
 * Context: instance(). mapi_buffer_free() follows in cleanup().
 */
void mapi_buffer_setup(struct mapi_buffer *b, struct mapi_inst *inst)
{
	b->inst = inst;
	hrtimer_init(&b->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	b->timer.function = limit_passed;
}
EXPORT_SYMBOL_GPL(mapi_buffer_setup);

/**
 * mapi_buffer_terms - when the reader is woken
 * @b: the buffer
 * @watermark: bytes in a ring; 0: a quarter of it
 * @limit: nanoseconds after which any record does; 0: each record at once
 */
void mapi_buffer_terms(struct mapi_buffer *b, u32 watermark, u64 limit)
{
	WRITE_ONCE(b->watermark, watermark ?: b->inst->ring_size / 4);
	WRITE_ONCE(b->limit, limit);
}
EXPORT_SYMBOL_GPL(mapi_buffer_terms);

/* mapi_buffer_init - allocate the rings, in init(). Return: 0 or a negative errno */
int mapi_buffer_init(struct mapi_buffer *b)
{
	struct mapi_ring *rings = mapi_rings_alloc(b->inst);

	if (IS_ERR(rings))
		return PTR_ERR(rings);
	b->rings = rings;
	return 0;
}
EXPORT_SYMBOL_GPL(mapi_buffer_init);

/* mapi_buffer_renew - who sleeps sleeps by old terms: he is to look, and arms anew */
void mapi_buffer_renew(struct mapi_buffer *b)
{
	hrtimer_cancel(&b->timer);
	clear_bit(0, &b->armed);
	mapi_inst_wake(b->inst);
}
EXPORT_SYMBOL_GPL(mapi_buffer_renew);

/* mapi_buffer_free - in cleanup(), whatever was done before */
void mapi_buffer_free(struct mapi_buffer *b)
{
	if (!b->inst)
		return;
	hrtimer_cancel(&b->timer);
	mapi_rings_free(b->inst, b->rings);
}
EXPORT_SYMBOL_GPL(mapi_buffer_free);

/**
 * mapi_buffer_fill - a record that is no packet, to be committed
 * @b: the buffer
 * @cpu: this CPU
 * @ts: when, as in &mapi_rec.ts
 * @data: what it holds
 * @size: bytes of @data
 * @why: set to the reason if there is no room
 *
 * mapi_buffer_commit() of MAPI_BUFFER_LEN(@size) bytes follows. Context: as
 * mapi_buffer_reserve(). Return: it, or %NULL.
 */
struct mapi_rec *mapi_buffer_fill(struct mapi_buffer *b, u32 cpu, u64 ts,
				  const void *data, u32 size, enum mapi_loss *why)
{
	u32 len = MAPI_BUFFER_LEN(size);
	struct mapi_rec *rec;

	rec = mapi_buffer_reserve(b, cpu, len, why);
	if (!rec)
		return NULL;
	*rec = (struct mapi_rec) {
		.len = len,
		.ts = ts,
		.ifindex = b->inst->ifindex,
		.caplen = size,
		.wlen = size,
	};
	memcpy(rec->data, data, size);
	memset(rec->data + size, 0, len - offsetof(struct mapi_rec, data) - size);
	return rec;
}
EXPORT_SYMBOL_GPL(mapi_buffer_fill);

/* mapi_buffer_poll - for &mapi_func.poll */
__poll_t mapi_buffer_poll(struct mapi_buffer *b)
{
	u64 bytes;

	WRITE_ONCE(b->waiting, true);
	smp_mb();	/* waiting before the rings */
	bytes = unread(b);
	if (bytes && (!READ_ONCE(b->limit) || READ_ONCE(b->due) ||
		      bytes >= READ_ONCE(b->watermark)))
		return EPOLLIN | EPOLLRDNORM;
	if (!bytes)
		WRITE_ONCE(b->due, false);
	if (READ_ONCE(b->limit))
		arm(b);
	return 0;
}
EXPORT_SYMBOL_GPL(mapi_buffer_poll);

/* mapi_buffer_mmap - for &mapi_func.mmap */
int mapi_buffer_mmap(struct mapi_buffer *b, struct vm_area_struct *vma, u32 cpu,
		     u32 off)
{
	if (!cpu_possible(cpu))
		return -EINVAL;
	return mapi_ring_mmap(&b->rings[cpu], vma, off);
}
EXPORT_SYMBOL_GPL(mapi_buffer_mmap);
