// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into the example programs, which stay as they are: their lines
 * leave at once, sleep() is a nap, and what mapi_loop() hands to its handler
 * is also written to the file $WORM_PCAP. The file is there, with its header,
 * before the first packet is asked for.
 *
 * WORM_DEVICE and WORM_FILTER are a device and an expression instead of theirs;
 * with WORM_NEXT, packets are taken one by one with mapi_get_next_pkt().
 */
#include <dlfcn.h>
#include <err.h>
#include <mapi.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NAP_NS	50000000

static mapi_handler handler;
static FILE *pcap;

static void __attribute__((constructor)) begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec nap = { .tv_nsec = NAP_NS };

	(void)seconds;
	nanosleep(&nap, NULL);
	return 0;
}

int mapi_create_flow(const char *dev)
{
	int (*create)(const char *dev) = dlsym(RTLD_NEXT, "mapi_create_flow");
	const char *other = getenv("WORM_DEVICE");

	return create(other ? other : dev);
}

/* What libmapi calls for BPF_FILTER. */
int pcap_compile(pcap_t *p, struct bpf_program *prog, const char *expr, int optimize,
		 bpf_u_int32 netmask)
{
	int (*compile)(pcap_t *p, struct bpf_program *prog, const char *expr, int optimize,
		       bpf_u_int32 netmask) = dlsym(RTLD_NEXT, "pcap_compile");
	const char *other = getenv("WORM_FILTER");

	return compile(p, prog, other ? other : expr, optimize, netmask);
}

static void put(const void *from, size_t len)
{
	if (fwrite(from, len, 1, pcap) != 1 || fflush(pcap))
		err(1, "WORM_PCAP");
}

static void write_and_handle(const struct mapipkt *pkt)
{
	uint32_t rec[] = {
		pkt->ts >> 32, ((pkt->ts & 0xffffffff) * 1000000) >> 32,
		pkt->caplen, pkt->wlen,
	};

	put(rec, sizeof(rec));
	put(&pkt->pkt, pkt->caplen);
	handler(pkt);
}

/* The part of mapi_loop() that the examples need. */
static int next_by_next(int fd, int fid, int cnt, mapi_handler to)
{
	const struct mapipkt *pkt;
	int error = 0;

	(void)cnt;
	while ((pkt = mapi_get_next_pkt(fd, fid)))
		to(pkt);
	mapi_read_error(&error, NULL);
	return error;
}

int mapi_loop(int fd, int fid, int cnt, mapi_handler to)
{
	const uint32_t header[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1 };
	int (*loop)(int, int, int, mapi_handler) = dlsym(RTLD_NEXT, "mapi_loop");
	const char *path = getenv("WORM_PCAP");

	if (getenv("WORM_NEXT"))
		loop = next_by_next;
	handler = to;
	if (!path)
		return loop(fd, fid, cnt, to);
	pcap = fopen(path, "w");
	if (!pcap)
		err(1, "%s", path);
	put(header, sizeof(header));
	return loop(fd, fid, cnt, write_and_handle);
}
