// SPDX-License-Identifier: MIT
/* References to functions: programs name flows by descriptors, the kernel by numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "flow.h"

static int translate(struct mapi_call *call, unsigned int n,
		     struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	struct mapi_flow *flow = arg->num > 0 && arg->num <= INT32_MAX ?
				 mapi_flow_get(arg->num) : NULL;

	if (!flow)
		return mapi_arg_fail(call, n, 0, err, "%lld is not a flow",
				     (long long)arg->num);
	arg->num = flow->id;
	mapi_flow_put(flow);
	return 0;
}

/* The flow whose descriptor the text is, for mapi_flow_put(); NULL: it is none. */
static struct mapi_flow *flow_of(const char *text, size_t len)
{
	char *end;
	long fd = strtol(text, &end, 10);

	return end == text + len && len && fd > 0 && fd <= INT32_MAX ?
	       mapi_flow_get(fd) : NULL;
}

/* One of a list of flows. Return: bytes of text, -1: @err is filled. */
static int translate_flow(struct mapi_call *call, unsigned int n, const char *from,
			  size_t len, char *to, struct mapi_nl_err *err)
{
	struct mapi_flow *flow = flow_of(from, len);
	int done;

	if (!flow)
		return mapi_arg_fail(call, n, 0, err, "\"%.*s\" is not a flow",
				     (int)len, from);
	done = sprintf(to, "%u", flow->id);
	mapi_flow_put(flow);
	return done;
}

/* One of a list, "fid@fd" or "fid". Return: bytes of text, -1: @err is filled. */
static int translate_one(struct mapi_call *call, unsigned int n, const char *from,
			 size_t len, char *to, struct mapi_nl_err *err)
{
	const char *at = memchr(from, '@', len);
	struct mapi_flow *flow;

	if (!at) {
		memcpy(to, from, len);
		return len;
	}
	flow = flow_of(at + 1, from + len - at - 1);
	if (!flow)
		return mapi_arg_fail(call, n, 0, err, "\"%.*s\" is not a function of a flow",
				     (int)len, from);
	memcpy(to, from, at + 1 - from);
	len = at + 1 - from;
	len += sprintf(to + len, "%u", flow->id);
	mapi_flow_put(flow);
	return len;
}

static int translate_list(struct mapi_call *call, unsigned int n,
			  struct mapi_nl_err *err)
{
	bool flows = call->spec->args[n].type == 'R';
	const char *from = call->args[n].str;
	/* A number may take ten digits where there was one. */
	char *list = malloc(10 * strlen(from) + 1), *to = list;
	size_t len;
	int done;

	if (!list)
		return mapi_arg_fail(call, n, 0, err, "out of memory");
	for (;; from += len + 1) {
		len = strcspn(from, ",");
		done = flows ? translate_flow(call, n, from, len, to, err) :
			       translate_one(call, n, from, len, to, err);
		if (done < 0) {
			free(list);
			return -1;
		}
		to += done;
		*to = from[len];
		if (!*to++)
			break;
	}
	free(call->args[n].str);
	call->args[n].str = list;
	return 0;
}

static int translate_any(struct mapi_call *call, unsigned int n,
			 struct mapi_nl_err *err)
{
	switch (call->spec->args[n].type) {
	case 'r':
		return translate(call, n, err);
	case 'S':
	case 'R':
		return call->args[n].str ? translate_list(call, n, err) : 0;
	default:
		return 0;
	}
}

int mapi_call_refs(struct mapi_call *call, struct mapi_nl_err *err)
{
	for (unsigned int i = 0; i < call->nargs; i++)
		if (translate_any(call, i, err))
			return -1;
	return 0;
}
