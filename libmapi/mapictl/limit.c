// SPDX-License-Identifier: GPL-2.0
/* mapictl limit */
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "query.h"
#include "words.h"

static const char help[] =
"usage: mapictl limit show [USER | default]\n"
"       mapictl limit set user USER | default [flows N] [memory SIZE]\n"
"       mapictl limit reset user USER\n"
"\n"
"  USER   a name or a number; \"default\" is for all without limits of their own\n"
"  SIZE   bytes, or with K, M, G or T behind the number\n";

static void show_json(struct json *json, const struct nlattr **tb)
{
	json_open(json, NULL, '{');
	json_bool(json, "default", !tb[MAPI_A_LIMIT_UID]);
	if (tb[MAPI_A_LIMIT_UID]) {
		uint32_t uid = mapi_nl_u32(tb[MAPI_A_LIMIT_UID]);

		json_u64(json, "uid", uid);
		json_str(json, "user", user_name(uid));
	}
	json_u64(json, "flows", mapi_nl_u32(tb[MAPI_A_LIMIT_FLOWS]));
	json_u64(json, "memory", mapi_nl_u64(tb[MAPI_A_LIMIT_MEMORY]));
	if (tb[MAPI_A_LIMIT_UID]) {
		json_u64(json, "flows_used",
			 mapi_nl_u32(tb[MAPI_A_LIMIT_FLOWS_USED]));
		json_u64(json, "memory_used",
			 mapi_nl_u64(tb[MAPI_A_LIMIT_MEMORY_USED]));
	}
	json_close(json, '}');
}

static void show_row(struct report *report, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_LIMIT_MAX + 1];
	struct table *table = &report->table;

	mapi_nl_attrs(nlh, tb, MAPI_A_LIMIT_MAX);
	if (options.json) {
		show_json(&report->json, tb);
		return;
	}
	if (tb[MAPI_A_LIMIT_UID])
		table_cell(table, "%s",
			   user_name(mapi_nl_u32(tb[MAPI_A_LIMIT_UID])));
	else
		table_cell(table, "default");
	table_cell(table, "%" PRIu32, mapi_nl_u32(tb[MAPI_A_LIMIT_FLOWS]));
	if (tb[MAPI_A_LIMIT_FLOWS_USED])
		table_cell(table, "%" PRIu32,
			   mapi_nl_u32(tb[MAPI_A_LIMIT_FLOWS_USED]));
	else
		table_cell(table, "-");
	table_cell(table, "%" PRIu64, mapi_nl_u64(tb[MAPI_A_LIMIT_MEMORY]));
	if (tb[MAPI_A_LIMIT_MEMORY_USED])
		table_cell(table, "%" PRIu64,
			   mapi_nl_u64(tb[MAPI_A_LIMIT_MEMORY_USED]));
	else
		table_cell(table, "-");
}

static bool find_uid(const char *word, uint32_t *uid)
{
	const struct passwd *user;

	if (parse_u32(word, uid) && *uid != UINT32_MAX)
		return true;
	user = getpwnam(word);
	if (user)
		*uid = user->pw_uid;
	else
		fail("there is no user \"%s\"", word);
	return user;
}

static int show(int argc, char **argv)
{
	static const char *const headings[] = {
		"USER", ">FLOWS", ">USED", ">MEMORY", ">USED", NULL
	};
	struct words words = { argc, argv };
	struct query query = {
		.dump = !argc,
		.headings = headings,
		.show = show_row,
		.needs = "CAP_NET_ADMIN",
	};
	const char *word;
	bool is_default;
	uint32_t uid = 0;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	word = word_take(&words);
	if (word && words.left && !strcmp(word, "user"))
		word = word_take(&words);
	if (!word_end(&words))
		return EXIT_USAGE;
	is_default = !word || !strcmp(word, "default");
	if (!is_default && !find_uid(word, &uid))
		return EXIT_FAILURE;
	query.req = mapi_nl_new(MAPI_CMD_LIMIT_GET);
	if (!is_default)
		mapi_nl_put_u32(query.req, MAPI_A_LIMIT_UID, uid);
	return query_run(&query);
}

/* Whose limits. Return: 0, or the exit status after a complaint. */
static int take_whose(struct words *words, struct nlmsghdr *req, bool has_default)
{
	static const char *const whose[] = { "user", "default", NULL };
	static const char *const user[] = { "user", NULL };
	const char *word = word_take(words);
	uint32_t uid;
	int n;

	if (!word)
		return usage("say whose limits: user USER%s",
			     has_default ? " or default" : "");
	n = word_find("limits of", word, has_default ? whose : user);
	if (n < 0)
		return EXIT_USAGE;
	if (n == 1)
		return 0;
	word = word_value(words, "user");
	if (!word)
		return EXIT_USAGE;
	if (!find_uid(word, &uid))
		return EXIT_FAILURE;
	mapi_nl_put_u32(req, MAPI_A_LIMIT_UID, uid);
	return 0;
}

static int take_limit(struct words *words, struct nlmsghdr *req)
{
	static const char *const keywords[] = { "flows", "memory", NULL };
	int keyword = word_find("limit", word_take(words), keywords);
	const char *word;
	uint64_t memory;
	uint32_t flows;

	if (keyword < 0)
		return EXIT_USAGE;
	word = word_value(words, keywords[keyword]);
	if (!word)
		return EXIT_USAGE;
	if (keyword == 0) {
		if (!parse_u32(word, &flows))
			return usage("flows \"%s\" is no number of 32 bits",
				     word);
		mapi_nl_put_u32(req, MAPI_A_LIMIT_FLOWS, flows);
	} else {
		if (!parse_size(word, &memory))
			return usage("memory \"%s\" is no size; say it like 64M",
				     word);
		mapi_nl_put_u64(req, MAPI_A_LIMIT_MEMORY, memory);
	}
	return 0;
}

static int fill_set(struct words *words, struct nlmsghdr *req)
{
	int status = take_whose(words, req, true);

	if (!status && !words->left)
		return usage("nothing to set; add: flows N or memory SIZE");
	while (!status && words->left)
		status = take_limit(words, req);
	return status;
}

static int fill_reset(struct words *words, struct nlmsghdr *req)
{
	int status = take_whose(words, req, false);

	mapi_nl_put_flag(req, MAPI_A_LIMIT_RESET);
	return status ? status : word_end(words) ? 0 : EXIT_USAGE;
}

static int change(int argc, char **argv,
		  int (*fill)(struct words *words, struct nlmsghdr *req))
{
	struct words words = { argc, argv };
	struct nlmsghdr *req;
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	req = mapi_nl_new(MAPI_CMD_LIMIT_SET);
	status = fill(&words, req);
	if (!status)
		return command_send(req, "CAP_NET_ADMIN in the initial user namespace");
	mapi_nl_free(req);
	return status;
}

static int set(int argc, char **argv)
{
	return change(argc, argv, fill_set);
}

static int reset(int argc, char **argv)
{
	return change(argc, argv, fill_reset);
}

int limit_main(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "show", show },
		{ "list", show },
		{ "set", set },
		{ "reset", reset },
		{ 0 }
	};

	return command_run("command", commands, help, argc, argv);
}
