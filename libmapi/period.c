// SPDX-License-Identifier: MIT
/* Arguments that are periods. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "times.h"

/* Texts that are no times but mean something to the function. */
static bool is_word(const char *text, const char *words)
{
	size_t len = strlen(text);

	for (; *words; words += strcspn(words, " "), words += *words == ' ')
		if (len && strcspn(words, " ") == len &&
		    !strncmp(words, text, len))
			return true;
	return false;
}

int mapi_call_period(struct mapi_call *call, unsigned int n, const char *words,
		     struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	struct mapi_time *t;
	uint64_t time;

	if (is_word(arg->str, words))
		return 0;
	if (!mapi_interval(arg->str, &time))
		return mapi_arg_fail(call, n, 0, err,
				     "\"%s\" is none of %s nor an interval like 1.5s",
				     arg->str, words);
	t = calloc(1, sizeof(*t));
	if (!t)
		return mapi_arg_fail(call, n, 0, err, "out of memory");
	t->time = time;
	t->flags = MAPI_TIME_F_RELATIVE;
	arg->blob = t;
	arg->blob_len = sizeof(*t);
	return 0;
}
