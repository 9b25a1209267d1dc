// SPDX-License-Identifier: GPL-2.0
/*
 * BPF_FILTER: passes packets that a filter expression matches.
 *
 * libmapi compiles the expression with libpcap into a classic BPF program for
 * the device's link type. The kernel's own BPF checks and JITs it. The program
 * sees the packet as it was on the wire; ancillary loads (of skb fields and of
 * negative offsets) are refused, since packets need not be skbs.
 */
#include <linux/filter.h>
#include <linux/overflow.h>
#include <mapi/fhelp.h>
#include <mapi/prog.h>

/**
 * DOC: BPF_FILTER (string expression)
 *
 * Passes packets that match a pcap-filter(7) expression, as in tcpdump(8).
 *
 * What is compared is the packet as it was on the wire, with a VLAN tag that the card
 * has taken out.
 *
 * Result: none.
 *
 * Errors: 7001 without an expression, 1025 for one that libpcap does not compile.
 *
 * Cost: 171 instructions for one filter alone that does not match; a thousand that
 * compare one field with different values cost the same, together.
 *
 * Truncated packets: what lies behind the captured part is not there, and a filter
 * that looks there does not match.
 */

#define ARG_EXPRESSION	1

/* The largest IPv4 header, what an msh load can put into X. */
#define MSH_MAX		60

/**
 * struct filter - a filter
 * @charged: bytes charged for it
 * @tuples: what it is equal to, or %NULL
 */
struct filter {
	size_t charged;
	struct mapi_tuples *tuples;
};

static u32 load_size(u16 code)
{
	switch (BPF_SIZE(code)) {
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	default:
		return 1;
	}
}

/*
 * How far into the packet the program reads: to the last constant offset, and
 * behind X only as far as an IPv4 header is long, if that is all that X ever
 * holds. Else anywhere.
 */
static int scan(struct mapi_inst *inst, const struct sock_filter *code, u32 n)
{
	bool x_is_msh = true;
	u64 need = 0, last;
	u32 i;

	for (i = 0; i < n; i++) {
		u16 cls = BPF_CLASS(code[i].code), mode = BPF_MODE(code[i].code);

		if (cls == BPF_MISC && BPF_MISCOP(code[i].code) == BPF_TAX)
			x_is_msh = false;
		if (cls == BPF_LDX && mode != BPF_MSH)
			x_is_msh = false;
		if ((cls != BPF_LD && cls != BPF_LDX) ||
		    (mode != BPF_ABS && mode != BPF_IND && mode != BPF_MSH))
			continue;
		if ((s32)code[i].k < 0)
			return mapi_bad_arg_code(inst, ARG_EXPRESSION, -EINVAL,
						 MAPI_ERR_FILTER,
						 "instruction %u reads what is not part of the packet",
						 i);
		last = (u64)code[i].k + load_size(code[i].code);
		if (mode == BPF_IND)
			last += MSH_MAX;
		need = max(need, last);
	}
	inst->need = x_is_msh ? min_t(u64, need, U32_MAX) : U32_MAX;
	return 0;
}

/* The kernel's checker is there for those who let it translate the program. */
static int check(const struct sock_filter *code, u32 n)
{
	struct sock_fprog_kern fprog = {
		.len = n,
		.filter = (struct sock_filter *)code,
	};
	struct bpf_prog *prog;
	int ret = bpf_prog_create(&prog, &fprog);

	if (!ret)
		bpf_prog_destroy(prog);
	/* The latter says that there is no machine code for it. */
	return ret == -ENOTSUPP ? -ENOMEM : ret;
}

/* The program as it is run, and the machine code. */
static int charge(struct mapi_inst *inst)
{
	struct filter *f = inst->priv;
	size_t size = inst->prog->pages * PAGE_SIZE + inst->prog->jited_len;
	int ret;

	if (f->tuples)
		size += f->tuples->nr * MAPI_TUPLE_COST;
	ret = mapi_inst_charge(inst, size);
	if (!ret)
		f->charged = size;
	return ret;
}

static int translate(struct mapi_inst *inst, const struct sock_filter *code, u32 n)
{
	struct bpf_prog *prog = mapi_prog_new(code, n);

	if (PTR_ERR_OR_ZERO(prog) == -E2BIG)
		return mapi_bad_arg_code(inst, ARG_EXPRESSION, -E2BIG,
					 MAPI_ERR_FILTER,
					 "%u instructions are too many of their kind",
					 n);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	inst->prog = prog;
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	const struct mapi_arg *arg = &inst->args[ARG_EXPRESSION - 1];
	u32 n = arg->blob_len / sizeof(struct sock_filter);
	struct filter *f = inst->priv;
	int ret;

	if (!n || arg->blob_len % sizeof(struct sock_filter) ||
	    n > BPF_MAXINSNS)
		return mapi_bad_arg_code(inst, ARG_EXPRESSION, -EINVAL,
					 MAPI_ERR_FILTER,
					 "comes without a program of 1 to %u instructions",
					 BPF_MAXINSNS);
	ret = scan(inst, arg->blob, n);
	if (ret)
		return ret;
	ret = check(arg->blob, n);
	if (ret == -ENOMEM)
		return ret;
	if (ret)
		return mapi_bad_arg_code(inst, ARG_EXPRESSION, ret,
					 MAPI_ERR_FILTER,
					 "the kernel's BPF checker refuses the program");
	ret = translate(inst, arg->blob, n);
	if (ret)
		return ret;
	inst->key = arg->blob;
	inst->key_len = arg->blob_len;
	f->tuples = mapi_tuples_new(arg->blob, n, inst->linktype);
	inst->tuples = f->tuples;
	return charge(inst);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	return mapi_prog_passes(inst, pkt) ? MAPI_PASS : MAPI_STOP;
}

static void cleanup(struct mapi_inst *inst)
{
	struct filter *f = inst->priv;

	if (inst->prog)
		bpf_prog_free(inst->prog);
	kfree(f->tuples);
	mapi_inst_uncharge(inst, f->charged);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("expression"),
};

static struct mapi_func bpf_filter = {
	.name		= "BPF_FILTER",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Passes packets that a pcap-filter(7) expression matches",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.flags		= MAPI_FUNC_F_FILTER | MAPI_FUNC_F_PURE,
	.priv_size	= sizeof(struct filter),
	.instance	= instance,
	.process	= process,
	.cleanup	= cleanup,
};
module_mapi_func(bpf_filter, BPF_FILTER);

MODULE_DESCRIPTION("MAPI function BPF_FILTER");
MODULE_LICENSE("GPL");
