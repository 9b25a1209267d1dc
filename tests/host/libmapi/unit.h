/* SPDX-License-Identifier: MIT */
/*
 * Tests of the inside of libmapi, without a kernel module: each is a function
 * without arguments that dies if something is wrong.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdio.h>
#include <stdlib.h>

#include "flow.h"

#define CHECK(cond) do {						\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
		exit(1);						\
	}								\
} while (0)

/* The last error must be @want; it is forgotten. */
#define CHECK_ERROR(want) do {						\
	int code;							\
									\
	mapi_read_error(&code, NULL);					\
	CHECK(code == (want));						\
} while (0)

/* A flow without a kernel: a result area and rings in a memory file. */

#define FAKE_CPUS	3
#define FAKE_RING	8192

enum fake_fid { FAKE_COUNTER = 1, FAKE_TRIPLE, FAKE_FILE, FAKE_SAMPLE,
		FAKE_BUFFER, FAKE_PKTS, FAKE_PAIR, FAKE_MIXED,
		FAKE_NR = FAKE_MIXED };

/* Where packets come in, and behind FAKE_SAMPLE. */
#define FAKE_NODES	2

/* Make such a flow, with the kernel's number @id. Return: its descriptor. */
int fake_flow(unsigned int id);

/* Where the kernel would write. */
struct mapi_result_hdr *fake_area(int fd);
struct mapi_node_slot *fake_node(struct mapi_result_hdr *hdr, int node, int cpu);
struct mapi_node_count *fake_count(struct mapi_result_hdr *hdr, int node, int cpu);

/* From now on the flow has what fake_count() shows, as of now. */
void fake_share(struct mapi_result_hdr *hdr, int node, int cpu);
struct mapi_slot *fake_slot(struct mapi_result_hdr *hdr, int fid, int cpu);
__u64 *fake_words(struct mapi_result_hdr *hdr, int fid, int cpu);

struct fake_ring {
	struct mapi_ring_prod *prod;
	const struct mapi_ring_cons *cons;
	char *data;
};
void fake_ring(int fd, int cpu, struct fake_ring *ring);

/* Put a packet of @caplen bytes into a ring, if there is room. */
bool fake_packet(struct fake_ring *ring, __u64 ts, unsigned int caplen);

#endif
