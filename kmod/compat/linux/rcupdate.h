/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.2, no callback of RCU is lazy. */
#include_next <linux/rcupdate.h>

#if !defined(_MAPI_COMPAT_RCUPDATE_H) && !defined(HAVE_CALL_RCU_HURRY)
#define _MAPI_COMPAT_RCUPDATE_H

#define call_rcu_hurry call_rcu

#endif
