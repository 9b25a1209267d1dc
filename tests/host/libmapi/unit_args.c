// SPDX-License-Identifier: MIT
/* Arguments of functions: as C arguments, as text, compiled by client halves. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "apply_varargs.h"
#include "client.h"
#include "strings.h"
#include "unit.h"

void varargs(void);
void varargs_missing(void);
void varargs_wrong(void);
void varargs_unknown(void);
void strings(void);
void text(void);
void filters(void);
void filters_threads(void);
void file_result(void);

/* A function with an argument of every type. */
static const struct mapi_spec spec = {
	.name = "ALL",
	.nargs = 7,
	.nvarargs = 6,
	.args = {
		{ .name = "string", .type = 's' },
		{ .name = "int", .type = 'i' },
		{ .name = "char", .type = 'c' },
		{ .name = "long", .type = 'l' },
		{ .name = "flow", .type = 'r', .flags = MAPI_ARG_F_OPTIONAL },
		{ .name = "references", .type = 'S',
		  .flags = MAPI_ARG_F_OPTIONAL },
		{ .name = "extra", .type = 'i', .def = 9,
		  .flags = MAPI_ARG_F_EXTRA | MAPI_ARG_F_OPTIONAL },
	},
};

static struct mapi_call call;
static struct mapi_nl_err err;

static void setup(void)
{
	mapi_call_free(&call);
	memset(&call, 0, sizeof(call));
	memset(&err, 0, sizeof(err));
	for (int i = 0; i < MAPI_ARGS_MAX; i++)
		call.args[i].fd = -1;
	strcpy(call.name, spec.name);
	call.spec = &spec;
}

static int set_sig(mapi_sig_t sig, const char *name, ...)
{
	va_list ap;
	int ret;

	(void)name;
	setup();
	va_start(ap, name);
	ret = mapi_call_set_varargs(&call, sig, &ap, &err);
	va_end(ap);
	return ret ? ret : mapi_call_check_count(&call, &err);
}

#define SET(...)	set_sig(MAPI_SIGNATURE(__VA_ARGS__), __VA_ARGS__)
#define N		"ALL"

void varargs(void)
{
	char bytes[] = "bytes";

	CHECK(!SET(N, "text", -5, 'x', 1ULL << 62, 3, "1@2"));
	CHECK(call.nargs == 6 && !strcmp(call.args[0].str, "text"));
	CHECK(call.args[1].num == -5 && call.args[2].num == 'x');
	CHECK(call.args[3].num == 1LL << 62 && call.args[4].num == 3);
	CHECK(!strcmp(call.args[5].str, "1@2"));

	/* int for long, long for int, arrays; optional ones left out */
	CHECK(!SET(N, bytes, 5000000000L, (short)2, 7));
	CHECK(call.nargs == 4 && !strcmp(call.args[0].str, bytes));
	CHECK(call.args[1].num == 5000000000 && call.args[2].num == 2);
	CHECK(call.args[3].num == 7);
	CHECK(!SET(N, bytes, 0, 0, 3000000000u));
	CHECK(call.args[3].num == 3000000000);

	/* more than it takes */
	CHECK(!SET(N, "", 1, 2, 3, 4, "S", 5, 6.5, "more"));
	CHECK(call.nargs == 6);

	/* NULL in all its forms is no string, and refused later */
	CHECK(!SET(N, NULL, 1, 2, 3) && !call.args[0].str);
	CHECK(!SET(N, 0, 1, 2, 3) && !call.args[0].str);
	CHECK(!SET(N, 0L, 1, 2, 3) && !call.args[0].str);
}

static void check_arg(unsigned int n, unsigned int code, const char *says)
{
	CHECK(err.cookie.arg == n && err.cookie.code == code);
	CHECK(!strncmp(err.text, "ALL: argument ", 14) && err.text[14] == '0' + (char)n);
	CHECK(strstr(err.text, says));
}

void varargs_missing(void)
{
	CHECK(SET(N));
	check_arg(1, 7001, "(string): is missing");
	CHECK(SET(N, "x", 1));
	check_arg(3, 7003, "(char): is missing");
	CHECK(SET(N, "x", 1, 'c'));
	check_arg(4, 7004, "(long): is missing");
}

void varargs_wrong(void)
{
	CHECK(SET(N, 5, 1, 2, 3));
	check_arg(1, 7001, "must be a string");
	CHECK(SET(N, (char *)5, 1, 2, 3));
	check_arg(1, 7001, "is not a string");
	CHECK(SET(N, "x", "y", 2, 3));
	check_arg(2, 7002, "must be a number");
	CHECK(SET(N, "x", 1, 2, 3.5));
	check_arg(4, 7004, "must be a whole number");
	CHECK(SET(N, "x", 1, 2, 3, 4, 5.0));
	check_arg(6, 7011, "must be a string");
}

/* Called without the macro: read what must be there. */
void varargs_unknown(void)
{
	CHECK(!set_sig(MAPI_SIG_UNKNOWN, N, "text", -5, 'x', 1ULL << 62, 3, "S"));
	CHECK(call.nargs == 6 && call.args[1].num == -5);
	CHECK(call.args[3].num == 1LL << 62 && !strcmp(call.args[5].str, "S"));
	CHECK(set_sig(MAPI_SIG_UNKNOWN, N, (char *)-1, 1, 2, 3L, 4, "S"));
	check_arg(1, 7001, "is not a string");
}

void strings(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *copy;

	CHECK(map != MAP_FAILED && !munmap(map + 2 * page, page));
	memset(map, 'x', 2 * page);
	map[2 * page - 1] = '\0';
	/* from one page into the next, up to its end */
	copy = mapi_string_read(map + page / 2, 2 * page);
	CHECK(copy && strlen(copy) == page + page / 2 - 1);
	free(copy);
	CHECK(!mapi_string_read(map + page, page - 2) && errno == E2BIG);
	copy = mapi_string_read(map + page, page - 1);
	CHECK(copy && strlen(copy) == page - 1);
	free(copy);
	copy = mapi_string_read(map + 2 * page - 1, 10);
	CHECK(copy && !*copy);
	free(copy);
	/* no end before the pages have one */
	map[2 * page - 1] = 'x';
	CHECK(!mapi_string_read(map + page, 2 * page) && errno == EFAULT);
	CHECK(!mapi_string_read(map + 2 * page, 10) && errno == EFAULT);
	CHECK(!mapi_string_read((char *)1, 10) && errno == EFAULT);
	CHECK(!mapi_string_read((char *)-1, 10) && errno == EFAULT);
	CHECK(!mapi_string_read((char *)(1UL << 63), 10) && errno == EFAULT);
}

void text(void)
{
	char *good[] = { "a b", "-0x10", "c", "9000000000", "NOWAIT", "1@2", "4" };
	char *bad[] = { "a", "1k", "c", "1" };
	char *none[] = { "a", NULL };
	char long_text[MAPI_STR_MAX + 2] = "";
	char *longest[] = { long_text, "1", "c", "1" };

	setup();
	CHECK(!mapi_call_set_text(&call, good, 7, &err) && call.nargs == 7);
	CHECK(!strcmp(call.args[0].str, "a b") && call.args[1].num == -16);
	CHECK(call.args[2].num == 'c' && call.args[3].num == 9000000000);
	CHECK(call.args[4].num == NOWAIT && call.args[6].num == 4);
	setup();
	CHECK(!mapi_call_set_text(&call, good, 4, &err));
	CHECK(mapi_call_number(&call, 6) == 9);
	setup();
	CHECK(mapi_call_set_text(&call, good, 8, &err));
	CHECK(err.cookie.code == MFUNCT_INVALID_ARGUMENT);
	setup();
	CHECK(mapi_call_set_text(&call, bad, 4, &err));
	check_arg(2, 7002, "\"1k\" is not a number");
	setup();
	CHECK(mapi_call_set_text(&call, none, 2, &err));
	check_arg(2, 7002, "is NULL");

	memset(long_text, 'x', MAPI_STR_MAX);
	setup();
	CHECK(!mapi_call_set_text(&call, longest, 4, &err));
	CHECK(!mapi_call_prepare(&call, 1, &err));
	long_text[MAPI_STR_MAX] = 'x';
	setup();
	CHECK(!mapi_call_set_text(&call, longest, 4, &err));
	CHECK(mapi_call_prepare(&call, 1, &err));
	check_arg(1, 7001, "is longer than 4095 characters");
}

static int compile(struct mapi_call *c, char *expr, unsigned int linktype,
		   struct mapi_nl_err *e)
{
	static const struct mapi_spec filter = {
		.name = "BPF_FILTER",
		.nargs = 1,
		.args = { { .name = "expression", .type = 's' } },
	};

	memset(c, 0, sizeof(*c));
	c->spec = &filter;
	c->args[0].str = expr;
	c->linktype = linktype;
	return mapi_client_bpf_filter.apply(c, e);
}

void filters(void)
{
	char udp[] = "udp port 53", bad[] = "porrt 80", empty[] = "", blank[] = " ";
	char ether[] = "ether src 1:2:3:4:5:6";
	struct mapi_call c;
	const struct { __u16 code; __u8 jt, jf; __u32 k; } *prog;
	size_t ether_len;

	CHECK(mapi_client_find("BPF_FILTER") == &mapi_client_bpf_filter);
	CHECK(!mapi_client_find("PKT_COUNTER"));
	CHECK(!compile(&c, udp, 1, &err) && c.args[0].blob_len % 8 == 0);
	prog = c.args[0].blob;
	CHECK(prog[0].code == 0x28 && prog[0].k == 12);	/* the Ethernet type */
	ether_len = c.args[0].blob_len;
	free(c.args[0].blob);
	CHECK(!compile(&c, udp, 101, &err));	/* plain IP has no such thing */
	CHECK(c.args[0].blob_len && c.args[0].blob_len != ether_len);
	free(c.args[0].blob);
	CHECK(compile(&c, ether, 101, &err) && err.cookie.code == PCAP_BPF_ERR);
	CHECK(compile(&c, bad, 1, &err) && err.cookie.code == PCAP_BPF_ERR);
	CHECK(strstr(err.text, "syntax error"));
	CHECK(compile(&c, empty, 1, &err) && err.cookie.code == 7001);
	CHECK(compile(&c, blank, 1, &err) && err.cookie.code == 7001);
}

static void *compile_many(void *arg)
{
	char expr[] = "tcp[tcpflags] & tcp-syn != 0 and host 10.0.0.1";
	struct mapi_nl_err e;
	struct mapi_call c;

	for (int i = 0; i < 200; i++) {
		CHECK(!compile(&c, expr, 1, &e));
		free(c.args[0].blob);
	}
	return arg;
}

void filters_threads(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, compile_many, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

void file_result(void)
{
	__u64 words[3] = { 1, 100, 6400 };
	int val = -1;

	CHECK(mapi_client_to_file.result_size == sizeof(val));
	mapi_client_to_file.get_result(NULL, words, sizeof(words), &val);
	CHECK(val == 11);
	words[0] = 0;
	mapi_client_to_file.get_result(NULL, words, sizeof(words), &val);
	CHECK(val == 0);
}
