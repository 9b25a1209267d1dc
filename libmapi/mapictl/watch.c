// SPDX-License-Identifier: GPL-2.0
/* mapictl watch */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "names.h"
#include "quote.h"
#include "sample.h"
#include "when.h"

#define NS		UINT64_C(1000000000)
#define INTERVAL_MIN	(NS / 100)

#define HOME		"\033[H"	/* of the cursor */
#define CLEAR_BELOW	"\033[J"

static const char help[] =
"usage: mapictl watch FLOW [interval SECONDS] [count N]\n"
"\n"
"  FLOW      NAME or ID\n"
"  interval  between two looks, 1 if not said; may have decimals\n"
"  count     stop after that many looks\n"
"\n"
"As result, with growth per second since the look before. A terminal is\n"
"redrawn, a file gets one block after the other; with -j one object per line.\n"
"Stops by itself when the flow has ended.\n";

struct watch {
	struct flow_key key;
	uint64_t interval;	/* ns */
	uint32_t count;		/* 0: for ever */
	struct sample now;
	struct sample before;
};

static void json_rate(struct json *json, const struct watch *watch,
		      const char *key, uint64_t val, uint64_t old)
{
	uint64_t per_second;

	if (rate(&watch->now, &watch->before, val, old, &per_second))
		json_u64(json, key, per_second);
	else
		json_null(json, key);
}

static char *rate_text(const struct watch *watch, uint64_t val, uint64_t old)
{
	uint64_t per_second;

	if (rate(&watch->now, &watch->before, val, old, &per_second))
		return xasprintf("%" PRIu64, per_second);
	return xasprintf("-");
}

/* The function at the look before; zeros if there was none. */
static struct applied earlier(const struct watch *watch, unsigned int n)
{
	struct applied none = { 0 };

	return n < watch->before.nr_funcs ? watch->before.funcs[n] : none;
}

static uint64_t word_or_0(const struct applied *func, uint32_t n)
{
	return n < func->nr_words ? applied_word(func, n) : 0;
}

static void function_json(struct json *json, const struct watch *watch,
			  unsigned int n)
{
	const struct applied *func = &watch->now.funcs[n];
	struct applied old = earlier(watch, n);

	json_open(json, NULL, '{');
	json_u64(json, "fid", func->fid);
	json_str(json, "name", func->name);
	json_open(json, "result", '[');
	for (uint32_t i = 0; i < func->nr_words; i++)
		json_u64(json, NULL, applied_word(func, i));
	json_close(json, ']');
	json_open(json, "result_rate", '[');
	for (uint32_t i = 0; i < func->nr_words; i++)
		json_rate(json, watch, NULL, applied_word(func, i),
			  word_or_0(&old, i));
	json_close(json, ']');
	json_rate(json, watch, "packets_rate", func->pkts, old.pkts);
	applied_counts_json(json, func);
	json_close(json, '}');
}

static void flow_count_json(struct json *json, const struct watch *watch,
			    const char *key, const char *rate_key, int attr)
{
	uint64_t val = mapi_nl_u64(watch->now.tb[attr]);

	json_u64(json, key, val);
	json_rate(json, watch, rate_key, val,
		  mapi_nl_u64(watch->before.tb[attr]));
}

static void show_json(const struct watch *watch)
{
	const struct nlattr *const *tb = watch->now.tb;
	struct json json;

	json_begin(&json, stdout, false);
	json_open(&json, NULL, '{');
	json_u64(&json, "time", watch->now.time);
	json_u64(&json, "id", mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	json_str(&json, "name", mapi_nl_str(tb[MAPI_A_FLOW_NAME]));
	json_str(&json, "status", name_of(status_names,
					  mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	flow_count_json(&json, watch, "in", "in_rate", MAPI_A_FLOW_IN);
	flow_count_json(&json, watch, "out", "out_rate", MAPI_A_FLOW_OUT);
	json_open(&json, "functions", '[');
	for (unsigned int i = 0; i < watch->now.nr_funcs; i++)
		function_json(&json, watch, i);
	json_close(&json, ']');
	json_close(&json, '}');
	json_end(&json);
}

static char *result_rates(const struct watch *watch, unsigned int n)
{
	const struct applied *func = &watch->now.funcs[n];
	struct applied old = earlier(watch, n);
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	if (!func->nr_words)
		fputc('-', out);
	for (uint32_t i = 0; i < func->nr_words; i++) {
		char *word = rate_text(watch, applied_word(func, i),
				       word_or_0(&old, i));

		fprintf(out, "%s%s", i ? " " : "", word);
		free(word);
	}
	fclose(out);
	return text;
}

static void show_row(struct table *table, const struct watch *watch,
		     unsigned int n)
{
	const struct applied *func = &watch->now.funcs[n];
	struct applied old = earlier(watch, n);
	char *cells[] = {
		applied_text(func),
		result_words(func),
		result_rates(watch, n),
		xasprintf("%" PRIu64, func->pkts),
		rate_text(watch, func->pkts, old.pkts),
		xasprintf("%" PRIu64, func->filtered),
		loss_text(&func->losses),
	};

	table_cell(table, "%" PRIu32, func->fid);
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		table_cell(table, "%s", cells[i]);
		free(cells[i]);
	}
}

static void put_flow(FILE *out, const struct watch *watch)
{
	const struct nlattr *const *tb = watch->now.tb;
	char *in = rate_text(watch, mapi_nl_u64(tb[MAPI_A_FLOW_IN]),
			     mapi_nl_u64(watch->before.tb[MAPI_A_FLOW_IN]));
	char *out_rate = rate_text(watch, mapi_nl_u64(tb[MAPI_A_FLOW_OUT]),
				   mapi_nl_u64(watch->before.tb[MAPI_A_FLOW_OUT]));
	char buf[WHEN_SIZE];

	fprintf(out, "%s  flow %" PRIu32 " %s on %s: %s\n",
		when(watch->now.time, buf), mapi_nl_u32(tb[MAPI_A_FLOW_ID]),
		mapi_nl_str(tb[MAPI_A_FLOW_NAME]),
		mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]),
		name_of(status_names, mapi_nl_u32(tb[MAPI_A_FLOW_STATUS])));
	fprintf(out, "in %" PRIu64 " (%s/s)  out %" PRIu64 " (%s/s)\n",
		mapi_nl_u64(tb[MAPI_A_FLOW_IN]), in,
		mapi_nl_u64(tb[MAPI_A_FLOW_OUT]), out_rate);
	free(in);
	free(out_rate);
}

static void show_text(const struct watch *watch, bool redraw)
{
	static const char *const headings[] = {
		">FID", "FUNCTION", ">RESULT", ">PER SEC", ">PACKETS",
		">PER SEC", ">FILTERED", "LOST", NULL
	};
	struct table table;
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	table_begin(&table, headings);
	for (unsigned int i = 0; i < watch->now.nr_funcs; i++)
		show_row(&table, watch, i);
	put_flow(out, watch);
	table_end(&table, out);
	fclose(out);
	if (redraw)
		fputs(HOME CLEAR_BELOW, stdout);
	put_safe(stdout, text);
	if (!redraw)
		putchar('\n');
	free(text);
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = { ns / NS, ns % NS };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL))
		;
}

static bool has_ended(const struct sample *sample)
{
	uint32_t status = mapi_nl_u32(sample->tb[MAPI_A_FLOW_STATUS]);

	return status == MAPI_FLOW_FINISHED || status == MAPI_FLOW_CLOSED;
}

static int run(struct watch *watch)
{
	bool redraw = isatty(STDOUT_FILENO);
	uint64_t next = monotonic_ns();
	uint32_t looks = 0;
	struct mapi_nl_err err;

	for (;;) {
		if (sample_take(&watch->now, &watch->key, &err))
			return fail_nl(&err, "to be its owner, or CAP_NET_ADMIN");
		if (options.json)
			show_json(watch);
		else
			show_text(watch, redraw);
		if (fflush(stdout))
			return fail("cannot write the output: %m");
		sample_free(&watch->before);
		watch->before = watch->now;
		if (has_ended(&watch->before) || ++looks == watch->count)
			return EXIT_SUCCESS;
		next += watch->interval;
		sleep_until(next);
	}
}

static bool take_option(struct words *words, struct watch *watch)
{
	static const char *const keywords[] = { "interval", "count", NULL };
	int keyword = word_find("option", word_take(words), keywords);
	const char *word;

	if (keyword < 0)
		return false;
	word = word_value(words, keywords[keyword]);
	if (!word)
		return false;
	if (keyword == 0) {
		if (parse_interval(word, &watch->interval) &&
		    watch->interval >= INTERVAL_MIN)
			return true;
		usage("interval \"%s\" is no number of seconds from 0.01 on",
		      word);
		return false;
	}
	if (parse_u32(word, &watch->count) && watch->count)
		return true;
	usage("count \"%s\" is no number from 1 on", word);
	return false;
}

int watch_main(int argc, char **argv)
{
	struct watch watch = { .interval = NS };
	struct words words = { argc, argv };
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (!flow_key_take(&words, &watch.key))
		return EXIT_USAGE;
	while (words.left)
		if (!take_option(&words, &watch))
			return EXIT_USAGE;
	status = run(&watch);
	sample_free(&watch.before);
	return status;
}
