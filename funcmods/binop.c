// SPDX-License-Identifier: GPL-2.0
/*
 * BINOP: the sum or the difference of the results of two other functions.
 */
#include <mapi/fhelp.h>

/**
 * DOC: BINOP (int type, flow left_flow, function left, flow right_flow, function right)
 *
 * Adds the results of two other functions, if @type is %BINOP_ADD (1), or takes the right
 * from the left one, if it is %BINOP_SUB (2), for each packet.
 *
 * Each is one number, of a function in front of this one in the same flow, or of another
 * flow of the same owner: see STATS.
 *
 * Result: a 64-bit number, modulo 2^64; 0 before the first packet, and after a reset
 * until the next.
 *
 * Errors: 7001 for the type; 7002 or 7004 if there is no such function left or right, if
 * it is not the caller's, or if its result is not one number.
 *
 * Cost: 97 instructions over functions of the same flow. From another flow, or over a
 * counter, also some for each CPU.
 *
 * Truncated packets: are like others.
 */

#define ARG_TYPE	1
#define ARG_LEFT	3
#define ARG_RIGHT	5

#define ADD		1
#define SUB		2

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	u64 left = mapi_ref_value(inst, mapi_ref(inst, ARG_LEFT), pkt);
	u64 right = mapi_ref_value(inst, mapi_ref(inst, ARG_RIGHT), pkt);

	mapi_result_last(inst, pkt, mapi_num(inst, ARG_TYPE) == SUB ?
				    left - right : left + right);
	return MAPI_PASS;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("type", ADD, SUB),
	MAPI_ARGS_REF("left_flow", "left"),
	MAPI_ARGS_REF("right_flow", "right"),
};

static struct mapi_func binop = {
	.name		= "BINOP",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Sum (type BINOP_ADD) or difference (BINOP_SUB) of the results of two functions",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_LAST,
	.result_size	= sizeof(u64),
	.process	= process,
};
module_mapi_func(binop, BINOP);

MODULE_DESCRIPTION("MAPI function BINOP");
MODULE_LICENSE("GPL");
