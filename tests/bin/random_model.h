/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of a few kinds, functions that may meet them, and which pass: by
 * libpcap's interpreter and by memmem().
 *
 * A set of packets is a bit for each kind in each direction.
 */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H

#include <arpa/inet.h>
#include <err.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define KINDS	24
#define DIRS	2			/* received, sent */
#define SET_IN	((1ULL << KINDS) - 1)
#define SET_OUT	(SET_IN << KINDS)
#define LEN_MAX	256

/* Where the kind, the direction and the CPU are, in the source address. */
#define AT_CPU	9
#define AT_DIR	10
#define AT_KIND	11

struct kind {
	unsigned int len;
	unsigned char data[LEN_MAX];	/* the last eight are a number */
};

static struct kind kinds[KINDS];

/* Many begin like others; kinds that are look-ups and those that are not. */
static const char *const filters[] = {
	"ip", "udp", "udp dst port 9", "ip and udp", "udp dst port 10", "tcp",
	"host 10.1.2.3", "not udp", "len > 1", "udp[8] & 1 = 0", "ip6",
	"portrange 9-10", "port 9 or src host 10.1.2.2", "greater 120",
	"ether proto 0x0806", "icmp or arp", "ip6 and udp port 1000", "not arp",
	"ip or not ip", "src net 10.1.2.2/31 and not port 10",
};

#define FILTERS	(sizeof(filters) / sizeof(*filters))

/* What packets hold in front of the number, which must not go on with it. */
static const char *const hay[] = { "", "needle", "needworm", "eedlewo" };

/* What is searched for in them, as a pattern and as strings: one must be there. */
struct search {
	const char *pattern, *strings[2];
	unsigned int offset, depth;
};

static const struct search searches[] = {
	{ "needle", { "needle" }, 0, 0 },
	{ "eedl", { "eedl" }, 0, 0 },
	{ "worm||needle", { "worm", "needle" }, 0, 0 },
	{ "need", { "need" }, 90, 40 },
	{ "eed", { "eed" }, 14, 100 },
	{ "|77 6f|rm", { "worm" }, 0, 150 },
	{ "sought in vain", { "sought in vain" }, 0, 0 },
};

#define SEARCHES	(sizeof(searches) / sizeof(*searches))

static uint64_t filter_set[FILTERS], search_set[SEARCHES];

static void put16(unsigned char *p, unsigned int n)
{
	p[0] = n >> 8;
	p[1] = n;
}

static void make_ip(unsigned char *p, unsigned int nth, unsigned int len,
		    unsigned int proto)
{
	put16(p - 2, 0x0800);
	p[0] = 0x45;
	put16(p + 2, len);
	p[8] = 64;
	p[9] = proto;
	memcpy(p + 12, "\12\1\2\2", 4);
	p[15] += nth / 5 % 2;
	memcpy(p + 16, "\12\1\2\11", 4);
}

static void make_ip6(unsigned char *p, unsigned int len, unsigned int proto)
{
	put16(p - 2, 0x86dd);
	p[0] = 0x60;
	put16(p + 4, len);
	p[6] = proto;
	memset(p + 8, 0xfd, 32);
}

static void make_kind(struct kind *kind, unsigned int nth)
{
	static const unsigned int port[] = { 9, 10, 1000 };
	unsigned char *p = kind->data, *l4 = p + 34;

	kind->len = 80 + nth % 7 * 20;
	memset(p, nth, kind->len);
	memcpy(p, "\2\0\0\0\0\1\2\0\0\0\0\0", 12);
	p[AT_KIND] = nth;
	memset(p + 14, 0, 40);
	switch (nth % 5) {
	case 0:
	case 4:
		make_ip(p + 14, nth, kind->len - 14, nth % 2 ? 1 : 17);
		break;
	case 1:
		make_ip(p + 14, nth, kind->len - 14, 6);
		break;
	case 2:
		make_ip6(p + 14, kind->len - 54, 17);
		l4 = p + 54;
		break;
	case 3:
		put16(p + 12, 0x0806);
		break;
	}
	put16(l4, 1000);
	put16(l4 + 2, port[nth % 3]);
	put16(l4 + 4, kind->len - (l4 - p));
	put16(l4 + 6, 0);
	memcpy(p + kind->len - 16, hay[nth / 2 % 4], strlen(hay[nth / 2 % 4]));
}

static void make_filter(unsigned int nth)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 262144);
	struct bpf_program prog;

	if (!pcap || pcap_compile(pcap, &prog, filters[nth], 1,
				  PCAP_NETMASK_UNKNOWN))
		errx(2, "%s: %s", filters[nth], pcap ? pcap_geterr(pcap) : "pcap");
	for (int i = 0; i < KINDS; i++) {
		struct pcap_pkthdr hdr = {
			.caplen = kinds[i].len, .len = kinds[i].len,
		};

		if (pcap_offline_filter(&prog, &hdr, kinds[i].data))
			filter_set[nth] |= (1ULL << i) | (1ULL << (KINDS + i));
	}
	pcap_freecode(&prog);
	pcap_close(pcap);
}

/* Numbers at their ends are too small for three letters. */
static bool holds(const struct kind *kind, const struct search *s)
{
	unsigned int end = kind->len;

	if (s->depth && s->offset + s->depth < end)
		end = s->offset + s->depth;
	for (int i = 0; i < 2 && s->strings[i] && s->offset < end; i++)
		if (memmem(kind->data + s->offset, end - s->offset, s->strings[i],
			   strlen(s->strings[i])))
			return true;
	return false;
}

static void make_search(unsigned int nth)
{
	for (int i = 0; i < KINDS; i++)
		if (holds(&kinds[i], &searches[nth]))
			search_set[nth] |= (1ULL << i) | (1ULL << (KINDS + i));
}

static void model_begin(void)
{
	for (int i = 0; i < KINDS; i++)
		make_kind(&kinds[i], i);
	for (unsigned int i = 0; i < FILTERS; i++)
		make_filter(i);
	for (unsigned int i = 0; i < SEARCHES; i++)
		make_search(i);
}

#endif
