// SPDX-License-Identifier: GPL-2.0
/* BYTE_COUNTER: how many bytes on the wire, link-layer headers included. */
#include <mapi/fhelp.h>

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
