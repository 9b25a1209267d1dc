// SPDX-License-Identifier: MIT
/* A call of a function: names, checks, the request. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "files.h"
#include "str.h"

static uint32_t code_of_arg(unsigned int n)
{
	static const uint32_t codes[] = { 7001, 7002, 7003, 7004, 7005, 7011 };

	return n < sizeof(codes) / sizeof(*codes) ? codes[n] :
						     MAPI_ERR_ARGUMENT;
}

int mapi_arg_fail(const struct mapi_call *call, unsigned int n, uint32_t code,
		  struct mapi_nl_err *err, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return mapi_nl_fail(err, EINVAL, code ? code : code_of_arg(n), n + 1,
			    "%s: argument %u (%s): %s", call->name, n + 1,
			    call->spec->args[n].name, what);
}

/* Cut [library:]NAME[!oid] into its parts. */
static int split_name(struct mapi_call *call, const char *func,
		      struct mapi_nl_err *err)
{
	const char *colon = strchr(func, ':');
	const char *name = colon ? colon + 1 : func;
	size_t library_len = colon ? (size_t)(colon - func) : 0;
	size_t name_len = strcspn(name, "!");
	const char *oid = name[name_len] ? name + name_len + 1 : "";

	if (!name_len || name_len > MAPI_NAME_MAX ||
	    library_len > MAPI_NAME_MAX || strlen(oid) > MAPI_OID_MAX)
		return mapi_nl_fail(err, ENOENT, MAPI_ERR_FUNCTION_NOT_FOUND, 0,
				    "\"%.64s\" is not the name of a function",
				    func);
	mapi_str_copy(call->library, func, library_len + 1);
	mapi_str_copy(call->name, name, name_len + 1);
	mapi_str_copy(call->oid, oid, sizeof(call->oid));
	return 0;
}

int mapi_call_init(struct mapi_call *call, const char *func,
		   struct mapi_nl_err *err)
{
	memset(call, 0, sizeof(*call));
	for (unsigned int i = 0; i < MAPI_ARGS_MAX; i++)
		call->args[i].fd = -1;
	if (split_name(call, func, err))
		return -1;
	call->spec = mapi_spec_get(call->name, err);
	call->client = mapi_client_find(call->name);
	return call->spec ? 0 : -1;
}

int mapi_call_check_count(const struct mapi_call *call, struct mapi_nl_err *err)
{
	unsigned int n = call->nargs;

	if (n >= call->spec->nargs ||
	    call->spec->args[n].flags & (MAPI_ARG_F_OPTIONAL | MAPI_ARG_F_EXTRA))
		return 0;
	return mapi_arg_fail(call, n,
			     call->spec->args[n].type == 'w' ? MAPI_ERR_FILE : 0,
			     err, "is missing");
}

int64_t mapi_call_number(const struct mapi_call *call, unsigned int n)
{
	if (n < call->nargs)
		return call->args[n].num;
	return n < call->spec->nargs ? call->spec->args[n].def : 0;
}

static int check_strings(const struct mapi_call *call, struct mapi_nl_err *err)
{
	for (unsigned int i = 0; i < call->nargs; i++) {
		char type = call->spec->args[i].type;

		if (mapi_type_is_text(type) && !call->args[i].str)
			return mapi_arg_fail(call, i, type == 'w' ?
					     MAPI_ERR_FILE : 0, err, "is NULL");
	}
	return 0;
}

static int check_lengths(const struct mapi_call *call, struct mapi_nl_err *err)
{
	for (unsigned int i = 0; i < call->nargs; i++)
		if (call->args[i].str &&
		    strlen(call->args[i].str) > MAPI_STR_MAX)
			return mapi_arg_fail(call, i, 0, err,
					     "is longer than %u characters",
					     MAPI_STR_MAX);
	return 0;
}

int mapi_call_prepare(struct mapi_call *call, uint32_t linktype,
		      struct mapi_nl_err *err)
{
	call->linktype = linktype;
	if (mapi_call_check_count(call, err) || check_strings(call, err))
		return -1;
	if (call->client && call->client->apply &&
	    call->client->apply(call, err))
		return -1;
	if (check_lengths(call, err))
		return -1;
	for (unsigned int i = 0; i < call->nargs; i++)
		if (call->spec->args[i].type == 'w' &&
		    mapi_file_open(call, i, err))
			return -1;
	return 0;
}

static void put_arg(const struct mapi_arg *arg, char type, struct nlmsghdr *req)
{
	struct nlattr *nest = mapi_nl_nest_begin(req, MAPI_A_FUNC_ARG);

	if (!mapi_type_is_text(type))
		mapi_nl_put_s64(req, MAPI_A_ARG_INT, arg->num);
	if (arg->str)
		mapi_nl_put_str(req, MAPI_A_ARG_STR, arg->str);
	if (arg->fd >= 0)
		mapi_nl_put_s32(req, MAPI_A_ARG_FD, arg->fd);
	if (arg->blob)
		mapi_nl_put(req, MAPI_A_ARG_BLOB, arg->blob, arg->blob_len);
	mapi_nl_nest_end(req, nest);
}

void mapi_call_put(const struct mapi_call *call, uint32_t fid,
		   struct nlmsghdr *req)
{
	struct nlattr *func = mapi_nl_nest_begin(req, MAPI_A_FLOW_FUNC);

	if (fid) {
		mapi_nl_put_u32(req, MAPI_A_FUNC_FID, fid);
	} else {
		mapi_nl_put_str(req, MAPI_A_FUNC_NAME, call->name);
		if (*call->library)
			mapi_nl_put_str(req, MAPI_A_FUNC_LIBRARY, call->library);
		if (*call->oid)
			mapi_nl_put_str(req, MAPI_A_FUNC_OID, call->oid);
	}
	for (unsigned int i = 0; i < call->nargs; i++)
		put_arg(&call->args[i], call->spec->args[i].type, req);
	mapi_nl_nest_end(req, func);
}

void mapi_call_free(struct mapi_call *call)
{
	for (unsigned int i = 0; i < MAPI_ARGS_MAX; i++) {
		free(call->args[i].str);
		free(call->args[i].blob);
		mapi_file_close(&call->args[i]);
	}
}

static int on_applied(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *flow[MAPI_A_FLOW_MAX + 1];
	const struct nlattr *func[MAPI_A_FUNC_MAX + 1];
	int *fid = data;

	mapi_nl_attrs(nlh, flow, MAPI_A_FLOW_MAX);
	mapi_nl_nest(flow[MAPI_A_FLOW_FUNC], func, MAPI_A_FUNC_MAX);
	*fid = mapi_nl_u32(func[MAPI_A_FUNC_FID]);
	return MNL_CB_OK;
}

int mapi_call_apply(const struct mapi_call *call, int fd,
		    struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_APPLY);
	int fid = 0;
	int ret;

	mapi_nl_put_s32(req, MAPI_A_FLOW_FD, fd);
	mapi_call_put(call, 0, req);
	ret = mapi_nl_call(req, on_applied, &fid, err);
	mapi_nl_free(req);
	if (ret)
		return -1;
	/* The function begins to write when the flow is connected. */
	for (unsigned int i = 0; i < call->nargs; i++)
		mapi_file_empty(&call->args[i]);
	return fid;
}

int mapi_apply_text(int fd, uint32_t linktype, const char *func,
		    char *const *args, unsigned int nargs,
		    struct mapi_nl_err *err)
{
	struct mapi_call call;
	int fid = -1;

	if (!mapi_call_init(&call, func, err) &&
	    !mapi_call_set_text(&call, args, nargs, err) &&
	    !mapi_call_prepare(&call, linktype, err))
		fid = mapi_call_apply(&call, fd, err);
	mapi_call_free(&call);
	return fid;
}
