/* SPDX-License-Identifier: MIT */
/* Who talks most. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

static struct talker {
	unsigned char addr[4];
	unsigned int packets;
} talkers[16];

static void count(const struct mapipkt *pkt)
{
	const unsigned char *src = &pkt->pkt + 14 + 12;
	int i;

	for (i = 0; i < 15 && talkers[i].packets; i++)
		if (!memcmp(talkers[i].addr, src, 4))
			break;
	memcpy(talkers[i].addr, src, 4);
	talkers[i].packets++;
}

static int more(const void *a, const void *b)
{
	return (int)((const struct talker *)b)->packets -
	       (int)((const struct talker *)a)->packets;
}

int main(int argc, char *argv[])
{
	int fd, fid, i;

	fd = mapi_create_offline_flow(argv[1], MFF_PCAP);
	mapi_apply_function(fd, BPF_FILTER, "ip");
	fid = mapi_apply_function(fd, TO_BUFFER, WAIT);
	mapi_connect(fd);
	mapi_loop(fd, fid, -1, count);
	qsort(talkers, 16, sizeof(talkers[0]), more);
	for (i = 0; i < 16 && talkers[i].packets; i++)
		printf("%d.%d.%d.%d %u\n", talkers[i].addr[0], talkers[i].addr[1],
		       talkers[i].addr[2], talkers[i].addr[3], talkers[i].packets);
	return 0;
}
