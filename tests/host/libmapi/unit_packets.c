// SPDX-License-Identifier: MIT
/* Packets of a buffer: order, completeness, end, waiting. */
#include <string.h>
#include <unistd.h>

#include "unit.h"

void packets_merged(void);
void packets_given_back(void);
void packets_all_arrive(void);
void packets_end(void);
void packets_loop(void);
void packets_spoilt(void);
void close_ends_waiting(void);

static int fd;
static struct mapi_result_hdr *area;
static struct fake_ring rings[FAKE_CPUS];

static void setup(bool nowait)
{
	struct mapi_flow *flow;

	fd = fake_flow(1);
	area = fake_area(fd);
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		fake_ring(fd, cpu, &rings[cpu]);
	flow = mapi_flow_get(fd);
	CHECK(flow);
	mapi_flow_func(flow, FAKE_BUFFER)->nowait = nowait;
	mapi_flow_put(flow);
}

static struct mapipkt *next(void)
{
	return mapi_get_next_pkt(fd, FAKE_BUFFER);
}

static void check_none(void)
{
	mapi_read_results(0, 0);	/* leaves an error behind */
	CHECK(!next());
	CHECK_ERROR(0);
}

void packets_merged(void)
{
	static const int cpus[] = { 2, 0, 0, 1, 2, 2, 0, 1, 1, 1, 0, 2 };
	int nr = sizeof(cpus) / sizeof(*cpus);

	setup(true);
	check_none();
	for (int i = 0; i < nr; i++)
		CHECK(fake_packet(&rings[cpus[i]], 100 + i, 60 + i));
	for (int i = 0; i < nr; i++) {
		struct mapipkt *pkt = next();

		CHECK(pkt && pkt->ts == 100ULL + i && pkt->ifindex == 7);
		CHECK(pkt->caplen == 60u + i && pkt->wlen == 64u + i);
		for (unsigned int k = 0; k < pkt->caplen; k++)
			CHECK((&pkt->pkt)[k] == 100 + i);
	}
	check_none();
	/* same time on two CPUs: both arrive */
	CHECK(fake_packet(&rings[0], 500, 10) && fake_packet(&rings[1], 500, 10));
	CHECK(next()->ts == 500 && next()->ts == 500);
	check_none();
}

/* A packet stays where it is until the next one is asked for. */
void packets_given_back(void)
{
	struct mapipkt *pkt;

	setup(true);
	CHECK(fake_packet(&rings[1], 1, 1000));
	pkt = next();
	CHECK(pkt && rings[1].cons->tail == 0);
	check_none();
	CHECK(rings[1].cons->tail == rings[1].prod->head);

	/* of many, not each by itself but at least every eighth of the ring */
	for (int i = 0; i < 40; i++)
		CHECK(fake_packet(&rings[1], 2 + i, 100));
	for (int i = 0; i < 40; i++) {
		__u64 before = rings[1].cons->tail;

		CHECK(next());
		CHECK(i != 1 || rings[1].cons->tail == before);
		CHECK(rings[1].prod->head - before <=
		      (41u - i) * 136 + FAKE_RING / 8);
	}
	check_none();
	CHECK(rings[1].cons->tail == rings[1].prod->head);
}

#define PACKETS	30000

static void *produce(void *arg)
{
	struct fake_ring *ring = arg;

	for (__u64 i = 1; i <= PACKETS; )
		if (fake_packet(ring, i * 256 + (ring - rings), i * 7 % 1500))
			i++;
		else
			sched_yield();
	return NULL;
}

void packets_all_arrive(void)
{
	__u64 last[FAKE_CPUS] = { 0 };
	pthread_t threads[FAKE_CPUS];
	int nr = 0;

	setup(true);
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		pthread_create(&threads[cpu], NULL, produce, &rings[cpu]);
	while (nr < FAKE_CPUS * PACKETS) {
		struct mapipkt *pkt = next();
		__u64 cpu;

		if (!pkt) {
			sched_yield();
			continue;
		}
		cpu = pkt->ts & 0xff;
		CHECK(cpu < FAKE_CPUS && pkt->ts >> 8 == last[cpu] + 1);
		last[cpu]++;
		CHECK(pkt->caplen == last[cpu] * 7 % 1500);
		if (pkt->caplen)
			CHECK((&pkt->pkt)[pkt->caplen - 1] == cpu);
		nr++;
	}
	check_none();
	for (int cpu = 0; cpu < FAKE_CPUS; cpu++)
		pthread_join(threads[cpu], NULL);
}

/* What was there when the flow ended is delivered before its end is. */
static void check_end(enum mapi_flow_status status, enum mapi_end_reason reason,
		      int error)
{
	setup(false);
	CHECK(fake_packet(&rings[0], 1, 60) && fake_packet(&rings[2], 2, 60));
	area->reason = reason;
	area->status = status;
	CHECK(next() && next());
	CHECK(!next());
	CHECK_ERROR(error);
	CHECK(mapi_loop(fd, FAKE_BUFFER, -1, (mapi_handler)abort) == error);
	CHECK(!mapi_close_flow(fd));
}

void packets_end(void)
{
	check_end(MAPI_FLOW_FINISHED, MAPI_END_EOF, 0);
	check_end(MAPI_FLOW_CLOSED, MAPI_END_DEVICE_GONE, MAPI_DEVICE_GONE);
	check_end(MAPI_FLOW_CLOSED, MAPI_END_DEVICE_RENAMED, MAPI_DEVICE_GONE);
	check_end(MAPI_FLOW_CLOSED, MAPI_END_DEVICE_CHANGED, MAPI_DEVICE_GONE);
	check_end(MAPI_FLOW_CLOSED, MAPI_END_DELETED, MAPI_SHUTTING_DOWN);
}

static int handled;

static void handler(const struct mapipkt *pkt)
{
	CHECK(pkt->ts == (__u64)++handled);
	if (pkt->ts == 9)
		mapi_close_flow(fd);
}

void packets_loop(void)
{
	setup(true);
	for (int i = 1; i <= 9; i++)
		CHECK(fake_packet(&rings[i % FAKE_CPUS], i, 60));
	CHECK(mapi_loop(fd, FAKE_BUFFER, 5, handler) == 0 && handled == 5);
	CHECK(mapi_loop(fd, FAKE_BUFFER, 5, NULL) == -1);
	CHECK_ERROR(MFUNCT_INVALID_ARGUMENT_4);
	CHECK(mapi_loop(fd, 0, 5, handler) == -1);
	CHECK_ERROR(MAPI_INVALID_FID_FUNCID);
	CHECK(mapi_loop(fd, FAKE_COUNTER, 5, handler) == -1);
	CHECK_ERROR(MAPI_INVALID_FID_FUNCID);
	CHECK(mapi_loop(12345, FAKE_BUFFER, 5, handler) == -1);
	CHECK_ERROR(MAPI_INVALID_FLOW);
	/* the handler closes the flow under our feet */
	CHECK(mapi_loop(fd, FAKE_BUFFER, -1, handler) == MAPI_INVALID_FLOW);
	CHECK(handled == 9);
}

/* Another process reads the same ring and the kernel has written over it. */
void packets_spoilt(void)
{
	setup(true);
	CHECK(fake_packet(&rings[0], 1, 60));
	memset(rings[0].data, 0xff, 16);
	check_none();
	CHECK(fake_packet(&rings[0], 2, 60));
	CHECK(next()->ts == 2);
}

static void *close_soon(void *arg)
{
	usleep(50000);
	CHECK(!mapi_close_flow(fd));
	return arg;
}

void close_ends_waiting(void)
{
	pthread_t thread;

	setup(false);
	pthread_create(&thread, NULL, close_soon, NULL);
	CHECK(!next());
	CHECK_ERROR(MAPI_INVALID_FLOW);
	pthread_join(thread, NULL);
	CHECK(mapi_close_flow(fd) == -1);
	CHECK_ERROR(MAPI_INVALID_FLOW);
}
