/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.12, this is asm/unaligned.h. */
#ifdef HAVE_LINUX_UNALIGNED_H
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
