// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of a function: from netlink into a private copy, checked against
 * the function's specification before the function sees them.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include "core.h"
#include "nl_policy.h"

static bool is_string(char type)
{
	return type == 's' || type == 'S' || type == 'R';
}

__printf(5, 6)
static int bad(const struct mapi_func *func, u32 n, int ret,
	       struct mapi_errbuf *err, const char *fmt, ...)
{
	struct mapi_inst inst = { .func = func, .err = err };
	char what[MAPI_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return mapi_bad_arg(&inst, n, ret, "%s", what);
}

static int parse_int(const struct mapi_func *func, u32 n, struct nlattr *attr,
		     struct mapi_arg *arg, struct mapi_errbuf *err)
{
	const struct mapi_argspec *spec = &func->args[n - 1];
	s64 min = spec->min, max = spec->max;

	if (!attr)
		return bad(func, n, -EINVAL, err, "an integer is wanted");
	arg->num = nla_get_s64(attr);
	if (!min && !max) {
		if (spec->type == 'l')
			return 0;
		min = spec->type == 'c' ? S8_MIN : S32_MIN;
		max = spec->type == 'c' ? U8_MAX : S32_MAX;
	}
	if (arg->num < min)
		return bad(func, n, -ERANGE, err, "%lld is less than %lld",
			   arg->num, min);
	if (arg->num > max)
		return bad(func, n, -ERANGE, err, "%lld is more than %lld",
			   arg->num, max);
	return 0;
}

static int parse_str(const struct mapi_func *func, u32 n, struct nlattr **tb,
		     struct mapi_arg *arg, struct mapi_errbuf *err)
{
	const struct mapi_argspec *spec = &func->args[n - 1];
	struct nlattr *attr = tb[MAPI_A_ARG_STR];
	size_t len;

	if (!attr)
		return bad(func, n, -EINVAL, err, "a string is wanted");
	len = strlen(nla_data(attr));
	if (!len && !(spec->flags & MAPI_ARG_F_OPTIONAL) && spec->min >= 0)
		return bad(func, n, -EINVAL, err, "the string is empty");
	if (spec->max && len > spec->max)
		return bad(func, n, -EINVAL, err, "longer than %lld bytes",
			   spec->max);
	arg->str = kstrdup(nla_data(attr), GFP_KERNEL_ACCOUNT);
	if (!arg->str)
		return -ENOMEM;
	if (tb[MAPI_A_ARG_BLOB]) {
		arg->blob_len = nla_len(tb[MAPI_A_ARG_BLOB]);
		arg->blob = kmemdup(nla_data(tb[MAPI_A_ARG_BLOB]), arg->blob_len,
				    GFP_KERNEL_ACCOUNT);
		if (!arg->blob)
			return -ENOMEM;
	}
	return 0;
}

static int bad_file(const struct mapi_func *func, u32 n, int ret,
		    struct mapi_errbuf *err, const char *what)
{
	struct mapi_inst inst = { .func = func, .err = err };

	return mapi_bad_arg_code(&inst, n, ret, MAPI_ERR_FILE, "%s", what);
}

/*
 * The application opened the file, so its rights were asked. A kernel worker
 * will write it: only a regular file can be waited for, and files of /proc,
 * /sys and the like act on who writes rather than on who opened.
 */
static int parse_file(const struct mapi_func *func, u32 n, struct nlattr **tb,
		      struct mapi_arg *arg, struct mapi_errbuf *err)
{
	struct inode *inode;

	if (!tb[MAPI_A_ARG_FD])
		return bad_file(func, n, -EINVAL, err,
				"the descriptor of an open file is wanted");
	arg->file = fget(nla_get_s32(tb[MAPI_A_ARG_FD]));
	if (!arg->file)
		return bad_file(func, n, -EBADF, err, "not an open descriptor");
	inode = file_inode(arg->file);
	if (!(arg->file->f_mode & FMODE_WRITE))
		return bad_file(func, n, -EBADF, err, "not open for writing");
	if (arg->file->f_flags & (O_APPEND | O_DIRECT))
		return bad_file(func, n, -EINVAL, err,
				"open for appending or direct I/O");
	if (!S_ISREG(inode->i_mode) || !arg->file->f_op->write_iter ||
	    inode->i_sb->s_iflags & SB_I_NOEXEC)
		return bad_file(func, n, -EINVAL, err, "not a regular file");
	if (tb[MAPI_A_ARG_STR]) {
		arg->str = kstrdup(nla_data(tb[MAPI_A_ARG_STR]),
				   GFP_KERNEL_ACCOUNT);
		if (!arg->str)
			return -ENOMEM;
	}
	return 0;
}

static int parse_one(const struct mapi_func *func, u32 n, struct nlattr **tb,
		     struct mapi_arg *arg, struct mapi_errbuf *err)
{
	switch (func->args[n - 1].type) {
	case 's':
	case 'S':
	case 'R':
		return parse_str(func, n, tb, arg, err);
	case 'w':
		return parse_file(func, n, tb, arg, err);
	default:
		return parse_int(func, n, tb[MAPI_A_ARG_INT], arg, err);
	}
}

/**
 * mapi_args_size - memory that arguments take
 * @args: made by mapi_args_parse()
 * @nr: their number
 *
 * Files are the process's own, and counted elsewhere. Return: bytes to charge
 * the owner of the flow for, as long as they are kept.
 */
u64 mapi_args_size(const struct mapi_arg *args, u32 nr)
{
	u64 bytes = nr * sizeof(*args);
	u32 i;

	for (i = 0; i < nr; i++) {
		if (args[i].str)
			bytes += strlen(args[i].str) + 1;
		bytes += args[i].blob_len;
	}
	return bytes;
}

/**
 * mapi_args_key - arguments as bytes, equal if and only if they are
 * @args: made by mapi_args_parse(), without files
 * @nr: their number
 * @len: set to the bytes
 *
 * Return: for kfree(), or %NULL without memory.
 */
void *mapi_args_key(const struct mapi_arg *args, u32 nr, u32 *len)
{
	size_t size = 0, n;
	u8 *key, *p;
	u32 i;

	for (i = 0; i < nr; i++)
		size += sizeof(s64) + 1 + (args[i].str ? strlen(args[i].str) + 1 : 0);
	key = kmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!key)
		return NULL;
	p = key;
	for (i = 0; i < nr; i++) {
		memcpy(p, &args[i].num, sizeof(s64));
		p += sizeof(s64);
		/* None is not an empty one. */
		*p++ = !!args[i].str;
		n = args[i].str ? strlen(args[i].str) + 1 : 0;
		memcpy(p, args[i].str, n);
		p += n;
	}
	*len = size;
	return key;
}

/* mapi_args_put_files - nobody writes to them any more */
void mapi_args_put_files(struct mapi_arg *args, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (args[i].file)
			fput(args[i].file);
		args[i].file = NULL;
	}
}

/* mapi_args_free - free what mapi_args_parse() made */
void mapi_args_free(struct mapi_arg *args, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		kfree(args[i].str);
		kfree(args[i].blob);
		kfree(args[i].refs);
		kfree(args[i].flows);
	}
	mapi_args_put_files(args, nr);
	kfree(args);
}

/* Arguments come in order, or with their name. Return: number, from 1. */
static int which_arg(const struct mapi_func *func, u32 next,
		     const struct nlattr *name, struct mapi_errbuf *err)
{
	u32 i;

	if (!name && next <= func->nr_args)
		return next;
	if (!name) {
		mapi_err(err, -E2BIG, MAPI_ERR_ARGUMENT,
			 "%s: takes at most %u arguments", func->name,
			 func->nr_args);
		err->arg = next;
		return -E2BIG;
	}
	for (i = 0; i < func->nr_args; i++)
		if (!strcmp(func->args[i].name, nla_data(name)))
			return i + 1;
	return mapi_err(err, -EINVAL, MAPI_ERR_ARGUMENT,
			"%s: no argument has that name", func->name);
}

/* An argument that was not given: as it is now, or its default. */
static int fill_in(const struct mapi_func *func, u32 n, struct mapi_arg *arg,
		   const struct mapi_arg *now, struct mapi_errbuf *err)
{
	if (!now) {
		if (func->args[n - 1].flags & MAPI_ARG_F_OPTIONAL)
			arg->num = func->args[n - 1].def;
		else if (func->args[n - 1].type == 'w')
			return bad_file(func, n, -EINVAL, err, "missing");
		else
			return bad(func, n, -EINVAL, err, "missing");
		return 0;
	}
	arg->num = now->num;
	if (now->file)
		arg->file = get_file(now->file);
	if (now->str) {
		arg->str = kstrdup(now->str, GFP_KERNEL_ACCOUNT);
		if (!arg->str)
			return -ENOMEM;
	}
	if (now->blob) {
		arg->blob = kmemdup(now->blob, now->blob_len, GFP_KERNEL_ACCOUNT);
		if (!arg->blob)
			return -ENOMEM;
		arg->blob_len = now->blob_len;
	}
	return 0;
}

static int parse_all(const struct mapi_func *func, struct nlattr *nest,
		     struct mapi_arg *args, const struct mapi_arg *now,
		     struct mapi_errbuf *err, struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(given, MAPI_ARGS_MAX) = {};
	struct nlattr *tb[__MAPI_A_ARG_MAX];
	struct nlattr *pos;
	u32 next = 1, i;
	int rem, n, ret;

	nla_for_each_nested(pos, nest, rem) {
		if (nla_type(pos) != MAPI_A_FUNC_ARG)
			continue;
		extack->bad_attr = pos;
		ret = nla_parse_nested(tb, __MAPI_A_ARG_MAX - 1, pos,
				       mapi_arg_policy, extack);
		if (ret)
			return ret;
		n = which_arg(func, next, tb[MAPI_A_ARG_NAME], err);
		if (n < 0)
			return n;
		if (__test_and_set_bit(n - 1, given))
			return bad(func, n, -EINVAL, err, "given twice");
		next = n + 1;
		ret = parse_one(func, n, tb, &args[n - 1], err);
		if (ret)
			return ret;
	}
	extack->bad_attr = NULL;
	for (i = 0; i < func->nr_args; i++) {
		if (test_bit(i, given))
			continue;
		ret = fill_in(func, i + 1, &args[i], now ? &now[i] : NULL, err);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * mapi_args_parse - copy and check the arguments of a function
 * @func: the function
 * @nest: func set with the arguments, validated
 * @argsp: set to an array of @func->nr_args, for mapi_args_free()
 * @now: for arguments that are not given, their values; %NULL: the defaults
 * @err: filled in on failure
 * @extack: of the request; its bad_attr is set on failure
 *
 * Context: the process that owns the descriptors in it. May sleep.
 */
int mapi_args_parse(const struct mapi_func *func, struct nlattr *nest,
		    struct mapi_arg **argsp, const struct mapi_arg *now,
		    struct mapi_errbuf *err, struct netlink_ext_ack *extack)
{
	struct mapi_arg *args;
	int ret;

	args = kcalloc(max(func->nr_args, 1U), sizeof(*args), GFP_KERNEL_ACCOUNT);
	if (!args)
		return -ENOMEM;
	ret = parse_all(func, nest, args, now, err, extack);
	if (ret) {
		mapi_args_free(args, func->nr_args);
		return ret;
	}
	*argsp = args;
	return 0;
}

/* mapi_args_put - describe arguments in a message, as MAPI_A_FUNC_ARG nests */
int mapi_args_put(struct sk_buff *msg, const struct mapi_func *func,
		  const struct mapi_arg *args, u32 nr)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < nr; i++) {
		char type = func->args[i].type;

		nest = nla_nest_start(msg, MAPI_A_FUNC_ARG);
		if (!nest ||
		    nla_put_string(msg, MAPI_A_ARG_NAME, func->args[i].name) ||
		    nla_put_u32(msg, MAPI_A_ARG_TYPE, type) ||
		    nla_put_u32(msg, MAPI_A_ARG_FLAGS, func->args[i].flags))
			return -EMSGSIZE;
		if (is_string(type) || type == 'w') {
			if (nla_put_string(msg, MAPI_A_ARG_STR, args[i].str ?: ""))
				return -EMSGSIZE;
		} else if (nla_put_s64(msg, MAPI_A_ARG_INT, args[i].num,
				       MAPI_A_ARG_PAD)) {
			return -EMSGSIZE;
		}
		nla_nest_end(msg, nest);
	}
	return 0;
}
