/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAPICTL_WHEN_H
#define MAPICTL_WHEN_H

#include <stdint.h>

#define WHEN_SIZE	48

uint64_t now_ns(void);		/* since 1970 */
uint64_t monotonic_ns(void);	/* for differences */

/* Nanoseconds since 1970 as local time, "2026-11-23T18:33:00.123456789+0100" */
const char *when(uint64_t ns, char buf[WHEN_SIZE]);

#endif
