// SPDX-License-Identifier: GPL-2.0
/* RES2FILE: what other functions say, again and again, in lines of a file. */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <mapi/fhelp.h>
#include <mapi/period.h>
#include <mapi/stats.h>
#include <mapi/writer.h>

/**
 * DOC: RES2FILE (string types, functions functions, string header, file file, string period, int reset)
 *
 * Writes results of other functions to a file, a line at a time.
 *
 * @functions are given as "2@5,3@5": function 2 of flow 5 and function 3 of it; without
 * an @ they are of the same flow. At most 64, which are as for STATS, but what they say
 * may be more than one number. @types has one for each, with commas between them:
 *
 * - R2F_RAW: (0) the result in the kernel's form, at most 4096 bytes, and in front of it
 *   how many that are, as a number of 64 bits, in this machine's byte order
 * - R2F_ULLSTR: (1) one number
 * - R2F_ULLSEC: (2) one number of units of 2^-32 s, as seconds with 12 decimals, which
 *   are cut off
 * - R2F_STATS: (3) of STATS: count, sum, sum of squares, least and greatest value, exact
 *
 * Between them there is a blank. The file begins with @header as a line, unless it is
 * empty.
 *
 * With a @period of "0" there is a line for each packet, with "-1" one when the flow
 * ends. Else it is an interval as for STATS: lines come also if no packets do. With a @reset of
 * 1 the functions begin anew then, and nothing that they count is lost in between. If
 * they cannot be looked at in time, periods that have passed meanwhile have lines, too:
 * with @reset of zeros.
 *
 * The kernel writes by itself; the program need not run meanwhile. The file must be a
 * regular one.
 *
 * Result: three 64-bit numbers: 1 while the file is being written, then 0; lines, without
 * the header; bytes. Lines that were lost are counted as those of TO_FILE.
 *
 * Errors: 7001 for an unknown type, or if there is not one for each function; 7002 if there
 * is no such function, or if it is not the caller's, or its result does not go with its
 * type; 6155 if the file cannot be made or is none; 7005 for what is no period, one that
 * STATS would not take, or 0 with what is not one number; 7011 if @reset is neither 0
 * nor 1, or is 1 with a line for each packet or with what is not one number.
 *
 * Cost: 654 instructions for a line of one number with each packet, where it arrives; a
 * call that does nothing if there are periods.
 *
 * Truncated packets: are like others.
 */

#define ARG_TYPES	1
#define ARG_FUNCS	2
#define ARG_HEADER	3
#define ARG_FILE	4
#define ARG_PERIOD	5
#define ARG_RESET	6

#define NR_MAX		64
#define RING_SIZE	(128 << 10)
#define RAW_MAX		4096
#define HEADER_MAX	1024

/* Longest texts: of 64 bits, of seconds, of all that STATS has. */
#define NUMBER_TEXT	20
#define SECONDS_TEXT	(10 + 1 + 12)
#define STATS_TEXT	(20 + 39 + 58 + 20 + 20 + 4)

#define LIMBS_MAX	(MAPI_STATS_SUM2_LIMBS + 1)

enum {
	RAW,
	NUMBER,
	SECONDS,
	STATS,
};

/* What numbers are to be. */
enum how {
	LOOK,
	TAKE,
	ZERO,
};

/* A line in the ring. */
struct line {
	u64 ts;
	u32 len;	/* with what is in front of the text */
	char text[];
} __packed;	/* lines follow each other without padding */

/**
 * struct res2file - lines of results
 * @writer: who writes them
 * @period: when there is one, unless
 * @each: there is one for each packet
 * @len_max: of a line
 * @words: for a result that is more than a number, twice
 * @text: for a line
 * @types: of the functions
 */
struct res2file {
	struct mapi_writer *writer;
	struct mapi_period period;
	bool each;
	u32 len_max;
	u64 *words;
	char *text;
	u8 types[NR_MAX];
};

static u32 rec_len(const void *p)
{
	const struct line *line = p;

	return line->len;
}

static u64 rec_ts(const void *p)
{
	const struct line *line = p;

	return line->ts;
}

static const struct mapi_writer_format format = {
	.hidden = sizeof(struct line),
	.rec_len = rec_len,
	.rec_ts = rec_ts,
	.flush_ms = MAPI_WRITER_FLUSH_MS,
};

/* Whole limbs, and one more, of those that have grown. */
static void whole_limbs(u32 *to, const u64 *limbs, u32 nr)
{
	u64 carry = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		/* The last may have all 64 bits. */
		carry += limbs[i];
		to[i] = carry;
		carry >>= 32;
	}
	to[i] = carry;
}

/* Divide by 10^9. Return: the remainder. */
static u32 divide(u32 *limbs, u32 nr)
{
	u64 rest = 0;

	while (nr--) {
		rest = rest << 32 | limbs[nr];
		limbs[nr] = div_u64(rest, 1000000000);
		rest -= (u64)limbs[nr] * 1000000000;
	}
	return rest;
}

/* A sum of STATS in decimal. */
static char *put_sum(char *to, const u64 *sum, u32 nr)
{
	u32 limbs[LIMBS_MAX], nines[2 * LIMBS_MAX], n = 0;

	whole_limbs(limbs, sum, nr);
	do {
		nines[n++] = divide(limbs, nr + 1);
	} while (memchr_inv(limbs, 0, (nr + 1) * sizeof(*limbs)));
	to += sprintf(to, "%u", nines[--n]);
	while (n--)
		to += sprintf(to, "%09u", nines[n]);
	return to;
}

static char *put_stats(char *to, const u64 *words)
{
	to += sprintf(to, "%llu ", words[MAPI_STATS_COUNT]);
	to = put_sum(to, words + MAPI_STATS_SUM, MAPI_STATS_SUM_LIMBS);
	*to++ = ' ';
	to = put_sum(to, words + MAPI_STATS_SUM2, MAPI_STATS_SUM2_LIMBS);
	return to + sprintf(to, " %llu %llu", words[MAPI_STATS_MIN],
			    words[MAPI_STATS_MAX]);
}

static char *put_raw(char *to, const u64 *words, u64 len)
{
	memcpy(to, &len, sizeof(len));
	memcpy(to + sizeof(len), words, len);
	return to + sizeof(len) + len;
}

static char *put_number(char *to, u32 type, u64 value)
{
	switch (type) {
	case SECONDS:
		return to + sprintf(to, "%llu.%012llu", value >> 32,
				    mul_u64_u32_shr(1000000000000ULL,
						    (u32)value, 32));
	case RAW:
		return put_raw(to, &value, sizeof(value));
	default:
		return to + sprintf(to, "%llu", value);
	}
}

static u64 number(const struct mapi_inst *inst, struct mapi_inst *ref,
		  const struct mapi_pkt *pkt, enum how how)
{
	switch (how) {
	case TAKE:
		return mapi_ref_take(ref);
	case LOOK:
		return mapi_ref_value(inst, ref, pkt);
	default:
		return 0;
	}
}

static char *put_one(struct mapi_inst *inst, char *to, u32 i,
		     const struct mapi_pkt *pkt, enum how how)
{
	struct mapi_inst *ref = inst->args[ARG_FUNCS - 1].refs[i];
	struct res2file *r = inst->priv;

	if (mapi_ref_is_number(ref))
		return put_number(to, r->types[i], number(inst, ref, pkt, how));
	mapi_ref_words(ref, r->words);
	return r->types[i] == STATS ? put_stats(to, r->words) :
				      put_raw(to, r->words, ref->result_size);
}

/* A whole line. Return: its end. May sleep without a packet, unless all is to be 0. */
static char *put_line(struct mapi_inst *inst, char *to,
		      const struct mapi_pkt *pkt, enum how how)
{
	u32 i, nr = inst->args[ARG_FUNCS - 1].nr_refs;

	for (i = 0; i < nr; i++) {
		to = put_one(inst, to, i, pkt, how);
		*to++ = i + 1 < nr ? ' ' : '\n';
	}
	return to;
}

/*
 * The caller is the only producer of that CPU's ring: it itself with bottom halves off,
 * or passed(). Return: %NULL if the line is lost, and with it all @nr to come.
 */
static struct line *reserve(struct mapi_inst *inst, u32 cpu, u32 len, u32 nr)
{
	struct res2file *r = inst->priv;
	enum mapi_loss why;
	struct line *line;

	line = mapi_writer_reserve(r->writer, cpu, sizeof(*line) + len, &why);
	if (unlikely(!line))
		mapi_add(&mapi_slot(inst, cpu)->lost[why], nr);
	return line;
}

static void commit(struct mapi_inst *inst, u32 cpu, struct line *line, u64 ts,
		   u32 len)
{
	struct res2file *r = inst->priv;

	line->ts = ts;
	line->len = sizeof(*line) + len;
	mapi_writer_commit(r->writer, cpu, line->len);
}

static int process(struct mapi_inst *inst, struct mapi_pkt *pkt)
{
	struct res2file *r = inst->priv;
	struct line *line;
	char *end;

	if (!r->each)
		return MAPI_PASS;
	line = reserve(inst, pkt->cpu, r->len_max, 1);
	if (line) {
		end = put_line(inst, line->text, pkt, LOOK);
		commit(inst, pkt->cpu, line, mapi_pkt_ts(pkt), end - line->text);
	}
	return MAPI_PASS;
}

/* Lines that are all the same. */
static void put_lines(struct mapi_inst *inst, u32 nr, u32 len)
{
	struct res2file *r = inst->priv;
	/* All in one ring, of which this is the only producer: their order is kept. */
	u32 cpu = cpumask_first(cpu_possible_mask);
	struct line *line;

	for (; nr; nr--) {
		line = reserve(inst, cpu, len, nr);
		if (!line)
			break;
		memcpy(line->text, r->text, len);
		commit(inst, cpu, line, ktime_get_real_ns(), len);
	}
}

static void passed(struct mapi_inst *inst, u32 periods)
{
	bool reset = mapi_num(inst, ARG_RESET);
	struct res2file *r = inst->priv;
	u32 len;

	len = put_line(inst, r->text, NULL, reset ? TAKE : LOOK) - r->text;
	put_lines(inst, reset ? 1 : periods, len);
	if (reset && periods > 1) {
		len = put_line(inst, r->text, NULL, ZERO) - r->text;
		put_lines(inst, periods - 1, len);
	}
}

/* A type for each function. Return: how many, or a negative errno. */
static int read_types(struct mapi_inst *inst)
{
	const char *text = mapi_str(inst, ARG_TYPES);
	struct res2file *r = inst->priv;
	u32 nr = 0;

	do {
		if (nr == NR_MAX || *text < '0' + RAW || *text > '0' + STATS ||
		    (text[1] && text[1] != ','))
			return mapi_bad_arg(inst, ARG_TYPES, -EINVAL,
					    "not 0, 1, 2 or 3 for each function, as 1,1,3");
		r->types[nr++] = *text++ - '0';
	} while (*text++);
	return nr;
}

/* The longest text of a function. Return: negative if its type is another. */
static int text_len(const struct mapi_inst *ref, u32 type)
{
	switch (type) {
	case NUMBER:
		return mapi_ref_is_number(ref) ? NUMBER_TEXT : -EINVAL;
	case SECONDS:
		return mapi_ref_is_number(ref) ? SECONDS_TEXT : -EINVAL;
	case STATS:
		return strcmp(ref->func->name, "STATS") ? -EINVAL : STATS_TEXT;
	default:
		return ref->result_size && ref->result_size <= RAW_MAX ?
		       sizeof(u64) + ref->result_size : -EINVAL;
	}
}

/* Sets how long a line can be. */
static int check_types(struct mapi_inst *inst)
{
	const struct mapi_arg *funcs = &inst->args[ARG_FUNCS - 1];
	struct res2file *r = inst->priv;
	bool numbers = true;
	u32 i;
	int len;

	r->len_max = 0;
	for (i = 0; i < funcs->nr_refs; i++) {
		len = text_len(funcs->refs[i], r->types[i]);
		if (len < 0)
			return mapi_bad_arg(inst, ARG_FUNCS, -EINVAL,
					    "the result of %s is not of type %u",
					    funcs->refs[i]->func->name, r->types[i]);
		numbers &= mapi_ref_is_number(funcs->refs[i]);
		r->len_max += len + 1;
	}
	if (r->len_max > RING_SIZE / 2)
		return mapi_bad_arg(inst, ARG_FUNCS, -E2BIG, "lines too long");
	if (!numbers && r->each)
		return mapi_bad_arg(inst, ARG_PERIOD, -EINVAL,
				    "for each packet there can be but numbers");
	if (!numbers && mapi_num(inst, ARG_RESET))
		return mapi_bad_arg(inst, ARG_RESET, -EINVAL,
				    "only what is one number can begin anew without loss");
	return 0;
}

static int instance(struct mapi_inst *inst)
{
	const char *period = mapi_str(inst, ARG_PERIOD);
	struct res2file *r = inst->priv;
	int ret;

	ret = read_types(inst);
	if (ret < 0)
		return ret;
	if (ret != inst->args[ARG_FUNCS - 1].nr_refs)
		return mapi_bad_arg(inst, ARG_TYPES, -EINVAL,
				    "%d types for %u functions", ret,
				    inst->args[ARG_FUNCS - 1].nr_refs);
	r->period.inst = inst;
	r->period.passed = passed;
	r->period.at_end = !strcmp(period, "-1");
	r->each = !strcmp(period, "0");
	if (!r->each && !r->period.at_end)
		ret = mapi_period_arg(inst, ARG_PERIOD, &r->period);
	if (ret < 0)
		return ret;
	if (r->each && mapi_num(inst, ARG_RESET))
		return mapi_bad_arg(inst, ARG_RESET, -EINVAL,
				    "cannot be 1 with a line for each packet");
	inst->ring_size = RING_SIZE;
	return check_types(inst);
}

/* For results and a line, beside the rings. */
static size_t lines_memory(const struct res2file *r)
{
	return 2 * RAW_MAX + r->len_max;
}

static int alloc_lines(struct mapi_inst *inst)
{
	struct res2file *r = inst->priv;
	int ret = mapi_inst_charge(inst, lines_memory(r));

	if (ret)
		return ret;
	r->words = kvmalloc(lines_memory(r), GFP_KERNEL_ACCOUNT);
	if (!r->words) {
		mapi_inst_uncharge(inst, lines_memory(r));
		return -ENOMEM;
	}
	r->text = (char *)r->words + 2 * RAW_MAX;
	return 0;
}

static void free_lines(struct mapi_inst *inst)
{
	struct res2file *r = inst->priv;

	if (!r->words)
		return;
	kvfree(r->words);
	r->words = NULL;
	mapi_inst_uncharge(inst, lines_memory(r));
}

static int init(struct mapi_inst *inst)
{
	const char *text = mapi_str(inst, ARG_HEADER);
	struct res2file *r = inst->priv;
	char header[HEADER_MAX + 2];
	struct mapi_writer *writer;
	int len = 0, ret;

	ret = alloc_lines(inst);
	if (ret)
		return ret;
	if (*text)
		len = snprintf(header, sizeof(header), "%s\n", text);
	writer = mapi_writer_alloc(inst, inst->args[ARG_FILE - 1].file, &format,
				   header, len, 0);
	if (IS_ERR(writer)) {
		/* It may be called again. */
		free_lines(inst);
		return PTR_ERR(writer);
	}
	r->writer = writer;
	return 0;
}

static void start(struct mapi_inst *inst)
{
	struct res2file *r = inst->priv;

	mapi_writer_start(r->writer);
	mapi_period_start(&r->period);
}

static void end(struct mapi_inst *inst)
{
	struct res2file *r = inst->priv;

	mapi_period_end(&r->period);
	mapi_writer_end(r->writer);
}

static void cleanup(struct mapi_inst *inst)
{
	struct res2file *r = inst->priv;

	mapi_writer_free(r->writer);
	free_lines(inst);
	mapi_period_free(&r->period);
}

static const struct mapi_argspec args[] = {
	MAPI_ARG_STR("types"),
	{ .type = 'S', .name = "functions" },
	{ .type = 's', .name = "header", .min = -1, .max = HEADER_MAX },
	{ .type = 'w', .name = "file" },
	MAPI_ARG_STR("period"),
	MAPI_ARG_INT("reset", 0, 1),
};

static struct mapi_func res2file = {
	.name		= "RES2FILE",
	.library	= "stdflib",
	.devoid		= "1",
	.descr		= "Writes results of functions to a file, as lines; period: 0, -1, or a time such as 1s",
	.args		= args,
	.nr_args	= ARRAY_SIZE(args),
	.result_type	= MAPI_RESULT_SINGLE,
	.result_size	= MAPI_WRITER_WORDS * sizeof(u64),
	.priv_size	= sizeof(struct res2file),
	.instance	= instance,
	.init		= init,
	.start		= start,
	.process	= process,
	.end		= end,
	.cleanup	= cleanup,
};
module_mapi_func(res2file, RES2FILE);

MODULE_DESCRIPTION("MAPI function RES2FILE");
MODULE_LICENSE("GPL");
