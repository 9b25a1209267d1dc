/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.12, the architecture's header is the one to include. */
#if defined(HAVE_LINUX_UNALIGNED_H)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
