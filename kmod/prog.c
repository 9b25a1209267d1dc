// SPDX-License-Identifier: GPL-2.0
/*
 * From a classic BPF program to one of eBPF that has the packet itself as its
 * context, and reads the contiguous bytes without a call.
 *
 * The kernel's own translation reads by way of an skb, which the packet would
 * have to be dressed up as: that costs more than most filters do. The machine
 * code is the kernel's in any case. What a program means is written down in
 * Documentation/networking/filter.rst; each of its instructions becomes a few
 * of eBPF, and each load a check that the packet is long enough, unless all
 * ways to it have checked that already.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <mapi/prog.h>

#define A	BPF_REG_0
#define PKT	BPF_REG_1
#define DATA	BPF_REG_2
#define LEN	BPF_REG_3
#define X	BPF_REG_4	/* x86 shifts by this one only */
#define TMP	BPF_REG_5

/* Reach of a jump, less what an instruction becomes at most. */
#define INSNS_MAX	(S16_MAX - 16)

/**
 * struct maker - a program being translated
 * @code: the classic one
 * @n: its instructions
 * @pc: where we are
 * @at: where each begins in the new one; behind the last: what rejects
 * @have: bytes that the packet has where we are, as far as is known
 * @checked: the same at each instruction
 * @insns: the new one; %NULL to find its length
 * @len: instructions of it
 * @scratch: it uses scratch memory
 */
struct maker {
	const struct sock_filter *code;
	u32 n;
	u32 pc;
	u32 *at;
	u32 have;
	u32 *checked;
	struct bpf_insn *insns;
	u32 len;
	bool scratch;
};

static void emit(struct maker *m, struct bpf_insn insn)
{
	if (m->insns)
		m->insns[m->len] = insn;
	m->len++;
}

/* A jump to an instruction of the classic program. */
static void emit_jump(struct maker *m, struct bpf_insn insn, u32 to)
{
	insn.off = m->at[to] - (m->len + 1);
	emit(m, insn);
	m->checked[to] = min(m->checked[to], m->have);
}

static void emit_reject(struct maker *m, struct bpf_insn insn)
{
	emit_jump(m, insn, m->n);
}

static u32 size_of(u16 code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

/* Of a reg that was loaded: packets are big-endian. */
static void emit_swap(struct maker *m, u8 reg, u32 size)
{
	if (size > 1)
		emit(m, BPF_ENDIAN(BPF_FROM_BE, reg, 8 * size));
}

static void load_abs(struct maker *m, u8 reg, u16 code, u32 off)
{
	u32 size = size_of(code), end = off + size;

	if (m->have < end) {
		emit_reject(m, BPF_JMP32_IMM(BPF_JLT, LEN, end, 0));
		m->have = end;
	}
	if (off <= S16_MAX) {
		emit(m, BPF_LDX_MEM(BPF_SIZE(code), reg, DATA, off));
	} else {
		emit(m, BPF_MOV64_REG(TMP, DATA));
		emit(m, BPF_ALU64_IMM(BPF_ADD, TMP, off));
		emit(m, BPF_LDX_MEM(BPF_SIZE(code), reg, TMP, 0));
	}
	emit_swap(m, reg, size);
}

/*
 * The sum is one of 32 bits. A processor that goes on before it knows whether
 * the packet is long enough reads the first byte instead, as in
 * array_index_nospec().
 */
static void load_ind(struct maker *m, u16 code, u32 off)
{
	u32 size = size_of(code);

	emit(m, BPF_MOV32_REG(TMP, X));
	if (off)
		emit(m, BPF_ALU32_IMM(BPF_ADD, TMP, off));
	emit(m, BPF_MOV64_REG(A, LEN));
	emit(m, BPF_ALU64_REG(BPF_SUB, A, TMP));
	emit(m, BPF_ALU64_IMM(BPF_SUB, A, size));
	emit_reject(m, BPF_JMP_IMM(BPF_JSLT, A, 0, 0));
	emit(m, BPF_ALU64_IMM(BPF_ARSH, A, 63));
	emit(m, BPF_ALU64_IMM(BPF_XOR, A, -1));
	emit(m, BPF_ALU64_REG(BPF_AND, TMP, A));
	emit(m, BPF_ALU64_REG(BPF_ADD, TMP, DATA));
	emit(m, BPF_LDX_MEM(BPF_SIZE(code), A, TMP, 0));
	emit_swap(m, A, size);
}

/* Where a word of scratch memory is on the stack. */
static s16 slot_of(struct maker *m, u32 k)
{
	m->scratch = true;
	return -4 * (s16)(BPF_MEMWORDS - k);
}

static void load(struct maker *m, u8 reg, const struct sock_filter *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		load_abs(m, reg, insn->code, insn->k);
		break;
	case BPF_IND:
		load_ind(m, insn->code, insn->k);
		break;
	case BPF_MSH:
		load_abs(m, X, insn->code, insn->k);
		emit(m, BPF_ALU32_IMM(BPF_AND, X, 0xf));
		emit(m, BPF_ALU32_IMM(BPF_LSH, X, 2));
		break;
	case BPF_IMM:
		emit(m, BPF_MOV32_IMM(reg, insn->k));
		break;
	case BPF_MEM:
		emit(m, BPF_LDX_MEM(BPF_W, reg, BPF_REG_FP, slot_of(m, insn->k)));
		break;
	case BPF_LEN:
		emit(m, BPF_LDX_MEM(BPF_W, reg, PKT,
				    offsetof(struct mapi_pkt, wirelen)));
		break;
	}
}

static void compute(struct maker *m, const struct sock_filter *insn)
{
	u8 op = BPF_OP(insn->code);

	if (op == BPF_NEG) {
		emit(m, BPF_RAW_INSN(BPF_ALU | BPF_NEG, A, 0, 0, 0));
		return;
	}
	if (BPF_SRC(insn->code) == BPF_K) {
		emit(m, BPF_ALU32_IMM(op, A, insn->k));
		return;
	}
	if (op == BPF_DIV || op == BPF_MOD)
		emit_reject(m, BPF_JMP32_IMM(BPF_JEQ, X, 0, 0));
	emit(m, BPF_ALU32_REG(op, A, X));
}

/* The jump that is taken if @op is not, 0: there is none. */
static u8 opposite(u8 op)
{
	return op == BPF_JEQ ? BPF_JNE :
	       op == BPF_JGT ? BPF_JLE :
	       op == BPF_JGE ? BPF_JLT : 0;
}

static struct bpf_insn compare(const struct sock_filter *insn, u8 op)
{
	return BPF_SRC(insn->code) == BPF_X ? BPF_JMP32_REG(op, A, X, 0) :
					      BPF_JMP32_IMM(op, A, insn->k, 0);
}

static void jump(struct maker *m, const struct sock_filter *insn)
{
	u32 next = m->pc + 1, yes = next + insn->jt, no = next + insn->jf;
	u8 op = BPF_OP(insn->code);

	if (op == BPF_JA) {
		emit_jump(m, BPF_JMP_A(0), next + insn->k);
	} else if (yes == next && opposite(op)) {
		emit_jump(m, compare(insn, opposite(op)), no);
	} else {
		emit_jump(m, compare(insn, op), yes);
		if (no != next)
			emit_jump(m, BPF_JMP_A(0), no);
	}
}

static void translate(struct maker *m, const struct sock_filter *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		load(m, A, insn);
		break;
	case BPF_LDX:
		load(m, X, insn);
		break;
	case BPF_ST:
		emit(m, BPF_STX_MEM(BPF_W, BPF_REG_FP, A, slot_of(m, insn->k)));
		break;
	case BPF_STX:
		emit(m, BPF_STX_MEM(BPF_W, BPF_REG_FP, X, slot_of(m, insn->k)));
		break;
	case BPF_ALU:
		compute(m, insn);
		break;
	case BPF_JMP:
		jump(m, insn);
		break;
	case BPF_RET:
		if (BPF_RVAL(insn->code) == BPF_K)
			emit(m, BPF_MOV32_IMM(A, insn->k));
		emit(m, BPF_EXIT_INSN());
		break;
	case BPF_MISC:
		emit(m, BPF_MISCOP(insn->code) == BPF_TAX ? BPF_MOV32_REG(X, A) :
							    BPF_MOV32_REG(A, X));
		break;
	}
}

/* Does an instruction go on to the one behind it? */
static bool falls_through(const struct sock_filter *insn)
{
	if (BPF_CLASS(insn->code) == BPF_RET)
		return false;
	if (BPF_CLASS(insn->code) != BPF_JMP)
		return true;
	return BPF_OP(insn->code) != BPF_JA && (!insn->jt || !insn->jf);
}

/* All of it. Return: false if it becomes too long. */
static bool make(struct maker *m)
{
	m->len = 0;
	memset(m->checked, 0xff, (m->n + 1) * sizeof(*m->checked));
	m->checked[0] = 0;
	emit(m, BPF_LDX_MEM(BPF_DW, DATA, PKT, offsetof(struct mapi_pkt, data)));
	emit(m, BPF_LDX_MEM(BPF_W, LEN, PKT, offsetof(struct mapi_pkt, len)));
	if (BPF_CLASS(m->code[0].code) != BPF_LD)
		emit(m, BPF_MOV32_IMM(A, 0));
	emit(m, BPF_MOV32_IMM(X, 0));
	for (m->pc = 0; m->pc < m->n; m->pc++) {
		m->at[m->pc] = m->len;
		m->have = m->checked[m->pc];
		if (m->len > INSNS_MAX)
			return false;
		translate(m, &m->code[m->pc]);
		if (falls_through(&m->code[m->pc]))
			m->checked[m->pc + 1] = min(m->checked[m->pc + 1],
						    m->have);
	}
	m->at[m->n] = m->len;
	emit(m, BPF_MOV32_IMM(A, 0));
	emit(m, BPF_EXIT_INSN());
	return true;
}

static struct bpf_prog *prog_new(struct maker *m)
{
	struct bpf_prog *prog;
	int ret;

	/* Once to know where all is, then in earnest. */
	if (!make(m))
		return ERR_PTR(-E2BIG);
	prog = bpf_prog_alloc(bpf_prog_size(m->len), 0);
	if (!prog)
		return ERR_PTR(-ENOMEM);
	m->insns = prog->insnsi;
	make(m);
	prog->len = m->len;
	prog->type = BPF_PROG_TYPE_SOCKET_FILTER;
	prog->aux->stack_depth = m->scratch ? BPF_MEMWORDS * 4 : 0;
	prog = bpf_prog_select_runtime(prog, &ret);
	if (!ret)
		return prog;
	bpf_prog_free(prog);
	return ERR_PTR(-ENOMEM);
}

/**
 * mapi_prog_new - translate a classic BPF program
 * @code: the program, which the kernel has checked, without ancillary loads
 * @n: its instructions
 *
 * Context: may sleep. Return: for bpf_prog_free(), or an ERR_PTR(): %-ENOMEM, or
 * %-E2BIG if it becomes longer than jumps reach.
 */
struct bpf_prog *mapi_prog_new(const struct sock_filter *code, u32 n)
{
	struct maker m = { .code = code, .n = n };
	struct bpf_prog *prog = ERR_PTR(-ENOMEM);

	m.at = kvcalloc(n + 1, sizeof(*m.at), GFP_KERNEL_ACCOUNT);
	m.checked = kvcalloc(n + 1, sizeof(*m.checked), GFP_KERNEL_ACCOUNT);
	if (m.at && m.checked)
		prog = prog_new(&m);
	kvfree(m.at);
	kvfree(m.checked);
	return prog;
}
EXPORT_SYMBOL_GPL(mapi_prog_new);
