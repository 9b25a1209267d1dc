// SPDX-License-Identifier: GPL-2.0
/* mapictl audit: does every sum hold? */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "applied.h"
#include "device.h"
#include "flow_text.h"
#include "ledger.h"
#include "memory.h"
#include "quote.h"

static const char help[] =
"usage: mapictl audit [DEVICE | FLOW]\n"
"\n"
"What became of each packet, as sums: of a device, the packets that it has shown;\n"
"of a flow, those that came in; of each function that stops packets or keeps them,\n"
"those that came to it.\n"
"\n"
"  passed    went on to the next function\n"
"  filtered  stopped by a filter\n"
"  sampled   stopped by a sample\n"
"  taken     put into the buffer, or written to the file\n"
"  waiting   in memory, on the way to the file\n"
"  lost      with the reason\n"
"\n"
"While packets run all counts of a flow are of the same packets. A sum that does\n"
"not hold says by how much, and the exit status is 1; so it is if the shadow check\n"
"of a device has found that the plan was wrong.\n";

/**
 * struct audit - what is looked at, and what has come out
 * @word: what the user named, NULL: everything
 * @found: there was such a device or flow
 * @ids: the flows
 * @nr_ids: their number
 * @sums: sums that were made
 * @wrong: those that do not hold
 * @out: for text
 * @json: or for that
 * @err: why it failed
 */
struct audit {
	const char *word;
	bool found;
	uint32_t *ids;
	size_t nr_ids;
	unsigned int sums;
	unsigned int wrong;
	FILE *out;
	struct json json;
	struct mapi_nl_err err;
};

static bool flow_is_meant(const struct audit *audit, const struct nlattr **tb)
{
	char id[16];

	if (!audit->word)
		return true;
	snprintf(id, sizeof(id), "%" PRIu32, mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	return !strcmp(audit->word, mapi_nl_str(tb[MAPI_A_FLOW_DEVICE])) ||
	       !strcmp(audit->word, mapi_nl_str(tb[MAPI_A_FLOW_NAME])) ||
	       !strcmp(audit->word, id);
}

static int on_flow(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct audit *audit = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	if (!flow_is_meant(audit, tb))
		return MNL_CB_OK;
	audit->ids = xrealloc(audit->ids,
			      (audit->nr_ids + 1) * sizeof(*audit->ids));
	audit->ids[audit->nr_ids++] = mapi_nl_u32(tb[MAPI_A_FLOW_ID]);
	audit->found = true;
	return MNL_CB_OK;
}

/* A line, or members of an object, which begin with what it is a sum of. */
static void put_sum(struct audit *audit, const struct sum *sum)
{
	audit->sums++;
	audit->wrong += !sum_holds(sum);
	if (options.json)
		sum_json(&audit->json, sum);
	else
		sum_line(audit->out, sum);
}

static void audit_function(struct audit *audit, const struct applied *func)
{
	struct sum sum;

	if (!sum_of_function(&sum, func))
		return;
	if (options.json) {
		json_open(&audit->json, NULL, '{');
		json_u64(&audit->json, "fid", func->fid);
		json_str(&audit->json, "name", func->name);
	} else {
		fprintf(audit->out, "    %" PRIu32 ": ", func->fid);
		applied_call(audit->out, func);
		fprintf(audit->out, ": ");
	}
	put_sum(audit, &sum);
	if (options.json)
		json_close(&audit->json, '}');
}

static void audit_flow(struct audit *audit, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	unsigned int nr;
	struct applied *funcs = applied_read(nlh, &nr);
	struct sum sum;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	sum_of_flow(&sum, tb, funcs, nr);
	if (options.json) {
		json_open(&audit->json, NULL, '{');
		flow_head_json(&audit->json, nlh);
	} else {
		fprintf(audit->out, "flow %" PRIu32 " %s dev %s: ",
			mapi_nl_u32(tb[MAPI_A_FLOW_ID]), flow_name(tb),
			mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]));
	}
	put_sum(audit, &sum);
	if (options.json)
		json_open(&audit->json, "functions", '[');
	for (unsigned int i = 0; i < nr; i++)
		audit_function(audit, &funcs[i]);
	if (options.json) {
		json_close(&audit->json, ']');
		json_close(&audit->json, '}');
	}
	free(funcs);
}

/* Return: -1 with @audit->err filled, 0 also if the flow is gone. */
static int audit_flow_id(struct audit *audit, uint32_t id)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	struct nlmsghdr *answer;

	mapi_nl_put_u32(req, MAPI_A_FLOW_ID, id);
	mapi_nl_put_flag(req, MAPI_A_FLOW_CUT);
	answer = query_one(req, &audit->err);
	mapi_nl_free(req);
	if (!answer)
		return audit->err.error == ENOENT ? 0 : -1;
	audit_flow(audit, answer);
	free(answer);
	return 0;
}

static int audit_flows(struct audit *audit)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	int ret = mapi_nl_dump(req, on_flow, audit, &audit->err);

	mapi_nl_free(req);
	for (size_t i = 0; !ret && i < audit->nr_ids; i++)
		ret = audit_flow_id(audit, audit->ids[i]);
	return ret;
}

static void put_shadow(struct audit *audit, const struct nlattr **tb)
{
	if (!tb[MAPI_A_DEVICE_CHECKED])
		return;
	audit->wrong += !!mapi_nl_u64(tb[MAPI_A_DEVICE_DIVERGED]);
	if (!options.json)
		fprintf(audit->out, "    shadow: checked %" PRIu64
			" diverged %" PRIu64 "\n",
			mapi_nl_u64(tb[MAPI_A_DEVICE_CHECKED]),
			mapi_nl_u64(tb[MAPI_A_DEVICE_DIVERGED]));
}

static int on_device(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct audit *audit = data;
	const char *name;
	struct sum sum;

	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	name = mapi_nl_str(tb[MAPI_A_DEVICE_NAME]);
	if (audit->word && strcmp(audit->word, name))
		return MNL_CB_OK;
	audit->found = true;
	/* Without flows there is nothing to add up. */
	if (!mapi_nl_u32(tb[MAPI_A_DEVICE_ID]))
		return MNL_CB_OK;
	sum_of_device(&sum, nlh);
	if (options.json) {
		json_open(&audit->json, NULL, '{');
		device_json(&audit->json, nlh);
	} else {
		fprintf(audit->out, "device %s: ", name);
	}
	put_sum(audit, &sum);
	put_shadow(audit, tb);
	if (options.json)
		json_close(&audit->json, '}');
	return MNL_CB_OK;
}

static int audit_devices(struct audit *audit)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_DEVICE_GET);
	int ret = mapi_nl_dump(req, on_device, audit, &audit->err);

	mapi_nl_free(req);
	return ret;
}

static int audit_run(struct audit *audit)
{
	int ret;

	json_begin(&audit->json, audit->out, options.pretty);
	if (options.json)
		json_open(&audit->json, NULL, '[');
	ret = audit_devices(audit) || audit_flows(audit);
	if (options.json) {
		json_close(&audit->json, ']');
		json_end(&audit->json);
	} else if (audit->wrong) {
		fprintf(audit->out, "%u of %u sums are wrong\n", audit->wrong,
			audit->sums);
	} else {
		fprintf(audit->out, "%u sums hold\n", audit->sums);
	}
	return ret;
}

int audit_main(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct audit audit = { 0 };
	char *text = NULL;
	size_t len = 0;
	int ret;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	audit.word = word_take(&words);
	if (audit.word && (!*audit.word || strlen(audit.word) > MAPI_DEVNAME_MAX))
		return usage("\"%.80s\" cannot be the name of a device or flow",
			     audit.word);
	if (!word_end(&words))
		return EXIT_USAGE;
	audit.out = memory_stream(&text, &len);
	ret = audit_run(&audit);
	fclose(audit.out);
	free(audit.ids);
	if (ret)
		ret = fail_nl(&audit.err, NULL);
	else if (audit.word && !audit.found)
		ret = fail("no device or flow %s here", audit.word);
	else
		put_safe(stdout, text);
	free(text);
	return ret || audit.wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
