/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan of a device: what each of its packets runs through.
 *
 *	node 0 (root) --- acts: functions that do something with each packet
 *	   |
 *	 tests and classes: filters; behind each that a packet passes
 *	   |
 *	node 1 --- acts
 *	   |
 *	 tests and classes ...
 *
 * A tree: flows whose filters are equal so far come the same way, so that each
 * filter runs once, whoever asked for it. A node counts what comes to it, for
 * all; what a flow has had of it is the difference to what the node showed when
 * the flow came (struct mapi_node_slot), so counters of flows cost nothing.
 *
 * The tree is changed in place, one flow at a time, under mapi_mutex, while
 * packets run through it under RCU. Each CPU takes a change over between two
 * packets (change.c): steps carry the numbers of the changes that they come and
 * go with, and packets of before and after tell by them what is there for them.
 */
#ifndef _MAPI_PLAN_H
#define _MAPI_PLAN_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <mapi/tuple.h>
#include "core.h"

/* Longest way through a plan: root, a direction, and the filters of a flow. */
#define MAPI_DEPTH_MAX	(MAPI_FUNCS_MAX + 2)

enum mapi_op {
	MAPI_OP_DEAD,		/* nothing any more */
	MAPI_OP_CALL,		/* process() of a function */
	MAPI_OP_DIR,		/* the packet's direction */
	MAPI_OP_PROG,		/* the function's program */
	MAPI_OP_CHANGE,		/* process() of a function, on a copy of the packet */
	MAPI_OP_LOOK = 0x80,	/* flag: not for all packets, see &mapi_step.born */
};

/**
 * struct mapi_step - something to do with a packet
 * @op: enum mapi_op
 * @dir: MAPI_DIR_* that pass %MAPI_OP_DIR
 * @born: number of the change that brings it
 * @dies: number of the change that takes it away
 * @process: of the function
 * @inst: the function; one of those that are equal
 * @node: where packets go that pass; %NULL for acts
 */
struct mapi_step {
	u8 op;
	u8 dir;
	u64 born;
	u64 dies;
	int (*process)(struct mapi_inst *inst, struct mapi_pkt *pkt);
	struct mapi_inst *inst;
	struct mapi_node *node;
};

/**
 * struct mapi_steps - steps, one after the other
 * @rcu: for freeing
 * @nr: steps; published with release semantics
 * @cap: room
 * @dead: of @nr, how many are %MAPI_OP_DEAD
 * @group: more tests, which are one search; or %NULL
 * @step: them
 */
struct mapi_steps {
	struct rcu_head rcu;
	u32 nr;
	u32 cap;
	u32 dead;
	struct mapi_group *group;
	struct mapi_step step[];
};

/**
 * struct mapi_entry - a tuple of a filter in a class
 * @value: what a packet's key must be, where the class looks
 * @node: where packets go that match
 * @nth: number of the tuple in the filter
 */
struct mapi_entry {
	struct mapi_key value;
	struct mapi_node *node;
	u32 nth;
};

struct mapi_class;
struct mapi_group;
struct mapi_slots;

/**
 * struct mapi_classes - the classes of a node
 * @rcu: for freeing
 * @nr: their number
 * @nr_ipv4: of these, those for IPv4, which come first
 * @first_word: none of those looks behind the first word of a key
 * @class: them
 */
struct mapi_classes {
	struct rcu_head rcu;
	u32 nr;
	u32 nr_ipv4;
	bool first_word;
	struct mapi_class *class[];
};

/**
 * struct mapi_look - where a packet is in the classes of a node
 * @classes: them, %NULL if there are none
 * @slots: the table that it looks into
 * @class: the class
 * @at: the slot that is next
 * @started: @at is valid
 */
struct mapi_look {
	const struct mapi_classes *classes;
	const struct mapi_slots *slots;
	u32 class;
	u32 at;
	bool started;
};

/**
 * struct mapi_node_cost - what a node has cost in a measurement; see cost.c
 * @run: number of the measurement
 * @calls: calls of the filter in front
 * @call_ns: and how long they took
 * @stays: packets that came
 * @stay_ns: and how long they were there
 */
struct mapi_node_cost {
	u64 run;
	u64 calls;
	u64 call_ns;
	u64 stays;
	u64 stay_ns;
};

/**
 * struct mapi_node_cpu - a node on one CPU
 * @start: what its counts began with
 * @before: what they were before the packet came that is checked
 * @came: number of that packet; see shadow.c
 * @due: number of the one that should have come
 * @cost: what was measured last
 */
struct mapi_node_cpu {
	struct mapi_node_count start;
	struct mapi_node_count before;
	u64 came;
	u64 due;
	struct mapi_node_cost cost;
};

/**
 * struct mapi_node - a place in the plan
 * @counts: of CPU 0, a &struct mapi_node_count each %MAPI_COUNT_STRIDE bytes
 * @quick: @counts if there is nothing to do with packets here but to count them,
 *	else %MAPI_QUICK_WHOLE; nobody looks while a flow comes or goes here
 * @changes: packets that come here have been changed by the function in front
 * @acts: what is done with all packets that come here
 * @tests: then, the ways on
 * @classes: and those behind filters that are tuples
 * @test: the step in front of it; in @parent's tests unless it has @tuples or is
 *	in a @group
 * @parent: the node before; %NULL for the root
 * @func: the filter in front, %NULL for root and direction
 * @key: and what its verdict depends on, %NULL: nobody else comes here
 * @key_len: bytes of @key
 * @dir: MAPI_DIR_* that come here
 * @step: number of the step in @parent's tests
 * @tuples: what the filter in front is equal to, or %NULL
 * @entry: as many entries
 * @group: the search that stands for the filter in front, or %NULL
 * @nth: number of the node in it
 * @regroup: in the list of nodes whose tests have changed
 * @flows: flows that come here
 * @insts: and their filters
 * @refs: those flows, until they are freed
 * @pages: what @counts is in, and flows map
 * @by_key: in the table of nodes
 * @in_plan: in &mapi_plan.nodes
 * @nr: its number, greater than that of @parent
 * @rcu: for freeing
 * @cpus: more for each CPU
 */
struct mapi_node {
	u8 *counts;
	u8 *quick;
	bool changes;
	struct mapi_steps __rcu *acts;
	struct mapi_steps __rcu *tests;
	struct mapi_classes __rcu *classes;
	struct mapi_step test;

	struct mapi_node *parent;
	const struct mapi_func *func;
	const void *key;
	u32 key_len;
	u32 dir;
	u32 step;
	struct mapi_tuples *tuples;
	struct mapi_entry *entry;
	struct mapi_group *group;
	u32 nth;
	struct list_head regroup;
	u32 flows;
	struct list_head insts;
	refcount_t refs;
	void *pages;
	struct hlist_node by_key;
	struct list_head in_plan;
	u64 nr;
	struct rcu_head rcu;
	struct mapi_node_cpu cpus[];
};

/* node.c: nodes, and what they count */

struct mapi_node *mapi_node_new(struct mapi_node *parent);
void mapi_node_put(struct mapi_node *node);
struct mapi_node *mapi_node_find(const struct mapi_node *parent,
				 const struct mapi_inst *inst, u32 dir);
void mapi_node_hash(struct mapi_node *node);
void mapi_node_unhash(struct mapi_node *node);
size_t mapi_node_pages_size(void);
void mapi_node_total(const struct mapi_node *node, struct mapi_node_count *sum);

static inline struct mapi_node_count *
mapi_node_count(const struct mapi_node *node, u32 cpu)
{
	return mapi_count_of(node->counts, cpu);
}

static inline struct mapi_node_cpu *mapi_node_cpu(const struct mapi_node *node,
						  u32 cpu)
{
	return (struct mapi_node_cpu *)&node->cpus[cpu];
}

/**
 * struct mapi_way - what is left at a node that a packet has come to
 * @pkt: the packet as it is there
 * @next: test that is next
 * @end: behind the last
 * @group: then, those that are one search, or %NULL
 * @found: how many of them there are to go on to
 * @at: where to look on for them
 * @look: then, where it is in the classes
 */
struct mapi_way {
	struct mapi_pkt *pkt;
	const struct mapi_step *next;
	const struct mapi_step *end;
	const struct mapi_group *group;
	u32 found;
	u32 at;
	struct mapi_look look;
};

/* plan.c: for the shadow check */

void mapi_plan_run_watched(struct mapi_pkt *pkt);
u8 *mapi_quick_planned(const struct mapi_pkt *pkt);

/* pkt.c: for the nodes that a packet is at, of this CPU */

struct mapi_way *mapi_cpu_ways(void);

/* pkt_copy.c: packets as functions have changed them */

#define MAPI_CHANGES_MAX	32	/* functions of a flow that change packets */

int mapi_copies_reserve(u32 nr);
void mapi_copies_exit(void);
struct mapi_pkt *mapi_pkt_changed(struct mapi_inst *inst, struct mapi_pkt *pkt,
				  bool last);

/* steps.c: arrays of steps that grow and shrink under packets */

int mapi_steps_reserve(struct mapi_steps __rcu **p, u32 more);
u32 mapi_steps_add(struct mapi_steps __rcu **p, const struct mapi_step *step);
struct mapi_step *mapi_steps_get(struct mapi_steps __rcu **p, u32 n);
void mapi_steps_del(struct mapi_steps __rcu **p, u32 n);
int mapi_steps_regroup(struct mapi_steps __rcu **p, struct mapi_group *group);
void mapi_steps_free(struct mapi_steps *steps);

/* group.c: brothers that search for strings */

u32 mapi_group_search(const struct mapi_group *g, struct mapi_pkt *pkt);
struct mapi_node *mapi_group_next(const struct mapi_group *g, u32 cpu, u32 *at);
u64 mapi_group_nr(const struct mapi_group *g);
bool mapi_group_may(const struct mapi_node *node);
bool mapi_group_takes(const struct mapi_step *step);
void mapi_group_changed(struct mapi_node *node);
void mapi_group_leave(struct mapi_node *node);
void mapi_group_free(struct mapi_group *g);

/* key.c: what tuples are compared with */

const struct mapi_key *mapi_pkt_key(struct mapi_pkt *pkt);

/* classes.c: filters that are tuples */

u64 mapi_lookup_nr(void);
u32 mapi_same_class(const struct mapi_tuples *tuples, u32 n);
int mapi_classes_reserve(struct mapi_classes __rcu **p,
			 const struct mapi_tuples *tuples);
void mapi_classes_add(struct mapi_classes __rcu **p, struct mapi_node *node);
void mapi_classes_del(struct mapi_classes __rcu **p, struct mapi_node *node);
void mapi_classes_trim(struct mapi_classes __rcu **p);
void mapi_classes_free(struct mapi_classes *classes);
u64 mapi_classes_nr(struct mapi_classes __rcu **p, const struct mapi_tuple *t);
bool mapi_classes_first_word(struct mapi_classes __rcu **p);
const struct mapi_entry *mapi_look_next(struct mapi_look *l,
					const struct mapi_key *key);

/* plan_build.c: flows come and go */

struct mapi_plan *mapi_plan_new(struct mapi_dev *dev);
void mapi_plan_free(struct mapi_plan *plan);
u32 mapi_plan_changes(const struct mapi_flow *flow);
int mapi_plan_prepare(struct mapi_flow *flow);
void mapi_plan_put(struct mapi_flow *flow);
void mapi_plan_abort(struct mapi_flow *flow);
void mapi_plan_add(struct mapi_flow *flow);
void mapi_plan_remove(struct mapi_flow *flow);
void mapi_plan_quick(struct mapi_plan *plan);

/* change.c: taken over between two packets */

void mapi_change(struct mapi_dev *dev, struct mapi_flow *flow, bool add);
void mapi_change_none(struct mapi_dev *dev, struct mapi_cut *cut);
void __mapi_change_cpu(struct mapi_dev *dev, u64 change, u32 cpu);

#endif /* _MAPI_PLAN_H */
