/* SPDX-License-Identifier: MIT */
/*
 * A call of a function, from its name and arguments to the request that applies
 * it to a flow or changes its arguments.
 *
 *	struct mapi_call call;
 *
 *	if (mapi_call_init(&call, "stdlib:TO_FILE!1.2", &err) ||
 *	    mapi_call_set_text(&call, args, nargs, &err) ||
 *	    mapi_call_prepare(&call, linktype, &err))
 *		...
 *	mapi_call_put(&call, 0, req);
 *	mapi_call_free(&call);		(in every case)
 *
 * mapi_apply_text() does all that.
 */
#ifndef MAPI_APPLY_H
#define MAPI_APPLY_H

#include "spec.h"

/**
 * struct mapi_arg - the value of one argument
 * @num: types i c l r f
 * @str: types s S w (the name of the file), ours; NULL was given as NULL
 * @fd: type w, once prepared; -1: none
 * @blob: what the client half of the function made of @str, ours
 */
struct mapi_arg {
	int64_t num;
	char *str;
	int fd;
	void *blob;
	size_t blob_len;
};

/**
 * struct mapi_call - a function with its arguments
 * @client: the half of the function that runs in this process, mostly NULL
 * @nargs: arguments given; what is left out has defaults
 */
struct mapi_call {
	char library[MAPI_NAME_MAX + 1];
	char name[MAPI_NAME_MAX + 1];
	char oid[MAPI_OID_MAX + 1];
	const struct mapi_spec *spec;
	const struct mapi_client *client;
	uint32_t linktype;
	unsigned int nargs;
	struct mapi_arg args[MAPI_ARGS_MAX];
};

/**
 * mapi_call_init() - find the function that a text names
 * @func: [library:]NAME[!oid]
 */
int mapi_call_init(struct mapi_call *call, const char *func,
		   struct mapi_nl_err *err);

/**
 * mapi_call_set_text() - arguments as text
 *
 * Numbers may be decimal, 0x hexadecimal, or a name that mapi.h gives to a
 * number (WAIT, MFF_PCAP ...).
 */
int mapi_call_set_text(struct mapi_call *call, char *const *args,
		       unsigned int nargs, struct mapi_nl_err *err);

/**
 * mapi_call_refs() - flows that are arguments
 *
 * Programs give descriptors of this process; the kernel wants their numbers.
 */
int mapi_call_refs(struct mapi_call *call, struct mapi_nl_err *err);

/* Refuse too few arguments, naming the first that is missing. */
int mapi_call_check_count(const struct mapi_call *call,
			  struct mapi_nl_err *err);

/**
 * mapi_call_prepare() - run the client half, open files
 * @linktype: of the flow (MAPI_A_FLOW_LINKTYPE), for filters
 *
 * Files are created with the caller's rights, but what they hold is thrown away
 * only when the kernel has taken the call.
 */
int mapi_call_prepare(struct mapi_call *call, uint32_t linktype,
		      struct mapi_nl_err *err);

/**
 * mapi_call_put() - add the call to a request as a MAPI_A_FLOW_FUNC
 * @fid: of the function whose arguments change, 0: it is new
 */
void mapi_call_put(const struct mapi_call *call, uint32_t fid,
		   struct nlmsghdr *req);

/* Forget the call, close its files. Also after a failed mapi_call_init(). */
void mapi_call_free(struct mapi_call *call);

/**
 * mapi_call_apply() - apply a prepared call
 * @fd: the flow's descriptor
 *
 * Return: the function's fid, or -1 with @err filled.
 */
int mapi_call_apply(const struct mapi_call *call, int fd,
		    struct mapi_nl_err *err);

/**
 * mapi_apply_text() - apply a function, arguments as text
 * @fd: the flow's descriptor
 * @linktype: the flow's link type
 * @func: [library:]NAME[!oid]
 *
 * Return: the function's fid, or -1 with @err filled.
 */
int mapi_apply_text(int fd, uint32_t linktype, const char *func,
		    char *const *args, unsigned int nargs,
		    struct mapi_nl_err *err);

/* The value of argument @n, a number, given or by default. */
int64_t mapi_call_number(const struct mapi_call *call, unsigned int n);

static inline bool mapi_type_is_text(char type)
{
	return type == 's' || type == 'S' || type == 'R' || type == 'w';
}

/**
 * mapi_arg_fail() - an argument is wrong
 * @n: its number, from 0
 * @code: MAPI error number, 0: the one of that argument
 *
 * Fills @err with "NAME: argument 2 (offset): " and what follows. Return: -1.
 */
int mapi_arg_fail(const struct mapi_call *call, unsigned int n, uint32_t code,
		  struct mapi_nl_err *err, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
