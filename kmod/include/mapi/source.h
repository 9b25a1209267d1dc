/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a packet source (NIC tap, trace, ERF stream) and the core are to each
 * other.
 */
#ifndef _MAPI_SOURCE_H
#define _MAPI_SOURCE_H

#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/mapi.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <mapi/pkt.h>
#include <mapi/sampler.h>

struct mapi_cut;
struct mapi_dev;
struct mapi_errbuf;
struct mapi_flow;
struct mapi_plan;
struct mapi_shadow;
struct mapi_user;

/**
 * struct mapi_dev_info - what a source tells about a device
 * @name: name of the device
 * @descr: one line for people, may be empty
 * @oid: object identifier, "1.1"
 * @ifindex: interface number, 0: none
 * @linktype: LINKTYPE_* of pcap
 * @speed: Mbit/s, 0: unknown
 * @mtu: bytes, 0: unknown
 * @mode: enum mapi_dev_mode
 * @tstamp: enum mapi_tstamp
 * @ifdrops: packets that the interface itself dropped on reception
 */
struct mapi_dev_info {
	char name[MAPI_DEVNAME_MAX + 1];
	char descr[64];
	const char *oid;
	u32 ifindex;
	u32 linktype;
	u32 speed;
	u32 mtu;
	u32 mode;
	u32 tstamp;
	u64 ifdrops;
};

/**
 * struct mapi_want - what the flows of a device want of its source
 * @flows: connected flows; 0: no packets wanted
 * @out: flows that want sent packets
 * @promisc: flows that want promiscuous mode
 */
struct mapi_want {
	u32 flows;
	u32 out;
	u32 promisc;
};

/**
 * struct mapi_source - a kind of device
 * @name: "nic"
 * @owner: filled in by mapi_register_source()
 * @open: find or make the device @name of namespace @net. %NULL if it is not
 *	of this kind or does not exist, or an ERR_PTR(). Returns it with a
 *	reference for the caller
 * @start: packets are wanted as @want says, or differently than before, or
 *	(@want->flows is 0) no more. When it returns from the last form, no
 *	mapi_dev_rx() for it runs or will run
 * @release: the last reference is gone
 * @info: describe the device
 * @find: describe the device @name of namespace @net, and set @dev to its
 *	&struct mapi_dev if it has one, without a reference. Makes nothing.
 *	0, or %-ENODEV if it is not of this kind or does not exist
 * @set: change mode and time stamps; -1 leaves one as it is
 * @list: call @cb for each device of @net from position *@pos on, with its
 *	&struct mapi_dev if it has one, until it returns non-zero; return that.
 *	*@pos is then where to go on, even if devices come and go meanwhile; the
 *	first is at 0
 * @gone: the flows of a device that is gone have been ended; drop references
 *	of the source's own. Optional
 *
 * @make: make the device @want, whose name is the begin of its name. Returns it
 *	with a reference, or an ERR_PTR(). Optional
 * @fops: of the file that a device which was made is fed through; its private
 *	data is the &struct mapi_dev. release() calls mapi_dev_close()
 * @memory: bytes that a device which was made takes, for its maker's account
 *
 * All functions are called with the core's control mutex held, and may sleep.
 */
struct mapi_source {
	const char *name;
	struct module *owner;
	struct list_head entry;

	struct mapi_dev *(*open)(struct net *net, const char *name,
				 struct mapi_errbuf *err);
	int (*start)(struct mapi_dev *dev, const struct mapi_want *want,
		     struct mapi_errbuf *err);
	void (*release)(struct mapi_dev *dev);
	void (*info)(struct mapi_dev *dev, struct mapi_dev_info *info);
	int (*find)(struct net *net, const char *name,
		    struct mapi_dev_info *info, struct mapi_dev **dev);
	int (*set)(struct mapi_dev *dev, int mode, int tstamp,
		   struct mapi_errbuf *err);
	int (*list)(struct net *net, unsigned long *pos,
		    int (*cb)(const struct mapi_dev_info *info,
			      struct mapi_dev *dev, void *arg),
		    void *arg);
	void (*gone)(struct mapi_dev *dev);
	struct mapi_dev *(*make)(struct net *net, const struct mapi_dev_info *want,
				 struct mapi_errbuf *err);
	const struct file_operations *fops;
	size_t memory;
};

/**
 * struct mapi_dev_stats - a device on one CPU
 * @change: number of the last change of the plan that the CPU has taken over
 * @lost: packets lost in front of the plan, by reason
 */
struct mapi_dev_stats {
	u64 change;
	u64 lost[MAPI_LOSS_NR];
};

/**
 * struct mapi_dev - a device that flows are on
 * @plan: what its packets run through, %NULL if no flow is connected
 * @stats: per CPU, written by mapi_dev_rx()
 * @change: number of the last change of the plan
 * @source: the kind of device
 * @id: number of the device while the module is loaded, from 1
 * @net_cookie: identifies its namespace
 * @linktype: LINKTYPE_*
 * @ifindex: interface number, 0: none
 * @oid: object identifier
 * @directions: MAPI_DIR_* that it can show now
 * @tstamp: enum mapi_tstamp, as it is now
 * @end_reason: enum mapi_end_reason once it is gone
 *
 * Embedded in the source's own structure; set up by mapi_dev_init().
 */
struct mapi_dev {
	struct mapi_plan __rcu *plan;
	struct mapi_dev_stats __percpu *stats;
	u64 change;
	const struct mapi_source *source;
	u32 id;
	u64 net_cookie;
	u32 linktype;
	u32 ifindex;
	const char *oid;
	u32 directions;
	u32 tstamp;
	u32 end_reason;

	/* private: the core's */
	refcount_t refs;
	struct list_head flows;
	struct mapi_plan *own_plan;
	struct mapi_flow *changing;
	struct mapi_cut *cutting;
	bool change_adds;
	struct work_struct gone_work;
	struct mapi_want want;
	struct mapi_user *user;
};

/**
 * enum mapi_quick - what is to be done with most packets
 * @MAPI_QUICK_COUNT: they are counted
 * @MAPI_QUICK_SAMPLE: and a sampler counts them, too
 * @MAPI_QUICK_FILTER: and filters look at the first word of their keys
 * @MAPI_QUICK_FILTERS: or at more of them
 * @MAPI_QUICK_NONE: more; or the plan is changing
 */
enum mapi_quick {
	MAPI_QUICK_COUNT,
	MAPI_QUICK_SAMPLE,
	MAPI_QUICK_FILTER,
	MAPI_QUICK_FILTERS,
	MAPI_QUICK_NONE,
};

/**
 * struct mapi_plan - the plan of a device
 * @root: where all packets come
 * @counts: what it counts, of CPU 0
 * @quick: enum mapi_quick; %MAPI_QUICK_NONE while packets are watched
 * @planned: what it is else
 * @watched: the shadow check is to see packets
 * @single: functions that look at more than counts
 * @sampler: with %MAPI_QUICK_SAMPLE, the only way on
 * @busy: acts and tests at the root
 * @samplers: of these, samplers
 * @filters: filters there that are tuples
 * @nodes: all nodes that flows come to, and the root, in order of their numbers
 * @last: number of the last
 * @flows: those that run; for packets, too
 * @dev: whose plan it is
 * @shadow: the shadow check, once it has been on
 *
 * The core's; here for mapi_quick_begin().
 */
struct mapi_plan {
	struct mapi_node *root;
	u8 *counts;
	u32 quick;
	u32 planned;
	u32 watched;
	u32 single;
	struct mapi_sampler *sampler;
	u32 busy;
	u32 samplers;
	u32 filters;
	struct list_head nodes;
	u64 last;
	struct list_head flows;
	struct mapi_dev *dev;
	struct mapi_shadow __rcu *shadow;
};

#define MAPI_COUNT_STRIDE	64	/* a cache line a CPU */

static inline struct mapi_node_count *mapi_count_of(u8 *counts, u32 cpu)
{
	return (struct mapi_node_count *)(counts +
					  (size_t)cpu * MAPI_COUNT_STRIDE);
}

/* Count a packet at a node: one writer; readers need but whole words. */
static inline void mapi_count_at(u8 *counts, u32 cpu, u32 bytes)
{
	struct mapi_node_count *c = mapi_count_of(counts, cpu);

	c->pkts++;
	c->bytes += bytes;
}

DECLARE_PER_CPU(bool, mapi_counting);

/**
 * mapi_dev_plan - what packets of a device run through now
 * @dev: the device
 *
 * Return: for &mapi_pkt.plan, or %NULL if nobody wants packets. Context: as
 * mapi_dev_rx(); the plan is valid to the end of the RCU read-side section.
 */
static inline const struct mapi_plan *mapi_dev_plan(const struct mapi_dev *dev)
{
	return rcu_dereference(dev->plan);
}

int mapi_register_source(struct mapi_source *src, struct module *owner);
void mapi_unregister_source(struct mapi_source *src);

int mapi_dev_init(struct mapi_dev *dev, const struct mapi_source *src,
		  struct net *net);
void mapi_dev_get(struct mapi_dev *dev);
void mapi_dev_put(struct mapi_dev *dev);
void mapi_dev_gone(struct mapi_dev *dev, enum mapi_end_reason reason);
void mapi_dev_close(struct mapi_dev *dev);
bool mapi_dev_rx(struct mapi_dev *dev, struct mapi_pkt *pkt);

#define MAPI_ROOM_HDR	128

u32 mapi_plan_room(const struct mapi_plan *plan);

/**
 * mapi_quick_begin - a packet was seen that may need but little
 * @plan: &mapi_pkt.plan
 *
 * mapi_quick_end() follows as soon as that is done.
 *
 * Context: as mapi_dev_rx(). Return: enum mapi_quick.
 */
static inline u32 mapi_quick_begin(const struct mapi_plan *plan)
{
	__this_cpu_write(mapi_counting, true);
	barrier();	/* pairs with change_ipi() on this CPU */
	/* acquire: pairs with mapi_plan_quick() */
	return smp_load_acquire(&plan->quick);
}

static inline void mapi_quick_end(void)
{
	barrier();	/* pairs with change_ipi() on this CPU */
	__this_cpu_write(mapi_counting, false);
}

/* Instead of a node's counts: the packet must be laid out for mapi_dev_rx(). */
#define MAPI_QUICK_WHOLE	((u8 *)1)

/* Enough of a packet for all that filters look at. */
#define MAPI_QUICK_LEN		128

u8 *mapi_quick_filter(const struct mapi_plan *plan, const u8 *data, u32 len);
u8 *mapi_quick_filters(const struct mapi_plan *plan, const u8 *data, u32 len);
bool mapi_plan_wants_segments(const struct mapi_plan *plan);
u8 *mapi_pkt_scratch(void);

__printf(4, 5)
int mapi_err(struct mapi_errbuf *err, int ret, u32 code, const char *fmt, ...);

#endif /* _MAPI_SOURCE_H */
