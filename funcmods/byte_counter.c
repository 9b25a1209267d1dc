// SPDX-License-Identifier: GPL-2.0
/* BYTE_COUNTER: how many bytes on the wire, link-layer headers included. */
#include <mapi/fhelp.h>

/**
 * DOC: BYTE_COUNTER ()
 *
 * Counts bytes on the wire, link-layer headers included and the frame check sequence
 * not.
 *
 * Result: a 64-bit number, exact over all CPUs.
 *
 * Errors: 7000 for any argument.
 *
 * Cost: none behind another counter at the same place of a flow, or of another flow
 * with the same filters in front; see PKT_COUNTER.
 *
 * Truncated packets: count with the length that they had on the wire.
 */

static struct mapi_func byte_counter = {
	.name		= "BYTE_COUNTER",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Counts bytes on the wire, link-layer headers included",
	.flags		= MAPI_FUNC_F_AGGREGATE,
	.result_type	= MAPI_RESULT_BYTES,
	.result_size	= sizeof(u64),
};
module_mapi_func(byte_counter, BYTE_COUNTER);

MODULE_DESCRIPTION("MAPI function BYTE_COUNTER");
MODULE_LICENSE("GPL");
