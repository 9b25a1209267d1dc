// SPDX-License-Identifier: GPL-2.0
/*
 * Network interfaces as a source of packets: a tap that sees what tcpdump
 * sees, or a netfilter ingress hook for ports that only monitor.
 *
 * Locking: what the core calls runs under its control mutex. Interfaces come
 * and go under rtnl, and the core's mutex must not be taken there: nic_mutex,
 * inside both, guards the list and what is registered with the stack.
 */
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "nic.h"

#define NIC_OID		"1.1"

static DEFINE_MUTEX(nic_mutex);
static LIST_HEAD(nics);
static struct mapi_source nic_source;

static struct nic *to_nic(struct mapi_dev *dev)
{
	return container_of(dev, struct nic, dev);
}

/* What loopback sends it receives: each packet is shown once, as received. */
static u32 directions_of(const struct nic *nic)
{
	return nic->mode == MAPI_MODE_TAP && !nic->loopback ?
	       MAPI_DIR_IN | MAPI_DIR_OUT : MAPI_DIR_IN;
}

static bool ignores_outgoing(const struct nic *nic, const struct mapi_want *want)
{
	return !want->out || !(directions_of(nic) & MAPI_DIR_OUT);
}

/* nic_mutex held. */
static int nic_attach(struct nic *nic, const struct mapi_want *want,
		      struct mapi_errbuf *err)
{
	int ret;

	if (nic->mode == MAPI_MODE_TAP) {
		nic->pt = (struct packet_type) {
			.type = htons(ETH_P_ALL),
			.dev = nic->netdev,
			.func = nic_tap_rcv,
			.af_packet_priv = nic,
			.ignore_outgoing = ignores_outgoing(nic, want),
		};
		dev_add_pack(&nic->pt);
	} else {
		nic->hook = (struct nf_hook_ops) {
			.hook = nic_hook_rcv,
			.dev = nic->netdev,
			.priv = nic,
			.pf = NFPROTO_NETDEV,
			.hooknum = NF_NETDEV_INGRESS,
			.priority = INT_MIN,
		};
		nic->net = dev_net(nic->netdev);
		ret = nf_register_net_hook(nic->net, &nic->hook);
		if (ret)
			return mapi_err(err, ret, 0,
					"the kernel refuses the hook on this interface: error %d",
					-ret);
	}
	nic->running = true;
	return 0;
}

/* nic_mutex held. When it returns no packet is on its way to the core. */
static void nic_detach(struct nic *nic)
{
	if (!nic->running)
		return;
	nic->running = false;
	if (nic->mode == MAPI_MODE_TAP) {
		dev_remove_pack(&nic->pt);
	} else {
		nf_unregister_net_hook(nic->net, &nic->hook);
		synchronize_net();
	}
}

/* rtnl and nic_mutex held. */
static void nic_set_promisc(struct nic *nic, bool on)
{
	if (!nic->netdev || nic->promisc == on)
		return;
	if (!dev_set_promiscuity(nic->netdev, on ? 1 : -1))
		WRITE_ONCE(nic->promisc, on);
}

/* rtnl is dear: it is taken for the first flow and for the last. */
static void nic_promisc(struct nic *nic, bool on)
{
	if (READ_ONCE(nic->promisc) == on)
		return;
	rtnl_lock();
	mutex_lock(&nic_mutex);
	nic_set_promisc(nic, on);
	mutex_unlock(&nic_mutex);
	rtnl_unlock();
}

static int nic_start(struct mapi_dev *dev, const struct mapi_want *want,
		     struct mapi_errbuf *err)
{
	struct nic *nic = to_nic(dev);
	int ret = 0;

	if (want->promisc)
		nic_promisc(nic, true);
	mutex_lock(&nic_mutex);
	if (!want->flows) {
		nic_detach(nic);
	} else if (!nic->netdev) {
		ret = mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
			       "the interface is gone");
	} else if (!nic->running) {
		ret = nic_attach(nic, want, err);
	} else if (nic->mode == MAPI_MODE_TAP) {
		WRITE_ONCE(nic->pt.ignore_outgoing, ignores_outgoing(nic, want));
	}
	mutex_unlock(&nic_mutex);
	if (!want->promisc || ret)
		nic_promisc(nic, false);
	return ret;
}

static struct nic *nic_find(const struct net_device *netdev)
{
	struct nic *nic;

	list_for_each_entry(nic, &nics, entry)
		if (nic->netdev == netdev)
			return nic;
	return NULL;
}

static struct mapi_dev *nic_make(struct net *net, struct net_device *netdev,
				 struct mapi_errbuf *err)
{
	struct nic *nic;
	u32 linktype;
	int ret;

	linktype = mapi_linktype_of(netdev);
	if (!linktype)
		return ERR_PTR(mapi_err(err, -EPFNOSUPPORT, MAPI_ERR_NO_DEVICE,
					"%s: packets of hardware type %u have no pcap link type here",
					netdev->name, netdev->type));
	nic = kzalloc(sizeof(*nic), GFP_KERNEL_ACCOUNT);
	if (!nic)
		return ERR_PTR(-ENOMEM);
	nic->dev.linktype = linktype;
	nic->dev.ifindex = netdev->ifindex;
	nic->dev.oid = NIC_OID;
	strscpy(nic->name, netdev->name, sizeof(nic->name));
	nic->netdev = netdev;
	nic->loopback = netdev->flags & IFF_LOOPBACK;
	nic->dev.directions = directions_of(nic);
	ret = mapi_dev_init(&nic->dev, &nic_source, net);
	if (ret) {
		kfree(nic);
		return ERR_PTR(ret);
	}
	netdev_hold(netdev, &nic->tracker, GFP_KERNEL);
	list_add_tail(&nic->entry, &nics);
	return &nic->dev;
}

static struct mapi_dev *nic_open(struct net *net, const char *name,
				 struct mapi_errbuf *err)
{
	struct net_device *netdev;
	struct mapi_dev *dev;
	struct nic *nic;

	rtnl_lock();
	mutex_lock(&nic_mutex);
	netdev = __dev_get_by_name(net, name);
	nic = netdev ? nic_find(netdev) : NULL;
	if (!netdev) {
		dev = NULL;
	} else if (nic) {
		dev = &nic->dev;
		mapi_dev_get(dev);
	} else {
		dev = nic_make(net, netdev, err);
	}
	mutex_unlock(&nic_mutex);
	rtnl_unlock();
	return dev;
}

/* nic_mutex held. Lets go of the interface. */
static void nic_drop_netdev(struct nic *nic)
{
	struct net_device *netdev = nic->netdev;

	if (!netdev)
		return;
	nic->netdev = NULL;
	netdev_put(netdev, &nic->tracker);
}

static void nic_release(struct mapi_dev *dev)
{
	struct nic *nic = to_nic(dev);

	mutex_lock(&nic_mutex);
	list_del(&nic->entry);
	nic_drop_netdev(nic);
	mutex_unlock(&nic_mutex);
	kfree(nic);
}

static void netdev_info_of(struct net_device *netdev, struct mapi_dev_info *info)
{
	const struct dev_ifalias *alias = rtnl_dereference(netdev->ifalias);
	struct ethtool_link_ksettings link;
	struct rtnl_link_stats64 stats;

	strscpy(info->name, netdev->name, sizeof(info->name));
	if (alias)
		strscpy(info->descr, alias->ifalias, sizeof(info->descr));
	else if (netdev->dev.parent)
		strscpy(info->descr, dev_driver_string(netdev->dev.parent),
			sizeof(info->descr));
	info->oid = NIC_OID;
	info->ifindex = netdev->ifindex;
	info->linktype = mapi_linktype_of(netdev);
	info->mtu = netdev->mtu;
	dev_get_stats(netdev, &stats);
	info->ifdrops = stats.rx_dropped + stats.rx_missed_errors;
	if (netif_running(netdev) && !__ethtool_get_link_ksettings(netdev, &link) &&
	    link.base.speed != (u32)SPEED_UNKNOWN)
		info->speed = link.base.speed;
}

static void nic_info(struct mapi_dev *dev, struct mapi_dev_info *info)
{
	struct nic *nic = to_nic(dev);

	strscpy(info->name, nic->name, sizeof(info->name));
	info->oid = NIC_OID;
	info->linktype = dev->linktype;
	rtnl_lock();
	mutex_lock(&nic_mutex);
	if (nic->netdev)
		netdev_info_of(nic->netdev, info);
	mutex_unlock(&nic_mutex);
	rtnl_unlock();
	info->mode = nic->mode;
	info->tstamp = nic->dev.tstamp;
}

/* rtnl and nic_mutex held. */
static struct mapi_dev *netdev_describe(struct net_device *netdev,
					struct mapi_dev_info *info)
{
	struct nic *nic = nic_find(netdev);

	netdev_info_of(netdev, info);
	if (!nic)
		return NULL;
	info->mode = nic->mode;
	info->tstamp = nic->dev.tstamp;
	return &nic->dev;
}

static int nic_find_info(struct net *net, const char *name,
			 struct mapi_dev_info *info, struct mapi_dev **dev)
{
	struct net_device *netdev;

	rtnl_lock();
	mutex_lock(&nic_mutex);
	netdev = __dev_get_by_name(net, name);
	if (netdev)
		*dev = netdev_describe(netdev, info);
	mutex_unlock(&nic_mutex);
	rtnl_unlock();
	return netdev ? 0 : -ENODEV;
}

/* In order of ifindex, so that it can go on after some have come and gone. */
static int nic_list(struct net *net, unsigned long *pos,
		    int (*cb)(const struct mapi_dev_info *info,
			      struct mapi_dev *dev, void *arg), void *arg)
{
	struct net_device *netdev;
	unsigned long ifindex = *pos;
	int ret = 0;

	rtnl_lock();
	mutex_lock(&nic_mutex);
	for_each_netdev_dump(net, netdev, ifindex) {
		struct mapi_dev_info info = {};
		struct mapi_dev *dev = netdev_describe(netdev, &info);

		ret = cb(&info, dev, arg);
		if (ret)
			break;
	}
	*pos = ifindex;
	mutex_unlock(&nic_mutex);
	rtnl_unlock();
	return ret;
}

/*
 * nic_mutex held. From one mode with the hook to the other only what the hook
 * does changes: no packet is missed. The tap cannot be refused, the hook can.
 */
static int nic_set_mode(struct nic *nic, u32 mode, struct mapi_errbuf *err)
{
	u32 old = nic->mode;
	int ret;

	if (mode != MAPI_MODE_TAP && nic->loopback)
		return mapi_err(err, -EOPNOTSUPP, 0,
				"the loopback interface can only be tapped");
	if (!nic->running || (mode != MAPI_MODE_TAP && old != MAPI_MODE_TAP)) {
		WRITE_ONCE(nic->mode, mode);
		return 0;
	}
	nic_detach(nic);
	WRITE_ONCE(nic->mode, mode);
	ret = nic_attach(nic, &nic->dev.want, err);
	if (ret) {
		WRITE_ONCE(nic->mode, old);
		nic_attach(nic, &nic->dev.want, NULL);
	}
	return ret;
}

static int nic_set(struct mapi_dev *dev, int mode, int tstamp,
		   struct mapi_errbuf *err)
{
	struct nic *nic = to_nic(dev);
	bool pin;
	int ret = 0;

	mutex_lock(&nic_mutex);
	if (mode >= 0 && (u32)mode != nic->mode) {
		ret = nic_set_mode(nic, mode, err);
		if (ret)
			goto out;
	}
	dev->directions = directions_of(nic);
	if (tstamp >= 0)
		WRITE_ONCE(nic->dev.tstamp, tstamp);
	pin = nic->netdev && (nic->mode || nic->dev.tstamp);
	if (pin && !nic->pinned)
		mapi_dev_get(dev);
	else if (!pin && nic->pinned)
		mapi_dev_put(dev);	/* the caller has another */
	nic->pinned = pin;
out:
	mutex_unlock(&nic_mutex);
	return ret;
}

static void nic_forget(struct mapi_dev *dev)
{
	struct nic *nic = to_nic(dev);

	if (nic->pinned)
		mapi_dev_put(dev);
	nic->pinned = false;
}

static struct mapi_source nic_source = {
	.name	 = "nic",
	.open	 = nic_open,
	.start	 = nic_start,
	.release = nic_release,
	.info	 = nic_info,
	.find	 = nic_find_info,
	.set	 = nic_set,
	.list	 = nic_list,
	.gone	 = nic_forget,
};

/*
 * The interface is no longer what the flows are on. From here on they get
 * nothing, whatever the namespace that it turns up in next.
 */
static void nic_gone(struct nic *nic, enum mapi_end_reason reason)
{
	nic_detach(nic);
	nic_set_promisc(nic, false);
	nic_drop_netdev(nic);
	mapi_dev_gone(&nic->dev, reason);
}

static int nic_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *netdev = netdev_notifier_info_to_dev(ptr);
	struct nic *nic;

	if (event != NETDEV_UNREGISTER && event != NETDEV_CHANGENAME &&
	    event != NETDEV_POST_TYPE_CHANGE)
		return NOTIFY_DONE;
	mutex_lock(&nic_mutex);
	nic = nic_find(netdev);
	if (!nic)
		goto out;
	if (event == NETDEV_CHANGENAME) {
		nic_gone(nic, MAPI_END_DEVICE_RENAMED);
	} else if (event == NETDEV_POST_TYPE_CHANGE) {
		if (mapi_linktype_of(netdev) != nic->dev.linktype)
			nic_gone(nic, MAPI_END_DEVICE_CHANGED);
	} else if (netdev->reg_state == NETREG_REGISTERED) {
		nic_gone(nic, MAPI_END_DEVICE_MOVED);
	} else {
		nic_gone(nic, MAPI_END_DEVICE_GONE);
	}
out:
	mutex_unlock(&nic_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block nic_notifier = {
	.notifier_call = nic_event,
};

static int __init nic_init(void)
{
	int ret;

	ret = register_netdevice_notifier(&nic_notifier);
	if (ret)
		return ret;
	ret = mapi_register_source(&nic_source, THIS_MODULE);
	if (ret)
		unregister_netdevice_notifier(&nic_notifier);
	return ret;
}

static void __exit nic_exit(void)
{
	mapi_unregister_source(&nic_source);
	unregister_netdevice_notifier(&nic_notifier);
}

module_init(nic_init);
module_exit(nic_exit);

MODULE_DESCRIPTION("MAPI packet source: network interfaces");
MODULE_LICENSE("GPL");
MODULE_ALIAS("mapi-source-nic");
