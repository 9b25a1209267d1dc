/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.5, what net/gso.h declares is in linux/netdevice.h. */
#ifdef HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif
