// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of steps: packets walk them from front to back while steps are added
 * behind the last and taken out anywhere. All under mapi_mutex.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "plan.h"

static struct mapi_steps *steps_of(struct mapi_steps __rcu **p)
{
	return rcu_dereference_protected(*p, lockdep_is_held(&mapi_mutex));
}

/* Where the owner of a step keeps the step's number. */
static u32 *step_nr(const struct mapi_step *step)
{
	return step->node ? &step->node->step : &step->inst->step;
}

static struct mapi_steps *steps_alloc(u32 cap, struct mapi_group *group)
{
	struct mapi_steps *new;

	new = kvmalloc(struct_size(new, step, cap), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	new->nr = 0;
	new->cap = cap;
	new->dead = 0;
	new->group = group;
	return new;
}

/* A copy without the dead, with room for @cap. */
static struct mapi_steps *steps_copy(const struct mapi_steps *old, u32 cap)
{
	struct mapi_steps *new;
	u32 i;

	new = steps_alloc(cap, old ? old->group : NULL);
	if (!new)
		return NULL;
	for (i = 0; old && i < old->nr; i++)
		if (old->step[i].op != MAPI_OP_DEAD)
			new->step[new->nr++] = old->step[i];
	return new;
}

static void steps_publish(struct mapi_steps __rcu **p, struct mapi_steps *new)
{
	struct mapi_steps *old = steps_of(p);
	u32 i;

	for (i = 0; i < new->nr; i++)
		*step_nr(&new->step[i]) = i;
	rcu_assign_pointer(*p, new);
	if (old)
		kvfree_rcu(old, rcu);
}

/**
 * mapi_steps_reserve - make room, so that adding cannot fail
 * @p: the array, %NULL if it has never had a step
 * @more: for so many steps
 *
 * Return: 0 or %-ENOMEM.
 */
int mapi_steps_reserve(struct mapi_steps __rcu **p, u32 more)
{
	struct mapi_steps *old = steps_of(p), *new;
	u32 nr = old ? old->nr : 0;

	if (!more || (old && more <= old->cap - nr))
		return 0;
	new = steps_copy(old, max(nr + more, nr + nr / 2));
	if (!new)
		return -ENOMEM;
	steps_publish(p, new);
	return 0;
}

/* mapi_steps_add - a step behind all others; there is room. Return: its number */
u32 mapi_steps_add(struct mapi_steps __rcu **p, const struct mapi_step *step)
{
	struct mapi_steps *steps = steps_of(p);
	u32 n = steps->nr;

	steps->step[n] = *step;
	*step_nr(step) = n;
	/* release: the step before the number that covers it */
	smp_store_release(&steps->nr, n + 1);
	return n;
}

struct mapi_step *mapi_steps_get(struct mapi_steps __rcu **p, u32 n)
{
	return &steps_of(p)->step[n];
}

/**
 * mapi_steps_del - take a step out
 * @p: the array
 * @n: the step's number; no packet needs it any more
 *
 * A dead step costs each packet a look. When they are many the array is made
 * anew; without memory for that, later.
 */
void mapi_steps_del(struct mapi_steps __rcu **p, u32 n)
{
	struct mapi_steps *steps = steps_of(p), *new;

	WRITE_ONCE(steps->step[n].op, MAPI_OP_DEAD);
	if (++steps->dead * 4 < steps->nr)
		return;
	if (steps->dead == steps->nr && !steps->group) {
		RCU_INIT_POINTER(*p, NULL);
		kvfree_rcu(steps, rcu);
		return;
	}
	new = steps_copy(steps, steps->nr - steps->dead);
	if (new)
		steps_publish(p, new);
}

/**
 * mapi_steps_regroup - let a group stand for tests
 * @p: the array, which is not %NULL
 * @group: for those that it takes, and for those of the group before it, which
 *	is still needed by packets; or %NULL
 *
 * Return: 0 or %-ENOMEM.
 */
int mapi_steps_regroup(struct mapi_steps __rcu **p, struct mapi_group *group)
{
	struct mapi_steps *old = steps_of(p), *new;
	u32 i, taken = 0;

	for (i = 0; group && i < old->nr; i++)
		taken += mapi_group_takes(&old->step[i]);
	new = steps_alloc(old->nr - old->dead - taken, group);
	if (!new)
		return -ENOMEM;
	for (i = 0; i < old->nr; i++) {
		const struct mapi_step *step = &old->step[i];

		if (step->op == MAPI_OP_DEAD)
			continue;
		if (group && mapi_group_takes(step))
			step->node->test = *step;
		else
			new->step[new->nr++] = *step;
	}
	steps_publish(p, new);
	return 0;
}

/* mapi_steps_free - no packet is there; their group goes with them */
void mapi_steps_free(struct mapi_steps *steps)
{
	if (steps)
		mapi_group_free(steps->group);
	kvfree(steps);
}
