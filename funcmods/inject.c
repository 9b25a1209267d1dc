// SPDX-License-Identifier: GPL-2.0
/*
 * INJECT: sends packets to another interface.
 *
 * Sending takes locks, and may come back into the plan of that interface. So packets
 * go into a ring, and a worker sends them (writer.h).
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <mapi/fhelp.h>
#include <mapi/linktype.h>
#include <mapi/writer.h>
#include <net/net_namespace.h>

/**
 * DOC: INJECT (string interface | int size = 1048576)
 *
 * Sends packets to another interface of the same network namespace: those that the flow's
 * device received, but not what it sends itself, as two interfaces would otherwise feed each
 * other for ever; that counts as lost, %MAPI_LOSS_RECURSION. Packets leave in the order in
 * which they came, soon after, as they were captured. The flow goes on with all of them.
 *
 * @size bytes for each CPU, a power of two from 131072 on, are the buffer between packets and
 * interface. When it is full, packets are lost and counted as %MAPI_LOSS_BACKLOG; those of
 * traces wait. What the interface does not send, because it is down or gone, because the packet
 * is longer than its MTU allows, or because its queue is full, counts as
 * %MAPI_LOSS_FILE.
 *
 * Needs CAP_NET_ADMIN.
 *
 * Result: three unsigned long long: 1 while it sends, then 0; packets that were sent; their
 * bytes.
 *
 * Errors: 7001 if there is no such interface, if it is that of the flow, or if its frames
 * begin with another header; 7002 for a @size out of range.
 *
 * Cost: 330 instructions for a packet of 60 bytes where it arrives; what sending it costs is
 * a matter of the interface.
 *
 * Truncated packets: the part that was captured is sent.
 */

#define ARG_INTERFACE	1
#define ARG_SIZE	2

#define SIZE_DEFAULT	(1 << 20)
#define SIZE_MIN	(128 << 10)	/* room for the longest packet */

struct rec {
	u64 ts;
	u32 len;
	u8 data[];
} __packed;	/* packets follow each other without padding */

/**
 * struct inject - where packets go
 * @ifindex: number of the interface
 * @writer: whose worker sends
 */
struct inject {
	int ifindex;
	struct mapi_writer *writer;
};

static u32 rec_len(const void *p)
{
	const struct rec *rec = p;

	return sizeof(*rec) + rec->len;
}

static u64 rec_ts(const void *p)
{
	const struct rec *rec = p;

	return rec->ts;
}

/* As packet sockets have it: a tag comes on top of what the MTU allows. */
static bool fits(const struct net_device *dev, const u8 *data, u32 len)
{
	u32 most = READ_ONCE(dev->mtu) + dev->hard_header_len;

	if (mapi_linktype_of(dev) != LINKTYPE_ETHERNET)
		return len && len <= most;
	if (len < ETH_HLEN)
		return false;
	if (eth_type_vlan(get_unaligned((const __be16 *)(data + 2 * ETH_ALEN))))
		most += VLAN_HLEN;
	return len <= most;
}

static __be16 protocol_of(const struct net_device *dev, const u8 *data)
{
	if (mapi_linktype_of(dev) == LINKTYPE_ETHERNET)
		return get_unaligned((const __be16 *)(data + 2 * ETH_ALEN));
	return htons(data[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
}

static bool send(struct net_device *dev, const u8 *data, u32 len)
{
	struct sk_buff *skb;
	int ret;

	if (!netif_running(dev) || !fits(dev, data, len))
		return false;
	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len + dev->needed_tailroom,
			GFP_KERNEL | __GFP_NOWARN);
	if (!skb)
		return false;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_put_data(skb, data, len);
	skb->dev = dev;
	skb->protocol = protocol_of(dev, data);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, dev->hard_header_len);
	ret = dev_queue_xmit(skb);
	return ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN;
}

/* The interface is looked for each time, so that nobody waits for us who deletes it. */
static u32 take(struct mapi_inst *inst, const struct kvec *runs, u32 nr, u64 *bytes)
{
	const struct inject *in = inst->priv;
	struct net *net = mapi_inst_net(inst);
	struct net_device *dev = net ? dev_get_by_index(net, in->ifindex) : NULL;
	u32 i, sent = 0;

	for (i = 0; dev && i < nr; i++) {
		if (!send(dev, runs[i].iov_base, runs[i].iov_len))
			continue;
		sent++;
		*bytes += runs[i].iov_len;
	}
	dev_put(dev);
	if (net)
		put_net(net);
	return sent;
}

static const struct mapi_writer_format format = {
	.hidden = sizeof(struct rec),
	.rec_len = rec_len,
	.rec_ts = rec_ts,
	.take = take,
};

/* Return: 0, and &inject.ifindex is set, or a negative errno. */
static int find(struct mapi_inst *inst, struct net *net)
{
	const char *name = mapi_str(inst, ARG_INTERFACE);
	struct net_device *dev = dev_get_by_name(net, name);
	struct inject *in = inst->priv;
	int ret = 0;

	if (!dev)
		return mapi_bad_arg(inst, ARG_INTERFACE, -ENODEV,
				    "there is no '%s'", name);
	in->ifindex = dev->ifindex;
	if (inst->ifindex == dev->ifindex)
		ret = mapi_bad_arg(inst, ARG_INTERFACE, -EINVAL,
				   "the packets come from there");
	else if (inst->linktype != mapi_linktype_of(dev))
		ret = mapi_bad_arg(inst, ARG_INTERFACE, -EINVAL,
				   "frames of '%s' begin with another header", name);
	dev_put(dev);
	return ret;
}

static int instance(struct mapi_inst *inst)
{
	u32 size = mapi_num(inst, ARG_SIZE);
	struct net *net;
	int ret;

	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	net = mapi_inst_net(inst);
	if (!net)
		return -ENODEV;
	ret = find(inst, net);
	put_net(net);
	inst->ring_size = size;
	return ret;
}

static int init(struct mapi_inst *inst)
{
	struct inject *in = inst->priv;

	in->writer = mapi_writer_alloc(inst, NULL, &format, NULL, 0, 0);
	if (IS_ERR(in->writer)) {
		int ret = PTR_ERR(in->writer);

		in->writer = NULL;
		return ret;
	}
	return 0;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct inject *in = inst->priv;
	u32 len = sizeof(struct rec) + pkt->caplen;
	enum mapi_loss why;
	struct rec *rec;

	if (pkt->flags & MAPI_PKT_OUT) {
		mapi_lost(inst, pkt, MAPI_LOSS_RECURSION);
		return MAPI_PASS;
	}
	rec = mapi_writer_reserve(in->writer, pkt->cpu, len, &why);
	if (unlikely(!rec)) {
		mapi_lost(inst, pkt, why);
		return MAPI_PASS;
	}
	rec->ts = mapi_pkt_rank(pkt);
	rec->len = pkt->caplen;
	if (unlikely(mapi_pkt_copy(pkt, 0, rec->data, pkt->caplen)))
		memset(rec->data, 0, pkt->caplen);
	mapi_writer_commit(in->writer, pkt->cpu, len);
	return MAPI_PASS;
}

static u64 taken(const struct mapi_inst *inst, u32 cpu)
{
	const struct inject *in = inst->priv;

	return mapi_writer_taken(in->writer, cpu);
}

static u32 room(const struct mapi_inst *inst, u32 cpu)
{
	const struct inject *in = inst->priv;

	return mapi_writer_room(in->writer, cpu);
}

static u64 done(const struct mapi_inst *inst)
{
	const struct inject *in = inst->priv;

	return mapi_writer_done(in->writer);
}

static void end(struct mapi_inst *inst)
{
	const struct inject *in = inst->priv;

	mapi_writer_end(in->writer);
}

static void cleanup(struct mapi_inst *inst)
{
	const struct inject *in = inst->priv;

	mapi_writer_free(in->writer);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("interface"),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
};

static struct mapi_func inject = {
	.name		= "INJECT",
	.library	= "extraflib",
	.devoid		= "1",
	.descr		= "Sends packets that were received to another interface; needs CAP_NET_ADMIN",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_ADMIN,
	.result_type	= MAPI_RESULT_SINGLE,
	.result_size	= MAPI_WRITER_WORDS * sizeof(u64),
	.priv_size	= sizeof(struct inject),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.taken		= taken,
	.done		= done,
	.room		= room,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(inject, INJECT);

MODULE_DESCRIPTION("MAPI function INJECT");
MODULE_LICENSE("GPL");
