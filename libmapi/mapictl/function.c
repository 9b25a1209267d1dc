// SPDX-License-Identifier: GPL-2.0
/* mapictl function */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "document.h"
#include "installed.h"
#include "memory.h"
#include "names.h"
#include "query.h"
#include "spec.h"
#include "words.h"

static const char help[] =
"usage: mapictl function list\n"
"       mapictl function show NAME\n"
"\n"
"Arguments are listed as name:type=default; those in brackets are best given\n"
"by name, as in size=65536. Types:\n"
"  s string   i integer   l long integer   c character   w file to write\n"
"  r flow     f function  S list of functions   R list of flows\n"
"The list has a function more than once if there are versions for several\n"
"kinds of devices (oid). Modules of functions are loaded when asked about.\n";

static char *arguments_text(const struct mapi_spec *spec)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	if (!spec->nargs)
		fputc('-', out);
	for (unsigned int i = 0; i < spec->nargs; i++) {
		const struct mapi_spec_arg *arg = &spec->args[i];
		bool extra = arg->flags & MAPI_ARG_F_EXTRA;

		fprintf(out, "%s%s%s:%c", i ? " " : "", extra ? "[" : "",
			arg->name, arg->type);
		if (arg->flags & MAPI_ARG_F_OPTIONAL && mapi_type_is_text(arg->type))
			fputc('=', out);
		else if (arg->flags & MAPI_ARG_F_OPTIONAL)
			fprintf(out, "=%" PRId64, arg->def);
		if (extra)
			fputc(']', out);
	}
	fclose(out);
	return text;
}

static char *result_text(const struct mapi_spec *spec)
{
	uint32_t words = spec->result_size / sizeof(uint64_t);

	switch (spec->result_type) {
	case MAPI_RESULT_NONE:
		return xasprintf("-");
	case MAPI_RESULT_RING:
		return xasprintf("packets");
	}
	return words == 1 ? xasprintf("u64") :
	       words ? xasprintf("u64[%" PRIu32 "]", words) :
		       xasprintf("u64[]");
}

static void arguments_json(struct json *json, const struct mapi_spec *spec)
{
	json_open(json, "args", '[');
	for (unsigned int i = 0; i < spec->nargs; i++) {
		const struct mapi_spec_arg *arg = &spec->args[i];
		char type[2] = { arg->type };

		json_open(json, NULL, '{');
		json_str(json, "name", arg->name);
		json_str(json, "type", type);
		json_bool(json, "optional", arg->flags & MAPI_ARG_F_OPTIONAL);
		json_bool(json, "extra", arg->flags & MAPI_ARG_F_EXTRA);
		if (!mapi_type_is_text(arg->type)) {
			json_s64(json, "min", arg->min);
			json_s64(json, "max", arg->max);
			if (arg->flags & MAPI_ARG_F_OPTIONAL)
				json_s64(json, "default", arg->def);
		}
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* Only administrators are told how many instances there are. */
static const struct nlattr *users_of(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_FUNCTION_MAX + 1];

	mapi_nl_attrs(nlh, tb, MAPI_A_FUNCTION_MAX);
	return tb[MAPI_A_FUNCTION_USERS];
}

static void spec_json(struct json *json, const struct mapi_spec *spec,
		      const struct nlattr *users, const char *text)
{
	json_open(json, NULL, '{');
	json_str(json, "name", spec->name);
	json_bool(json, "loaded", true);
	json_str(json, "library", spec->library);
	json_str(json, "oid", spec->oid);
	json_str(json, "module", spec->module);
	json_str(json, "description", spec->descr);
	json_str(json, "argdescr", spec->argdescr);
	arguments_json(json, spec);
	json_flags(json, "flags", func_flag_names, spec->flags);
	json_str(json, "result_type", name_of(result_names, spec->result_type));
	json_u64(json, "result_size", spec->result_size);
	if (users)
		json_u64(json, "users", mapi_nl_u32(users));
	if (text)
		json_str(json, "documentation", text);
	json_close(json, '}');
}

static void spec_row(struct report *report, const struct mapi_spec *spec)
{
	struct table *table = &report->table;
	char *arguments = arguments_text(spec);
	char *result = result_text(spec);

	table_cell(table, "%s", spec->name);
	table_cell(table, "%s", spec->library);
	table_cell(table, "%s", spec->oid);
	table_cell(table, "%s", arguments);
	table_cell(table, "%s", result);
	table_cell(table, "%s", spec->descr);
	free(arguments);
	free(result);
}

static void put_spec(struct report *report, const struct mapi_spec *spec,
		     const struct nlattr *users)
{
	if (options.json)
		spec_json(&report->json, spec, users, NULL);
	else
		spec_row(report, spec);
}

/* What is known of a function whose module cannot be loaded. */
static void put_module(struct report *report, const struct mapi_installed *func)
{
	struct table *table = &report->table;

	if (options.json) {
		json_open(&report->json, NULL, '{');
		json_str(&report->json, "name", func->name);
		json_bool(&report->json, "loaded", false);
		json_str(&report->json, "module", func->module);
		json_close(&report->json, '}');
		return;
	}
	table_cell(table, "%s", func->name);
	for (int i = 0; i < 4; i++)
		table_cell(table, "?");
	table_cell(table, "in module %s, not loaded", func->module);
}

/* Those that are installed, and which of them were not shown yet. */
static const struct mapi_installed_list *installed;
static bool *missing;

static void begin(void)
{
	for (size_t i = 0; i < installed->nr; i++)
		missing[i] = true;
}

static void show_row(struct report *report, const struct nlmsghdr *nlh)
{
	struct mapi_spec spec;

	mapi_spec_parse(nlh, &spec);
	put_spec(report, &spec, users_of(nlh));
	for (size_t i = 0; i < installed->nr; i++)
		if (!strcmp(installed->funcs[i].name, spec.name))
			missing[i] = false;
}

static void show_installed(struct report *report)
{
	for (size_t i = 0; i < installed->nr; i++) {
		const struct mapi_installed *func = &installed->funcs[i];
		const struct mapi_spec *spec;
		struct mapi_nl_err err;

		if (!missing[i])
			continue;
		spec = mapi_spec_get(func->name, &err);
		if (spec)
			put_spec(report, spec, NULL);
		else
			put_module(report, func);
	}
}

static int list(int argc, char **argv)
{
	static const char *const headings[] = {
		"NAME", "LIBRARY", "OID", "ARGUMENTS", "RESULT", "DESCRIPTION",
		NULL
	};
	struct words words = { argc, argv };
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (!word_end(&words))
		return EXIT_USAGE;
	installed = mapi_installed();
	if (!installed)
		return fail("out of memory");
	missing = xrealloc(NULL, (installed->nr + 1) * sizeof(*missing));
	status = query_run(&(struct query){
		.req = mapi_nl_new(MAPI_CMD_FUNCTION_GET),
		.dump = true,
		.headings = headings,
		.begin = begin,
		.show = show_row,
		.finish = show_installed,
	});
	free(missing);
	return status;
}

static void argument_lines(FILE *out, const struct mapi_spec *spec)
{
	for (unsigned int i = 0; i < spec->nargs; i++) {
		const struct mapi_spec_arg *arg = &spec->args[i];

		fprintf(out, "    argument %u %s type %c", i + 1, arg->name,
			arg->type);
		if (!mapi_type_is_text(arg->type) && arg->min < arg->max)
			fprintf(out, " from %" PRId64 " to %" PRId64, arg->min,
				arg->max);
		if (arg->flags & MAPI_ARG_F_OPTIONAL && mapi_type_is_text(arg->type))
			fputs(" optional", out);
		else if (arg->flags & MAPI_ARG_F_OPTIONAL)
			fprintf(out, " default %" PRId64, arg->def);
		if (arg->flags & MAPI_ARG_F_EXTRA)
			fputs(" best by name", out);
		fputc('\n', out);
	}
}

static void document_lines(FILE *out, const char *text)
{
	size_t len;

	for (; text && *text; text += len + 1) {
		len = strcspn(text, "\n");
		fprintf(out, "%s%.*s\n", len ? "    " : "", (int)len, text);
	}
}

static void show_block(struct report *report, const struct nlmsghdr *nlh)
{
	const struct nlattr *users = users_of(nlh);
	FILE *out = report->out;
	struct mapi_spec spec;
	const char *text;
	char *result;

	mapi_spec_parse(nlh, &spec);
	text = document_of(spec.name);
	if (options.json) {
		spec_json(&report->json, &spec, users, text);
		return;
	}
	result = result_text(&spec);
	fprintf(out, "%s: %s\n", spec.name, spec.descr);
	fprintf(out, "    library %s oid %s module %s", spec.library, spec.oid,
		spec.module);
	if (users)
		fprintf(out, " users %" PRIu32, mapi_nl_u32(users));
	fputc('\n', out);
	argument_lines(out, &spec);
	fprintf(out, "    result %s", result);
	for (int i = 0; func_flag_names[i]; i++)
		if (spec.flags & 1U << i)
			fprintf(out, " %s", func_flag_names[i]);
	fputc('\n', out);
	free(result);
	if (text) {
		fputc('\n', out);
		document_lines(out, text);
	}
}

static int show(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct query query = {
		.show = show_block,
		.needs = "CAP_NET_RAW or CAP_NET_ADMIN",
	};
	const char *name;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	name = word_value(&words, "show");
	if (!name || !word_end(&words))
		return EXIT_USAGE;
	if (!*name || strlen(name) > MAPI_NAME_MAX)
		return usage("\"%.80s\" cannot be the name of a function", name);
	query.req = mapi_nl_new(MAPI_CMD_FUNCTION_GET);
	mapi_nl_put_str(query.req, MAPI_A_FUNCTION_NAME, name);
	return query_run(&query);
}

int function_main(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "list", list },
		{ "show", show },
		{ 0 }
	};

	return command_run("command", commands, help, argc, argv);
}
