// SPDX-License-Identifier: GPL-2.0
/*
 * Functions that lie, for the tests of those who are to notice: filters that claim
 * to be pure, or equal to tuples, and are not. The plan believes them.
 *
 *	LIE_SHARED	the first of each two passes all packets, the second none:
 *			the plan asks one for both
 *	LIE_CHANGING	passes every other packet that it is asked for
 *	LIE_FOUND	passes none; its tuples say all IPv4
 *	LIE_LOST	passes all; its tuples say none that there are
 *	LIE_LONG	passes all, and makes them a byte longer
 *	LIE_NOT		passes all, and says so
 *	LIE_TAKEN	keeps nothing, and says that it is three packets
 */
#include <linux/atomic.h>
#include <linux/slab.h>
#include <mapi/fhelp.h>

static atomic_t nr_shared;

static int shared_instance(struct mapi_inst *inst)
{
	bool *first = inst->priv;

	*first = atomic_inc_return(&nr_shared) & 1;
	return 0;
}

static int shared(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const bool *first = inst->priv;

	return *first ? MAPI_PASS : MAPI_STOP;
}

static int changing(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	atomic_t *asked = inst->priv;

	return atomic_inc_return(asked) & 1 ? MAPI_PASS : MAPI_STOP;
}

static int none(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return MAPI_STOP;
}

static int all(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return MAPI_PASS;
}

static int longer(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	pkt->bytes++;
	return MAPI_PASS;
}

/* One tuple: an ethertype. */
static int claim(struct mapi_inst *inst, u16 ethertype)
{
	struct mapi_tuples *tuples;

	tuples = kzalloc(struct_size(tuples, tuple, 1), GFP_KERNEL_ACCOUNT);
	if (!tuples)
		return -ENOMEM;
	tuples->nr = 1;
	tuples->tuple[0].mask.w[0] = 0xffffULL << 48;
	tuples->tuple[0].value.w[0] = (u64)ethertype << 48;
	inst->tuples = tuples;
	return 0;
}

static int found_instance(struct mapi_inst *inst)
{
	return claim(inst, ETH_P_IP);
}

static int lost_instance(struct mapi_inst *inst)
{
	return claim(inst, 0xffff);
}

static void cleanup(struct mapi_inst *inst)
{
	kfree(inst->tuples);
}

static u64 taken(const struct mapi_inst *inst, u32 cpu)
{
	return cpu ? 0 : 3;
}

#define LIE(_name, _instance, _process) {				\
	.name		= _name,					\
	.library	= "stdflib",					\
	.devoid		= "1",						\
	.descr		= "Lies",					\
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,	\
	.priv_size	= sizeof(u64),					\
	.instance	= _instance,					\
	.process	= _process,					\
	.cleanup	= cleanup,					\
}

static struct mapi_func lies[] = {
	LIE("LIE_SHARED", shared_instance, shared),
	LIE("LIE_CHANGING", NULL, changing),
	LIE("LIE_FOUND", found_instance, none),
	LIE("LIE_LOST", lost_instance, all),
	LIE("LIE_LONG", NULL, longer),
	LIE("LIE_NOT", NULL, all),
	{
		.name		= "LIE_TAKEN",
		.library	= "stdflib",
		.devoid		= "1",
		.descr		= "Lies",
		.process	= all,
		.taken		= taken,
	},
};

static int __init liar_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		ret = mapi_register_func(&lies[i], THIS_MODULE);
		if (ret)
			goto undo;
	}
	return 0;

undo:
	while (i--)
		mapi_unregister_func(&lies[i]);
	return ret;
}
module_init(liar_init);

static void __exit liar_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lies); i++)
		mapi_unregister_func(&lies[i]);
}
module_exit(liar_exit);

MODULE_DESCRIPTION("MAPI functions that lie");
MODULE_LICENSE("GPL");
