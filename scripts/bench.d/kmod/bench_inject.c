// SPDX-License-Identifier: GPL-2.0
/*
 * Shows an interface the same packet again and again, as if it were received,
 * and measures what that takes.
 *
 * An order is written to /proc/bench_inject: struct order and the frame. When
 * write() returns it is done; "NANOSECONDS PACKETS" can then be read.
 *
 * The buffers are made before the clock starts, and lie in memory of their own:
 * a single one stays in the cache, many in turn come from further away. Each has
 * the headroom that generic XDP wants, so that it copies nothing. They are
 * shared with us all the time, as those of a tap are with the stack.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include "clock.h"

#define HEADROOM	320
#define BUFFERS_MAX	65536
#define FRAME_MAX	9014

/**
 * struct order - what is written
 * @ifindex: the interface, in the writer's network namespace
 * @packets: how many it is to be shown
 * @buffers: how many there are, used in turn
 * @len: bytes of @frame
 * @frame: from the link-layer header on, without check sequence
 */
struct order {
	u32 ifindex;
	u32 packets;
	u32 buffers;
	u32 len;
	u8 frame[];
};

struct injection {
	struct sk_buff **skbs;
	u32 nr;
	u32 next;
};

static DEFINE_MUTEX(lock);
static u64 last_ns;
static u32 last_packets;

static struct sk_buff *skb_make(const struct order *order, struct net_device *dev)
{
	struct sk_buff *skb = alloc_skb(HEADROOM + order->len, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, HEADROOM);
	skb_put_data(skb, order->frame, order->len);
	skb->protocol = eth_type_trans(skb, dev);
	return skb;
}

static void injection_free(struct injection *inj)
{
	while (inj->nr)
		kfree_skb(inj->skbs[--inj->nr]);
	kvfree(inj->skbs);
}

static int injection_init(struct injection *inj, const struct order *order,
			  struct net_device *dev)
{
	inj->skbs = kvcalloc(order->buffers, sizeof(*inj->skbs), GFP_KERNEL);
	inj->nr = 0;
	inj->next = 0;
	if (!inj->skbs)
		return -ENOMEM;
	for (; inj->nr < order->buffers; inj->nr++) {
		inj->skbs[inj->nr] = skb_make(order, dev);
		if (!inj->skbs[inj->nr]) {
			injection_free(inj);
			return -ENOMEM;
		}
	}
	return 0;
}

/* As it came from the driver: what is on the way may have pulled and stamped. */
static struct sk_buff *fresh(struct injection *inj, u32 len)
{
	struct sk_buff *skb = inj->skbs[inj->next];

	if (++inj->next == inj->nr)
		inj->next = 0;
	skb->data = skb->head + HEADROOM + ETH_HLEN;
	skb->len = len;
	skb->tstamp = 0;
	skb_clear_hash(skb);
	return skb_get(skb);
}

/* No other task runs meanwhile; what softirq has to do for it is included. */
static u64 batch(struct injection *inj, u32 len, u32 nr)
{
	u64 begin, end;

	preempt_disable();
	begin = clock_ns();
	local_bh_disable();
	while (nr--)
		netif_receive_skb(fresh(inj, len));
	local_bh_enable();
	end = clock_ns();
	preempt_enable();
	return end - begin;
}

static int inject(const struct order *order, struct net_device *dev)
{
	u32 left = order->packets, n;
	struct injection inj;
	int ret;

	ret = injection_init(&inj, order, dev);
	if (ret)
		return ret;
	last_ns = 0;
	last_packets = order->packets;
	while (left) {
		n = min_t(u32, left, BATCH);
		last_ns += batch(&inj, order->len - ETH_HLEN, n);
		left -= n;
		cond_resched();
	}
	injection_free(&inj);
	return 0;
}

static ssize_t order_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	struct net_device *dev;
	struct order *order;
	int ret = -EINVAL;

	if (count < sizeof(*order) + ETH_ZLEN || count > sizeof(*order) + FRAME_MAX)
		return -EINVAL;
	order = memdup_user(buf, count);
	if (IS_ERR(order))
		return PTR_ERR(order);
	if (order->len != count - sizeof(*order) || !order->buffers ||
	    order->buffers > BUFFERS_MAX)
		goto out;
	ret = -ENODEV;
	dev = dev_get_by_index(current->nsproxy->net_ns, order->ifindex);
	if (!dev)
		goto out;
	mutex_lock(&lock);
	ret = inject(order, dev);
	mutex_unlock(&lock);
	dev_put(dev);
out:
	kfree(order);
	return ret ?: count;
}

static int last_show(struct seq_file *seq, void *unused)
{
	seq_printf(seq, "%llu %u\n", last_ns, last_packets);
	return 0;
}

static int order_open(struct inode *inode, struct file *file)
{
	return single_open(file, last_show, NULL);
}

static const struct proc_ops order_ops = {
	.proc_open	= order_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_write	= order_write,
	.proc_release	= single_release,
};

static int __init bench_inject_init(void)
{
	return proc_create("bench_inject", 0600, NULL, &order_ops) ? 0 : -ENOMEM;
}

static void __exit bench_inject_exit(void)
{
	remove_proc_entry("bench_inject", NULL);
}

module_init(bench_inject_init);
module_exit(bench_inject_exit);
MODULE_DESCRIPTION("Injects packets and measures what they cost");
MODULE_LICENSE("GPL");
