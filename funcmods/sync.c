// SPDX-License-Identifier: GPL-2.0
/* SYNC: no packets until other flows are connected. */
#include <mapi/fhelp.h>

/**
 * DOC: SYNC (flows flows)
 *
 * Stops packets until all of @flows are connected, and passes them from then on, whatever
 * becomes of these flows: so flows that are made one after the other begin together. A
 * flow that ends without ever being connected is not waited for.
 *
 * @flows are descriptors with commas between them, as "3,4"; in mapictl(8), numbers of
 * flows. They are other flows of the same owner in the same network namespace.
 *
 * A packet that passes came, or comes, to all of those flows that are still connected, are
 * on the same device and look in its direction. On other devices packets are others, and
 * the flows there have begun before it passed.
 *
 * Result: none.
 *
 * Errors: 7001 for a flow that is not there, that is not the caller's, or is this one.
 *
 * Cost: one comparison of numbers, once all flows are connected.
 *
 * Truncated packets: are like others.
 */

#define ARG_FLOWS	1

#define NOT_YET		U64_MAX

/**
 * struct sync - since when packets pass
 * @since: the first &mapi_pkt.change of those that do, %NOT_YET if not all of the
 *	flows were connected when somebody last looked. Every CPU that finds that
 *	they are writes what is enough
 */
struct sync {
	u64 since;
};

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct sync *s = inst->priv;
	u64 since = READ_ONCE(s->since);

	if (unlikely(since == NOT_YET)) {
		if (!mapi_ref_begun(inst, &inst->args[ARG_FLOWS - 1], &since))
			return MAPI_STOP;
		WRITE_ONCE(s->since, since);
	}
	return pkt->change >= since ? MAPI_PASS : MAPI_STOP;
}

static int instance(struct mapi_inst *inst)
{
	struct sync *s = inst->priv;

	s->since = NOT_YET;
	return 0;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_FLOWS("flows"),
};

static struct mapi_func sync = {
	.name		= "SYNC",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes no packets until all of these flows are connected: 3,4",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER,
	.result_type	= MAPI_RESULT_NONE,
	.priv_size	= sizeof(struct sync),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(sync, SYNC);

MODULE_DESCRIPTION("MAPI function SYNC");
MODULE_LICENSE("GPL");
