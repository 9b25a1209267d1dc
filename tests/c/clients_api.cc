// SPDX-License-Identifier: GPL-2.0
/*
 * clients_api DEVICE OTHER-END: all of mapi.h, as a C++ program uses it.
 */
#include <mapi.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>
#include <unistd.h>
extern "C" {
#include "frames.h"
}

static int handled;

static void handler(const struct mapipkt *pkt)
{
	const unsigned char *data = &pkt->pkt;

	handled += pkt->caplen == 60 && pkt->wlen == 60 && pkt->ts >> 32 &&
		   data[12] == 0x88 && data[13] == 0xb5;
}

static int last_error()
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code = 0;

	mapi_read_error(&code, text);
	return code;
}

/* References to functions of other types, as their addresses are taken. */
static void addresses()
{
	int (*create)(const char *) = mapi_create_flow;
	int (*connect)(int) = mapi_connect;
	int (*close)(int) = mapi_close_flow;

	ktap_ok(create && connect && close, "functions have addresses");
}

/* Of files and devices that are not there. */
static void offline()
{
	ktap_ok(!mapi_create_offline_device("/nosuch.pcap", MFF_PCAP) &&
		last_error(), "mapi_create_offline_device");
	ktap_ok(mapi_create_offline_flow("/nosuch.pcap", MFF_PCAP) == -1 &&
		last_error(), "mapi_create_offline_flow");
	ktap_ok(mapi_start_offline_device("x") == -1 && last_error() &&
		mapi_delete_offline_device(strdup("x")) == -1 && last_error(),
		"mapi_start_offline_device, mapi_delete_offline_device");
}

static void information(const std::string &device, int fd)
{
	mapi_function_info_t function;
	mapi_libfunct_info_t libfunct;
	mapi_device_info_t dev;
	mapi_flow_info_t flow;
	mapi_lib_info_t lib;
	mapi_stat stat;
	bool found = false;
	int nr = 0;

	ktap_ok(!mapi_get_flow_info(fd, &flow) && device == flow.device &&
		flow.status == FLOW_ACTIVE && flow.start && !flow.end,
		"mapi_get_flow_info");
	ktap_ok(!mapi_get_next_flow_info(0, &flow) && flow.fd == fd,
		"mapi_get_next_flow_info");
	ktap_ok(!mapi_get_function_info(fd, 1, &function) &&
		std::string("BPF_FILTER") == function.name &&
		std::string("stdflib") == function.libname,
		"mapi_get_function_info");
	ktap_ok(!mapi_get_next_function_info(fd, 1, &function) &&
		function.fid == 2, "mapi_get_next_function_info");
	for (int id = 0; !mapi_get_next_device_info(id, &dev); id = dev.id)
		found |= device == dev.device;
	ktap_ok(found, "mapi_get_next_device_info");
	ktap_ok(!mapi_get_device_info(dev.id, &dev), "mapi_get_device_info");
	ktap_ok(!mapi_get_library_info(0, &lib) && lib.functs > 0,
		"mapi_get_library_info");
	ktap_ok(!mapi_get_next_library_info(-1, &lib) && lib.id == 0,
		"mapi_get_next_library_info");
	ktap_ok(!mapi_get_libfunct_info(0, 0, &libfunct) && *libfunct.name,
		"mapi_get_libfunct_info");
	while (!mapi_get_next_libfunct_info(0, nr - 1, &libfunct))
		nr++;
	ktap_is(nr, lib.functs, "mapi_get_next_libfunct_info");
	ktap_ok(mapi_stats(device.c_str(), &stat) == 1 && stat.ps_recv >= 5 &&
		device == stat.dev, "mapi_stats");
	ktap_ok(mapi_get_scope_size(fd) == 1 && !mapi_is_remote(fd) &&
		!mapi_is_sensor_down(fd), "mapi_get_scope_size and others");
	last_error();
}

static void results(int fd, int counter, int bytes)
{
	const mapi_results_t *res = mapi_read_results(fd, counter);
	unsigned long long val = 0;
	struct mapi_function_stats stats;
	void *anywhere = &val;
	unsigned int small = 7;
	int n = 0;

	ktap_ok(res && res->size == 8 && res->ts > 1000000ULL &&
		*static_cast<unsigned long long *>(res->res) == 5,
		"mapi_read_results, by reference");
	ktap_ok(!mapi_read_results(fd, counter, &val) && val == 5,
		"mapi_read_results, into 64 bits");
	ktap_ok(!mapi_read_results(fd, counter, &small) && small == 5,
		"mapi_read_results, into 32 bits");
	ktap_ok(!mapi_read_result(fd, counter, &n) && n == 5,
		"mapi_read_result, into an int");
	ktap_ok(!mapi_read_results(fd, bytes, anywhere) && val == 300,
		"mapi_read_results, into anything");
	ktap_ok(!mapi_read_results_copy(fd, bytes, &val, sizeof(val)) &&
		val == 300, "mapi_read_results_copy");
	ktap_ok(!mapi_get_function_stats(fd, counter, &stats) &&
		stats.pkts == 5 && stats.passed == 5 && !stats.status,
		"mapi_get_function_stats");
	ktap_ok(!mapi_reset(fd, counter) &&
		!mapi_read_results(fd, counter, &val) && !val, "mapi_reset");
}

static void options(const std::string &device)
{
	mapi_flow_options opt = mapi_flow_options();
	int fd, again;

	opt.direction = MAPI_DIR_IN;
	opt.flags = MAPI_OPT_PERSISTENT | MAPI_OPT_NOPROMISC;
	opt.name = "cxx";
	fd = mapi_create_flow_opt(device.c_str(), &opt);
	again = mapi_open_flow("cxx");
	ktap_ok(fd > 0 && again > 0 && fd != again,
		"mapi_create_flow_opt and mapi_open_flow");
	ktap_ok(!mapi_connect_flow(again) && mapi_flow_status(again, &fd) ==
		FLOW_ACTIVE && fd == MAPI_ENDED_NOT,
		"mapi_connect_flow and mapi_flow_status");
	mapi_close_flow(again);
}

int main(int argc, char **argv)
{
	char size[] = "131072", zero[] = "0", one[] = "1";
	char *more[] = { one, zero, size };
	std::vector<char *> args(more, more + 3);
	std::string expression("ether proto "), device;
	int fd, filter, counter, bytes, buffer, tx;
	short rate = 1;

	ktap_need(argc == 3);
	alarm(240);
	device = argv[1];
	expression += "0x88b5";
	tx = frames_open(argv[2]);
	addresses();
	offline();

	fd = mapi_create_flow(device.c_str());
	filter = mapi_apply_function(fd, BPF_FILTER, expression.c_str());
	counter = mapi_apply_function(fd, PKT_COUNTER);
	bytes = mapi_apply_function(fd, "BYTE_COUNTER");
	ktap_ok(filter == 1 && counter == 2 && bytes == 3, "mapi_apply_function");
	ktap_ok(mapi_apply_function(fd, SAMPLE, rate, PERIODIC) == 4 &&
		mapi_apply_function(fd, TO_FILE, MFF_PCAP,
				    std::string("/dev/shm/cxx.pcap").c_str(),
				    0ULL) == 5,
		"with arguments of many types");
	ktap_ok(mapi_apply_function(fd, BPF_FILTER) == -1 &&
		last_error() == 7001, "and arguments that are missing");
	buffer = mapi_apply_function_array(fd, TO_BUFFER, args.data(),
					   args.size());
	ktap_is(buffer, 6, "mapi_apply_function_array");
	ktap_is(mapi_connect(fd), 0, "mapi_connect");
	frames_send(tx, 5, 60);
	information(device, fd);
	results(fd, counter, bytes);

	const struct mapipkt *pkt = mapi_get_next_pkt(fd, buffer);
	if (ktap_ok(pkt, "mapi_get_next_pkt"))
		handler(pkt);
	ktap_is(mapi_loop(fd, buffer, 2, handler), 0, "mapi_loop");
	ktap_is(mapi_loop(fd, buffer, -1, handler), 0, "mapi_loop, to the end");
	ktap_is(handled, 5, "the handler has seen all packets");
	ktap_ok(!mapi_set_wakeup(fd, buffer, 0, 5000) &&
		!mapi_change_args(fd, buffer, args.data(), 1),
		"mapi_set_wakeup and mapi_change_args");
	ktap_is(mapi_close_flow(fd), 0, "mapi_close_flow");
	ktap_ok(mapi_authenticate(fd, "u", "p", "vo") && last_error(),
		"mapi_authenticate");
	ktap_ok(std::string(mapi_strerror(PCAP_BPF_ERR)) !=
		mapi_strerror(MAPI_INVALID_FLOW), "mapi_strerror");
	options(device);
	return ktap_end();
}
