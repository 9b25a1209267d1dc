// SPDX-License-Identifier: GPL-2.0
/*
 * Flows, from creation to the last reference.
 *
 * A flow has users: descriptors, and its persistence. With the last one it is
 * stopped, if it runs: it leaves the plan, and when no packet can be in it any
 * more, end_work ends its functions and drops the reference that the plan
 * held. The memory goes with the last reference.
 */
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "plan.h"

/* Under mapi_mutex. */
static DEFINE_IDR(flows);

static bool flow_name_valid(const char *name)
{
	const char *p;

	if (!isalpha(name[0]))
		return false;
	for (p = name; *p; p++)
		if (!isalnum(*p) && !strchr("._-", *p))
			return false;
	return true;
}

int mapi_flow_charge(struct mapi_flow *flow, u64 bytes, struct mapi_errbuf *err)
{
	int ret = mapi_user_charge(flow->user, bytes, err);

	if (!ret)
		flow->memory += bytes;
	return ret;
}

void mapi_flow_uncharge(struct mapi_flow *flow, u64 bytes)
{
	flow->memory -= bytes;
	mapi_user_uncharge(flow->user, bytes);
}

/**
 * mapi_inst_charge - charge the flow's owner for memory
 * @inst: the function that allocates it
 * @bytes: how much
 *
 * Context: instance(), init() or change_args(). Return: 0 or %-EDQUOT, with
 * the explanation made.
 */
int mapi_inst_charge(struct mapi_inst *inst, size_t bytes)
{
	return mapi_flow_charge(inst->flow, bytes, inst->err);
}
EXPORT_SYMBOL_GPL(mapi_inst_charge);

/* mapi_inst_uncharge - the memory is freed; in cleanup() or on failure */
void mapi_inst_uncharge(struct mapi_inst *inst, size_t bytes)
{
	mapi_flow_uncharge(inst->flow, bytes);
}
EXPORT_SYMBOL_GPL(mapi_inst_uncharge);

/* mapi_inst_wake - readers in poll() shall look again; any context */
void mapi_inst_wake(struct mapi_inst *inst)
{
	wake_up_interruptible_poll(&inst->flow->wq, EPOLLIN | EPOLLRDNORM);
}
EXPORT_SYMBOL_GPL(mapi_inst_wake);

/**
 * mapi_inst_failed - a function cannot go on
 * @inst: the function; its flow stays, packets pass through it
 * @err: negative errno, for the owner to read
 */
void mapi_inst_failed(struct mapi_inst *inst, int err)
{
	WRITE_ONCE(inst->desc->status, err);
	mapi_inst_wake(inst);
}
EXPORT_SYMBOL_GPL(mapi_inst_failed);

/**
 * mapi_inst_wq - where a function queues work that may wait for a file system
 * @inst: the function; it has end()
 *
 * Context: from init() on. All work must be over when end() returns, or, if the
 * flow was never connected, not have been queued.
 */
struct workqueue_struct *mapi_inst_wq(const struct mapi_inst *inst)
{
	return inst->flow->slow_wq;
}

/* What an instance takes, besides what the function allocates itself. */
static u64 inst_size(const struct mapi_func *func, const struct mapi_arg *args)
{
	return sizeof(struct mapi_inst) + func->priv_size +
	       mapi_args_size(args, func->nr_args);
}

static void inst_free(struct mapi_inst *inst)
{
	if (inst->args_key)
		mapi_flow_uncharge(inst->flow, inst->key_len);
	kfree(inst->args_key);
	mapi_refs_put(inst);
	if (inst->func->cleanup)
		inst->func->cleanup(inst);
	mapi_flow_uncharge(inst->flow, inst_size(inst->func, inst->args));
	mapi_user_uncharge_func(inst->flow->user);
	mapi_args_free(inst->args, inst->nr_args);
	kvfree(inst->priv);
	mapi_func_put(inst->func);
	kfree(inst);
}

/*
 * No reference is left, so nobody can find it and no packet is in it. Nothing
 * waits for a file system here: what a file wanted was done before, or has
 * never begun.
 */
static void flow_free(struct mapi_flow *flow)
{
	struct mapi_inst *inst, *next;

	if (flow->slow_wq)
		destroy_workqueue(flow->slow_wq);
	list_for_each_entry_safe(inst, next, &flow->insts, list) {
		list_del(&inst->list);
		inst_free(inst);
	}
	mapi_plan_put(flow);
	mapi_result_free(flow);
	mapi_flow_uncharge(flow, sizeof(*flow));
	mapi_user_uncharge_flow(flow->user);
	mapi_user_put(flow->user);
	mutex_lock(&mapi_mutex);
	list_del(&flow->on_dev);
	mapi_dev_put(flow->dev);
	mutex_unlock(&mapi_mutex);
	kfree(flow);
	module_put(THIS_MODULE);
}

void mapi_flow_get(struct mapi_flow *flow)
{
	refcount_inc(&flow->refs);
}

static void flow_free_work(struct work_struct *work)
{
	flow_free(container_of(work, struct mapi_flow, free_work));
}

/* mapi_flow_put - drop a reference; mapi_mutex not held, may sleep */
void mapi_flow_put(struct mapi_flow *flow)
{
	if (!refcount_dec_and_test(&flow->refs))
		return;
	/* A queue cannot be destroyed by work of its own. */
	if (current_work() == &flow->end_work.work)
		queue_work(mapi_wq, &flow->free_work);
	else
		flow_free(flow);
}

/* mapi_flow_put_later - drop a reference, in any context that may not sleep for it */
void mapi_flow_put_later(struct mapi_flow *flow)
{
	if (refcount_dec_and_test(&flow->refs))
		queue_work(mapi_wq, &flow->free_work);
}

/* It gets no more packets: what it refers to may go. */
static void put_refs(struct mapi_flow *flow)
{
	struct mapi_inst *inst;

	list_for_each_entry(inst, &flow->insts, list)
		mapi_refs_put(inst);
}

/* The last packet has left the flow. */
static void flow_end_work(struct work_struct *work)
{
	struct mapi_flow *flow = container_of(to_rcu_work(work),
					      struct mapi_flow, end_work);
	struct mapi_inst *inst;

	list_for_each_entry(inst, &flow->insts, list)
		if (inst->func->end)
			inst->func->end(inst);
	mutex_lock(&mapi_mutex);
	put_refs(flow);
	flow->status = flow->reason == MAPI_END_EOF ||
		       flow->reason == MAPI_END_BROKEN ? MAPI_FLOW_FINISHED :
							 MAPI_FLOW_CLOSED;
	flow->ended = ktime_get_real_ns();
	mapi_result_status(flow);
	if (flow->reason)
		mapi_event_flow(flow, MAPI_EVENT_END);
	mutex_unlock(&mapi_mutex);
	complete_all(&flow->done);
	wake_up_interruptible_poll(&flow->wq, EPOLLIN | EPOLLHUP);
	mapi_flow_put(flow);
}

/* One connected flow more or less on its device: the source is told. */
static int dev_restart(struct mapi_flow *flow, int n, struct mapi_errbuf *err)
{
	struct mapi_dev *dev = flow->dev;
	struct mapi_want want = dev->want;
	int ret;

	want.flows += n;
	if (flow->direction & MAPI_DIR_OUT)
		want.out += n;
	if (!(flow->flags & MAPI_FLOW_F_NOPROMISC))
		want.promisc += n;
	ret = dev->source->start(dev, &want, err);
	if (!ret || n < 0)
		dev->want = want;
	return ret;
}

/* Out of the plan already: the functions end when no packet is in them. */
static void flow_end(struct mapi_flow *flow, enum mapi_end_reason reason)
{
	flow->reason = reason;
	WRITE_ONCE(flow->status, MAPI_FLOW_CLOSED);
	queue_rcu_work(flow->slow_wq ?: mapi_wq, &flow->end_work);
}

/**
 * mapi_flow_stop - no more packets for a flow
 * @flow: any flow
 * @reason: why, or %MAPI_END_NONE if the owner closed it
 *
 * Its functions end, and its status changes, a grace period later.
 *
 * Context: mapi_mutex held.
 */
void mapi_flow_stop(struct mapi_flow *flow, enum mapi_end_reason reason)
{
	if (flow->status == MAPI_FLOW_INIT) {
		flow->reason = reason;
		flow->ended = ktime_get_real_ns();
		WRITE_ONCE(flow->status, MAPI_FLOW_CLOSED);
		put_refs(flow);
		wake_up_interruptible_poll(&flow->wq, EPOLLIN | EPOLLHUP);
		return;
	}
	if (flow->status != MAPI_FLOW_ACTIVE)
		return;
	mapi_plan_remove(flow);
	flow_end(flow, reason);
	dev_restart(flow, -1, NULL);
}

/**
 * mapi_flow_stop_all - no more packets for the flows of a device
 * @dev: the device; the caller has a reference
 * @reason: why
 *
 * Context: mapi_mutex held.
 */
void mapi_flow_stop_all(struct mapi_dev *dev, enum mapi_end_reason reason)
{
	struct mapi_want none = {};
	struct mapi_flow *flow;

	RCU_INIT_POINTER(dev->plan, NULL);
	dev->source->start(dev, &none, NULL);
	dev->want = none;
	list_for_each_entry(flow, &dev->flows, on_dev) {
		if (flow->status == MAPI_FLOW_ACTIVE) {
			mapi_plan_remove(flow);
			flow_end(flow, reason);
		} else {
			mapi_flow_stop(flow, reason);
		}
	}
}

/**
 * mapi_flow_new - make a flow
 * @net: namespace of the caller
 * @device: name of the device
 * @name: name of a persistent flow, or %NULL
 * @flags: MAPI_FLOW_F_*
 * @direction: MAPI_DIR_*
 * @err: filled in on failure
 *
 * Context: mapi_mutex held; the caller may make flows. Return: a flow with one
 * user, whose reference is the caller's, or an ERR_PTR().
 */
struct mapi_flow *mapi_flow_new(struct net *net, const char *device,
				const char *name, u32 flags, u32 direction,
				struct mapi_errbuf *err)
{
	struct mapi_flow *flow;
	int ret;

	if (name && !flow_name_valid(name))
		return ERR_PTR(mapi_err(err, -EINVAL, 0,
					"a flow's name is letters, digits, . _ and -, a letter first"));
	flow = kzalloc(sizeof(*flow), GFP_KERNEL_ACCOUNT);
	if (!flow)
		return ERR_PTR(-ENOMEM);
	refcount_set(&flow->refs, 1);
	flow->users = 1;
	flow->flags = flags;
	flow->direction = direction;
	flow->uid = current_euid();
	flow->tgid = current->tgid;
	flow->net_cookie = net->net_cookie;
	flow->created = ktime_get_real_ns();
	INIT_LIST_HEAD(&flow->insts);
	init_waitqueue_head(&flow->wq);
	INIT_RCU_WORK(&flow->end_work, flow_end_work);
	init_completion(&flow->done);
	INIT_WORK(&flow->free_work, flow_free_work);
	if (name)
		strscpy(flow->name, name, sizeof(flow->name));

	ret = -ENOMEM;
	flow->user = mapi_user_get(flow->uid);
	if (!flow->user)
		goto err_free;
	ret = mapi_user_charge_flow(flow->user, err);
	if (ret)
		goto err_user;
	ret = mapi_flow_charge(flow, sizeof(*flow), err);
	if (ret)
		goto err_flow;
	flow->dev = mapi_dev_open(net, device, err);
	if (IS_ERR(flow->dev)) {
		ret = PTR_ERR(flow->dev);
		goto err_memory;
	}
	strscpy(flow->devname, strncmp(device, "/dev/", 5) ? device : device + 5,
		sizeof(flow->devname));
	/* mapi_dev_open() may have dropped the mutex. */
	if (name && mapi_flow_by_name(flow->net_cookie, name, flow->uid, true)) {
		ret = mapi_err(err, -EEXIST, 0, "there is a flow of that name");
		goto err_dev;
	}
	ret = idr_alloc_cyclic(&flows, flow, 1, INT_MAX, GFP_KERNEL_ACCOUNT);
	if (ret < 0)
		goto err_dev;
	flow->id = ret;
	list_add_tail(&flow->on_dev, &flow->dev->flows);
	__module_get(THIS_MODULE);
	return flow;

err_dev:
	mapi_dev_put(flow->dev);
err_memory:
	mapi_flow_uncharge(flow, sizeof(*flow));
err_flow:
	mapi_user_uncharge_flow(flow->user);
err_user:
	mapi_user_put(flow->user);
err_free:
	kfree(flow);
	return ERR_PTR(ret);
}

/* mapi_flow_delete - cannot be found any more; mapi_mutex held */
void mapi_flow_delete(struct mapi_flow *flow)
{
	if (flow->deleted)
		return;
	flow->deleted = true;
	idr_remove(&flows, flow->id);
	mapi_event_flow(flow, MAPI_EVENT_DEL);
}

void mapi_flow_user_get(struct mapi_flow *flow)
{
	lockdep_assert_held(&mapi_mutex);
	flow->users++;
}

/**
 * mapi_flow_user_put - a descriptor was closed, or the persistence ended
 * @flow: the flow; may be gone on return
 *
 * Context: mapi_mutex not held, may sleep.
 */
void mapi_flow_user_put(struct mapi_flow *flow)
{
	bool last;

	mutex_lock(&mapi_mutex);
	last = !--flow->users;
	if (last) {
		mapi_flow_stop(flow, MAPI_END_NONE);
		mapi_flow_delete(flow);
	}
	mutex_unlock(&mapi_mutex);
	if (last)
		mapi_flow_put(flow);
}

/*
 * How long a process that ends waits for the files that it leaves: it cannot
 * be killed any more, and a file system may never answer. Once it did not, no
 * process of the user waits for a while.
 */
#define EXIT_WAIT	(2 * HZ)
#define EXIT_NO_WAIT	(10 * HZ)

static void flow_wait_exit(struct mapi_flow *flow)
{
	unsigned long *stuck = mapi_user_stuck(flow->user);

	/* What was killed is to be gone. */
	if ((current->exit_code & 0x7f) == SIGKILL ||
	    time_is_after_jiffies(READ_ONCE(*stuck) + EXIT_NO_WAIT))
		return;
	if (!wait_for_completion_timeout(&flow->done, EXIT_WAIT))
		WRITE_ONCE(*stuck, jiffies);
}

/*
 * Its functions have ended. Another flow that refers to it may keep it for long, but
 * not the files: who has closed it may unmount what they are on.
 */
static void put_files(struct mapi_flow *flow)
{
	struct mapi_inst *inst;

	mutex_lock(&mapi_mutex);
	list_for_each_entry(inst, &flow->insts, list)
		mapi_args_put_files(inst->args, inst->nr_args);
	mutex_unlock(&mapi_mutex);
}

/*
 * Descriptors are also closed for others: by kernel threads, and by those who
 * were sent one that they did not ask for.
 */
static void flow_wait(struct mapi_flow *flow)
{
	if (current->flags & PF_KTHREAD ||
	    (!uid_eq(current_euid(), flow->uid) && current->tgid != flow->tgid))
		return;
	if (current->flags & PF_EXITING)
		flow_wait_exit(flow);
	else
		wait_for_completion_killable(&flow->done);
	/* So that what it held is given back when close() returns. */
	if (completion_done(&flow->done)) {
		flush_rcu_work(&flow->end_work);
		put_files(flow);
	}
}

/**
 * mapi_flow_close - a descriptor was closed
 * @flow: the flow; may be gone on return
 *
 * Its owner waits until functions that have something to finish have: who
 * closes a flow that writes a file finds the file complete. That may take as
 * long as the file system likes, so nobody waits in a netlink request.
 *
 * Context: close(). mapi_mutex not held, may sleep.
 */
void mapi_flow_close(struct mapi_flow *flow)
{
	mapi_flow_get(flow);
	mapi_flow_user_put(flow);
	if (flow->slow_wq && flow->connected &&
	    READ_ONCE(flow->status) != MAPI_FLOW_ACTIVE)
		flow_wait(flow);
	mapi_flow_put(flow);
}

/* mapi_flow_by_id - a flow, without a reference; mapi_mutex held */
struct mapi_flow *mapi_flow_by_id(u32 id)
{
	return id > INT_MAX ? NULL : idr_find(&flows, id);
}

/* mapi_flow_next - the first flow with at least that number; mapi_mutex held */
struct mapi_flow *mapi_flow_next(u32 id)
{
	int next = id;

	return id > INT_MAX ? NULL : idr_get_next(&flows, &next);
}

/**
 * mapi_flow_by_name - a persistent flow, without a reference
 * @net_cookie: its namespace
 * @name: its name
 * @uid: only of this owner, unless
 * @any: of any owner
 *
 * Context: mapi_mutex held.
 */
struct mapi_flow *mapi_flow_by_name(u64 net_cookie, const char *name,
				    kuid_t uid, bool any)
{
	struct mapi_flow *flow;
	int id;

	idr_for_each_entry(&flows, flow, id)
		if (flow->net_cookie == net_cookie && flow->name[0] &&
		    !strcmp(flow->name, name) && (any || uid_eq(flow->uid, uid)))
			return flow;
	return NULL;
}

/* mapi_flow_inst - a function of a flow by its number, or %NULL */
struct mapi_inst *mapi_flow_inst(struct mapi_flow *flow, u32 fid)
{
	struct mapi_inst *inst;

	list_for_each_entry(inst, &flow->insts, list)
		if (inst->fid == fid)
			return inst;
	return NULL;
}

/* A flow that no longer is what the request needs. */
static int flow_check_init(struct mapi_flow *flow, const char *what,
			   struct mapi_errbuf *err)
{
	switch (flow->status) {
	case MAPI_FLOW_INIT:
		return 0;
	case MAPI_FLOW_ACTIVE:
		return mapi_err(err, -EBUSY,
				what ? MAPI_ERR_COULD_NOT_APPLY :
				       MAPI_ERR_ALREADY_ACTIVE,
				what ? "%s: the flow is connected already" :
				       "the flow is connected already", what);
	default:
		return mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
				"the flow has ended: its device is gone, or it was deleted");
	}
}

/* Filters whose arguments say all about them. */
static int inst_key(struct mapi_inst *inst, struct mapi_errbuf *err)
{
	const struct mapi_func *func = inst->func;
	u32 len;
	int ret;

	if (func->change_args)
		inst->key = NULL;
	if (inst->key || !(func->flags & MAPI_FUNC_F_PURE) || func->change_args)
		return 0;
	inst->key = mapi_args_key(inst->args, inst->nr_args, &len);
	if (!inst->key)
		return -ENOMEM;
	ret = mapi_flow_charge(inst->flow, len, err);
	if (ret) {
		kfree(inst->key);
		return ret;
	}
	inst->key_len = len;
	inst->args_key = (void *)inst->key;
	return 0;
}

/**
 * mapi_flow_apply - append a function
 * @flow: not connected
 * @func: the function; its reference is the flow's now, whatever happens
 * @args: its arguments, likewise
 * @asker: as for mapi_refs_find()
 * @err: filled in on failure
 *
 * Context: mapi_mutex held. Return: the function's number, or a negative errno.
 */
int mapi_flow_apply(struct mapi_flow *flow, const struct mapi_func *func,
		    struct mapi_arg *args, kuid_t asker, struct mapi_errbuf *err)
{
	u64 bytes = inst_size(func, args);
	struct mapi_inst *inst;
	int ret;

	ret = flow_check_init(flow, func->name, err);
	if (ret)
		goto err_args;
	if (flow->area) {
		ret = mapi_err(err, -EBUSY, MAPI_ERR_COULD_NOT_APPLY,
			       "%s: connecting the flow has failed: it can be tried again, or the flow be closed",
			       func->name);
		goto err_args;
	}
	if (flow->nr_insts == MAPI_FUNCS_MAX) {
		ret = mapi_err(err, -E2BIG, MAPI_ERR_COULD_NOT_APPLY,
			       "%s: the flow has %u functions already",
			       func->name, MAPI_FUNCS_MAX);
		goto err_args;
	}
	if (func->flags & MAPI_FUNC_F_MODIFIES &&
	    mapi_plan_changes(flow) == MAPI_CHANGES_MAX) {
		ret = mapi_err(err, -E2BIG, MAPI_ERR_COULD_NOT_APPLY,
			       "%s: the flow has %u functions already that change packets",
			       func->name, MAPI_CHANGES_MAX);
		goto err_args;
	}
	ret = mapi_user_charge_func(flow->user, err);
	if (ret)
		goto err_args;
	ret = mapi_flow_charge(flow, bytes, err);
	if (ret)
		goto err_func;
	ret = -ENOMEM;
	inst = kzalloc(sizeof(*inst), GFP_KERNEL_ACCOUNT);
	if (!inst)
		goto err_charge;
	if (func->priv_size) {
		inst->priv = kvzalloc(func->priv_size, GFP_KERNEL_ACCOUNT);
		if (!inst->priv)
			goto err_inst;
	}
	inst->func = func;
	inst->flow = flow;
	inst->args = args;
	inst->nr_args = func->nr_args;
	inst->fid = flow->nr_insts + 1;
	inst->result_size = func->result_size;
	inst->linktype = flow->dev->linktype;
	inst->ifindex = flow->dev->ifindex;
	inst->err = err;
	ret = mapi_refs_find(inst, asker);
	if (!ret && func->instance)
		ret = func->instance(inst);
	if (!ret && WARN_ON_ONCE(!mapi_func_fits(func, inst->result_size)))
		ret = -EINVAL;
	if (!ret)
		ret = inst_key(inst, err);
	inst->err = NULL;
	if (ret) {
		mapi_err(err, ret, MAPI_ERR_COULD_NOT_APPLY,
			 "%s: could not be applied", func->name);
		inst_free(inst);
		return ret;
	}
	list_add_tail(&inst->list, &flow->insts);
	flow->nr_insts++;
	flow->has_end |= !!func->end;
	flow->keeps |= !!func->room;
	return inst->fid;

err_inst:
	kfree(inst);
err_charge:
	mapi_flow_uncharge(flow, bytes);
err_func:
	mapi_user_uncharge_func(flow->user);
err_args:
	mapi_args_free(args, func->nr_args);
	mapi_func_put(func);
	return ret;
}

/* Functions that init() failed for, or never came to, must be as before. */
static int flow_init_funcs(struct mapi_flow *flow, struct mapi_errbuf *err)
{
	struct mapi_inst *inst;
	int ret;

	list_for_each_entry(inst, &flow->insts, list) {
		if (!inst->func->init || inst->initialised)
			continue;
		inst->err = err;
		ret = inst->func->init(inst);
		inst->err = NULL;
		if (ret)
			return mapi_err(err, ret, MAPI_ERR_COULD_NOT_APPLY,
					"%s (function %u): could not be started: error %d",
					inst->func->name, inst->fid, -ret);
		inst->initialised = true;
		inst->desc->ring_size = inst->ring_size;
	}
	return 0;
}

/**
 * mapi_flow_connect - start a flow
 * @flow: not connected yet
 * @err: filled in on failure
 *
 * From the first packet after this on the flow counts, from zero. If it fails
 * it can be tried again, or the flow be closed.
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_flow_connect(struct mapi_flow *flow, struct mapi_errbuf *err)
{
	struct mapi_inst *inst;
	int ret;

	ret = flow_check_init(flow, NULL, err);
	if (ret)
		return ret;
	if (flow->dev->end_reason)
		return mapi_err(err, -ENODEV, MAPI_ERR_DEVICE_GONE,
				"the device is gone");
	if (!(flow->direction & flow->dev->directions))
		return mapi_err(err, -EOPNOTSUPP, 0,
				"the device shows received packets only");
	if (!flow->area) {
		ret = mapi_result_alloc(flow, err);
		if (ret)
			return ret;
	}
	if (flow->has_end && !flow->slow_wq) {
		flow->slow_wq = alloc_workqueue("mapi-%u", WQ_UNBOUND, 0,
						flow->id);
		if (!flow->slow_wq)
			return -ENOMEM;
	}
	ret = flow_init_funcs(flow, err);
	if (ret)
		return ret;
	ret = mapi_plan_prepare(flow);
	if (ret)
		return ret;
	ret = dev_restart(flow, 1, err);
	if (ret) {
		mapi_plan_abort(flow);
		return ret;
	}
	mapi_flow_get(flow);	/* for the plan */
	flow->status = MAPI_FLOW_ACTIVE;
	mapi_plan_add(flow);
	list_for_each_entry(inst, &flow->insts, list)
		if (inst->func->start)
			inst->func->start(inst);
	/* release: pairs with mapi_ref_value() and mapi_ref_begun() */
	smp_store_release(&flow->connected, ktime_get_real_ns());
	mapi_result_status(flow);
	mapi_event_flow(flow, MAPI_EVENT_CONNECT);
	return 0;
}

/**
 * mapi_flow_reset - the result of a function begins anew
 * @inst: a function of a flow that is or was connected
 * @err: filled in on failure; may be %NULL
 *
 * Context: mapi_mutex held. Return: 0 or a negative errno.
 */
int mapi_flow_reset(struct mapi_inst *inst, struct mapi_errbuf *err)
{
	if (inst->func->reset)
		return inst->func->reset(inst);
	if (inst->func->result_type == MAPI_RESULT_SUM ||
	    inst->func->result_type == MAPI_RESULT_RING ||
	    inst->func->result_type == MAPI_RESULT_LAST ||
	    inst->func->result_type == MAPI_RESULT_MIXED ||
	    mapi_func_counts(inst->func))
		return mapi_result_reset(inst);
	return mapi_err(err, -EOPNOTSUPP, MAPI_ERR_COULD_NOT_APPLY,
			"%s: nothing to reset", inst->func->name);
}

/*
 * A namespace is no more. Nobody can ask for the flows that persist in it, so
 * they go; those with descriptors have ended with their devices.
 */
static void __net_exit flow_net_exit(struct net *net)
{
	struct mapi_flow *flow;
	int id = 0;

	mutex_lock(&mapi_mutex);
	while ((flow = idr_get_next(&flows, &id))) {
		id++;
		if (flow->net_cookie != net->net_cookie ||
		    !(flow->flags & MAPI_FLOW_F_PERSISTENT))
			continue;
		flow->flags &= ~MAPI_FLOW_F_PERSISTENT;
		mutex_unlock(&mapi_mutex);
		mapi_flow_user_put(flow);
		mutex_lock(&mapi_mutex);
	}
	mutex_unlock(&mapi_mutex);
}

/* No init and no size: nothing is done or allocated per namespace. */
static struct pernet_operations flow_net_ops = {
	.exit = flow_net_exit,
};

int __init mapi_flow_init(void)
{
	return register_pernet_subsys(&flow_net_ops);
}

void mapi_flow_exit(void)
{
	unregister_pernet_subsys(&flow_net_ops);
	WARN_ON(!idr_is_empty(&flows));
	idr_destroy(&flows);
}
