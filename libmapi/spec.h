/* SPDX-License-Identifier: MIT */
/* What arguments a function takes, as its kernel module says. */
#ifndef MAPI_SPEC_H
#define MAPI_SPEC_H

#include "nl.h"

struct mapi_spec_arg {
	char name[MAPI_NAME_MAX + 1];
	char type;		/* s S i c l r f w, see mapi(7) */
	uint32_t flags;		/* MAPI_ARG_F_* */
	int64_t min, max;	/* of numbers, if min < max */
	int64_t def;
};

/**
 * struct mapi_spec - one function
 * @nargs: arguments in all; the first @nvarargs are those of the varargs form
 */
struct mapi_spec {
	char name[MAPI_NAME_MAX + 1];
	char library[MAPI_NAME_MAX + 1];
	char oid[MAPI_OID_MAX + 1];
	char descr[1024];
	char argdescr[MAPI_ARGS_MAX + 1];
	char module[64];
	uint32_t flags;		/* MAPI_FUNC_F_* */
	uint32_t result_type;	/* enum mapi_result_type */
	uint32_t result_size;
	uint32_t users;
	unsigned int nargs;
	unsigned int nvarargs;
	struct mapi_spec_arg args[MAPI_ARGS_MAX];
	struct mapi_spec *next;	/* of the cache */
};

/**
 * mapi_spec_load() - ask the kernel for the specification of a function
 * @name: without library and device part
 *
 * Loads the function's module if need be, and if the caller may do that.
 *
 * Return: 0, or -1 with @err filled if there is no such function.
 */
int mapi_spec_load(const char *name, struct mapi_spec *spec,
		   struct mapi_nl_err *err);

/**
 * mapi_spec_get() - the specification of a function
 * @name: without library and device part
 *
 * As mapi_spec_load(), but asked of the kernel once, and kept while the process
 * lives.
 *
 * Return: NULL with @err filled if there is no such function.
 */
const struct mapi_spec *mapi_spec_get(const char *name,
				      struct mapi_nl_err *err);

/**
 * mapi_spec_parse() - read a reply or dump element of MAPI_CMD_FUNCTION_GET
 */
void mapi_spec_parse(const struct nlmsghdr *nlh, struct mapi_spec *spec);

#endif
