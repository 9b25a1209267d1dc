/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a function module needs: one C file, one struct mapi_func, one line
 * module_mapi_func(). See fhelp.h for the short forms, and scripts/new-function.
 */
#ifndef _MAPI_FUNC_H
#define _MAPI_FUNC_H

#include <linux/module.h>
#include <linux/mapi.h>
#include <mapi/pkt.h>

struct bpf_prog;
struct file;
struct mapi_flow;
struct mapi_inst;
struct mapi_needle;
struct mapi_sampler;
struct net;
struct poll_table_struct;

/**
 * struct mapi_argspec - one argument of a function
 * @type: letter of MAPI's argument descriptions: 's' string, 'i' int,
 *	'c' char, 'l' 64-bit, 'w' file to write, 'r' a flow and right behind it
 *	'f' a function of it, whose result is one number, 'S' functions as
 *	"fid@flow,fid@flow", whose results may be anything, 'R' other flows as
 *	"flow,flow"
 * @name: for messages and for name=value in tools
 * @min: smallest value allowed; -1: a string may be empty
 * @max: largest value allowed, or longest string
 * @def: value if it is left out
 * @flags: %MAPI_ARG_F_OPTIONAL, %MAPI_ARG_F_EXTRA
 *
 * The core refuses what lies outside before instance() is called. For
 * integers @min and @max of 0 both mean the range of the type.
 */
struct mapi_argspec {
	char type;
	const char *name;
	s64 min;
	s64 max;
	s64 def;
	u32 flags;
};

/**
 * struct mapi_arg - one argument as given, checked against its specification
 * @num: value of an integer
 * @str: NUL-terminated string, the core's private copy; else %NULL
 * @file: file opened for writing, else %NULL
 * @blob: what the client half of the function made of it, or %NULL
 * @blob_len: bytes of @blob
 * @refs: the functions that an 'f' or 'S' refers to; see mapi_ref_value()
 * @nr_refs: how many
 * @flows: the flows that an 'R' refers to; see mapi_ref_begun()
 * @nr_flows: how many
 */
struct mapi_arg {
	s64 num;
	char *str;
	struct file *file;
	void *blob;
	u32 blob_len;
	struct mapi_inst **refs;
	u32 nr_refs;
	struct mapi_flow **flows;
	u32 nr_flows;
};

/**
 * struct mapi_func - one version of a function
 * @name: as applications write it
 * @library: MAPI library it belongs to, for library:NAME
 * @devoid: object identifier of the devices it serves: "1" any, "1.2" ERF ...
 * @descr: one line for people
 * @args: specifications of the arguments
 * @nr_args: their number
 * @flags: MAPI_FUNC_F_*
 * @result_type: enum mapi_result_type
 * @result_size: bytes of result per CPU, a multiple of 8; instance() may change
 *	it in the instance
 * @nr_min: of a %MAPI_RESULT_MIXED, words in front of the last @nr_max that are
 *	least values; those in front of them are sums, the first of which is a
 *	count: while it is 0 there are no least values
 * @nr_max: the last words, which are greatest values
 * @priv_size: bytes of private state, allocated zeroed and charged for
 * @instance: check arguments, size state and result; at apply. May sleep.
 *	0 or a negative errno, explained with mapi_bad_arg(). Optional
 * @init: allocate what needs the flow to be final; at connect. May sleep.
 *	0 or a negative errno. Optional
 * @start: the flow is connected, and process() may have run already; begin
 *	what cannot be undone. May sleep. Optional
 * @process: one packet. Softirq, under RCU; must not sleep, lock or allocate.
 *	%MAPI_PASS, or with %MAPI_FUNC_F_FILTER also %MAPI_STOP; with
 *	%MAPI_FUNC_F_MODIFIES @pkt may be changed, see edit.h. What has the
 *	result %MAPI_RESULT_PKTS or %MAPI_RESULT_BYTES needs none: the plan counts
 * @get_result: fill in the result over all CPUs, for a tool, with control mutex
 *	held. May sleep. Optional: the core merges by @result_type
 * @taken: packets that it has kept on a CPU so far: put into a ring, by process()
 *	on that CPU. Between two packets there; must not sleep. Optional: for
 *	%MAPI_RESULT_RING it is the first word of the result
 * @done: packets that it has kept and that have come to where they belong, on all
 *	CPUs; those that a worker lost are counted apart. Optional: all
 * @room: bytes that are free where it keeps packets of a CPU: for sources that can
 *	wait. Must not sleep. Optional
 * @reset: results back to zero while packets run. May sleep. Optional: for
 *	%MAPI_RESULT_SUM, %MAPI_RESULT_RING, %MAPI_RESULT_LAST and %MAPI_RESULT_MIXED
 *	the core does it
 * @change_args: take over new arguments while packets run; @args as for
 *	instance(). May sleep. Optional
 * @poll: packets for the reader, or a status change? EPOLL* bits. Optional
 * @mmap: map memory for the flow's owner. Optional, see ring.h
 * @end: the flow gets no more packets; flush. May sleep; called once, after
 *	the last process(). Optional
 * @cleanup: undo instance() and init(). May sleep. Optional
 * @owner: filled in by mapi_register_func()
 * @list: the registry's
 */
struct mapi_func {
	const char *name;
	const char *library;
	const char *devoid;
	const char *descr;
	const struct mapi_argspec *args;
	u32 nr_args;
	u32 flags;
	u32 result_type;
	u32 result_size;
	u32 nr_min;
	u32 nr_max;
	u32 priv_size;

	int (*instance)(struct mapi_inst *inst);
	int (*init)(struct mapi_inst *inst);
	void (*start)(struct mapi_inst *inst);
	int (*process)(struct mapi_inst *inst, struct mapi_pkt *pkt);
	void (*get_result)(struct mapi_inst *inst, u64 *words);
	u64 (*taken)(const struct mapi_inst *inst, u32 cpu);
	u64 (*done)(const struct mapi_inst *inst);
	u32 (*room)(const struct mapi_inst *inst, u32 cpu);
	int (*reset)(struct mapi_inst *inst);
	int (*change_args)(struct mapi_inst *inst, const struct mapi_arg *args,
			   u32 nr_args);
	__poll_t (*poll)(struct mapi_inst *inst, struct file *file,
			 struct poll_table_struct *wait);
	int (*mmap)(struct mapi_inst *inst, struct vm_area_struct *vma, u32 cpu,
		    u32 off);
	void (*end)(struct mapi_inst *inst);
	void (*cleanup)(struct mapi_inst *inst);

	struct module *owner;
	struct list_head list;
};

#define MAPI_STOP	0
#define MAPI_PASS	1

/**
 * struct mapi_inst - a function applied to a flow
 * @func: the version that was chosen
 * @flow: the flow it belongs to
 * @priv: private state, &mapi_func.priv_size bytes
 * @args: the arguments
 * @nr_args: how many; optional ones that were left out have their defaults
 * @slots: slot of CPU 0
 * @stride: bytes from one CPU's slot to the next
 * @fid: number in the flow, from 1
 * @result_size: bytes of result per CPU
 * @ring_size: data bytes of each CPU's ring, 0 if there is none
 * @linktype: LINKTYPE_* of the flow's device
 * @ifindex: interface number of the flow's device
 * @key: what a filter's verdict depends on besides the packet: filters of the
 *	same function with equal keys are one to the plan. Its arguments if it is
 *	%MAPI_FUNC_F_PURE and instance() sets nothing; %NULL: it is like no other
 * @key_len: bytes of @key
 * @tuples: what the filter is equal to, set by instance() if it has any:
 *	process() is called for packets without a key only
 * @needles: what the filter searches for, set by instance() if its verdict is
 *	that one of them is in the packet: the plan may search for those of several
 *	filters at once. To stay until cleanup()
 * @nr_needles: how many, 0: none
 * @prog: what process() runs, from mapi_prog_new(), if it does nothing else; set
 *	by instance(). The core may run it without process()
 * @need: bytes of a packet that are pulled for it
 * @sampler: set by instance() if the filter is nothing but this. The core may
 *	count a packet there without process(); see &mapi_pkt.sampled
 * @desc: its descriptor in the result area
 */
struct mapi_inst {
	const struct mapi_func *func;
	struct mapi_flow *flow;
	void *priv;
	struct mapi_arg *args;
	u32 nr_args;
	u8 *slots;
	u32 stride;
	u32 fid;
	u32 result_size;
	u32 ring_size;
	u32 linktype;
	u32 ifindex;
	const void *key;
	u32 key_len;
	const struct mapi_tuples *tuples;
	const struct mapi_needle *needles;
	u32 nr_needles;
	struct bpf_prog *prog;
	u32 need;
	struct mapi_sampler *sampler;
	struct mapi_result_desc *desc;

	/* private: the core's */
	struct list_head list;
	struct list_head on_node;
	u32 step;
	struct mapi_errbuf *err;
	u32 slot_off;
	bool initialised;
	void *args_key;
};

/**
 * mapi_slot - the counts of a function on one CPU
 * @inst: the instance
 * @cpu: the CPU
 *
 * Return: the slot; only that CPU, in process(), writes to it.
 */
static inline struct mapi_slot *mapi_slot(const struct mapi_inst *inst, u32 cpu)
{
	return (struct mapi_slot *)(inst->slots + (size_t)cpu * inst->stride);
}

/**
 * mapi_result - the result of a function on one CPU
 * @inst: the instance
 * @cpu: the CPU
 *
 * Return: &mapi_inst.result_size bytes, zero at connect; only that CPU, in
 * process(), writes to it, in words of 64 bits. A result of more than one word
 * is written between mapi_result_begin() and mapi_result_end().
 */
static inline u64 *mapi_result(const struct mapi_inst *inst, u32 cpu)
{
	return (u64 *)(mapi_slot(inst, cpu) + 1);
}

/* mapi_add - add to a word that only this CPU writes and others read */
static inline void mapi_add(u64 *p, u64 n)
{
	WRITE_ONCE(*p, *p + n);
}

/* mapi_result_begin - readers of the slot wait or retry from here on */
static inline void mapi_result_begin(struct mapi_slot *slot)
{
	WRITE_ONCE(slot->seq, slot->seq + 1);
	smp_wmb();	/* pairs with the reader's fence: seq before the words */
}

/* mapi_result_end - the slot is consistent again */
static inline void mapi_result_end(struct mapi_slot *slot)
{
	smp_wmb();	/* the words before seq */
	WRITE_ONCE(slot->seq, slot->seq + 1);
}

/**
 * mapi_result_last - a packet's value, which is the result until the next one's
 * @inst: the instance, whose result is %MAPI_RESULT_LAST of one word
 * @pkt: the packet
 * @value: what becomes the result
 */
static inline void mapi_result_last(const struct mapi_inst *inst,
				    struct mapi_pkt *pkt, u64 value)
{
	struct mapi_slot *slot = mapi_slot(inst, pkt->cpu);

	mapi_result_begin(slot);
	WRITE_ONCE(slot->last, mapi_pkt_rank(pkt));
	WRITE_ONCE(mapi_result(inst, pkt->cpu)[0], value);
	mapi_result_end(slot);
}

void __mapi_result_renew(const struct mapi_inst *inst, struct mapi_slot *slot,
			 u32 age);

/**
 * mapi_result_mixed - begin to change a %MAPI_RESULT_MIXED
 * @inst: the instance
 * @cpu: this CPU
 *
 * Followed by mapi_result_end(). Return: the words, anew if they were reset: then
 * sums and greatest values are 0, and least values the greatest there is.
 */
static inline u64 *mapi_result_mixed(const struct mapi_inst *inst, u32 cpu)
{
	struct mapi_slot *slot = mapi_slot(inst, cpu);
	u32 age = READ_ONCE(inst->desc->age);

	mapi_result_begin(slot);
	if (unlikely(slot->age != age))
		__mapi_result_renew(inst, slot, age);
	return mapi_result(inst, cpu);
}

/* mapi_lost - count a packet that a function could not take */
static inline void mapi_lost(const struct mapi_inst *inst,
			     const struct mapi_pkt *pkt, enum mapi_loss why)
{
	mapi_add(&mapi_slot(inst, pkt->cpu)->lost[why], pkt->npkts);
}

int mapi_register_func(struct mapi_func *func, struct module *owner);
void mapi_unregister_func(struct mapi_func *func);

/* Only in instance(), init() and change_args(); see kmod/extack.c. */
__printf(4, 5)
int mapi_bad_arg(struct mapi_inst *inst, u32 arg, int err, const char *fmt, ...);
__printf(5, 6)
int mapi_bad_arg_code(struct mapi_inst *inst, u32 arg, int err, u32 code,
		      const char *fmt, ...);

/* What other functions say; see kmod/ref.c. */
u64 mapi_ref_value(const struct mapi_inst *inst, struct mapi_inst *ref,
		   const struct mapi_pkt *pkt);
u64 mapi_ref_take(struct mapi_inst *ref);
bool mapi_ref_is_number(const struct mapi_inst *ref);
bool mapi_ref_words(struct mapi_inst *ref, u64 *words);
bool mapi_ref_begun(const struct mapi_inst *inst, const struct mapi_arg *arg,
		    u64 *change);

int mapi_inst_charge(struct mapi_inst *inst, size_t bytes);
void mapi_inst_uncharge(struct mapi_inst *inst, size_t bytes);
void mapi_inst_wake(struct mapi_inst *inst);
struct net *mapi_inst_net(const struct mapi_inst *inst);
void mapi_inst_failed(struct mapi_inst *inst, int err);

/**
 * module_mapi_func - the whole of a module that holds one function
 * @__func: its &struct mapi_func
 * @__name: its name, bare, for autoloading
 *
 * The module is loaded while a generic netlink request waits for it, so it must
 * not register a family of its own.
 */
#define module_mapi_func(__func, __name)				\
static int __init __func##_module_init(void)				\
{									\
	return mapi_register_func(&(__func), THIS_MODULE);		\
}									\
module_init(__func##_module_init);					\
static void __exit __func##_module_exit(void)				\
{									\
	mapi_unregister_func(&(__func));				\
}									\
module_exit(__func##_module_exit);					\
MODULE_ALIAS("mapi-func-" __stringify(__name))

#endif /* _MAPI_FUNC_H */
