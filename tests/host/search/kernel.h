/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the string search of the core uses of the kernel, for user space. Every
 * header that its files include leads here. Memory can be made to run out.
 */
#ifndef SEARCH_KERNEL_H
#define SEARCH_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define U32_MAX			UINT32_MAX
#define BIT(n)			(1UL << (n))
#define ALIGN(x, to)		(((x) + (to) - 1) / (to) * (to))
#define BITS_PER_LONG		(8 * sizeof(long))
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof(*(a)))
#define SMP_CACHE_BYTES		64

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define noinline		__attribute__((noinline))

#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define min(a, b)		min_t(typeof(a), a, b)
#define max(a, b)		max_t(typeof(a), a, b)
#define clamp_t(type, x, a, b)	min_t(type, max_t(type, x, a), b)

#define GOLDEN_RATIO_32		0x61C88647
#define GOLDEN_RATIO_64		0x61C8864680B583EBull

#define get_unaligned(p) __extension__ ({				\
	const struct { typeof(*(p)) x; } __attribute__((packed)) *__p =	\
		(const void *)(p);					\
	__p->x; })

#define ilog2(x)		(63 - __builtin_clzll(x))
#define roundup_pow_of_two(x)	((x) < 2 ? 1ULL : 2ULL << ilog2((u64)(x) - 1))

#define EXPORT_SYMBOL_GPL(x)	extern typeof(x) x
#define GFP_KERNEL_ACCOUNT	0
#define kvcalloc(nr, size, gfp)	fake_calloc(nr, size)
#define kvzalloc(size, gfp)	fake_calloc(1, size)
#define kzalloc(size, gfp)	fake_calloc(1, size)
#define kvfree			free
#define kfree			free

#define nr_cpu_ids		2
#define smp_processor_id()	1
#define cond_resched()		do { } while (0)

#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) > -4096UL)

#define sort(base, nr, size, cmp, swap)	qsort(base, nr, size, cmp)

/* Allocations that succeed until one fails; negative: all do. */
extern int fake_memory;

static inline void *fake_calloc(size_t nr, size_t size)
{
	if (!fake_memory)
		return NULL;
	if (fake_memory > 0)
		fake_memory--;
	return calloc(nr, size);
}

static inline u64 get_random_u64(void)
{
	return (u64)random() << 42 ^ (u64)random() << 21 ^ random();
}

static inline void __set_bit(u32 n, unsigned long *bits)
{
	bits[n / BITS_PER_LONG] |= 1UL << n % BITS_PER_LONG;
}

static inline bool test_bit(u32 n, const unsigned long *bits)
{
	return bits[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1;
}

static inline bool __test_and_set_bit(u32 n, unsigned long *bits)
{
	bool was = test_bit(n, bits);

	__set_bit(n, bits);
	return was;
}

#endif /* SEARCH_KERNEL_H */
