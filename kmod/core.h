/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of mapi.ko share. Function modules and sources see
 * include/mapi/ only.
 *
 * Locking: mapi_mutex, the control mutex, serialises everything but packets,
 * and is outermost: sources take rtnl and their own locks inside it. Packets
 * run under RCU and find only what the plan holds. Accounts of users are under
 * a spinlock of their own, because memory is given back outside the mutex.
 */
#ifndef _MAPI_CORE_H
#define _MAPI_CORE_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/mapi.h>
#include <mapi/func.h>
#include <mapi/source.h>

struct genl_info;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

extern struct mutex mapi_mutex;
extern struct workqueue_struct *mapi_wq;

/* extack.c: why a request was refused */

#define MAPI_ERR_TEXT	160

/**
 * struct mapi_errbuf - the explanation of one refused request
 * @text: for people, empty if there is none
 * @code: MAPI error number, 0 if there is none
 * @arg: number of the argument at fault, from 1, or 0
 */
struct mapi_errbuf {
	char text[MAPI_ERR_TEXT];
	u32 code;
	u32 arg;
};

int mapi_err_report(struct sk_buff *skb, struct genl_info *info, int ret,
		    const struct mapi_errbuf *err, const struct nlattr *attr);
int mapi_err_report_dump(struct netlink_callback *cb, int ret,
			 const struct mapi_errbuf *err,
			 const struct nlattr *attr);

/* user.c: limits */

struct mapi_node;
struct mapi_user;

struct mapi_user *mapi_user_get(kuid_t uid);
void mapi_user_put(struct mapi_user *user);
int mapi_user_charge_flow(struct mapi_user *user, struct mapi_errbuf *err);
void mapi_user_uncharge_flow(struct mapi_user *user);
int mapi_user_charge_func(struct mapi_user *user, struct mapi_errbuf *err);
void mapi_user_uncharge_func(struct mapi_user *user);
bool mapi_user_charge_periods(struct mapi_user *user, u32 rate);
void mapi_user_uncharge_periods(struct mapi_user *user, u32 rate);
int mapi_user_charge(struct mapi_user *user, u64 bytes,
		     struct mapi_errbuf *err);
void mapi_user_uncharge(struct mapi_user *user, u64 bytes);
unsigned long *mapi_user_stuck(struct mapi_user *user);
void mapi_user_exit(void);
int mapi_nl_limit_get(struct sk_buff *skb, struct genl_info *info);
int mapi_nl_limit_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mapi_nl_limit_set(struct sk_buff *skb, struct genl_info *info);

/* oid.c: object identifiers */

bool mapi_oid_valid(const char *oid);
int mapi_oid_match(const char *prefix, const char *oid);

/* func_registry.c: functions known */

struct mapi_func *mapi_func_find(const char *name, const char *library,
				 const char *want_oid, const char *dev_oid,
				 struct mapi_errbuf *err);
void mapi_func_put(const struct mapi_func *func);
bool mapi_func_fits(const struct mapi_func *func, u32 result_size);
bool mapi_name_valid(const char *name);
int mapi_nl_function_get(struct sk_buff *skb, struct genl_info *info);
int mapi_nl_function_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* args.c: arguments of a function */

int mapi_args_parse(const struct mapi_func *func, struct nlattr *nest,
		    struct mapi_arg **argsp, const struct mapi_arg *now,
		    struct mapi_errbuf *err, struct netlink_ext_ack *extack);
u64 mapi_args_size(const struct mapi_arg *args, u32 nr);
void *mapi_args_key(const struct mapi_arg *args, u32 nr, u32 *len);
void mapi_args_put_files(struct mapi_arg *args, u32 nr);
void mapi_args_free(struct mapi_arg *args, u32 nr);
int mapi_args_put(struct sk_buff *skb, const struct mapi_func *func,
		  const struct mapi_arg *args, u32 nr);

/* period.c: what functions do each time a period has passed */

int mapi_period_init(void);
void mapi_period_exit(void);

/* ref.c: functions that are about others */

#define MAPI_REFS_MAX	64	/* in one argument */

int mapi_refs_find(struct mapi_inst *inst, kuid_t asker);
void mapi_refs_put(struct mapi_inst *inst);

/* device.c: devices and sources */

struct mapi_dev *mapi_dev_open(struct net *net, const char *name,
			       struct mapi_errbuf *err);
int mapi_dev_describe(struct sk_buff *msg, struct mapi_dev *dev);

/**
 * struct mapi_found - a device that somebody looks at
 * @info: what its source says
 * @dev: the core's part, %NULL if nobody uses it
 * @source: name of its source
 */
struct mapi_found {
	struct mapi_dev_info info;
	struct mapi_dev *dev;
	const char *source;
};

int mapi_dev_find(struct net *net, const char *name, struct mapi_found *found,
		  struct mapi_errbuf *err);
int mapi_dev_each(struct net *net, unsigned long pos[2],
		  const struct mapi_source **src,
		  int (*cb)(const struct mapi_dev_info *info,
			    struct mapi_dev *dev, void *arg), void *arg);
bool mapi_devname_valid(const char *name);
struct mapi_source *mapi_source_find(const char *name);
int mapi_dev_put_new(struct sk_buff *msg, struct mapi_dev *dev);
int mapi_nl_device_get(struct sk_buff *skb, struct genl_info *info);
int mapi_nl_device_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mapi_nl_device_set(struct sk_buff *skb, struct genl_info *info);
int mapi_nl_device_new(struct sk_buff *skb, struct genl_info *info);

/* flow.c: flows */

/**
 * struct mapi_flow - a flow
 * @refs: the users' one, the plan's one while it runs, lookups
 * @users: descriptors, and persistence; the flow is stopped with the last
 * @id: number in mapi_flows
 * @name: of a persistent flow, else empty
 * @flags: MAPI_FLOW_F_*
 * @direction: MAPI_DIR_*
 * @uid: owner
 * @tgid: process that made it
 * @user: the owner's account
 * @net_cookie: identifies the namespace it belongs to
 * @dev: its device
 * @devname: the device's name when the flow was made
 * @status: enum mapi_flow_status
 * @reason: enum mapi_end_reason
 * @deleted: no longer to be found; descriptors may remain
 * @has_end: some function has something to finish when the flow ends
 * @keeps: some function keeps packets, and can tell how much room it has
 * @insts: functions in order of fid
 * @nr_insts: their number
 * @area: result area, %NULL before connect
 * @area_size: its bytes
 * @map_size: bytes that the owner may map: it, and the counts that it shares
 * @blocks: block of CPU 0 in it
 * @stride: bytes of a block
 * @nodes: places in the plan that its packets come to
 * @nr_nodes: their number, 0 before connect
 * @memory: bytes charged to @user
 * @created: ns since 1970
 * @connected: ns since 1970, or 0
 * @ended: ns since 1970, or 0
 * @wq: readers in poll()
 * @on_dev: in &mapi_dev.flows; those that run in the order in which they came
 * @on_plan: in &mapi_plan.flows, while it runs
 * @since: number of the change that brought it into the plan
 * @until: number of the one that took it out
 * @slow_wq: for what may take as long as a file system likes; %NULL if no
 *	function has something to finish. The flow's own, so that no flow waits
 *	for another's file
 * @end_work: ends the functions once no packet is in them any more
 * @done: the functions have ended
 * @free_work: frees the flow when who drops the last reference must not sleep
 *
 * Under mapi_mutex, but @wq, @memory (the account's lock), and what is written
 * once before the flow can be found.
 */
struct mapi_flow {
	refcount_t refs;
	u32 users;
	u32 id;
	char name[MAPI_NAME_MAX + 1];
	u32 flags;
	u32 direction;
	kuid_t uid;
	pid_t tgid;
	struct mapi_user *user;
	u64 net_cookie;
	struct mapi_dev *dev;
	char devname[MAPI_DEVNAME_MAX + 1];
	u32 status;
	u32 reason;
	bool deleted;
	bool has_end;
	bool keeps;
	struct list_head insts;
	u32 nr_insts;
	struct mapi_result_hdr *area;
	size_t area_size;
	size_t map_size;
	u8 *blocks;
	u32 stride;
	struct mapi_node **nodes;
	u32 nr_nodes;
	u64 memory;
	u64 created;
	u64 connected;
	u64 ended;
	wait_queue_head_t wq;
	struct list_head on_dev;
	struct list_head on_plan;
	u64 since;
	u64 until;
	struct workqueue_struct *slow_wq;
	struct rcu_work end_work;
	struct completion done;
	struct work_struct free_work;
};

struct mapi_flow *mapi_flow_new(struct net *net, const char *device,
				const char *name, u32 flags, u32 direction,
				struct mapi_errbuf *err);
struct mapi_flow *mapi_flow_by_id(u32 id);
struct mapi_flow *mapi_flow_by_name(u64 net_cookie, const char *name,
				    kuid_t uid, bool admin);
struct mapi_flow *mapi_flow_next(u32 id);
void mapi_flow_get(struct mapi_flow *flow);
void mapi_flow_put(struct mapi_flow *flow);
void mapi_flow_put_later(struct mapi_flow *flow);
void mapi_flow_user_get(struct mapi_flow *flow);
void mapi_flow_user_put(struct mapi_flow *flow);
void mapi_flow_close(struct mapi_flow *flow);
int mapi_flow_apply(struct mapi_flow *flow, const struct mapi_func *func,
		    struct mapi_arg *args, kuid_t asker, struct mapi_errbuf *err);
int mapi_flow_connect(struct mapi_flow *flow, struct mapi_errbuf *err);
void mapi_flow_stop(struct mapi_flow *flow, enum mapi_end_reason reason);
void mapi_flow_stop_all(struct mapi_dev *dev, enum mapi_end_reason reason);
void mapi_flow_delete(struct mapi_flow *flow);
int mapi_flow_reset(struct mapi_inst *inst, struct mapi_errbuf *err);
struct mapi_inst *mapi_flow_inst(struct mapi_flow *flow, u32 fid);
int mapi_flow_charge(struct mapi_flow *flow, u64 bytes, struct mapi_errbuf *err);
void mapi_flow_uncharge(struct mapi_flow *flow, u64 bytes);
struct workqueue_struct *mapi_inst_wq(const struct mapi_inst *inst);
int mapi_flow_init(void);
void mapi_flow_exit(void);

/* file.c: a flow as a descriptor */

struct file *mapi_flow_file(struct mapi_flow *flow);
struct mapi_flow *mapi_flow_of_fd(int fd);

/* result.c: the result area */

int mapi_result_init(void);
void mapi_result_exit(void);
int mapi_result_alloc(struct mapi_flow *flow, struct mapi_errbuf *err);
void mapi_result_free(struct mapi_flow *flow);
int mapi_result_mmap(struct mapi_flow *flow, struct vm_area_struct *vma);
void mapi_result_status(struct mapi_flow *flow);
void mapi_result_merge(struct mapi_inst *inst, u64 *words);
u64 mapi_result_value(struct mapi_inst *inst);
void mapi_result_lost(struct mapi_inst *inst, u64 *lost);
void mapi_result_node(struct mapi_flow *flow, u32 node,
		      struct mapi_node_count *sum);
struct mapi_node_count mapi_result_node_cpu(const struct mapi_flow *flow,
					    u32 node, u32 cpu);
int mapi_result_reset(struct mapi_inst *inst);
u64 mapi_result_take(struct mapi_inst *inst);
struct mapi_node_slot *mapi_flow_node_slot(const struct mapi_flow *flow,
					   u32 node, u32 cpu);
u32 mapi_flow_count_at(const struct mapi_flow *flow, u32 node, u32 cpu);

/* mapi_func_counts - all it does is to count what comes to it */
static inline bool mapi_func_counts(const struct mapi_func *func)
{
	return func->result_type == MAPI_RESULT_PKTS ||
	       func->result_type == MAPI_RESULT_BYTES;
}

/* plan.c: what packets run through; see plan.h */

bool mapi_cpu_running(void);
bool mapi_cpu_busy(const struct mapi_dev *dev);

/* group.c: brothers that search for strings; see plan.h */

void mapi_group_exit(void);

/* explain.c: plans, as people can read them */

int mapi_nl_plan_start(struct netlink_callback *cb);
int mapi_nl_plan_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* ledger.c: counts of the same packets */

/**
 * struct mapi_ledger - what became of the packets of a function
 * @in: they came in
 * @out: they went on
 * @keeps: it keeps packets, and what follows is known
 * @taken: they are where they belong
 * @waiting: they are on the way there, in memory
 * @lost: they are lost, by reason
 */
struct mapi_ledger {
	u64 in;
	u64 out;
	bool keeps;
	u64 taken;
	u64 waiting;
	u64 lost[MAPI_LOSS_NR];
};

struct mapi_cut *mapi_cut_new(struct mapi_flow *flow);
void mapi_cut_free(struct mapi_cut *cut);
void mapi_cut_cpu(struct mapi_cut *cut, u32 cpu);
u64 mapi_cut_node(const struct mapi_cut *cut, u32 node);
void mapi_cut_func(const struct mapi_cut *cut, const struct mapi_inst *inst,
		   struct mapi_ledger *ledger);

/* shadow.c: is the plan right? */

int mapi_shadow_set(struct mapi_dev *dev, u32 every, struct mapi_errbuf *err);
int mapi_shadow_init_dev(struct mapi_dev *dev);
void mapi_shadow_gone(struct mapi_dev *dev);
void mapi_shadow_free(struct mapi_plan *plan);
int mapi_shadow_put(struct sk_buff *msg, const struct mapi_dev *dev);

/* cost.c: how long things take */

int mapi_cost_set(struct mapi_dev *dev, u32 ms, struct mapi_errbuf *err);
int mapi_cost_put(struct sk_buff *msg, const struct mapi_dev *dev,
		  const struct mapi_node *node);

/* pkt.c: per-CPU buffers */

int mapi_pkt_init(void);
void mapi_pkt_exit(void);

/* netlink.c: the family */

int mapi_netlink_init(void);
void mapi_netlink_exit(void);
void mapi_event_flow(struct mapi_flow *flow, enum mapi_event event);
void mapi_event_device(struct mapi_dev *dev, enum mapi_event event);
void mapi_event_diverged(struct mapi_flow *flow, u32 fid,
			 enum mapi_diverged how);
void *mapi_nl_put_hdr(struct sk_buff *msg, u32 portid, u32 seq, int flags,
		      u8 cmd);
bool mapi_nl_may_admin(struct sk_buff *skb);
bool mapi_nl_may_see(struct sk_buff *skb, const struct mapi_flow *flow);
int mapi_nl_put_losses(struct sk_buff *skb, int attr, const u64 *lost);
int mapi_nl_reply(struct genl_info *info, u8 cmd,
		  int (*fill)(struct sk_buff *msg, void *arg), void *arg);

#endif /* _MAPI_CORE_H */
