// SPDX-License-Identifier: GPL-2.0
/*
 * errors_calls DEVICE UNUSED: calls of libmapi with wrong descriptors, at the
 * wrong time, without what they need. UNUSED is a device nobody monitors.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "refuses.h"

static void create(const char *unused)
{
	char longer[300];
	struct mapi_flow_options opt = { .flags = 0x80 };
	struct mapi_flow_options dir = { .direction = 4 };
	struct mapi_flow_options res = { .reserved = { [5] = 1 } };
	struct mapi_flow_options nameless = { .flags = MAPI_OPT_PERSISTENT };
	struct mapi_flow_options named = { .name = "name" };

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	refuses("no device", mapi_create_flow(NULL) == -1,
		MAPI_DEVICE_INFO_ERR, "NULL");
	refuses("an unknown device", mapi_create_flow("nosuch0") == -1, 3200,
		"nosuch0");
	refuses("the same below /dev", mapi_create_flow("/dev/nosuch0") == -1,
		3200, "nosuch0");
	refuses("a device without a name", mapi_create_flow("") == -1, 3200, "");
	refuses("a long name", mapi_create_flow(longer) == -1, 3200, "too long");
	longer[60] = 0;
	refuses("a name that no interface can have",
		mapi_create_flow(longer) == -1, 3200, "xxx");
	refuses("a name with a blank", mapi_create_flow("a b") == -1, 3200, "");
	refuses("a name with a newline", mapi_create_flow("a\nb") == -1, 3200, "");
	refuses("a path", mapi_create_flow("../lo") == -1, 3200, "../lo");
	refuses("a remote device", mapi_create_flow("host:lo") == -1, 3200,
		"host:lo");
	refuses("unknown flags", mapi_create_flow_opt(unused, &opt) == -1, 7002,
		"option");
	refuses("an unknown direction", mapi_create_flow_opt(unused, &dir) == -1,
		7002, "option");
	refuses("reserved fields", mapi_create_flow_opt(unused, &res) == -1, 7002,
		"option");
	ktap_ok(mapi_create_flow_opt(unused, &nameless) == -1,
		"refuses a persistent flow without a name");
	ktap_ok(mapi_create_flow_opt(unused, &named) == -1,
		"refuses a name for a flow that is not persistent");
	mapi_read_error(&(int){ 0 }, NULL);
	refuses("to open no flow", mapi_open_flow(NULL) == -1, 6145, "NULL");
	refuses("to open an unknown flow", mapi_open_flow("nobody") == -1, 6145,
		"");
}

static void handler(const struct mapipkt *pkt)
{
	(void)pkt;
}

/* Nothing works with a descriptor that is not a flow. */
static void descriptor(const char *kind, int fd)
{
	struct mapi_function_stats stats;
	mapi_function_info_t function;
	mapi_flow_info_t flow;
	unsigned long long val;
	char name[100];

#define REFUSES(call, code, ...) do {					\
	snprintf(name, sizeof(name), #call " with %s", kind);		\
	refuses(name, (long)mapi_##call(fd, ##__VA_ARGS__) == FAILS, code, ""); \
} while (0)
#define FAILS -1
	REFUSES(connect, 6145);
	REFUSES(apply_function, fd <= 0 ? 6147 : 6145, PKT_COUNTER);
	REFUSES(apply_function_array, fd <= 0 ? 6147 : 6145, PKT_COUNTER, NULL, 0);
	REFUSES(read_results_copy, 6145, 1, &val, sizeof(val));
	REFUSES(get_function_stats, 6145, 1, &stats);
	REFUSES(loop, fd <= 0 ? 6147 : 6145, 1, 1, handler);
	REFUSES(reset, 6145, 1);
	REFUSES(change_args, 6145, 1, NULL, 0);
	REFUSES(set_wakeup, 6145, 1, 0, 0);
	REFUSES(flow_status, 6145, NULL);
	REFUSES(get_scope_size, 6145);
	REFUSES(is_remote, 6145);
	REFUSES(get_flow_info, 6149, &flow);
	REFUSES(get_function_info, 6141, 1, &function);
	REFUSES(get_next_function_info, fd <= 0 ? 6147 : 6141, 0, &function);
	REFUSES(close_flow, 6145);
#undef FAILS
#define FAILS 0
	REFUSES(read_results, 6145, 1);
	REFUSES(get_next_pkt, fd <= 0 ? 6147 : 6145, 1);
}

static void descriptors(void)
{
	const struct {
		const char *kind;
		int fd;
	} others[] = {
		{ "/dev/null", open("/dev/null", O_RDWR | O_CLOEXEC) },
		{ "a socket", socket(AF_INET, SOCK_DGRAM, 0) },
		{ "an epoll", epoll_create1(0) },
		{ "a memory file", memfd_create("x", 0) },
	};
	int closed = dup(1);

	close(closed);
	descriptor("0", 0);
	descriptor("-1", -1);
	descriptor("a closed descriptor", closed);
	descriptor("a huge descriptor", INT_MAX);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		ktap_need(others[i].fd > 0);
		descriptor(others[i].kind, others[i].fd);
		ktap_ok(fcntl(others[i].fd, F_GETFD) >= 0, "leaves %s open",
			others[i].kind);
		close(others[i].fd);
	}
}

/* What works on a connected flow only. */
static void too_early(const char *dev)
{
	struct mapi_function_stats stats;
	int fd = mapi_create_flow(dev);
	int fid = mapi_apply_function(fd, PKT_COUNTER);
	int buf = mapi_apply_function(fd, TO_BUFFER, WAIT);
	unsigned long long val;

	ktap_need(fd > 0 && fid == 1 && buf == 2);
	refuses("results before connect", !mapi_read_results(fd, fid), 6143, "");
	refuses("results by copy before connect",
		mapi_read_results(fd, fid, &val) == -1, 6143, "");
	refuses("packets before connect", !mapi_get_next_pkt(fd, buf), 6143, "");
	refuses("a loop before connect", mapi_loop(fd, buf, 1, handler) == -1,
		6143, "");
	refuses("statistics before connect",
		mapi_get_function_stats(fd, fid, &stats) == -1, 6143, "");
	refuses("reset before connect", mapi_reset(fd, fid) == -1, 6143, "");
	refuses("new arguments before connect",
		mapi_change_args(fd, buf, NULL, 0) == -1, 6143, "");
	refuses("wake-up terms before connect",
		mapi_set_wakeup(fd, buf, 0, 0) == -1, 6143, "");
	accepts("to close it", mapi_close_flow(fd) == 0);
	descriptor("a flow that was closed", fd);
}

static void too_late(const char *dev)
{
	struct mapi_function_stats stats;
	int fd = mapi_create_flow(dev);
	int fid = mapi_apply_function(fd, PKT_COUNTER);
	int buf = mapi_apply_function(fd, TO_BUFFER, NOWAIT);
	char *too_many[] = { "1" };
	unsigned long long val;

	ktap_need(fid == 1 && buf == 2);
	accepts("to connect", mapi_connect(fd) == 0);
	refuses("a second connect", mapi_connect(fd) == -1, 3081, "");
	refuses("a third, by its other name", mapi_connect_flow(fd) == -1, 3081,
		"");
	refuses("apply after connect",
		mapi_apply_function(fd, PKT_COUNTER) == -1, 7006, "connected");
	refuses("apply of an array after connect",
		mapi_apply_function_array(fd, BYTE_COUNTER, NULL, 0) == -1, 7006,
		"connected");
	accepts("results", mapi_read_results(fd, fid));
	accepts("no packet, with NOWAIT", !mapi_get_next_pkt(fd, buf));

	for (int bad = -1; bad < 5; bad += bad ? 4 : 1) {
		int code = bad <= 0 ? 6145 : 6147;
		char name[40];

		snprintf(name, sizeof(name), "function %d", bad);
		refuses(name, !mapi_read_results(fd, bad), code, "");
		refuses(name, mapi_read_results(fd, bad, &val) == -1, code, "");
		refuses(name, mapi_get_function_stats(fd, bad, &stats) == -1,
			code, "");
		refuses(name, !mapi_get_next_pkt(fd, bad), 6147, "");
		refuses(name, mapi_loop(fd, bad, 1, handler) == -1, 6147, "");
		refuses(name, mapi_reset(fd, bad) == -1, 6147, "");
		refuses(name, mapi_change_args(fd, bad, NULL, 0) == -1, 6147, "");
		refuses(name, mapi_set_wakeup(fd, bad, 0, 0) == -1, 6147, "");
	}
	refuses("packets of a counter", !mapi_get_next_pkt(fd, fid), 6147,
		"PKT_COUNTER");
	refuses("a loop without a handler", mapi_loop(fd, buf, 1, NULL) == -1,
		7004, "handler");
	refuses("results to nowhere",
		mapi_read_results_copy(fd, fid, NULL, 8) == -1, 7003, "NULL");
	refuses("statistics to nowhere",
		mapi_get_function_stats(fd, fid, NULL) == -1, 7003, "NULL");
	ktap_ok(mapi_change_args(fd, fid, NULL, 0) == -1,
		"refuses new arguments for what cannot change them");
	mapi_read_error(&(int){ 0 }, NULL);
	refuses("too many new arguments",
		mapi_change_args(fd, fid, too_many, 1) == -1, 7000, "PKT_COUNTER");
	refuses("a watermark beyond the ring",
		mapi_set_wakeup(fd, buf, 2 << 20, 0) == -1, 7004, "watermark");
	refuses("a limit beyond an int",
		mapi_set_wakeup(fd, buf, 0, 0x80000000) == -1, 7005, "limit");
	accepts("to close it", mapi_close_flow(fd) == 0);
	descriptor("a connected flow that was closed", fd);
}

static void information(const char *dev, const char *unused)
{
	mapi_function_info_t function;
	mapi_libfunct_info_t libfunct;
	mapi_device_info_t device;
	mapi_flow_info_t flow;
	struct mapi_stat stat;
	mapi_lib_info_t lib;
	int fd;

	refuses("flow info to nowhere", mapi_get_flow_info(1, NULL) == -1, 7002,
		"");
	refuses("next flow info to nowhere",
		mapi_get_next_flow_info(0, NULL) == -1, 7002, "");
	refuses("function info to nowhere",
		mapi_get_function_info(1, 1, NULL) == -1, 7003, "");
	refuses("next function info to nowhere",
		mapi_get_next_function_info(1, 0, NULL) == -1, 7003, "");
	refuses("device info to nowhere", mapi_get_device_info(1, NULL) == -1,
		7002, "");
	refuses("next device info to nowhere",
		mapi_get_next_device_info(0, NULL) == -1, 7002, "");
	refuses("statistics of no device", mapi_stats(NULL, &stat) == -1,
		MAPI_DEVICE_INFO_ERR, "NULL");
	refuses("statistics to nowhere", mapi_stats(dev, NULL) == -1, 7002, "");
	refuses("statistics of a device nobody monitors",
		mapi_stats(unused, &stat) == -1, MAPI_STATS_ERROR, "");
	refuses("statistics of an unknown device",
		mapi_stats("nosuch0", &stat) == -1, MAPI_STATS_ERROR, "nosuch0");
	refuses("info of an unknown device",
		mapi_get_device_info(999999, &device) == -1,
		MAPI_DEVICE_INFO_ERR, "");
	refuses("a device behind the last",
		mapi_get_next_device_info(INT_MAX, &device) == -1,
		MAPI_DEVICE_INFO_ERR, "");
	refuses("a flow where there is none",
		mapi_get_next_flow_info(0, &flow) == -1, 6149, "");
	ktap_ok(mapi_get_library_info(99, &lib) == -1 &&
		mapi_get_library_info(-1, &lib) == -1 &&
		mapi_get_next_library_info(99, &lib) == -1 &&
		mapi_get_libfunct_info(0, 9999, &libfunct) == -1 &&
		mapi_get_next_libfunct_info(99, -1, &libfunct) == -1,
		"refuses unknown libraries and functions of them");
	mapi_read_error(&(int){ 0 }, NULL);

	fd = mapi_create_flow(dev);
	mapi_apply_function(fd, PKT_COUNTER);
	accepts("info of a flow", mapi_get_flow_info(fd, &flow) == 0 &&
		flow.fd == fd && flow.num_functions == 1);
	refuses("info of an unknown function",
		mapi_get_function_info(fd, 2, &function) == -1, 6150, "");
	refuses("a function behind the last",
		mapi_get_next_function_info(fd, 1, &function) == -1, 6150, "");
	refuses("a flow behind the last",
		mapi_get_next_flow_info(INT_MAX, &flow) == -1, 6149, "");
	refuses("a function number that is negative",
		mapi_get_next_function_info(fd, -1, &function) == -1, 6147, "");
	mapi_close_flow(fd);
}

static void last_error(void)
{
	char text[MAPI_ERRORSTR_LENGTH] = "";
	int code = -1;

	mapi_create_flow("nosuch0");
	ktap_ok(mapi_read_error(NULL, NULL) == -1,
		"refuses to read the error to nowhere");
	ktap_ok(!mapi_read_error(NULL, text) && strstr(text, "nosuch0"),
		"the text alone can be read");
	mapi_read_error(&code, text);
	ktap_ok(!code && !*text, "that clears the error");
	mapi_create_flow("nosuch0");
	ktap_ok(!mapi_read_error(&code, NULL) && code == 3200,
		"the number alone can be read");
	mapi_read_error(&code, text);
	ktap_ok(!code && !*text, "that clears the error, too");
	mapi_create_flow("nosuch0");
	mapi_create_flow(NULL);
	mapi_read_error(&code, text);
	ktap_is(code, MAPI_DEVICE_INFO_ERR, "the last error is the last");
	ktap_ok(*mapi_strerror(3200) && *mapi_strerror(-1) &&
		*mapi_strerror(INT_MAX), "every number has a text");
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	create(argv[2]);
	descriptors();
	too_early(argv[1]);
	too_late(argv[1]);
	information(argv[1], argv[2]);
	last_error();
	return ktap_end();
}
