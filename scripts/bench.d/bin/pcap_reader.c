// SPDX-License-Identifier: MIT
/*
 * A program that captures through libpcap, with what it chooses by default.
 *
 *	pcap_reader DEVICE SNAPLEN
 *
 * says "ready", then answers each line that it reads:
 *
 *	drain N		reads N packets, looking at a byte of each, or what has
 *			come after a second: "PACKETS NANOSECONDS", of the calls
 *			that brought packets
 *	lost		packets that had no room
 */
#include <err.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"

volatile unsigned char seen;

static void look(u_char *user, const struct pcap_pkthdr *hdr, const u_char *data)
{
	(void)user;
	(void)hdr;
	seen = *data;
}

static pcap_t *begin(const char *device, int snaplen)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create(device, why);
	struct bpf_program all;

	if (!pcap)
		errx(1, "%s: %s", device, why);
	pcap_set_snaplen(pcap, snaplen);
	pcap_set_promisc(pcap, 1);
	pcap_set_timeout(pcap, 10);
	/* An empty filter, as tcpdump has: the kernel then knows the length. */
	if (pcap_activate(pcap) < 0 || pcap_setnonblock(pcap, 1, why) ||
	    pcap_compile(pcap, &all, "", 1, PCAP_NETMASK_UNKNOWN) ||
	    pcap_setfilter(pcap, &all))
		errx(1, "%s: %s", device, pcap_geterr(pcap));
	pcap_freecode(&all);
	return pcap;
}

static void drain(pcap_t *pcap, long want)
{
	long long time = 0, from, end = now() + 1000000000LL;
	long n = 0;
	int got;

	while (n < want && now() < end) {
		from = now();
		got = pcap_dispatch(pcap, -1, look, NULL);
		if (got < 0)
			errx(1, "%s", pcap_geterr(pcap));
		if (got)
			time += since(from);
		else
			usleep(1000);
		n += got;
	}
	printf("%ld %lld\n", n, time);
}

static void lost(pcap_t *pcap)
{
	struct pcap_stat stat;

	pcap_stats(pcap, &stat);
	printf("%u\n", stat.ps_drop);
}

int main(int argc, char **argv)
{
	char line[64];
	pcap_t *pcap;

	if (argc != 3)
		errx(2, "usage: pcap_reader DEVICE SNAPLEN");
	pcap = begin(argv[1], atoi(argv[2]));
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (!strncmp(line, "drain\t", 6))
			drain(pcap, atol(line + 6));
		else if (!strncmp(line, "lost", 4))
			lost(pcap);
		else
			errx(2, "not understood: %s", line);
		fflush(stdout);
	}
	pcap_close(pcap);
	return 0;
}
