// SPDX-License-Identifier: GPL-2.0
/*
 * HASHSAMP: the packets of some flows of TCP and UDP, all or none of each.
 *
 * Which, a hash tells of what all packets of a flow have in common. So nothing is
 * remembered, and whoever hashes alike chooses the same flows, on another CPU, on
 * another machine, or tomorrow.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/socket.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <mapi/buffer.h>
#include <mapi/fhelp.h>

/**
 * DOC: HASHSAMP (int part [, int keep = 0] | int both = 0, int size = 65536)
 *
 * Passes the packets of about @part in 1024 flows of TCP and UDP: those whose hash,
 * modulo 1024, is less than @part. Packets of anything else are stopped, and so are later
 * fragments, which have no ports. A packet is taken as HASH takes it: VLAN tags, MPLS
 * labels and IPv6 extension headers are skipped, and the outer headers count.
 *
 * With a @both of 1 the two directions of a connection are one flow; else each is one of
 * its own. Which flows are chosen is the same on every machine and at any time. Who knows
 * how can make flows that are, or are not: it is no defence.
 *
 * The hash is Bob Jenkins' lookup3, hashword(), of 32-bit numbers, with the initial value
 * 0x4d415049: of IPv4 source address, destination address XOR protocol, and source port
 * times 65536 plus destination port; of IPv6 the four numbers of the source address, as
 * they are written, those of the destination address, protocol, and ports as above. With a
 * @both of 1 the end with the greater address, or the greater port if they have the same
 * address, is hashed as the destination.
 *
 * If @keep is not 0, there is also a sample of each packet that passes, kept for a reader,
 * in a ring of @size bytes for each CPU, a power of two from 4096 to 33554432; a sample
 * takes 104 of them. When it is full, further samples are lost and counted as
 * %MAPI_LOST_RING_FULL; their packets pass.
 *
 * Result: struct sample of <mapi/stdflib.h>: the oldest that was not read yet.
 * mapi_read_results(3) waits for it, as mapi_get_next_pkt(3) does, and gives NULL when the
 * flow has ended and all are read; poll(2) says whether there is one. In the kernel the
 * result is the number of samples that were kept. None if @keep is 0.
 *
 * Errors: 7001 for a @part out of range, 7002 for a @keep that is no number, 7003 for a
 * @both that is neither 0 nor 1, 7004 for a @size out of range.
 *
 * Cost: 643 instructions for a packet of 60 bytes, IPv4, that passes; once for all flows with
 * the same arguments, unless samples are kept.
 *
 * Truncated packets: are stopped if not all of the UDP header, or of the first 20 bytes of
 * the TCP header, was captured.
 */

#define ARG_PART	1
#define ARG_KEEP	2
#define ARG_BOTH	3
#define ARG_SIZE	4

#define PARTS		1024
#define INITIAL		0x4d415049	/* "MAPI" */
#define ADDR_WORDS	4		/* of IPv6 */
#define HASHED_WORDS	(2 * ADDR_WORDS + 2)

#define SIZE_MIN	4096
#define SIZE_DEFAULT	65536

/**
 * struct terms - all that a verdict depends on, besides the packet
 * @part: hashes less than this pass
 * @both: directions are one flow
 */
struct terms {
	u32 part;
	u32 both;
};

/**
 * struct hashsamp - which flows, and where samples go
 * @terms: which
 * @buffer: the rings, if there are samples
 */
struct hashsamp {
	struct terms terms;
	struct mapi_buffer buffer;
};

/* One end of a flow; of an IPv4 address there is the first word. */
struct end {
	u32 addr[ADDR_WORDS];
	u16 port;
};

struct flow {
	struct end source;
	struct end dest;
	u32 words;	/* of an address */
	u8 proto;
};

/* As struct sample of <mapi/stdflib.h> has it. */
struct sample {
	__be32 source_ip;
	__be32 dest_ip;
	u32 protocol;
	u16 sourceport;
	u16 destport;
	u64 timestamp;
	u32 sequence;
	u32 tcp_flags;
	u32 family;
	u32 length;
	__be32 source_ip6[ADDR_WORDS];
	__be32 dest_ip6[ADDR_WORDS];
};

static_assert(sizeof(struct sample) == 72);

#define REC_LEN		MAPI_BUFFER_LEN(sizeof(struct sample))

static_assert(REC_LEN == 104, "as the man page says");

static void read_addr(u32 *addr, const u8 *p, u32 words)
{
	u32 i;

	for (i = 0; i < words; i++)
		addr[i] = get_unaligned_be32(p + 4 * i);
}

/**
 * flow_of - which flow a packet is of
 * @pkt: the packet
 * @hdr: its headers
 * @flow: filled in
 *
 * Return: the transport header, all of whose fixed part is there; %NULL: of none.
 */
static const u8 *flow_of(struct mapi_pkt *pkt, const struct mapi_hdr *hdr,
			 struct flow *flow)
{
	u32 fixed, addrs;
	const u8 *p;

	/* Then the network header is there, and is what its type says. */
	if (!hdr->l4)
		return NULL;
	switch (hdr->l4_proto) {
	case IPPROTO_TCP:
		fixed = sizeof(struct tcphdr);
		break;
	case IPPROTO_UDP:
		fixed = sizeof(struct udphdr);
		break;
	default:
		return NULL;
	}
	p = mapi_pkt_pull(pkt, hdr->l4 + fixed);
	if (!p)
		return NULL;
	flow->proto = hdr->l4_proto;
	if (hdr->proto == ETH_P_IPV6) {
		flow->words = ADDR_WORDS;
		addrs = hdr->l3 + offsetof(struct ipv6hdr, saddr);
	} else {
		flow->words = 1;
		addrs = hdr->l3 + offsetof(struct iphdr, saddr);
	}
	read_addr(flow->source.addr, p + addrs, flow->words);
	read_addr(flow->dest.addr, p + addrs + 4 * flow->words, flow->words);
	p += hdr->l4;
	flow->source.port = get_unaligned_be16(p);
	flow->dest.port = get_unaligned_be16(p + 2);
	return p;
}

/* Is that end the greater one? */
static bool is_greater(const struct end *a, const struct end *b, u32 words)
{
	u32 i;

	for (i = 0; i < words; i++)
		if (a->addr[i] != b->addr[i])
			return a->addr[i] > b->addr[i];
	return a->port > b->port;
}

static u32 hash(const struct flow *flow, bool both)
{
	const struct end *first = &flow->source, *second = &flow->dest;
	u32 w[HASHED_WORDS], n = flow->words;

	if (both && is_greater(first, second, n))
		swap(first, second);
	memcpy(w, first->addr, n * sizeof(*w));
	memcpy(w + n, second->addr, n * sizeof(*w));
	n *= 2;
	/* With IPv4 it is as many words as one round takes. */
	if (n == 2)
		w[1] ^= flow->proto;
	else
		w[n++] = flow->proto;
	w[n++] = (u32)first->port << 16 | second->port;
	return jhash2(w, n, INITIAL);
}

static void fill(struct sample *s, struct mapi_pkt *pkt, const struct flow *flow,
		 const u8 *l4)
{
	u32 i;

	*s = (struct sample) {
		.protocol = flow->proto,
		.sourceport = flow->source.port,
		.destport = flow->dest.port,
		.timestamp = mapi_ts_from_ns(mapi_pkt_ts(pkt)),
		.family = flow->words == 1 ? AF_INET : AF_INET6,
		.length = pkt->wirelen,
	};
	if (flow->proto == IPPROTO_TCP) {
		s->sequence = get_unaligned_be32(l4 + 4);
		s->tcp_flags = l4[13];
	}
	if (flow->words == 1) {
		s->source_ip = htonl(flow->source.addr[0]);
		s->dest_ip = htonl(flow->dest.addr[0]);
		return;
	}
	for (i = 0; i < ADDR_WORDS; i++) {
		s->source_ip6[i] = htonl(flow->source.addr[i]);
		s->dest_ip6[i] = htonl(flow->dest.addr[i]);
	}
}

static void keep(struct mapi_inst *inst, struct mapi_pkt *pkt,
		 const struct flow *flow, const u8 *l4)
{
	struct hashsamp *h = inst->priv;
	struct sample sample;
	enum mapi_loss why;

	fill(&sample, pkt, flow, l4);
	if (!mapi_buffer_fill(&h->buffer, pkt->cpu, sample.timestamp, &sample,
			      sizeof(sample), &why)) {
		mapi_lost(inst, pkt, why);
		return;
	}
	mapi_add(mapi_result(inst, pkt->cpu), 1);
	mapi_buffer_commit(&h->buffer, pkt->cpu, REC_LEN);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct hashsamp *h = inst->priv;
	struct flow flow;
	const u8 *l4 = flow_of(pkt, mapi_pkt_hdr(pkt), &flow);

	if (!l4 || hash(&flow, h->terms.both) % PARTS >= h->terms.part)
		return MAPI_STOP;
	if (inst->ring_size)
		keep(inst, pkt, &flow, l4);
	return MAPI_PASS;
}

static int instance(struct mapi_inst *inst)
{
	u32 size = mapi_num(inst, ARG_SIZE);
	struct hashsamp *h = inst->priv;

	h->terms.part = mapi_num(inst, ARG_PART);
	h->terms.both = mapi_num(inst, ARG_BOTH);
	if (!is_power_of_2(size))
		return mapi_bad_arg(inst, ARG_SIZE, -EINVAL,
				    "%u is not a power of two", size);
	/* Who keeps samples has to be called for each packet, and once. */
	if (!mapi_num(inst, ARG_KEEP)) {
		inst->key = &h->terms;
		inst->key_len = sizeof(h->terms);
		inst->result_size = 0;
		return 0;
	}
	inst->ring_size = size;
	mapi_buffer_setup(&h->buffer, inst);
	mapi_buffer_terms(&h->buffer, 0, 0);
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct hashsamp *h = inst->priv;

	return inst->ring_size ? mapi_buffer_init(&h->buffer) : 0;
}

static __poll_t poll(struct mapi_inst *inst, struct file *file,
		     struct poll_table_struct *wait)
{
	struct hashsamp *h = inst->priv;

	return inst->ring_size ? mapi_buffer_poll(&h->buffer) : 0;
}

static int mmap(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		u32 off)
{
	struct hashsamp *h = inst->priv;

	if (!inst->ring_size)
		return -EINVAL;
	return mapi_buffer_mmap(&h->buffer, vma, cpu, off);
}

static void cleanup(struct mapi_inst *inst)
{
	struct hashsamp *h = inst->priv;

	mapi_buffer_free(&h->buffer);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("part", 1, PARTS),
	MAPI_ARG_INT_OPT("keep", S32_MIN, S32_MAX, 0),
	MAPI_ARG_INT_EXTRA("both", 0, 1, 0),
	MAPI_ARG_INT_EXTRA("size", SIZE_MIN, MAPI_RING_SIZE_MAX, SIZE_DEFAULT),
};

static struct mapi_func hashsamp = {
	.name		= "HASHSAMP",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes part in 1024 flows of TCP and UDP; keep 1: and keeps samples of their packets; both 1: two directions are one flow",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER,
	.result_type	= MAPI_RESULT_SUM,
	.result_size	= sizeof(u64),	/* samples that were kept */
	.priv_size	= sizeof(struct hashsamp),
	.instance	= instance,
	.init		= init,
	.process	= process,
	.poll		= poll,
	.mmap		= mmap,
	.cleanup	= cleanup,
};
module_mapi_func(hashsamp, HASHSAMP);

MODULE_DESCRIPTION("MAPI function HASHSAMP");
MODULE_LICENSE("GPL");
