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

static const struct mapi_pkt_ops plain_ops = {
	.copy = copy_plain,
	.tstamp = tstamp,
};

static const struct mapi_pkt_ops tagged_ops = {
	.copy = copy_tagged,
	.tstamp = tstamp,
};

/*
 * Received packets point behind their header, sent ones to it. Without a link
 * layer, what is in front of the packet is not part of it.
 */
static int mac_offset(const struct nic *nic, const struct sk_buff *skb)
{
	int mac = skb_mac_offset(skb);

	/* One that was never set is far behind. */
	return nic->dev.linktype == LINKTYPE_ETHERNET && mac < 0 ? mac : 0;
}

static bool is_tagged(const struct sk_buff *skb, int mac)
{
	return skb_vlan_tag_present(skb) &&
	       skb_headlen(skb) - mac >= ETH_HLEN;
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

	pkt->frame = skb;
	pkt->frame_off = mac;
	pkt->data = skb->data + mac;
	pkt->len = skb_headlen(skb) - mac;
	pkt->wirelen = skb->len - mac;
	pkt->ops = &plain_ops;
	if (is_tagged(skb, mac)) {
		pkt->data = NULL;
		pkt->len = 0;
		pkt->wirelen += VLAN_HLEN;
		pkt->ops = &tagged_ops;
	}
	pkt->caplen = min_t(u32, pkt->wirelen, MAPI_CAPLEN_MAX);
	pkt->len = min(pkt->len, pkt->caplen);
	pkt->npkts = 1;
	pkt->bytes = pkt->wirelen;
	pkt->flags = skb->pkt_type == PACKET_OUTGOING ? MAPI_PKT_OUT : 0;
	pkt->hash = skb->l4_hash ? skb->hash : 0;
	pkt->colour = 0;
	pkt->dev = &nic->dev;
}

/* Enough of a packet for all that mapi_dev_filter() may look at. */
#define HEADERS	128

/* Of one packet nobody may want to know more than that it was there. */
static bool count_only(struct nic *nic, const struct mapi_plan *plan,
		       const struct sk_buff *skb)
{
	int mac = mac_offset(nic, skb);
	u32 len;

	if (skb_is_gso(skb) || skb_vlan_tag_present(skb))
		return false;
	if (!mapi_plan_filters(plan))
		return mapi_dev_count(plan, skb->len - mac);
	len = skb_headlen(skb) - mac;
	if (len < HEADERS && skb_is_nonlinear(skb))
		return false;
	return mapi_dev_filter(plan, skb->data + mac, len, skb->len - mac);
}

static noinline void rx_whole(struct nic *nic, const struct mapi_plan *plan,
			      struct sk_buff *skb)
{
	struct mapi_pkt pkt __uninitialized;

	pkt.plan = plan;
	nic_lay_out(nic, skb, &pkt);
	if (skb_is_gso(skb) && nic_gso_rx(nic, &pkt))
		return;
	mapi_dev_rx(&nic->dev, &pkt);
}

/* skb->data may be behind the link-layer header. The skb is not changed. */
static __always_inline void rx(struct nic *nic, struct sk_buff *skb)
{
	const struct mapi_plan *plan = mapi_dev_plan(&nic->dev);

	if (plan && !count_only(nic, plan, skb))
		rx_whole(nic, plan, skb);
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
	if (unlikely(skb_unref(skb)))
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
