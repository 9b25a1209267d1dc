// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: flows, results, events. Devices, functions and
 * limits are answered where they live.
 *
 * Who may see a flow: whoever has its descriptor; its owner, in its namespace;
 * CAP_NET_ADMIN over its namespace. For all others it does not exist.
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"
#include "nl_policy.h"

static struct genl_family family;

void *mapi_nl_put_hdr(struct sk_buff *msg, u32 portid, u32 seq, int flags,
		      u8 cmd)
{
	return genlmsg_put(msg, portid, seq, &family, flags, cmd);
}

/* mapi_nl_reply - answer a request with one message that @fill fills */
int mapi_nl_reply(struct genl_info *info, u8 cmd,
		  int (*fill)(struct sk_buff *msg, void *arg), void *arg)
{
	size_t size = NLMSG_GOODSIZE;
	struct sk_buff *msg;
	void *hdr;
	int ret;

	do {
		msg = genlmsg_new(size, GFP_KERNEL);
		if (!msg)
			return -ENOMEM;
		hdr = mapi_nl_put_hdr(msg, info->snd_portid, info->snd_seq, 0,
				      cmd);
		ret = hdr ? fill(msg, arg) : -EMSGSIZE;
		if (!ret) {
			genlmsg_end(msg, hdr);
			return genlmsg_reply(msg, info);
		}
		nlmsg_free(msg);
		size *= 4;
	} while (ret == -EMSGSIZE && size <= 4 << 20);
	return ret;
}

/* mapi_nl_put_losses - non-zero losses, a nest each */
int mapi_nl_put_losses(struct sk_buff *msg, int attr, const u64 *lost)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < MAPI_LOSS_NR; i++) {
		if (!lost[i])
			continue;
		nest = nla_nest_start(msg, attr);
		if (!nest || nla_put_u32(msg, MAPI_A_LOSS_REASON, i) ||
		    nla_put_u64_64bit(msg, MAPI_A_LOSS_PKTS, lost[i],
				      MAPI_A_LOSS_PAD))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

/* mapi_nl_may_admin - does who asks see all flows of his namespace */
bool mapi_nl_may_admin(struct sk_buff *skb)
{
	return netlink_ns_capable(skb, sock_net(skb->sk)->user_ns,
				  CAP_NET_ADMIN);
}

/* mapi_nl_may_see - does who asks see the flow without its descriptor */
bool mapi_nl_may_see(struct sk_buff *skb, const struct mapi_flow *flow)
{
	/* Not only who sends, but who opened the socket: he gets the answer. */
	return flow->net_cookie == sock_net(skb->sk)->net_cookie &&
	       ((uid_eq(flow->uid, current_euid()) &&
		 uid_eq(flow->uid, NETLINK_CB(skb).sk->sk_uid)) ||
		mapi_nl_may_admin(skb));
}

/*
 * The flow that a request names by FD, ID or NAME, with a reference. Called
 * without the mutex, since dropping a reference must be too.
 */
static struct mapi_flow *request_flow(struct sk_buff *skb,
				      struct genl_info *info, bool fd_only)
{
	struct nlattr *fd = info->attrs[MAPI_A_FLOW_FD];
	struct nlattr *id = info->attrs[MAPI_A_FLOW_ID];
	struct nlattr *name = info->attrs[MAPI_A_FLOW_NAME];
	struct mapi_errbuf err = {};
	struct mapi_flow *flow = NULL;
	int ret;

	if (fd) {
		flow = mapi_flow_of_fd(nla_get_s32(fd));
		if (!flow)
			mapi_err(&err, 0, MAPI_ERR_INVALID_FLOW,
				 "descriptor %d is not a flow", nla_get_s32(fd));
	} else if (fd_only) {
		mapi_err(&err, 0, MAPI_ERR_INVALID_FLOW,
			 "the descriptor of a flow is wanted");
	} else if (id || name) {
		mutex_lock(&mapi_mutex);
		if (id)
			flow = mapi_flow_by_id(nla_get_u32(id));
		else
			flow = mapi_flow_by_name(sock_net(skb->sk)->net_cookie,
						 nla_data(name), current_euid(),
						 mapi_nl_may_admin(skb));
		if (flow && mapi_nl_may_see(skb, flow))
			mapi_flow_get(flow);
		else
			flow = NULL;
		mutex_unlock(&mapi_mutex);
		if (!flow)
			mapi_err(&err, 0, MAPI_ERR_INVALID_FLOW, "no such flow");
	} else {
		mapi_err(&err, 0, MAPI_ERR_INVALID_FLOW, "no flow is named");
	}
	if (flow)
		return flow;
	ret = fd ? -EBADF : id || name ? -ENOENT : -EINVAL;
	return ERR_PTR(mapi_err_report(skb, info, ret, &err, fd ?: id ?: name));
}

/* What became of its packets, one count after the other. */
static void read_ledger(struct mapi_inst *inst, struct mapi_ledger *ledger)
{
	struct mapi_node_count in, out;

	mapi_result_lost(inst, ledger->lost);
	/* Against the stream: what has passed has come in. */
	mapi_result_node(inst->flow, inst->desc->behind, &out);
	smp_rmb();
	in = out;
	if (inst->desc->behind != inst->desc->node)
		mapi_result_node(inst->flow, inst->desc->node, &in);
	ledger->in = in.pkts;
	ledger->out = out.pkts;
}

static int put_kept(struct sk_buff *msg, const struct mapi_ledger *ledger)
{
	if (!ledger->keeps)
		return 0;
	return nla_put_u64_64bit(msg, MAPI_A_FUNC_TAKEN, ledger->taken,
				 MAPI_A_FUNC_PAD) ?:
	       nla_put_u64_64bit(msg, MAPI_A_FUNC_WAITING, ledger->waiting,
				 MAPI_A_FUNC_PAD);
}

/* @cut: where counts come from, if they are to be those of the same packets. */
static int put_inst(struct sk_buff *msg, struct mapi_inst *inst,
		    const struct mapi_cut *cut)
{
	const struct mapi_func *func = inst->func;
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	struct mapi_ledger ledger = {};

	if (cut)
		mapi_cut_func(cut, inst, &ledger);
	else if (inst->slots)
		read_ledger(inst, &ledger);
	if (!nest ||
	    nla_put_u32(msg, MAPI_A_FUNC_FID, inst->fid) ||
	    nla_put_string(msg, MAPI_A_FUNC_NAME, func->name) ||
	    nla_put_string(msg, MAPI_A_FUNC_LIBRARY, func->library) ||
	    nla_put_string(msg, MAPI_A_FUNC_OID, func->devoid) ||
	    mapi_args_put(msg, func, inst->args, inst->nr_args) ||
	    nla_put_u32(msg, MAPI_A_FUNC_RESULT_TYPE, func->result_type) ||
	    nla_put_u32(msg, MAPI_A_FUNC_RESULT_SIZE, inst->result_size) ||
	    nla_put_s32(msg, MAPI_A_FUNC_STATUS,
			inst->desc ? READ_ONCE(inst->desc->status) : 0) ||
	    nla_put_u32(msg, MAPI_A_FUNC_FLAGS, func->flags) ||
	    nla_put_u64_64bit(msg, MAPI_A_FUNC_PKTS, ledger.in,
			      MAPI_A_FUNC_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FUNC_PASSED, ledger.out,
			      MAPI_A_FUNC_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FUNC_FILTERED, ledger.in - ledger.out,
			      MAPI_A_FUNC_PAD) ||
	    put_kept(msg, &ledger) ||
	    mapi_nl_put_losses(msg, MAPI_A_FUNC_LOST, ledger.lost))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_insts(struct sk_buff *msg, struct mapi_flow *flow,
		     const struct mapi_cut *cut)
{
	struct mapi_inst *inst;

	list_for_each_entry(inst, &flow->insts, list)
		if (put_inst(msg, inst, cut))
			return -EMSGSIZE;
	return 0;
}

/* @ns: whose numbers users have for who reads it. @cut: as for put_inst(). */
static int put_flow(struct sk_buff *msg, struct mapi_flow *flow,
		    struct user_namespace *ns, const struct mapi_cut *cut)
{
	struct mapi_node_count in = {}, out = {};

	if (cut) {
		out.pkts = mapi_cut_node(cut, flow->nr_nodes - 1);
		in.pkts = mapi_cut_node(cut, 0);
	} else if (flow->nr_nodes) {
		mapi_result_node(flow, flow->nr_nodes - 1, &out);
		smp_rmb();	/* what is out has come in: never more */
		mapi_result_node(flow, 0, &in);
	}
	if (nla_put_u32(msg, MAPI_A_FLOW_ID, flow->id) ||
	    (flow->name[0] &&
	     nla_put_string(msg, MAPI_A_FLOW_NAME, flow->name)) ||
	    nla_put_string(msg, MAPI_A_FLOW_DEVICE, flow->devname) ||
	    nla_put_u32(msg, MAPI_A_FLOW_DEVICE_ID, flow->dev->id) ||
	    nla_put_u32(msg, MAPI_A_FLOW_IFINDEX, flow->dev->ifindex) ||
	    nla_put_u32(msg, MAPI_A_FLOW_DIRECTION, flow->direction) ||
	    nla_put_u32(msg, MAPI_A_FLOW_FLAGS, flow->flags) ||
	    nla_put_u32(msg, MAPI_A_FLOW_STATUS, flow->status) ||
	    nla_put_u32(msg, MAPI_A_FLOW_REASON, flow->reason) ||
	    nla_put_u32(msg, MAPI_A_FLOW_UID,
			from_kuid_munged(ns, flow->uid)) ||
	    nla_put_u32(msg, MAPI_A_FLOW_LINKTYPE, flow->dev->linktype) ||
	    nla_put_string(msg, MAPI_A_FLOW_DEVOID, flow->dev->oid) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_CREATED, flow->created,
			      MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_CONNECTED, flow->connected,
			      MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_ENDED, flow->ended,
			      MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_IN, in.pkts, MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_OUT, out.pkts, MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_MEMORY, flow->memory,
			      MAPI_A_FLOW_PAD) ||
	    nla_put_u64_64bit(msg, MAPI_A_FLOW_RESULT_SIZE, flow->map_size,
			      MAPI_A_FLOW_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_flow(struct sk_buff *msg, void *arg)
{
	return put_flow(msg, arg, current_user_ns(), NULL) ?:
	       put_insts(msg, arg, NULL);
}

struct flow_cut {
	struct mapi_flow *flow;
	struct mapi_cut *cut;
};

static int fill_cut(struct sk_buff *msg, void *arg)
{
	struct flow_cut *fc = arg;

	return put_flow(msg, fc->flow, current_user_ns(), fc->cut) ?:
	       put_insts(msg, fc->flow, fc->cut);
}

/* Without the functions: for a dump that they would not fit into. */
static int fill_brief(struct sk_buff *msg, void *arg)
{
	return put_flow(msg, arg, current_user_ns(), NULL);
}

struct flow_fd {
	struct mapi_flow *flow;
	int fd;
};

static int fill_flow_fd(struct sk_buff *msg, void *arg)
{
	struct flow_fd *f = arg;

	return nla_put_s32(msg, MAPI_A_FLOW_FD, f->fd) ?: fill_flow(msg, f->flow);
}

/* Reply with a new descriptor; one user of the flow is the descriptor's then. */
static int reply_fd(struct genl_info *info, struct mapi_flow *flow, u8 cmd)
{
	struct flow_fd f = { .flow = flow };
	struct file *file;
	int ret;

	f.fd = get_unused_fd_flags(O_CLOEXEC);
	if (f.fd < 0)
		return f.fd;
	file = mapi_flow_file(flow);
	if (IS_ERR(file)) {
		put_unused_fd(f.fd);
		return PTR_ERR(file);
	}
	mapi_flow_user_get(flow);
	ret = mapi_nl_reply(info, cmd, fill_flow_fd, &f);
	if (ret) {
		put_unused_fd(f.fd);
		fput(file);	/* and with it the user */
		return ret;
	}
	fd_install(f.fd, file);
	return 0;
}

static int nl_flow_new(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs, *bad = NULL;
	struct net *net = genl_info_net(info);
	u32 flags = 0, dir = MAPI_DIR_IN | MAPI_DIR_OUT;
	struct mapi_errbuf err = {};
	struct mapi_flow *flow;
	bool persistent;
	int ret;

	if (!netlink_ns_capable(skb, net->user_ns, CAP_NET_RAW)) {
		ret = mapi_err(&err, -EPERM, MAPI_ERR_PERMISSION,
			       "making a flow needs CAP_NET_RAW");
		goto out;
	}
	if (GENL_REQ_ATTR_CHECK(info, MAPI_A_FLOW_DEVICE)) {
		ret = mapi_err(&err, -EINVAL, MAPI_ERR_NO_DEVICE,
			       "the name of a device is wanted");
		goto out;
	}
	if (tb[MAPI_A_FLOW_FLAGS])
		flags = nla_get_u32(tb[MAPI_A_FLOW_FLAGS]);
	if (tb[MAPI_A_FLOW_DIRECTION])
		dir = nla_get_u32(tb[MAPI_A_FLOW_DIRECTION]);
	persistent = flags & MAPI_FLOW_F_PERSISTENT;
	if (persistent && !mapi_nl_may_admin(skb)) {
		ret = mapi_err(&err, -EPERM, MAPI_ERR_PERMISSION,
			       "making a persistent flow needs CAP_NET_ADMIN");
		goto out;
	}
	if (persistent != !!tb[MAPI_A_FLOW_NAME]) {
		ret = mapi_err(&err, -EINVAL, 0,
			       "a persistent flow, and no other, has a name");
		goto out;
	}
	mutex_lock(&mapi_mutex);
	flow = mapi_flow_new(net, nla_data(tb[MAPI_A_FLOW_DEVICE]),
			     persistent ? nla_data(tb[MAPI_A_FLOW_NAME]) : NULL,
			     flags, dir, &err);
	ret = PTR_ERR_OR_ZERO(flow);
	if (!ret) {
		ret = reply_fd(info, flow, MAPI_CMD_FLOW_NEW);
		if (!ret)
			mapi_event_flow(flow, MAPI_EVENT_NEW);
	} else if (ret == -ENODEV) {
		bad = tb[MAPI_A_FLOW_DEVICE];
	}
	mutex_unlock(&mapi_mutex);
	/* The user it was made with is the persistence, or nobody. */
	if (!IS_ERR(flow) && (ret || !persistent))
		mapi_flow_user_put(flow);
out:
	return mapi_err_report(skb, info, ret, &err, bad);
}

static int nl_flow_open(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_flow *flow;
	int ret = -ENOENT;

	if (!netlink_ns_capable(skb, genl_info_net(info)->user_ns, CAP_NET_RAW)) {
		NL_SET_ERR_MSG(info->extack, "opening a flow needs CAP_NET_RAW");
		return -EPERM;
	}
	flow = request_flow(skb, info, false);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	mutex_lock(&mapi_mutex);
	if (flow->flags & MAPI_FLOW_F_PERSISTENT && flow->users)
		ret = reply_fd(info, flow, MAPI_CMD_FLOW_OPEN);
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(flow);
	return ret;
}

/* The FUNC nest of a request, parsed. */
static int request_func(struct genl_info *info, struct nlattr **tb)
{
	struct nlattr *nest = info->attrs[MAPI_A_FLOW_FUNC];

	if (GENL_REQ_ATTR_CHECK(info, MAPI_A_FLOW_FUNC)) {
		NL_SET_ERR_MSG(info->extack, "a function is wanted");
		return -EINVAL;
	}
	return nla_parse_nested(tb, MAPI_A_FUNC_MAX, nest, mapi_func_policy,
				info->extack);
}

static int fill_fid(struct sk_buff *msg, void *arg)
{
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);

	if (!nest || nla_put_u32(msg, MAPI_A_FUNC_FID, *(u32 *)arg))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int nl_flow_apply(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MAPI_A_FUNC_MAX + 1], *name, *lib, *oid, *bad = NULL;
	struct mapi_errbuf err = {};
	struct mapi_flow *flow;
	struct mapi_func *func;
	struct mapi_arg *args;
	u32 fid;
	int ret;

	ret = request_func(info, tb);
	if (ret)
		return ret;
	flow = request_flow(skb, info, true);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	name = tb[MAPI_A_FUNC_NAME];
	lib = tb[MAPI_A_FUNC_LIBRARY];
	oid = tb[MAPI_A_FUNC_OID];
	mutex_lock(&mapi_mutex);
	bad = name;
	if (!name) {
		ret = mapi_err(&err, -EINVAL, MAPI_ERR_FUNCTION_NOT_FOUND,
			       "the name of a function is wanted");
		goto out;
	}
	func = mapi_func_find(nla_data(name), lib ? nla_data(lib) : NULL,
			      oid ? nla_data(oid) : NULL, flow->dev->oid, &err);
	ret = PTR_ERR_OR_ZERO(func);
	if (ret)
		goto out;
	bad = NULL;
	if (func->flags & MAPI_FUNC_F_ADMIN &&
	    (flow->net_cookie != sock_net(skb->sk)->net_cookie ||
	     !mapi_nl_may_admin(skb))) {
		ret = mapi_err(&err, -EPERM, MAPI_ERR_PERMISSION,
			       "%s needs CAP_NET_ADMIN", func->name);
		mapi_func_put(func);
		goto out;
	}
	ret = mapi_args_parse(func, info->attrs[MAPI_A_FLOW_FUNC], &args, NULL,
			      &err, info->extack);
	if (ret) {
		mapi_func_put(func);
		goto out;
	}
	ret = mapi_flow_apply(flow, func, args, NETLINK_CB(skb).sk->sk_uid,
			      &err);
	if (ret > 0) {
		fid = ret;
		ret = mapi_nl_reply(info, MAPI_CMD_FLOW_APPLY, fill_fid, &fid);
	}
out:
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(flow);
	return mapi_err_report(skb, info, ret, &err, bad);
}

static int nl_flow_connect(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_errbuf err = {};
	struct mapi_flow *flow;
	int ret;

	flow = request_flow(skb, info, true);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	mutex_lock(&mapi_mutex);
	ret = mapi_flow_connect(flow, &err);
	if (!ret)
		ret = mapi_nl_reply(info, MAPI_CMD_FLOW_CONNECT, fill_flow, flow);
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(flow);
	return mapi_err_report(skb, info, ret, &err, NULL);
}

static int reply_cut(struct genl_info *info, struct mapi_flow *flow)
{
	struct flow_cut fc = { .flow = flow, .cut = mapi_cut_new(flow) };
	int ret;

	if (!fc.cut)
		return -ENOMEM;
	ret = mapi_nl_reply(info, MAPI_CMD_FLOW_GET, fill_cut, &fc);
	mapi_cut_free(fc.cut);
	return ret;
}

static int nl_flow_get(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_flow *flow = request_flow(skb, info, false);
	int ret;

	if (IS_ERR(flow))
		return PTR_ERR(flow);
	mutex_lock(&mapi_mutex);
	if (info->attrs[MAPI_A_FLOW_CUT] && flow->nr_nodes)
		ret = reply_cut(info, flow);
	else
		ret = mapi_nl_reply(info, MAPI_CMD_FLOW_GET, fill_flow, flow);
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(flow);
	return ret;
}

static int dump_flow(struct sk_buff *skb, struct netlink_callback *cb,
		     struct mapi_flow *flow,
		     int (*fill)(struct sk_buff *msg, void *arg))
{
	void *hdr = mapi_nl_put_hdr(skb, NETLINK_CB(cb->skb).portid,
				    cb->nlh->nlmsg_seq, NLM_F_MULTI,
				    MAPI_CMD_FLOW_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (fill(skb, flow)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mapi_flow *flow;
	bool empty;

	mutex_lock(&mapi_mutex);
	while ((flow = mapi_flow_next(cb->args[0]))) {
		if (mapi_nl_may_see(cb->skb, flow)) {
			empty = !skb->len;
			if (dump_flow(skb, cb, flow, fill_flow) &&
			    (!empty || dump_flow(skb, cb, flow, fill_brief)))
				break;
		}
		cb->args[0] = flow->id + 1;
	}
	mutex_unlock(&mapi_mutex);
	return skb->len;
}

static int flow_change(struct mapi_inst *inst, struct genl_info *info,
		       struct mapi_errbuf *err)
{
	struct mapi_arg *args;
	int ret;

	if (!inst->func->change_args)
		return mapi_err(err, -EOPNOTSUPP, MAPI_ERR_COULD_NOT_APPLY,
				"%s: arguments cannot be changed",
				inst->func->name);
	ret = mapi_args_parse(inst->func, info->attrs[MAPI_A_FLOW_FUNC], &args,
			      inst->args, err, info->extack);
	if (ret)
		return ret;
	ret = mapi_flow_charge(inst->flow, mapi_args_size(args, inst->nr_args),
			       err);
	if (ret)
		goto out;
	inst->err = err;
	ret = inst->func->change_args(inst, args, inst->nr_args);
	inst->err = NULL;
	if (!ret)
		swap(inst->args, args);
	mapi_flow_uncharge(inst->flow, mapi_args_size(args, inst->nr_args));
out:
	mapi_args_free(args, inst->nr_args);
	return ret;
}

static int nl_flow_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MAPI_A_FUNC_MAX + 1];
	struct mapi_errbuf err = {};
	struct mapi_inst *inst;
	struct mapi_flow *flow;
	int ret;

	ret = request_func(info, tb);
	if (ret)
		return ret;
	flow = request_flow(skb, info, false);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	mutex_lock(&mapi_mutex);
	inst = tb[MAPI_A_FUNC_FID] ?
	       mapi_flow_inst(flow, nla_get_u32(tb[MAPI_A_FUNC_FID])) : NULL;
	if (!inst)
		ret = mapi_err(&err, -ENOENT, MAPI_ERR_INVALID_FID,
			       "the flow has no such function");
	else if (flow->status != MAPI_FLOW_ACTIVE)
		ret = mapi_err(&err, -ENOTCONN, MAPI_ERR_NOT_CONNECTED,
			       "the flow is not connected");
	else if (tb[MAPI_A_FUNC_RESET])
		ret = mapi_flow_reset(inst, &err);
	else
		ret = flow_change(inst, info, &err);
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(flow);
	return mapi_err_report(skb, info, ret, &err, NULL);
}

static int nl_flow_del(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_flow *flow = request_flow(skb, info, false);
	bool persistent;

	if (IS_ERR(flow))
		return PTR_ERR(flow);
	mutex_lock(&mapi_mutex);
	persistent = flow->flags & MAPI_FLOW_F_PERSISTENT;
	flow->flags &= ~MAPI_FLOW_F_PERSISTENT;
	mapi_flow_stop(flow, MAPI_END_DELETED);
	mapi_flow_delete(flow);
	mutex_unlock(&mapi_mutex);
	if (persistent)
		mapi_flow_user_put(flow);
	mapi_flow_put(flow);
	return 0;
}

struct result_req {
	struct mapi_flow *flow;
	u32 fid;		/* 0: all */
};

/* A longer result does not fit into attributes: it can be mapped only. */
#define RESULT_MAX	60000

static int put_result(struct sk_buff *msg, struct mapi_inst *inst, bool all)
{
	struct nlattr *nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	u64 *words;
	int ret;

	if (!nest || nla_put_u32(msg, MAPI_A_FUNC_FID, inst->fid) ||
	    nla_put_string(msg, MAPI_A_FUNC_NAME, inst->func->name) ||
	    nla_put_u32(msg, MAPI_A_FUNC_RESULT_TYPE, inst->func->result_type))
		return -EMSGSIZE;
	if (inst->result_size > RESULT_MAX && !all)
		return -EFBIG;
	if (inst->func->result_type != MAPI_RESULT_NONE && inst->result_size &&
	    inst->result_size <= RESULT_MAX) {
		words = kvzalloc(2 * inst->result_size, GFP_KERNEL);
		if (!words)
			return -ENOMEM;
		mapi_result_merge(inst, words);
		ret = nla_put(msg, MAPI_A_FUNC_RESULT, inst->result_size, words);
		kvfree(words);
		if (ret)
			return ret;
	}
	nla_nest_end(msg, nest);
	return 0;
}

static int fill_result(struct sk_buff *msg, void *arg)
{
	struct result_req *req = arg;
	struct mapi_flow *flow = req->flow;
	struct mapi_inst *inst;
	int ret;

	if (nla_put_u32(msg, MAPI_A_FLOW_ID, flow->id) ||
	    nla_put_u32(msg, MAPI_A_FLOW_STATUS, flow->status) ||
	    nla_put_u32(msg, MAPI_A_FLOW_REASON, flow->reason))
		return -EMSGSIZE;
	list_for_each_entry(inst, &flow->insts, list) {
		if (req->fid && req->fid != inst->fid)
			continue;
		ret = put_result(msg, inst, !req->fid);
		if (ret)
			return ret;
	}
	return 0;
}

static int nl_result_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MAPI_A_FUNC_MAX + 1] = {};
	struct mapi_errbuf err = {};
	struct result_req req = {};
	int ret;

	if (info->attrs[MAPI_A_FLOW_FUNC]) {
		ret = request_func(info, tb);
		if (ret)
			return ret;
	}
	req.flow = request_flow(skb, info, false);
	if (IS_ERR(req.flow))
		return PTR_ERR(req.flow);
	if (tb[MAPI_A_FUNC_FID])
		req.fid = nla_get_u32(tb[MAPI_A_FUNC_FID]);
	mutex_lock(&mapi_mutex);
	if (!req.flow->connected)
		ret = mapi_err(&err, -ENOTCONN, MAPI_ERR_NOT_CONNECTED,
			       "the flow is not connected");
	else if (req.fid && !mapi_flow_inst(req.flow, req.fid))
		ret = mapi_err(&err, -ENOENT, MAPI_ERR_INVALID_FID,
			       "the flow has no such function");
	else
		ret = mapi_nl_reply(info, MAPI_CMD_RESULT_GET, fill_result, &req);
	if (ret == -EFBIG)
		mapi_err(&err, ret, 0, "the result is too long for a message");
	mutex_unlock(&mapi_mutex);
	mapi_flow_put(req.flow);
	return mapi_err_report(skb, info, ret, &err, NULL);
}

static const struct genl_multicast_group mcgrps[] = {
	{ .name = MAPI_MCGRP_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* With a reference, or %NULL if it is on its way out. */
static struct net *net_by_cookie(u64 cookie)
{
	struct net *net, *found = NULL;

	rcu_read_lock();
	for_each_net_rcu(net) {
		if (net->net_cookie == cookie) {
			found = maybe_get_net(net);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * mapi_inst_net - the namespace that a function's flow belongs to
 * @inst: the function
 *
 * Return: it, with a reference; %NULL if it is on its way out. Any context.
 */
struct net *mapi_inst_net(const struct mapi_inst *inst)
{
	return net_by_cookie(inst->flow->net_cookie);
}
EXPORT_SYMBOL_GPL(mapi_inst_net);

/**
 * struct event - what listeners are told
 * @flow: about a flow
 * @dev: or a device
 * @what: what happened
 * @fid: with %MAPI_EVENT_DIVERGED, the function, 0: none
 * @how: and how it diverged
 * @net: where they listen
 */
struct event {
	struct mapi_flow *flow;
	struct mapi_dev *dev;
	enum mapi_event what;
	u32 fid;
	enum mapi_diverged how;
	struct net *net;
};

static int fill_flow_event(struct sk_buff *msg, const struct event *ev)
{
	return nla_put_u32(msg, MAPI_A_FLOW_EVENT, ev->what) ?:
	       put_flow(msg, ev->flow, ev->net->user_ns, NULL);
}

static int fill_diverged(struct sk_buff *msg, const struct event *ev)
{
	const struct mapi_inst *inst = mapi_flow_inst(ev->flow, ev->fid);
	struct nlattr *nest;

	if (fill_flow_event(msg, ev))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	if (!nest || nla_put_u32(msg, MAPI_A_FUNC_FID, ev->fid) ||
	    (inst && nla_put_string(msg, MAPI_A_FUNC_NAME, inst->func->name)) ||
	    nla_put_u32(msg, MAPI_A_FUNC_DIVERGED, ev->how))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int fill_device_event(struct sk_buff *msg, const struct event *ev)
{
	return nla_put_u32(msg, MAPI_A_DEVICE_EVENT, ev->what) ?:
	       mapi_dev_describe(msg, ev->dev);
}

/* Events stay in their namespace: only its administrator is to see them. */
static void event_send(u64 net_cookie, u8 cmd, struct event *ev,
		       int (*fill)(struct sk_buff *msg, const struct event *ev))
{
	struct sk_buff *msg;
	void *hdr;

	/* In whatever namespace. */
	if (!genl_has_listeners(&family, &init_net, 0))
		return;
	ev->net = net_by_cookie(net_cookie);
	if (!ev->net)
		return;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		goto out;
	hdr = mapi_nl_put_hdr(msg, 0, 0, 0, cmd);
	if (!hdr || fill(msg, ev)) {
		nlmsg_free(msg);
		goto out;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast_netns(&family, ev->net, msg, 0, 0, GFP_KERNEL);
out:
	put_net(ev->net);
}

/* mapi_event_flow - tell listeners about a flow; mapi_mutex held */
void mapi_event_flow(struct mapi_flow *flow, enum mapi_event event)
{
	struct event ev = { .flow = flow, .what = event };

	event_send(flow->net_cookie, MAPI_CMD_FLOW_NTF, &ev, fill_flow_event);
}

/* mapi_event_device - tell listeners about a device; mapi_mutex held */
void mapi_event_device(struct mapi_dev *dev, enum mapi_event event)
{
	struct event ev = { .dev = dev, .what = event };

	event_send(dev->net_cookie, MAPI_CMD_DEVICE_NTF, &ev, fill_device_event);
}

/* mapi_event_diverged - tell them that the plan was wrong; mapi_mutex held */
void mapi_event_diverged(struct mapi_flow *flow, u32 fid, enum mapi_diverged how)
{
	struct event ev = {
		.flow = flow,
		.what = MAPI_EVENT_DIVERGED,
		.fid = fid,
		.how = how,
	};

	event_send(flow->net_cookie, MAPI_CMD_FLOW_NTF, &ev, fill_diverged);
}

#define OP(_cmd, _set, _max, _doit, _dumpit) {				\
	.cmd = _cmd,							\
	.doit = _doit,							\
	.dumpit = _dumpit,						\
	.policy = mapi_##_set##_policy,					\
	.maxattr = _max,						\
}

static const struct genl_ops ops[] = {
	OP(MAPI_CMD_FLOW_NEW, flow, MAPI_A_FLOW_MAX, nl_flow_new, NULL),
	OP(MAPI_CMD_FLOW_OPEN, flow, MAPI_A_FLOW_MAX, nl_flow_open, NULL),
	OP(MAPI_CMD_FLOW_APPLY, flow, MAPI_A_FLOW_MAX, nl_flow_apply, NULL),
	OP(MAPI_CMD_FLOW_CONNECT, flow, MAPI_A_FLOW_MAX, nl_flow_connect, NULL),
	OP(MAPI_CMD_FLOW_GET, flow, MAPI_A_FLOW_MAX, nl_flow_get, nl_flow_dump),
	OP(MAPI_CMD_FLOW_SET, flow, MAPI_A_FLOW_MAX, nl_flow_set, NULL),
	OP(MAPI_CMD_FLOW_DEL, flow, MAPI_A_FLOW_MAX, nl_flow_del, NULL),
	OP(MAPI_CMD_RESULT_GET, flow, MAPI_A_FLOW_MAX, nl_result_get, NULL),
	OP(MAPI_CMD_DEVICE_GET, device, MAPI_A_DEVICE_MAX,
	   mapi_nl_device_get, mapi_nl_device_dump),
	OP(MAPI_CMD_DEVICE_SET, device, MAPI_A_DEVICE_MAX,
	   mapi_nl_device_set, NULL),
	OP(MAPI_CMD_DEVICE_NEW, device, MAPI_A_DEVICE_MAX,
	   mapi_nl_device_new, NULL),
	OP(MAPI_CMD_FUNCTION_GET, function, MAPI_A_FUNCTION_MAX,
	   mapi_nl_function_get, mapi_nl_function_dump),
	OP(MAPI_CMD_LIMIT_GET, limit, MAPI_A_LIMIT_MAX,
	   mapi_nl_limit_get, mapi_nl_limit_dump),
	OP(MAPI_CMD_LIMIT_SET, limit, MAPI_A_LIMIT_MAX,
	   mapi_nl_limit_set, NULL),
	{
		.cmd = MAPI_CMD_PLAN_GET,
		.start = mapi_nl_plan_start,
		.dumpit = mapi_nl_plan_dump,
		.policy = mapi_plan_policy,
		.maxattr = MAPI_A_PLAN_MAX,
	},
};

static struct genl_family family __ro_after_init = {
	.name		= MAPI_FAMILY_NAME,
	.version	= MAPI_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= mcgrps,
	.n_mcgrps	= ARRAY_SIZE(mcgrps),
};

int __init mapi_netlink_init(void)
{
	return genl_register_family(&family);
}

void mapi_netlink_exit(void)
{
	genl_unregister_family(&family);
}
