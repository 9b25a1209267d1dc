// SPDX-License-Identifier: GPL-2.0
/*
 * SAMPLE: one packet in so many, or packets with a probability.
 *
 * Periods are those of all packets of the flow, on whatever CPU. So all CPUs
 * count in one place, which the periodic mode has to pay for: few functions
 * write what other CPUs write. Who can do without exact periods uses the other
 * mode.
 */
#include <linux/random.h>
#include <mapi/fhelp.h>
#include <mapi/sampler.h>

/**
 * DOC: SAMPLE (int value [, int mode = PERIODIC])
 *
 * Passes some of the packets:
 *
 * - PERIODIC: (0) every @value-th packet
 * - PROBABILISTIC: (1) each packet with a probability of @value percent
 *
 * All packets of the flow count, whichever CPU they come in on: of n packets n divided
 * by @value pass, rounded down.
 *
 * Result: none.
 *
 * Errors: none but for numbers that are none; a @value that makes no sense is taken for
 * the nearest that does, and any other mode for PERIODIC.
 *
 * Cost: 102 instructions for one in a thousand and a counter. All CPUs write to one
 * cache line in the periodic mode.
 *
 * Truncated packets: are like others.
 */

#define PERIODIC	0
#define PROBABILISTIC	1

/**
 * struct sample - the terms
 * @sampler: PERIODIC
 * @percent: PROBABILISTIC
 */
struct sample {
	struct mapi_sampler sampler;
	u32 percent;
};

/* MAPI clamps what makes no sense instead of refusing it. */
static int instance(struct mapi_inst *inst)
{
	struct sample *s = inst->priv;
	s64 value = mapi_num(inst, 1);

	if (mapi_num(inst, 2) == PROBABILISTIC) {
		s->percent = clamp_t(s64, value, 0, 100);
		return 0;
	}
	mapi_sampler_init(&s->sampler, max_t(s64, value, 1));
	inst->sampler = &s->sampler;
	return 0;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct sample *s = inst->priv;

	if (!inst->sampler)
		return (u64)get_random_u32() * 100 >> 32 < s->percent;
	/* The core may have counted it already, and found that it has the turn. */
	if (pkt->sampled == inst->sampler)
		return MAPI_PASS;
	return mapi_sampler_turn(inst->sampler) ? MAPI_PASS : MAPI_STOP;
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_INT("value", S32_MIN, S32_MAX),
	MAPI_ARG_INT_OPT("mode", S32_MIN, S32_MAX, PERIODIC),
};

static struct mapi_func sample = {
	.name		= "SAMPLE",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes every value-th packet (mode 0, PERIODIC) or value percent of them (mode 1, PROBABILISTIC)",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER,
	.result_type	= MAPI_RESULT_NONE,
	.priv_size	= sizeof(struct sample),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(sample, SAMPLE);

MODULE_DESCRIPTION("MAPI function SAMPLE");
MODULE_LICENSE("GPL");
