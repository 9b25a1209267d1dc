// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals that say why: texts with numbers and names in them, and MAPI's
 * error number, in netlink's extended acknowledgement.
 */
#include <linux/netlink.h>
#include <linux/stdarg.h>
#include <net/genetlink.h>
#include "core.h"

/* See mapi_err_report(). */
static int report(struct sk_buff *skb, struct netlink_ext_ack *extack, int ret,
		  const struct mapi_errbuf *err, const struct nlattr *attr)
{
	struct mapi_err_cookie cookie = { .code = err->code, .arg = err->arg };

	if (!ret || !extack)
		return ret;
	if (attr && !extack->bad_attr)
		extack->bad_attr = attr;
	if (err->code || err->arg) {
		BUILD_BUG_ON(sizeof(cookie) > NETLINK_MAX_COOKIE_LEN);
		memcpy(extack->cookie, &cookie, sizeof(cookie));
		extack->cookie_len = sizeof(cookie);
	}
	if (!err->text[0] || extack->_msg)
		return ret;
	extack->_msg = err->text;
	netlink_ack(skb, nlmsg_hdr(skb), ret, extack);
	extack->_msg = NULL;
	return -EINTR;
}

/**
 * mapi_err_report - end a request with an explanation
 * @skb: the request
 * @info: of the request
 * @ret: 0 or the negative errno that the request ends with
 * @err: the explanation; may be empty
 * @attr: attribute at fault, or %NULL
 *
 * Netlink would build the acknowledgement after the handler has returned, from
 * a pointer to a text that must stay and not change until then, and nobody
 * tells when that is. (From 6.2 on the extended ack has room for a text, but of
 * half the length of ours.) So a refusal with a text is acknowledged here, while
 * the text is on the stack of the caller, and netlink is told not to do so
 * again: by %-EINTR, as by netlink_dump_start().
 *
 * Context: the process that sent the request, last thing in its handler.
 * Return: what the handler is to return.
 */
int mapi_err_report(struct sk_buff *skb, struct genl_info *info, int ret,
		    const struct mapi_errbuf *err, const struct nlattr *attr)
{
	return report(skb, info->extack, ret, err, attr);
}

/*
 * mapi_err_report_dump - the same for a dump, last thing in its start()
 *
 * Older kernels show start() no extended ack, as 6.1; ours does as well.
 */
int mapi_err_report_dump(struct netlink_callback *cb, int ret,
			 const struct mapi_errbuf *err,
			 const struct nlattr *attr)
{
	struct netlink_ext_ack own = {};

	return report(cb->skb, cb->extack ?: &own, ret, err, attr);
}

__printf(5, 0)
static int verr(struct mapi_errbuf *err, int ret, u32 code, u32 arg,
		const char *fmt, va_list ap)
{
	if (err && !err->text[0]) {
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		err->code = code;
		err->arg = arg;
	}
	return ret;
}

/**
 * mapi_err - explain a refusal
 * @err: of the request; may be %NULL; the first explanation stays
 * @ret: negative errno
 * @code: MAPI error number or 0
 * @fmt: text for people, no full stop, no newline
 *
 * Return: @ret.
 */
int mapi_err(struct mapi_errbuf *err, int ret, u32 code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verr(err, ret, code, 0, fmt, ap);
	va_end(ap);
	return ret;
}
EXPORT_SYMBOL_GPL(mapi_err);

static u32 arg_code(u32 arg)
{
	if (arg == 6)
		return MAPI_ERR_ARGUMENT + 11;
	return arg <= 5 ? MAPI_ERR_ARGUMENT + arg : MAPI_ERR_ARGUMENT;
}

/**
 * mapi_bad_arg_code - an argument is wrong, in a way that has a number
 * @inst: the instance
 * @arg: number of the argument, from 1
 * @err: negative errno
 * @code: MAPI error number
 * @fmt: what is wrong with it; its name is put in front
 *
 * Return: @err.
 */
int mapi_bad_arg_code(struct mapi_inst *inst, u32 arg, int err, u32 code,
		      const char *fmt, ...)
{
	const struct mapi_func *func = inst->func;
	char what[MAPI_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	mapi_err(inst->err, err, code, "%s: argument %u (%s): %s", func->name,
		 arg, arg && arg <= func->nr_args ? func->args[arg - 1].name : "?",
		 what);
	if (inst->err)
		inst->err->arg = arg;
	return err;
}
EXPORT_SYMBOL_GPL(mapi_bad_arg_code);

/**
 * mapi_bad_arg - an argument is wrong
 * @inst: the instance
 * @arg: number of the argument, from 1
 * @err: negative errno
 * @fmt: what is wrong with it; its name is put in front
 *
 * Return: @err.
 */
int mapi_bad_arg(struct mapi_inst *inst, u32 arg, int err, const char *fmt, ...)
{
	char what[MAPI_ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return mapi_bad_arg_code(inst, arg, err, arg_code(arg), "%s", what);
}
EXPORT_SYMBOL_GPL(mapi_bad_arg);
