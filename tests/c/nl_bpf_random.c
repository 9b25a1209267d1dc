// SPDX-License-Identifier: GPL-2.0
/*
 * nl_bpf_random DEVICE OTHER-END: programs made at random, the same in each run.
 * What passes must be what the interpreter below lets pass, which is written
 * after the description of the language: McCanne, Jacobson, The BSD packet
 * filter, 1993, with the kernel's additions in networking/filter.rst.
 */
#include <unistd.h>
#include "frames.h"
#include "nl_filter.h"

#define ROUNDS	10
#define FLOWS	48	/* filters at the same time */
#define FRAMES	24
#define INSNS	24	/* of a program, at most */

static uint64_t state = 88172645463325252ULL;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % below;
}

static const unsigned int lens[] = { 60, 61, 64, 78, 90, 128, 300, 1400 };

static unsigned char frames[FRAMES][1500];
static unsigned int len_of[FRAMES];

/* Few values, so that comparisons are true now and then. */
static void frames_make(void)
{
	for (int i = 0; i < FRAMES; i++) {
		len_of[i] = lens[chance(sizeof(lens) / sizeof(*lens))];
		for (unsigned int n = 0; n < len_of[i]; n++)
			frames[i][n] = chance(4) ? chance(3) : chance(256);
		memset(frames[i], 0xff, ETH_ALEN);
		frames[i][6] = 2;
		frames[i][12] = FRAMES_TYPE >> 8;
		frames[i][13] = FRAMES_TYPE & 0xff;
	}
}

static uint32_t place(void)
{
	switch (chance(8)) {
	case 0:
		return chance(1500);
	case 1:
		return lens[chance(sizeof(lens) / sizeof(*lens))] - chance(5);
	case 2:
		return chance(2) ? 40000 + chance(20000) : chance(1U << 31);
	default:
		return chance(70);
	}
}

static uint32_t number(void)
{
	switch (chance(5)) {
	case 0:
		return chance(4) << (8 * chance(4));
	case 1:
		return -chance(4);
	case 2:
		return lens[chance(sizeof(lens) / sizeof(*lens))];
	default:
		return chance(6);
	}
}

static const uint16_t alu[] = {
	BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_AND, BPF_OR, BPF_XOR,
	BPF_LSH, BPF_RSH,
};
static const uint16_t jumps[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
static const uint16_t sizes[] = { BPF_B, BPF_H, BPF_W };

/* An instruction with @left behind it, of which the last returns. */
static struct sock_filter instruction(uint32_t left)
{
	uint16_t size = sizes[chance(3)], op, src = chance(2) ? BPF_X : BPF_K;

	switch (chance(20)) {
	case 0: case 1: case 2: case 3: case 4:
		return (struct sock_filter)BPF_STMT(BPF_LD | BPF_ABS | size, place());
	case 5: case 6:
		return (struct sock_filter)BPF_STMT(BPF_LD | BPF_IND | size, place());
	case 7:
		return (struct sock_filter)BPF_STMT(BPF_LD | BPF_MEM, chance(3));
	case 8:
		return chance(2) ?
			(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0) :
			(struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, number());
	case 9:
		return (struct sock_filter)BPF_STMT(BPF_LDX | BPF_MSH | BPF_B, place());
	case 10:
		return chance(2) ?
			(struct sock_filter)BPF_STMT(BPF_LDX | BPF_MEM, chance(3)) :
			(struct sock_filter)BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0);
	case 11:
		return (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, number());
	case 12:
		return (struct sock_filter)BPF_STMT(chance(2) ? BPF_ST : BPF_STX,
						    chance(3));
	case 13: case 14:
		op = alu[chance(sizeof(alu) / sizeof(*alu))];
		if (op == BPF_LSH || op == BPF_RSH)
			return (struct sock_filter)BPF_STMT(BPF_ALU | op | BPF_K,
							    chance(32));
		if (!chance(8))
			return (struct sock_filter)BPF_STMT(BPF_ALU | BPF_NEG, 0);
		return (struct sock_filter)BPF_STMT(BPF_ALU | op | src, number() | 1);
	case 15:
		return (struct sock_filter)BPF_STMT(BPF_MISC | (chance(2) ? BPF_TAX :
								BPF_TXA), 0);
	case 16:
		return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, chance(left));
	default:
		return (struct sock_filter)BPF_JUMP(BPF_JMP | jumps[chance(4)] | src,
						    number(), chance(left),
						    chance(left));
	}
}

static uint32_t program(struct sock_filter *prog)
{
	uint32_t n = 2 + chance(INSNS - 1);

	for (uint32_t i = 0; i + 1 < n; i++)
		prog[i] = instruction(n - 1 - i);
	prog[n - 1] = (struct sock_filter)BPF_STMT(BPF_RET | (chance(2) ? BPF_A :
							       BPF_K), chance(4));
	return n;
}

static bool fetch(const unsigned char *frame, uint32_t len, uint32_t at,
		  uint16_t code, uint32_t *value)
{
	uint32_t bytes = BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;

	if ((uint64_t)at + bytes > len)
		return false;
	for (*value = 0; bytes--; at++)
		*value = *value << 8 | frame[at];
	return true;
}

static bool arithmetic(uint32_t *a, uint16_t op, uint32_t by)
{
	if ((op == BPF_DIV || op == BPF_MOD) && !by)
		return false;
	switch (op) {
	case BPF_ADD:	*a += by; break;
	case BPF_SUB:	*a -= by; break;
	case BPF_MUL:	*a *= by; break;
	case BPF_DIV:	*a /= by; break;
	case BPF_MOD:	*a %= by; break;
	case BPF_AND:	*a &= by; break;
	case BPF_OR:	*a |= by; break;
	case BPF_XOR:	*a ^= by; break;
	case BPF_LSH:	*a <<= by; break;
	case BPF_RSH:	*a >>= by; break;
	case BPF_NEG:	*a = -*a; break;
	}
	return true;
}

static bool holds(uint32_t a, uint16_t op, uint32_t than)
{
	return op == BPF_JEQ ? a == than : op == BPF_JGT ? a > than :
	       op == BPF_JGE ? a >= than : !!(a & than);
}

static bool passes(const struct sock_filter *pc, const unsigned char *frame,
		   uint32_t len)
{
	uint32_t a = 0, x = 0, mem[BPF_MEMWORDS] = { 0 }, operand, value;

	for (;; pc++) {
		operand = BPF_SRC(pc->code) == BPF_X ? x : pc->k;
		switch (BPF_CLASS(pc->code)) {
		case BPF_LD:
		case BPF_LDX:
			switch (BPF_MODE(pc->code)) {
			case BPF_ABS:
				if (!fetch(frame, len, pc->k, pc->code, &value))
					return false;
				break;
			case BPF_IND:
				if (!fetch(frame, len, x + pc->k, pc->code, &value))
					return false;
				break;
			case BPF_MSH:
				if (!fetch(frame, len, pc->k, pc->code, &value))
					return false;
				value = 4 * (value & 0xf);
				break;
			case BPF_LEN:
				value = len;
				break;
			case BPF_MEM:
				value = mem[pc->k];
				break;
			default:
				value = pc->k;
			}
			*(BPF_CLASS(pc->code) == BPF_LD ? &a : &x) = value;
			break;
		case BPF_ST:
			mem[pc->k] = a;
			break;
		case BPF_STX:
			mem[pc->k] = x;
			break;
		case BPF_ALU:
			if (!arithmetic(&a, BPF_OP(pc->code), operand))
				return false;
			break;
		case BPF_JMP:
			if (BPF_OP(pc->code) == BPF_JA)
				pc += pc->k;
			else
				pc += holds(a, BPF_OP(pc->code), operand) ? pc->jt :
									    pc->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(pc->code) == BPF_A ? a : pc->k;
		default:
			if (BPF_MISCOP(pc->code) == BPF_TAX)
				x = a;
			else
				a = x;
		}
	}
}

/* A flow with a program that the kernel takes. */
static int flow(const char *device, struct sock_filter *prog, uint32_t *n)
{
	int fd = nl_flow(device, NULL);

	ktap_need(fd >= 0);
	do {
		*n = program(prog);	/* it may use memory that it has not set */
	} while (filter_apply(fd, prog, *n).error);
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	return fd;
}

static void send_all(int sock)
{
	for (int i = 0; i < FRAMES; i++)
		while (send(sock, frames[i], len_of[i], 0) < 0)
			ktap_need(errno == ENOBUFS || errno == EAGAIN);
}

static struct filter_sum sum_of_all(int fd)
{
	struct filter_sum sum = { 0 };

	for (int i = 0; i < 3000 && sum.in < FRAMES; i++) {
		sum = filter_sum_of(fd);
		if (sum.in < FRAMES)
			usleep(10000);
	}
	ktap_need(sum.in == FRAMES);
	return sum;
}

static void show(const struct sock_filter *prog, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		ktap_diag("{ %#x, %u, %u, %#x }", prog[i].code, prog[i].jt,
			  prog[i].jf, prog[i].k);
}

/* Return: how many of the frames pass the filters that are right. */
static uint64_t round_of(const char *device, int sock)
{
	struct sock_filter prog[FLOWS][INSNS];
	uint64_t all = 0, expected;
	uint32_t n[FLOWS];
	int fd[FLOWS], wrong = 0;

	frames_make();
	for (int i = 0; i < FLOWS; i++)
		fd[i] = flow(device, prog[i], &n[i]);
	send_all(sock);
	for (int i = 0; i < FLOWS; i++) {
		struct filter_sum sum = sum_of_all(fd[i]);

		expected = 0;
		for (int f = 0; f < FRAMES; f++)
			expected += passes(prog[i], frames[f], len_of[f]);
		if (sum.passed != expected) {
			wrong++;
			ktap_diag("%llu of %llu frames pass",
				  (unsigned long long)sum.passed,
				  (unsigned long long)expected);
			show(prog[i], n[i]);
		}
		all += expected;
		close(fd[i]);
	}
	ktap_is(wrong, 0, "of %d programs, those that let pass what they should not, or not what they should",
		FLOWS);
	return all;
}

int main(int argc, char **argv)
{
	uint64_t passed = 0, seen = (uint64_t)ROUNDS * FLOWS * FRAMES;
	int sock;

	ktap_need(argc == 3);
	nl_open();
	sock = frames_open(argv[2]);
	for (int i = 0; i < ROUNDS; i++)
		passed += round_of(argv[1], sock);
	ktap_ok(passed > seen / 10 && passed < seen - seen / 10,
		"some frames pass, and some do not: %llu of %llu",
		(unsigned long long)passed, (unsigned long long)seen);
	return ktap_end();
}
