// SPDX-License-Identifier: MIT
/* References to functions: programs name flows by descriptors, the kernel by numbers. */
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

int mapi_call_refs(struct mapi_call *call, struct mapi_nl_err *err)
{
	for (unsigned int i = 0; i < call->nargs; i++)
		if (call->spec->args[i].type == 'r' && translate(call, i, err))
			return -1;
	return 0;
}
