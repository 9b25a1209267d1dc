// SPDX-License-Identifier: GPL-2.0
/* mapictl flow: all but add */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "flow_help.h"
#include "flow_text.h"
#include "names.h"
#include "query.h"

const char flow_help[] =
"usage: mapictl flow list\n"
"       mapictl flow show [FLOW]\n"
"       mapictl flow add NAME dev DEVICE [dir in | out | both] [promisc on | off]\n"
"                        [FUNCTION [ARGUMENT]...]...\n"
"       mapictl flow del FLOW\n"
"\n"
"  FLOW      NAME or ID\n"
"  FUNCTION  [library:]NAME[!oid]\n"
"  ARGUMENT  in the order of mapictl function show, or name=value if it is\n"
"            optional. A word that looks like FUNCTION (only capitals, digits\n"
"            and _) begins the next function, unless an argument is due that\n"
"            is not optional. Numbers may be 0x hexadecimal, or a word of\n"
"            mapi.h, as WAIT, NOWAIT, PERIODIC, PROBABILISTIC, MFF_PCAP.\n"
"\n"
"A flow that is added goes on until it is deleted.\n"
"\n"
"  mapictl flow add web dev eth0 BPF_FILTER 'tcp port 80' PKT_COUNTER\n";

static void show_json(struct json *json, const struct nlmsghdr *nlh)
{
	json_open(json, NULL, '{');
	flow_json(json, nlh);
	json_close(json, '}');
}

static bool has_functions(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	return tb[MAPI_A_FLOW_FUNC];
}

/* Dumps leave out functions that are too long to tell. NULL: the flow is gone. */
static struct nlmsghdr *with_functions(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct flow_key key = { 0 };
	struct mapi_nl_err err;
	struct nlmsghdr *req;
	struct nlmsghdr *answer;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	key.id = mapi_nl_u32(tb[MAPI_A_FLOW_ID]);
	req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	flow_key_put(&key, req);
	answer = query_one(req, &err);
	mapi_nl_free(req);
	return answer;
}

static void show_complete(struct report *report, const struct nlmsghdr *nlh,
			  void (*show)(struct report *report,
				       const struct nlmsghdr *nlh))
{
	struct nlmsghdr *complete = NULL;

	if (!has_functions(nlh))
		complete = with_functions(nlh);
	show(report, complete ? complete : nlh);
	free(complete);
}

static void put_row(struct report *report, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct table *table = &report->table;
	char *calls;

	if (options.json) {
		show_json(&report->json, nlh);
		return;
	}
	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	calls = flow_calls(nlh);
	table_cell(table, "%" PRIu32, mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	table_cell(table, "%s", flow_name(tb));
	table_cell(table, "%s", mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]));
	table_cell(table, "%s", flow_direction(tb));
	table_cell(table, "%s", name_of(status_names,
					mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	table_cell(table, "%s",
		   user_name(mapi_nl_u32(tb[MAPI_A_FLOW_UID])));
	table_cell(table, "%" PRIu64, mapi_nl_u64(tb[MAPI_A_FLOW_IN]));
	table_cell(table, "%" PRIu64, mapi_nl_u64(tb[MAPI_A_FLOW_OUT]));
	table_cell(table, "%s", calls);
	free(calls);
}

static void show_row(struct report *report, const struct nlmsghdr *nlh)
{
	show_complete(report, nlh, put_row);
}

static void put_block(struct report *report, const struct nlmsghdr *nlh)
{
	if (options.json)
		show_json(&report->json, nlh);
	else
		flow_block(report->out, nlh);
}

static void show_block(struct report *report, const struct nlmsghdr *nlh)
{
	show_complete(report, nlh, put_block);
}

static int list(int argc, char **argv)
{
	static const char *const headings[] = {
		">ID", "NAME", "DEVICE", "DIR", "STATUS", "OWNER", ">IN",
		">OUT", "FUNCTIONS", NULL
	};
	struct words words = { argc, argv };

	if (wants_help(argc, argv, flow_help))
		return EXIT_SUCCESS;
	if (!word_end(&words))
		return EXIT_USAGE;
	return query_run(&(struct query){
		.req = mapi_nl_new(MAPI_CMD_FLOW_GET),
		.dump = true,
		.headings = headings,
		.show = show_row,
	});
}

static int show(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct query query = {
		.dump = !argc,
		.show = show_block,
	};
	struct flow_key key;

	if (wants_help(argc, argv, flow_help))
		return EXIT_SUCCESS;
	if (argc && (!flow_key_take(&words, &key) || !word_end(&words)))
		return EXIT_USAGE;
	query.req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	if (argc)
		flow_key_put(&key, query.req);
	return query_run(&query);
}

/* The kernel installs a descriptor. Return: it, or -1. */
static int open_flow(const struct flow_key *key)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_OPEN);
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct mapi_nl_err err;
	struct nlmsghdr *answer;
	int fd = -1;

	flow_key_put(key, req);
	answer = query_one(req, &err);
	if (answer) {
		mapi_nl_attrs(answer, tb, MAPI_A_FLOW_MAX);
		fd = mapi_nl_u32(tb[MAPI_A_FLOW_FD]);
	}
	free(answer);
	mapi_nl_free(req);
	return fd;
}

/* The last to close a flow waits until its files are complete: be that. */
static int del(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct nlmsghdr *req;
	struct flow_key key;
	int fd, status;

	if (wants_help(argc, argv, flow_help))
		return EXIT_SUCCESS;
	if (!flow_key_take(&words, &key) || !word_end(&words))
		return EXIT_USAGE;
	fd = open_flow(&key);
	req = mapi_nl_new(MAPI_CMD_FLOW_DEL);
	flow_key_put(&key, req);
	status = command_send(req, "to be its owner, or CAP_NET_ADMIN");
	if (fd >= 0)
		close(fd);
	return status;
}

int flow_main(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "list", list },
		{ "show", show },
		{ "add", flow_add },
		{ "delete", del },
		{ 0 }
	};

	return command_run("command", commands, flow_help, argc, argv);
}
