/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the mapi family as a client that knows it would make them, with
 * random contents. fuzz_mutate.h then spoils them.
 */
#ifndef FUZZ_MSG_H
#define FUZZ_MSG_H

#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/mapi.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FUZZ_MAX	(128 << 10)

/* xorshift64*: the same messages for the same seed, everywhere. */
static uint64_t fuzz_state;

static uint32_t fuzz_random(uint32_t below)
{
	fuzz_state ^= fuzz_state >> 12;
	fuzz_state ^= fuzz_state << 25;
	fuzz_state ^= fuzz_state >> 27;
	return ((fuzz_state * 2685821657736338717ULL) >> 32) % below;
}

static bool fuzz_chance(uint32_t percent)
{
	return fuzz_random(100) < percent;
}

#define fuzz_pick(array)	((array)[fuzz_random(sizeof(array) / sizeof((array)[0]))])

/* A request being made. */
static struct fuzz_msg {
	union {
		struct nlmsghdr nlh;
		uint8_t bytes[FUZZ_MAX];
	};
	uint32_t len;
} fuzz;

static struct genlmsghdr *fuzz_genl(void)
{
	return (void *)(fuzz.bytes + NLMSG_HDRLEN);
}

static void fuzz_put(uint16_t type, const void *data, uint32_t len)
{
	struct nlattr *attr = (void *)(fuzz.bytes + fuzz.len);

	if (fuzz.len + NLA_HDRLEN + NLA_ALIGN(len) > FUZZ_MAX)
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(len));
	memcpy(attr + 1, data, len);
	fuzz.len += NLA_HDRLEN + NLA_ALIGN(len);
}

static void fuzz_u32(uint16_t type, uint32_t val)
{
	fuzz_put(type, &val, sizeof(val));
}

static void fuzz_u64(uint16_t type, uint64_t val)
{
	fuzz_put(type, &val, sizeof(val));
}

static void fuzz_str(uint16_t type, const char *str)
{
	fuzz_put(type, str, strlen(str) + 1);
}

/* Return: where the nest begins, for fuzz_end(). */
static uint32_t fuzz_nest(uint16_t type)
{
	uint32_t at = fuzz.len;

	fuzz_put(type | NLA_F_NESTED, "", 0);
	return at;
}

static void fuzz_end(uint32_t at)
{
	((struct nlattr *)(fuzz.bytes + at))->nla_len = fuzz.len - at;
}

/* What requests speak of; kept by the driver. */
#define FUZZ_FLOWS	24
static int fuzz_fds[FUZZ_FLOWS];		/* -1: none */
static uint32_t fuzz_ids[FUZZ_FLOWS];
static int fuzz_file, fuzz_null, fuzz_closed;
static const char *fuzz_device;

static int64_t fuzz_int(void)
{
	static const int64_t odd[] = {
		0, 1, -1, 2, 7, 100, 4096, 65536, 131072, 131073, 262144,
		1 << 20, INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN,
	};

	return fuzz_pick(odd);
}

static int fuzz_fd(void)
{
	const int others[] = { fuzz_file, fuzz_null, fuzz_closed, -1,
			       INT32_MAX, INT32_MIN };

	return fuzz_chance(92) ? fuzz_pick(fuzz_fds) : fuzz_pick(others);
}

static const char *fuzz_name(void)
{
	static const char *const names[] = { "a", "b", "flow.1", "c-c", "1x", "",
					     "a b", "a/b" };

	return fuzz_pick(names);
}

static const char *fuzz_dev(void)
{
	static const char *const names[] = { "lo", "nosuch0", "", "/dev/lo", "..",
					     "a\nb", "%s%n" };

	return fuzz_chance(85) ? fuzz_device : fuzz_pick(names);
}

static void fuzz_flow_key(void)
{
	switch (fuzz_random(8)) {
	case 0:
		fuzz_u32(MAPI_A_FLOW_ID, fuzz_pick(fuzz_ids));
		break;
	case 1:
		fuzz_str(MAPI_A_FLOW_NAME, fuzz_name());
		break;
	default:
		fuzz_u32(MAPI_A_FLOW_FD, fuzz_fd());
	}
}

static void fuzz_arg_int(const char *name, int64_t val)
{
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG);

	if (name)
		fuzz_str(MAPI_A_ARG_NAME, name);
	fuzz_u64(MAPI_A_ARG_INT, val);
	fuzz_end(at);
}

static void fuzz_arg_str(const char *str)
{
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG);

	fuzz_str(MAPI_A_ARG_STR, str);
	fuzz_end(at);
}

static void fuzz_to_buffer(void)
{
	static const char *const names[] = { "flag", "snaplen", "size",
					     "watermark", "limit", "x" };

	if (fuzz_chance(50))
		fuzz_arg_int("size", 131072);
	while (fuzz_chance(40))
		fuzz_arg_int(fuzz_pick(names), fuzz_int());
}

static void fuzz_str_search(void)
{
	static const char *const patterns[] = {
		"x", "abc||def", "|41 42|", "\\|", "|4", "||", "\\", "", "a|00|b",
	};

	fuzz_arg_str(fuzz_pick(patterns));
	for (int i = 0; i < 2 && fuzz_chance(50); i++)
		fuzz_arg_int(NULL, fuzz_chance(70) ? fuzz_random(100) : fuzz_int());
}

static void fuzz_bpf_filter(void)
{
	static const struct sock_filter simple[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x88b5, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG), n = fuzz_random(64) + 1;
	struct sock_filter prog[64];

	memcpy(prog, simple, sizeof(simple));
	if (fuzz_chance(50)) {
		n = 4;
	} else {
		for (uint32_t i = 0; i < n; i++) {
			prog[i] = fuzz_pick(simple);
			if (fuzz_chance(30))
				prog[i].code = fuzz_random(0x200);
			if (fuzz_chance(30))
				prog[i].k = fuzz_int();
		}
	}
	fuzz_str(MAPI_A_ARG_STR, "x");
	fuzz_put(MAPI_A_ARG_BLOB, prog, n * sizeof(*prog));
	fuzz_end(at);
}

/* Finds the byte 1, and may be anything else, too. */
static void fuzz_regexp(void)
{
	struct {
		struct mapi_regexp head;
		struct mapi_regexp_row rows[2];
		struct mapi_regexp_edge edges[3];
	} blob = {
		{ MAPI_REGEXP_MAGIC, 2, 1, 2, 3, 0, { 0, 1 } },
		{ { 0, 2 }, { 0, 1 | MAPI_REGEXP_F_ACCEPTS } },
		{ { 0, 0, 0 }, { 1, 1, 0 }, { 1, 0, 0 } },
	};
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG);

	if (fuzz_chance(50))
		((uint8_t *)&blob)[fuzz_random(sizeof(blob))] = fuzz_random(256);
	if (fuzz_chance(30))
		(&blob.head.magic)[fuzz_random(6)] = fuzz_int();
	fuzz_str(MAPI_A_ARG_STR, "x");
	if (fuzz_chance(90))
		fuzz_put(MAPI_A_ARG_BLOB, &blob,
			 fuzz_chance(90) ? sizeof(blob) : fuzz_random(sizeof(blob)) + 1);
	fuzz_end(at);
}

static void fuzz_arg_file(void)
{
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG);

	fuzz_u32(MAPI_A_ARG_FD, fuzz_chance(80) ? fuzz_file : fuzz_fd());
	fuzz_end(at);
}

static void fuzz_to_file(void)
{
	fuzz_arg_int(NULL, fuzz_chance(80) ? 0 : fuzz_int());
	fuzz_arg_file();
	if (fuzz_chance(30))
		fuzz_arg_int(NULL, fuzz_int());
	fuzz_arg_int("size", fuzz_chance(90) ? 131072 : fuzz_int());
}

static void fuzz_sample(void)
{
	for (uint32_t i = fuzz_random(4); i; i--)
		fuzz_arg_int(NULL, fuzz_int());
}

static void fuzz_hash(void)
{
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(4) : fuzz_int());
	if (fuzz_chance(30))
		fuzz_arg_str(fuzz_chance(80) ? "000102030405060708090a0b0c0d0e0f" :
					       fuzz_name());
}

static void fuzz_hashsamp(void)
{
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(1024) + 1 : fuzz_int());
	fuzz_arg_int(NULL, fuzz_random(2));
	if (fuzz_chance(50))
		fuzz_arg_int("both", fuzz_chance(90) ? fuzz_random(2) : fuzz_int());
	if (fuzz_chance(50))
		fuzz_arg_int("size", fuzz_chance(90) ? 4096 : fuzz_int());
}

static void fuzz_startstop(void)
{
	struct mapi_time t;
	uint32_t at;

	for (uint32_t i = fuzz_random(4); i; i--) {
		t = (struct mapi_time) { fuzz_random(1 << 30), fuzz_random(2), 0 };
		if (fuzz_chance(10))
			t.pad = fuzz_int();
		at = fuzz_nest(MAPI_A_FUNC_ARG);
		fuzz_str(MAPI_A_ARG_STR, fuzz_chance(80) ? "+1s" : "");
		fuzz_put(MAPI_A_ARG_BLOB, &t, fuzz_chance(90) ? sizeof(t) : 7);
		fuzz_end(at);
	}
}

/* Mostly a function in front, in the same flow. */
static void fuzz_ref(void)
{
	fuzz_arg_int(NULL, fuzz_chance(60) ? 0 :
			   fuzz_chance(80) ? fuzz_random(3000) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(4) : fuzz_int());
}

static void fuzz_arg_period(const char *text)
{
	static const uint64_t periods[] = { 1000000, 1000000000, 0, 999999, -1 };
	struct mapi_time t = { fuzz_pick(periods), fuzz_chance(90), 0 };
	uint32_t at = fuzz_nest(MAPI_A_FUNC_ARG);

	fuzz_str(MAPI_A_ARG_STR, text);
	if (fuzz_chance(80))
		fuzz_put(MAPI_A_ARG_BLOB, &t, fuzz_chance(90) ? sizeof(t) : 7);
	fuzz_end(at);
}

static void fuzz_stats(void)
{
	fuzz_ref();
	fuzz_arg_period(fuzz_chance(50) ? "0" : fuzz_name());
}

static void fuzz_bucket(void)
{
	fuzz_stats();
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(2) : fuzz_int());
	if (fuzz_chance(50))
		fuzz_arg_int("size", fuzz_chance(90) ? 4096 : fuzz_int());
}

static void fuzz_threshold(void)
{
	static const int types[] = { 0, 1, 2, 64, 66, 192, 194, 3 };
	static const int bounds[] = { 0, 1, 2, 4, 8, 16, 3 };

	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_pick(types) : fuzz_int());
	fuzz_ref();
	fuzz_arg_int(NULL, 0);
	fuzz_arg_int(NULL, fuzz_chance(80) ? fuzz_random(100) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_pick(bounds) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1000 : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(100) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(10) : fuzz_int());
	if (fuzz_chance(50))
		fuzz_arg_int("size", fuzz_chance(90) ? 4096 : fuzz_int());
}

static void fuzz_top(void)
{
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1 + fuzz_random(1000) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1 + fuzz_random(3) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1 + fuzz_random(21) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1 + fuzz_random(2) : fuzz_int());
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(3) : fuzz_int());
}

static void fuzz_anonymize(void)
{
	static const char *const words[] = {
		"IP", "TCP", "UDP", "ICMP", "HTTP", "FTP", "SRC_IP", "TTL", "PAYLOAD", "OPTIONS",
		"CHECKSUM", "URI", "COOKIE", "USER", "ZERO", "MAP", "MAP_DISTRIBUTION", "GAUSSIAN",
		"STRIP", "RANDOM", "HASHED", "ANON_SHA", "ANON_AES", "ANON_CRC32", "PAD_WITH_ZERO",
		"STRIP_REST", "PATTERN_FILL", "INTEGER", "STR", "REPLACE", "PREFIX_PRESERVING",
		"CHECKSUM_ADJUST", "1", "-1", "4294967296", "00", "1.2.3.4", "::1", "", ",",
	};
	static const char *const whole[] = {
		"IP,SRC_IP,MAP", "TCP,PAYLOAD,STRIP,3", "HTTP,URI,HASHED,ANON_SHA,STRIP_REST",
		"IP,DST_IP,PREFIX_PRESERVING", "IP,ID,MAP_DISTRIBUTION,UNIFORM,1,1",
		"UDP,PAYLOAD,HASHED,ANON_AES,PAD_WITH_ZERO", "TCP,CHECKSUM,CHECKSUM_ADJUST",
	};
	char text[256];

	snprintf(text, sizeof(text), "%s", fuzz_pick(whole));
	if (fuzz_chance(40))
		snprintf(text, sizeof(text), "%s,%s,%s,%s,%s", fuzz_pick(words),
			 fuzz_pick(words), fuzz_pick(words), fuzz_pick(words), fuzz_pick(words));
	fuzz_arg_str(text);
	if (fuzz_chance(5))
		fuzz_arg_str(text);
}

static void fuzz_anonymizeip(void)
{
	static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	fuzz_arg_str(key + (fuzz_chance(80) ? 0 : fuzz_random(sizeof(key))));
}

static void fuzz_inject(void)
{
	static const char *const names[] = { "lo", "v0", "v1", "no-such", "", "%d" };

	fuzz_arg_str(fuzz_pick(names));
	if (fuzz_chance(30))
		fuzz_arg_int("size", fuzz_chance(80) ? 1 << (17 + fuzz_random(3)) : fuzz_int());
}

static void fuzz_res2file(void)
{
	static const char *const lists[] = {
		"1", "2", "1@0", "1,2", "1,2,3", "2@1000,1", "99", "x", ",", "",
	};
	static const char *const types[] = { "1", "2", "1,1", "0,3,1", "3", "7", "" };
	static const char *const periods[] = { "0", "-1", "1s", "" };

	fuzz_arg_str(fuzz_pick(types));
	fuzz_arg_str(fuzz_pick(lists));
	fuzz_arg_str(fuzz_chance(50) ? "" : fuzz_name());
	fuzz_arg_file();
	fuzz_arg_period(fuzz_pick(periods));
	fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(2) : fuzz_int());
}

static void fuzz_sync(void)
{
	static const char *const lists[] = { "1", "1,2", "0", "99", "x", ",", "", "1@1" };
	char list[64];

	snprintf(list, sizeof(list), "%u,%u", fuzz_pick(fuzz_ids), fuzz_pick(fuzz_ids));
	fuzz_arg_str(fuzz_chance(70) ? list : fuzz_pick(lists));
}

static void fuzz_dist(void)
{
	static const char *const numbers[] = {
		"0", "1", "100", "1000", "18446744073709551615", "-1", "",
	};
	uint64_t number;
	uint32_t at;

	fuzz_ref();
	for (int i = 0; i < 3; i++) {
		number = fuzz_int();
		at = fuzz_nest(MAPI_A_FUNC_ARG);
		fuzz_str(MAPI_A_ARG_STR, fuzz_pick(numbers));
		if (fuzz_chance(10))
			fuzz_put(MAPI_A_ARG_BLOB, &number, fuzz_chance(90) ? 8 : 7);
		fuzz_end(at);
	}
	if (fuzz_chance(50))
		fuzz_arg_int("octave", fuzz_chance(80) ? 1 << fuzz_random(8) :
							 fuzz_int());
}

static void fuzz_binop(void)
{
	fuzz_arg_int(NULL, fuzz_chance(90) ? 1 : fuzz_int());
	fuzz_ref();
	fuzz_ref();
}

static void fuzz_burst(void)
{
	for (uint32_t i = fuzz_chance(95) ? 7 : fuzz_random(10); i; i--)
		fuzz_arg_int(NULL, fuzz_chance(90) ? fuzz_random(1 << fuzz_random(31)) :
						     fuzz_int());
}

static void fuzz_any_args(void)
{
	for (uint32_t i = fuzz_chance(80) ? 0 : fuzz_random(20); i; i--)
		fuzz_arg_int(NULL, fuzz_int());
}

static const struct {
	const char *name;
	void (*args)(void);
} fuzz_funcs[] = {
	{ "PKT_COUNTER", fuzz_any_args },
	{ "BYTE_COUNTER", fuzz_any_args },
	{ "TO_BUFFER", fuzz_to_buffer },
	{ "STR_SEARCH", fuzz_str_search },
	{ "BPF_FILTER", fuzz_bpf_filter },
	{ "REGEXP", fuzz_regexp },
	{ "SAMPLE", fuzz_sample },
	{ "INTERFACE", fuzz_sample },
	{ "TO_FILE", fuzz_to_file },
	{ "PKTINFO", fuzz_sample },
	{ "GAP", fuzz_any_args },
	{ "JITTER", fuzz_any_args },
	{ "BURST", fuzz_burst },
	{ "HASH", fuzz_hash },
	{ "HASHSAMP", fuzz_hashsamp },
	{ "SYNC", fuzz_sync },
	{ "STARTSTOP", fuzz_startstop },
	{ "STATS", fuzz_stats },
	{ "BUCKET", fuzz_bucket },
	{ "THRESHOLD", fuzz_threshold },
	{ "TOP", fuzz_top },
	{ "ANONYMIZE", fuzz_anonymize },
	{ "ANONYMIZEIP", fuzz_anonymizeip },
	{ "INJECT", fuzz_inject },
	{ "RES2FILE", fuzz_res2file },
	{ "DIST", fuzz_dist },
	{ "BINOP", fuzz_binop },
	{ "NOSUCH", fuzz_any_args },
};

static void fuzz_func(bool set)
{
	uint32_t at = fuzz_nest(MAPI_A_FLOW_FUNC);
	uint32_t which = fuzz_random(sizeof(fuzz_funcs) / sizeof(*fuzz_funcs));

	if (set) {
		fuzz_u32(MAPI_A_FUNC_FID, fuzz_random(5));
		if (fuzz_chance(40))
			fuzz_put(MAPI_A_FUNC_RESET, "", 0);
	} else {
		fuzz_str(MAPI_A_FUNC_NAME, fuzz_funcs[which].name);
		if (fuzz_chance(10))
			fuzz_str(MAPI_A_FUNC_LIBRARY, "stdflib");
		if (fuzz_chance(10))
			fuzz_str(MAPI_A_FUNC_OID, "1");
	}
	fuzz_funcs[which].args();
	fuzz_end(at);
}

static void fuzz_flow_new(void)
{
	static const uint32_t flags[] = { 0, 0, 0, 0, 0, 0, 2, 1, 3, 4 };
	uint32_t f = fuzz_pick(flags);

	fuzz_str(MAPI_A_FLOW_DEVICE, fuzz_dev());
	if (f)
		fuzz_u32(MAPI_A_FLOW_FLAGS, f);
	if (f & 1)
		fuzz_str(MAPI_A_FLOW_NAME, fuzz_name());
	if (fuzz_chance(20))
		fuzz_u32(MAPI_A_FLOW_DIRECTION, fuzz_random(5));
}

/* Mostly what changes nothing: to change it takes grace periods. */
static void fuzz_device_set(void)
{
	fuzz_str(MAPI_A_DEVICE_NAME, fuzz_dev());
	if (fuzz_chance(50))
		fuzz_u32(MAPI_A_DEVICE_MODE, fuzz_chance(98) ? 0 : fuzz_random(4));
	if (fuzz_chance(50))
		fuzz_u32(MAPI_A_DEVICE_TSTAMP, fuzz_random(3));
	if (fuzz_chance(30))
		fuzz_u32(MAPI_A_DEVICE_SHADOW, fuzz_random(3));
	if (fuzz_chance(10))
		fuzz_u32(MAPI_A_DEVICE_COST, fuzz_random(5));
}

static void fuzz_limit_set(void)
{
	static const uint32_t uids[] = { 1, 2, 3, 65534, UINT32_MAX };

	fuzz_u32(MAPI_A_LIMIT_UID, fuzz_pick(uids));
	if (fuzz_chance(50))
		fuzz_u32(MAPI_A_LIMIT_FLOWS, fuzz_int());
	if (fuzz_chance(50))
		fuzz_u64(MAPI_A_LIMIT_MEMORY, fuzz_int());
	if (fuzz_chance(50))
		fuzz_put(MAPI_A_LIMIT_RESET, "", 0);
}

static void fuzz_begin(uint16_t family, int cmd)
{
	fuzz.nlh = (struct nlmsghdr){
		.nlmsg_type = family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = 1,
	};
	*fuzz_genl() = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
	fuzz.len = NLMSG_HDRLEN + GENL_HDRLEN;
}

/* A request that might be granted. */
static void fuzz_make(uint16_t family)
{
	/* As often as a client would use them. */
	static const uint8_t cmds[] = {
		MAPI_CMD_FLOW_NEW, MAPI_CMD_FLOW_NEW, MAPI_CMD_FLOW_NEW,
		MAPI_CMD_FLOW_APPLY, MAPI_CMD_FLOW_APPLY, MAPI_CMD_FLOW_APPLY,
		MAPI_CMD_FLOW_APPLY, MAPI_CMD_FLOW_APPLY, MAPI_CMD_FLOW_APPLY,
		MAPI_CMD_FLOW_CONNECT, MAPI_CMD_FLOW_OPEN, MAPI_CMD_FLOW_GET,
		MAPI_CMD_FLOW_GET, MAPI_CMD_FLOW_SET, MAPI_CMD_FLOW_SET,
		MAPI_CMD_FLOW_SET, MAPI_CMD_FLOW_DEL, MAPI_CMD_RESULT_GET,
		MAPI_CMD_RESULT_GET, MAPI_CMD_DEVICE_GET, MAPI_CMD_DEVICE_SET,
		MAPI_CMD_FUNCTION_GET, MAPI_CMD_LIMIT_GET, MAPI_CMD_LIMIT_SET,
		MAPI_CMD_PLAN_GET, MAPI_CMD_DEVICE_NEW,
	};
	int cmd = fuzz_pick(cmds);

	fuzz_begin(family, cmd);
	switch (cmd) {
	case MAPI_CMD_FLOW_NEW:
		fuzz_flow_new();
		break;
	case MAPI_CMD_FLOW_APPLY:
		fuzz_u32(MAPI_A_FLOW_FD, fuzz_fd());
		fuzz_func(false);
		break;
	case MAPI_CMD_FLOW_CONNECT:
		fuzz_u32(MAPI_A_FLOW_FD, fuzz_fd());
		break;
	case MAPI_CMD_FLOW_SET:
		fuzz_flow_key();
		fuzz_func(true);
		break;
	case MAPI_CMD_RESULT_GET:
		fuzz_flow_key();
		if (fuzz_chance(30))
			fuzz_func(true);
		break;
	case MAPI_CMD_DEVICE_GET:
		fuzz_str(MAPI_A_DEVICE_NAME, fuzz_dev());
		break;
	case MAPI_CMD_DEVICE_SET:
		fuzz_device_set();
		break;
	case MAPI_CMD_DEVICE_NEW:
		fuzz_str(MAPI_A_DEVICE_SOURCE, fuzz_chance(80) ? "trace" : "nic");
		fuzz_str(MAPI_A_DEVICE_NAME, fuzz_dev());
		fuzz_u32(MAPI_A_DEVICE_LINKTYPE, fuzz_random(300));
		break;
	case MAPI_CMD_FUNCTION_GET:
		fuzz_str(MAPI_A_FUNCTION_NAME, fuzz_pick(fuzz_funcs).name);
		break;
	case MAPI_CMD_LIMIT_SET:
		fuzz_limit_set();
		break;
	case MAPI_CMD_LIMIT_GET:
		fuzz_u32(MAPI_A_LIMIT_UID, fuzz_random(4));
		break;
	case MAPI_CMD_PLAN_GET:
		if (fuzz_chance(80))
			fuzz_str(MAPI_A_PLAN_DEVICE, fuzz_dev());
		if (fuzz_chance(90))
			fuzz.nlh.nlmsg_flags |= NLM_F_DUMP;
		break;
	default:
		fuzz_flow_key();
		if (cmd == MAPI_CMD_FLOW_GET && fuzz_chance(30))
			fuzz_put(MAPI_A_FLOW_CUT, "", 0);
	}
	if (fuzz_chance(4))
		fuzz.nlh.nlmsg_flags |= NLM_F_DUMP;
	fuzz.nlh.nlmsg_len = fuzz.len;
}

#endif
