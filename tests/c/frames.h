/* SPDX-License-Identifier: GPL-2.0 */
/* Frames sent through an interface, of a type that nobody answers. */
#ifndef FRAMES_H
#define FRAMES_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include "ktap.h"

#define FRAMES_TYPE	0x88b5	/* for local experiments */

/* Return: a socket that sends through @device. */
__attribute__((unused))
static int frames_open(const char *device)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(device),
	};
	int sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	ktap_need(addr.sll_ifindex && sock >= 0);
	ktap_need(!bind(sock, (struct sockaddr *)&addr, sizeof(addr)));
	return sock;
}

/* Send @nr frames of @len bytes; each begins with its number. */
__attribute__((unused))
static void frames_send(int sock, unsigned int nr, size_t len)
{
	unsigned char frame[65536] = { 0 };
	struct ethhdr *eth = (struct ethhdr *)frame;

	memset(eth->h_dest, 0xff, sizeof(eth->h_dest));
	eth->h_source[0] = 2;
	eth->h_proto = htons(FRAMES_TYPE);
	for (unsigned int i = 0; i < nr; i++) {
		memcpy(eth + 1, &i, sizeof(i));
		/* The queue may be full, but not for longer than a while. */
		for (int tries = 0; send(sock, frame, len, 0) < 0; tries++) {
			ktap_need((errno == ENOBUFS || errno == EAGAIN) &&
				  tries < 100000);
			usleep(100);
		}
	}
}

#endif
