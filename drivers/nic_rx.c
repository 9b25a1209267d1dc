// SPDX-License-Identifier: GPL-2.0
/*
 * From an skb to the packet that functions see: from the link-layer header on,
 * with the VLAN tag that the driver or the stack took out.
 */
#include <linux/if_vlan.h>
#include <linux/net_tstamp.h>
#include "nic.h"

/* Ethernet addresses: what is in front of a VLAN tag. */
#define TAG_OFF		(2 * ETH_ALEN)

/* 0 if the card gave none. With some drivers it is yet to be made. */
static ktime_t hwtstamp(struct sk_buff *skb)
{
	struct skb_shared_hwtstamps *hw = skb_hwtstamps(skb);

	if (!(skb_shinfo(skb)->tx_flags & SKBTX_HW_TSTAMP_NETDEV))
		return hw->hwtstamp;
	if (!skb->dev || !skb->dev->netdev_ops->ndo_get_tstamp)
		return 0;
	return netdev_get_tstamp(skb->dev, hw, false);
}

static u64 tstamp(struct mapi_pkt *pkt)
{
	struct sk_buff *skb = pkt->frame;
	ktime_t t;

	if (READ_ONCE(pkt->dev->tstamp) == MAPI_TSTAMP_HARDWARE) {
		t = hwtstamp(skb);
		if (t) {
			pkt->flags |= MAPI_PKT_HWTSTAMP;
			return ktime_to_ns(t);
		}
	}
	t = skb_tstamp(skb);
	return t ? ktime_to_ns(t) : ktime_get_real_ns();
}

/* frame_off: offset of the link-layer header from skb->data, never positive. */
static int copy_plain(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len)
{
	const struct sk_buff *skb = pkt->frame;

	return skb_copy_bits(skb, (int)pkt->frame_off + (int)off, dst, len);
}

static int copy_tagged(const struct mapi_pkt *pkt, u32 off, void *dst, u32 len)
{
	const struct sk_buff *skb = pkt->frame;
	__be16 tag[2] = { skb->vlan_proto, htons(skb_vlan_tag_get(skb)) };
	u32 n;

	if (len && off < TAG_OFF) {
		n = min_t(u32, len, TAG_OFF - off);
		if (copy_plain(pkt, off, dst, n))
			return -EFAULT;
		off += n;
		dst += n;
		len -= n;
	}
	if (len && off < TAG_OFF + VLAN_HLEN) {
		n = min_t(u32, len, TAG_OFF + VLAN_HLEN - off);
		memcpy(dst, (u8 *)tag + off - TAG_OFF, n);
		off += n;
		dst += n;
		len -= n;
	}
	return len ? copy_plain(pkt, off - VLAN_HLEN, dst, len) : 0;
}

static u32 hash(const struct mapi_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;

	return skb->l4_hash ? skb->hash : 0;
}

static const struct mapi_pkt_ops plain_ops = {
	.copy = copy_plain,
	.tstamp = tstamp,
	.hash = hash,
};

static const struct mapi_pkt_ops tagged_ops = {
	.copy = copy_tagged,
	.tstamp = tstamp,
	.hash = hash,
};

/*
 * Received packets point behind their header, sent ones to it. Without a link
 * layer, what is in front of the packet is not part of it.
 */
static int mac_offset(const struct nic *nic, const struct sk_buff *skb)
{
	if (unlikely(nic->dev.linktype != LINKTYPE_ETHERNET))
		return 0;
	/* One that was never set is far behind. */
	return min(skb_mac_offset(skb), 0);
}

static bool is_tagged(const struct sk_buff *skb, int mac)
{
	return skb_vlan_tag_present(skb) &&
	       skb_headlen(skb) - mac >= ETH_HLEN;
}

/* Without the tag that may be missing. */
static __always_inline void lay_out(struct nic *nic, struct sk_buff *skb,
				    int mac, struct mapi_pkt *pkt)
{
	u32 wirelen = skb->len - mac;
	u32 flags = 0;

	pkt->data = skb->data + mac;
	pkt->wirelen = wirelen;
	pkt->bytes = wirelen;
	pkt->caplen = min_t(u32, wirelen, MAPI_CAPLEN_MAX);
	pkt->len = min_t(u32, skb_headlen(skb) - mac, MAPI_CAPLEN_MAX);
	pkt->npkts = 1;
	if (skb->pkt_type == PACKET_OUTGOING)
		flags |= MAPI_PKT_OUT;
	if (!skb->tstamp && READ_ONCE(nic->dev.tstamp) != MAPI_TSTAMP_HARDWARE)
		flags |= MAPI_PKT_NOW;
	pkt->flags = flags;
	pkt->colour = 0;
	pkt->sampled = NULL;
	pkt->dev = &nic->dev;
	pkt->ops = &plain_ops;
	pkt->frame = skb;
	pkt->frame_off = mac;
}

static void lay_out_tagged(struct mapi_pkt *pkt)
{
	pkt->data = NULL;
	pkt->len = 0;
	pkt->wirelen += VLAN_HLEN;
	pkt->bytes = pkt->wirelen;
	pkt->caplen = min_t(u32, pkt->wirelen, MAPI_CAPLEN_MAX);
	pkt->ops = &tagged_ops;
}

/**
 * nic_lay_out - make the packet of an skb
 * @nic: interface it was seen on
 * @skb: it; skb->data may be behind the link-layer header
 * @pkt: filled in, as one packet, but for its plan
 *
 * Context: as nic_rx(). @skb is not changed, and must stay as long as @pkt.
 */
void nic_lay_out(struct nic *nic, struct sk_buff *skb, struct mapi_pkt *pkt)
{
	int mac = mac_offset(nic, skb);

	lay_out(nic, skb, mac, pkt);
	if (is_tagged(skb, mac))
		lay_out_tagged(pkt);
}

/* Where it counts but at the root, as mapi_quick_filter(). */
static __always_inline u8 *quick_filter(const struct mapi_plan *plan, u32 what,
					const struct sk_buff *skb, int mac)
{
	u32 len = skb_headlen(skb) - mac;

	if (unlikely(skb_is_nonlinear(skb) && len < MAPI_QUICK_LEN))
		return MAPI_QUICK_WHOLE;
	return likely(what == MAPI_QUICK_FILTER) ?
	       mapi_quick_filter(plan, skb->data + mac, len) :
	       mapi_quick_filters(plan, skb->data + mac, len);
}

static __always_inline void quick_count(u8 *counts, const struct sk_buff *skb,
					int mac)
{
	mapi_count_at(counts, smp_processor_id(), skb->len - mac);
}

/*
 * What most plans want of one packet, before it is laid out. Return: false if
 * that was not all; *@sampled is then for &mapi_pkt.sampled.
 */
static __always_inline bool quick(const struct mapi_plan *plan,
				  const struct sk_buff *skb, int mac,
				  const struct mapi_sampler **sampled)
{
	u32 what = mapi_quick_begin(plan);
	u8 *counts;

	if (likely(what == MAPI_QUICK_COUNT))
		goto count;
	if (what == MAPI_QUICK_SAMPLE) {
		if (likely(!mapi_sampler_turn(plan->sampler)))
			goto count;
		*sampled = plan->sampler;
		goto whole;
	}
	if (what == MAPI_QUICK_NONE)
		goto whole;
	counts = quick_filter(plan, what, skb, mac);
	if (!counts)
		goto count;
	if (counts == MAPI_QUICK_WHOLE)
		goto whole;
	quick_count(plan->counts, skb, mac);
	smp_wmb();	/* at the root first, for readers against the stream */
	quick_count(counts, skb, mac);
	mapi_quick_end();
	return true;

count:
	quick_count(plan->counts, skb, mac);
	mapi_quick_end();
	return true;

whole:
	mapi_quick_end();
	return false;
}

/* A packet that may be many, or whose tag is missing. */
static noinline void rx_special(struct nic *nic, const struct mapi_plan *plan,
				struct sk_buff *skb)
{
	struct mapi_pkt pkt __uninitialized;

	nic_lay_out(nic, skb, &pkt);
	pkt.plan = plan;
	if (!skb_is_gso(skb) || !nic_gso_rx(nic, &pkt))
		mapi_dev_rx(&nic->dev, &pkt);
}

static noinline void rx_plain(struct nic *nic, const struct mapi_plan *plan,
			      struct sk_buff *skb, int mac,
			      const struct mapi_sampler *sampled)
{
	struct mapi_pkt pkt __uninitialized;

	lay_out(nic, skb, mac, &pkt);
	pkt.plan = plan;
	pkt.sampled = sampled;
	mapi_dev_rx(&nic->dev, &pkt);
}

/* skb->data may be behind the link-layer header. The skb is not changed. */
static __always_inline void rx(struct nic *nic, struct sk_buff *skb)
{
	const struct mapi_plan *plan = mapi_dev_plan(&nic->dev);
	const struct mapi_sampler *sampled = NULL;
	int mac;

	DEBUG_NET_WARN_ON_ONCE(preemptible());
	if (!plan)
		return;
	if (unlikely(skb_is_gso(skb) || skb_vlan_tag_present(skb))) {
		rx_special(nic, plan, skb);
		return;
	}
	mac = mac_offset(nic, skb);
	if (READ_ONCE(plan->quick) == MAPI_QUICK_NONE ||
	    !quick(plan, skb, mac, &sampled))
		rx_plain(nic, plan, skb, mac, sampled);
}

/**
 * nic_tap_rcv - an skb was seen by the tap
 * @skb: it; a reference is ours
 * @dev: where it is now
 * @pt: the tap
 * @orig_dev: where it was first
 *
 * Context: softirq or bottom halves off, under RCU. Return: 0.
 */
int nic_tap_rcv(struct sk_buff *skb, struct net_device *dev,
		struct packet_type *pt, struct net_device *orig_dev)
{
	if (likely(skb->pkt_type != PACKET_LOOPBACK))
		rx(pt->af_packet_priv, skb);
	/* Others have it still, nearly always. */
	if (unlikely(refcount_dec_and_test(&skb->users)))
		__kfree_skb(skb);
	return 0;
}

/**
 * nic_hook_rcv - an skb was seen by the netfilter hook
 * @priv: the interface
 * @skb: it
 * @state: of netfilter
 *
 * Context: softirq, under RCU. Return: what becomes of the packet.
 */
unsigned int nic_hook_rcv(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	struct nic *nic = priv;

	rx(nic, skb);
	if (READ_ONCE(nic->mode) != MAPI_MODE_CONSUME)
		return NF_ACCEPT;
	consume_skb(skb);
	return NF_STOLEN;
}
