// SPDX-License-Identifier: GPL-2.0
/*
 * TO_FILE: packets into a pcap file that the application opened, in the format
 * of draft-ietf-opsawg-pcap, in this machine's byte order.
 */
#include <linux/log2.h>
#include <mapi/fhelp.h>
#include <mapi/writer.h>

/**
 * DOC: TO_FILE (int format, file file [, long max = 0] | int snaplen = 0, int size = 1048576)
 *
 * Writes packets to a file, which anything that reads pcap files can read. The @format
 * is one of these:
 *
 * - MFF_PCAP: (0), also called MFF_TCPDUMP: timestamps with microseconds
 * - MFF_RAW: (1) the same
 * - MFF_PCAP_NSEC: (5) timestamps with nanoseconds
 *
 * After @max packets the file is complete; 0 means no limit. Of each packet @snaplen
 * bytes are written, all if it is 0. @size bytes for each CPU, a power of two, are the
 * buffer between packets and file.
 *
 * The kernel writes by itself; the program need not run meanwhile. The file must be a
 * regular one.
 *
 * Result: an int, 11 while the file is being written, 0 when the limit was reached or
 * writing ended. mapi_get_function_stats(3) tells what was lost and with which error
 * writing ended.
 *
 * Errors: 6155 if the file cannot be made or is none, 7006 for another format, 7003 to
 * 7005 for other arguments out of range.
 *
 * Cost: 439 instructions for a packet of 60 bytes where it arrives, and 141 in a worker
 * that writes.
 *
 * Truncated packets: are written as they were captured, with their length on the wire.
 */

#define ARG_FORMAT	1
#define ARG_FILE	2
#define ARG_PKTS		3
#define ARG_SNAPLEN	4
#define ARG_SIZE	5

/* MFF_* of MAPI. */
#define FORMAT_PCAP		0
#define FORMAT_RAW		1
#define FORMAT_PCAP_NSEC	5

#define MAGIC_USEC	0xa1b2c3d4
#define MAGIC_NSEC	0xa1b23c4d
#define SNAPLEN_MAX	262144		/* what tcpdump writes by default */

#define SIZE_DEFAULT	(1 << 20)
#define SIZE_MIN	(128 << 10)	/* room for the longest packet */

struct pcap_header {
	u32 magic;
	u16 major;
	u16 minor;
	u32 zone;
	u32 sigfigs;
	u32 snaplen;
	u32 linktype;
};

struct pcap_rec {
	u32 sec;
	u32 frac;	/* microseconds or nanoseconds */
	u32 caplen;
	u32 len;
	u8 data[];
} __packed;	/* records follow each other without padding */

/**
 * struct to_file - a capture file
 * @writer: who writes it
 * @snaplen: most bytes of a packet
 * @divisor: nanoseconds in a unit of &pcap_rec.frac
 */
struct to_file {
	struct mapi_writer *writer;
	u32 snaplen;
	u32 divisor;
};

static u32 rec_len(const void *p)
{
	const struct pcap_rec *rec = p;

	return sizeof(*rec) + rec->caplen;
}

/* Only the order matters: the unit of the fraction does not. */
static u64 rec_ts(const void *p)
{
	const struct pcap_rec *rec = p;

	return (u64)rec->sec << 32 | rec->frac;
}

static const struct mapi_writer_format pcap = {
	.rec_len = rec_len,
	.rec_ts = rec_ts,
	.flush_ms = MAPI_WRITER_FLUSH_MS,
};

static int instance(struct mapi_inst *inst)
{
	struct to_file *t = inst->priv;
	u32 size = mapi_num(inst, ARG_SIZE);

	switch (mapi_num(inst, ARG_FORMAT)) {
	case FORMAT_PCAP:
	case FORMAT_RAW:
		t->divisor = NSEC_PER_USEC;
		break;
	case FORMAT_PCAP_NSEC:
		t->divisor = 1;
		break;
	default:
		return mapi_bad_arg_code(inst, ARG_FORMAT, -EOPNOTSUPP,
					 MAPI_ERR_COULD_NOT_APPLY,
					 "format %lld cannot be written for this device",
					 mapi_num(inst, ARG_FORMAT));
	}
	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	t->snaplen = mapi_num(inst, ARG_SNAPLEN) ?: SNAPLEN_MAX;
	inst->ring_size = size;
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct to_file *t = inst->priv;
	struct pcap_header header = {
		.magic = t->divisor == 1 ? MAGIC_NSEC : MAGIC_USEC,
		.major = 2,
		.minor = 4,
		.snaplen = t->snaplen,
		.linktype = inst->linktype,
	};

	t->writer = mapi_writer_alloc(inst, inst->args[ARG_FILE - 1].file, &pcap,
				      &header, sizeof(header),
				      mapi_num(inst, ARG_PKTS));
	if (IS_ERR(t->writer)) {
		int ret = PTR_ERR(t->writer);

		t->writer = NULL;
		return ret;
	}
	return 0;
}

static void start(struct mapi_inst *inst)
{
	struct to_file *t = inst->priv;

	mapi_writer_start(t->writer);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct to_file *t = inst->priv;
	u32 caplen = min(pkt->caplen, t->snaplen);
	u32 len = sizeof(struct pcap_rec) + caplen;
	enum mapi_loss why;
	struct pcap_rec *rec;
	u64 ts, sec;

	rec = mapi_writer_reserve(t->writer, pkt->cpu, len, &why);
	if (unlikely(!rec)) {
		mapi_lost(inst, pkt, why);
		return MAPI_PASS;
	}
	ts = mapi_pkt_ts(pkt);
	sec = ts / NSEC_PER_SEC;
	rec->sec = sec;
	rec->frac = (u32)(ts - sec * NSEC_PER_SEC) / t->divisor;
	rec->caplen = caplen;
	rec->len = pkt->wirelen;
	if (unlikely(mapi_pkt_copy(pkt, 0, rec->data, caplen)))
		memset(rec->data, 0, caplen);
	mapi_writer_commit(t->writer, pkt->cpu, len);
	return MAPI_PASS;
}

static u64 taken(const struct mapi_inst *inst, u32 cpu)
{
	const struct to_file *t = inst->priv;

	return mapi_writer_taken(t->writer, cpu);
}

static u32 room(const struct mapi_inst *inst, u32 cpu)
{
	const struct to_file *t = inst->priv;

	return mapi_writer_room(t->writer, cpu);
}

static u64 done(const struct mapi_inst *inst)
{
	const struct to_file *t = inst->priv;

	return mapi_writer_done(t->writer);
}

static void end(struct mapi_inst *inst)
{
	struct to_file *t = inst->priv;

	mapi_writer_end(t->writer);
}

static void cleanup(struct mapi_inst *inst)
{
	struct to_file *t = inst->priv;

	mapi_writer_free(t->writer);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("format", S32_MIN, S32_MAX),
	{ .type = 'w', .name = "file" },
	{ .type = 'l', .name = "max", .max = S64_MAX,
	  .flags = MAPI_ARG_F_OPTIONAL },
	MAPI_ARG_INT_EXTRA("snaplen", 0, SNAPLEN_MAX, 0),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
};

static struct mapi_func to_file = {
	.name		= "TO_FILE",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Writes packets to a pcap file; format 0 has microseconds, 5 nanoseconds; max 0 is no limit",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SINGLE,
	.result_size	= MAPI_WRITER_WORDS * sizeof(u64),
	.priv_size	= sizeof(struct to_file),
	.instance	= instance,
	.init		= init,
	.start		= start,
	.process	= process,
	.taken		= taken,
	.done		= done,
	.room		= room,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(to_file, TO_FILE);

MODULE_DESCRIPTION("MAPI function TO_FILE");
MODULE_LICENSE("GPL");
