// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that flows are on, and the sources that they come from.
 */
#include <linux/kmod.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "plan.h"

/* Under mapi_mutex. */
static LIST_HEAD(sources);
static u32 next_dev_id = 1;

/* mapi_register_source - make a kind of device known */
int mapi_register_source(struct mapi_source *src, struct module *owner)
{
	src->owner = owner;
	mutex_lock(&mapi_mutex);
	list_add_tail(&src->entry, &sources);
	mutex_unlock(&mapi_mutex);
	return 0;
}
EXPORT_SYMBOL_GPL(mapi_register_source);

/* mapi_source_find - a kind of device by its name, or %NULL; mapi_mutex held */
struct mapi_source *mapi_source_find(const char *name)
{
	struct mapi_source *src;

	list_for_each_entry(src, &sources, entry)
		if (!strcmp(src->name, name))
			return src;
	return NULL;
}

/* mapi_unregister_source - forget it; no device is left, by reference count */
void mapi_unregister_source(struct mapi_source *src)
{
	mutex_lock(&mapi_mutex);
	list_del(&src->entry);
	mutex_unlock(&mapi_mutex);
	/* The last mapi_dev_gone() may still be on its way out. */
	flush_workqueue(mapi_wq);
}
EXPORT_SYMBOL_GPL(mapi_unregister_source);

static void dev_gone_work(struct work_struct *work)
{
	struct mapi_dev *dev = container_of(work, struct mapi_dev, gone_work);

	mutex_lock(&mapi_mutex);
	mapi_flow_stop_all(dev, dev->end_reason);
	mapi_event_device(dev, MAPI_EVENT_END);
	mapi_shadow_gone(dev);
	if (dev->source->gone)
		dev->source->gone(dev);
	mapi_dev_put(dev);
	mutex_unlock(&mapi_mutex);
}

/**
 * mapi_dev_init - set up the core's part of a device
 * @dev: zeroed; the caller has set linktype, ifindex, oid and directions
 * @src: the source it belongs to
 * @net: namespace it is in
 *
 * The device holds a reference to the source's module until it is released.
 *
 * Context: mapi_mutex held. Return: 0, with one reference, or %-ENOMEM.
 */
int mapi_dev_init(struct mapi_dev *dev, const struct mapi_source *src,
		  struct net *net)
{
	int ret;

	ret = mapi_pkt_init();
	if (ret)
		return ret;
	dev->own_plan = mapi_plan_new(dev);
	if (!dev->own_plan)
		return -ENOMEM;
	dev->stats = alloc_percpu(struct mapi_dev_stats);
	if (!dev->stats || mapi_shadow_init_dev(dev)) {
		free_percpu(dev->stats);
		mapi_plan_free(dev->own_plan);
		return -ENOMEM;
	}
	dev->source = src;
	dev->net_cookie = net->net_cookie;
	dev->id = next_dev_id++;
	refcount_set(&dev->refs, 1);
	INIT_LIST_HEAD(&dev->flows);
	INIT_WORK(&dev->gone_work, dev_gone_work);
	__module_get(src->owner);
	return 0;
}
EXPORT_SYMBOL_GPL(mapi_dev_init);

void mapi_dev_get(struct mapi_dev *dev)
{
	refcount_inc(&dev->refs);
}
EXPORT_SYMBOL_GPL(mapi_dev_get);

/* mapi_dev_put - drop a reference; mapi_mutex held */
void mapi_dev_put(struct mapi_dev *dev)
{
	struct module *owner = dev->source->owner;

	lockdep_assert_held(&mapi_mutex);
	if (!refcount_dec_and_test(&dev->refs))
		return;
	free_percpu(dev->stats);
	mapi_plan_free(dev->own_plan);
	if (dev->user) {
		mapi_user_uncharge(dev->user, dev->source->memory);
		mapi_user_put(dev->user);
	}
	dev->source->release(dev);
	module_put(owner);
}
EXPORT_SYMBOL_GPL(mapi_dev_put);

/**
 * mapi_dev_close - nobody feeds a device any more
 * @dev: the device, as mapi_source.make() returned it; may be gone on return
 *
 * Context: may sleep; mapi_mutex not held.
 */
void mapi_dev_close(struct mapi_dev *dev)
{
	mapi_dev_gone(dev, MAPI_END_DEVICE_GONE);
	mutex_lock(&mapi_mutex);
	mapi_dev_put(dev);
	mutex_unlock(&mapi_mutex);
}
EXPORT_SYMBOL_GPL(mapi_dev_close);

/**
 * mapi_dev_gone - the device is no longer what it was
 * @dev: the device; its source gives it no more packets
 * @reason: what happened; the first reason stays
 *
 * Its flows end soon after. Context: any; the caller sees
 * to it that the device is not released meanwhile.
 */
void mapi_dev_gone(struct mapi_dev *dev, enum mapi_end_reason reason)
{
	if (cmpxchg(&dev->end_reason, 0, reason))
		return;
	if (refcount_inc_not_zero(&dev->refs))
		queue_work(mapi_wq, &dev->gone_work);
}
EXPORT_SYMBOL_GPL(mapi_dev_gone);

/* mapi_devname_valid - what can be the name of a device */
bool mapi_devname_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return p != name;
}

static struct mapi_dev *sources_open(struct net *net, const char *name,
				     struct mapi_errbuf *err)
{
	struct mapi_source *src;
	struct mapi_dev *dev;

	list_for_each_entry(src, &sources, entry) {
		if (!try_module_get(src->owner))
			continue;
		dev = src->open(net, name, err);
		module_put(src->owner);
		if (dev)
			return dev;
	}
	return NULL;
}

static void sources_load(void)
{
	mutex_unlock(&mapi_mutex);
	request_module("mapi-source-nic");
	mutex_lock(&mapi_mutex);
}

/*
 * The name that sources know, of "eth0" or "/dev/eth0". Loads the source of interfaces
 * if need be; mapi_mutex is dropped meanwhile.
 */
static const char *devname_of(const char *name, struct mapi_errbuf *err)
{
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	if (!mapi_devname_valid(name))
		return ERR_PTR(mapi_err(err, -ENODEV, MAPI_ERR_NO_DEVICE,
					"not the name of a device"));
	if (!mapi_source_find("nic"))
		sources_load();
	return name;
}

/**
 * mapi_dev_open - find a device by name
 * @net: namespace of the caller
 * @name: "eth0", or "/dev/eth0"
 * @err: filled in on failure
 *
 * Loads the source if need be; mapi_mutex is dropped meanwhile.
 *
 * Return: with a reference for the caller, or an ERR_PTR().
 */
struct mapi_dev *mapi_dev_open(struct net *net, const char *name,
			       struct mapi_errbuf *err)
{
	struct mapi_dev *dev;

	name = devname_of(name, err);
	if (IS_ERR(name))
		return ERR_CAST(name);
	dev = sources_open(net, name, err);
	if (!dev)
		return ERR_PTR(mapi_err(err, -ENODEV, MAPI_ERR_NO_DEVICE,
					"no device %s here", name));
	if (IS_ERR(dev))
		mapi_err(err, PTR_ERR(dev), MAPI_ERR_NO_DEVICE,
			 "device %s cannot be monitored: error %ld", name,
			 -PTR_ERR(dev));
	return dev;
}

static int info_put(struct sk_buff *msg, const struct mapi_dev_info *info,
		    const char *source)
{
	if (nla_put_string(msg, MAPI_A_DEVICE_NAME, info->name) ||
	    nla_put_string(msg, MAPI_A_DEVICE_SOURCE, source) ||
	    nla_put_string(msg, MAPI_A_DEVICE_OID, info->oid) ||
	    nla_put_string(msg, MAPI_A_DEVICE_DESCR, info->descr) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_IFINDEX, info->ifindex) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_LINKTYPE, info->linktype) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_MODE, info->mode) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_TSTAMP, info->tstamp) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_SPEED, info->speed) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_MTU, info->mtu) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_IFDROPS, info->ifdrops,
			      MAPI_A_DEVICE_PAD))
		return -EMSGSIZE;
	return 0;
}

/* Nothing, if no flow is on the device. */
static int stats_put(struct sk_buff *msg, const struct mapi_dev *dev)
{
	struct mapi_node_count sum;
	u64 lost[MAPI_LOSS_NR] = {};
	u64 run;
	int cpu, i;

	if (!dev || list_empty(&dev->flows))
		return 0;
	mapi_node_total(dev->own_plan->root, &sum);
	for_each_possible_cpu(cpu) {
		const struct mapi_dev_stats *s = per_cpu_ptr(dev->stats, cpu);

		for (i = 0; i < MAPI_LOSS_NR; i++)
			lost[i] += READ_ONCE(s->lost[i]);
	}
	run = sum.pkts;
	for (i = 0; i < MAPI_LOSS_NR; i++)
		sum.pkts += lost[i];
	if (nla_put_u32(msg, MAPI_A_DEVICE_ID, dev->id) ||
	    nla_put_u32(msg, MAPI_A_DEVICE_FLOWS, dev->want.flows) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_PKTS, sum.pkts,
			      MAPI_A_DEVICE_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_RUN, run, MAPI_A_DEVICE_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_DEVICE_BYTES, sum.bytes,
			      MAPI_A_DEVICE_PAD))
		return -EMSGSIZE;
	return mapi_nl_put_losses(msg, MAPI_A_DEVICE_LOST, lost);
}

/* mapi_dev_put_new - describe a device that was made just now */
int mapi_dev_put_new(struct sk_buff *msg, struct mapi_dev *dev)
{
	struct mapi_dev_info info = {};

	dev->source->info(dev, &info);
	return info_put(msg, &info, dev->source->name) ?:
	       nla_put_u32(msg, MAPI_A_DEVICE_ID, dev->id);
}

static int dev_fill(struct sk_buff *msg, void *arg)
{
	struct mapi_dev *dev = arg;
	struct mapi_dev_info info = {};

	dev->source->info(dev, &info);
	return info_put(msg, &info, dev->source->name) ?:
	       mapi_shadow_put(msg, dev) ?: stats_put(msg, dev);
}

static const char *request_name(struct genl_info *info, struct mapi_errbuf *err)
{
	if (GENL_REQ_ATTR_CHECK(info, MAPI_A_DEVICE_NAME))
		return ERR_PTR(mapi_err(err, -EINVAL, MAPI_ERR_NO_DEVICE,
					"the name of a device is wanted"));
	return nla_data(info->attrs[MAPI_A_DEVICE_NAME]);
}

/* The device that a request names, with a reference. */
static struct mapi_dev *request_dev(struct genl_info *info,
				    struct mapi_errbuf *err)
{
	const char *name = request_name(info, err);

	return IS_ERR(name) ? ERR_CAST(name) :
			      mapi_dev_open(genl_info_net(info), name, err);
}

/**
 * mapi_dev_find - as mapi_dev_open(), for who only looks: no device is made
 * @net: namespace of the caller
 * @name: "eth0", or "/dev/eth0"
 * @found: zeroed; filled in
 * @err: filled in on failure
 *
 * Loads the source if need be; mapi_mutex is dropped meanwhile.
 *
 * Return: 0 or a negative errno.
 */
int mapi_dev_find(struct net *net, const char *name, struct mapi_found *found,
		  struct mapi_errbuf *err)
{
	struct mapi_source *src;
	int ret;

	name = devname_of(name, err);
	if (IS_ERR(name))
		return PTR_ERR(name);
	list_for_each_entry(src, &sources, entry) {
		ret = src->find(net, name, &found->info, &found->dev);
		found->source = src->name;
		if (ret != -ENODEV)
			return ret;
	}
	return mapi_err(err, -ENODEV, MAPI_ERR_NO_DEVICE, "no device %s here",
			name);
}

static int found_fill(struct sk_buff *msg, void *arg)
{
	const struct mapi_found *found = arg;

	return info_put(msg, &found->info, found->source) ?:
	       mapi_shadow_put(msg, found->dev) ?: stats_put(msg, found->dev);
}

int mapi_nl_device_get(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_errbuf err = {};
	struct mapi_found found = {};
	const char *name;
	int ret;

	mutex_lock(&mapi_mutex);
	name = request_name(info, &err);
	ret = PTR_ERR_OR_ZERO(name);
	if (!ret)
		ret = mapi_dev_find(genl_info_net(info), name, &found, &err);
	if (!ret)
		ret = mapi_nl_reply(info, MAPI_CMD_DEVICE_GET, found_fill, &found);
	mutex_unlock(&mapi_mutex);
	return mapi_err_report(skb, info, ret, &err,
			       info->attrs[MAPI_A_DEVICE_NAME]);
}

int mapi_nl_device_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *mode = info->attrs[MAPI_A_DEVICE_MODE];
	struct nlattr *tstamp = info->attrs[MAPI_A_DEVICE_TSTAMP];
	struct nlattr *shadow = info->attrs[MAPI_A_DEVICE_SHADOW];
	struct nlattr *cost = info->attrs[MAPI_A_DEVICE_COST];
	struct mapi_errbuf err = {};
	struct mapi_dev *dev;
	int ret;

	if (!netlink_ns_capable(skb, genl_info_net(info)->user_ns,
				CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(info->extack, "setting a device needs CAP_NET_ADMIN");
		return -EPERM;
	}
	mutex_lock(&mapi_mutex);
	dev = request_dev(info, &err);
	ret = PTR_ERR_OR_ZERO(dev);
	if (!ret) {
		ret = dev->source->set(dev, mode ? nla_get_u32(mode) : -1,
				       tstamp ? nla_get_u32(tstamp) : -1, &err);
		if (!ret && shadow)
			ret = mapi_shadow_set(dev, nla_get_u32(shadow), &err);
		if (!ret && cost)
			ret = mapi_cost_set(dev, nla_get_u32(cost), &err);
		if (!ret)
			mapi_event_device(dev, MAPI_EVENT_SET);
		mapi_dev_put(dev);
	}
	mutex_unlock(&mapi_mutex);
	return mapi_err_report(skb, info, ret, &err,
			       info->attrs[MAPI_A_DEVICE_NAME]);
}

struct dump_state {
	struct sk_buff *msg;
	struct netlink_callback *cb;
	const struct mapi_source *src;
};

static int dump_one(const struct mapi_dev_info *info, struct mapi_dev *dev,
		    void *arg)
{
	struct dump_state *st = arg;
	void *hdr;

	hdr = mapi_nl_put_hdr(st->msg, NETLINK_CB(st->cb->skb).portid,
			      st->cb->nlh->nlmsg_seq, NLM_F_MULTI,
			      MAPI_CMD_DEVICE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (info_put(st->msg, info, st->src->name) ||
	    mapi_shadow_put(st->msg, dev) || stats_put(st->msg, dev)) {
		genlmsg_cancel(st->msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(st->msg, hdr);
	return 0;
}

/**
 * mapi_dev_each - call a function for each device of a namespace
 * @net: the namespace
 * @pos: where to begin: which source, and where in it, at first 0. Then where
 *	to go on, even if devices come and go meanwhile
 * @src: the source of the device, for @cb
 * @cb: as that of &mapi_source.list
 * @arg: for @cb
 *
 * Loads the source of interfaces if need be; mapi_mutex is dropped meanwhile.
 *
 * Return: 0 or what @cb returned.
 */
int mapi_dev_each(struct net *net, unsigned long pos[2],
		  const struct mapi_source **src,
		  int (*cb)(const struct mapi_dev_info *info,
			    struct mapi_dev *dev, void *arg), void *arg)
{
	unsigned long n = 0;
	int ret;

	if (!mapi_source_find("nic"))
		sources_load();
	list_for_each_entry((*src), &sources, entry) {
		if (n++ < pos[0])
			continue;
		ret = (*src)->list(net, &pos[1], cb, arg);
		if (ret)
			return ret;
		pos[1] = 0;
		pos[0]++;
	}
	return 0;
}

int mapi_nl_device_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump_state st = { .msg = skb, .cb = cb };

	mutex_lock(&mapi_mutex);
	mapi_dev_each(sock_net(cb->skb->sk), (unsigned long *)cb->args, &st.src,
		      dump_one, &st);
	mutex_unlock(&mapi_mutex);
	return skb->len;
}

/* mapi_dev_describe - fill a message about a device; for events */
int mapi_dev_describe(struct sk_buff *msg, struct mapi_dev *dev)
{
	return dev_fill(msg, dev);
}
