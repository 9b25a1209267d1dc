// SPDX-License-Identifier: MIT
/* Functions of a flow: apply them, change their arguments, reset them. */
#include "apply_varargs.h"
#include "client.h"
#include "error.h"
#include "flow.h"

/* How the arguments of a call are given. */
struct given {
	char *const *text;	/* NULL: as C arguments */
	unsigned int ntext;
	mapi_sig_t sig;
	va_list *ap;
};

static int read_call(struct mapi_call *call, const struct mapi_flow *flow,
		     const char *func, const struct given *given,
		     struct mapi_nl_err *err)
{
	if (mapi_call_init(call, func, err))
		return -1;
	if (given->ap ? mapi_call_set_varargs(call, given->sig, given->ap, err) :
	    mapi_call_set_text(call, given->text, given->ntext, err))
		return -1;
	if (mapi_call_refs(call, err))
		return -1;
	return mapi_call_prepare(call, flow->linktype, err);
}

static bool is_nowait(const struct mapi_call *call)
{
	return call->spec->result_type == MAPI_RESULT_RING &&
	       mapi_call_number(call, 0) == NOWAIT;
}

/* The kernel has applied a function; flow->lock is held. */
static int note_func(struct mapi_flow *flow, const struct mapi_call *call,
		     int fid)
{
	while (flow->nr_funcs < (unsigned int)fid)
		if (!mapi_flow_add_func(flow))
			return mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
	mapi_flow_func(flow, fid)->nowait = is_nowait(call);
	return fid;
}

static int apply_locked(struct mapi_flow *flow, const char *func,
			const struct given *given)
{
	struct mapi_nl_err err;
	struct mapi_call call;
	int fid = -1;

	if (flow->connected)
		return mapi_error(MFUNCT_COULD_NOT_APPLY_FUNCT,
				  "functions cannot be applied to a connected flow");
	if (!read_call(&call, flow, func, given, &err))
		fid = mapi_call_apply(&call, flow->fd, &err);
	if (fid < 0)
		mapi_error_nl(&err, MFUNCT_COULD_NOT_APPLY_FUNCT);
	else
		fid = note_func(flow, &call, fid);
	mapi_call_free(&call);
	return fid;
}

static int apply(int fd, const char *func, const struct given *given)
{
	struct mapi_flow *flow;
	int fid;

	if (fd <= 0)
		return mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
	flow = mapi_flow_get(fd);
	if (!flow)
		return mapi_error(MAPI_INVALID_FLOW, NULL);
	if (func) {
		pthread_mutex_lock(&flow->lock);
		fid = apply_locked(flow, func, given);
		pthread_mutex_unlock(&flow->lock);
	} else {
		fid = mapi_error(MAPI_FUNCTION_NOT_FOUND,
				 "the name of the function is NULL");
	}
	mapi_flow_put(flow);
	return fid;
}

int mapi_apply_function_sig(int fd, mapi_sig_t sig, const char *funct, ...)
{
	struct given given = { .sig = sig };
	va_list ap;
	int fid;

	va_start(ap, funct);
	given.ap = &ap;
	fid = apply(fd, funct, &given);
	va_end(ap);
	return fid;
}

int (mapi_apply_function)(int fd, const char *funct, ...)
{
	struct given given = { .sig = MAPI_SIG_UNKNOWN };
	va_list ap;
	int fid;

	va_start(ap, funct);
	given.ap = &ap;
	fid = apply(fd, funct, &given);
	va_end(ap);
	return fid;
}

int mapi_apply_function_array(int fd, const char *funct, char **args,
			      unsigned int nargs)
{
	const struct given given = { .text = args, .ntext = nargs };

	return apply(fd, funct, &given);
}
