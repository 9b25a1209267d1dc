// SPDX-License-Identifier: GPL-2.0
/*
 * The packet: making bytes contiguous, the time, and the headers.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/percpu.h>
#include <linux/sizes.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <mapi/linktype.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/mpls.h>
#include "plan.h"

/* Longest packet plus what header readers ask for at a time. */
#define SCRATCH_SIZE	MAPI_CAPLEN_MAX

/**
 * struct mapi_cpu - what one CPU needs while it runs a plan
 * @pull: mapi_pkt_pull() copies here
 * @scratch: sources lay packets out here
 * @ways: the nodes that a packet is at
 */
struct mapi_cpu {
	u8 *pull;
	u8 *scratch;
	struct mapi_way *ways;
};

static struct mapi_cpu __percpu *cpus;

/**
 * mapi_pkt_scratch - memory of this CPU for a source to lay a packet out in
 *
 * Return: %MAPI_CAPLEN_MAX bytes, or %NULL if a packet is in a plan on this
 * CPU already. Context: bottom halves off.
 */
u8 *mapi_pkt_scratch(void)
{
	return mapi_cpu_running() ? NULL : this_cpu_ptr(cpus)->scratch;
}
EXPORT_SYMBOL_GPL(mapi_pkt_scratch);

/* mapi_cpu_ways - %MAPI_DEPTH_MAX of them */
struct mapi_way *mapi_cpu_ways(void)
{
	return this_cpu_ptr(cpus)->ways;
}

/* Made when the first device is; stays, as it is no more than 150 KiB a CPU. */
int mapi_pkt_init(void)
{
	struct mapi_cpu __percpu *p;
	int cpu;

	if (cpus)
		return 0;
	p = alloc_percpu(struct mapi_cpu);
	if (!p)
		return -ENOMEM;
	cpus = p;
	for_each_possible_cpu(cpu) {
		struct mapi_cpu *c = per_cpu_ptr(p, cpu);

		c->pull = vmalloc_node(SCRATCH_SIZE, cpu_to_node(cpu));
		c->scratch = vmalloc_node(SCRATCH_SIZE, cpu_to_node(cpu));
		c->ways = kvmalloc_node(MAPI_DEPTH_MAX * sizeof(*c->ways),
					GFP_KERNEL, cpu_to_node(cpu));
		if (!c->pull || !c->scratch || !c->ways) {
			mapi_pkt_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void mapi_pkt_exit(void)
{
	int cpu;

	if (!cpus)
		return;
	for_each_possible_cpu(cpu) {
		vfree(per_cpu_ptr(cpus, cpu)->pull);
		vfree(per_cpu_ptr(cpus, cpu)->scratch);
		kvfree(per_cpu_ptr(cpus, cpu)->ways);
	}
	free_percpu(cpus);
	cpus = NULL;
}

/* Out of line half of mapi_pkt_pull(). */
const u8 *__mapi_pkt_pull(struct mapi_pkt *pkt, u32 n)
{
	u8 *buf = this_cpu_ptr(cpus)->pull;
	u32 have = 0;

	if (n > pkt->caplen)
		return NULL;
	/* Pointers into the buffer must stay true: only add to it. */
	if (pkt->data == buf)
		have = pkt->len;
	n = min(pkt->caplen, max(n, 256U));
	if (pkt->ops->copy(pkt, have, buf + have, n - have))
		return NULL;
	pkt->data = buf;
	pkt->len = n;
	return buf;
}
EXPORT_SYMBOL_GPL(__mapi_pkt_pull);

/* Out of line half of mapi_pkt_copy(). */
int __mapi_pkt_copy(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len)
{
	if (off > pkt->caplen || len > pkt->caplen - off)
		return -EFAULT;
	return pkt->ops->copy(pkt, off, dst, len);
}
EXPORT_SYMBOL_GPL(__mapi_pkt_copy);

/* Out of line half of mapi_pkt_ts(). */
u64 __mapi_pkt_ts(struct mapi_pkt *pkt)
{
	pkt->ts = pkt->flags & MAPI_PKT_NOW ? ktime_get_real_ns() :
					      pkt->ops->tstamp(pkt);
	pkt->flags |= MAPI_PKT_TSTAMPED;
	return pkt->ts;
}
EXPORT_SYMBOL_GPL(__mapi_pkt_ts);

static void dissect_l4(struct mapi_pkt *pkt, struct mapi_hdr *hdr, u32 l4,
		       u8 proto)
{
	const u8 *p;

	hdr->l4_proto = proto;
	switch (proto) {
	case IPPROTO_TCP:
		p = mapi_pkt_pull(pkt, l4 + sizeof(struct tcphdr));
		if (p) {
			u32 doff = ((const struct tcphdr *)(p + l4))->doff * 4;

			if (doff >= sizeof(struct tcphdr))
				hdr->payload = l4 + doff;
			hdr->l4 = l4;
		}
		break;
	case IPPROTO_UDP:
		if (mapi_pkt_pull(pkt, l4 + sizeof(struct udphdr))) {
			hdr->l4 = l4;
			hdr->payload = l4 + sizeof(struct udphdr);
		}
		break;
	default:
		if (l4 < pkt->caplen)
			hdr->l4 = l4;
	}
}

static void dissect_ipv4(struct mapi_pkt *pkt, struct mapi_hdr *hdr)
{
	const u8 *p = mapi_pkt_pull(pkt, hdr->l3 + sizeof(struct iphdr));
	struct iphdr ip;

	if (!p)
		return;
	memcpy(&ip, p + hdr->l3, sizeof(ip));
	if (ip.version != 4 || ip.ihl < 5)
		return;
	hdr->frag = ip_is_fragment(&ip);
	hdr->l4_proto = ip.protocol;
	if (!(ip.frag_off & htons(IP_OFFSET)))
		dissect_l4(pkt, hdr, hdr->l3 + ip.ihl * 4, ip.protocol);
}

static void dissect_ipv6(struct mapi_pkt *pkt, struct mapi_hdr *hdr)
{
	u32 off = hdr->l3 + sizeof(struct ipv6hdr);
	const u8 *p = mapi_pkt_pull(pkt, off);
	u8 next;
	int n;

	if (!p || p[hdr->l3] >> 4 != 6)
		return;
	next = p[hdr->l3 + offsetof(struct ipv6hdr, nexthdr)];
	/* RFC 8200 sets no bound on extension headers; eight is generous. */
	for (n = 0; n < 8; n++) {
		switch (next) {
		case NEXTHDR_HOP:
		case NEXTHDR_ROUTING:
		case NEXTHDR_DEST:
		case NEXTHDR_AUTH:
		case NEXTHDR_FRAGMENT:
			break;
		default:
			dissect_l4(pkt, hdr, off, next);
			return;
		}
		p = mapi_pkt_pull(pkt, off + 8);
		if (!p)
			return;
		p += off;
		if (next == NEXTHDR_FRAGMENT) {
			hdr->frag = true;
			hdr->l4_proto = p[0];
			if ((p[2] << 8 | p[3]) & IP6_OFFSET)
				return;
			off += 8;
		} else if (next == NEXTHDR_AUTH) {
			off += (p[1] + 2) * 4;
		} else {
			off += (p[1] + 1) * 8;
		}
		next = p[0];
	}
}

/* Labels, the last of which says so; behind it is whatever the path was set up for. */
static u32 skip_mpls(struct mapi_pkt *pkt, struct mapi_hdr *hdr, u32 off)
{
	const u8 *p;
	u32 n;

	hdr->mpls = true;
	for (n = 0; n < 16; n++) {
		p = mapi_pkt_pull(pkt, off + MPLS_HLEN);
		if (!p)
			return 0;
		off += MPLS_HLEN;
		if (!(p[off - 2] & 1))
			continue;
		p = mapi_pkt_pull(pkt, off + 1);
		if (!p)
			return 0;
		if (p[off] >> 4 == 4)
			hdr->proto = ETH_P_IP;
		else if (p[off] >> 4 == 6)
			hdr->proto = ETH_P_IPV6;
		return off;
	}
	return 0;
}

/* Out of line half of mapi_pkt_hdr(). */
void __mapi_pkt_dissect(struct mapi_pkt *pkt)
{
	struct mapi_hdr *hdr = &pkt->hdr;
	const u8 *p;
	u32 off = 0, tags;

	memset(hdr, 0, sizeof(*hdr));
	pkt->flags |= MAPI_PKT_DISSECTED;
	switch (pkt->dev->linktype) {
	case LINKTYPE_ETHERNET:
		off = ETH_HLEN;
		p = mapi_pkt_pull(pkt, off);
		if (!p)
			return;
		hdr->proto = p[12] << 8 | p[13];
		for (tags = 0; tags < 8 && eth_type_vlan(htons(hdr->proto));
		     tags++) {
			p = mapi_pkt_pull(pkt, off + VLAN_HLEN);
			if (!p)
				return;
			hdr->proto = p[off + 2] << 8 | p[off + 3];
			off += VLAN_HLEN;
		}
		if (eth_p_mpls(htons(hdr->proto)))
			off = skip_mpls(pkt, hdr, off);
		break;
	case LINKTYPE_RAW:
		p = mapi_pkt_pull(pkt, 1);
		if (!p)
			return;
		hdr->proto = p[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
		break;
	default:
		return;
	}
	hdr->l3 = off;
	if (hdr->proto == ETH_P_IP)
		dissect_ipv4(pkt, hdr);
	else if (hdr->proto == ETH_P_IPV6)
		dissect_ipv6(pkt, hdr);
}
EXPORT_SYMBOL_GPL(__mapi_pkt_dissect);
