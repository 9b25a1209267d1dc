/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of a measurement: guest time. User-mode Linux is a process among
 * others, so there it is the time that this process has had a processor, of which
 * only the machine's own kernel knows.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <linux/ktime.h>
#include <linux/time64.h>

#ifdef CONFIG_UML

#define NR_CLOCK_GETTIME	228
#define THREAD_CPUTIME_ID	3

/* Asking takes some hundred nanoseconds. */
#define BATCH	1024

static inline u64 clock_ns(void)
{
	struct timespec64 t;
	long ret = NR_CLOCK_GETTIME;

	asm volatile("syscall" : "+a" (ret)
		     : "D" (THREAD_CPUTIME_ID), "S" (&t)
		     : "rcx", "r11", "memory");
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

#else

#define BATCH	64

static inline u64 clock_ns(void)
{
	return ktime_get_ns();
}

#endif
#endif
