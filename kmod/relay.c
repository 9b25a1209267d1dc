// SPDX-License-Identifier: GPL-2.0
/*
 * Where states lie that the packets of all CPUs change; relay.h has the packets' part.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <mapi/relay.h>

/* That which stays zero is the last. */
static u32 zero(void)
{
	return 2 * nr_cpu_ids;
}

static size_t memory(const struct mapi_relay *relay)
{
	return (size_t)(zero() + 1) * relay->stride;
}

/**
 * mapi_relay_init - begin with a state of zeros
 * @relay: zeroed
 * @inst: the function, which is charged for it
 * @size: bytes of a state
 *
 * Context: init(). Return: 0 or a negative errno.
 */
int mapi_relay_init(struct mapi_relay *relay, struct mapi_inst *inst, u32 size)
{
	int ret;

	relay->stride = ALIGN(size, SMP_CACHE_BYTES);
	relay->shift = order_base_2(zero() + 1);
	relay->at = zero();
	ret = mapi_inst_charge(inst, memory(relay));
	if (ret)
		return ret;
	relay->states = kvzalloc(memory(relay), GFP_KERNEL_ACCOUNT);
	if (relay->states)
		return 0;
	mapi_inst_uncharge(inst, memory(relay));
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(mapi_relay_init);

/* mapi_relay_free - undo mapi_relay_init(), if it was called; in cleanup() */
void mapi_relay_free(struct mapi_relay *relay, struct mapi_inst *inst)
{
	if (!relay->states)
		return;
	kvfree(relay->states);
	mapi_inst_uncharge(inst, memory(relay));
}
EXPORT_SYMBOL_GPL(mapi_relay_free);

/**
 * mapi_relay_restart - begin again with a state of zeros, while packets run
 * @relay: where
 *
 * Context: reset(). Return: like mapi_relay_pass(): a state that gets a greater
 * number was made after this.
 */
u64 mapi_relay_restart(struct mapi_relay *relay)
{
	u64 at = READ_ONCE(relay->at), next;

	do
		next = mapi_relay_next(relay, at, zero());
	while (!try_cmpxchg(&relay->at, &at, next));
	return next;
}
EXPORT_SYMBOL_GPL(mapi_relay_restart);
