/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.6, no table of a namespace's interfaces has them in order. */
#include_next <linux/netdevice.h>

#ifndef _MAPI_COMPAT_NETDEVICE_H
#define _MAPI_COMPAT_NETDEVICE_H

#ifndef for_each_netdev_dump
/* The interface with the smallest number from *@ifindex on, under rtnl. */
static inline struct net_device *mapi_compat_netdev_from(struct net *net,
							 unsigned long *ifindex)
{
	struct net_device *dev, *best = NULL;

	for_each_netdev(net, dev)
		if (dev->ifindex >= *ifindex &&
		    (!best || dev->ifindex < best->ifindex))
			best = dev;
	if (best)
		*ifindex = best->ifindex;
	return best;
}

#define for_each_netdev_dump(net, d, ifindex)				\
	for (; (d = mapi_compat_netdev_from(net, &(ifindex))); ifindex++)
#endif

#endif
