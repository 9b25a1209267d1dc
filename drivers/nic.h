/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MAPI_NIC_H
#define _MAPI_NIC_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <mapi/linktype.h>
#include <mapi/source.h>

/**
 * struct nic - a network interface that is monitored, or was set up to be
 * @dev: the core's part
 * @name: its name when it was found
 * @netdev: the interface, %NULL once it is gone
 * @tracker: of the reference to @netdev
 * @mode: enum mapi_dev_mode
 * @loopback: it is the loopback interface
 * @running: @pt or @hook is registered
 * @promisc: promiscuous mode was asked for
 * @pinned: settings differ from the defaults; a reference keeps them
 * @pt: the tap
 * @hook: the netfilter ingress hook
 * @net: namespace that @hook is registered in
 * @entry: in the list of all
 */
struct nic {
	struct mapi_dev dev;
	char name[IFNAMSIZ];
	struct net_device *netdev;
	netdevice_tracker tracker;
	u32 mode;
	bool loopback;
	bool running;
	bool promisc;
	bool pinned;
	struct packet_type pt;
	struct nf_hook_ops hook;
	struct net *net;
	struct list_head entry;
};

/* nic_rx.c: from skb to packet */
void nic_lay_out(struct nic *nic, struct sk_buff *skb, struct mapi_pkt *pkt);
int nic_tap_rcv(struct sk_buff *skb, struct net_device *dev,
		struct packet_type *pt, struct net_device *orig_dev);
unsigned int nic_hook_rcv(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state);

/* nic_gso.c: super-packets as the wire packets they were or will be */
bool nic_gso_rx(struct nic *nic, struct mapi_pkt *pkt);

#endif /* _MAPI_NIC_H */
