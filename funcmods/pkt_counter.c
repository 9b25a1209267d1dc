// SPDX-License-Identifier: GPL-2.0
/* PKT_COUNTER: how many packets. */
#include <mapi/fhelp.h>

/**
 * DOC: PKT_COUNTER ()
 *
 * Counts packets. A super-packet (GRO, GSO) counts as the packets that it is made of.
 *
 * Result: a 64-bit number, exact over all CPUs.
 *
 * Errors: 7000 for any argument.
 *
 * Cost: 94 instructions alone on an interface; none behind another counter at the same
 * place of a flow, or of another flow with the same filters in front.
 *
 * Truncated packets: are like others.
 */

static struct mapi_func pkt_counter = {
	.name		= "PKT_COUNTER",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Counts packets",
	.flags		= MAPI_FUNC_F_AGGREGATE,
	.result_type	= MAPI_RESULT_PKTS,
	.result_size	= sizeof(u64),
};
module_mapi_func(pkt_counter, PKT_COUNTER);

MODULE_DESCRIPTION("MAPI function PKT_COUNTER");
MODULE_LICENSE("GPL");
