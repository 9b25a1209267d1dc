// SPDX-License-Identifier: MIT
/* Arguments of a call given as C arguments. */
#include <errno.h>

#include "apply_varargs.h"
#include "strings.h"

/* What must have been passed for an argument, if the caller does not tell. */
static unsigned int default_code(char type)
{
	if (mapi_type_is_text(type))
		return MAPI_ARG_POINTER;
	return type == 'l' ? MAPI_ARG_LONG : MAPI_ARG_INT;
}

static int set_text(struct mapi_call *call, unsigned int n, const char *str,
		    struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];

	if (!str)
		return 0;
	arg->str = mapi_string_read(str, MAPI_STR_MAX);
	if (arg->str)
		return 0;
	if (errno == E2BIG)
		return mapi_arg_fail(call, n, 0, err,
				     "is longer than %u characters",
				     MAPI_STR_MAX);
	return mapi_arg_fail(call, n, 0, err, errno == ENOMEM ?
			     "out of memory" : "is not a string");
}

static int set_number(struct mapi_call *call, unsigned int n, int64_t num,
		      unsigned int code, struct mapi_nl_err *err)
{
	if (code == MAPI_ARG_POINTER)
		return mapi_arg_fail(call, n, 0, err, "must be a number");
	/* An int for an unsigned 64-bit argument, as a compiler would pass it. */
	if (code == MAPI_ARG_INT && call->spec->args[n].type == 'l')
		num = (uint32_t)num;
	call->args[n].num = num;
	return 0;
}

static int set_vararg(struct mapi_call *call, unsigned int n, unsigned int code,
		      va_list *ap, struct mapi_nl_err *err)
{
	bool text = mapi_type_is_text(call->spec->args[n].type);
	int64_t num;

	switch (code) {
	case MAPI_ARG_INT:
		num = va_arg(*ap, int);
		/* A plain 0 is what some call NULL. */
		if (text && num)
			return mapi_arg_fail(call, n, 0, err,
					     "must be a string");
		break;
	case MAPI_ARG_LONG:
		num = va_arg(*ap, long long);
		break;
	case MAPI_ARG_POINTER:
		num = (intptr_t)va_arg(*ap, void *);
		break;
	default:
		return mapi_arg_fail(call, n, 0, err, "must be a %s",
				     text ? "string" : "whole number");
	}
	return text ? set_text(call, n, (const char *)(intptr_t)num, err) :
		      set_number(call, n, num, code, err);
}

int mapi_call_set_varargs(struct mapi_call *call, mapi_sig_t sig, va_list *ap,
			  struct mapi_nl_err *err)
{
	for (unsigned int n = 0; n < call->spec->nvarargs; n++, sig >>= 4) {
		unsigned int code = sig & 15;

		if (sig == MAPI_SIG_UNKNOWN >> 4 * n)
			code = default_code(call->spec->args[n].type);
		if (code == MAPI_ARG_NONE)
			break;
		call->nargs = n + 1;
		if (set_vararg(call, n, code, ap, err))
			return -1;
	}
	return 0;
}
