// SPDX-License-Identifier: MIT
/* What arguments a function takes, as its kernel module says. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "spec.h"
#include "str.h"

/*
 * Only ever grows, at its head: no lock. Two threads that look up the same
 * function at the same time both add it, which does no harm.
 */
static _Atomic(struct mapi_spec *) cache;

static void parse_arg(const struct nlattr *nest, struct mapi_spec_arg *arg)
{
	const struct nlattr *tb[__MAPI_A_ARG_MAX];

	mapi_nl_nest(nest, tb, __MAPI_A_ARG_LAST);
	mapi_str_copy(arg->name, mapi_nl_str(tb[MAPI_A_ARG_NAME]),
		      sizeof(arg->name));
	arg->type = mapi_nl_u32(tb[MAPI_A_ARG_TYPE]);
	arg->flags = mapi_nl_u32(tb[MAPI_A_ARG_FLAGS]);
	arg->min = mapi_nl_u64(tb[MAPI_A_ARG_MIN]);
	arg->max = mapi_nl_u64(tb[MAPI_A_ARG_MAX]);
	arg->def = mapi_nl_u64(tb[MAPI_A_ARG_DEFAULT]);
}

void mapi_spec_parse(const struct nlmsghdr *nlh, struct mapi_spec *spec)
{
	const struct nlattr *tb[MAPI_A_FUNCTION_MAX + 1];
	const struct nlattr *attr;

	memset(spec, 0, sizeof(*spec));
	mapi_nl_attrs(nlh, tb, MAPI_A_FUNCTION_MAX);
	mapi_str_copy(spec->name, mapi_nl_str(tb[MAPI_A_FUNCTION_NAME]),
		      sizeof(spec->name));
	mapi_str_copy(spec->library, mapi_nl_str(tb[MAPI_A_FUNCTION_LIBRARY]),
		      sizeof(spec->library));
	mapi_str_copy(spec->oid, mapi_nl_str(tb[MAPI_A_FUNCTION_OID]),
		      sizeof(spec->oid));
	mapi_str_copy(spec->descr, mapi_nl_str(tb[MAPI_A_FUNCTION_DESCR]),
		      sizeof(spec->descr));
	mapi_str_copy(spec->argdescr, mapi_nl_str(tb[MAPI_A_FUNCTION_ARGDESCR]),
		      sizeof(spec->argdescr));
	mapi_str_copy(spec->module, mapi_nl_str(tb[MAPI_A_FUNCTION_MODULE]),
		      sizeof(spec->module));
	spec->flags = mapi_nl_u32(tb[MAPI_A_FUNCTION_FLAGS]);
	spec->result_type = mapi_nl_u32(tb[MAPI_A_FUNCTION_RESULT_TYPE]);
	spec->result_size = mapi_nl_u32(tb[MAPI_A_FUNCTION_RESULT_SIZE]);
	spec->users = mapi_nl_u32(tb[MAPI_A_FUNCTION_USERS]);

	mapi_nl_for_each(attr, nlh) {
		struct mapi_spec_arg *arg = &spec->args[spec->nargs];

		if (mnl_attr_get_type(attr) != MAPI_A_FUNCTION_ARG ||
		    spec->nargs == MAPI_ARGS_MAX)
			continue;
		parse_arg(attr, arg);
		if (spec->nvarargs == spec->nargs &&
		    !(arg->flags & MAPI_ARG_F_EXTRA))
			spec->nvarargs++;
		spec->nargs++;
	}
}

static int on_spec(const struct nlmsghdr *nlh, void *data)
{
	mapi_spec_parse(nlh, data);
	return MNL_CB_OK;
}

static const struct mapi_spec *find_cached(const char *name)
{
	struct mapi_spec *spec = atomic_load_explicit(&cache,
						      memory_order_acquire);

	while (spec && strcmp(spec->name, name))
		spec = spec->next;
	return spec;
}

static void add_cached(struct mapi_spec *spec)
{
	spec->next = atomic_load_explicit(&cache, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(&cache, &spec->next, spec,
						      memory_order_release,
						      memory_order_relaxed))
		;
}

int mapi_spec_load(const char *name, struct mapi_spec *spec,
		   struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FUNCTION_GET);
	int ret;

	mapi_nl_put_str(req, MAPI_A_FUNCTION_NAME, name);
	ret = mapi_nl_call(req, on_spec, spec, err);
	mapi_nl_free(req);
	return ret;
}

const struct mapi_spec *mapi_spec_get(const char *name, struct mapi_nl_err *err)
{
	const struct mapi_spec *known = find_cached(name);
	struct mapi_spec *spec;

	if (known)
		return known;
	spec = calloc(1, sizeof(*spec));
	if (!spec) {
		mapi_nl_fail(err, ENOMEM, 0, 0, "out of memory");
		return NULL;
	}
	if (mapi_spec_load(name, spec, err)) {
		free(spec);
		return NULL;
	}
	add_cached(spec);
	return spec;
}
