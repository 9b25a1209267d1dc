// SPDX-License-Identifier: GPL-2.0
/*
 * errors_args DEVICE: arguments of functions that are missing, too many, of the
 * wrong type or out of range; as text, through the macro, and without it.
 */
#include "refuses.h"

#define MANY	64
#define LONG	5000

static char many[4 * MANY + 2];		/* one alternative too many */
static char longer[LONG];

static const struct {
	const char *what, *func;
	const char *args[7];
	unsigned int nargs;
	int code;
	const char *part;
} texts[] = {
	{ "an unknown function", "NOSUCH", { 0 }, 0, 6144, "NOSUCH" },
	{ "a function without a name", "", { 0 }, 0, 6144, "" },
	{ "a name of a library only", "stdflib:", { 0 }, 0, 6144, "stdflib" },
	{ "a name with a blank", "PKT COUNTER", { 0 }, 0, 6144, "" },
	{ "a name with a path", "../PKT_COUNTER", { 0 }, 0, 6144, "" },
	{ "a name in small letters", "pkt_counter", { 0 }, 0, 6144, "" },
	{ "a name of 5000 letters", longer, { 0 }, 0, 6144, "" },
	{ "an unknown library", "nolib:PKT_COUNTER", { 0 }, 0, 6144, "nolib" },
	{ "a version for other devices", "PKT_COUNTER!1.9", { 0 }, 0, 6144, "1.9" },
	{ "a version that is no number", "PKT_COUNTER!1..1", { 0 }, 0, 6144, "" },
	{ "an argument where none is taken", "PKT_COUNTER", { "1" }, 1, 7000,
	  "PKT_COUNTER" },

	{ "no filter", "BPF_FILTER", { 0 }, 0, 7001, "expression" },
	{ "a filter that is NULL", "BPF_FILTER", { NULL }, 1, 7001, "expression" },
	{ "an empty filter", "BPF_FILTER", { "" }, 1, 7001, "expression" },
	{ "a blank filter", "BPF_FILTER", { " \t" }, 1, 7001, "expression" },
	{ "half a filter", "BPF_FILTER", { "tcp and" }, 1, 1025, "expression" },
	{ "a filter of nonsense", "BPF_FILTER", { "foo bar" }, 1, 1025,
	  "expression" },
	{ "a filter with an open bracket", "BPF_FILTER", { "(tcp" }, 1, 1025,
	  "expression" },
	{ "a filter with a wrong address", "BPF_FILTER", { "host 999.9.9.9" }, 1,
	  1025, "expression" },
	{ "a filter that never matches", "BPF_FILTER", { "ip and ip6" }, 1, 1025,
	  "expression" },
	{ "a filter of 5000 letters", "BPF_FILTER", { longer }, 1, 1025,
	  "expression" },
	{ "two filters in one", "BPF_FILTER", { "tcp", "udp" }, 2, 7000,
	  "BPF_FILTER" },

	{ "no pattern", "STR_SEARCH", { 0 }, 0, 7001, "pattern" },
	{ "a pattern that is NULL", "STR_SEARCH", { NULL }, 1, 7001, "pattern" },
	{ "an empty pattern", "STR_SEARCH", { "" }, 1, 7001, "pattern" },
	{ "a | without a partner", "STR_SEARCH", { "|41" }, 1, 3091, "pattern" },
	{ "a | at the end", "STR_SEARCH", { "ab|" }, 1, 3091, "pattern" },
	{ "a third |", "STR_SEARCH", { "|41|x|42" }, 1, 3091, "pattern" },
	{ "odd hexadecimal digits", "STR_SEARCH", { "|414|" }, 1, 3092, "pattern" },
	{ "one hexadecimal digit", "STR_SEARCH", { "|4 1|" }, 1, 3092, "pattern" },
	{ "digits that are not hexadecimal", "STR_SEARCH", { "|4g|" }, 1, 3092,
	  "pattern" },
	{ "no digits between two |", "STR_SEARCH", { "| |" }, 1, 3092, "pattern" },
	{ "a trailing backslash", "STR_SEARCH", { "ab\\" }, 1, 3092, "pattern" },
	{ "an empty first alternative", "STR_SEARCH", { "||ab" }, 1, 3092,
	  "alternative" },
	{ "an empty last alternative", "STR_SEARCH", { "ab||" }, 1, 3092,
	  "alternative" },
	{ "an empty alternative in between", "STR_SEARCH", { "a||||b" }, 1, 3092,
	  "alternative" },
	{ "65 alternatives", "STR_SEARCH", { many }, 1, 3092, "alternatives" },
	{ "a pattern of 5000 letters", "STR_SEARCH", { longer }, 1, 7001,
	  "" },
	{ "a negative offset", "STR_SEARCH", { "x", "-1" }, 2, 7002, "offset" },
	{ "a very negative offset", "STR_SEARCH", { "x", "-9223372036854775808" },
	  2, 7002, "offset" },
	{ "an offset beyond an int", "STR_SEARCH", { "x", "2147483648" }, 2, 7002,
	  "offset" },
	{ "an offset beyond 64 bits", "STR_SEARCH", { "x", "99999999999999999999" },
	  2, 7002, "offset" },
	{ "an offset that is a word", "STR_SEARCH", { "x", "y" }, 2, 7002,
	  "offset" },
	{ "an offset with a fraction", "STR_SEARCH", { "x", "1.5" }, 2, 7002,
	  "offset" },
	{ "an offset that is NULL", "STR_SEARCH", { "x", NULL }, 2, 7002,
	  "offset" },
	{ "an empty offset", "STR_SEARCH", { "x", "" }, 2, 7002, "offset" },
	{ "a negative depth", "STR_SEARCH", { "x", "0", "-1" }, 3, 7003, "depth" },
	{ "a depth beyond an int", "STR_SEARCH", { "x", "0", "4294967296" }, 3,
	  7003, "depth" },
	{ "a depth shorter than the pattern", "STR_SEARCH", { "abc", "0", "2" }, 3,
	  3090, "depth" },
	{ "a depth shorter than one alternative", "STR_SEARCH",
	  { "ab||abc", "0", "2" }, 3, 3090, "depth" },
	{ "a fourth argument", "STR_SEARCH", { "x", "0", "0", "0" }, 4, 7000,
	  "STR_SEARCH" },

	{ "no rate", "SAMPLE", { 0 }, 0, 7001, "value" },
	{ "a rate beyond an int", "SAMPLE", { "9999999999" }, 1, 7001, "value" },
	{ "a rate that is a word", "SAMPLE", { "often" }, 1, 7001, "value" },

	{ "neither time nor size", "PKTINFO", { "3" }, 1, 7002, "what" },
	{ "nothing to tell", "PKTINFO", { 0 }, 0, 7001, "what" },
	{ "a layer of 4", "HASH", { "4" }, 1, 7001, "layer" },
	{ "a layer of -1", "HASH", { "-1" }, 1, 7001, "layer" },
	{ "a key too short", "HASH", { "0", "00112233445566778899aabbccddee" }, 2,
	  7002, "key" },
	{ "a key that is not hexadecimal", "HASH",
	  { "0", "00112233445566778899aabbccddeefg" }, 2, 7002, "key" },
	{ "an argument of GAP", "GAP", { "1" }, 1, 7000, "GAP" },

	{ "a start that is no time", "STARTSTOP", { "soon", "" }, 2, 7001, "start" },
	{ "a negative start", "STARTSTOP", { "-1s", "" }, 2, 7001, "start" },
	{ "a stop in hours", "STARTSTOP", { "+1s", "+1h" }, 2, 7002, "stop" },
	{ "a stop on the 31st of February", "STARTSTOP",
	  { "", "2026-02-31 12:00:00" }, 2, 7002, "stop" },
	{ "a stop in a thousand years", "STARTSTOP", { "", "3026-01-01 12:00:00" },
	  2, 7002, "stop" },
	{ "a relative start and an absolute stop", "STARTSTOP",
	  { "+1s", "2026-11-26 12:00:00" }, 2, 7000, "relative" },

	{ "a flag of 2", "TO_BUFFER", { "2" }, 1, 7001, "flag" },
	{ "a flag of -1", "TO_BUFFER", { "-1" }, 1, 7001, "flag" },
	{ "an unknown flag", "TO_BUFFER", { "LATER" }, 1, 7001, "flag" },
	{ "a negative snaplen", "TO_BUFFER", { "0", "-1" }, 2, 7002, "snaplen" },
	{ "a ring of nothing", "TO_BUFFER", { "0", "0", "0" }, 3, 7003, "size" },
	{ "a ring too small", "TO_BUFFER", { "0", "0", "65536" }, 3, 7003, "size" },
	{ "a ring too large", "TO_BUFFER", { "0", "0", "67108864" }, 3, 7003,
	  "size" },
	{ "a ring that is no power of two", "TO_BUFFER", { "0", "0", "131073" }, 3,
	  7003, "size" },
	{ "a watermark beyond the ring", "TO_BUFFER",
	  { "0", "0", "131072", "131073" }, 4, 7004, "watermark" },
	{ "a negative time limit", "TO_BUFFER", { "0", "0", "131072", "0", "-1" },
	  5, 7005, "limit" },
	{ "a sixth argument", "TO_BUFFER", { "0", "0", "131072", "0", "0", "0" },
	  6, 7000, "TO_BUFFER" },

	{ "no format", "TO_FILE", { 0 }, 0, 7001, "format" },
	{ "no file", "TO_FILE", { "0" }, 1, 6155, "file" },
	{ "a file that is NULL", "TO_FILE", { "0", NULL }, 2, 6155, "file" },
	{ "a format that is a word", "TO_FILE", { "gif", "/dev/null" }, 2, 7001,
	  "format" },
};

static void as_text(int fd)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		refuses(texts[i].what,
			mapi_apply_function_array(fd, texts[i].func,
						  (char **)texts[i].args,
						  texts[i].nargs) == -1,
			texts[i].code, texts[i].part);
	refuses("a function that is NULL",
		mapi_apply_function_array(fd, NULL, NULL, 0) == -1, 6144, "NULL");
	refuses("4 billion arguments",
		mapi_apply_function_array(fd, "STR_SEARCH", NULL, ~0U) == -1,
		7000, "STR_SEARCH");
}

/* What C can tell of its arguments, the macro does. */
static void as_arguments(int fd)
{
	struct { long a[4]; } other = { { 0 } };
	const char *nowhere = (const char *)0x1000;

	refuses("an unknown function", mapi_apply_function(fd, "NOSUCH") == -1,
		6144, "NOSUCH");
	refuses("a function that is NULL", mapi_apply_function(fd, NULL) == -1,
		6144, "NULL");
	refuses("a missing filter", mapi_apply_function(fd, BPF_FILTER) == -1,
		7001, "expression");
	refuses("a filter that is NULL",
		mapi_apply_function(fd, BPF_FILTER, NULL) == -1, 7001,
		"expression");
	refuses("a filter that is a number",
		mapi_apply_function(fd, BPF_FILTER, 5) == -1, 7001, "string");
	refuses("a filter that is a fraction",
		mapi_apply_function(fd, BPF_FILTER, 5.5) == -1, 7001, "string");
	refuses("a filter that is a structure",
		mapi_apply_function(fd, BPF_FILTER, other) == -1, 7001, "string");
	refuses("a filter that is nowhere",
		mapi_apply_function(fd, BPF_FILTER, nowhere) == -1, 7001,
		"expression");
	refuses("a bad filter",
		mapi_apply_function(fd, BPF_FILTER, "tcp or or udp") == -1, 1025,
		"expression");
	refuses("a missing pattern", mapi_apply_function(fd, STR_SEARCH) == -1,
		7001, "pattern");
	refuses("an offset that is a string",
		mapi_apply_function(fd, STR_SEARCH, "x", "y") == -1, 7002,
		"offset");
	refuses("an offset that is a fraction",
		mapi_apply_function(fd, STR_SEARCH, "x", 1.5, 0) == -1, 7002,
		"offset");
	refuses("a negative offset",
		mapi_apply_function(fd, STR_SEARCH, "x", -1, 0) == -1, 7002,
		"offset");
	refuses("a huge offset",
		mapi_apply_function(fd, STR_SEARCH, "x", 1LL << 40, 0) == -1, 7002,
		"offset");
	refuses("a negative depth",
		mapi_apply_function(fd, STR_SEARCH, "x", 0, -7) == -1, 7003,
		"depth");
	refuses("a depth that is too short",
		mapi_apply_function(fd, STR_SEARCH, "abc", 0, 1) == -1, 3090,
		"depth");
	refuses("a missing rate", mapi_apply_function(fd, SAMPLE) == -1, 7001,
		"value");
	refuses("a rate that is a fraction",
		mapi_apply_function(fd, SAMPLE, 2.5, PERIODIC) == -1, 7001,
		"value");
	refuses("a flag that is a string",
		mapi_apply_function(fd, TO_BUFFER, "WAIT") == -1, 7001, "flag");
	refuses("a flag out of range", mapi_apply_function(fd, TO_BUFFER, 7) == -1,
		7001, "flag");
	refuses("a missing format", mapi_apply_function(fd, TO_FILE) == -1, 7001,
		"format");
	refuses("a missing file", mapi_apply_function(fd, TO_FILE, MFF_PCAP) == -1,
		6155, "file");
	refuses("a file that is NULL",
		mapi_apply_function(fd, TO_FILE, MFF_PCAP, NULL, 0) == -1, 6155,
		"file");
	refuses("a file that is a number",
		mapi_apply_function(fd, TO_FILE, MFF_PCAP, 7, 0) == -1, 7002,
		"file");
}

/* Without the macro nothing is known, but nothing may break, either. */
static void as_garbage(int fd)
{
	(mapi_apply_function)(fd, "BPF_FILTER");
	(mapi_apply_function)(fd, "STR_SEARCH");
	(mapi_apply_function)(fd, "STR_SEARCH", "x");
	(mapi_apply_function)(fd, "TO_BUFFER");
	(mapi_apply_function)(fd, "TO_FILE", MFF_PCAP, (char *)8);
	(mapi_apply_function)(fd, "SAMPLE");
	(mapi_apply_function)(fd, (char *)"PKT_COUNTER", 1, 2, 3);
	ktap_ok(true, "survives missing arguments without the macro");
	mapi_read_error(&(int){ 0 }, NULL);
	refuses("a bad filter without the macro",
		(mapi_apply_function)(fd, "BPF_FILTER", "tcp and") == -1, 1025,
		"expression");
	refuses("a bad pattern without the macro",
		(mapi_apply_function)(fd, "STR_SEARCH", "|4|", 0, 0) == -1, 3092,
		"pattern");
}

static int functions_of(int fd)
{
	mapi_flow_info_t info = { .num_functions = -1 };

	mapi_get_flow_info(fd, &info);
	return info.num_functions;
}

/* What MAPI takes, and what the optional arguments allow. */
static void good(int fd)
{
	char *pattern[] = { "a|42 43|\\|||d", "2147483647", "0" };
	char *sample[] = { "-5", "99" };
	char *buffer[] = { "NOWAIT", "0", "0x20000", "1", "0" };

	accepts("extra arguments, as C does",
		mapi_apply_function(fd, PKT_COUNTER, 1, "x") == 1);
	accepts("library and version",
		mapi_apply_function(fd, "stdflib:PKT_COUNTER!1") == 2);
	accepts("a pattern alone", mapi_apply_function(fd, STR_SEARCH, "x") == 3);
	accepts("a pattern with everything",
		mapi_apply_function_array(fd, STR_SEARCH, pattern, 3) == 4);
	accepts("a rate and a mode that are clamped",
		mapi_apply_function_array(fd, SAMPLE, sample, 2) == 5);
	accepts("no flag", mapi_apply_function(fd, TO_BUFFER) == 6);
	accepts("all arguments",
		mapi_apply_function_array(fd, TO_BUFFER, buffer, 5) == 7);
	ktap_is(functions_of(fd), 7, "only what was accepted is in the flow");
	accepts("to connect", mapi_connect(fd) == 0);
}

int main(int argc, char **argv)
{
	int fd;

	ktap_need(argc == 2);
	memset(longer, 'x', sizeof(longer) - 1);
	strcpy(many, "x");
	for (int i = 0; i < MANY; i++)
		strcat(many, "||x");

	fd = mapi_create_flow(argv[1]);
	ktap_need(fd > 0);
	as_text(fd);
	as_arguments(fd);
	ktap_is(functions_of(fd), 0, "nothing that was refused is in the flow");
	good(fd);
	mapi_close_flow(fd);

	fd = mapi_create_flow(argv[1]);
	as_garbage(fd);
	mapi_close_flow(fd);
	return ktap_end();
}
