// SPDX-License-Identifier: GPL-2.0
/* Asking the kernel for objects, and showing each. */
#include <errno.h>
#include <stdlib.h>

#include "memory.h"
#include "query.h"
#include "quote.h"

#define TRIES	100	/* of a dump that changes while it is read */

struct answer {
	const struct query *query;
	struct report report;
};

static int on_object(const struct nlmsghdr *nlh, void *data)
{
	struct answer *answer = data;

	answer->query->show(&answer->report, nlh);
	return MNL_CB_OK;
}

static int ask(struct answer *answer, struct mapi_nl_err *err)
{
	const struct query *query = answer->query;
	struct report *report = &answer->report;
	int ret;

	if (query->begin)
		query->begin();
	if (query->headings)
		table_begin(&report->table, query->headings);
	json_begin(&report->json, report->out, options.pretty);
	if (options.json)
		json_open(&report->json, NULL, '[');
	if (query->dump)
		ret = mapi_nl_dump(query->req, on_object, answer, err);
	else
		ret = mapi_nl_call(query->req, on_object, answer, err);
	if (!ret && query->finish)
		query->finish(report);
	if (options.json) {
		json_close(&report->json, ']');
		json_end(&report->json);
	} else if (query->headings) {
		table_end(&report->table, report->out);
	}
	table_free(&report->table);
	return ret;
}

int query_run(const struct query *query)
{
	struct answer answer = { .query = query };
	struct mapi_nl_err err;
	char *text = NULL;
	size_t len = 0;
	int tries = 0;
	int ret;

	do {
		free(text);
		text = NULL;
		answer.report.out = memory_stream(&text, &len);
		ret = ask(&answer, &err);
		if (fclose(answer.report.out))
			exit(fail("out of memory"));
	} while (ret && err.error == EINTR && query->dump && ++tries < TRIES);
	mapi_nl_free(query->req);
	if (ret)
		ret = fail_nl(&err, query->needs);
	else
		put_safe(stdout, text);
	free(text);
	return ret;
}

int command_send(struct nlmsghdr *req, const char *needs)
{
	struct mapi_nl_err err;
	int ret = mapi_nl_call(req, NULL, NULL, &err);

	mapi_nl_free(req);
	return ret ? fail_nl(&err, needs) : EXIT_SUCCESS;
}

static int on_copy(const struct nlmsghdr *nlh, void *data)
{
	struct nlmsghdr **copy = data;

	free(*copy);
	*copy = xmemdup(nlh, nlh->nlmsg_len);
	return MNL_CB_OK;
}

struct nlmsghdr *query_one(struct nlmsghdr *req, struct mapi_nl_err *err)
{
	struct nlmsghdr *copy = NULL;

	if (!mapi_nl_call(req, on_copy, &copy, err)) {
		if (!copy)
			mapi_nl_fail(err, EBADMSG, 0, 0,
				     "the kernel gave no answer");
		return copy;
	}
	free(copy);
	return NULL;
}
