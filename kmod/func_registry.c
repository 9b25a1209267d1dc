// SPDX-License-Identifier: GPL-2.0
/*
 * The functions that are known, and which version of one serves a device.
 */
#include <linux/ctype.h>
#include <linux/kmod.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"

/* Under mapi_mutex. */
static LIST_HEAD(funcs);

/* mapi_name_valid - a function's or a library's name */
bool mapi_name_valid(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum(*p) && *p != '_')
			return false;
	return p != name && p - name <= MAPI_NAME_MAX;
}

/* mapi_func_fits - do least and greatest values have their place in the result? */
bool mapi_func_fits(const struct mapi_func *func, u32 result_size)
{
	u32 words = result_size / sizeof(u64);

	if (func->result_type != MAPI_RESULT_MIXED)
		return !func->nr_min && !func->nr_max;
	return func->nr_min <= words && func->nr_max <= words - func->nr_min;
}

static int func_check(const struct mapi_func *func)
{
	u32 i;

	/* The plan counts, or the function does something; counters stop nothing. */
	if (!func->process != mapi_func_counts(func) ||
	    (!func->process && func->flags & MAPI_FUNC_F_FILTER) ||
	    /* What cannot be changed as it should must not go on. */
	    (func->flags & MAPI_FUNC_F_MODIFIES &&
	     !(func->flags & MAPI_FUNC_F_FILTER)) ||
	    !func->descr ||
	    !mapi_name_valid(func->name) || !mapi_name_valid(func->library) ||
	    !mapi_oid_valid(func->devoid) ||
	    func->nr_args > MAPI_ARGS_MAX ||
	    func->result_type >= __MAPI_RESULT_MAX || func->result_size % 8 ||
	    !mapi_func_fits(func, func->result_size))
		return -EINVAL;
	for (i = 0; i < func->nr_args; i++) {
		const struct mapi_argspec *spec = &func->args[i];

		if (!spec->name || !strchr("sSRicluwrf", spec->type))
			return -EINVAL;
		/* A function is one of a flow; neither of them ever changes. */
		if (spec->type == 'f' && (!i || func->args[i - 1].type != 'r'))
			return -EINVAL;
		if (strchr("fSR", spec->type) &&
		    (func->change_args || spec->flags & MAPI_ARG_F_OPTIONAL))
			return -EINVAL;
		/* What may be left out comes last, extras at the very end. */
		if (i && func->args[i - 1].flags & ~spec->flags)
			return -EINVAL;
	}
	return 0;
}

/**
 * mapi_register_func - make a version of a function known
 * @func: its description; must stay until mapi_unregister_func()
 * @owner: the module it is in
 *
 * Context: module initialisation. Return: 0, %-EINVAL if the description is
 * wrong, %-EEXIST if the library has the same name for the same devices.
 */
int mapi_register_func(struct mapi_func *func, struct module *owner)
{
	struct mapi_func *f;
	int ret = 0;

	if (WARN_ON(func_check(func)))
		return -EINVAL;
	func->owner = owner;
	mutex_lock(&mapi_mutex);
	list_for_each_entry(f, &funcs, list)
		if (!strcmp(f->name, func->name) &&
		    !strcmp(f->library, func->library) &&
		    !strcmp(f->devoid, func->devoid))
			ret = -EEXIST;
	if (!ret)
		list_add_tail(&func->list, &funcs);
	mutex_unlock(&mapi_mutex);
	return ret;
}
EXPORT_SYMBOL_GPL(mapi_register_func);

/* mapi_unregister_func - forget it; no instance is left, by reference count */
void mapi_unregister_func(struct mapi_func *func)
{
	mutex_lock(&mapi_mutex);
	list_del(&func->list);
	mutex_unlock(&mapi_mutex);
}
EXPORT_SYMBOL_GPL(mapi_unregister_func);

/*
 * Longest matching prefix wins; among equals the first registered. With a
 * wanted identifier, nothing less special than that will do.
 */
static struct mapi_func *func_choose(const char *name, const char *library,
				     const char *want, const char *oid,
				     bool *exists)
{
	struct mapi_func *f, *best = NULL;
	int n, best_n = 0;

	*exists = false;
	list_for_each_entry(f, &funcs, list) {
		if (strcmp(f->name, name) ||
		    (library && strcmp(f->library, library)))
			continue;
		*exists = true;
		n = mapi_oid_match(f->devoid, oid);
		if (n <= best_n || (want && !mapi_oid_match(want, f->devoid)))
			continue;
		best = f;
		best_n = n;
	}
	return best;
}

static void func_load(const char *name)
{
	mutex_unlock(&mapi_mutex);
	request_module("mapi-func-%s", name);
	mutex_lock(&mapi_mutex);
}

/**
 * mapi_func_find - the version of a function that serves a device best
 * @name: its name
 * @library: library it must be in, or %NULL
 * @want: identifier that it must be at least as special as, or %NULL
 * @oid: what the device is
 * @err: filled in on failure
 *
 * Loads the module if need be; mapi_mutex is dropped meanwhile.
 *
 * Return: with a reference to its module, or an ERR_PTR().
 */
struct mapi_func *mapi_func_find(const char *name, const char *library,
				 const char *want, const char *oid,
				 struct mapi_errbuf *err)
{
	struct mapi_func *f;
	bool exists;

	if (!mapi_name_valid(name))
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
					"not a function name"));
	if (library && !mapi_name_valid(library))
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
					"%s: not a library name", name));
	if (want && !mapi_oid_valid(want))
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
					"%s: not an object identifier behind !", name));
	f = func_choose(name, library, want, oid, &exists);
	if (!f) {
		func_load(name);
		f = func_choose(name, library, want, oid, &exists);
	}
	if (f && try_module_get(f->owner))
		return f;
	if (exists)
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
					"function %s has no version%s%s for device identifier %s",
					name, want ? " under " : "", want ?: "", oid));
	if (library)
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
					"no function %s in library %s", name, library));
	return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
				"no function %s", name));
}

void mapi_func_put(const struct mapi_func *func)
{
	module_put(func->owner);
}

static int put_argspec(struct sk_buff *msg, const struct mapi_argspec *spec)
{
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_FUNCTION_ARG);

	if (!nest ||
	    nla_put_string(msg, MAPI_A_ARG_NAME, spec->name) ||
	    nla_put_u32(msg, MAPI_A_ARG_TYPE, spec->type) ||
	    nla_put_u32(msg, MAPI_A_ARG_FLAGS, spec->flags) ||
	    nla_put_s64(msg, MAPI_A_ARG_MIN, spec->min, MAPI_A_ARG_PAD) ||
	    nla_put_s64(msg, MAPI_A_ARG_MAX, spec->max, MAPI_A_ARG_PAD) ||
	    nla_put_s64(msg, MAPI_A_ARG_DEFAULT, spec->def, MAPI_A_ARG_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int func_put(struct sk_buff *msg, void *arg)
{
	const struct mapi_func *f = arg;
	char argdescr[MAPI_ARGS_MAX + 1];
	u32 i, n = 0;

	for (i = 0; i < f->nr_args; i++)
		if (!(f->args[i].flags & MAPI_ARG_F_EXTRA))
			argdescr[n++] = f->args[i].type;
	argdescr[n] = 0;
	if (nla_put_string(msg, MAPI_A_FUNCTION_NAME, f->name) ||
	    nla_put_string(msg, MAPI_A_FUNCTION_LIBRARY, f->library) ||
	    nla_put_string(msg, MAPI_A_FUNCTION_OID, f->devoid) ||
	    nla_put_string(msg, MAPI_A_FUNCTION_DESCR, f->descr) ||
	    nla_put_string(msg, MAPI_A_FUNCTION_ARGDESCR, argdescr) ||
	    nla_put_u32(msg, MAPI_A_FUNCTION_FLAGS, f->flags) ||
	    nla_put_u32(msg, MAPI_A_FUNCTION_RESULT_TYPE, f->result_type) ||
	    nla_put_u32(msg, MAPI_A_FUNCTION_RESULT_SIZE, f->result_size) ||
	    nla_put_string(msg, MAPI_A_FUNCTION_MODULE, module_name(f->owner)) ||
	    nla_put_u32(msg, MAPI_A_FUNCTION_USERS, module_refcount(f->owner)))
		return -EMSGSIZE;
	for (i = 0; i < f->nr_args; i++)
		if (put_argspec(msg, &f->args[i]))
			return -EMSGSIZE;
	return 0;
}

int mapi_nl_function_get(struct sk_buff *skb, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct mapi_errbuf err = {};
	struct mapi_func *f, *found = NULL;
	bool loaded = false;
	const char *name;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MAPI_A_FUNCTION_NAME))
		return -EINVAL;
	name = nla_data(info->attrs[MAPI_A_FUNCTION_NAME]);
	mutex_lock(&mapi_mutex);
again:
	list_for_each_entry(f, &funcs, list)
		if (!found && !strcmp(f->name, name))
			found = f;
	if (found) {
		ret = mapi_nl_reply(info, MAPI_CMD_FUNCTION_GET, func_put, found);
	} else if (mapi_name_valid(name) && !loaded &&
		   (netlink_ns_capable(skb, net->user_ns, CAP_NET_RAW) ||
		    netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))) {
		func_load(name);
		loaded = true;
		goto again;
	} else {
		ret = mapi_err(&err, -ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND,
			       "no function %.*s", MAPI_NAME_MAX,
			       mapi_name_valid(name) ? name : "of that name");
	}
	mutex_unlock(&mapi_mutex);
	return mapi_err_report(skb, info, ret, &err,
			       info->attrs[MAPI_A_FUNCTION_NAME]);
}

int mapi_nl_function_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mapi_func *f;
	long n = 0;
	void *hdr;

	mutex_lock(&mapi_mutex);
	list_for_each_entry(f, &funcs, list) {
		if (n++ < cb->args[0])
			continue;
		hdr = mapi_nl_put_hdr(skb, NETLINK_CB(cb->skb).portid,
				      cb->nlh->nlmsg_seq, NLM_F_MULTI,
				      MAPI_CMD_FUNCTION_GET);
		if (!hdr)
			break;
		if (func_put(skb, f)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0]++;
	}
	mutex_unlock(&mapi_mutex);
	return skb->len;
}
