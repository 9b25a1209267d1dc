// SPDX-License-Identifier: MIT
/* A flow without a kernel: a result area and rings in a memory file. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

#define BLOCK_OFF	1024
#define STRIDE		1024
#define COUNTS_OFF	8192	/* counts that flows share, 64 bytes each */
#define AREA_SIZE	12288
#define PAGE		4096

static const struct {
	const char *name;
	__u32 type, words, ring_size;
} functions[FAKE_NR] = {
	{ "COUNTER", MAPI_RESULT_SUM, 1, 0 },
	{ "TRIPLE", MAPI_RESULT_SUM, 3, 0 },
	{ "TO_FILE", MAPI_RESULT_SINGLE, 3, 0 },
	{ "SAMPLE", MAPI_RESULT_NONE, 1, 0 },
	{ "TO_BUFFER", MAPI_RESULT_RING, 1, FAKE_RING },
	{ "PKT_COUNTER", MAPI_RESULT_PKTS, 1, 0 },
	{ "PAIR", MAPI_RESULT_LAST, 2, 0 },
	{ "MIXED", MAPI_RESULT_MIXED, 4, 0 },
};

static void *map(int fd, __u64 offset, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	CHECK(p != MAP_FAILED);
	return p;
}

struct mapi_result_hdr *fake_area(int fd)
{
	return map(fd, 0, AREA_SIZE);
}

static void *block(struct mapi_result_hdr *hdr, int cpu)
{
	return (char *)hdr + hdr->block_off + cpu * hdr->block_stride;
}

struct mapi_node_slot *fake_node(struct mapi_result_hdr *hdr, int node, int cpu)
{
	return (struct mapi_node_slot *)block(hdr, cpu) + node;
}

struct mapi_node_count *fake_count(struct mapi_result_hdr *hdr, int node, int cpu)
{
	return (void *)((char *)hdr + COUNTS_OFF + (node * FAKE_CPUS + cpu) * 64);
}

void fake_share(struct mapi_result_hdr *hdr, int node, int cpu)
{
	struct mapi_node_slot *slot = fake_node(hdr, node, cpu);

	slot->base = *fake_count(hdr, node, cpu);
	slot->at = (char *)fake_count(hdr, node, cpu) - (char *)hdr;
}

struct mapi_slot *fake_slot(struct mapi_result_hdr *hdr, int fid, int cpu)
{
	struct mapi_result_desc *desc = (void *)(hdr + 1);

	return (void *)((char *)block(hdr, cpu) + desc[fid - 1].slot_off);
}

__u64 *fake_words(struct mapi_result_hdr *hdr, int fid, int cpu)
{
	return (void *)(fake_slot(hdr, fid, cpu) + 1);
}

static void fill_area(struct mapi_result_hdr *hdr, unsigned int id)
{
	struct mapi_result_desc *desc = (void *)(hdr + 1);
	__u32 off = FAKE_NODES * sizeof(struct mapi_node_slot), node = 0;

	hdr->magic = MAPI_RESULT_MAGIC;
	hdr->version = MAPI_RESULT_VERSION;
	hdr->hdr_len = sizeof(*hdr);
	hdr->desc_len = sizeof(*desc);
	hdr->node_len = sizeof(struct mapi_node_slot);
	hdr->nr_funcs = FAKE_NR;
	hdr->nr_nodes = FAKE_NODES;
	hdr->nr_cpus = FAKE_CPUS;
	hdr->block_off = BLOCK_OFF;
	hdr->block_stride = STRIDE;
	hdr->flow_id = id;
	hdr->status = MAPI_FLOW_ACTIVE;
	for (int i = 0; i < FAKE_NR; i++, desc++) {
		desc->fid = i + 1;
		desc->type = functions[i].type;
		desc->node = node;
		node += desc->fid == FAKE_SAMPLE;
		desc->behind = node;
		desc->slot_off = off;
		desc->size = functions[i].words * sizeof(__u64);
		desc->ring_size = functions[i].ring_size;
		strcpy(desc->name, functions[i].name);
		off += sizeof(struct mapi_slot) + desc->size;
	}
	CHECK((char *)desc <= (char *)hdr + BLOCK_OFF && off <= STRIDE);
}

int fake_flow(unsigned int id)
{
	int fd = memfd_create("flow", MFD_CLOEXEC);
	struct mapi_result_hdr *hdr;
	struct mapi_flow *flow;

	CHECK(fd > 0);
	CHECK(!ftruncate(fd, MAPI_MMAP_RING(FAKE_NR + 1, 0)));
	hdr = fake_area(fd);
	fill_area(hdr, id);
	munmap(hdr, AREA_SIZE);
	flow = mapi_flow_new(fd);
	CHECK(flow);
	flow->id = id;
	CHECK(!mapi_flow_attach(flow, AREA_SIZE));
	flow = mapi_flow_add(flow);
	CHECK(flow);
	mapi_flow_put(flow);
	return fd;
}

void fake_ring(int fd, int cpu, struct fake_ring *ring)
{
	ring->prod = map(fd, MAPI_MMAP_RING(FAKE_BUFFER, cpu),
			 PAGE + 2 * FAKE_RING);
	ring->cons = map(fd, MAPI_MMAP_RING_CONS(FAKE_BUFFER, cpu), PAGE);
	ring->data = (char *)ring->prod + PAGE;
}

/* The kernel maps the data twice; here everything is written twice. */
static void put(struct fake_ring *ring, __u64 pos, const void *from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t at = (pos + i) % FAKE_RING;

		ring->data[at] = ((const char *)from)[i];
		ring->data[at + FAKE_RING] = ((const char *)from)[i];
	}
}

bool fake_packet(struct fake_ring *ring, __u64 ts, unsigned int caplen)
{
	__u64 tail = __atomic_load_n(&ring->cons->tail, __ATOMIC_ACQUIRE);
	__u64 head = ring->prod->head;
	struct mapi_rec rec = {
		.len = (sizeof(rec) + caplen + 7) & ~7u,
		.ts = ts,
		.ifindex = 7,
		.caplen = caplen,
		.wlen = caplen + 4,
	};

	if (head + rec.len - tail > FAKE_RING)
		return false;
	put(ring, head, &rec, sizeof(rec));
	for (unsigned int i = 0; i < caplen; i++)
		put(ring, head + offsetof(struct mapi_rec, data) + i, &ts, 1);
	__atomic_store_n(&ring->prod->head, head + rec.len, __ATOMIC_RELEASE);
	return true;
}
