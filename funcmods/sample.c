// SPDX-License-Identifier: GPL-2.0
/*
 * SAMPLE: one packet in so many, or packets with a probability.
 *
 * Each CPU counts its own packets: periods are exact for the packets of one
 * CPU, so for a flow of traffic that one receive queue delivers.
 */
#include <linux/random.h>
#include <mapi/fhelp.h>

#define PERIODIC	0
#define PROBABILISTIC	1

struct sample {
	u32 value;
	bool probabilistic;
};

/* MAPI clamps what makes no sense instead of refusing it. */
static int instance(struct mapi_inst *inst)
{
	struct sample *s = inst->priv;
	s64 value = mapi_num(inst, 1);

	s->probabilistic = mapi_num(inst, 2) == PROBABILISTIC;
	if (s->probabilistic)
		s->value = clamp_t(s64, value, 0, 100);
	else
		s->value = max_t(s64, value, 1);
	return 0;
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	const struct sample *s = inst->priv;
	u64 *seen;

	if (s->probabilistic)
		return (u64)get_random_u32() * 100 >> 32 < s->value;
	seen = mapi_result(inst, pkt->cpu);
	if (*seen + 1 < s->value) {
		++*seen;
		return MAPI_STOP;
	}
	*seen = 0;
	return MAPI_PASS;
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
	.result_size	= sizeof(u64),	/* packets since the last that passed */
	.priv_size	= sizeof(struct sample),
	.instance	= instance,
	.process	= process,
};
module_mapi_func(sample, SAMPLE);

MODULE_DESCRIPTION("MAPI function SAMPLE");
MODULE_LICENSE("GPL");
