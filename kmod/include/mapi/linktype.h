/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What packets begin with: LINKTYPE_* of pcap, as far as we look into them.
 */
#ifndef _MAPI_LINKTYPE_H
#define _MAPI_LINKTYPE_H

#include <linux/types.h>

#define LINKTYPE_ETHERNET	1
#define LINKTYPE_RAW		101	/* IPv4 or IPv6 */

struct net_device;

u32 mapi_linktype_of(const struct net_device *dev);

#endif /* _MAPI_LINKTYPE_H */
