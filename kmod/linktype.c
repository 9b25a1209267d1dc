// SPDX-License-Identifier: GPL-2.0
/*
 * What frames of an interface begin with.
 */
#include <linux/export.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <mapi/linktype.h>

/**
 * mapi_linktype_of - what frames of an interface begin with
 * @dev: the interface
 *
 * Return: LINKTYPE_* of pcap, as libpcap chooses it; 0 if there is none we know.
 */
u32 mapi_linktype_of(const struct net_device *dev)
{
	switch (dev->type) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return LINKTYPE_ETHERNET;
	case ARPHRD_NONE:
	case ARPHRD_RAWIP:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
		return dev->hard_header_len ? 0 : LINKTYPE_RAW;
	default:
		return 0;
	}
}
EXPORT_SYMBOL_GPL(mapi_linktype_of);
