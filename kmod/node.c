// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes of plans, and their counts.
 *
 * Counts of a node are in pages of their own, which all flows map that come
 * there. So that nobody learns from them what others had before, each begins with
 * a number that only the kernel knows; so that those of many nodes are not all
 * in the same lines of the caches, they begin anywhere in the page.
 */
#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "plan.h"

/* Nodes that others may come to, under mapi_mutex. */
static DEFINE_HASHTABLE(nodes, 12);

size_t mapi_node_pages_size(void)
{
	return PAGE_ALIGN(nr_cpu_ids * MAPI_COUNT_STRIDE);
}

/**
 * mapi_node_new - make a node
 * @parent: the node before, %NULL for a root
 *
 * Return: with one reference, not in any plan yet; %NULL without memory. Its
 * pages are for each flow that comes to pay for.
 */
struct mapi_node *mapi_node_new(struct mapi_node *parent)
{
	size_t size = mapi_node_pages_size();
	size_t room = size - nr_cpu_ids * MAPI_COUNT_STRIDE;
	struct mapi_node_count *start;
	struct mapi_node *node;
	u32 cpu;

	node = kzalloc(struct_size(node, cpus, nr_cpu_ids), GFP_KERNEL_ACCOUNT);
	if (!node)
		return NULL;
	node->pages = alloc_pages_exact(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO |
					      __GFP_NOWARN);
	if (!node->pages) {
		kfree(node);
		return NULL;
	}
	node->counts = node->pages + (get_random_u32() %
		       (room / MAPI_COUNT_STRIDE + 1)) * MAPI_COUNT_STRIDE;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		start = &node->cpus[cpu].start;
		get_random_bytes(start, sizeof(*start));
		*mapi_node_count(node, cpu) = *start;
	}
	node->parent = parent;
	INIT_LIST_HEAD(&node->insts);
	INIT_LIST_HEAD(&node->regroup);
	refcount_set(&node->refs, 1);
	return node;
}

static void node_free_rcu(struct rcu_head *rcu)
{
	struct mapi_node *node = container_of(rcu, struct mapi_node, rcu);

	free_pages_exact(node->pages, mapi_node_pages_size());
	mapi_steps_free(rcu_dereference_protected(node->acts, true));
	mapi_steps_free(rcu_dereference_protected(node->tests, true));
	mapi_classes_free(rcu_dereference_protected(node->classes, true));
	kfree(node->tuples);
	kvfree(node->entry);
	kfree(node);
}

/* mapi_node_put - drop a reference; packets may still be there. Any context */
void mapi_node_put(struct mapi_node *node)
{
	if (refcount_dec_and_test(&node->refs))
		call_rcu(&node->rcu, node_free_rcu);
}

static u32 node_hash(const struct mapi_node *parent, const struct mapi_func *func,
		     const void *key, u32 key_len, u32 dir)
{
	u32 hash = func ? jhash(key, key_len, 0) : dir;

	return jhash_3words(hash, hash_ptr(parent, 32), hash_ptr(func, 32), 0);
}

/**
 * mapi_node_find - the node that a filter leads to
 * @parent: from where
 * @inst: the filter, or %NULL for
 * @dir: a direction
 *
 * Return: without a reference, %NULL if there is none. Context: mapi_mutex held.
 */
struct mapi_node *mapi_node_find(const struct mapi_node *parent,
				 const struct mapi_inst *inst, u32 dir)
{
	const struct mapi_func *func = inst ? inst->func : NULL;
	const void *key = inst ? inst->key : NULL;
	u32 len = inst ? inst->key_len : 0;
	struct mapi_node *node;

	if (func && !key)
		return NULL;
	hash_for_each_possible(nodes, node, by_key,
			       node_hash(parent, func, key, len, dir))
		if (node->parent == parent && node->func == func &&
		    node->key_len == len &&
		    (func ? !memcmp(node->key, key, len) : node->dir == dir))
			return node;
	return NULL;
}

/* mapi_node_hash - let mapi_node_find() find it, if it may */
void mapi_node_hash(struct mapi_node *node)
{
	if (!node->func || node->key)
		hash_add(nodes, &node->by_key,
			 node_hash(node->parent, node->func, node->key,
				   node->key_len, node->dir));
}

void mapi_node_unhash(struct mapi_node *node)
{
	hash_del(&node->by_key);
}

/* mapi_node_total - what has come to a node since it was made, on all CPUs */
void mapi_node_total(const struct mapi_node *node, struct mapi_node_count *sum)
{
	const struct mapi_node_count *c, *start;
	u32 cpu;

	memset(sum, 0, sizeof(*sum));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		c = mapi_node_count(node, cpu);
		start = &node->cpus[cpu].start;
		sum->pkts += READ_ONCE(c->pkts) - start->pkts;
		sum->bytes += READ_ONCE(c->bytes) - start->bytes;
	}
}
