// SPDX-License-Identifier: GPL-2.0
/* PKT_COUNTER: how many packets. */
#include <mapi/fhelp.h>

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
