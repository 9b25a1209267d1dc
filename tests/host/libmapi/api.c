/* SPDX-License-Identifier: MIT */
/*
 * The whole of mapi.h as programs in any dialect of C and C++ use it. Compiled
 * with HEADERS_FIRST, HEADERS_LAST or neither; never run.
 */
#ifdef HEADERS_FIRST
#include <pcap.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/mapi.h>
#include <netinet/in.h>
#include <net/if.h>
#include <pthread.h>
#endif
#include <mapi.h>
#ifdef HEADERS_LAST
#include <pcap.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/mapi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <math.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#ifdef __cplusplus
#include <string>
#include <vector>
#include <map>
#include <iostream>
#endif
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__cplusplus) || !defined(__STRICT_ANSI__) || \
	(defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
#define HAS_MACROS
#endif

static void handler(const struct mapipkt *pkt)
{
	const unsigned char *p = &pkt->pkt;

	printf("%u %u %u %x\n", pkt->ifindex, pkt->caplen, pkt->wlen, p[0]);
}

static int apply(int fd)
{
	char expr[] = "tcp";
	const char *pattern = "x";
	char *text = expr;
	char one = 1;
	short two = 2;
	unsigned int three = 3;
	long four = 4;
	unsigned long five = 5;
	int id;

	id = mapi_apply_function(fd, PKT_COUNTER);
	id += mapi_apply_function(fd, "PKT_COUNTER");
	id += mapi_apply_function(fd, BPF_FILTER, "tcp");
	id += mapi_apply_function(fd, BPF_FILTER, expr);
	id += mapi_apply_function(fd, BPF_FILTER, text);
	id += mapi_apply_function(fd, BPF_FILTER, NULL);
	id += mapi_apply_function(fd, STR_SEARCH, pattern);
	id += mapi_apply_function(fd, STR_SEARCH, pattern, one, two);
	id += mapi_apply_function(fd, STR_SEARCH, "a" "b", three, 'c');
	id += mapi_apply_function(fd, SAMPLE, three++, PERIODIC);
	id += mapi_apply_function(fd, TO_BUFFER, WAIT);
	id += mapi_apply_function(fd, TO_FILE, MFF_PCAP, "x", 0);
	id += mapi_apply_function(fd, TO_FILE, MFF_TCPDUMP, "x", four);
	id += mapi_apply_function(fd, TO_FILE, MFF_PCAP_NSEC, "x", five);
	id += mapi_apply_function(fd, THRESHOLD, 1, 2, 3, 4, five, 6, 7, 8, 9);
	id += mapi_apply_function(fd, "MANY", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
				  12, 13, 14, 15);
	return id;
}

static int results(int fd, int id)
{
	mapi_u64_t count;
	int low;
	char all[64];
	void *any = all;
	mapi_results_t *res = mapi_read_results(fd, id);

	if (res != mapi_read_result(fd, id))
		return res->size;
#ifdef HAS_MACROS
	mapi_read_results(fd, id, &count);
	mapi_read_results(fd, id, &low);
	mapi_read_results(fd, id, all);
	mapi_read_result(fd, id, &count);
	return mapi_read_results(fd, id, any);
#else
	mapi_read_results_copy(fd, id, &count, sizeof(count));
	mapi_read_results_copy(fd, id, &low, sizeof(low));
	return mapi_read_results_copy(fd, id, any, 1);
#endif
}

static int info(int fd)
{
	mapi_flow_info_t flow;
	mapi_function_info_t function;
	mapi_device_info_t device;
	mapi_lib_info_t lib;
	mapi_libfunct_info_t libfunct;
	struct mapi_stat stat;
	struct mapi_function_stats stats;
	enum mapi_read_result_method method = MAPI_REF;
	enum cooking_direction side = BOTH_SIDE;
	boolean_t yes = TRUE;
	time_t now = time(NULL);
	uid_t uid = getuid();

	return mapi_get_flow_info(fd, &flow) + mapi_get_next_flow_info(fd, &flow) +
	       mapi_get_function_info(fd, 1, &function) +
	       mapi_get_next_function_info(fd, 0, &function) +
	       mapi_get_device_info(1, &device) +
	       mapi_get_next_device_info(0, &device) +
	       mapi_get_library_info(0, &lib) +
	       mapi_get_next_library_info(-1, &lib) +
	       mapi_get_libfunct_info(0, 0, &libfunct) +
	       mapi_get_next_libfunct_info(0, -1, &libfunct) +
	       mapi_stats("lo", &stat) + mapi_get_scope_size(fd) +
	       mapi_get_function_stats(fd, 1, &stats) +
	       mapi_is_remote(fd) + mapi_is_sensor_down(fd) + (int)method +
	       (int)side + yes + (int)now + (int)uid;
}

static int offline(int fd)
{
	char path[] = "trace";
	char *dev = mapi_create_offline_device(path, MFF_PCAP);

	return mapi_start_offline_device(dev) + mapi_delete_offline_device(dev) +
	       mapi_create_offline_flow(path, MFF_PCAP) +
	       mapi_authenticate(fd, "user", "password", "vo");
}

int main(void)
{
	struct mapi_flow_options opt;
	char text[MAPI_ERRORSTR_LENGTH];
	char arg[] = "0";
	char *args[1];
	int fd, err, reason;

	args[0] = arg;
	memset(&opt, 0, sizeof(opt));
	opt.direction = MAPI_DIR_IN | MAPI_DIR_OUT;
	opt.flags = MAPI_OPT_PERSISTENT | MAPI_OPT_NOPROMISC;
	fd = mapi_create_flow("/dev/dag0") + mapi_create_flow_opt("eth0", &opt) +
	     mapi_open_flow("name");
	apply(fd);
	mapi_apply_function_array(fd, TO_BUFFER, args, 1);
	mapi_connect(fd);
	mapi_connect_flow(fd);
	mapi_change_args(fd, 1, args, 1);
	mapi_set_wakeup(fd, 1, 65536, 1000);
	results(fd, 1);
	info(fd);
	offline(fd);
	mapi_reset(fd, 1);
	if (mapi_get_next_pkt(fd, 1))
		mapi_loop(fd, 1, -1, handler);
	mapi_flow_status(fd, &reason);
	mapi_read_error(&err, text);
	puts(mapi_strerror(err));
	return mapi_close_flow(fd);
}
