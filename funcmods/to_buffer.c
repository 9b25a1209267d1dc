// SPDX-License-Identifier: GPL-2.0
/* TO_BUFFER: packets to the application, through rings that it maps. */
#include <linux/log2.h>
#include <mapi/buffer.h>
#include <mapi/fhelp.h>

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
 * struct to_buffer - where packets go
 * @buffer: the rings
 * @snaplen: most bytes of a packet
 */
struct to_buffer {
	struct mapi_buffer buffer;
	u32 snaplen;
};

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
	struct to_buffer *t = inst->priv;
	u32 caplen = min(pkt->caplen, READ_ONCE(t->snaplen));
	u32 len = ALIGN(sizeof(struct mapi_rec) + caplen, 8);
	enum mapi_loss why;
	struct mapi_rec *rec;

	rec = mapi_buffer_reserve(&t->buffer, pkt->cpu, len, &why);
	if (unlikely(!rec)) {
		mapi_lost(inst, pkt, why);
		return MAPI_PASS;
	}
	fill(rec, len, inst, pkt);
	rec->caplen = caplen;
	if (unlikely(mapi_pkt_copy(pkt, 0, rec->data, caplen)))
		rec->caplen = 0;
	mapi_add(mapi_result(inst, pkt->cpu), pkt->npkts);
	mapi_buffer_commit(&t->buffer, pkt->cpu, len);
	return MAPI_PASS;
}

static u32 room(const struct mapi_inst *inst, u32 cpu)
{
	const struct to_buffer *t = inst->priv;

	return mapi_buffer_room(&t->buffer, cpu);
}

static __poll_t poll(struct mapi_inst *inst, struct file *file,
		     struct poll_table_struct *wait)
{
	struct to_buffer *t = inst->priv;

	return mapi_buffer_poll(&t->buffer);
}

static int mmap(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		u32 off)
{
	struct to_buffer *t = inst->priv;

	return mapi_buffer_mmap(&t->buffer, vma, cpu, off);
}

static void set(struct to_buffer *t, const struct mapi_arg *args)
{
	u32 snaplen = args[ARG_SNAPLEN - 1].num;

	WRITE_ONCE(t->snaplen, snaplen ?: U32_MAX);
	mapi_buffer_terms(&t->buffer, args[ARG_WATERMARK - 1].num,
			  args[ARG_LIMIT - 1].num * NSEC_PER_USEC);
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
	struct to_buffer *t = inst->priv;
	int ret;

	ret = check(inst, inst->args);
	if (ret)
		return ret;
	inst->ring_size = mapi_num(inst, ARG_SIZE);
	mapi_buffer_setup(&t->buffer, inst);
	set(t, inst->args);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct to_buffer *t = inst->priv;

	return mapi_buffer_init(&t->buffer);
}

static int change_args(struct mapi_inst *inst, const struct mapi_arg *args,
		       u32 nr_args)
{
	struct to_buffer *t = inst->priv;
	int ret;

	ret = check(inst, args);
	if (ret)
		return ret;
	if (args[ARG_SIZE - 1].num != inst->ring_size)
		return mapi_bad_arg(inst, ARG_SIZE, -EBUSY,
				    "cannot change once the flow is connected");
	set(t, args);
	mapi_buffer_renew(&t->buffer);
	return 0;
}

static void cleanup(struct mapi_inst *inst)
{
	struct to_buffer *t = inst->priv;

	mapi_buffer_free(&t->buffer);
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
	.priv_size	= sizeof(struct to_buffer),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.room		= room,
	.poll		= poll,
	.mmap		= mmap,
	.change_args	= change_args,
	.cleanup	= cleanup,
};
module_mapi_func(to_buffer, TO_BUFFER);

MODULE_DESCRIPTION("MAPI function TO_BUFFER");
MODULE_LICENSE("GPL");
