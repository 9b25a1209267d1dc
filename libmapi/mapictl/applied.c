// SPDX-License-Identifier: GPL-2.0
/* Functions applied to a flow. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "applied.h"
#include "memory.h"
#include "names.h"
#include "nl.h"
#include "quote.h"

void applied_read_one(struct applied *func, const struct nlattr *nest)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];
	const struct nlattr *attr;

	memset(func, 0, sizeof(*func));
	mapi_nl_nest(nest, tb, MAPI_A_FUNC_MAX);
	func->nest = nest;
	func->fid = mapi_nl_u32(tb[MAPI_A_FUNC_FID]);
	func->name = mapi_nl_str(tb[MAPI_A_FUNC_NAME]);
	func->library = mapi_nl_str(tb[MAPI_A_FUNC_LIBRARY]);
	func->oid = mapi_nl_str(tb[MAPI_A_FUNC_OID]);
	func->status = abs((int)mapi_nl_u32(tb[MAPI_A_FUNC_STATUS]));
	func->result_type = mapi_nl_u32(tb[MAPI_A_FUNC_RESULT_TYPE]);
	func->result_size = mapi_nl_u32(tb[MAPI_A_FUNC_RESULT_SIZE]);
	func->pkts = mapi_nl_u64(tb[MAPI_A_FUNC_PKTS]);
	func->passed = mapi_nl_u64(tb[MAPI_A_FUNC_PASSED]);
	func->filtered = mapi_nl_u64(tb[MAPI_A_FUNC_FILTERED]);
	func->flags = mapi_nl_u32(tb[MAPI_A_FUNC_FLAGS]);
	func->keeps = tb[MAPI_A_FUNC_TAKEN];
	func->taken = mapi_nl_u64(tb[MAPI_A_FUNC_TAKEN]);
	func->waiting = mapi_nl_u64(tb[MAPI_A_FUNC_WAITING]);
	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == MAPI_A_FUNC_LOST)
			loss_add(&func->losses, attr);
	attr = tb[MAPI_A_FUNC_RESULT];
	if (attr && func->result_type != MAPI_RESULT_NONE) {
		func->result = mnl_attr_get_payload(attr);
		func->nr_words = mnl_attr_get_payload_len(attr) /
				 sizeof(uint64_t);
	}
}

struct applied *applied_read(const struct nlmsghdr *nlh, unsigned int *nr)
{
	struct applied *funcs = NULL;
	const struct nlattr *attr;

	*nr = 0;
	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) != MAPI_A_FLOW_FUNC)
			continue;
		funcs = xrealloc(funcs, (*nr + 1) * sizeof(*funcs));
		applied_read_one(&funcs[(*nr)++], attr);
	}
	return funcs;
}

uint64_t applied_word(const struct applied *func, uint32_t n)
{
	uint64_t word;

	memcpy(&word, (const char *)func->result + n * sizeof(word),
	       sizeof(word));
	return word;
}

static void put_value(FILE *out, const struct nlattr **tb)
{
	if (tb[MAPI_A_ARG_INT])
		fprintf(out, "%" PRId64,
			(int64_t)mapi_nl_u64(tb[MAPI_A_ARG_INT]));
	else
		quote(out, mapi_nl_str(tb[MAPI_A_ARG_STR]));
}

/* Whose place does not tell: flow add wants its name then. */
static bool needs_name(const struct nlattr **tb)
{
	uint32_t flags = mapi_nl_u32(tb[MAPI_A_ARG_FLAGS]);

	return flags & MAPI_ARG_F_EXTRA ||
	       (flags & MAPI_ARG_F_OPTIONAL && !tb[MAPI_A_ARG_INT]);
}

void applied_call(FILE *out, const struct applied *func)
{
	const struct nlattr *tb[__MAPI_A_ARG_MAX];
	const struct nlattr *attr;

	quote(out, func->name);
	mnl_attr_for_each_nested(attr, func->nest) {
		if (mnl_attr_get_type(attr) != MAPI_A_FUNC_ARG)
			continue;
		mapi_nl_nest(attr, tb, __MAPI_A_ARG_LAST);
		fputc(' ', out);
		if (needs_name(tb))
			fprintf(out, "%s=", mapi_nl_str(tb[MAPI_A_ARG_NAME]));
		put_value(out, tb);
	}
}

char *applied_text(const struct applied *func)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	applied_call(out, func);
	fclose(out);
	return text;
}

static void args_json(struct json *json, const struct applied *func)
{
	const struct nlattr *tb[__MAPI_A_ARG_MAX];
	const struct nlattr *attr;

	json_open(json, "args", '[');
	mnl_attr_for_each_nested(attr, func->nest) {
		char type[2] = "";

		if (mnl_attr_get_type(attr) != MAPI_A_FUNC_ARG)
			continue;
		mapi_nl_nest(attr, tb, __MAPI_A_ARG_LAST);
		type[0] = mapi_nl_u32(tb[MAPI_A_ARG_TYPE]);
		json_open(json, NULL, '{');
		json_str(json, "name", mapi_nl_str(tb[MAPI_A_ARG_NAME]));
		json_str(json, "type", type);
		if (tb[MAPI_A_ARG_INT])
			json_s64(json, "value",
				 mapi_nl_u64(tb[MAPI_A_ARG_INT]));
		else
			json_str(json, "value",
				 mapi_nl_str(tb[MAPI_A_ARG_STR]));
		json_close(json, '}');
	}
	json_close(json, ']');
}

void applied_call_json(struct json *json, const struct applied *func)
{
	char *call = applied_text(func);

	json_str(json, "name", func->name);
	json_str(json, "library", func->library);
	json_str(json, "oid", func->oid);
	json_str(json, "call", call);
	args_json(json, func);
	free(call);
}

void applied_json(struct json *json, const struct applied *func)
{
	json_u64(json, "fid", func->fid);
	applied_call_json(json, func);
	json_str(json, "result_type", name_of(result_names, func->result_type));
	json_u64(json, "result_size", func->result_size);
}

void applied_counts_json(struct json *json, const struct applied *func)
{
	json_s64(json, "errno", func->status);
	json_u64(json, "packets", func->pkts);
	json_u64(json, "passed", func->passed);
	json_u64(json, "filtered", func->filtered);
	loss_json(json, "lost", &func->losses);
}
