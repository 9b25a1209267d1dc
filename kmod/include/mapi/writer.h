/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files written by the kernel: records go into a ring per CPU in the form that
 * they have in the file, and a worker writes long runs of them. Or hands them to
 * something else that must not be done where packets arrive.
 */
#ifndef _MAPI_WRITER_H
#define _MAPI_WRITER_H

#include <linux/uio.h>
#include <linux/workqueue.h>
#include <mapi/func.h>
#include <mapi/ring.h>

struct file;
struct mapi_writer;

#define MAPI_WRITER_FLUSH_MS	100	/* for files */

/**
 * struct mapi_writer_format - what the worker must know of a file format
 * @hidden: bytes in front of each record that are in the ring and not in the file
 * @rec_len: bytes of a record, with these
 * @rec_ts: nanoseconds by which records of several CPUs are put in order
 * @flush_ms: a lone record waits so long
 * @take: instead of a file, takes records, each a run of its own as @hidden is not 0.
 *	May sleep. Gives how many it took, and sets *@bytes to theirs; the others are
 *	lost as %MAPI_LOSS_FILE
 */
struct mapi_writer_format {
	u32 hidden;
	u32 (*rec_len)(const void *rec);
	u64 (*rec_ts)(const void *rec);
	u32 flush_ms;
	u32 (*take)(struct mapi_inst *inst, const struct kvec *runs, u32 nr,
		    u64 *bytes);
};

/* The result of a function that writes a file: %MAPI_RESULT_SINGLE. */
enum {
	MAPI_WRITER_STATE,	/* 1 while it writes, then 0 */
	MAPI_WRITER_PKTS,	/* records in the file */
	MAPI_WRITER_BYTES,	/* bytes of the file */
	MAPI_WRITER_WORDS,
};

struct mapi_writer *mapi_writer_alloc(struct mapi_inst *inst, struct file *file,
				      const struct mapi_writer_format *format,
				      const void *header, u32 header_len,
				      u64 max_pkts);
void mapi_writer_start(struct mapi_writer *w);
void mapi_writer_end(struct mapi_writer *w);
void mapi_writer_free(struct mapi_writer *w);
u64 mapi_writer_taken(const struct mapi_writer *w, u32 cpu);
u32 mapi_writer_room(const struct mapi_writer *w, u32 cpu);
u64 mapi_writer_done(const struct mapi_writer *w);
void *mapi_writer_reserve(struct mapi_writer *w, u32 cpu, u32 len,
			  enum mapi_loss *why);
void mapi_writer_commit(struct mapi_writer *w, u32 cpu, u32 len);

#endif /* _MAPI_WRITER_H */
