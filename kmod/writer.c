// SPDX-License-Identifier: GPL-2.0
/*
 * The file writer. Producers put finished records into the ring of their CPU;
 * the worker merges the rings by time stamp and hands runs of records to the
 * file system straight out of the rings: nothing is copied twice.
 *
 * What is in the file is whole records and is counted; what is not is counted
 * as lost, with a reason.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <mapi/writer.h>
#include "core.h"

#define MAX_RUNS	64

/* How soon the worker has been asked to come. */
enum {
	IDLE,
	SOON,
	NOW,
};

/**
 * struct cursor - where the worker is in a ring
 * @at: next record, as a byte count
 * @head: end of what is there
 * @ts: time stamp of the next record
 */
struct cursor {
	u64 at;
	u64 head;
	u64 ts;
};

/**
 * struct mapi_writer - a file being written
 * @inst: the function
 * @file: the file, which is the argument's until the writer has ended
 * @format: its records
 * @pos: bytes written
 * @pkts: records written
 * @max_pkts: most records, 0: no limit
 * @max_pos: most bytes: RLIMIT_FSIZE of who started the flow
 * @stop: reason for which records are lost from here on; -1: they are not
 * @asked: IDLE, SOON or NOW
 * @ended: no producer any more
 * @work: the worker
 * @rings: a ring for each CPU
 * @cur: where the worker is in each
 * @header_len: bytes of @header
 * @header: begin of the file
 */
struct mapi_writer {
	struct mapi_inst *inst;
	struct file *file;
	const struct mapi_writer_format *format;
	loff_t pos;
	u64 pkts;
	u64 max_pkts;
	u64 max_pos;
	int stop;
	int asked;
	bool ended;
	struct delayed_work work;
	struct mapi_ring *rings;
	struct cursor *cur;
	u32 header_len;
	void *header;
};

/**
 * struct batch - records about to be written
 * @runs: where they lie
 * @nr: number of runs
 * @bytes: in all
 * @pkts: records
 */
struct batch {
	struct kvec runs[MAX_RUNS];
	u32 nr;
	size_t bytes;
	u64 pkts;
};

static void ask(struct mapi_writer *w, int how)
{
	if (READ_ONCE(w->asked) >= how || xchg(&w->asked, how) >= how)
		return;
	/* SOON must not put off what another CPU wants NOW. */
	if (how == NOW)
		mod_delayed_work(mapi_inst_wq(w->inst), &w->work, 0);
	else
		queue_delayed_work(mapi_inst_wq(w->inst), &w->work,
				   msecs_to_jiffies(w->format->flush_ms));
}

/**
 * mapi_writer_reserve - room for a record
 * @w: the writer
 * @cpu: this CPU
 * @len: bytes
 * @why: set to the reason if there is no room
 *
 * Return: memory for @len bytes, or %NULL. Context: the only
 * producer for @cpu: process(), or who knows that it puts nothing there.
 */
void *mapi_writer_reserve(struct mapi_writer *w, u32 cpu, u32 len,
			  enum mapi_loss *why)
{
	int stop = READ_ONCE(w->stop);
	void *rec;

	if (unlikely(stop >= 0)) {
		*why = stop;
		return NULL;
	}
	rec = mapi_ring_reserve(&w->rings[cpu], len, why);
	if (unlikely(!rec)) {
		*why = MAPI_LOSS_BACKLOG;
		ask(w, NOW);
	}
	return rec;
}
EXPORT_SYMBOL_GPL(mapi_writer_reserve);

/* mapi_writer_room - for &mapi_func.room; where nothing is kept is room for all */
u32 mapi_writer_room(const struct mapi_writer *w, u32 cpu)
{
	return READ_ONCE(w->stop) >= 0 ? U32_MAX : mapi_ring_room(&w->rings[cpu]);
}
EXPORT_SYMBOL_GPL(mapi_writer_room);

/**
 * mapi_writer_commit - the record is complete
 * @w: the writer
 * @cpu: this CPU
 * @len: bytes, at most what was reserved
 */
void mapi_writer_commit(struct mapi_writer *w, u32 cpu, u32 len)
{
	struct mapi_ring *ring = &w->rings[cpu];

	mapi_ring_commit(ring, len);
	ask(w, mapi_ring_used(ring) > ring->size / 4 ? NOW : SOON);
}
EXPORT_SYMBOL_GPL(mapi_writer_commit);

static u64 *words(const struct mapi_writer *w)
{
	return mapi_result(w->inst, 0);
}

/* Workers count their losses in the block behind the CPUs'. */
static void worker_lost(struct mapi_writer *w, enum mapi_loss why, u64 pkts)
{
	mapi_add(&mapi_slot(w->inst, nr_cpu_ids)->lost[why], pkts);
}

static void publish(struct mapi_writer *w)
{
	struct mapi_slot *slot = mapi_slot(w->inst, 0);

	preempt_disable();	/* readers spin meanwhile */
	mapi_result_begin(slot);
	WRITE_ONCE(words(w)[MAPI_WRITER_STATE], w->stop < 0);
	WRITE_ONCE(words(w)[MAPI_WRITER_PKTS], w->pkts);
	WRITE_ONCE(words(w)[MAPI_WRITER_BYTES], w->pos);
	mapi_result_end(slot);
	preempt_enable();
}

/* No more records are written, and no more are wanted. */
static void stop(struct mapi_writer *w, enum mapi_loss why, int err)
{
	WRITE_ONCE(w->stop, why);
	if (err)
		mapi_inst_failed(w->inst, err);
}

/* With the rights of who opened the file. Return: bytes written, or errno. */
static ssize_t write_all(struct mapi_writer *w, const struct kvec *vec, u32 nr,
			 size_t bytes)
{
	const struct cred *old = override_creds(w->file->f_cred);
	struct iov_iter iter;
	loff_t pos = w->pos;
	ssize_t ret = 0;

	/* The application may have changed them since. */
	if (w->file->f_flags & (O_APPEND | O_DIRECT)) {
		revert_creds(old);
		return -EINVAL;
	}
	iov_iter_kvec(&iter, ITER_SOURCE, vec, nr, bytes);
	while (iov_iter_count(&iter)) {
		ret = vfs_iter_write(w->file, &iter, &pos, 0);
		if (ret <= 0)
			break;
	}
	revert_creds(old);
	if (!iov_iter_count(&iter))
		return bytes;
	return pos > w->pos ? pos - w->pos : ret ?: -ENOSPC;
}

/* Bytes in the file of the record that is at @off in a run. */
static u32 written_len(const struct mapi_writer *w, const struct kvec *run, u32 off)
{
	/* What is between two records makes each a run of its own. */
	return w->format->hidden ? run->iov_len :
				   w->format->rec_len(run->iov_base + off);
}

/* A part of a batch is in the file: keep its whole records only. */
static void keep_whole(struct mapi_writer *w, const struct batch *b, size_t part)
{
	const struct cred *old;
	size_t whole = 0;
	u64 pkts = 0;
	u32 i, off, len;

	for (i = 0; i < b->nr; i++) {
		for (off = 0; off < b->runs[i].iov_len; off += len) {
			len = written_len(w, &b->runs[i], off);
			if (whole + len > part)
				goto out;
			whole += len;
			pkts++;
		}
	}
out:
	w->pos += whole;
	w->pkts += pkts;
	worker_lost(w, MAPI_LOSS_FILE, b->pkts - pkts);
	old = override_creds(w->file->f_cred);
	vfs_truncate(&w->file->f_path, w->pos);
	revert_creds(old);
}

static void write_file(struct mapi_writer *w, const struct batch *b)
{
	ssize_t ret;

	if (w->pos + b->bytes > w->max_pos)
		ret = -EFBIG;
	else
		ret = write_all(w, b->runs, b->nr, b->bytes);
	if (ret == b->bytes) {
		w->pos += ret;
		w->pkts += b->pkts;
		if (w->max_pkts && w->pkts == w->max_pkts)
			stop(w, MAPI_LOSS_LIMIT, 0);
	} else {
		keep_whole(w, b, max_t(ssize_t, ret, 0));
		stop(w, MAPI_LOSS_FILE, ret < 0 ? ret : -ENOSPC);
	}
}

static void give(struct mapi_writer *w, const struct batch *b)
{
	u64 bytes = 0;
	u32 taken = w->format->take(w->inst, b->runs, b->nr, &bytes);

	w->pos += bytes;
	w->pkts += taken;
	worker_lost(w, MAPI_LOSS_FILE, b->pkts - taken);
}

static void write_batch(struct mapi_writer *w, struct batch *b)
{
	if (!b->nr)
		return;
	if (w->format->take)
		give(w, b);
	else
		write_file(w, b);
	b->nr = 0;
	b->bytes = 0;
	b->pkts = 0;
}

static void batch_add(struct batch *b, u8 *rec, u32 len)
{
	struct kvec *run = b->nr ? &b->runs[b->nr - 1] : NULL;

	if (run && (u8 *)run->iov_base + run->iov_len == rec) {
		run->iov_len += len;
	} else {
		run = &b->runs[b->nr++];
		run->iov_base = rec;
		run->iov_len = len;
	}
	b->bytes += len;
	b->pkts++;
}

static u8 *cursor_rec(const struct mapi_writer *w, const struct cursor *c,
		      int cpu)
{
	return w->rings[cpu].data + (c->at & (w->rings[cpu].size - 1));
}

/*
 * The CPU whose next record is the oldest, or -1. *@limit is set to the time of
 * the oldest of all others.
 */
static int oldest(const struct cursor *cur, u64 *limit)
{
	int cpu, best = -1;

	*limit = U64_MAX;
	for_each_possible_cpu(cpu) {
		if (cur[cpu].at == cur[cpu].head)
			continue;
		if (best >= 0 && cur[cpu].ts >= cur[best].ts) {
			*limit = min(*limit, cur[cpu].ts);
			continue;
		}
		if (best >= 0)
			*limit = cur[best].ts;
		best = cpu;
	}
	return best;
}

static void release_rings(struct mapi_writer *w)
{
	const struct cursor *cur = w->cur;
	int cpu;

	/* release: done reading what producers may now overwrite */
	for_each_possible_cpu(cpu)
		smp_store_release(&w->rings[cpu].cons->tail, cur[cpu].at);
}

/* How far the rings are filled. Return: whether there is anything in them. */
static bool look_at_rings(struct mapi_writer *w)
{
	struct cursor *cur = w->cur;
	bool any = false;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct mapi_ring *ring = &w->rings[cpu];

		cur[cpu].at = ring->cons->tail;
		cur[cpu].head = smp_load_acquire(&ring->prod->head);
		if (cur[cpu].at == cur[cpu].head)
			continue;
		any = true;
		cur[cpu].ts = w->format->rec_ts(cursor_rec(w, &cur[cpu], cpu));
	}
	return any;
}

static bool batch_full(const struct mapi_writer *w, const struct batch *b)
{
	return b->nr == MAX_RUNS || b->bytes >= SZ_256K ||
	       (w->max_pkts && w->pkts + b->pkts == w->max_pkts);
}

/*
 * Records of a ring go into a batch, as many as fit and are not younger than
 * @limit. If no other ring has any, nobody needs to know how old they are.
 */
static void take_run(struct mapi_writer *w, struct batch *b, int cpu, u64 limit)
{
	struct cursor *c = &w->cur[cpu];
	u8 *rec = cursor_rec(w, c, cpu);
	u32 hidden = w->format->hidden, len;

	do {
		len = w->format->rec_len(rec);
		if (w->stop >= 0)
			worker_lost(w, w->stop, 1);
		else
			batch_add(b, rec + hidden, len - hidden);
		c->at += len;
		rec = cursor_rec(w, c, cpu);
		if (c->at != c->head && limit != U64_MAX)
			c->ts = w->format->rec_ts(rec);
	} while (c->at != c->head && c->ts <= limit && !batch_full(w, b));
}

/* Write what is in the rings now. Return: whether anything was. */
static bool pass(struct mapi_writer *w)
{
	bool any = look_at_rings(w);
	struct batch b = {};
	u64 limit;
	int cpu;

	while ((cpu = oldest(w->cur, &limit)) >= 0) {
		take_run(w, &b, cpu, limit);
		if (batch_full(w, &b)) {
			write_batch(w, &b);
			release_rings(w);
			cond_resched();
		}
	}
	write_batch(w, &b);
	release_rings(w);
	return any;
}

static void write_header(struct mapi_writer *w)
{
	struct kvec vec = { .iov_base = w->header, .iov_len = w->header_len };
	ssize_t ret = write_all(w, &vec, 1, w->header_len);

	if (ret == w->header_len) {
		w->pos = ret;
		w->header_len = 0;
	} else {
		stop(w, MAPI_LOSS_FILE, ret < 0 ? ret : -ENOSPC);
	}
}

static void writer_work(struct work_struct *work)
{
	struct mapi_writer *w = container_of(to_delayed_work(work),
					     struct mapi_writer, work);
	bool any;

	WRITE_ONCE(w->asked, SOON);
	if (w->header_len && w->stop < 0)
		write_header(w);
	any = pass(w);
	if (!any && !w->ended) {
		/*
		 * Go to sleep until a producer asks. One that has not seen yet
		 * that it must is in an RCU read-side section, and its record
		 * can be seen when that is over.
		 */
		WRITE_ONCE(w->asked, IDLE);
		synchronize_rcu();
		any = pass(w);
	}
	publish(w);
	if (any && !w->ended)
		queue_delayed_work(mapi_inst_wq(w->inst), &w->work,
				   msecs_to_jiffies(w->format->flush_ms));
}

/* What a writer costs beside its rings. */
static size_t writer_memory(void)
{
	return sizeof(struct mapi_writer) + nr_cpu_ids * sizeof(struct cursor);
}

/**
 * mapi_writer_alloc - make ready to write a file
 * @inst: the function; &mapi_inst.ring_size is the size of its rings, its
 *	result has %MAPI_WRITER_WORDS
 * @file: an argument of the function, open for writing; %NULL with
 *	&mapi_writer_format.take
 * @format: its records
 * @header: bytes to begin the file with
 * @header_len: how many
 * @max_pkts: most records, 0: no limit
 *
 * Context: init() of a function. Return: the writer or an ERR_PTR().
 */
struct mapi_writer *mapi_writer_alloc(struct mapi_inst *inst, struct file *file,
				      const struct mapi_writer_format *format,
				      const void *header, u32 header_len,
				      u64 max_pkts)
{
	struct mapi_writer *w;
	int ret;

	ret = mapi_inst_charge(inst, writer_memory());
	if (ret)
		return ERR_PTR(ret);
	ret = -ENOMEM;
	w = kzalloc(sizeof(*w), GFP_KERNEL_ACCOUNT);
	if (!w)
		goto err_charge;
	w->cur = kcalloc(nr_cpu_ids, sizeof(*w->cur), GFP_KERNEL_ACCOUNT);
	if (!w->cur)
		goto err_writer;
	w->header = kmemdup(header, header_len, GFP_KERNEL_ACCOUNT);
	if (!w->header)
		goto err_cursors;
	w->rings = mapi_rings_alloc(inst);
	if (IS_ERR(w->rings)) {
		ret = PTR_ERR(w->rings);
		goto err_header;
	}
	w->inst = inst;
	w->file = file;
	w->format = format;
	w->max_pkts = max_pkts;
	w->max_pos = rlimit(RLIMIT_FSIZE);
	if (file)
		w->max_pos = min_t(u64, w->max_pos, file_inode(file)->i_sb->s_maxbytes);
	w->stop = -1;
	w->header_len = header_len;
	INIT_DELAYED_WORK(&w->work, writer_work);
	publish(w);
	return w;

err_header:
	kfree(w->header);
err_cursors:
	kfree(w->cur);
err_writer:
	kfree(w);
err_charge:
	mapi_inst_uncharge(inst, writer_memory());
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_GPL(mapi_writer_alloc);

/**
 * mapi_writer_start - begin the file, even if no packet comes
 * @w: the writer
 *
 * Context: start() of a function.
 */
void mapi_writer_start(struct mapi_writer *w)
{
	ask(w, NOW);
}
EXPORT_SYMBOL_GPL(mapi_writer_start);

/**
 * mapi_writer_end - write what is left; no producer runs any more
 * @w: the writer
 *
 * Context: end() of a function. On return the file is complete.
 */
void mapi_writer_end(struct mapi_writer *w)
{
	cancel_delayed_work_sync(&w->work);
	w->ended = true;
	writer_work(&w->work.work);
	if (w->stop < 0)
		stop(w, MAPI_LOSS_FILE, 0);
	publish(w);
}
EXPORT_SYMBOL_GPL(mapi_writer_end);

/**
 * mapi_writer_free - free a writer
 * @w: the writer, ended or never started; may be %NULL
 */
void mapi_writer_free(struct mapi_writer *w)
{
	if (!w)
		return;
	mapi_rings_free(w->inst, w->rings);
	kfree(w->header);
	kfree(w->cur);
	mapi_inst_uncharge(w->inst, writer_memory());
	kfree(w);
}
EXPORT_SYMBOL_GPL(mapi_writer_free);

/* mapi_writer_taken - records that were put into the ring of a CPU */
u64 mapi_writer_taken(const struct mapi_writer *w, u32 cpu)
{
	return READ_ONCE(w->rings[cpu].prod->pkts);
}
EXPORT_SYMBOL_GPL(mapi_writer_taken);

/* mapi_writer_done - records that are in the file, as far as it has been told */
u64 mapi_writer_done(const struct mapi_writer *w)
{
	return READ_ONCE(words(w)[MAPI_WRITER_PKTS]);
}
EXPORT_SYMBOL_GPL(mapi_writer_done);
