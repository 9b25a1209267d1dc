// SPDX-License-Identifier: MIT
/* Results and statistics of functions. */
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "unit.h"

void results_sum(void);
void results_forms(void);
void results_consistent(void);
void results_reset(void);
void results_last(void);
void results_last_consistent(void);
void results_mixed(void);
void results_shared(void);
void results_joining(void);
void results_errors(void);
void stats(void);
void stats_never_negative(void);
void no_syscalls(void);

static int fd;
static struct mapi_result_hdr *area;

static void setup(void)
{
	fd = fake_flow(1);
	area = fake_area(fd);
}

static mapi_u64_t count(int fid)
{
	mapi_u64_t val = 0;

	CHECK(!mapi_read_results(fd, fid, &val));
	return val;
}

void results_sum(void)
{
	setup();
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		*fake_words(area, FAKE_COUNTER, cpu) = 1ULL << (40 + cpu);
	CHECK(count(FAKE_COUNTER) == 7ULL << 40);
	*fake_words(area, FAKE_COUNTER, FAKE_CPUS) = 1ULL << 42;
	CHECK(count(FAKE_COUNTER) == 3ULL << 40);

	/* one worker's words: neither summed nor reset */
	for (int cpu = 0; cpu <= FAKE_CPUS; cpu++)
		*fake_words(area, FAKE_FILE, cpu) = 1;
	CHECK(count(FAKE_FILE) == 11);
}

void results_forms(void)
{
	unsigned char bytes[24];
	void *any = bytes;
	struct timeval now;
	mapi_results_t *res;
	mapi_u64_t val = ~0ULL;
	int low[2] = { 5, 5 };

	setup();
	*fake_words(area, FAKE_COUNTER, 1) = 0x100000007ULL;
	res = mapi_read_results(fd, FAKE_COUNTER);
	CHECK(res && res->size == 8);
	CHECK(*(mapi_u64_t *)res->res == 0x100000007ULL);
	gettimeofday(&now, NULL);
	CHECK(res->ts / 1000000 - now.tv_sec + 1 <= 2);
	*fake_words(area, FAKE_COUNTER, 1) = 8;
	CHECK(mapi_read_results(fd, FAKE_COUNTER) == res);
	CHECK(*(mapi_u64_t *)res->res == 8);
	CHECK(mapi_read_result(fd, FAKE_COUNTER) == res);

	*fake_words(area, FAKE_COUNTER, 1) = 0x100000007ULL;
	CHECK(!mapi_read_results(fd, FAKE_COUNTER, &low[0]));
	CHECK(low[0] == 7 && low[1] == 5);
	memset(bytes, 0xff, sizeof(bytes));
	CHECK(!mapi_read_results(fd, FAKE_COUNTER, any));
	CHECK(bytes[0] == 7 && bytes[4] == 1 && bytes[8] == 0xff);
	CHECK(!mapi_read_results(fd, FAKE_TRIPLE, bytes));
	CHECK(!memcmp(bytes, (char[24]){ 0 }, sizeof(bytes)));

	/* an int's worth of result fills all of a longer variable */
	CHECK(!mapi_read_results(fd, FAKE_FILE, &val) && val == 0);

	/* a function without a result still gives an address */
	res = mapi_read_results(fd, FAKE_SAMPLE);
	CHECK(res && res->res && res->size == 0);
}

static atomic_bool stop;

/* Write three equal words, now and then. */
/* As between packets: who never pauses leaves a slow reader no time to read. */
static void pause_now_and_then(__u64 n)
{
	for (int i = 0; !(n % 8) && i < 200; i++)
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static void *write_triples(void *arg)
{
	struct mapi_slot *slot = fake_slot(area, FAKE_TRIPLE, 1);
	__u64 *words = fake_words(area, FAKE_TRIPLE, 1);

	for (__u64 n = 0; !stop; n++) {
		__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		for (int i = 0; i < 3; i++)
			__atomic_store_n(&words[i], n, __ATOMIC_RELAXED);
		__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELEASE);
		pause_now_and_then(n);
	}
	return arg;
}

void results_consistent(void)
{
	mapi_u64_t last = 0;
	pthread_t writer;

	setup();
	pthread_create(&writer, NULL, write_triples, NULL);
	for (int i = 0; i < 100000; i++) {
		mapi_u64_t val[3];

		CHECK(!mapi_read_results(fd, FAKE_TRIPLE, &val));
		CHECK(val[0] == val[1] && val[1] == val[2]);
		CHECK(val[0] >= last);
		last = val[0];
	}
	stop = true;
	pthread_join(writer, NULL);
}

/* Count, and reset at the same time, as the kernel does. */
static void *count_and_reset(void *arg)
{
	struct mapi_result_desc *desc = (void *)(area + 1);
	__u64 *word = fake_words(area, FAKE_COUNTER, 1);
	__u64 *base = fake_words(area, FAKE_COUNTER, FAKE_CPUS);

	while (!stop) {
		__atomic_store_n(word, *word + 1, __ATOMIC_RELAXED);
		if (*word % 64)
			continue;
		__atomic_store_n(&desc->seq, desc->seq + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		__atomic_store_n(base, *word, __ATOMIC_RELAXED);
		__atomic_store_n(&desc->seq, desc->seq + 1, __ATOMIC_RELEASE);
	}
	return arg;
}

void results_reset(void)
{
	pthread_t writer;

	setup();
	pthread_create(&writer, NULL, count_and_reset, NULL);
	for (int i = 0; i < 100000; i++)
		CHECK(count(FAKE_COUNTER) < 1ULL << 40);
	stop = true;
	pthread_join(writer, NULL);
}

/* A CPU writes a pair, as the kernel does. */
static void write_pair(int cpu, __u64 when, __u64 value)
{
	struct mapi_slot *slot = fake_slot(area, FAKE_PAIR, cpu);
	__u64 *words = fake_words(area, FAKE_PAIR, cpu);

	__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&slot->last, when, __ATOMIC_RELAXED);
	__atomic_store_n(&words[0], value, __ATOMIC_RELAXED);
	__atomic_store_n(&words[1], ~value, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELEASE);
}

static mapi_u64_t pair(void)
{
	mapi_u64_t val[2];

	CHECK(!mapi_read_results(fd, FAKE_PAIR, &val));
	CHECK(val[1] == (val[0] ? ~val[0] : 0));
	return val[0];
}

void results_last(void)
{
	setup();
	CHECK(pair() == 0);
	write_pair(1, 5, 500);
	CHECK(pair() == 500);
	write_pair(2, 4, 400);		/* came earlier */
	CHECK(pair() == 500);
	write_pair(0, 1ULL << 40, 7);
	CHECK(pair() == 7);
	write_pair(0, (1ULL << 40) + 1, 3);
	CHECK(pair() == 3);

	/* the base block tells when it was reset */
	fake_slot(area, FAKE_PAIR, FAKE_CPUS)->last = (1ULL << 40) + 1;
	CHECK(pair() == 0);
	write_pair(2, (1ULL << 40) + 2, 9);
	CHECK(pair() == 9);
}

static void *write_pairs(void *arg)
{
	for (__u64 n = 1; !stop; n++) {
		write_pair(n % FAKE_CPUS, n, n);
		pause_now_and_then(n);
	}
	return arg;
}

void results_last_consistent(void)
{
	mapi_u64_t last = 0, now;
	pthread_t writer;

	setup();
	pthread_create(&writer, NULL, write_pairs, NULL);
	while (!pair())
		sched_yield();
	for (int i = 0; i < 100000; i++) {
		now = pair();
		CHECK(now >= last);
		last = now;
	}
	stop = true;
	pthread_join(writer, NULL);
}

static bool mixed(mapi_u64_t a, mapi_u64_t b, mapi_u64_t least, mapi_u64_t most)
{
	mapi_u64_t val[4];

	CHECK(!mapi_read_results(fd, FAKE_MIXED, &val));
	return val[0] == a && val[1] == b && val[2] == least && val[3] == most;
}

void results_mixed(void)
{
	struct mapi_result_desc *desc;

	setup();
	desc = (struct mapi_result_desc *)(area + 1) + FAKE_MIXED - 1;
	desc->nr_min = 1;
	desc->nr_max = 1;
	desc->age = 1;
	CHECK(mixed(0, 0, 0, 0));
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		memcpy(fake_words(area, FAKE_MIXED, cpu),
		       (__u64[]){ 1, 10, 100 - cpu, 50 + cpu }, 32);
	CHECK(mixed(0, 0, 0, 0));		/* none has been there */
	fake_slot(area, FAKE_MIXED, 1)->age = 1;
	CHECK(mixed(1, 10, 99, 51));
	fake_slot(area, FAKE_MIXED, 0)->age = 1;
	CHECK(mixed(2, 20, 99, 51));
	fake_slot(area, FAKE_MIXED, 2)->age = 1;
	CHECK(mixed(3, 30, 98, 52));
	fake_words(area, FAKE_MIXED, 2)[2] = ~0ULL;
	CHECK(mixed(3, 30, 99, 52));
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		fake_words(area, FAKE_MIXED, cpu)[2] = ~0ULL;
	CHECK(mixed(3, 30, ~0ULL, 52));
	/* as long as the first sum says that there are none, there is no least one */
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		fake_words(area, FAKE_MIXED, cpu)[0] = 0;
	CHECK(mixed(0, 30, 0, 52));
	/* and without sums the greatest number there is says so */
	desc->nr_min = 3;
	CHECK(mixed(0, 10, 0, 52));
	desc->nr_min = 1;
	memcpy(fake_words(area, FAKE_MIXED, 0), (__u64[]){ 1, 10, 100, 50 }, 32);

	/* reset: who has not been there since does not count */
	desc->age = 2;
	CHECK(mixed(0, 0, 0, 0));
	fake_slot(area, FAKE_MIXED, 0)->age = 2;
	CHECK(mixed(1, 10, 100, 50));
}

void results_shared(void)
{
	setup();
	fake_node(area, 1, 0)->own = (struct mapi_node_count) { 5, 500 };
	CHECK(count(FAKE_PKTS) == 5);

	/* what others had before does not count, nor does what it began with */
	*fake_count(area, 1, 1) = (struct mapi_node_count) { -7ULL, 1ULL << 50 };
	CHECK(count(FAKE_PKTS) == 5);
	fake_share(area, 1, 1);
	CHECK(count(FAKE_PKTS) == 5);
	fake_count(area, 1, 1)->pkts += 20;
	CHECK(count(FAKE_PKTS) == 25);

	/* reset by the base block */
	*fake_words(area, FAKE_PKTS, FAKE_CPUS) = 11;
	CHECK(count(FAKE_PKTS) == 14);
	*fake_words(area, FAKE_PKTS, FAKE_CPUS) = 0;

	/* the bytes, and not those of other nodes */
	((struct mapi_result_desc *)(area + 1))[FAKE_PKTS - 1].type =
		MAPI_RESULT_BYTES;
	fake_count(area, 1, 1)->bytes += 2000;
	fake_node(area, 0, 0)->own.bytes = 1000000;
	CHECK(count(FAKE_PKTS) == 2500);
}

/* Come to a count and leave it, as the kernel does, while it counts. */
static void *come_and_go(void *arg)
{
	struct mapi_node_slot *slot = fake_node(area, 1, 1);
	struct mapi_node_count *c = fake_count(area, 1, 1);
	__u32 at = (char *)c - (char *)area;

	while (!stop) {
		__atomic_store_n(&c->pkts, c->pkts + 1, __ATOMIC_RELAXED);
		if (c->pkts % 16)
			continue;
		__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (slot->at)
			__atomic_store_n(&slot->own.pkts, slot->own.pkts + c->pkts -
					 slot->base.pkts, __ATOMIC_RELAXED);
		else
			__atomic_store_n(&slot->base.pkts, c->pkts,
					 __ATOMIC_RELAXED);
		__atomic_store_n(&slot->at, slot->at ? 0 : at, __ATOMIC_RELAXED);
		__atomic_store_n(&slot->seq, slot->seq + 1, __ATOMIC_RELEASE);
	}
	return arg;
}

void results_joining(void)
{
	mapi_u64_t last = 0, now;
	pthread_t writer;

	setup();
	fake_count(area, 1, 1)->pkts = 1ULL << 63;
	pthread_create(&writer, NULL, come_and_go, NULL);
	for (int i = 0; i < 100000; i++) {
		now = count(FAKE_PKTS);
		CHECK(now >= last && now < 1ULL << 40);
		last = now;
	}
	stop = true;
	pthread_join(writer, NULL);
}

void results_errors(void)
{
	mapi_u64_t val = 77;
	int flow = fake_flow(2);

	CHECK(!mapi_read_results(0, 1));
	CHECK_ERROR(MAPI_INVALID_FLOW);
	CHECK(!mapi_read_results(flow, 0));
	CHECK_ERROR(MAPI_INVALID_FLOW);
	CHECK(!mapi_read_results(12345, 1));
	CHECK_ERROR(MAPI_INVALID_FLOW);
	CHECK(!mapi_read_results(flow, FAKE_NR + 1));
	CHECK_ERROR(MAPI_INVALID_FID_FUNCID);
	CHECK(mapi_read_results(flow, FAKE_NR + 1, &val) == -1 && val == 77);
	CHECK_ERROR(MAPI_INVALID_FID_FUNCID);
	CHECK(mapi_read_results(flow, 1, (int *)NULL) == -1);
	CHECK_ERROR(MFUNCT_INVALID_ARGUMENT_3);
}

void stats(void)
{
	struct mapi_function_stats s;

	setup();
	fake_node(area, 0, 0)->own.pkts = 100;
	fake_node(area, 0, 2)->own.pkts = 20;
	fake_node(area, 1, 0)->own.pkts = 70;
	fake_share(area, 1, 2);
	fake_count(area, 1, 2)->pkts += 5;
	fake_slot(area, FAKE_FILE, 1)->lost[MAPI_LOSS_BACKLOG] = 4;
	fake_slot(area, FAKE_FILE, FAKE_CPUS)->lost[MAPI_LOSS_FILE] = 2;
	((struct mapi_result_desc *)(area + 1))[FAKE_FILE - 1].status = -28;

	CHECK(!mapi_get_function_stats(fd, FAKE_COUNTER, &s));
	CHECK(s.pkts == 120 && s.filtered == 0 && s.passed == 120 && !s.status);
	CHECK(!mapi_get_function_stats(fd, FAKE_SAMPLE, &s));
	CHECK(s.pkts == 120 && s.filtered == 45 && s.passed == 75);
	CHECK(!mapi_get_function_stats(fd, FAKE_FILE, &s));
	CHECK(s.pkts == 120 && s.filtered == 0 && s.passed == 120);
	CHECK(s.lost[MAPI_LOST_BACKLOG] == 4 && s.lost[MAPI_LOST_FILE] == 2);
	CHECK(s.lost[MAPI_LOST_RING_FULL] == 0 && s.status == 28);
	CHECK(!mapi_get_function_stats(fd, FAKE_BUFFER, &s));
	CHECK(s.pkts == 75 && s.passed == 75);
	CHECK(mapi_get_function_stats(fd, FAKE_BUFFER, NULL) == -1);
	CHECK_ERROR(MFUNCT_INVALID_ARGUMENT_3);
}

/* Every packet comes in and passes. */
static void *pass_packets(void *arg)
{
	__u64 *in = &fake_node(area, 0, 1)->own.pkts;
	__u64 *out = &fake_node(area, 1, 1)->own.pkts;

	while (!stop) {
		__atomic_store_n(in, *in + 1, __ATOMIC_RELEASE);
		__atomic_store_n(out, *out + 1, __ATOMIC_RELEASE);
	}
	return arg;
}

void stats_never_negative(void)
{
	struct mapi_function_stats s;
	pthread_t writer;

	setup();
	pthread_create(&writer, NULL, pass_packets, NULL);
	for (int i = 0; i < 100000; i++) {
		CHECK(!mapi_get_function_stats(fd, FAKE_SAMPLE, &s));
		CHECK(s.filtered < 1ULL << 40);
	}
	stop = true;
	pthread_join(writer, NULL);
}

/* Nothing but the two getppid() is to be seen between them, from outside. */
void no_syscalls(void)
{
	struct mapi_function_stats s;
	struct fake_ring ring;

	setup();
	fake_ring(fd, 0, &ring);
	CHECK(fake_packet(&ring, 1, 100));
	CHECK(mapi_get_next_pkt(fd, FAKE_BUFFER));
	mapi_read_results(fd, FAKE_COUNTER);
	for (int i = 0; i < 50; i++)
		CHECK(fake_packet(&ring, 2 + i, 100));
	getppid();
	for (int i = 0; i < 50; i++) {
		CHECK(mapi_read_results(fd, FAKE_TRIPLE));
		CHECK(count(FAKE_COUNTER) == 0 && count(FAKE_PKTS) == 0);
		CHECK(!mapi_get_function_stats(fd, FAKE_COUNTER, &s));
		CHECK(mapi_flow_status(fd, NULL) == FLOW_ACTIVE);
		CHECK(mapi_get_next_pkt(fd, FAKE_BUFFER));
	}
	getppid();
}
