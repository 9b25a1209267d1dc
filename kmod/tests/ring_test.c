// SPDX-License-Identifier: GPL-2.0
/* Rings: what fits, where it goes, and a consumer's index that is hostile. */
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <mapi/func.h>
#include <mapi/ring.h>
#include "../core.h"
#include "test.h"

#define SIZE	256U

/* A ring without pages of its own; its memory is as long as records may reach. */
static struct mapi_ring *ring_of(struct kunit *test, u64 head)
{
	struct mapi_ring *ring = kunit_kzalloc(test, sizeof(*ring), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ring);
	ring->size = SIZE;
	ring->data = kunit_kzalloc(test, 2 * SIZE, GFP_KERNEL);
	ring->prod = kunit_kzalloc(test, sizeof(*ring->prod), GFP_KERNEL);
	ring->cons = kunit_kzalloc(test, sizeof(*ring->cons), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->data);
	KUNIT_ASSERT_NOT_NULL(test, ring->prod);
	KUNIT_ASSERT_NOT_NULL(test, ring->cons);
	ring->head = head;
	ring->prod->head = head;
	ring->cons->tail = head;
	return ring;
}

/* Where it begins, and where its counts overflow. */
static const u64 heads[] = {
	0, SIZE - 8, 1ULL << 32, (1ULL << 32) - 8, 0 - (u64)SIZE, 0 - 8ULL,
};

/* Return: offset of the record, or -1 and why not. */
static s64 reserve(struct mapi_ring *ring, u32 len, enum mapi_loss *why)
{
	u8 *p;

	*why = MAPI_LOSS_NR;
	p = mapi_ring_reserve(ring, len, why);
	return p ? p - ring->data : -1;
}

static void ring_fills(struct kunit *test)
{
	struct mapi_ring *ring;
	enum mapi_loss why;
	u64 at;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		ring = ring_of(test, heads[i]);
		for (at = 0; at < SIZE; at += 64) {
			KUNIT_EXPECT_EQ(test, reserve(ring, 64, &why),
					(heads[i] + at) % SIZE);
			mapi_ring_commit(ring, 64);
			KUNIT_EXPECT_EQ(test, ring->prod->head, heads[i] + at + 64);
			KUNIT_EXPECT_EQ(test, ring->prod->pkts, at / 64 + 1);
			KUNIT_EXPECT_EQ(test, mapi_ring_used(ring), at + 64);
		}
		KUNIT_EXPECT_EQ(test, reserve(ring, 8, &why), -1);
		KUNIT_EXPECT_EQ(test, why, MAPI_LOSS_RING_FULL);
		KUNIT_EXPECT_EQ(test, reserve(ring, 0, &why), heads[i] % SIZE);
		/* What was not to be had is not in it. */
		KUNIT_EXPECT_EQ(test, ring->prod->head, heads[i] + SIZE);
		KUNIT_EXPECT_EQ(test, ring->prod->pkts, 4);
	}
}

static void ring_just_fits(struct kunit *test)
{
	struct mapi_ring *ring;
	enum mapi_loss why;
	u32 i, used;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		for (used = 0; used <= SIZE; used += 8) {
			ring = ring_of(test, heads[i]);
			ring->cons->tail = heads[i] - used;
			KUNIT_EXPECT_EQ(test, reserve(ring, SIZE - used, &why),
					heads[i] % SIZE);
			KUNIT_EXPECT_EQ(test, reserve(ring, SIZE - used + 1, &why),
					-1);
			KUNIT_EXPECT_EQ(test, why, MAPI_LOSS_RING_FULL);
			KUNIT_EXPECT_EQ(test, reserve(ring, U32_MAX, &why), -1);
			KUNIT_EXPECT_EQ(test, why, MAPI_LOSS_RING_FULL);
			KUNIT_EXPECT_EQ(test, mapi_ring_used(ring), used);
		}
	}
}

/* An index that is ahead of the producer, or more than a ring behind. */
static void ring_bad_index(struct kunit *test)
{
	static const u64 ahead[] = {
		1, 8, SIZE, 1ULL << 31, 1ULL << 32, 1ULL << 63, 0 - (u64)SIZE - 1,
	};
	struct mapi_ring *ring;
	enum mapi_loss why;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		for (k = 0; k < ARRAY_SIZE(ahead); k++) {
			ring = ring_of(test, heads[i]);
			ring->cons->tail = heads[i] + ahead[k];
			KUNIT_EXPECT_EQ(test, reserve(ring, 8, &why), -1);
			KUNIT_EXPECT_EQ_MSG(test, why, MAPI_LOSS_BAD_INDEX,
					    "%llu ahead of %llu", ahead[k],
					    heads[i]);
			KUNIT_EXPECT_EQ(test, reserve(ring, 0, &why), -1);
			KUNIT_EXPECT_EQ(test, why, MAPI_LOSS_BAD_INDEX);
			KUNIT_EXPECT_EQ(test, mapi_ring_used(ring), SIZE);
			/* It recovers with the next index that makes sense. */
			ring->cons->tail = heads[i];
			KUNIT_EXPECT_EQ(test, reserve(ring, 8, &why),
					heads[i] % SIZE);
		}
	}
}

/* What is in hand is not unread; a count that makes no sense is no more than all. */
static void ring_unread(struct kunit *test)
{
	static const struct {
		u32 used;
		s64 taken;	/* from the tail on */
		u64 unread;
	} cases[] = {
		{ 0, 0, 0 }, { 64, 0, 64 }, { 64, 8, 56 }, { 64, 64, 0 },
		{ SIZE, 0, SIZE }, { SIZE, SIZE, 0 },
		/* one that keeps nothing, or has forgotten */
		{ 64, -8, 64 }, { 64, -1000, 64 }, { 0, -1, 0 },
		/* ahead of the producer */
		{ 64, 65, 64 }, { 0, 8, 0 }, { 64, S64_MAX, 64 },
	};
	struct mapi_ring *ring;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		for (k = 0; k < ARRAY_SIZE(cases); k++) {
			ring = ring_of(test, heads[i]);
			ring->cons->tail = heads[i] - cases[k].used;
			ring->cons->taken = ring->cons->tail + cases[k].taken;
			KUNIT_EXPECT_EQ_MSG(test, mapi_ring_unread(ring),
					    cases[k].unread, "%u used, %lld taken",
					    cases[k].used, cases[k].taken);
		}
	}
}

/* Records of random lengths, against an array of what is in the ring. */
static void ring_random(struct kunit *test)
{
	struct mapi_ring *ring = ring_of(test, 0 - 10ULL * SIZE);
	u32 lens[SIZE / 8], nr = 0, used = 0, i, len, rounds, full = 0;
	u64 head = ring->head;
	struct rnd_state rnd;
	enum mapi_loss why;
	s64 at;

	test_random(test, &rnd);
	rounds = test_rounds(20000);
	for (i = 0; i < rounds; i++) {
		if (nr && test_below(&rnd, 2)) {
			ring->cons->tail += lens[0];
			used -= lens[0];
			nr--;
			memmove(lens, lens + 1, nr * sizeof(*lens));
		} else {
			len = 8 * (1 + test_below(&rnd, 10));
			at = reserve(ring, len, &why);
			full += at < 0;
			KUNIT_EXPECT_EQ(test, at, used + len > SIZE ? -1 :
						  (s64)(head % SIZE));
			if (at >= 0) {
				mapi_ring_commit(ring, len);
				lens[nr++] = len;
				head += len;
				used += len;
			}
		}
		KUNIT_EXPECT_EQ(test, mapi_ring_used(ring), used);
		KUNIT_EXPECT_EQ(test, ring->prod->head, head);
	}
	KUNIT_EXPECT_GT(test, full, rounds / 100);
	KUNIT_EXPECT_LT(test, full, rounds / 2);
}

/* A function whose flow has an account, and nothing else. */
static struct mapi_inst *inst_of(struct kunit *test)
{
	struct mapi_inst *inst = kunit_kzalloc(test, sizeof(*inst), GFP_KERNEL);
	struct mapi_flow *flow = kunit_kzalloc(test, sizeof(*flow), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, inst);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	inst->flow = flow;
	/* Nobody's. */
	flow->user = mapi_user_get(KUIDT_INIT(4000000000U));
	KUNIT_ASSERT_NOT_NULL(test, flow->user);
	return inst;
}

/* The data are mapped twice in a row: no record is in two pieces. */
static void ring_pages(struct kunit *test)
{
	static const u32 sizes[] = { PAGE_SIZE, 8 * PAGE_SIZE };
	struct mapi_inst *inst = inst_of(test);
	struct mapi_ring *rings;
	u32 i, k, size, wrong;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size = sizes[i];
		inst->ring_size = size;
		rings = mapi_rings_alloc(inst);
		KUNIT_EXPECT_FALSE(test, IS_ERR(rings));
		if (IS_ERR(rings))
			continue;
		KUNIT_EXPECT_GE(test, inst->flow->memory,
				(u64)num_possible_cpus() * (size + 2 * PAGE_SIZE));
		for_each_possible_cpu(cpu) {
			KUNIT_EXPECT_EQ(test, rings[cpu].size, size);
			KUNIT_EXPECT_EQ(test, rings[cpu].prod->head, 0);
			KUNIT_EXPECT_EQ(test, rings[cpu].cons->tail, 0);
			KUNIT_EXPECT_NULL(test, memchr_inv(rings[cpu].data, 0,
							   2 * size));
			for (k = 0; k < size; k += 4)
				*(u32 *)(rings[cpu].data + size / 2 + k) =
					k ^ (u32)cpu << 24;
		}
		for_each_possible_cpu(cpu) {
			for (k = 0, wrong = 0; k < 2 * size; k += 4)
				wrong += *(u32 *)(rings[cpu].data + k) !=
					 (((k + size / 2) % size) ^ (u32)cpu << 24);
			KUNIT_EXPECT_EQ(test, wrong, 0);
		}
		mapi_rings_free(inst, rings);
		KUNIT_EXPECT_EQ(test, inst->flow->memory, 0);
	}
	mapi_user_put(inst->flow->user);
}

static void ring_sizes_refused(struct kunit *test)
{
	static const u32 sizes[] = {
		1, PAGE_SIZE / 2, PAGE_SIZE - 1, PAGE_SIZE + 8, 3 * PAGE_SIZE,
		MAPI_RING_SIZE_MAX - PAGE_SIZE, 2 * MAPI_RING_SIZE_MAX,
	};
	struct mapi_inst *inst = inst_of(test);
	struct mapi_ring *rings;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		inst->ring_size = sizes[i];
		rings = mapi_rings_alloc(inst);
		KUNIT_EXPECT_TRUE_MSG(test, IS_ERR(rings), "%u bytes", sizes[i]);
		if (!IS_ERR(rings))
			mapi_rings_free(inst, rings);
		KUNIT_EXPECT_EQ(test, inst->flow->memory, 0);
	}
	mapi_user_put(inst->flow->user);
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_fills),
	KUNIT_CASE(ring_just_fits),
	KUNIT_CASE(ring_bad_index),
	KUNIT_CASE(ring_unread),
	KUNIT_CASE(ring_random),
	KUNIT_CASE(ring_pages),
	KUNIT_CASE(ring_sizes_refused),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "mapi_ring",
	.test_cases = ring_cases,
};

kunit_test_suite(ring_suite);
