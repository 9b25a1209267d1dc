// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a module of its own can do: see the packets of an interface,
 * count them, and call functions through pointers.
 *
 *	dev=NAME	in the network namespace of the loader
 *	hook=1		a netfilter ingress hook, else an ETH_P_ALL tap
 *	drop=1		the hook drops what it has counted
 *	functions=N	calls so many
 *
 * /sys/module/bench_peer/parameters/packets is what it counted.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#define FUNCTIONS_MAX	16

struct counter {
	u64 n;
};

static char dev_name_[IFNAMSIZ];
static bool hook, drop;
static unsigned int functions;
module_param_string(dev, dev_name_, sizeof(dev_name_), 0);
module_param(hook, bool, 0);
module_param(drop, bool, 0);
module_param(functions, uint, 0);

static DEFINE_PER_CPU(u64, counted);
static DEFINE_PER_CPU(struct counter[FUNCTIONS_MAX], called);
static struct net_device *netdev;
static struct net *net;

static int packets_get(char *buf, const struct kernel_param *kp)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(counted, cpu);
	return sysfs_emit(buf, "%llu\n", sum);
}

static const struct kernel_param_ops packets_ops = { .get = packets_get };
module_param_cb(packets, &packets_ops, NULL, 0400);

static noinline int count(struct counter *counter, struct sk_buff *skb)
{
	counter->n++;
	return 0;
}

/* Filled in when loaded, so that the compiler does not see who is called. */
static int (*function[FUNCTIONS_MAX])(struct counter *counter, struct sk_buff *skb);

static __always_inline void see(struct sk_buff *skb)
{
	struct counter *counter = *this_cpu_ptr(&called);
	unsigned int i;

	this_cpu_inc(counted);
	for (i = 0; i < functions; i++)
		if (READ_ONCE(function[i])(&counter[i], skb))
			break;
}

static int tap_rcv(struct sk_buff *skb, struct net_device *dev,
		   struct packet_type *pt, struct net_device *orig_dev)
{
	see(skb);
	consume_skb(skb);
	return 0;
}

static unsigned int hook_rcv(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	see(skb);
	return drop ? NF_DROP : NF_ACCEPT;
}

static struct packet_type tap_ops = {
	.type = cpu_to_be16(ETH_P_ALL),
	.func = tap_rcv,
};

static struct nf_hook_ops hook_ops = {
	.hook = hook_rcv,
	.pf = NFPROTO_NETDEV,
	.hooknum = NF_NETDEV_INGRESS,
	.priority = INT_MIN,
};

static int __init bench_peer_init(void)
{
	unsigned int i;
	int ret = 0;

	if (functions > FUNCTIONS_MAX)
		return -EINVAL;
	for (i = 0; i < functions; i++)
		WRITE_ONCE(function[i], count);
	net = get_net(current->nsproxy->net_ns);
	netdev = dev_get_by_name(net, dev_name_);
	if (!netdev) {
		put_net(net);
		return -ENODEV;
	}
	tap_ops.dev = netdev;
	hook_ops.dev = netdev;
	if (hook)
		ret = nf_register_net_hook(net, &hook_ops);
	else
		dev_add_pack(&tap_ops);
	if (ret) {
		dev_put(netdev);
		put_net(net);
	}
	return ret;
}

static void __exit bench_peer_exit(void)
{
	if (hook)
		nf_unregister_net_hook(net, &hook_ops);
	else
		dev_remove_pack(&tap_ops);
	synchronize_net();
	dev_put(netdev);
	put_net(net);
}

module_init(bench_peer_init);
module_exit(bench_peer_exit);
MODULE_DESCRIPTION("The least that taps and hooks cost");
MODULE_LICENSE("GPL");
