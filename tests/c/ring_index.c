// SPDX-License-Identifier: GPL-2.0
/*
 * ring_index DEVICE OTHER-END: a reader that writes nonsense into its index. The
 * kernel must write nothing where it should not, must count what it loses, and
 * nobody else may notice. There is another user's flow on the same device.
 */
#include <linux/securebits.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <linux/mapi.h>
#include <mapi.h>
#include "frames.h"

#define PAGE	4096UL
#define RING	(128UL << 10)
#define CPUS	64
#define ROUND	50
#define LEN	200

struct ring {
	const struct mapi_ring_prod *prod;
	const unsigned char *data;
	struct mapi_ring_cons *cons;
};

static struct ring rings[CPUS];
static int nr_cpus, fd, other, tx;

static int make_flow(const char *device)
{
	char *args[] = { "NOWAIT", "0", "131072" };
	int flow = mapi_create_flow(device);

	ktap_need(mapi_apply_function_array(flow, TO_BUFFER, args, 3) == 1 &&
		  mapi_apply_function(flow, PKT_COUNTER) == 2 &&
		  !mapi_connect(flow));
	return flow;
}

static void map_rings(void)
{
	const struct mapi_result_hdr *hdr = mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
						 fd, 0);

	ktap_need(hdr != MAP_FAILED && hdr->nr_cpus <= CPUS);
	nr_cpus = hdr->nr_cpus;
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		void *p = mmap(NULL, PAGE + 2 * RING, PROT_READ, MAP_SHARED, fd,
			       MAPI_MMAP_RING(1, cpu));
		void *c = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			       MAPI_MMAP_RING_CONS(1, cpu));

		ktap_need(p != MAP_FAILED && c != MAP_FAILED);
		rings[cpu] = (struct ring){ p, (unsigned char *)p + PAGE, c };
	}
}

static __u64 head(int cpu)
{
	return __atomic_load_n(&rings[cpu].prod->head, __ATOMIC_ACQUIRE);
}

static void set_tail(int cpu, __u64 tail)
{
	__atomic_store_n(&rings[cpu].cons->tail, tail, __ATOMIC_RELEASE);
}

/* What has become of the flow's packets so far. */
struct counts {
	mapi_u64_t pkts, delivered, full, bad;
};

static struct counts counts(int flow)
{
	struct mapi_function_stats stats;
	struct counts c = { 0 };

	ktap_need(!mapi_get_function_stats(flow, 1, &stats) &&
		  !mapi_read_results(flow, 1, &c.delivered));
	c.pkts = stats.pkts;
	c.full = stats.lost[MAPI_LOST_RING_FULL];
	c.bad = stats.lost[MAPI_LOST_BAD_INDEX];
	return c;
}

/* Nobody else has lost anything, and what they have is what was sent. */
static void other_is_fine(const char *what, unsigned int sent)
{
	unsigned int nr = 0, wrong = 0;
	struct mapipkt *pkt;
	struct counts c;

	while ((pkt = mapi_get_next_pkt(other, 1))) {
		unsigned int nth;

		memcpy(&nth, &pkt->pkt + sizeof(struct ethhdr), sizeof(nth));
		wrong += pkt->caplen != LEN || pkt->wlen != LEN || nth != nr;
		nr++;
	}
	c = counts(other);
	if (!ktap_ok(nr == sent && !wrong && !c.full && !c.bad,
		     "%s: the other user got them all", what))
		ktap_diag("%u of %u, %u of them wrong; %llu and %llu lost", nr, sent,
			  wrong, c.full, c.bad);
}

static unsigned long checksum(void)
{
	unsigned long sum = 0;

	for (int cpu = 0; cpu < nr_cpus; cpu++)
		for (size_t i = 0; i < RING; i++)
			sum = sum * 31 + rings[cpu].data[i];
	return sum;
}

/* With such an index nothing may be written. */
static void nonsense(const char *what, __s64 from_head)
{
	struct counts before = counts(fd), after;
	unsigned long sum = checksum();
	__u64 heads[CPUS];
	bool same = true;

	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		heads[cpu] = head(cpu);
		set_tail(cpu, heads[cpu] + from_head);
	}
	frames_send(tx, ROUND, LEN);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		same &= head(cpu) == heads[cpu];
	after = counts(fd);
	if (!ktap_ok(same && checksum() == sum &&
		     after.pkts - before.pkts == ROUND &&
		     after.bad - before.bad == ROUND &&
		     after.full == before.full &&
		     after.delivered == before.delivered,
		     "%s: nothing is written, all are counted", what))
		ktap_diag("%llu packets: %llu delivered, %llu full, %llu bad index%s",
			  after.pkts - before.pkts,
			  after.delivered - before.delivered,
			  after.full - before.full, after.bad - before.bad,
			  same ? "" : ", the head moved");
	other_is_fine(what, ROUND);
}

/* A reader that sleeps: the ring fills, the rest is counted. */
static void full(void)
{
	struct counts before = counts(fd), after;
	unsigned int sent = nr_cpus * RING / LEN + ROUND;

	for (int cpu = 0; cpu < nr_cpus; cpu++)
		set_tail(cpu, head(cpu));
	for (unsigned int i = 0; i < sent; i += ROUND) {
		frames_send(tx, ROUND, LEN);
		while (mapi_get_next_pkt(other, 1))
			;
	}
	after = counts(fd);
	ktap_ok(after.full > before.full && after.delivered > before.delivered &&
		after.bad == before.bad, "a full ring is a full ring");
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		ktap_ok(head(cpu) - rings[cpu].cons->tail <= RING,
			"ring %d holds no more than it has room for", cpu);
	for (int cpu = 0; cpu < nr_cpus; cpu++)
		set_tail(cpu, head(cpu) - RING - 8);
}

static volatile bool stop;

static void *scribble(void *arg)
{
	unsigned long long x = 88172645463325252ULL;

	(void)arg;
	while (!stop) {
		for (int cpu = 0; cpu < nr_cpus; cpu++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* Now nonsense, now just possible. */
			set_tail(cpu, x & 3 ? head(cpu) - (x >> 8) % RING : x);
		}
	}
	return NULL;
}

static void racing(void)
{
	struct counts before = counts(fd), after = before;
	unsigned int rounds = 0;
	pthread_t thread;

	ktap_need(!pthread_create(&thread, NULL, scribble, NULL));
	/* On a busy machine it may be long until the thread has its turn. */
	while (rounds < 60 || (rounds < 6000 && (after.bad == before.bad ||
						  after.delivered == before.delivered))) {
		frames_send(tx, ROUND, LEN);
		while (mapi_get_next_pkt(other, 1))
			;
		if (++rounds >= 60)
			after = counts(fd);
	}
	stop = true;
	pthread_join(thread, NULL);
	after = counts(fd);
	ktap_diag("scribbling: %llu delivered, %llu full, %llu bad index",
		  after.delivered - before.delivered, after.full - before.full,
		  after.bad - before.bad);
	ktap_is(after.pkts - before.pkts, rounds * ROUND,
		"scribbling: every packet came");
	ktap_is(after.delivered + after.full + after.bad - before.delivered -
		before.full - before.bad, rounds * ROUND,
		"scribbling: and was delivered or counted as lost");
	ktap_ok(after.bad > before.bad && after.delivered > before.delivered,
		"scribbling: some of both");
}

/* As soon as the index makes sense packets come again, and are whole. */
static void sense(void)
{
	unsigned int nr = 0, wrong = 0;
	__u64 from[CPUS];

	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		from[cpu] = head(cpu);
		set_tail(cpu, from[cpu]);
	}
	frames_send(tx, ROUND, LEN);
	for (int cpu = 0; cpu < nr_cpus; cpu++) {
		__u64 at = from[cpu];

		while (at < head(cpu)) {
			const struct mapi_rec *rec =
				(void *)(rings[cpu].data + (at & (RING - 1)));

			wrong += rec->caplen != LEN || rec->wlen != LEN ||
				 rec->len % 8 || rec->len < sizeof(*rec) + LEN ||
				 rec->data[12] != FRAMES_TYPE >> 8;
			at += rec->len;
			nr++;
		}
		wrong += at != head(cpu);
	}
	ktap_ok(nr == ROUND && !wrong, "with sense in the index packets come again");
	other_is_fine("sense", ROUND);
}

/* Rights stay when the user changes: so one process can be two users. */
static int flow_of_other(const char *device)
{
	int flow;

	ktap_need(!prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) &&
		  !setresuid(-1, 12345, -1));
	flow = make_flow(device);
	ktap_need(!setresuid(-1, 0, -1));
	return flow;
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	tx = frames_open(argv[2]);
	fd = make_flow(argv[1]);
	other = flow_of_other(argv[1]);
	map_rings();

	nonsense("tail one byte ahead", 1);
	nonsense("tail one record ahead", 8);
	nonsense("tail a ring ahead", RING);
	nonsense("tail 4 GB ahead", 1LL << 32);
	nonsense("tail half the world ahead", 1LL << 62);
	nonsense("tail half the world behind", -(1LL << 62));
	nonsense("tail more than a ring behind", -(__s64)RING - 1);
	full();
	nonsense("tail a ring and a record behind", -(__s64)RING - 8);
	sense();
	racing();
	sense();
	return ktap_end();
}
