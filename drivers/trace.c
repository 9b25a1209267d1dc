// SPDX-License-Identifier: GPL-2.0
/*
 * Traces as a source of packets: user space reads the file, whatever its format,
 * and writes its packets to a descriptor.
 *
 * A write is copied as a whole, and its packets run through the plan where they lie,
 * in the context of who writes them. A ring that both sides map would need the same
 * copy, since what functions look at must not change under them, and the same call,
 * since somebody has to run them.
 *
 * Nothing is lost: while a function has no room for a packet, the writer waits.
 *
 * Locking: the list and the names are under the core's control mutex, as all that
 * the core calls; feeding is under the lock of the trace.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <mapi/source.h>

#define TRACE_OID	"1.3"

#define BATCH		(256 << 10)	/* most bytes of a write at a time */
#define BURST		64		/* most packets with bottom halves off */
#define PAUSE_NS	(50 * NSEC_PER_USEC)
#define TS_END		((u64)NSEC_PER_SEC << 32)

#define FLAGS	(MAPI_TRACE_F_OUT | MAPI_TRACE_F_END | MAPI_TRACE_F_BROKEN)

static_assert(BATCH > MAPI_CAPLEN_MAX + sizeof(struct mapi_trace_rec));

/**
 * struct trace - a trace that is being read
 * @dev: what the core knows of it
 * @entry: in the list of all
 * @name: as users name it
 * @uid: who made it
 * @wanted: some flow is connected
 * @lock: one writer at a time
 * @batch: copy of what he writes
 */
struct trace {
	struct mapi_dev dev;
	struct list_head entry;
	char name[MAPI_DEVNAME_MAX + 1];
	kuid_t uid;
	bool wanted;
	struct mutex lock;
	u8 *batch;
};

static LIST_HEAD(traces);
static struct mapi_source trace_source;

static struct trace *to_trace(struct mapi_dev *dev)
{
	return container_of(dev, struct trace, dev);
}

static int pkt_copy(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len)
{
	memcpy(dst, pkt->data + off, len);
	return 0;
}

static u64 pkt_tstamp(struct mapi_pkt *pkt)
{
	return pkt->ts;
}

static u32 pkt_hash(const struct mapi_pkt *pkt)
{
	return 0;
}

static const struct mapi_pkt_ops pkt_ops = {
	.copy	= pkt_copy,
	.tstamp	= pkt_tstamp,
	.hash	= pkt_hash,
};

/* The record at @at, of which no more than @left bytes are there; or %NULL. */
static const struct mapi_trace_rec *record(const u8 *at, u32 left)
{
	const struct mapi_trace_rec *rec = (const void *)at;

	if (left < sizeof(*rec) || rec->len > left || rec->len % 8 ||
	    rec->len < sizeof(*rec) || rec->caplen > rec->len - sizeof(*rec) ||
	    rec->caplen > MAPI_CAPLEN_MAX || rec->wlen < rec->caplen ||
	    rec->ts >= TS_END || (rec->flags & 0xff) & ~FLAGS ||
	    MAPI_TRACE_PORT(rec->flags) > MAPI_TRACE_PORT_MAX)
		return NULL;
	return rec;
}

static void show(struct trace *t, const struct mapi_plan *plan,
		 const struct mapi_trace_rec *rec)
{
	struct mapi_pkt pkt = {
		.data	 = rec->data,
		.len	 = rec->caplen,
		.caplen	 = rec->caplen,
		.wirelen = rec->wlen,
		.npkts	 = 1,
		.bytes	 = rec->wlen,
		.flags	 = MAPI_PKT_TSTAMPED |
			   (rec->flags & MAPI_TRACE_F_OUT ? MAPI_PKT_OUT : 0),
		.ts	 = rec->ts,
		.port	 = MAPI_TRACE_PORT(rec->flags),
		.dev	 = &t->dev,
		.plan	 = plan,
		.ops	 = &pkt_ops,
	};

	mapi_dev_rx(&t->dev, &pkt);
}

/**
 * burst - some packets, as far as there is room for them
 * @t: the trace, locked
 * @at: first byte of the batch that is left
 * @len: bytes of the batch
 * @err: set to why it stopped: 0, it is to go on; %-EAGAIN, there is no room;
 *	%-EINVAL, no record; %-ESHUTDOWN, the last
 *
 * Return: the bytes that are taken.
 */
static u32 burst(struct trace *t, u32 at, u32 len, int *err)
{
	const struct mapi_trace_rec *rec;
	const struct mapi_plan *plan;
	u32 begin = at, room, n;

	*err = 0;
	local_bh_disable();
	rcu_read_lock();
	plan = READ_ONCE(t->wanted) ? mapi_dev_plan(&t->dev) : NULL;
	room = plan ? mapi_plan_room(plan) : U32_MAX;
	for (n = 0; n < BURST && at < len; n++) {
		rec = record(t->batch + at, len - at);
		if (!rec) {
			*err = -EINVAL;
			break;
		}
		if (rec->flags & (MAPI_TRACE_F_END | MAPI_TRACE_F_BROKEN)) {
			mapi_dev_gone(&t->dev, rec->flags & MAPI_TRACE_F_BROKEN ?
					       MAPI_END_BROKEN : MAPI_END_EOF);
			at += rec->len;
			*err = -ESHUTDOWN;
			break;
		}
		if (room < rec->caplen + MAPI_ROOM_HDR) {
			*err = -EAGAIN;
			break;
		}
		room -= rec->caplen + MAPI_ROOM_HDR;
		if (plan)
			show(t, plan, rec);
		at += rec->len;
	}
	rcu_read_unlock();
	local_bh_enable();
	return at - begin;
}

/* Readers do not say when they have made room. Return: a signal has come. */
static bool pause(void)
{
	ktime_t time = ns_to_ktime(PAUSE_NS);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout_range(&time, PAUSE_NS, HRTIMER_MODE_REL);
	return signal_pending(current);
}

/* Return: bytes of the batch that were taken, or if there are none, why. */
static ssize_t feed(struct trace *t, u32 len, bool wait)
{
	ssize_t at = 0;
	int err;

	for (;;) {
		at += burst(t, at, len, &err);
		if (err == -EAGAIN && wait) {
			if (!pause())
				continue;
			err = -ERESTARTSYS;
		}
		if (err || at == len)
			return at ?: err;
		cond_resched();
		if (fatal_signal_pending(current))
			return at;
	}
}

static ssize_t trace_write(struct file *file, const char __user *buf, size_t len,
			   loff_t *pos)
{
	struct trace *t = to_trace(file->private_data);
	ssize_t ret;

	if (!len)
		return 0;
	len = min_t(size_t, len, BATCH);
	ret = mutex_lock_interruptible(&t->lock);
	if (ret)
		return ret;
	if (READ_ONCE(t->dev.end_reason))
		ret = -ESHUTDOWN;
	else if (copy_from_user(t->batch, buf, len))
		ret = -EFAULT;
	else
		ret = feed(t, len, !(file->f_flags & O_NONBLOCK));
	mutex_unlock(&t->lock);
	return ret;
}

static int trace_close(struct inode *inode, struct file *file)
{
	mapi_dev_close(file->private_data);
	return 0;
}

static const struct file_operations trace_fops = {
	.owner	 = THIS_MODULE,
	.write	 = trace_write,
	.release = trace_close,
	.llseek	 = noop_llseek,
};

static void trace_free(struct trace *t)
{
	kvfree(t->batch);
	kfree(t);
}

static struct mapi_dev *trace_make(struct net *net,
				   const struct mapi_dev_info *want,
				   struct mapi_errbuf *err)
{
	struct trace *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	char number[12];
	int ret;

	if (!t)
		return ERR_PTR(-ENOMEM);
	mutex_init(&t->lock);
	t->uid = current_euid();
	t->dev.linktype = want->linktype;
	t->dev.oid = TRACE_OID;
	t->dev.directions = MAPI_DIR_IN | MAPI_DIR_OUT;
	t->batch = kvmalloc(BATCH, GFP_KERNEL_ACCOUNT);
	ret = t->batch ? mapi_dev_init(&t->dev, &trace_source, net) : -ENOMEM;
	if (ret) {
		trace_free(t);
		return ERR_PTR(ret);
	}
	snprintf(number, sizeof(number), "@%u", t->dev.id);
	snprintf(t->name, sizeof(t->name), "%.*s%s",
		 (int)(MAPI_DEVNAME_MAX - strlen(number)), want->name, number);
	list_add_tail(&t->entry, &traces);
	return &t->dev;
}

static void trace_release(struct mapi_dev *dev)
{
	struct trace *t = to_trace(dev);

	list_del(&t->entry);
	trace_free(t);
}

static bool may_see(const struct trace *t, struct net *net)
{
	return t->dev.net_cookie == net->net_cookie &&
	       (uid_eq(t->uid, current_euid()) ||
		ns_capable(net->user_ns, CAP_NET_ADMIN));
}

static struct trace *trace_find(struct net *net, const char *name)
{
	struct trace *t;

	list_for_each_entry(t, &traces, entry)
		if (!strcmp(t->name, name) && may_see(t, net))
			return t;
	return NULL;
}

static struct mapi_dev *trace_open(struct net *net, const char *name,
				   struct mapi_errbuf *err)
{
	struct trace *t = trace_find(net, name);

	if (!t)
		return NULL;
	mapi_dev_get(&t->dev);
	return &t->dev;
}

static int trace_start(struct mapi_dev *dev, const struct mapi_want *want,
		       struct mapi_errbuf *err)
{
	struct trace *t = to_trace(dev);

	if (want->flows && READ_ONCE(dev->end_reason))
		return mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
				"the trace has been read already");
	WRITE_ONCE(t->wanted, want->flows);
	if (!want->flows)
		synchronize_rcu();	/* no packet is on its way */
	return 0;
}

static void trace_info(struct mapi_dev *dev, struct mapi_dev_info *info)
{
	struct trace *t = to_trace(dev);

	strscpy(info->name, t->name, sizeof(info->name));
	info->oid = TRACE_OID;
	info->linktype = dev->linktype;
}

static int trace_find_info(struct net *net, const char *name,
			   struct mapi_dev_info *info, struct mapi_dev **dev)
{
	struct trace *t = trace_find(net, name);

	if (!t)
		return -ENODEV;
	trace_info(&t->dev, info);
	*dev = &t->dev;
	return 0;
}

static int trace_set(struct mapi_dev *dev, int mode, int tstamp,
		     struct mapi_errbuf *err)
{
	if (mode >= 0 || tstamp >= 0)
		return mapi_err(err, -EOPNOTSUPP, 0,
				"a trace has no modes and no clock");
	return 0;
}

/* New ones are at the end, and have greater numbers. */
static int trace_list(struct net *net, unsigned long *pos,
		      int (*cb)(const struct mapi_dev_info *info,
				struct mapi_dev *dev, void *arg), void *arg)
{
	struct trace *t;
	int ret;

	list_for_each_entry(t, &traces, entry) {
		struct mapi_dev_info info = {};

		if (t->dev.id < *pos || !may_see(t, net))
			continue;
		trace_info(&t->dev, &info);
		ret = cb(&info, &t->dev, arg);
		*pos = t->dev.id;
		if (ret)
			return ret;
	}
	return 0;
}

static struct mapi_source trace_source = {
	.name	 = "trace",
	.open	 = trace_open,
	.start	 = trace_start,
	.release = trace_release,
	.info	 = trace_info,
	.find	 = trace_find_info,
	.set	 = trace_set,
	.list	 = trace_list,
	.make	 = trace_make,
	.fops	 = &trace_fops,
	.memory	 = sizeof(struct trace) + BATCH,
};

static int __init trace_init(void)
{
	return mapi_register_source(&trace_source, THIS_MODULE);
}

static void __exit trace_exit(void)
{
	mapi_unregister_source(&trace_source);
}

module_init(trace_init);
module_exit(trace_exit);

MODULE_DESCRIPTION("MAPI packet source: traces");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mapi-source-trace");
