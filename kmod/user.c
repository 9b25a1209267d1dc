// SPDX-License-Identifier: GPL-2.0
/*
 * Users and their limits. A user is a uid of the initial user namespace, so
 * nobody gets more by making namespaces. There is one account per user who has
 * a flow or limits of their own.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/genetlink.h>
#include "core.h"

struct mapi_limits {
	u32 flows;
	u64 memory;
};

struct mapi_user {
	struct list_head entry;
	kuid_t uid;
	u32 refs;		/* flows, lookups, and own */
	bool own;		/* has limits of its own */
	struct mapi_limits limits;
	u32 flows;
	u64 memory;
};

/* Under user_lock, all of it. */
static DEFINE_SPINLOCK(user_lock);
static LIST_HEAD(users);
static struct mapi_limits default_limits = {
	.flows = 16384,
	.memory = 512ULL << 20,
};

static const struct mapi_limits *limits_of(const struct mapi_user *user)
{
	return user->own ? &user->limits : &default_limits;
}

static struct mapi_user *user_find(kuid_t uid)
{
	struct mapi_user *user;

	list_for_each_entry(user, &users, entry)
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

/**
 * mapi_user_get - the account of a user, made if need be
 * @uid: the user
 *
 * Return: with a reference for the caller, or %NULL without memory.
 */
struct mapi_user *mapi_user_get(kuid_t uid)
{
	struct mapi_user *user, *new;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	spin_lock(&user_lock);
	user = user_find(uid);
	if (!user) {
		user = new;
		new = NULL;
		user->uid = uid;
		list_add_tail(&user->entry, &users);
	}
	user->refs++;
	spin_unlock(&user_lock);
	kfree(new);
	return user;
}

void mapi_user_put(struct mapi_user *user)
{
	bool last;

	spin_lock(&user_lock);
	last = !--user->refs;
	if (last)
		list_del(&user->entry);
	spin_unlock(&user_lock);
	if (last) {
		WARN_ON_ONCE(user->flows || user->memory);
		kfree(user);
	}
}

int mapi_user_charge_flow(struct mapi_user *user, struct mapi_errbuf *err)
{
	u32 max;
	bool ok;

	spin_lock(&user_lock);
	max = limits_of(user)->flows;
	ok = user->flows < max;
	if (ok)
		user->flows++;
	spin_unlock(&user_lock);
	if (!ok)
		return mapi_err(err, -EDQUOT, MAPI_ERR_LIMIT,
				"limit of %u flows reached; an administrator can raise it: mapictl limit set",
				max);
	return 0;
}

void mapi_user_uncharge_flow(struct mapi_user *user)
{
	spin_lock(&user_lock);
	user->flows--;
	spin_unlock(&user_lock);
}

int mapi_user_charge(struct mapi_user *user, u64 bytes, struct mapi_errbuf *err)
{
	u64 max;
	bool ok;

	spin_lock(&user_lock);
	max = limits_of(user)->memory;
	ok = user->memory <= max && bytes <= max - user->memory;
	if (ok)
		user->memory += bytes;
	spin_unlock(&user_lock);
	if (!ok)
		return mapi_err(err, -EDQUOT, MAPI_ERR_LIMIT,
				"limit of %llu bytes reached, %llu more asked for; an administrator can raise it: mapictl limit set",
				max, bytes);
	return 0;
}

void mapi_user_uncharge(struct mapi_user *user, u64 bytes)
{
	spin_lock(&user_lock);
	user->memory -= bytes;
	spin_unlock(&user_lock);
}

/* Forget the limits that were set; flows are gone when the module goes. */
void mapi_user_exit(void)
{
	struct mapi_user *user, *next;

	list_for_each_entry_safe(user, next, &users, entry) {
		list_del(&user->entry);
		kfree(user);
	}
}

struct limit_row {
	bool is_default;
	kuid_t uid;
	struct mapi_limits limits;
	u32 flows;
	u64 memory;
};

static void row_of(struct limit_row *row, const struct mapi_user *user)
{
	row->is_default = false;
	row->uid = user->uid;
	row->limits = *limits_of(user);
	row->flows = user->flows;
	row->memory = user->memory;
}

static int row_put(struct sk_buff *msg, const struct limit_row *row,
		   struct user_namespace *ns)
{
	if (nla_put_u32(msg, MAPI_A_LIMIT_FLOWS, row->limits.flows) ||
	    nla_put_u64_64bit(msg, MAPI_A_LIMIT_MEMORY, row->limits.memory,
			      MAPI_A_LIMIT_PAD))
		return -EMSGSIZE;
	if (row->is_default)
		return 0;
	if (nla_put_u32(msg, MAPI_A_LIMIT_UID, from_kuid_munged(ns, row->uid)) ||
	    nla_put_u32(msg, MAPI_A_LIMIT_FLOWS_USED, row->flows) ||
	    nla_put_u64_64bit(msg, MAPI_A_LIMIT_MEMORY_USED, row->memory,
			      MAPI_A_LIMIT_PAD))
		return -EMSGSIZE;
	return 0;
}

static int row_fill(struct sk_buff *msg, void *arg)
{
	return row_put(msg, arg, current_user_ns());
}

/* A user may see the default and their own row; the administrator all. */
static bool may_see(const struct sk_buff *skb, kuid_t uid)
{
	return uid_eq(uid, current_euid()) || netlink_capable(skb, CAP_NET_ADMIN);
}

int mapi_nl_limit_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[MAPI_A_LIMIT_UID];
	struct limit_row row = { .is_default = true };
	struct mapi_user *user;

	if (attr) {
		row.is_default = false;
		row.uid = make_kuid(current_user_ns(), nla_get_u32(attr));
		if (!uid_valid(row.uid)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "no such user here");
			return -EINVAL;
		}
		if (!may_see(skb, row.uid)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "limits of other users need CAP_NET_ADMIN");
			return -EPERM;
		}
	}
	spin_lock(&user_lock);
	row.limits = default_limits;
	user = attr ? user_find(row.uid) : NULL;
	if (user)
		row_of(&row, user);
	spin_unlock(&user_lock);
	return mapi_nl_reply(info, MAPI_CMD_LIMIT_GET, row_fill, &row);
}

int mapi_nl_limit_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct user_namespace *ns = current_user_ns();
	struct limit_row row;
	struct mapi_user *user;
	long pos, n;
	void *hdr;

	for (pos = cb->args[0]; ; pos++) {
		bool found = pos == 0;

		row.is_default = true;
		n = 0;
		spin_lock(&user_lock);
		row.limits = default_limits;
		list_for_each_entry(user, &users, entry)
			if (++n == pos) {
				row_of(&row, user);
				found = true;
				break;
			}
		spin_unlock(&user_lock);
		if (!found)
			break;
		if (pos && !may_see(cb->skb, row.uid))
			continue;
		hdr = mapi_nl_put_hdr(skb, NETLINK_CB(cb->skb).portid,
				      cb->nlh->nlmsg_seq, NLM_F_MULTI,
				      MAPI_CMD_LIMIT_GET);
		if (!hdr)
			break;
		if (row_put(skb, &row, ns)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
	}
	cb->args[0] = pos;
	return skb->len;
}

int mapi_nl_limit_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	struct mapi_user *user;
	bool drop = false;
	kuid_t uid;

	if (!netlink_capable(skb, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "setting limits needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (!tb[MAPI_A_LIMIT_UID]) {
		if (tb[MAPI_A_LIMIT_RESET]) {
			NL_SET_ERR_MSG_ATTR(info->extack, tb[MAPI_A_LIMIT_RESET],
					    "the default cannot be reset, only set");
			return -EINVAL;
		}
		spin_lock(&user_lock);
		if (tb[MAPI_A_LIMIT_FLOWS])
			default_limits.flows = nla_get_u32(tb[MAPI_A_LIMIT_FLOWS]);
		if (tb[MAPI_A_LIMIT_MEMORY])
			default_limits.memory = nla_get_u64(tb[MAPI_A_LIMIT_MEMORY]);
		spin_unlock(&user_lock);
		return 0;
	}
	uid = make_kuid(current_user_ns(), nla_get_u32(tb[MAPI_A_LIMIT_UID]));
	if (!uid_valid(uid)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[MAPI_A_LIMIT_UID],
				    "no such user here");
		return -EINVAL;
	}
	user = mapi_user_get(uid);
	if (!user)
		return -ENOMEM;
	spin_lock(&user_lock);
	if (tb[MAPI_A_LIMIT_RESET]) {
		drop = user->own;
		user->own = false;
	} else {
		if (!user->own) {
			user->own = true;
			user->refs++;
			user->limits = default_limits;
		}
		if (tb[MAPI_A_LIMIT_FLOWS])
			user->limits.flows = nla_get_u32(tb[MAPI_A_LIMIT_FLOWS]);
		if (tb[MAPI_A_LIMIT_MEMORY])
			user->limits.memory = nla_get_u64(tb[MAPI_A_LIMIT_MEMORY]);
	}
	spin_unlock(&user_lock);
	if (drop)
		mapi_user_put(user);
	mapi_user_put(user);
	return 0;
}
