/* SPDX-License-Identifier: MIT */
/* Arguments of a call given as C arguments. */
#ifndef MAPI_APPLY_VARARGS_H
#define MAPI_APPLY_VARARGS_H

#include <stdarg.h>

#include "apply.h"
#include "mapi.h"

/* The caller did not use the macro: what it passed is not known. */
#define MAPI_SIG_UNKNOWN	(~0ULL)

/**
 * mapi_call_set_varargs() - read the arguments that the function expects
 * @sig: what the caller passed, see mapi/varargs.h
 */
int mapi_call_set_varargs(struct mapi_call *call, mapi_sig_t sig, va_list *ap,
			  struct mapi_nl_err *err);

#endif
