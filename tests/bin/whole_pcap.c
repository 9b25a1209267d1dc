// SPDX-License-Identifier: GPL-2.0
/*
 * whole_pcap FILE: prints the number of records of a pcap file in this
 * machine's byte order. Fails unless it ends behind a whole record.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct { uint32_t magic, version, zone, sigfigs, snaplen, link; } head;
	struct { uint32_t sec, frac, caplen, len; } rec;
	static char data[262144];
	unsigned long records = 0;
	size_t got;
	FILE *f;

	f = argc == 2 ? fopen(argv[1], "rb") : NULL;
	if (!f)
		err(2, "whole_pcap FILE");
	if (fread(&head, sizeof(head), 1, f) != 1 ||
	    (head.magic != 0xa1b2c3d4 && head.magic != 0xa1b23c4d))
		errx(1, "not a pcap file");
	while ((got = fread(&rec, 1, sizeof(rec), f))) {
		if (got != sizeof(rec) || rec.caplen > sizeof(data) ||
		    fread(data, 1, rec.caplen, f) != rec.caplen)
			errx(1, "record %lu is not whole", records + 1);
		records++;
	}
	printf("%lu\n", records);
	return 0;
}
