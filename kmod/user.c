// SPDX-License-Identifier: GPL-2.0
/*
 * Users and their limits. A user is a uid of the initial user namespace, so
 * nobody gets more by making namespaces. There is one account per user who has
 * a flow or limits of their own.
 *
 * What packets have to run through is limited by the number of functions, which
 * follows from that of flows: so many for each on average, so that nobody need
 * count them, and never less than one flow may have.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <net/genetlink.h>
#include "core.h"

#define FUNCS_PER_FLOW	16
#define PERIODS_MAX	10000	/* a second */

struct mapi_limits {
	u32 flows;
	u64 memory;
};

struct mapi_user {
	kuid_t uid;
	u32 refs;		/* flows, lookups, and own */
	bool own;		/* has limits of its own */
	struct mapi_limits limits;
	u32 flows;
	u64 funcs;
	u64 memory;
	u32 periods;		/* that pass in a second */
	unsigned long stuck;	/* no lock */
};

/* By uid. Its lock is that of all accounts, and of the default. */
static DEFINE_XARRAY(users);
static struct mapi_limits default_limits = {
	.flows = 4096,
	.memory = 512ULL << 20,
};

static const struct mapi_limits *limits_of(const struct mapi_user *user)
{
	return user->own ? &user->limits : &default_limits;
}

static struct mapi_user *user_find(kuid_t uid)
{
	return xa_load(&users, __kuid_val(uid));
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
	new->uid = uid;
	new->stuck = jiffies - MAX_JIFFY_OFFSET / 2;
	xa_lock(&users);
	user = __xa_cmpxchg(&users, __kuid_val(uid), NULL, new,
			    GFP_KERNEL_ACCOUNT);
	if (!user)
		swap(user, new);
	else if (xa_is_err(user))
		user = NULL;
	if (user)
		user->refs++;
	xa_unlock(&users);
	kfree(new);
	return user;
}

void mapi_user_put(struct mapi_user *user)
{
	bool last;

	xa_lock(&users);
	last = !--user->refs;
	if (last)
		__xa_erase(&users, __kuid_val(user->uid));
	xa_unlock(&users);
	if (last) {
		WARN_ON_ONCE(user->flows || user->funcs || user->memory ||
			     user->periods);
		kfree(user);
	}
}

int mapi_user_charge_flow(struct mapi_user *user, struct mapi_errbuf *err)
{
	u32 max;
	bool ok;

	xa_lock(&users);
	max = limits_of(user)->flows;
	ok = user->flows < max;
	if (ok)
		user->flows++;
	xa_unlock(&users);
	if (!ok)
		return mapi_err(err, -EDQUOT, MAPI_ERR_LIMIT,
				"limit of %u flows reached; an administrator can raise it: mapictl limit set",
				max);
	return 0;
}

void mapi_user_uncharge_flow(struct mapi_user *user)
{
	xa_lock(&users);
	user->flows--;
	xa_unlock(&users);
}

int mapi_user_charge_func(struct mapi_user *user, struct mapi_errbuf *err)
{
	u64 max;
	bool ok;

	xa_lock(&users);
	max = MAPI_FUNCS_MAX + (u64)limits_of(user)->flows * FUNCS_PER_FLOW;
	ok = user->funcs < max;
	if (ok)
		user->funcs++;
	xa_unlock(&users);
	if (!ok)
		return mapi_err(err, -EDQUOT, MAPI_ERR_LIMIT,
				"limit of %llu functions reached, which grows with that of flows; an administrator can raise it: mapictl limit set",
				max);
	return 0;
}

void mapi_user_uncharge_func(struct mapi_user *user)
{
	xa_lock(&users);
	user->funcs--;
	xa_unlock(&users);
}

/* mapi_user_charge_periods - so many more periods a second. Return: if they may be */
bool mapi_user_charge_periods(struct mapi_user *user, u32 rate)
{
	bool ok;

	xa_lock(&users);
	ok = rate <= PERIODS_MAX - user->periods;
	if (ok)
		user->periods += rate;
	xa_unlock(&users);
	return ok;
}

void mapi_user_uncharge_periods(struct mapi_user *user, u32 rate)
{
	xa_lock(&users);
	user->periods -= rate;
	xa_unlock(&users);
}

int mapi_user_charge(struct mapi_user *user, u64 bytes, struct mapi_errbuf *err)
{
	u64 max;
	bool ok;

	xa_lock(&users);
	max = limits_of(user)->memory;
	ok = user->memory <= max && bytes <= max - user->memory;
	if (ok)
		user->memory += bytes;
	xa_unlock(&users);
	if (!ok)
		return mapi_err(err, -EDQUOT, MAPI_ERR_LIMIT,
				"limit of %llu bytes reached, %llu more asked for; an administrator can raise it: mapictl limit set",
				max, bytes);
	return 0;
}

void mapi_user_uncharge(struct mapi_user *user, u64 bytes)
{
	xa_lock(&users);
	user->memory -= bytes;
	xa_unlock(&users);
}

/* mapi_user_stuck - when, in jiffies, a file of the user was waited for in vain */
unsigned long *mapi_user_stuck(struct mapi_user *user)
{
	return &user->stuck;
}

/* Forget the limits that were set; flows are gone when the module goes. */
void mapi_user_exit(void)
{
	struct mapi_user *user;
	unsigned long uid;

	xa_for_each(&users, uid, user)
		kfree(user);
	xa_destroy(&users);
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
	xa_lock(&users);
	row.limits = default_limits;
	user = attr ? user_find(row.uid) : NULL;
	if (user)
		row_of(&row, user);
	xa_unlock(&users);
	return mapi_nl_reply(info, MAPI_CMD_LIMIT_GET, row_fill, &row);
}

static int row_dump(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct limit_row *row)
{
	void *hdr = mapi_nl_put_hdr(skb, NETLINK_CB(cb->skb).portid,
				    cb->nlh->nlmsg_seq, NLM_F_MULTI,
				    MAPI_CMD_LIMIT_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (row_put(skb, row, current_user_ns())) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* The first user from @uid on, if there is one; sets @uid to its number. */
static bool row_next(struct limit_row *row, unsigned long *uid)
{
	struct mapi_user *user;

	xa_lock(&users);
	user = xa_find(&users, uid, ULONG_MAX, XA_PRESENT);
	if (user)
		row_of(row, user);
	xa_unlock(&users);
	return user;
}

/*
 * In the order of uids, and on from the last one, so that who comes or goes
 * meanwhile moves nobody else.
 */
int mapi_nl_limit_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct limit_row row = { .is_default = true };
	unsigned long uid = cb->args[1];

	if (!cb->args[0]) {
		xa_lock(&users);
		row.limits = default_limits;
		xa_unlock(&users);
		if (row_dump(skb, cb, &row))
			return skb->len;
		cb->args[0] = true;
	}
	while (row_next(&row, &uid) &&
	       (!may_see(cb->skb, row.uid) || !row_dump(skb, cb, &row)))
		uid++;
	cb->args[1] = uid;
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
		xa_lock(&users);
		if (tb[MAPI_A_LIMIT_FLOWS])
			default_limits.flows = nla_get_u32(tb[MAPI_A_LIMIT_FLOWS]);
		if (tb[MAPI_A_LIMIT_MEMORY])
			default_limits.memory = nla_get_u64(tb[MAPI_A_LIMIT_MEMORY]);
		xa_unlock(&users);
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
	xa_lock(&users);
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
	xa_unlock(&users);
	if (drop)
		mapi_user_put(user);
	mapi_user_put(user);
	return 0;
}
