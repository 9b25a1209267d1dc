// SPDX-License-Identifier: GPL-2.0
/*
 * What libpcap itself makes of filters: "judge FILE" reads lines, each of one or
 * more filter expressions with tabs between them, and answers each with the
 * number of packets in the capture that pass the first, their bytes on the wire,
 * the number that pass the second as well, ...
 *
 * It runs the program that it makes of an expression in its own interpreter, as
 * "tcpdump -r" does.
 */
#include <err.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#define FILTERS	8

struct sum {
	unsigned long pkts, bytes;
};

static int compile(pcap_t *pcap, char *line, struct bpf_program *prog)
{
	char *expr;
	int nr = 0;

	line[strcspn(line, "\n")] = 0;
	while ((expr = strsep(&line, "\t"))) {
		if (nr == FILTERS)
			errx(2, "too many filters");
		if (pcap_compile(pcap, &prog[nr++], expr, 1, PCAP_NETMASK_UNKNOWN))
			errx(2, "%s: %s", expr, pcap_geterr(pcap));
	}
	return nr;
}

static void judge(const char *path, char *line)
{
	struct bpf_program prog[FILTERS];
	struct sum sum[FILTERS] = { 0 };
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *hdr;
	const u_char *data;
	pcap_t *pcap;
	int nr, ret;

	pcap = pcap_open_offline(path, why);
	if (!pcap)
		errx(2, "%s", why);
	nr = compile(pcap, line, prog);
	while ((ret = pcap_next_ex(pcap, &hdr, &data)) == 1) {
		for (int i = 0; i < nr; i++) {
			if (!pcap_offline_filter(&prog[i], hdr, data))
				break;
			sum[i].pkts++;
			sum[i].bytes += hdr->len;
		}
	}
	if (ret != PCAP_ERROR_BREAK)
		errx(2, "%s: %s", path, pcap_geterr(pcap));
	for (int i = 0; i < nr; i++) {
		printf("%s%lu %lu", i ? " " : "", sum[i].pkts, sum[i].bytes);
		pcap_freecode(&prog[i]);
	}
	putchar('\n');
	fflush(stdout);
	pcap_close(pcap);
}

int main(int argc, char **argv)
{
	char line[2048];

	if (argc != 2)
		errx(2, "usage: judge FILE");
	while (fgets(line, sizeof(line), stdin))
		judge(argv[1], line);
	return 0;
}
