// SPDX-License-Identifier: GPL-2.0
/* mapictl result */
#include <inttypes.h>
#include <stdlib.h>

#include "names.h"
#include "sample.h"

static const char help[] =
"usage: mapictl result FLOW\n"
"\n"
"  FLOW   NAME or ID\n"
"\n"
"For each function: its result, packets that came in, that went on, that it\n"
"stopped, and that it lost, by reason.\n";

static void show_json(const struct sample *sample)
{
	struct json json;

	json_begin(&json, stdout, options.pretty);
	json_open(&json, NULL, '[');
	json_open(&json, NULL, '{');
	json_u64(&json, "time", sample->time);
	json_u64(&json, "id", mapi_nl_u32(sample->tb[MAPI_A_FLOW_ID]));
	json_str(&json, "name", mapi_nl_str(sample->tb[MAPI_A_FLOW_NAME]));
	json_str(&json, "status",
		 name_of(status_names,
			 mapi_nl_u32(sample->tb[MAPI_A_FLOW_STATUS])));
	json_u64(&json, "in", mapi_nl_u64(sample->tb[MAPI_A_FLOW_IN]));
	json_u64(&json, "out", mapi_nl_u64(sample->tb[MAPI_A_FLOW_OUT]));
	json_open(&json, "functions", '[');
	for (unsigned int i = 0; i < sample->nr_funcs; i++) {
		const struct applied *func = &sample->funcs[i];

		json_open(&json, NULL, '{');
		applied_json(&json, func);
		json_open(&json, "result", '[');
		for (uint32_t j = 0; j < func->nr_words; j++)
			json_u64(&json, NULL, applied_word(func, j));
		json_close(&json, ']');
		applied_counts_json(&json, func);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	json_close(&json, ']');
	json_end(&json);
}

static void show_row(struct table *table, const struct applied *func)
{
	char *call = applied_text(func);
	char *result = result_words(func);
	char *lost = loss_text(&func->losses);

	table_cell(table, "%" PRIu32, func->fid);
	table_cell(table, "%s", call);
	table_cell(table, "%s", result);
	table_cell(table, "%" PRIu64, func->pkts);
	table_cell(table, "%" PRIu64, func->passed);
	table_cell(table, "%" PRIu64, func->filtered);
	table_cell(table, "%s", lost);
	free(call);
	free(result);
	free(lost);
}

static void show_text(const struct sample *sample)
{
	static const char *const headings[] = {
		">FID", "FUNCTION", ">RESULT", ">PACKETS", ">PASSED",
		">FILTERED", "LOST", NULL
	};
	struct table table;

	table_begin(&table, headings);
	for (unsigned int i = 0; i < sample->nr_funcs; i++)
		show_row(&table, &sample->funcs[i]);
	table_end(&table, stdout);
}

int result_show(const struct flow_key *key)
{
	struct mapi_nl_err err;
	struct sample sample;

	if (sample_take(&sample, key, &err))
		return fail_nl(&err, "to be its owner, or CAP_NET_ADMIN");
	if (options.json)
		show_json(&sample);
	else
		show_text(&sample);
	sample_free(&sample);
	return EXIT_SUCCESS;
}

int result_main(int argc, char **argv)
{
	struct words words = { argc, argv };
	struct flow_key key;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (!flow_key_take(&words, &key) || !word_end(&words))
		return EXIT_USAGE;
	return result_show(&key);
}
