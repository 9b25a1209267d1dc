// SPDX-License-Identifier: GPL-2.0
/* INTERFACE: packets that came in by one of a card's ports. */
#include <mapi/fhelp.h>

/**
 * DOC: INTERFACE (int port)
 *
 * Passes packets that came in by that @port of the card, from 0 on, as the records of a
 * trace in ERF tell it. Files in other formats know of one port, 0.
 *
 * It is there for traces; on network interfaces, which have one port each, there is no
 * such function.
 *
 * Result: none.
 *
 * Errors: 7001 for a port that no card has, 6144 on network interfaces.
 *
 * Cost: a comparison.
 *
 * Truncated packets: are like others.
 */

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return pkt->port == mapi_num(inst, 1) ? MAPI_PASS : MAPI_STOP;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("port", 0, MAPI_TRACE_PORT_MAX),
};

static struct mapi_func interface = {
	.name		= "INTERFACE",
	.library	= "dagflib",
	.devoid		= "1.3",
	.descr		= "Passes packets that came in by this port of the card",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
	.result_type	= MAPI_RESULT_NONE,
	.process	= process,
};
module_mapi_func(interface, INTERFACE);

MODULE_DESCRIPTION("MAPI function INTERFACE");
MODULE_LICENSE("GPL");
