// SPDX-License-Identifier: GPL-2.0
/*
 * TO_BUFFER: packets to the application, through rings that it maps.
 *
 * A reader in poll() is woken when a ring holds as many bytes as the watermark
 * says, and at the latest a time limit after the first packet it has not read.
 */
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/log2.h>
#include <linux/poll.h>
#include <mapi/fhelp.h>
#include <mapi/ring.h>

/**
 * DOC: TO_BUFFER ([int flag = WAIT] | int snaplen = 0, int size = 1048576, int watermark = 0, int limit = 10000)
 *
 * Keeps packets for mapi_get_next_pkt(3), which waits for packets if @flag is %WAIT (0)
 * and does not if it is %NOWAIT (1).
 *
 * Of each packet @snaplen bytes are kept, all if it is 0. There is a ring of @size bytes
 * for each CPU, a power of two from 128 KiB to 32 MiB. A reader that waits is woken when
 * @watermark bytes (0: a quarter of @size) are in a ring, and at the latest @limit
 * microseconds after the first packet, with 0 by every packet. When a ring is full,
 * further packets are lost and counted as %MAPI_LOST_RING_FULL.
 *
 * All arguments but @size can be changed while the flow runs.
 *
 * Result: packets; mapi_read_results(3) gives the number of those put into rings.
 *
 * Errors: 7001 to 7005, of the argument that is out of range.
 *
 * Cost: 417 instructions for a packet of 60 bytes.
 *
 * Truncated packets: are kept as they were captured, with their length on the wire.
 */

#define ARG_FLAG	1	/* WAIT 0, NOWAIT 1: for libmapi */
#define ARG_SNAPLEN	2
#define ARG_SIZE	3
#define ARG_WATERMARK	4
#define ARG_LIMIT	5

#define SIZE_MIN	(128 << 10)	/* room for the longest packet */
#define SIZE_DEFAULT	(1 << 20)
#define LIMIT_DEFAULT	10000		/* microseconds */

static_assert(SIZE_MIN > MAPI_CAPLEN_MAX + sizeof(struct mapi_rec));

/**
 * struct buffer - where packets go
 * @inst: the function
 * @snaplen: most bytes of a packet
 * @watermark: bytes in a ring that wake the reader
 * @limit: nanoseconds after which any packet does; 0: each packet at once
 * @waiting: the reader went to sleep, or looked whether it should
 * @armed: @timer is to run
 * @due: it did, and there was something to read
 * @timer: for @limit
 * @rings: a ring for each CPU
 */
struct buffer {
	struct mapi_inst *inst;
	u32 snaplen;
	u32 watermark;
	u64 limit;
	bool waiting;
	bool due;
	unsigned long armed;
	struct hrtimer timer;
	struct mapi_ring *rings;
};

static void buffer_arm(struct buffer *b)
{
	u64 limit;

	if (test_and_set_bit(0, &b->armed))
		return;
	/* If change_args() cancelled the timer too early, this sees the new limit. */
	do {
		limit = READ_ONCE(b->limit);
		hrtimer_start(&b->timer, ns_to_ktime(limit),
			      HRTIMER_MODE_REL_SOFT);
	} while (limit != READ_ONCE(b->limit));
}

/* The ring with most to read, in bytes. */
static u64 buffer_unread(const struct buffer *b)
{
	u64 most = 0;
	u32 cpu;

	for_each_possible_cpu(cpu)
		most = max(most, mapi_ring_unread(&b->rings[cpu]));
	return most;
}

static enum hrtimer_restart buffer_timer(struct hrtimer *timer)
{
	struct buffer *b = container_of(timer, struct buffer, timer);

	clear_bit(0, &b->armed);
	smp_mb__after_atomic();	/* pairs with the one in buffer_notify() */
	if (buffer_unread(b)) {
		WRITE_ONCE(b->due, true);
		mapi_inst_wake(b->inst);
	}
	return HRTIMER_NORESTART;
}

/* A packet was put into @ring, and the reader may be asleep. */
static void buffer_notify(struct buffer *b, const struct mapi_ring *ring)
{
	smp_mb();	/* the packet before armed, or the timer misses it */
	if (!READ_ONCE(b->limit) ||
	    mapi_ring_unread(ring) >= READ_ONCE(b->watermark)) {
		WRITE_ONCE(b->waiting, false);
		mapi_inst_wake(b->inst);
	} else if (!READ_ONCE(b->armed)) {
		buffer_arm(b);
	}
}

/* What a packet begins with in the ring. */
static void fill(struct mapi_rec *rec, u32 len, const struct mapi_inst *inst,
		 struct mapi_pkt *pkt)
{
	rec->ts = mapi_ts_from_ns(mapi_pkt_ts(pkt));
	rec->len = len;
	rec->flags = (pkt->flags & MAPI_PKT_OUT ? MAPI_REC_F_OUT : 0) |
		     (pkt->flags & MAPI_PKT_HWTSTAMP ? MAPI_REC_F_HWTSTAMP : 0);
	rec->ifindex = inst->ifindex;
	rec->pad = 0;
	rec->wlen = pkt->wirelen;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct buffer *b = inst->priv;
	struct mapi_ring *ring = &b->rings[pkt->cpu];
	u32 caplen = min(pkt->caplen, READ_ONCE(b->snaplen));
	u32 len = ALIGN(sizeof(struct mapi_rec) + caplen, 8);
	enum mapi_loss why;
	struct mapi_rec *rec;

	rec = mapi_ring_reserve(ring, len, &why);
	if (unlikely(!rec)) {
		mapi_lost(inst, pkt, why);
		return MAPI_PASS;
	}
	fill(rec, len, inst, pkt);
	rec->caplen = caplen;
	if (unlikely(mapi_pkt_copy(pkt, 0, rec->data, caplen)))
		rec->caplen = 0;
	mapi_ring_commit(ring, len);
	mapi_add(mapi_result(inst, pkt->cpu), pkt->npkts);
	/*
	 * Without a limit, nobody but this packet wakes the reader: it must be
	 * seen that he sleeps. With one, the timer of poll() makes up for it.
	 */
	if (unlikely(!READ_ONCE(b->limit)))
		smp_mb();	/* pairs with the one in poll() */
	if (unlikely(READ_ONCE(b->waiting)))
		buffer_notify(b, ring);
	return MAPI_PASS;
}

static __poll_t poll(struct mapi_inst *inst, struct file *file,
		     struct poll_table_struct *wait)
{
	struct buffer *b = inst->priv;
	u64 unread;

	WRITE_ONCE(b->waiting, true);
	smp_mb();	/* waiting before the rings */
	unread = buffer_unread(b);
	if (unread && (!READ_ONCE(b->limit) || READ_ONCE(b->due) ||
		       unread >= READ_ONCE(b->watermark)))
		return EPOLLIN | EPOLLRDNORM;
	if (!unread)
		WRITE_ONCE(b->due, false);
	if (READ_ONCE(b->limit))
		buffer_arm(b);
	return 0;
}

static int mmap(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		u32 off)
{
	struct buffer *b = inst->priv;

	if (!cpu_possible(cpu))
		return -EINVAL;
	return mapi_ring_mmap(&b->rings[cpu], vma, off);
}

static void set(struct buffer *b, const struct mapi_arg *args)
{
	u32 snaplen = args[ARG_SNAPLEN - 1].num;
	u32 watermark = args[ARG_WATERMARK - 1].num;

	WRITE_ONCE(b->snaplen, snaplen ?: U32_MAX);
	WRITE_ONCE(b->watermark, watermark ?: b->inst->ring_size / 4);
	WRITE_ONCE(b->limit, args[ARG_LIMIT - 1].num * NSEC_PER_USEC);
}

static int check(struct mapi_inst *inst, const struct mapi_arg *args)
{
	u32 size = args[ARG_SIZE - 1].num;

	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	if (args[ARG_WATERMARK - 1].num > size)
		return mapi_bad_arg(inst, ARG_WATERMARK, -EINVAL,
				    "more than the ring's %u bytes", size);
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	struct buffer *b = inst->priv;
	int ret;

	ret = check(inst, inst->args);
	if (ret)
		return ret;
	inst->ring_size = mapi_num(inst, ARG_SIZE);
	b->inst = inst;
	hrtimer_init(&b->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	b->timer.function = buffer_timer;
	set(b, inst->args);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct buffer *b = inst->priv;
	struct mapi_ring *rings = mapi_rings_alloc(inst);

	if (IS_ERR(rings))
		return PTR_ERR(rings);
	b->rings = rings;
	return 0;
}

static int change_args(struct mapi_inst *inst, const struct mapi_arg *args,
		       u32 nr_args)
{
	struct buffer *b = inst->priv;
	int ret;

	ret = check(inst, args);
	if (ret)
		return ret;
	if (args[ARG_SIZE - 1].num != inst->ring_size)
		return mapi_bad_arg(inst, ARG_SIZE, -EBUSY,
				    "cannot change once the flow is connected");
	set(b, args);
	/* Who sleeps sleeps by the new terms: he is to look, and arms anew. */
	hrtimer_cancel(&b->timer);
	clear_bit(0, &b->armed);
	mapi_inst_wake(inst);
	return 0;
}

static void cleanup(struct mapi_inst *inst)
{
	struct buffer *b = inst->priv;

	if (b->inst)
		hrtimer_cancel(&b->timer);
	mapi_rings_free(inst, b->rings);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT_OPT("flag", 0, 1, 0),
	MAPI_ARG_INT_EXTRA("snaplen", 0, S32_MAX, 0),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
	MAPI_ARG_INT_EXTRA("watermark", 0, MAPI_RING_SIZE_MAX, 0),
	MAPI_ARG_INT_EXTRA("limit", 0, S32_MAX, LIMIT_DEFAULT),
};

static struct mapi_func to_buffer = {
	.name		= "TO_BUFFER",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Gives packets to the application; size is bytes per CPU, limit microseconds",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_RING,
	.result_size	= sizeof(u64),	/* packets put into the rings */
	.priv_size	= sizeof(struct buffer),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.poll		= poll,
	.mmap		= mmap,
	.change_args	= change_args,
	.cleanup	= cleanup,
};
module_mapi_func(to_buffer, TO_BUFFER);

MODULE_DESCRIPTION("MAPI function TO_BUFFER");
MODULE_LICENSE("GPL");
