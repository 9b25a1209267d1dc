// SPDX-License-Identifier: GPL-2.0
/* Describing flows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "applied.h"
#include "flow_text.h"
#include "memory.h"
#include "names.h"
#include "when.h"

const char *flow_name(const struct nlattr **tb)
{
	const char *name = mapi_nl_str(tb[MAPI_A_FLOW_NAME]);

	return *name ? name : "-";
}

const char *flow_direction(const struct nlattr **tb)
{
	return name_of(direction_names,
		       mapi_nl_u32(tb[MAPI_A_FLOW_DIRECTION]) - 1);
}

static void time_json(struct json *json, const char *key,
		      const struct nlattr *attr)
{
	if (mapi_nl_u64(attr))
		json_u64(json, key, mapi_nl_u64(attr));
	else
		json_null(json, key);
}

void flow_head_json(struct json *json, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	uint32_t uid;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	uid = mapi_nl_u32(tb[MAPI_A_FLOW_UID]);
	json_u64(json, "id", mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	if (*mapi_nl_str(tb[MAPI_A_FLOW_NAME]))
		json_str(json, "name", mapi_nl_str(tb[MAPI_A_FLOW_NAME]));
	else
		json_null(json, "name");
	json_str(json, "device", mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]));
	json_u64(json, "device_id", mapi_nl_u32(tb[MAPI_A_FLOW_DEVICE_ID]));
	json_u64(json, "ifindex", mapi_nl_u32(tb[MAPI_A_FLOW_IFINDEX]));
	json_str(json, "oid", mapi_nl_str(tb[MAPI_A_FLOW_DEVOID]));
	json_u64(json, "linktype", mapi_nl_u32(tb[MAPI_A_FLOW_LINKTYPE]));
	json_str(json, "direction", flow_direction(tb));
	json_flags(json, "flags", flow_flag_names,
		   mapi_nl_u32(tb[MAPI_A_FLOW_FLAGS]));
	json_str(json, "status", name_of(status_names,
					 mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	json_str(json, "reason", name_of(reason_names,
					 mapi_nl_u32(tb[MAPI_A_FLOW_REASON])));
	json_u64(json, "uid", uid);
	json_str(json, "user", user_name(uid));
	time_json(json, "created", tb[MAPI_A_FLOW_CREATED]);
	time_json(json, "connected", tb[MAPI_A_FLOW_CONNECTED]);
	time_json(json, "ended", tb[MAPI_A_FLOW_ENDED]);
	json_u64(json, "in", mapi_nl_u64(tb[MAPI_A_FLOW_IN]));
	json_u64(json, "out", mapi_nl_u64(tb[MAPI_A_FLOW_OUT]));
	json_u64(json, "memory", mapi_nl_u64(tb[MAPI_A_FLOW_MEMORY]));
	json_u64(json, "result_size", mapi_nl_u64(tb[MAPI_A_FLOW_RESULT_SIZE]));
}

void flow_json(struct json *json, const struct nlmsghdr *nlh)
{
	unsigned int nr;
	struct applied *funcs = applied_read(nlh, &nr);

	flow_head_json(json, nlh);
	json_open(json, "functions", '[');
	for (unsigned int i = 0; i < nr; i++) {
		json_open(json, NULL, '{');
		applied_json(json, &funcs[i]);
		applied_counts_json(json, &funcs[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	free(funcs);
}

static void put_time(FILE *out, const char *what, const struct nlattr *attr)
{
	char buf[WHEN_SIZE];

	if (mapi_nl_u64(attr))
		fprintf(out, "    %s %s\n", what, when(mapi_nl_u64(attr), buf));
}

static void put_flags(FILE *out, uint32_t flags)
{
	for (int i = 0; flow_flag_names[i]; i++)
		if (flags & 1U << i)
			fprintf(out, " %s", flow_flag_names[i]);
}

static void put_function(FILE *out, const struct applied *func)
{
	char *lost = loss_text(&func->losses);

	fprintf(out, "    %" PRIu32 ": ", func->fid);
	applied_call(out, func);
	fprintf(out, "\n        library %s oid %s packets %" PRIu64
		" passed %" PRIu64 " filtered %" PRIu64 " lost %s\n",
		func->library, func->oid, func->pkts, func->passed,
		func->filtered, lost);
	if (func->status)
		fprintf(out, "        ended: %s\n", strerror(func->status));
	free(lost);
}

void flow_block(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	unsigned int nr;
	struct applied *funcs = applied_read(nlh, &nr);
	char buf[16];

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	fprintf(out, "%" PRIu32 ": %s dev %s dir %s status %s",
		mapi_nl_u32(tb[MAPI_A_FLOW_ID]), flow_name(tb),
		mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]), flow_direction(tb),
		name_of(status_names, mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	if (mapi_nl_u32(tb[MAPI_A_FLOW_REASON]))
		fprintf(out, " reason %s",
			name_of(reason_names,
				mapi_nl_u32(tb[MAPI_A_FLOW_REASON])));
	put_flags(out, mapi_nl_u32(tb[MAPI_A_FLOW_FLAGS]));
	fprintf(out, "\n    owner %s",
		user_name(mapi_nl_u32(tb[MAPI_A_FLOW_UID])));
	fprintf(out, " oid %s linktype %s memory %" PRIu64 "\n",
		mapi_nl_str(tb[MAPI_A_FLOW_DEVOID]),
		linktype_name(mapi_nl_u32(tb[MAPI_A_FLOW_LINKTYPE]), buf),
		mapi_nl_u64(tb[MAPI_A_FLOW_MEMORY]));
	put_time(out, "created", tb[MAPI_A_FLOW_CREATED]);
	put_time(out, "connected", tb[MAPI_A_FLOW_CONNECTED]);
	put_time(out, "ended", tb[MAPI_A_FLOW_ENDED]);
	fprintf(out, "    in %" PRIu64 " out %" PRIu64 "\n",
		mapi_nl_u64(tb[MAPI_A_FLOW_IN]),
		mapi_nl_u64(tb[MAPI_A_FLOW_OUT]));
	for (unsigned int i = 0; i < nr; i++)
		put_function(out, &funcs[i]);
	free(funcs);
}

char *flow_calls(const struct nlmsghdr *nlh)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);
	unsigned int nr;
	struct applied *funcs = applied_read(nlh, &nr);

	for (unsigned int i = 0; i < nr; i++) {
		if (i)
			fputc(' ', out);
		applied_call(out, &funcs[i]);
	}
	fclose(out);
	free(funcs);
	return text;
}
