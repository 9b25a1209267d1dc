// SPDX-License-Identifier: GPL-2.0
/*
 * nl_errors DEVICE: wrong requests to the kernel itself. Each must be refused
 * with the right errno, MAPI error number, number of the argument and attribute.
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <unistd.h>
#include "nl.h"

struct want {
	int error;
	uint32_t code;
	uint32_t arg;
	unsigned int attr;
	const char *part;
};

#define WANT(...) ((struct want){ __VA_ARGS__ })

static void refused(const char *what, struct nl_answer ans, struct want want)
{
	if (!ktap_ok(ans.error == want.error && ans.code == want.code &&
		     ans.arg == want.arg && (!want.attr || ans.attr == want.attr) &&
		     strstr(ans.text, want.part ?: "") && !ans.msgs,
		     "refuses %s", what))
		ktap_diag("errno %d, error %u, argument %u, attribute %u, missing %u, %u messages: \"%s\"; wanted %d, %u, %u, %u: \"%s\"",
			  ans.error, ans.code, ans.arg, ans.attr, ans.missing,
			  ans.msgs, ans.text, want.error, want.code, want.arg,
			  want.attr, want.part);
}

static void accepted(const char *what, struct nl_answer ans)
{
	if (!ktap_ok(!ans.error, "accepts %s", what))
		ktap_diag("errno %d, error %u: \"%s\"", ans.error, ans.code,
			  ans.text);
}

/* A request being made, with the function's nest open. */
static struct nl_msg *msg;
static struct nlattr *func;

static void begin(int cmd, int fd, const char *name)
{
	msg = nl_new(cmd, 0);
	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
	if (name)
		nla_put_string(msg, MAPI_A_FUNC_NAME, name);
}

static struct nl_answer end(void)
{
	nla_nest_end_keep_empty(msg, func);
	return nl_ask(msg, NULL, NULL);
}

static void arg_int(long long val)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_s64(msg, MAPI_A_ARG_INT, val);
	nla_nest_end(msg, arg);
}

static void arg_str(const char *str)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_string(msg, MAPI_A_ARG_STR, str);
	nla_nest_end(msg, arg);
}

static void arg_fd(int fd)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_s32(msg, MAPI_A_ARG_FD, fd);
	nla_nest_end(msg, arg);
}

static void arg_named(const char *name, long long val)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_string(msg, MAPI_A_ARG_NAME, name);
	nla_put_s64(msg, MAPI_A_ARG_INT, val);
	nla_nest_end(msg, arg);
}

static void arg_blob(const char *str, const void *blob, int len)
{
	struct nlattr *arg = nla_nest_start(msg, MAPI_A_FUNC_ARG);

	nla_put_string(msg, MAPI_A_ARG_STR, str);
	nla_put(msg, MAPI_A_ARG_BLOB, len, blob);
	nla_nest_end(msg, arg);
}

static void commands(void)
{
	static const int unknown[] = { 0, MAPI_CMD_FLOW_NTF, MAPI_CMD_DEVICE_NTF,
				       MAPI_CMD_MAX + 1, 77, 255 };
	static const int only_dump[] = { MAPI_CMD_PLAN_GET };
	static const int no_dump[] = { MAPI_CMD_FLOW_NEW, MAPI_CMD_FLOW_APPLY,
				       MAPI_CMD_RESULT_GET, MAPI_CMD_LIMIT_SET };
	char what[60];

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		snprintf(what, sizeof(what), "command %d", unknown[i]);
		refused(what, nl_ask(nl_new(unknown[i], 0), NULL, NULL),
			WANT(EOPNOTSUPP));
	}
	for (size_t i = 0; i < sizeof(only_dump) / sizeof(*only_dump); i++) {
		snprintf(what, sizeof(what), "command %d without a dump", only_dump[i]);
		refused(what, nl_ask(nl_new(only_dump[i], 0), NULL, NULL),
			WANT(EOPNOTSUPP));
	}
	for (size_t i = 0; i < sizeof(no_dump) / sizeof(*no_dump); i++) {
		snprintf(what, sizeof(what), "a dump of command %d", no_dump[i]);
		refused(what, nl_ask(nl_new(no_dump[i], NLM_F_DUMP), NULL, NULL),
			WANT(EOPNOTSUPP));
	}
}

static struct nl_answer plan_of(const char *device)
{
	msg = nl_new(MAPI_CMD_PLAN_GET, NLM_F_DUMP);
	nla_put_string(msg, MAPI_A_PLAN_DEVICE, device);
	return nl_ask(msg, NULL, NULL);
}

static void plans(void)
{
	char name[MAPI_DEVNAME_MAX + 2];

	refused("the plan of an unknown device", plan_of("nosuch0"),
		WANT(ENODEV, MAPI_ERR_NO_DEVICE, 0, MAPI_A_PLAN_DEVICE, "nosuch0"));
	refused("the plan of no device's name", plan_of("a b"),
		WANT(ENODEV, MAPI_ERR_NO_DEVICE, 0, MAPI_A_PLAN_DEVICE,
		     "not the name"));
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	refused("the plan of a device with a name that is too long",
		plan_of(name), WANT(EINVAL, 0, 0, MAPI_A_PLAN_DEVICE));
	msg = nl_new(MAPI_CMD_PLAN_GET, NLM_F_DUMP);
	nla_put_u64(msg, MAPI_A_PLAN_NODE, 1);
	refused("a node of a plan", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_PLAN_NODE));
}

static void flows(const char *device)
{
	struct nl_answer ans;

	ans = nl_ask(nl_new(MAPI_CMD_FLOW_NEW, 0), NULL, NULL);
	refused("a flow without a device", ans,
		WANT(EINVAL, MAPI_ERR_NO_DEVICE, 0, 0, "device"));
	ktap_is(ans.missing, MAPI_A_FLOW_DEVICE, "and says what is missing");

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, "nosuch0");
	refused("an unknown device", nl_ask(msg, NULL, NULL),
		WANT(ENODEV, MAPI_ERR_NO_DEVICE, 0, MAPI_A_FLOW_DEVICE, "nosuch0"));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put(msg, MAPI_A_FLOW_DEVICE, 3, "abc");
	refused("a name without an end", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_FLOW_DEVICE));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(msg, MAPI_A_FLOW_DIRECTION, 4);
	refused("an unknown direction", nl_ask(msg, NULL, NULL),
		WANT(ERANGE, 0, 0, MAPI_A_FLOW_DIRECTION));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(msg, MAPI_A_FLOW_FLAGS, 0x100);
	refused("unknown flags", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_FLOW_FLAGS));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u16(msg, MAPI_A_FLOW_DIRECTION, 1);
	refused("a direction of two bytes", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_FLOW_DIRECTION));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(msg, MAPI_A_FLOW_MAX + 1, 1);
	refused("an unknown attribute", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_FLOW_MAX + 1));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(msg, MAPI_A_FLOW_STATUS, 1);
	refused("an attribute that only answers have", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_FLOW_STATUS));

	msg = nl_new(MAPI_CMD_FLOW_NEW, 0);
	nla_put_string(msg, MAPI_A_FLOW_DEVICE, device);
	nla_put_u32(msg, MAPI_A_FLOW_FLAGS, MAPI_FLOW_F_PERSISTENT);
	nla_put_string(msg, MAPI_A_FLOW_NAME, "1st");
	refused("a name that begins with a digit", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, 0, "name"));
}

static void descriptors(int fd)
{
	static const int cmds[] = { MAPI_CMD_FLOW_APPLY, MAPI_CMD_FLOW_CONNECT,
				    MAPI_CMD_FLOW_GET, MAPI_CMD_FLOW_SET,
				    MAPI_CMD_FLOW_DEL, MAPI_CMD_RESULT_GET,
				    MAPI_CMD_FLOW_OPEN };
	int wrong[] = { -1, INT_MIN, INT_MAX, 999, open("/dev/null", O_RDWR),
			nl_socket_get_fd(nl_sock) };
	char what[60];

	for (size_t c = 0; c < sizeof(cmds) / sizeof(*cmds); c++) {
		for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
			begin(cmds[c], wrong[i], "PKT_COUNTER");
			snprintf(what, sizeof(what), "command %d, descriptor %d",
				 cmds[c], wrong[i]);
			refused(what, end(), WANT(EBADF, MAPI_ERR_INVALID_FLOW, 0,
						  MAPI_A_FLOW_FD, "not a flow"));
		}
		msg = nl_new(cmds[c], 0);
		func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
		nla_put_string(msg, MAPI_A_FUNC_NAME, "PKT_COUNTER");
		snprintf(what, sizeof(what), "command %d, no flow named", cmds[c]);
		refused(what, end(), WANT(EINVAL, MAPI_ERR_INVALID_FLOW));
		if (c < 2)
			continue;
		msg = nl_new(cmds[c], 0);
		nla_put_u32(msg, MAPI_A_FLOW_ID, 0xfffffff0);
		func = nla_nest_start(msg, MAPI_A_FLOW_FUNC);
		nla_put_string(msg, MAPI_A_FUNC_NAME, "PKT_COUNTER");
		snprintf(what, sizeof(what), "command %d, unknown number", cmds[c]);
		refused(what, end(), WANT(ENOENT, MAPI_ERR_INVALID_FLOW, 0,
					  MAPI_A_FLOW_ID, "no such flow"));
	}
	close(wrong[4]);
	begin(MAPI_CMD_FLOW_SET, fd, NULL);
	refused("to set a function that is not named", end(),
		WANT(ENOENT, MAPI_ERR_INVALID_FID));
	refused("results before connect", nl_about(MAPI_CMD_RESULT_GET, fd),
		WANT(ENOTCONN, MAPI_ERR_NOT_CONNECTED));
}

static void functions(int fd)
{
	begin(MAPI_CMD_FLOW_APPLY, fd, NULL);
	refused("a function without a name", end(),
		WANT(EINVAL, MAPI_ERR_FUNCTION_NOT_FOUND));
	begin(MAPI_CMD_FLOW_APPLY, fd, "NOSUCH");
	refused("an unknown function", end(),
		WANT(ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND, 0, 0, "NOSUCH"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "a/b");
	refused("a name that is none", end(),
		WANT(ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND));
	refused("no function at all", nl_about(MAPI_CMD_FLOW_APPLY, fd),
		WANT(EINVAL, 0, 0, 0, "function"));
	msg = nl_new(MAPI_CMD_FUNCTION_GET, 0);
	nla_put_string(msg, MAPI_A_FUNCTION_NAME, "NOSUCH");
	refused("to describe an unknown function", nl_ask(msg, NULL, NULL),
		WANT(ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND, 0, MAPI_A_FUNCTION_NAME,
		     "NOSUCH"));
	refused("to describe no function",
		nl_ask(nl_new(MAPI_CMD_FUNCTION_GET, 0), NULL, NULL),
		WANT(EINVAL));
}

static void arguments(int fd)
{
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	refused("a missing argument", end(), WANT(EINVAL, 7001, 1, 0, "pattern"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_int(5);
	refused("a number for a string", end(),
		WANT(EINVAL, 7001, 1, MAPI_A_FUNC_ARG, "pattern"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_str("y");
	refused("a string for a number", end(),
		WANT(EINVAL, 7002, 2, MAPI_A_FUNC_ARG, "offset"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_fd(1);
	refused("a descriptor for a number", end(),
		WANT(EINVAL, 7002, 2, MAPI_A_FUNC_ARG, "offset"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_int(0);
	arg_int(LLONG_MIN);
	refused("the least number there is", end(),
		WANT(ERANGE, 7003, 3, MAPI_A_FUNC_ARG, "depth"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_int(LLONG_MAX);
	refused("the greatest number there is", end(),
		WANT(ERANGE, 7002, 2, MAPI_A_FUNC_ARG, "offset"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	for (int i = 0; i < 3; i++)
		arg_int(0);
	refused("one argument too many", end(),
		WANT(E2BIG, MAPI_ERR_ARGUMENT, 4, MAPI_A_FUNC_ARG, "at most 3"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "PKT_COUNTER");
	for (int i = 0; i < 1000; i++)
		arg_int(0);
	refused("a thousand too many", end(),
		WANT(E2BIG, MAPI_ERR_ARGUMENT, 1, MAPI_A_FUNC_ARG, "at most 0"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_named("depth", 9);
	arg_named("depth", 9);
	refused("an argument given twice", end(),
		WANT(EINVAL, 7003, 3, MAPI_A_FUNC_ARG, "twice"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("x");
	arg_named("width", 9);
	refused("a name no argument has", end(),
		WANT(EINVAL, MAPI_ERR_ARGUMENT, 0, MAPI_A_FUNC_ARG, "name"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_named("depth", 9);
	arg_str("x");
	refused("an argument behind the last", end(),
		WANT(E2BIG, MAPI_ERR_ARGUMENT, 4, MAPI_A_FUNC_ARG));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("a|");
	refused("an unterminated |", end(),
		WANT(EINVAL, MAPI_ERR_STR_PIPE, 1, 0, "pattern"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "STR_SEARCH");
	arg_str("abc");
	arg_named("depth", 2);
	refused("a depth that is too short", end(),
		WANT(EINVAL, MAPI_ERR_STR_DEPTH, 3, 0, "depth"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "TO_BUFFER");
	arg_named("size", 131073);
	refused("a ring that is no power of two", end(),
		WANT(EINVAL, 7003, 3, 0, "size"));
}

static void files(int fd)
{
	int null = open("/dev/null", O_WRONLY), pipes[2];
	int ro = open("/etc/passwd", O_RDONLY);
	int proc = open("/proc/self/comm", O_WRONLY);
	char name[] = "/tmp/nl_errors.XXXXXX";
	int append;

	ktap_need(null >= 0 && ro >= 0 && proc >= 0 && !pipe(pipes));
	close(mkstemp(name));
	append = open(name, O_WRONLY | O_APPEND);
	unlink(name);

#define FILE_IS(what, file, error, part) do {				\
	begin(MAPI_CMD_FLOW_APPLY, fd, "TO_FILE");			\
	arg_int(0);							\
	arg_fd(file);							\
	refused("to write " what, end(),				\
		WANT(error, MAPI_ERR_FILE, 2, MAPI_A_FUNC_ARG, part));	\
} while (0)
	FILE_IS("what is not open", 999, EBADF, "file");
	FILE_IS("a negative descriptor", -1, EBADF, "file");
	FILE_IS("what is open for reading", ro, EBADF, "writing");
	FILE_IS("what is open for appending", append, EINVAL, "appending");
	FILE_IS("a device", null, EINVAL, "regular");
	FILE_IS("a pipe", pipes[1], EINVAL, "regular");
	FILE_IS("a socket", nl_socket_get_fd(nl_sock), EINVAL, "regular");
	FILE_IS("a flow", fd, EINVAL, "regular");
	FILE_IS("a file of /proc", proc, EINVAL, "regular");
	begin(MAPI_CMD_FLOW_APPLY, fd, "TO_FILE");
	arg_int(0);
	arg_str("/tmp/x");
	refused("a name instead of a descriptor", end(),
		WANT(EINVAL, MAPI_ERR_FILE, 2, MAPI_A_FUNC_ARG, "descriptor"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "TO_FILE");
	arg_int(0);
	refused("no file", end(), WANT(EINVAL, MAPI_ERR_FILE, 2, 0, "missing"));
	close(null);
	close(ro);
	close(proc);
	close(append);
	close(pipes[0]);
	close(pipes[1]);
}

/* Programs that no compiler would make. */
static void filters(int fd)
{
	static struct sock_filter big[4097];
	static const struct {
		const char *what;
		struct sock_filter code[3];
		int bytes;
	} bad[] = {
		{ "half an instruction", { { 0 } }, 4 },
		{ "an instruction and a half", { BPF_STMT(BPF_RET, 0) }, 12 },
		{ "an unknown instruction", { { 0xffff, 0, 0, 0 } }, 8 },
		{ "a program that does not return",
		  { BPF_STMT(BPF_LD | BPF_IMM, 1) }, 8 },
		{ "a jump beyond the end",
		  { BPF_STMT(BPF_JMP | BPF_JA, 77), BPF_STMT(BPF_RET, 0) }, 16 },
		{ "a jump backwards",
		  { BPF_STMT(BPF_JMP | BPF_JA, -1), BPF_STMT(BPF_RET, 0) }, 16 },
		{ "a division by zero",
		  { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), BPF_STMT(BPF_RET, 0) },
		  16 },
		{ "memory that is not there",
		  { BPF_STMT(BPF_ST, 16), BPF_STMT(BPF_RET, 0) }, 16 },
		{ "a load of ancillary data",
		  { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)SKF_AD_OFF + SKF_AD_CPU),
		    BPF_STMT(BPF_RET | BPF_A, 0) }, 16 },
		{ "a load of a negative offset",
		  { BPF_STMT(BPF_LD | BPF_B | BPF_ABS, -1),
		    BPF_STMT(BPF_RET | BPF_A, 0) }, 16 },
	};
	struct sock_filter ok = BPF_STMT(BPF_RET | BPF_K, 0xffff);

	begin(MAPI_CMD_FLOW_APPLY, fd, "BPF_FILTER");
	arg_str("tcp");
	refused("a filter without a program", end(),
		WANT(EINVAL, MAPI_ERR_FILTER, 1, 0, "expression"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin(MAPI_CMD_FLOW_APPLY, fd, "BPF_FILTER");
		arg_blob("x", bad[i].code, bad[i].bytes);
		refused(bad[i].what, end(),
			WANT(EINVAL, MAPI_ERR_FILTER, 1, 0, "expression"));
	}
	for (size_t i = 0; i < sizeof(big) / sizeof(*big); i++)
		big[i] = ok;
	begin(MAPI_CMD_FLOW_APPLY, fd, "BPF_FILTER");
	arg_blob("x", big, sizeof(big));
	ktap_ok(end().error, "refuses a program of 4097 instructions");
	begin(MAPI_CMD_FLOW_APPLY, fd, "BPF_FILTER");
	arg_blob("x", &ok, sizeof(ok));
	accepted("a program of one instruction", end());
}

static void limits(void)
{
	msg = nl_new(MAPI_CMD_LIMIT_SET, 0);
	nla_put_flag(msg, MAPI_A_LIMIT_RESET);
	refused("to reset the default", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_LIMIT_RESET, "default"));
	msg = nl_new(MAPI_CMD_LIMIT_SET, 0);
	nla_put_u32(msg, MAPI_A_LIMIT_UID, 0xffffffff);
	refused("limits of nobody", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_LIMIT_UID, "user"));
	msg = nl_new(MAPI_CMD_LIMIT_SET, 0);
	nla_put_u32(msg, MAPI_A_LIMIT_MEMORY, 1);
	refused("a limit of four bytes", nl_ask(msg, NULL, NULL),
		WANT(EINVAL, 0, 0, MAPI_A_LIMIT_MEMORY));
}

static void on_memory(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1];

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	*(uint64_t *)arg = nla_get_u64(tb[MAPI_A_FLOW_MEMORY]);
}

static uint64_t memory(int fd)
{
	uint64_t bytes = 0;

	msg = nl_new(MAPI_CMD_FLOW_GET, 0);
	nla_put_s32(msg, MAPI_A_FLOW_FD, fd);
	nl_ask(msg, on_memory, &bytes);
	return bytes;
}

/* After the flow was deleted its descriptor is one of an ended flow. */
static void deleted(int fd)
{
	accepted("to delete it", nl_about(MAPI_CMD_FLOW_DEL, fd));
	refused("to connect a deleted flow", nl_about(MAPI_CMD_FLOW_CONNECT, fd),
		WANT(ENODEV, MAPI_ERR_DEVICE_GONE, 0, 0, "ended"));
	begin(MAPI_CMD_FLOW_APPLY, fd, "PKT_COUNTER");
	refused("to apply to a deleted flow", end(),
		WANT(ENODEV, MAPI_ERR_DEVICE_GONE, 0, 0, "ended"));
	close(fd);
}

int main(int argc, char **argv)
{
	uint64_t before;
	int fd;

	ktap_need(argc == 2);
	nl_open();
	commands();
	plans();
	flows(argv[1]);
	fd = nl_flow(argv[1], NULL);
	ktap_need(fd >= 0);
	before = memory(fd);
	descriptors(fd);
	functions(fd);
	arguments(fd);
	files(fd);
	ktap_ok(before && memory(fd) == before,
		"what was refused is not charged (%llu, then %llu bytes)",
		(unsigned long long)before, (unsigned long long)memory(fd));
	filters(fd);
	limits();
	accepted("to connect", nl_about(MAPI_CMD_FLOW_CONNECT, fd));
	refused("a second connect", nl_about(MAPI_CMD_FLOW_CONNECT, fd),
		WANT(EBUSY, MAPI_ERR_ALREADY_ACTIVE));
	begin(MAPI_CMD_FLOW_APPLY, fd, "PKT_COUNTER");
	refused("apply after connect", end(),
		WANT(EBUSY, MAPI_ERR_COULD_NOT_APPLY, 0, 0, "PKT_COUNTER"));
	deleted(fd);
	fd = nl_flow(argv[1], NULL);
	deleted(fd);
	return ktap_end();
}
