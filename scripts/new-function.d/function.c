// SPDX-License-Identifier: GPL-2.0
/*
 * @NAME@: how many packets, and how many bytes, of at least so many bytes each.
 *
 * What each member means stands in kmod/include/mapi/func.h. process() runs in
 * softirq for every packet: it must not sleep, lock or allocate, and writes to
 * nothing but what belongs to its CPU.
 */
#include <mapi/fhelp.h>

/**
 * DOC: @NAME@ ([int min = 0])
 *
 * Counts packets that have at least @min bytes on the wire, and their bytes.
 *
 * Result: two 64-bit numbers, packets and bytes, of the same packets.
 *
 * Errors: 7001 for a negative number.
 *
 * Cost: not measured yet.
 *
 * Truncated packets: count with the length that they had on the wire.
 */

#define ARG_MIN	1

/* The result: an array of u64; the reader adds up the CPUs. */
enum {
	PKTS,
	BYTES,
	WORDS,
};

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct mapi_slot *slot = mapi_slot(inst, pkt->cpu);
	u64 *result = mapi_result(inst, pkt->cpu);

	if (pkt->wirelen < mapi_num(inst, ARG_MIN))
		return MAPI_PASS;
	mapi_result_begin(slot);	/* readers see both words or neither */
	mapi_add(&result[PKTS], 1);
	mapi_add(&result[BYTES], pkt->wirelen);
	mapi_result_end(slot);
	return MAPI_PASS;		/* MAPI_STOP ends the flow for this packet */
}

/* The core refuses what is missing or out of range before it gets here. */
static const struct mapi_argspec args[] = {
	MAPI_ARG_INT_OPT("min", 0, S32_MAX, 0),
};

static struct mapi_func @file@ = {
	.name		= "@NAME@",
	.library	= "stdflib",
	.devoid		= "1",		/* any device */
	.descr		= "Counts packets and bytes of packets of at least min bytes",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SUM,
	.result_size	= WORDS * sizeof(u64),
	.process	= process,
};
module_mapi_func(@file@, @NAME@);

MODULE_DESCRIPTION("MAPI function @NAME@");
MODULE_LICENSE("GPL");
