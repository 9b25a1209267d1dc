// SPDX-License-Identifier: GPL-2.0
/* Arguments of functions: from a message, checked, kept, and compared. */
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>
#include "../core.h"
#include "test.h"

#define ROOM	(4 * MAPI_STR_MAX)

static const struct mapi_argspec specs[] = {
	{ .type = 'i', .name = "number", .min = -3, .max = 10 },
	{ .type = 's', .name = "text", .max = 8 },
	{ .type = 'i', .name = "more", .min = 1, .max = 100, .def = 42,
	  .flags = MAPI_ARG_F_OPTIONAL },
	{ .type = 's', .name = "note", .flags = MAPI_ARG_F_OPTIONAL },
};

static const struct mapi_func func = {
	.name = "TEST", .args = specs, .nr_args = ARRAY_SIZE(specs),
};

static const struct mapi_argspec file_specs[] = {
	{ .type = 'w', .name = "file" },
};

static const struct mapi_func file_func = {
	.name = "FILE", .args = file_specs, .nr_args = ARRAY_SIZE(file_specs),
};

/* A request in the making, and what became of it. */
struct args_test {
	struct sk_buff *msg;
	struct nlattr *nest;
	struct mapi_errbuf err;
	struct netlink_ext_ack extack;
	struct mapi_arg *args;
};

static void message_free(void *msg)
{
	kfree_skb(msg);
}

static void begin(struct kunit *test)
{
	struct args_test *t = test->priv;

	memset(t, 0, sizeof(*t));
	t->msg = alloc_skb(ROOM, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->msg);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, message_free, t->msg));
	t->nest = nla_nest_start(t->msg, MAPI_A_FLOW_FUNC);
	KUNIT_ASSERT_NOT_NULL(test, t->nest);
}

static int args_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct args_test), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	begin(test);
	return 0;
}

static struct nlattr *arg_begin(struct args_test *t, const char *name)
{
	struct nlattr *nest = nla_nest_start(t->msg, MAPI_A_FUNC_ARG);

	if (name)
		nla_put_string(t->msg, MAPI_A_ARG_NAME, name);
	return nest;
}

static void put_num(struct args_test *t, const char *name, s64 num)
{
	struct nlattr *nest = arg_begin(t, name);

	/* Not nla_put_s64(): programs do not pad, and padding is refused. */
	nla_put(t->msg, MAPI_A_ARG_INT, sizeof(num), &num);
	nla_nest_end(t->msg, nest);
}

static void put_str(struct args_test *t, const char *name, const char *str)
{
	struct nlattr *nest = arg_begin(t, name);

	nla_put_string(t->msg, MAPI_A_ARG_STR, str);
	nla_nest_end(t->msg, nest);
}

static void put_fd(struct args_test *t, int fd)
{
	struct nlattr *nest = arg_begin(t, NULL);

	nla_put_s32(t->msg, MAPI_A_ARG_FD, fd);
	nla_nest_end(t->msg, nest);
}

static int parse(struct args_test *t, const struct mapi_func *f,
		 const struct mapi_arg *now)
{
	nla_nest_end(t->msg, t->nest);
	return mapi_args_parse(f, t->nest, &t->args, now, &t->err, &t->extack);
}

/* It is refused, with this error, for that argument, in words that say so. */
static void refused(struct kunit *test, const struct mapi_func *f, int error,
		    u32 arg, const char *words)
{
	struct args_test *t = test->priv;
	int ret = parse(t, f, NULL);

	KUNIT_EXPECT_EQ(test, ret, error);
	KUNIT_EXPECT_EQ(test, t->err.arg, arg);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(t->err.text, words),
				  "'%s' says nothing of '%s'", t->err.text, words);
	KUNIT_EXPECT_NULL(test, t->args);
	if (!ret)
		mapi_args_free(t->args, f->nr_args);
	begin(test);
}

static void expect_args(struct kunit *test, const struct mapi_arg *args,
			s64 number, const char *text, s64 more, const char *note)
{
	KUNIT_EXPECT_EQ(test, args[0].num, number);
	KUNIT_EXPECT_NULL(test, args[0].str);
	KUNIT_EXPECT_STREQ(test, args[1].str, text);
	KUNIT_EXPECT_EQ(test, args[2].num, more);
	if (note)
		KUNIT_EXPECT_STREQ(test, args[3].str, note);
	else
		KUNIT_EXPECT_NULL(test, args[3].str);
}

static void args_in_order(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_num(t, NULL, 7);
	put_str(t, NULL, "abc");
	put_num(t, NULL, 8);
	put_str(t, NULL, "");
	KUNIT_ASSERT_EQ(test, parse(t, &func, NULL), 0);
	expect_args(test, t->args, 7, "abc", 8, "");
	KUNIT_EXPECT_NULL(test, t->extack.bad_attr);
	KUNIT_EXPECT_STREQ(test, t->err.text, "");
	mapi_args_free(t->args, func.nr_args);
}

static void args_defaults(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_num(t, NULL, 0);
	put_str(t, NULL, "x");
	KUNIT_ASSERT_EQ(test, parse(t, &func, NULL), 0);
	expect_args(test, t->args, 0, "x", 42, NULL);
	mapi_args_free(t->args, func.nr_args);
}

/* What comes without a name follows the one before, whatever its name was. */
static void args_by_name(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_str(t, "text", "abc");
	put_num(t, NULL, 9);
	put_num(t, "number", 1);
	KUNIT_ASSERT_EQ(test, parse(t, &func, NULL), 0);
	expect_args(test, t->args, 1, "abc", 9, NULL);
	mapi_args_free(t->args, func.nr_args);
}

static void args_names_refused(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_num(t, "nobody", 1);
	refused(test, &func, -EINVAL, 0, "no argument has that name");
	put_num(t, "numbe", 1);
	refused(test, &func, -EINVAL, 0, "no argument has that name");
	put_num(t, "number2", 1);
	refused(test, &func, -EINVAL, 0, "no argument has that name");
	put_num(t, NULL, 1);
	put_num(t, "number", 1);
	refused(test, &func, -EINVAL, 1, "argument 1 (number): given twice");
	put_str(t, "text", "a");
	put_num(t, "number", 1);
	put_str(t, NULL, "b");
	refused(test, &func, -EINVAL, 2, "argument 2 (text): given twice");
}

static void args_number_refused(struct kunit *test)
{
	struct args_test *t = test->priv;

	refused(test, &func, -EINVAL, 1, "argument 1 (number): missing");
	put_num(t, NULL, 1);
	refused(test, &func, -EINVAL, 2, "argument 2 (text): missing");
	put_str(t, "note", "x");
	put_num(t, NULL, 5);
	refused(test, &func, -E2BIG, 5, "at most 4 arguments");
}

static void args_types_refused(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_str(t, NULL, "7");
	refused(test, &func, -EINVAL, 1, "an integer is wanted");
	put_num(t, "text", 7);
	refused(test, &func, -EINVAL, 2, "a string is wanted");
	nla_nest_end(t->msg, arg_begin(t, NULL));
	refused(test, &func, -EINVAL, 1, "an integer is wanted");
	put_num(t, NULL, 7);
	refused(test, &file_func, -EINVAL, 1, "descriptor");
	put_str(t, NULL, "/etc/passwd");
	refused(test, &file_func, -EINVAL, 1, "descriptor");
}

static void args_strings_refused(struct kunit *test)
{
	struct args_test *t = test->priv;

	put_str(t, "text", "");
	refused(test, &func, -EINVAL, 2, "empty");
	put_str(t, "text", "123456789");
	refused(test, &func, -EINVAL, 2, "longer than 8 bytes");
	put_str(t, "text", "12345678");
	refused(test, &func, -EINVAL, 1, "missing");
}

/* Attributes are checked one by one; the one that is wrong is named. */
static void args_attributes_refused(struct kunit *test)
{
	struct args_test *t = test->priv;
	const s64 num = 1;
	struct nlattr *nest;

	put_num(t, NULL, 1);
	nest = arg_begin(t, NULL);
	nla_put_u8(t->msg, MAPI_A_ARG_INT, 1);
	nla_nest_end(t->msg, nest);
	KUNIT_EXPECT_NE(test, parse(t, &func, NULL), 0);
	KUNIT_EXPECT_NOT_NULL(test, t->extack.bad_attr);
	begin(test);

	nest = arg_begin(t, NULL);
	nla_put(t->msg, MAPI_A_ARG_STR, 3, "abc");	/* without its end */
	nla_nest_end(t->msg, nest);
	KUNIT_EXPECT_NE(test, parse(t, &func, NULL), 0);
	KUNIT_EXPECT_NOT_NULL(test, t->extack.bad_attr);
	begin(test);

	nest = arg_begin(t, NULL);
	nla_put_u32(t->msg, __MAPI_A_ARG_MAX, 1);	/* nothing we know */
	nla_nest_end(t->msg, nest);
	KUNIT_EXPECT_NE(test, parse(t, &func, NULL), 0);
	begin(test);

	nest = nla_nest_start_noflag(t->msg, MAPI_A_FUNC_ARG);
	nla_put(t->msg, MAPI_A_ARG_INT, sizeof(num), &num);
	nla_nest_end(t->msg, nest);
	KUNIT_EXPECT_NE(test, parse(t, &func, NULL), 0);
	KUNIT_EXPECT_NULL(test, t->args);
}

static void args_ranges(struct kunit *test)
{
	static const struct {
		struct mapi_argspec spec;
		s64 least, most;
	} cases[] = {
		{ { .type = 'i', .name = "n", .min = -3, .max = 10 }, -3, 10 },
		{ { .type = 'i', .name = "n", .min = 5, .max = 5 }, 5, 5 },
		{ { .type = 'i', .name = "n", .min = -7 }, -7, 0 },
		{ { .type = 'i', .name = "n", .max = 7 }, 0, 7 },
		{ { .type = 'i', .name = "n" }, S32_MIN, S32_MAX },
		{ { .type = 'c', .name = "n" }, S8_MIN, U8_MAX },
		{ { .type = 'c', .name = "n", .min = 1, .max = 3 }, 1, 3 },
		{ { .type = 'l', .name = "n" }, S64_MIN, S64_MAX },
		{ { .type = 'l', .name = "n", .max = 1LL << 40 }, 0, 1LL << 40 },
	};
	struct args_test *t = test->priv;
	struct mapi_func one = { .name = "ONE", .nr_args = 1 };
	s64 edges[2];
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		one.args = &cases[i].spec;
		edges[0] = cases[i].least;
		edges[1] = cases[i].most;
		for (k = 0; k < 2; k++) {
			put_num(t, NULL, edges[k]);
			KUNIT_ASSERT_EQ(test, parse(t, &one, NULL), 0);
			KUNIT_EXPECT_EQ(test, t->args[0].num, edges[k]);
			mapi_args_free(t->args, 1);
			begin(test);
		}
		if (edges[0] != S64_MIN) {
			put_num(t, NULL, edges[0] - 1);
			refused(test, &one, -ERANGE, 1, "is less than");
			put_num(t, NULL, S64_MIN);
			refused(test, &one, -ERANGE, 1, "is less than");
		}
		if (edges[1] != S64_MAX) {
			put_num(t, NULL, edges[1] + 1);
			refused(test, &one, -ERANGE, 1, "is more than");
			put_num(t, NULL, S64_MAX);
			refused(test, &one, -ERANGE, 1, "is more than");
		}
	}
}

/* What is not given stays as it is, in a copy: the old ones may go. */
static void args_change(struct kunit *test)
{
	struct args_test *t = test->priv;
	struct mapi_arg *now;
	struct nlattr *nest;

	put_num(t, NULL, 7);
	nest = arg_begin(t, NULL);
	nla_put_string(t->msg, MAPI_A_ARG_STR, "abc");
	nla_put(t->msg, MAPI_A_ARG_BLOB, 5, "\1\0\2\0\3");
	nla_nest_end(t->msg, nest);
	KUNIT_ASSERT_EQ(test, parse(t, &func, NULL), 0);
	now = t->args;
	begin(test);

	put_num(t, "more", 1);
	KUNIT_ASSERT_EQ(test, parse(t, &func, now), 0);
	KUNIT_EXPECT_PTR_NE(test, t->args[1].str, now[1].str);
	KUNIT_EXPECT_PTR_NE(test, t->args[1].blob, now[1].blob);
	expect_args(test, now, 7, "abc", 42, NULL);
	mapi_args_free(now, func.nr_args);
	expect_args(test, t->args, 7, "abc", 1, NULL);
	KUNIT_ASSERT_EQ(test, t->args[1].blob_len, 5);
	KUNIT_EXPECT_EQ(test, memcmp(t->args[1].blob, "\1\0\2\0\3", 5), 0);
	KUNIT_EXPECT_EQ(test, mapi_args_size(t->args, func.nr_args),
			4 * sizeof(struct mapi_arg) + 4 + 5);
	mapi_args_free(t->args, func.nr_args);
}

/* Keys are equal if, and only if, the arguments are. */
static void args_keys(struct kunit *test)
{
	static struct mapi_arg cases[][2] = {
		{ {}, {} },
		{ { .num = 1 }, {} },
		{ {}, { .num = 1 } },
		{ { .num = 1LL << 40 }, {} },
		{ { .num = -1 }, {} },
		{ { .str = "" }, {} },
		{ {}, { .str = "" } },
		{ { .str = "a" }, { .str = "bc" } },
		{ { .str = "ab" }, { .str = "c" } },
		{ { .str = "abc" }, { .str = "" } },
		{ { .str = "a", .num = 1 }, { .str = "bc" } },
		{ { .str = "A" }, { .str = "bc" } },
	};
	u32 i, k, lens[2];
	void *keys[2];
	bool same;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (k = 0; k < ARRAY_SIZE(cases); k++) {
			keys[0] = mapi_args_key(cases[i], 2, &lens[0]);
			keys[1] = mapi_args_key(cases[k], 2, &lens[1]);
			if (keys[0] && keys[1]) {
				same = lens[0] == lens[1] &&
				       !memcmp(keys[0], keys[1], lens[0]);
				KUNIT_EXPECT_EQ_MSG(test, same, i == k,
						    "cases %u and %u", i, k);
			}
			kfree(keys[0]);
			kfree(keys[1]);
		}
	}
}

/* A message without room is refused, and nothing is written behind its end. */
static void args_put(struct kunit *test)
{
	static struct mapi_arg args[] = {
		{ .num = -5 }, { .str = "some text" }, { .num = 1LL << 40 }, {},
	};
	struct args_test *t = test->priv;
	struct nlattr *arg, *attr;
	u32 nr = 0, room;
	int rem;

	KUNIT_ASSERT_EQ(test, mapi_args_put(t->msg, &func, args, 4), 0);
	nla_nest_end(t->msg, t->nest);
	nla_for_each_nested(arg, t->nest, rem) {
		KUNIT_ASSERT_LT(test, nr, 4);
		KUNIT_EXPECT_EQ(test, nla_type(arg), MAPI_A_FUNC_ARG);
		attr = nla_find_nested(arg, MAPI_A_ARG_NAME);
		KUNIT_ASSERT_NOT_NULL(test, attr);
		KUNIT_EXPECT_STREQ(test, (char *)nla_data(attr), specs[nr].name);
		attr = nla_find_nested(arg, MAPI_A_ARG_TYPE);
		KUNIT_ASSERT_NOT_NULL(test, attr);
		KUNIT_EXPECT_EQ(test, nla_get_u32(attr), specs[nr].type);
		attr = nla_find_nested(arg, nr % 2 ? MAPI_A_ARG_STR : MAPI_A_ARG_INT);
		KUNIT_ASSERT_NOT_NULL(test, attr);
		if (nr % 2)
			KUNIT_EXPECT_STREQ(test, (char *)nla_data(attr),
					   args[nr].str ?: "");
		else
			KUNIT_EXPECT_EQ(test, nla_get_s64(attr), args[nr].num);
		nr++;
	}
	KUNIT_EXPECT_EQ(test, nr, 4);
	/* Numbers may be padded, depending on where they come to lie. */
	for (room = nla_len(t->nest) - 2 * NLA_HDRLEN; room--;) {
		begin(test);
		skb_put(t->msg, skb_tailroom(t->msg) - room);
		KUNIT_EXPECT_EQ_MSG(test, mapi_args_put(t->msg, &func, args, 4),
				    -EMSGSIZE, "%u bytes", room);
	}
}

/* A file without a name, open for writing. Return: its descriptor. */
static int file_open(struct file **file)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return fd;
	*file = shmem_file_setup("mapi_kunit", 0, 0);
	if (IS_ERR(*file)) {
		put_unused_fd(fd);
		return PTR_ERR(*file);
	}
	fd_install(fd, *file);
	return fd;
}

static void args_file(struct kunit *test)
{
	struct args_test *t = test->priv;
	struct file *file;
	int fd;

	fd = file_open(&file);
	KUNIT_ASSERT_GE(test, fd, 0);
	put_fd(t, fd);
	KUNIT_EXPECT_EQ(test, parse(t, &file_func, NULL), 0);
	if (t->args) {
		KUNIT_EXPECT_PTR_EQ(test, t->args[0].file, file);
		/* It stays open until the arguments go. */
		KUNIT_EXPECT_EQ(test, file_count(file), 2);
		mapi_args_free(t->args, 1);
	}
	KUNIT_EXPECT_EQ(test, file_count(file), 1);
	close_fd(fd);
}

static void args_files_refused(struct kunit *test)
{
	struct args_test *t = test->priv;
	struct file *file;
	int fd;

	refused(test, &file_func, -EINVAL, 1, "argument 1 (file): missing");
	put_fd(t, -1);
	refused(test, &file_func, -EBADF, 1, "not an open descriptor");
	put_fd(t, S32_MAX);
	refused(test, &file_func, -EBADF, 1, "not an open descriptor");

	fd = file_open(&file);
	KUNIT_ASSERT_GE(test, fd, 0);
	file->f_flags |= O_APPEND;
	put_fd(t, fd);
	refused(test, &file_func, -EINVAL, 1, "appending");
	KUNIT_EXPECT_EQ(test, file_count(file), 1);
	close_fd(fd);
	put_fd(t, fd);
	refused(test, &file_func, -EBADF, 1, "not an open descriptor");
}

static struct kunit_case args_cases[] = {
	KUNIT_CASE(args_in_order),
	KUNIT_CASE(args_defaults),
	KUNIT_CASE(args_by_name),
	KUNIT_CASE(args_names_refused),
	KUNIT_CASE(args_number_refused),
	KUNIT_CASE(args_types_refused),
	KUNIT_CASE(args_strings_refused),
	KUNIT_CASE(args_attributes_refused),
	KUNIT_CASE(args_ranges),
	KUNIT_CASE(args_change),
	KUNIT_CASE(args_keys),
	KUNIT_CASE(args_put),
	KUNIT_CASE(args_file),
	KUNIT_CASE(args_files_refused),
	{}
};

static struct kunit_suite args_suite = {
	.name = "mapi_args",
	.init = args_init,
	.test_cases = args_cases,
};

kunit_test_suite(args_suite);
