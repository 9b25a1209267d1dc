// SPDX-License-Identifier: GPL-2.0
/* PKTINFO: what is known of the last packet: when it came, or its size. */
#include <mapi/fhelp.h>

/**
 * DOC: PKTINFO (int what)
 *
 * Tells of the last packet one thing:
 *
 * - PKT_TS: (1) when it arrived
 * - PKT_SIZE: (2) its bytes on the wire, link-layer header included
 *
 * The last packet is that which came last through the flow, on whichever CPU.
 *
 * Result: a 64-bit number: bytes, or seconds since 1970 in its high 32 bits and a binary
 * fraction in the low 32; 0 before the first packet, and after a reset until the next.
 *
 * Errors: 7002 if @what is neither, although it is the first argument; 7001 without it.
 *
 * Cost: 293 instructions for the size, 378 for the time, alone; 50 and 70 for one more.
 *
 * Truncated packets: have the size that they had on the wire.
 */

#define ARG_WHAT	1

#define PKT_TS		1
#define PKT_SIZE	2

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	mapi_result_last(inst, pkt, mapi_num(inst, ARG_WHAT) == PKT_TS ?
				    mapi_ts_from_ns(mapi_pkt_ts(pkt)) :
				    pkt->wirelen);
	return MAPI_PASS;
}

/* MAPI has always called its first argument the second. */
static int instance(struct mapi_inst *inst)
{
	s64 what = mapi_num(inst, ARG_WHAT);

	if (what != PKT_TS && what != PKT_SIZE)
		return mapi_bad_arg_code(inst, ARG_WHAT, -EINVAL,
					 MAPI_ERR_ARGUMENT + 2,
					 "%lld is neither PKT_TS (%d) nor PKT_SIZE (%d)",
					 what, PKT_TS, PKT_SIZE);
	return 0;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("what", S32_MIN, S32_MAX),
};

static struct mapi_func pktinfo = {
	.name		= "PKTINFO",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Time of the last packet (PKT_TS), in units of 2^-32 s, or its bytes on the wire (PKT_SIZE)",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_LAST,
	.result_size	= sizeof(u64),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(pktinfo, PKTINFO);

MODULE_DESCRIPTION("MAPI function PKTINFO");
MODULE_LICENSE("GPL");
