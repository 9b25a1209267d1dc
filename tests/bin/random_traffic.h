/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets through a tap device, from several CPUs, each CPU's numbered. A packet
 * is received while write() lasts and is sent while send() lasts, on the CPU
 * that calls it. So what was counted before the call and after it are bounds of
 * what anybody can have seen.
 */
#ifndef RANDOM_TRAFFIC_H
#define RANDOM_TRAFFIC_H

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "random_model.h"

#define CPUS	2

/* Which were begun, and which are done. */
struct sent {
	uint64_t begun[DIRS * KINDS];
	uint64_t done[DIRS * KINDS];
};

struct traffic {
	int go;				/* packets, please */
	struct sender {
		int goes;		/* there may be some */
		struct sent sent;
	} cpu[CPUS] __attribute__((aligned(64)));
};

static int tap_open(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr))
		err(2, "tap %s", name);
	return fd;
}

static int packet_open(const char *name)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		err(2, "packet socket");
	return fd;
}

/* On one CPU for ever. */
static void sender(struct traffic *traffic, int tap, const char *name,
		   unsigned int cpu, unsigned int seed)
{
	struct sender *me = &traffic->cpu[cpu];
	int packet = packet_open(name);
	unsigned char data[LEN_MAX];
	uint64_t number = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(2, "CPU %u", cpu);
	for (;;) {
		__atomic_store_n(&me->goes, 1, __ATOMIC_SEQ_CST);
		while (__atomic_load_n(&traffic->go, __ATOMIC_SEQ_CST)) {
			unsigned int n = rand_r(&seed) % KINDS;
			unsigned int dir = rand_r(&seed) % 3 == 0;
			unsigned int at = dir * KINDS + n, len = kinds[n].len;

			memcpy(data, kinds[n].data, len);
			data[AT_CPU] = cpu;
			data[AT_DIR] = dir;
			number++;
			memcpy(data + len - sizeof(number), &number, sizeof(number));
			__atomic_fetch_add(&me->sent.begun[at], 1, __ATOMIC_SEQ_CST);
			if (dir)
				send(packet, data, len, 0);
			else if (write(tap, data, len) != (ssize_t)len)
				err(2, "tap");
			__atomic_fetch_add(&me->sent.done[at], 1, __ATOMIC_SEQ_CST);
			/* Idle CPUs and busy ones are told of changes in different ways. */
			if (number % 128 == 0)
				usleep(rand_r(&seed) % 1500);
		}
		__atomic_store_n(&me->goes, 0, __ATOMIC_SEQ_CST);
		usleep(1000);
	}
}

static void traffic_set(struct traffic *traffic, bool go)
{
	__atomic_store_n(&traffic->go, go, __ATOMIC_SEQ_CST);
	for (int i = 0; i < CPUS && !go; i++)
		while (__atomic_load_n(&traffic->cpu[i].goes, __ATOMIC_SEQ_CST))
			usleep(1000);
}

/* All CPUs, as of now. */
static void traffic_begun(const struct traffic *traffic, uint64_t *sum)
{
	memset(sum, 0, DIRS * KINDS * sizeof(*sum));
	for (int i = 0; i < CPUS; i++)
		for (int k = 0; k < DIRS * KINDS; k++)
			sum[k] += __atomic_load_n(&traffic->cpu[i].sent.begun[k],
						  __ATOMIC_SEQ_CST);
}

static void traffic_done(const struct traffic *traffic, uint64_t *sum)
{
	memset(sum, 0, DIRS * KINDS * sizeof(*sum));
	for (int i = 0; i < CPUS; i++)
		for (int k = 0; k < DIRS * KINDS; k++)
			sum[k] += __atomic_load_n(&traffic->cpu[i].sent.done[k],
						  __ATOMIC_SEQ_CST);
}

#endif
