// SPDX-License-Identifier: GPL-2.0
/*
 * Brothers that search for strings, as one search: what a packet holds of them
 * all is found in one pass, and says at once which of them it goes on to.
 *
 * Making such a search takes time in proportion to all strings of it. So flows
 * come and go without one, as any others: who comes is a test of its own, whose
 * place in the search is empty goes. A little later the search is made anew, if
 * enough time has gone by since the last: it never takes more than a tenth.
 *
 * The tests that are left and the search that stands for the others are
 * published with one pointer, that to the node's tests: a packet that comes to
 * the node sees each brother once.
 */
#include <linux/bitmap.h>
#include <linux/cache.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <mapi/search.h>
#include "plan.h"

#define DELAY_MS	20
#define BREAK		9	/* times as long as it took */

/**
 * struct mapi_group - brothers whose strings are searched for together
 * @rcu: for freeing
 * @lookup: number of the search, to tell it from others
 * @search: their strings; the number of a brother is its id there
 * @from: where the first string may begin
 * @to: where the last must have ended
 * @shortest: bytes that a packet has behind @from if it holds a string
 * @nr: brothers
 * @live: of them, those that have not gone
 * @hits: bits of CPU 0, which of them were found; clear between packets
 * @longs: from one CPU's bits to the next
 * @node: them, %NULL: gone
 */
struct mapi_group {
	struct rcu_head rcu;
	u64 lookup;
	struct mapi_search *search;
	u32 from;
	u32 to;
	u32 shortest;
	u32 nr;
	u32 live;
	unsigned long *hits;
	u32 longs;
	struct mapi_node *node[];
};

static void regroup_work(struct work_struct *work);

/* Under mapi_mutex: nodes whose tests have changed, and when to look at them. */
static LIST_HEAD(changed);
static DECLARE_DELAYED_WORK(work, regroup_work);
static unsigned long delay;

static unsigned long *hits_of(const struct mapi_group *g, u32 cpu)
{
	return g->hits + (size_t)cpu * g->longs;
}

/**
 * mapi_group_search - search a packet for the strings of all brothers
 * @g: them
 * @pkt: the packet
 *
 * Return: how many brothers it goes on to, each of which mapi_group_next() must
 * be asked for. Context: as process() of a function.
 */
u32 mapi_group_search(const struct mapi_group *g, struct mapi_pkt *pkt)
{
	u32 end = min(pkt->caplen, g->to);
	const u8 *data;

	if (end < g->from || end - g->from < g->shortest)
		return 0;
	data = mapi_pkt_pull(pkt, end);
	return data ? mapi_search_all(g->search, data, end,
				      hits_of(g, pkt->cpu)) : 0;
}

/**
 * mapi_group_next - the next brother that a packet goes on to
 * @g: the group, which mapi_group_search() has found some of
 * @cpu: this CPU
 * @at: where to look on; 0 at first
 *
 * Return: its node, or %NULL if it has gone.
 */
struct mapi_node *mapi_group_next(const struct mapi_group *g, u32 cpu, u32 *at)
{
	unsigned long *hits = hits_of(g, cpu);
	u32 nth = find_next_bit(hits, g->nr, *at);

	*at = nth + 1;
	__clear_bit(nth, hits);
	return READ_ONCE(g->node[nth]);
}

/* mapi_group_nr - a number that no other group has had */
u64 mapi_group_nr(const struct mapi_group *g)
{
	return g->lookup;
}

/* mapi_group_free - no packet is in it; %NULL is nothing. Any context */
void mapi_group_free(struct mapi_group *g)
{
	if (!g)
		return;
	mapi_search_free(g->search);
	kvfree(g->hits);
	kvfree(g);
}

static void group_free_rcu(struct rcu_head *rcu)
{
	mapi_group_free(container_of(rcu, struct mapi_group, rcu));
}

/**
 * mapi_group_changed - a test that a search may stand for has come or gone
 * @node: the node whose test it is
 */
void mapi_group_changed(struct mapi_node *node)
{
	if (!list_empty(&node->regroup))
		return;
	list_add_tail(&node->regroup, &changed);
	queue_delayed_work(mapi_wq, &work,
			   max(delay, msecs_to_jiffies(DELAY_MS)));
}

/* mapi_group_leave - a brother has gone: no packet is on its way to it */
void mapi_group_leave(struct mapi_node *node)
{
	struct mapi_group *g = node->group;

	WRITE_ONCE(g->node[node->nth], NULL);
	g->live--;
	node->group = NULL;
	if (!g->live || g->live < g->nr - g->nr / 4)
		mapi_group_changed(node->parent);
}

/* What a brother searches for. */
static const struct mapi_inst *inst_of(const struct mapi_node *node)
{
	return list_first_entry(&node->insts, struct mapi_inst, on_node);
}

/* mapi_group_may - may a search stand for the test in front of a node? */
bool mapi_group_may(const struct mapi_node *node)
{
	return node->func && !node->tuples && inst_of(node)->nr_needles;
}

/* mapi_group_takes - and for this step, when the next search is made? */
bool mapi_group_takes(const struct mapi_step *step)
{
	return step->op == MAPI_OP_CALL && mapi_group_may(step->node);
}

/**
 * struct gathering - a group that is being made
 * @nodes: the brothers
 * @nr: how many
 * @needles: what they search for
 * @nr_needles: how many
 * @room: for so many needles
 */
struct gathering {
	struct mapi_node **nodes;
	u32 nr;
	struct mapi_needle *needles;
	u32 nr_needles;
	u32 room;
};

static void count_brother(struct gathering *all, struct mapi_node *node)
{
	all->nr++;
	all->room += inst_of(node)->nr_needles;
}

static void take_brother(struct gathering *all, struct mapi_node *node)
{
	const struct mapi_inst *inst = inst_of(node);
	u32 i;

	for (i = 0; i < inst->nr_needles; i++) {
		all->needles[all->nr_needles] = inst->needles[i];
		all->needles[all->nr_needles++].id = all->nr;
	}
	all->nodes[all->nr++] = node;
}

static void each_brother(struct gathering *all, const struct mapi_steps *steps,
			 void (*cb)(struct gathering *all, struct mapi_node *node))
{
	struct mapi_group *g = steps->group;
	u32 i;

	for (i = 0; g && i < g->nr; i++)
		if (g->node[i])
			cb(all, g->node[i]);
	for (i = 0; i < steps->nr; i++)
		if (mapi_group_takes(&steps->step[i]))
			cb(all, steps->step[i].node);
}

/* Return: 0, all->nr being the brothers, or -ENOMEM; gather_end() either way. */
static int gather(struct gathering *all, const struct mapi_steps *steps)
{
	each_brother(all, steps, count_brother);
	all->nodes = kvcalloc(all->nr, sizeof(*all->nodes), GFP_KERNEL);
	all->needles = kvcalloc(all->room, sizeof(*all->needles), GFP_KERNEL);
	if (!all->nodes || !all->needles)
		return -ENOMEM;
	all->nr = 0;
	each_brother(all, steps, take_brother);
	return 0;
}

static void gather_end(struct gathering *all)
{
	kvfree(all->nodes);
	kvfree(all->needles);
}

/* Where in a packet the strings are. */
static void group_window(struct mapi_group *g, const struct gathering *all)
{
	const struct mapi_needle *n;

	g->from = U32_MAX;
	g->shortest = U32_MAX;
	for (n = all->needles; n < all->needles + all->nr_needles; n++) {
		g->from = min(g->from, n->offset);
		g->to = max_t(u64, g->to, n->depth ?
			      min_t(u64, (u64)n->offset + n->depth, U32_MAX) :
			      U32_MAX);
		g->shortest = min(g->shortest, n->len);
	}
}

static struct mapi_group *group_new(const struct gathering *all)
{
	struct mapi_group *g;

	g = kvzalloc(struct_size(g, node, all->nr), GFP_KERNEL);
	if (!g)
		return NULL;
	g->longs = ALIGN(BITS_TO_LONGS(all->nr), SMP_CACHE_BYTES / sizeof(long));
	g->hits = kvcalloc(nr_cpu_ids, g->longs * sizeof(long), GFP_KERNEL);
	g->search = mapi_search_new(all->needles, all->nr_needles, all->nr);
	if (IS_ERR(g->search))
		g->search = NULL;
	if (!g->hits || !g->search) {
		mapi_group_free(g);
		return NULL;
	}
	group_window(g, all);
	memcpy(g->node, all->nodes, all->nr * sizeof(*all->nodes));
	g->nr = all->nr;
	g->live = all->nr;
	g->lookup = mapi_lookup_nr();
	return g;
}

static void group_entered(struct mapi_group *g)
{
	u32 i;

	for (i = 0; i < g->nr; i++) {
		g->node[i]->group = g;
		g->node[i]->nth = i;
	}
}

/* What is searched for is what should be. */
static bool up_to_date(const struct mapi_steps *steps)
{
	const struct mapi_group *g = steps->group;
	u32 i, alone = 0;

	for (i = 0; i < steps->nr; i++)
		alone += mapi_group_takes(&steps->step[i]);
	return g ? !alone && g->live == g->nr : alone < 2;
}

static void regroup(struct mapi_node *node)
{
	struct mapi_steps *steps;
	struct gathering all = {};
	struct mapi_group *old, *new = NULL;

	steps = rcu_dereference_protected(node->tests,
					  lockdep_is_held(&mapi_mutex));
	if (!steps || up_to_date(steps))
		return;
	old = steps->group;
	if (gather(&all, steps))
		goto out;
	if (all.nr) {
		new = group_new(&all);
		if (!new)
			goto out;
	}
	if (mapi_steps_regroup(&node->tests, new)) {
		mapi_group_free(new);
		goto out;
	}
	if (new)
		group_entered(new);
	if (old)
		call_rcu(&old->rcu, group_free_rcu);
out:
	gather_end(&all);
}

/* Without memory, tests stay as they are, until the next comes or goes. */
static void regroup_work(struct work_struct *unused)
{
	u64 begin = ktime_get_ns();
	struct mapi_node *node;

	mutex_lock(&mapi_mutex);
	while (!list_empty(&changed)) {
		node = list_first_entry(&changed, struct mapi_node, regroup);
		list_del_init(&node->regroup);
		regroup(node);
	}
	delay = nsecs_to_jiffies(BREAK * (ktime_get_ns() - begin));
	mutex_unlock(&mapi_mutex);
}

/* mapi_group_exit - no plan is left; rcu_barrier() must follow */
void mapi_group_exit(void)
{
	cancel_delayed_work_sync(&work);
}
