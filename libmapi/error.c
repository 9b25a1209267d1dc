// SPDX-License-Identifier: MIT
/* The last error of each thread. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "str.h"

static _Thread_local struct {
	int code;
	char text[MAPI_ERRORSTR_LENGTH];
} last;

int mapi_error(int code, const char *fmt, ...)
{
	va_list ap;

	last.code = code;
	if (!fmt) {
		mapi_str_copy(last.text, mapi_strerror(code), sizeof(last.text));
		return -1;
	}
	va_start(ap, fmt);
	vsnprintf(last.text, sizeof(last.text), fmt, ap);
	va_end(ap);
	return -1;
}

static int code_of_errno(int error, int code)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return MAPI_PERMISSION_DENIED;
	case ENOMEM:
		return MAPID_MEM_ALLOCATION_ERROR;
	case EDQUOT:
		return MAPI_LIMIT_REACHED;
	default:
		return code;
	}
}

int mapi_error_nl(const struct mapi_nl_err *err, int code)
{
	if (err->cookie.code)
		code = err->cookie.code;
	else
		code = code_of_errno(err->error, code);
	return mapi_error(code, "%s", err->text);
}

int mapi_error_code(void)
{
	return last.code;
}

void mapi_error_clear(void)
{
	last.code = 0;
}

int mapi_read_error(int *err_no, char *errorstr)
{
	if (!err_no && !errorstr)
		return -1;
	if (err_no)
		*err_no = last.code;
	if (errorstr)
		strcpy(errorstr, last.code ? last.text : "");
	mapi_error_clear();
	return 0;
}
