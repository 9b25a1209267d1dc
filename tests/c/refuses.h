/* SPDX-License-Identifier: GPL-2.0 */
/* Calls of libmapi that must fail, with a number and a text. */
#ifndef REFUSES_H
#define REFUSES_H

#include <mapi.h>
#include "ktap.h"

/* Is the text of one line, short enough, and does it hold @part? */
static bool refuses_text(const char *text, const char *part)
{
	return *text && strlen(text) < MAPI_ERRORSTR_LENGTH &&
	       !strchr(text, '\n') && strstr(text, part);
}

__attribute__((unused))
static void refuses_check(const char *what, bool failed, int code,
			  const char *part)
{
	char text[MAPI_ERRORSTR_LENGTH] = "", again[MAPI_ERRORSTR_LENGTH] = "x";
	int got = -1, left = -1;

	mapi_read_error(&got, text);
	mapi_read_error(&left, again);
	if (!ktap_ok(failed && got == code && refuses_text(text, part) &&
		     !left && !*again, "refuses %s: %d", what, code))
		ktap_diag("%s, error %d \"%s\", then %d \"%s\"; wanted %d \"...%s...\"",
			  failed ? "failed" : "did not fail", got, text, left,
			  again, code, part);
}

/*
 * @call, which says whether it failed, must fail with @code and a text that
 * holds @part; the error is gone when it has been read.
 */
#define refuses(what, call, code, part) do {				\
	bool refuses_failed_;						\
									\
	mapi_read_error(&(int){ 0 }, NULL);				\
	refuses_failed_ = (call);					\
	refuses_check(what, refuses_failed_, code, part);		\
} while (0)

/* @call must succeed, and leave no error. */
#define accepts(what, call) do {					\
	char accepts_text_[MAPI_ERRORSTR_LENGTH] = "";			\
	bool accepts_good_;						\
	int accepts_code_ = 0;						\
									\
	mapi_read_error(&accepts_code_, NULL);				\
	accepts_good_ = (call);						\
	mapi_read_error(&accepts_code_, accepts_text_);			\
	if (!ktap_ok(accepts_good_ && !accepts_code_, "accepts %s", what)) \
		ktap_diag("error %d \"%s\"", accepts_code_, accepts_text_); \
} while (0)

#endif
