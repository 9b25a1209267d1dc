// SPDX-License-Identifier: GPL-2.0
/*
 * nl_faults DEVICE FILE: every allocation of every operation fails, one at a
 * time. The first time the first one fails, the second time the second, and so
 * on until the operation is done without a fault. It must be refused, or done
 * nevertheless; no descriptor and no memory may be left of it.
 *
 * The kernel counts the allocations of this task only (fail-nth): what workers,
 * interrupts and RCU do for it is not covered. It must let allocations fail that
 * may wait, and single pages; see tests/guest/faults.sh.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>
#include "nl.h"

#define NAME		"faults"	/* of the flow that persists */
#define UID		4242		/* nobody else has limits */
#define RING_FID	6		/* of TO_BUFFER in a whole flow */
#define RING_SIZE	(1 << 17)
#define MOST		5000		/* no operation allocates as often */

static const char *device;
static int file, nth, flow, listener, events;
static int got;				/* descriptor in an answer, or -1 */
static void *map;
static size_t map_len;

/* Faults */

static void fault_in(int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	ktap_need(pwrite(nth, text, len, 0) == len);
}

/* No more faults. Return: how many allocations were still to go; 0: one failed. */
static int fault_off(void)
{
	char text[16] = "";

	ktap_need(pread(nth, text, sizeof(text) - 1, 0) > 0);
	fault_in(0);
	return atoi(text);
}

/* Requests: func_begin(), arguments, func_end() */

static struct nl_msg *msg;
static struct nlattr *func;

static void func_begin(int cmd, const char *name)
{
	msg = nl_new(cmd, 0);
	nla_put_s32(msg, MAPI_A_FLOW_FD, flow);
	func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	if (name)
		nla_put_string(msg, MAPI_A_FUNC_NAME, name);
}

static struct nl_msg *func_end(void)
{
	nla_nest_end_keep_empty(msg, func);
	return msg;
}

static void arg_int(const char *name, int64_t val)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	if (name)
		nla_put_string(msg, MAPI_A_ARG_NAME, name);
	nla_put_s64(msg, MAPI_A_ARG_INT, val);
	nla_nest_end(msg, arg);
}

static struct nl_msg *about(int cmd)
{
	struct nl_msg *m = nl_new(cmd, 0);

	nla_put_s32(m, MAPI_A_FLOW_FD, flow);
	return m;
}

static struct nl_msg *named(int cmd)
{
	struct nl_msg *m = nl_new(cmd, 0);

	nla_put_string(m, MAPI_A_FLOW_NAME, NAME);
	return m;
}

static struct nl_msg *dump(int cmd)
{
	return nl_new(cmd, NLM_F_DUMP);
}

static struct nl_msg *ask_flow(void)
{
	struct nl_msg *m = nl_new(MAPI_CMD_FLOW_NEW, 0);

	nla_put_string(m, MAPI_A_FLOW_DEVICE, device);
	return m;
}

static struct nl_msg *ask_persistent(void)
{
	struct nl_msg *m = named(MAPI_CMD_FLOW_NEW);

	nla_put_string(m, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(m, MAPI_A_FLOW_FLAGS, MAPI_FLOW_F_PERSISTENT);
	return m;
}

static struct nl_msg *ask_pkt_counter(void)
{
	func_begin(MAPI_CMD_FLOW_APPLY, "PKT_COUNTER");
	return func_end();
}

static struct nl_msg *ask_byte_counter(void)
{
	func_begin(MAPI_CMD_FLOW_APPLY, "BYTE_COUNTER");
	return func_end();
}

static struct nl_msg *ask_bpf_filter(void)
{
	static const struct sock_filter prog[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x88b5, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct nlattr *arg;

	func_begin(MAPI_CMD_FLOW_APPLY, "BPF_FILTER");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, "ether proto 0x88b5");
	nla_put(msg, MAPI_A_ARG_BLOB, sizeof(prog), prog);
	nla_nest_end(msg, arg);
	return func_end();
}

static struct nl_msg *ask_str_search(void)
{
	struct nlattr *arg;

	func_begin(MAPI_CMD_FLOW_APPLY, "STR_SEARCH");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, "pattern");
	nla_nest_end(msg, arg);
	return func_end();
}

static struct nl_msg *ask_regexp(void)
{
	static const struct {
		struct mapi_regexp head;
		struct mapi_regexp_row row;
		struct mapi_regexp_edge edge;
	} all = {
		.head = { MAPI_REGEXP_MAGIC, .states = 1, .classes = 1, .edges = 1 },
		.row = { .edges = 1 | MAPI_REGEXP_F_ACCEPTS },
	};
	struct nlattr *arg;

	func_begin(MAPI_CMD_FLOW_APPLY, "REGEXP");
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, ".*");
	nla_put(msg, MAPI_A_ARG_BLOB, sizeof(all), &all);
	nla_nest_end(msg, arg);
	return func_end();
}

static struct nl_msg *ask_policy(const char *name, const char *policy)
{
	struct nlattr *arg;

	func_begin(MAPI_CMD_FLOW_APPLY, name);
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_string(msg, MAPI_A_ARG_STR, policy);
	nla_nest_end(msg, arg);
	return func_end();
}

static struct nl_msg *ask_anonymize(void)
{
	return ask_policy("ANONYMIZE", "TCP,PAYLOAD,HASHED,ANON_AES,STRIP_REST");
}

static struct nl_msg *ask_anonymizeip(void)
{
	return ask_policy("ANONYMIZEIP", "0123456789abcdef0123456789abcdef");
}

static struct nl_msg *ask_sample(void)
{
	func_begin(MAPI_CMD_FLOW_APPLY, "SAMPLE");
	arg_int(NULL, 2);
	arg_int(NULL, 0);
	return func_end();
}

static struct nl_msg *ask_to_buffer(void)
{
	func_begin(MAPI_CMD_FLOW_APPLY, "TO_BUFFER");
	arg_int("size", RING_SIZE);
	return func_end();
}

static struct nl_msg *ask_to_file(void)
{
	struct nlattr *arg;

	func_begin(MAPI_CMD_FLOW_APPLY, "TO_FILE");
	arg_int(NULL, 0);
	arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);
	nla_put_s32(msg, MAPI_A_ARG_FD, file);
	nla_nest_end(msg, arg);
	arg_int("size", RING_SIZE);
	return func_end();
}

static struct nl_msg *ask_connect(void)
{
	return about(MAPI_CMD_FLOW_CONNECT);
}

static struct nl_msg *ask_open(void)
{
	return named(MAPI_CMD_FLOW_OPEN);
}

static struct nl_msg *ask_get(void)
{
	return about(MAPI_CMD_FLOW_GET);
}

static struct nl_msg *ask_cut(void)
{
	struct nl_msg *m = ask_get();

	nla_put_flag(m, MAPI_A_FLOW_CUT);
	return m;
}

static struct nl_msg *ask_list(void)
{
	return dump(MAPI_CMD_FLOW_GET);
}

static struct nl_msg *ask_change(void)
{
	func_begin(MAPI_CMD_FLOW_SET, NULL);
	nla_put_u32(msg, MAPI_A_FUNC_FID, RING_FID);
	arg_int("size", RING_SIZE);
	arg_int("watermark", 10);
	return func_end();
}

static struct nl_msg *ask_reset(void)
{
	func_begin(MAPI_CMD_FLOW_SET, NULL);
	nla_put_u32(msg, MAPI_A_FUNC_FID, 1);
	nla_put_flag(msg, MAPI_A_FUNC_RESET);
	return func_end();
}

static struct nl_msg *ask_del(void)
{
	return named(MAPI_CMD_FLOW_DEL);
}

static struct nl_msg *ask_result(void)
{
	return about(MAPI_CMD_RESULT_GET);
}

static struct nl_msg *ask_device(void)
{
	struct nl_msg *m = nl_new(MAPI_CMD_DEVICE_GET, 0);

	nla_put_string(m, MAPI_A_DEVICE_NAME, device);
	return m;
}

static struct nl_msg *ask_devices(void)
{
	return dump(MAPI_CMD_DEVICE_GET);
}

static struct nl_msg *ask_trace(void)
{
	struct nl_msg *m = nl_new(MAPI_CMD_DEVICE_NEW, 0);

	nla_put_string(m, MAPI_A_DEVICE_SOURCE, "trace");
	nla_put_string(m, MAPI_A_DEVICE_NAME, "trace");
	nla_put_u32(m, MAPI_A_DEVICE_LINKTYPE, 1);
	return m;
}

static struct nl_msg *device_set(uint32_t mode, uint32_t tstamp)
{
	struct nl_msg *m = nl_new(MAPI_CMD_DEVICE_SET, 0);

	nla_put_string(m, MAPI_A_DEVICE_NAME, device);
	nla_put_u32(m, MAPI_A_DEVICE_MODE, mode);
	nla_put_u32(m, MAPI_A_DEVICE_TSTAMP, tstamp);
	return m;
}

static struct nl_msg *ask_device_set(void)
{
	return device_set(MAPI_MODE_INGRESS, MAPI_TSTAMP_HARDWARE);
}

static struct nl_msg *ask_function(void)
{
	struct nl_msg *m = nl_new(MAPI_CMD_FUNCTION_GET, 0);

	nla_put_string(m, MAPI_A_FUNCTION_NAME, "SAMPLE");
	return m;
}

static struct nl_msg *ask_functions(void)
{
	return dump(MAPI_CMD_FUNCTION_GET);
}

static struct nl_msg *limit(int cmd)
{
	struct nl_msg *m = nl_new(cmd, 0);

	nla_put_u32(m, MAPI_A_LIMIT_UID, UID);
	return m;
}

static struct nl_msg *ask_limit(void)
{
	return limit(MAPI_CMD_LIMIT_GET);
}

static struct nl_msg *ask_limits(void)
{
	return dump(MAPI_CMD_LIMIT_GET);
}

static struct nl_msg *ask_limit_set(void)
{
	struct nl_msg *m = limit(MAPI_CMD_LIMIT_SET);

	nla_put_u32(m, MAPI_A_LIMIT_FLOWS, 7);
	return m;
}

static struct nl_msg *ask_limit_reset(void)
{
	struct nl_msg *m = limit(MAPI_CMD_LIMIT_SET);

	nla_put_flag(m, MAPI_A_LIMIT_RESET);
	return m;
}

/* What must be there before an operation, and is done away with after it. */

static void done(struct nl_msg *m)
{
	struct nl_answer ans = nl_ask(m, NULL, NULL);

	if (ans.error) {
		errno = ans.error;
		ktap_diag("preparing: \"%s\"", ans.text);
		ktap_need(!ans.error);
	}
}

static void make_flow(void)
{
	flow = nl_flow(device, NULL);
	ktap_need(flow >= 0);
}

/* One with every function. */
static void make_whole(void)
{
	make_flow();
	done(ask_pkt_counter());
	done(ask_byte_counter());
	done(ask_bpf_filter());
	done(ask_sample());
	done(ask_str_search());
	done(ask_to_buffer());
	done(ask_to_file());
	done(ask_anonymize());
	done(ask_anonymizeip());
}

static void make_active(void)
{
	make_whole();
	done(ask_connect());
}

static void make_persistent(void)
{
	int fd_id[2] = { -1 };

	ktap_need(!nl_ask(ask_persistent(), nl_on_flow, fd_id).error);
	close(fd_id[0]);
}

static void make_limit(void)
{
	done(ask_limit_set());
}

/* Which operations then load again. */
static void make_unloaded(void)
{
	make_flow();
	ktap_need(!system("modprobe -r mapi_sample"));
}

static void end_flow(void)
{
	if (map)
		munmap(map, map_len);
	map = NULL;
	if (flow >= 0)
		close(flow);
	flow = -1;
}

static void end_persistent(void)
{
	nl_ask(ask_del(), NULL, NULL);
}

static void end_limit(void)
{
	done(ask_limit_reset());
}

static void end_device(void)
{
	done(device_set(MAPI_MODE_TAP, MAPI_TSTAMP_SOFTWARE));
}

static void end_nothing(void)
{
}

/* Operations that are no requests. Return: 0 or errno. */

static int mapped(size_t len, int prot, off_t offset)
{
	map_len = len;
	map = mmap(NULL, len, prot, MAP_SHARED, flow, offset);
	if (map != MAP_FAILED)
		return 0;
	map = NULL;
	return errno;
}

static int call_map_results(void)
{
	return mapped(sysconf(_SC_PAGESIZE), PROT_READ, 0);
}

static int call_map_ring(void)
{
	return mapped(sysconf(_SC_PAGESIZE) + 2 * RING_SIZE, PROT_READ,
		      MAPI_MMAP_RING(RING_FID, 0));
}

static int call_map_cons(void)
{
	return mapped(sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
		      MAPI_MMAP_RING_CONS(RING_FID, 0));
}

static int call_poll(void)
{
	struct pollfd pollfd = { .fd = flow, .events = POLLIN };

	return poll(&pollfd, 1, 0) < 0 ? errno : 0;
}

static int call_epoll(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = epoll_create1(0), error = 0;

	if (fd < 0)
		return errno;
	if (epoll_ctl(fd, EPOLL_CTL_ADD, flow, &event))
		error = errno;
	close(fd);
	return error;
}

static int call_close(void)
{
	int error = close(flow) ? errno : 0;

	flow = -1;
	return error;
}

static int call_join(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), error = 0;

	if (fd < 0)
		return errno;
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &events,
		       sizeof(events)))
		error = errno;
	close(fd);
	return error;
}

/**
 * struct op - an operation
 * @name: for who reads the results
 * @before: makes what it needs
 * @ask: the request that it is
 * @call: what it is if it is none
 * @after: does away with what was made, whatever became of it
 * @also: an errno it may end with for want of memory, beside the usual
 * @none: may have no allocations
 */
static const struct op {
	const char *name;
	void (*before)(void);
	struct nl_msg *(*ask)(void);
	int (*call)(void);
	void (*after)(void);
	int also;
	bool none;
} ops[] = {
	{ "making a flow", end_nothing, ask_flow, .after = end_nothing },
	{ "making one that persists", end_nothing, ask_persistent,
	  .after = end_persistent },
	{ "opening it", make_persistent, ask_open, .after = end_persistent },
	{ "deleting it", make_persistent, ask_del, .after = end_persistent },
	{ "applying PKT_COUNTER", make_flow, ask_pkt_counter, .after = end_flow },
	{ "applying BYTE_COUNTER", make_flow, ask_byte_counter, .after = end_flow },
	{ "applying BPF_FILTER", make_flow, ask_bpf_filter, .after = end_flow },
	{ "applying STR_SEARCH", make_flow, ask_str_search, .after = end_flow },
	{ "applying REGEXP", make_flow, ask_regexp, .after = end_flow },
	{ "applying ANONYMIZE", make_flow, ask_anonymize, .after = end_flow },
	{ "applying SAMPLE", make_flow, ask_sample, .after = end_flow },
	{ "applying TO_BUFFER", make_flow, ask_to_buffer, .after = end_flow },
	{ "applying TO_FILE", make_flow, ask_to_file, .after = end_flow },
	{ "loading a function", make_unloaded, ask_sample, .after = end_flow,
	  .also = ENOENT },
	{ "connecting an empty flow", make_flow, ask_connect, .after = end_flow },
	{ "connecting a whole flow", make_whole, ask_connect, .after = end_flow },
	{ "asking for a flow", make_active, ask_get, .after = end_flow },
	{ "asking for its ledger", make_active, ask_cut, .after = end_flow },
	{ "listing flows", make_active, ask_list, .after = end_flow },
	{ "changing arguments", make_active, ask_change, .after = end_flow },
	{ "resetting", make_active, ask_reset, .after = end_flow },
	{ "asking for results", make_active, ask_result, .after = end_flow },
	{ "asking for a device", make_active, ask_device, .after = end_flow },
	{ "asking for one without flows", end_nothing, ask_device,
	  .after = end_nothing },
	{ "listing devices", make_active, ask_devices, .after = end_flow },
	{ "making a device", end_nothing, ask_trace, .after = end_nothing,
	  .also = ENOENT },
	{ "setting a device", end_nothing, ask_device_set, .after = end_device },
	{ "asking for a function", end_nothing, ask_function,
	  .after = end_nothing },
	{ "listing functions", end_nothing, ask_functions, .after = end_nothing },
	{ "asking for a limit", make_limit, ask_limit, .after = end_limit },
	{ "listing limits", make_limit, ask_limits, .after = end_limit },
	{ "setting a limit", end_nothing, ask_limit_set, .after = end_limit },
	{ "forgetting a limit", make_limit, ask_limit_reset, .after = end_limit },
	{ "mapping results", make_active, .call = call_map_results,
	  .after = end_flow },
	{ "mapping a ring", make_active, .call = call_map_ring,
	  .after = end_flow },
	{ "mapping its index", make_active, .call = call_map_cons,
	  .after = end_flow },
	{ "polling", make_active, .call = call_poll, .after = end_flow,
	  .none = true },
	{ "polling with epoll", make_active, .call = call_epoll,
	  .after = end_flow },
	{ "closing a flow that was not connected", make_whole,
	  .call = call_close, .after = end_flow, .none = true },
	{ "closing one that was", make_active, .call = call_close,
	  .after = end_flow, .none = true },
	{ "joining the events", end_nothing, .call = call_join,
	  .after = end_nothing, .also = ENFILE },
};

/* Takes one message of an answer. Return: it was the last. */
static bool answered(struct nlmsghdr *nlh, int *error)
{
	int fd_id[2] = { -1 };

	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		if (!*error)
			*error = -*(int *)nlmsg_data(nlh);
		return true;
	}
	if (((struct genlmsghdr *)nlmsg_data(nlh))->cmd == MAPI_CMD_FLOW_NEW ||
	    ((struct genlmsghdr *)nlmsg_data(nlh))->cmd == MAPI_CMD_FLOW_OPEN) {
		nl_on_flow(nlh, fd_id);
		got = fd_id[0];
	}
	if (((struct genlmsghdr *)nlmsg_data(nlh))->cmd == MAPI_CMD_DEVICE_NEW)
		got = nl_fd_of_device(nlh);
	return false;
}

/*
 * All that there is to read: the kernel has answered when send() returns, and
 * goes on with a list as it is read. Return: 0, or errno of the request, of the
 * answer that could not be sent, or EPROTO if there was none.
 */
static int answers(int sock)
{
	static uint8_t buf[1 << 17];
	int error = 0, len;
	bool last = false;

	while ((len = recv(sock, buf, sizeof(buf), MSG_DONTWAIT)) >= 0 ||
	       errno != EAGAIN) {
		struct nlmsghdr *nlh = (void *)buf;

		if (len < 0) {
			error = errno;
			last = true;
		}
		for (; len > 0 && nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len))
			last |= answered(nlh, &error);
	}
	return last ? error : EPROTO;
}

static int request(struct nl_msg *m, int n, int *left)
{
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int error = 0;

	ktap_need(sock >= 0);
	nl_complete_msg(nl_sock, m);
	fault_in(n);
	if (send(sock, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len, 0) < 0)
		error = errno;
	else
		error = answers(sock);
	*left = fault_off();
	if (got >= 0)
		close(got);
	got = -1;
	nlmsg_free(m);
	close(sock);
	return error;
}

static int descriptors(void)
{
	int fd, count = 0;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void on_limit(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_LIMIT_MAX + 1];
	uint64_t *charged = arg;

	nl_attrs(nlh, tb, MAPI_A_LIMIT_MAX);
	if (tb[MAPI_A_LIMIT_FLOWS_USED])
		*charged += nla_get_u32(tb[MAPI_A_LIMIT_FLOWS_USED]);
	if (tb[MAPI_A_LIMIT_MEMORY_USED])
		*charged += nla_get_u64(tb[MAPI_A_LIMIT_MEMORY_USED]);
}

/* Flows and bytes of all users, as soon as there are none, or after a while. */
static uint64_t charged(void)
{
	uint64_t sum;
	int tries = 400;

	do {
		sum = 0;
		ktap_need(!nl_ask(dump(MAPI_CMD_LIMIT_GET), on_limit, &sum).error);
	} while (sum && --tries && !usleep(50000));
	return sum;
}

/* Events are made for somebody; they are nobody's business. */
static void listen_on(void)
{
	events = genl_ctrl_resolve_grp(nl_sock, MAPI_FAMILY_NAME,
				       MAPI_MCGRP_EVENTS);
	listener = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	ktap_need(listener >= 0 &&
		  !setsockopt(listener, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			      &events, sizeof(events)));
}

static void overhear(void)
{
	static uint8_t buf[1 << 16];

	while (recv(listener, buf, sizeof(buf), MSG_DONTWAIT) >= 0 ||
	       errno != EAGAIN)
		;
}

static void run(const struct op *op)
{
	int n, left = 0, error = 0, refusals = 0, bad = 0, open = descriptors();

	for (n = 1; n < MOST && !left; n++) {
		op->before();
		if (op->ask) {
			error = request(op->ask(), n, &left);
		} else {
			fault_in(n);
			error = op->call();
			left = fault_off();
		}
		op->after();
		overhear();
		refusals += !!error;
		if (error && (left || (error != ENOMEM && error != ENOBUFS &&
				       error != op->also))) {
			bad++;
			ktap_diag("%s: allocation %d fails: error %d (%s)",
				  op->name, n, error, strerror(error));
		}
		if (descriptors() != open) {
			bad++;
			ktap_diag("%s: allocation %d fails: %d descriptors, there were %d",
				  op->name, n, descriptors(), open);
			open = descriptors();
		}
	}
	n -= 2;	/* the last one had no fault */
	ktap_ok(left && !bad && (n || op->none),
		"%s: %d allocations fail, each alone: %d times it is refused, else it is done",
		op->name, n, refusals);
	ktap_is(charged(), 0, "nothing is charged after that");
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	device = argv[1];
	file = open(argv[2], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	ktap_need(file >= 0 && nth >= 0);
	flow = got = -1;
	nl_open();
	listen_on();
	/* Memory that programs ask for first is another matter. */
	ktap_need(!mlockall(MCL_CURRENT));
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		run(&ops[i]);
	return ktap_end();
}
