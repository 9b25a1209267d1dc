// SPDX-License-Identifier: GPL-2.0
/*
 * Random flows of several users, of few functions, so that many begin alike; they
 * are made, reset, read and closed while packets come, and while none do. Of all
 * that they count it is known what it must be, or between what.
 *
 *	random_flows SECONDS SEED
 *
 * A tap device, the packets, and one program for each user:
 *
 *	sender, CPU 0 --.  received   .-- user 1001: flows
 *			 >----> [tap]<--- user 1002: flows
 *	sender, CPU 1 --'    sent     '-- user 1003: flows
 *
 * In turns packets come for a while, and then none do, when each count of each
 * flow must be exact; that of one that began between two packets from there on.
 */
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <mapi.h>
#include "nl.h"
#include "random_traffic.h"

#define DEVICE		"tap0"
#define USERS		3
#define FIRST_UID	1001
#define FLOWS		120		/* of a user, at most */
#define BUFFERS		6		/* of these have a buffer */
#define FUNCS		8
#define RING		"131072"	/* bytes, the least */
#define BUSY_MS		1500		/* for so long packets come */

enum { FILTER, PKTS, BYTES, SEARCH, ONE_IN, TAKE };

static const char *const names[] = {
	"BPF_FILTER", "PKT_COUNTER", "BYTE_COUNTER", "STR_SEARCH", "SAMPLE",
	"TO_BUFFER",
};

struct func {
	int type;
	unsigned int arg;
};

/* From when on something counts: it had @base, and packets that came before
 * @before did not count, those after @after did; in between, one may guess. */
struct since {
	uint64_t before[DIRS * KINDS];
	uint64_t after[DIRS * KINDS];
};

struct flow {
	int fd;				/* -1: none */
	unsigned int direction, nr;
	struct func func[FUNCS];
	uint64_t set[FUNCS + 1];	/* that comes to each, and out */
	int sampled;			/* function behind which nobody knows which */
	struct since since;		/* it counts packets */
	uint64_t base[FUNCS + 1];
	struct since reset[FUNCS];	/* and results */
	uint64_t reset_base[FUNCS];
	bool was_reset[FUNCS];
	uint64_t last[FUNCS + 1], last_result[FUNCS];
	uint64_t got;			/* packets of the buffer */
	uint64_t number[CPUS];		/* of the last of them */
};

/* What all of them share. */
struct stage {
	struct traffic traffic;
	pthread_barrier_t barrier;
	int busy, over;
	unsigned long made, exact, between, resets, read, ends;
};

static struct stage *stage;
static struct flow flows[FLOWS];
static unsigned int seed, user, failures;

static unsigned int dice(unsigned int n)
{
	return rand_r(&seed) % n;
}

static void count(unsigned long *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

static void tell(const struct flow *flow)
{
	printf("# user %u, flow %ld on direction %u:", user, flow - flows,
	       flow->direction);
	for (unsigned int i = 0; i < flow->nr; i++) {
		const struct func *f = &flow->func[i];

		printf(" %s", names[f->type]);
		if (f->type == FILTER)
			printf("(%s)", filters[f->arg]);
		else if (f->type == SEARCH)
			printf("(%s)", searches[f->arg].pattern);
		else if (f->type == ONE_IN || f->type == TAKE)
			printf("(%u)", f->arg);
	}
	putchar('\n');
}

__attribute__((format(printf, 2, 3)))
static void fail(const struct flow *flow, const char *fmt, ...)
{
	va_list ap;

	tell(flow);
	printf("# not so: ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	if (++failures == 10)
		_exit(1);
}

static void fatal(const struct flow *flow, const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];

	mapi_read_error(NULL, text);
	fail(flow, "%s: %s", what, text);
	fflush(stdout);
	_exit(1);
}

/* A flow as the dice will have it. */

static unsigned int buffers(void)
{
	unsigned int n = 0;

	for (struct flow *f = flows; f < flows + FLOWS; f++)
		for (unsigned int i = 0; f->fd >= 0 && i < f->nr; i++)
			n += f->func[i].type == TAKE;
	return n;
}

static struct func any_func(bool first)
{
	static const unsigned int every[] = { 1, 1, 2, 3, 10 };
	unsigned int n = dice(first ? 60 : 100);
	unsigned int a = dice(FILTERS), b = dice(FILTERS);

	if (n < 50)	/* the first are more likely */
		return (struct func) { FILTER, a < b ? a : b };
	if (n < 76)
		return (struct func) { PKTS };
	if (n < 86)
		return (struct func) { BYTES };
	if (n < 92)
		return (struct func) { SEARCH, dice(SEARCHES) };
	if (n < 97)
		return (struct func) { ONE_IN, every[dice(5)] };
	return (struct func) { TAKE, dice(2) ? 0 : 60 };
}

static uint64_t passed_by(const struct func *f, uint64_t set)
{
	if (f->type == FILTER)
		return set & filter_set[f->arg];
	return f->type == SEARCH ? set & search_set[f->arg] : set;
}

static void plan(struct flow *flow, bool buffer)
{
	bool has_buffer = buffers() >= BUFFERS;

	memset(flow, 0, sizeof(*flow));
	flow->fd = -1;
	flow->direction = dice(3);
	flow->nr = 1 + dice(FUNCS - 1);
	flow->set[0] = flow->direction == MAPI_DIR_IN ? SET_IN :
		       flow->direction == MAPI_DIR_OUT ? SET_OUT :
		       SET_IN | SET_OUT;
	flow->sampled = FUNCS;
	for (unsigned int i = 0; i < flow->nr; i++) {
		struct func *f = &flow->func[i];

		do
			*f = any_func(i == 0);
		while (f->type == TAKE && has_buffer);
		if (buffer && i + 1 == flow->nr && !has_buffer)
			*f = (struct func) { TAKE, 0 };
		has_buffer |= f->type == TAKE;
		flow->set[i + 1] = passed_by(f, flow->set[i]);
		if (f->type == ONE_IN && f->arg > 1 && flow->sampled == FUNCS)
			flow->sampled = i;
	}
}

static void apply(struct flow *flow, const struct func *f)
{
	char number[16], offset[16], *args[3] = { number, number, RING };
	unsigned int nr = 0;

	snprintf(number, sizeof(number), "%u", f->arg);
	switch (f->type) {
	case FILTER:
		args[0] = (char *)filters[f->arg];
		nr = 1;
		break;
	case SEARCH:
		args[0] = (char *)searches[f->arg].pattern;
		snprintf(offset, sizeof(offset), "%u", searches[f->arg].offset);
		snprintf(number, sizeof(number), "%u", searches[f->arg].depth);
		args[1] = offset;
		args[2] = number;
		nr = 3;
		break;
	case ONE_IN:
		args[1] = "0";
		nr = 2;
		break;
	case TAKE:
		args[0] = "NOWAIT";
		nr = 3;
		break;
	}
	if (mapi_apply_function_array(flow->fd, names[f->type], args, nr) < 0)
		fatal(flow, names[f->type]);
}

static void make(struct flow *flow, bool buffer)
{
	struct mapi_flow_options opt = { 0 };

	plan(flow, buffer);
	opt.direction = flow->direction;
	flow->fd = mapi_create_flow_opt(DEVICE, &opt);
	if (flow->fd < 0)
		fatal(flow, "create");
	for (unsigned int i = 0; i < flow->nr; i++)
		apply(flow, &flow->func[i]);
	traffic_done(&stage->traffic, flow->since.before);
	if (mapi_connect(flow->fd))
		fatal(flow, "connect");
	traffic_begun(&stage->traffic, flow->since.after);
	for (unsigned int i = 0; i < flow->nr; i++)
		flow->reset[i] = flow->since;
	count(&stage->made);
}

static void close_flow(struct flow *flow)
{
	if (mapi_close_flow(flow->fd))
		fatal(flow, "close");
	flow->fd = -1;
}

/* What it must have counted. */

struct bounds {
	uint64_t least, most;
};

/* By packets of a set, or bytes, until some moment between @done and @begun. */
static struct bounds bounds(const struct since *since, uint64_t set, bool bytes,
			    const uint64_t *done, const uint64_t *begun)
{
	struct bounds b = { 0 };

	for (int k = 0; k < DIRS * KINDS; k++) {
		uint64_t w = bytes ? kinds[k % KINDS].len : 1;

		if (!(set >> k & 1))
			continue;
		if (done[k] > since->after[k])
			b.least += (done[k] - since->after[k]) * w;
		b.most += (begun[k] - since->before[k]) * w;
	}
	return b;
}

static void within(const struct flow *flow, unsigned int i, const char *what,
		   uint64_t n, struct bounds b)
{
	if (n < b.least || n > b.most)
		fail(flow, "%s of function %u is %lu, not %lu to %lu", what,
		     i + 1, n, b.least, b.most);
	count(b.least == b.most ? &stage->exact : &stage->between);
}

static void equal(const struct flow *flow, unsigned int i, const char *what,
		  uint64_t a, uint64_t b)
{
	if (a != b)
		fail(flow, "function %u %s: %lu, not %lu", i + 1, what, a, b);
	count(&stage->exact);
}

static bool has_result(const struct func *f)
{
	return f->type == PKTS || f->type == BYTES || f->type == TAKE;
}

static uint64_t result(const struct flow *flow, unsigned int i)
{
	mapi_u64_t n = 0;

	if (mapi_read_results_copy(flow->fd, i + 1, &n, sizeof(n)))
		fatal(flow, "result");
	return n;
}

static void stats(const struct flow *flow, unsigned int i,
		  struct mapi_function_stats *s)
{
	if (mapi_get_function_stats(flow->fd, i + 1, s))
		fatal(flow, "statistics");
	if (s->passed + s->filtered != s->pkts)
		fail(flow, "function %u: %llu in, %llu passed, %llu filtered",
		     i + 1, s->pkts, s->passed, s->filtered);
}

/* A packet as it must be, none twice and none out of order. */
static void read_one(struct flow *flow, unsigned int i, const struct mapipkt *pkt)
{
	const unsigned char *data = &pkt->pkt;
	unsigned int kind = data[AT_KIND], dir = data[AT_DIR], cpu = data[AT_CPU];
	unsigned int snap = flow->func[i].arg, len;
	uint64_t number;

	count(&stage->read);
	flow->got++;
	if (pkt->caplen < 14 || kind >= KINDS || dir >= DIRS || cpu >= CPUS) {
		fail(flow, "a packet that nobody sent");
		return;
	}
	len = kinds[kind].len;
	if (pkt->wlen != len || pkt->caplen != (snap && snap < len ? snap : len))
		fail(flow, "a packet with %u of %u bytes of kind %u", pkt->caplen,
		     pkt->wlen, kind);
	else if (memcmp(data, kinds[kind].data, AT_CPU) ||
		 memcmp(data + 12, kinds[kind].data + 12,
			(snap ?: len - sizeof(number)) - 12))
		fail(flow, "a packet with other bytes, of kind %u", kind);
	if (!(flow->set[i] >> (dir * KINDS + kind) & 1))
		fail(flow, "a packet of kind %u, direction %u", kind, dir);
	if (snap)
		return;
	memcpy(&number, data + len - sizeof(number), sizeof(number));
	if (number <= flow->number[cpu])
		fail(flow, "packet %lu of CPU %u behind packet %lu", number, cpu,
		     flow->number[cpu]);
	flow->number[cpu] = number;
}

static void read_all(struct flow *flow)
{
	struct mapipkt *pkt;

	for (unsigned int i = 0; i < flow->nr; i++)
		while (flow->func[i].type == TAKE &&
		       (pkt = mapi_get_next_pkt(flow->fd, i + 1)))
			read_one(flow, i, pkt);
}

static uint64_t lost(const struct mapi_function_stats *s)
{
	uint64_t sum = 0;

	for (int i = 0; i < MAPI_LOST_NR; i++)
		sum += s->lost[i];
	return sum;
}

/*
 * Nothing comes into the flow any more, or for the moment. What it counted ended
 * between @done and @begun.
 */
static void check(struct flow *flow, const uint64_t *done, const uint64_t *begun)
{
	uint64_t in = 0, n;

	read_all(flow);
	for (unsigned int i = 0; i < flow->nr; i++) {
		const struct func *f = &flow->func[i];
		struct mapi_function_stats s;
		struct bounds b;

		stats(flow, i, &s);
		if (i)
			equal(flow, i, "has in what the one before passed", s.pkts, in);
		in = s.passed;
		if ((int)i <= flow->sampled) {
			b = bounds(&flow->since, flow->set[i], false, done, begun);
			b.least += flow->base[i];
			b.most += flow->base[i];
			within(flow, i, "in", s.pkts, b);
			flow->last[i] = s.pkts;
		}
		if (f->type == ONE_IN)
			equal(flow, i, "has passed", s.passed, s.pkts / f->arg);
		else if (flow->set[i] == flow->set[i + 1])
			equal(flow, i, "has passed all", s.passed, s.pkts);
		else if (!flow->set[i + 1])
			equal(flow, i, "has passed none", s.passed, 0);
		if (f->type != TAKE)
			equal(flow, i, "has lost", lost(&s), 0);
		if (!has_result(f))
			continue;
		n = result(flow, i);
		if (f->type == PKTS && !flow->was_reset[i])
			equal(flow, i, "has counted all", n, s.pkts);
		if (f->type == TAKE) {
			equal(flow, i, "has delivered or lost all", n + lost(&s), s.pkts);
			equal(flow, i, "has delivered what was read", flow->got, n);
		} else if ((int)i <= flow->sampled) {
			b = bounds(&flow->reset[i], flow->set[i],
				   f->type == BYTES, done, begun);
			b.least += flow->reset_base[i];
			b.most += flow->reset_base[i];
			within(flow, i, "result", n, b);
		}
		flow->last_result[i] = n;
	}
}

/* Now that all is quiet and was right, it counts from here. */
static void from_here(struct flow *flow)
{
	struct since now;

	traffic_done(&stage->traffic, now.before);
	now.after[0] = 0;
	memcpy(now.after, now.before, sizeof(now.after));
	flow->since = now;
	memcpy(flow->base, flow->last, sizeof(flow->base));
	for (unsigned int i = 0; i < flow->nr; i++) {
		flow->reset[i] = now;
		flow->reset_base[i] = flow->last_result[i];
	}
}

/* While packets come: nothing ever passes that did not come, or goes backwards. */
static void watch(struct flow *flow, unsigned int times)
{
	uint64_t last[FUNCS + 1], res[FUNCS];

	memcpy(last, flow->last, sizeof(last));
	memcpy(res, flow->last_result, sizeof(res));
	while (times--) {
		uint64_t behind = 0, n;

		for (int i = flow->nr - 1; i >= 0; i--) {
			struct mapi_function_stats s;
			int type = flow->func[i].type;

			n = has_result(&flow->func[i]) ? result(flow, i) : 0;
			if (n < res[i])
				fail(flow, "result of function %d was %lu and is %lu",
				     i + 1, res[i], n);
			res[i] = n;
			stats(flow, i, &s);
			if (type == PKTS && n > s.pkts)
				fail(flow, "function %d has counted %lu, of %llu",
				     i + 1, n, s.pkts);
			if (s.passed < behind)
				fail(flow, "function %d has passed %llu, but %lu came in behind",
				     i + 1, s.passed, behind);
			if (s.pkts < last[i])
				fail(flow, "in of function %d was %lu and is %llu",
				     i + 1, last[i], s.pkts);
			last[i] = behind = s.pkts;
			count(&stage->between);
		}
	}
	memcpy(flow->last, last, sizeof(last));
	memcpy(flow->last_result, res, sizeof(res));
}

static void reset(struct flow *flow)
{
	unsigned int i = dice(flow->nr);
	int type = flow->func[i].type;

	if (type != PKTS && type != BYTES)
		return;
	traffic_done(&stage->traffic, flow->reset[i].before);
	if (mapi_reset(flow->fd, i + 1))
		fatal(flow, "reset");
	traffic_begun(&stage->traffic, flow->reset[i].after);
	flow->reset_base[i] = 0;
	flow->last_result[i] = 0;
	flow->was_reset[i] = true;
	count(&stage->resets);
}

/* Its results stay, and are final; then they go. */
static void end(struct flow *flow)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_DEL);
	uint64_t done[DIRS * KINDS], begun[DIRS * KINDS];
	struct mapi_nl_err err;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, flow->fd);
	traffic_done(&stage->traffic, done);
	if (mapi_nl_call(req, NULL, NULL, &err)) {
		fail(flow, "delete: %s", err.text);
		_exit(1);
	}
	traffic_begun(&stage->traffic, begun);
	mapi_nl_free(req);
	check(flow, done, begun);
	close_flow(flow);
	count(&stage->ends);
}

static void one_thing(bool busy)
{
	struct flow *flow = &flows[dice(FLOWS)];
	unsigned int n = dice(100);

	if (flow->fd < 0) {
		make(flow, false);
	} else if (n < 15) {
		close_flow(flow);
	} else if (n < 30) {
		end(flow);
	} else if (n < 45) {
		reset(flow);
	} else if (busy) {
		watch(flow, 1 + dice(20));
		read_all(flow);
	}
	/* Ended as soon as it began, of which the buffer has witnesses. */
	if (flow->fd < 0 && dice(2)) {
		make(flow, true);
		end(flow);
	}
}

static void check_all(void)
{
	uint64_t now[DIRS * KINDS];

	traffic_done(&stage->traffic, now);
	for (struct flow *flow = flows; flow < flows + FLOWS; flow++) {
		if (flow->fd < 0)
			continue;
		check(flow, now, now);
		from_here(flow);
	}
}

static void become(uid_t uid)
{
	struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ 1 << CAP_NET_RAW, 1 << CAP_NET_RAW, 0 },
	};

	if (prctl(PR_SET_KEEPCAPS, 1) || setresgid(uid, uid, uid) ||
	    setresuid(uid, uid, uid) || syscall(SYS_capset, &hdr, data))
		err(2, "user %u", uid);
}

/* A round: quiet, busy, quiet, ... each beginning and ending at the barrier. */
static int act(void)
{
	become(user);
	for (struct flow *flow = flows; flow < flows + FLOWS; flow++)
		flow->fd = -1;
	while (!stage->over) {
		check_all();
		for (unsigned int i = 0; i < FLOWS / 2; i++)
			one_thing(false);
		pthread_barrier_wait(&stage->barrier);
		while (__atomic_load_n(&stage->busy, __ATOMIC_SEQ_CST))
			one_thing(true);
		pthread_barrier_wait(&stage->barrier);
		pthread_barrier_wait(&stage->barrier);
	}
	check_all();
	for (struct flow *flow = flows; flow < flows + FLOWS; flow++)
		if (flow->fd >= 0)
			close_flow(flow);
	return failures != 0;
}

static void nap(unsigned int ms)
{
	usleep(ms * 1000);
}

static void direct(time_t until)
{
	do {
		stage->busy = 1;
		pthread_barrier_wait(&stage->barrier);
		traffic_set(&stage->traffic, true);
		nap(BUSY_MS);
		__atomic_store_n(&stage->busy, 0, __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&stage->barrier);
		traffic_set(&stage->traffic, false);
		stage->over = time(NULL) >= until;
		pthread_barrier_wait(&stage->barrier);
	} while (!stage->over);
}

/* Others wait for one that has died: all end. */
static void gone(int sig)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			dprintf(1, "# a process ended with status %#x\n", status);
			kill(0, SIGTERM);
		}
	(void)sig;
}

static pid_t children[USERS + CPUS];

static pid_t spawn(void)
{
	static int nr;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		signal(SIGCHLD, SIG_DFL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	} else {
		children[nr++] = pid;
	}
	return pid;
}

static void begin(unsigned int first_seed)
{
	pthread_barrierattr_t attr;

	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		err(2, "memory");
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&stage->barrier, &attr, USERS + 1);
	srand(first_seed);
}

int main(int argc, char **argv)
{
	struct rlimit many = { 4096, 4096 };
	uint64_t sum[DIRS * KINDS], sent = 0;
	int tap;

	if (argc != 3)
		errx(2, "usage: random_flows SECONDS SEED");
	setrlimit(RLIMIT_NOFILE, &many);
	setpgid(0, 0);
	model_begin();
	begin(atoi(argv[2]));
	tap = tap_open(DEVICE);
	signal(SIGCHLD, gone);
	for (int i = 0; i < CPUS; i++)
		if (!spawn())
			sender(&stage->traffic, tap, DEVICE, i, atoi(argv[2]) * 10 + i);
	for (int i = 0; i < USERS; i++) {
		if (!spawn()) {
			user = FIRST_UID + i;
			seed = atoi(argv[2]) * 10 + CPUS + i;
			exit(act());
		}
	}
	direct(time(NULL) + atoi(argv[1]));
	for (int i = CPUS; i < CPUS + USERS; i++)
		while (waitpid(children[i], NULL, 0) < 0 && errno == EINTR)
			;
	traffic_done(&stage->traffic, sum);
	for (int i = 0; i < DIRS * KINDS; i++)
		sent += sum[i];
	signal(SIGCHLD, SIG_DFL);
	for (int i = 0; i < CPUS; i++)
		kill(children[i], SIGKILL);
	printf("packets %lu made %lu ends %lu resets %lu read %lu exact %lu between %lu\n",
	       sent, stage->made, stage->ends, stage->resets, stage->read,
	       stage->exact, stage->between);
	return 0;
}
