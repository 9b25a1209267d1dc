// SPDX-License-Identifier: GPL-2.0
/* mapictl trace: a capture file instead of an interface. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call_words.h"
#include "flow.h"
#include "mapi.h"
#include "memory.h"
#include "offline.h"
#include "sample.h"
#include "trace.h"

static const char help[] =
"usage: mapictl trace run FILE [format pcap | erf] [speed N] FUNCTION ...\n"
"\n"
"  FILE      pcap, pcapng or ERF, also compressed by gzip\n"
"  format    of FILE, if it is not to be guessed\n"
"  speed     1: in the time of the packets, 2: twice as fast ...;\n"
"            as fast as can be if not said\n"
"  FUNCTION  as for flow add\n"
"\n"
"Runs the packets of FILE through the functions, and shows what mapictl result\n"
"shows of a flow. No packet is lost; those that TO_BUFFER keeps are thrown away.\n";

#define TICK_NS	1000000	/* between two looks */
#define TICKS	100	/* until the bar is drawn again */
#define WIDTH	40

/**
 * struct run - a file that is run through functions
 * @format: MFF_PCAP, MFF_DAG_ERF or MAPI_TRACE_ANY
 * @fd: the flow
 */
struct run {
	const char *path;
	int format;
	double speed;
	struct mapi_call *calls;
	unsigned int nr_calls;
	struct mapi_offline *offline;
	int fd;
};

static const char *const keywords[] = { "format", "speed", NULL };
enum keyword { FORMAT, SPEED };

static int fail_last(void)
{
	char text[MAPI_ERRORSTR_LENGTH];

	mapi_read_error(NULL, text);
	return fail("%s", text);
}

static int take_format(struct run *run, const char *word)
{
	static const char *const names[] = { "pcap", "erf", NULL };
	int n = word_find("format", word, names);

	run->format = n == 1 ? MFF_DAG_ERF : MFF_PCAP;
	return n < 0 ? EXIT_USAGE : 0;
}

static int take_speed(struct run *run, const char *word)
{
	char *end;

	run->speed = strtod(word, &end);
	if (*end || end == word || !isfinite(run->speed) || run->speed <= 0)
		return usage("speed \"%s\" is no number above 0", word);
	return 0;
}

static int take_option(struct words *words, struct run *run)
{
	int keyword = word_find("option", word_take(words), keywords);
	const char *word;

	if (keyword < 0)
		return EXIT_USAGE;
	word = word_value(words, keywords[keyword]);
	if (!word)
		return EXIT_USAGE;
	return keyword == FORMAT ? take_format(run, word) : take_speed(run, word);
}

static bool is_option(const char *word)
{
	return *word >= 'a' && *word <= 'z' && !strchr(word, ':');
}

static int take_all(struct words *words, struct run *run)
{
	int status = 0;

	run->path = word_take(words);
	if (!run->path)
		return usage("which file? see: mapictl trace help");
	while (!status && words->left && is_option(word_peek(words)))
		status = take_option(words, run);
	while (!status && words->left) {
		run->calls = xrealloc(run->calls, (run->nr_calls + 1) *
				      sizeof(*run->calls));
		status = call_take(words, &run->calls[run->nr_calls++]);
	}
	return status;
}

static int apply(struct run *run)
{
	struct mapi_flow *flow = mapi_flow_get(run->fd);
	struct mapi_nl_err err;
	int status = 0;

	for (unsigned int i = 0; i < run->nr_calls && !status; i++) {
		struct mapi_call *call = &run->calls[i];

		if (mapi_call_prepare(call, flow->linktype, &err) ||
		    mapi_call_apply(call, run->fd, &err) < 0)
			status = call_fail(call, &err);
	}
	mapi_flow_put(flow);
	return status;
}

/* Throw away what functions keep for a reader. */
static void drain(struct mapi_flow *flow)
{
	for (unsigned int i = 0; i < flow->nr_funcs; i++) {
		flow->funcs[i]->nowait = true;
		if (flow->funcs[i]->desc->type == MAPI_RESULT_RING)
			while (mapi_get_next_pkt(flow->fd, i + 1))
				;
	}
}

static void draw(const struct run *run)
{
	unsigned int done = mapi_offline_progress(run->offline);

	fprintf(stderr, "\r%s [%-*.*s] %u %%", mapi_offline_name(run->offline), WIDTH,
		(int)(WIDTH * done / 1000),
		"########################################", done / 10);
	fflush(stderr);
}

static int wait_for_end(struct run *run)
{
	struct timespec tick = { 0, TICK_NS };
	bool bar = isatty(STDERR_FILENO);
	struct mapi_flow *flow = mapi_flow_get(run->fd);
	int status;

	for (unsigned int n = 0; mapi_flow_status(run->fd, NULL) == FLOW_ACTIVE; n++) {
		drain(flow);
		if (bar && n % TICKS == 0)
			draw(run);
		nanosleep(&tick, NULL);
	}
	if (bar)
		fprintf(stderr, "\r\033[K");
	drain(flow);
	status = result_show(&(struct flow_key){ .id = flow->id });
	mapi_flow_put(flow);
	/* The flow may be done a little before the thread is. */
	while (mapi_offline_look(run->offline) == DEVICE_READING)
		nanosleep(&tick, NULL);
	if (mapi_offline_look(run->offline) < 0)
		return fail_last();
	return status;
}

static int run_flow(struct run *run)
{
	int status;

	run->fd = mapi_create_flow(mapi_offline_name(run->offline));
	if (run->fd < 0)
		return fail_last();
	status = apply(run);
	if (!status && (mapi_connect(run->fd) ||
			mapi_offline_start(run->offline, run->speed)))
		status = fail_last();
	if (!status)
		status = wait_for_end(run);
	mapi_close_flow(run->fd);
	return status;
}

static int trace_run(int argc, char **argv)
{
	struct run run = { .format = MAPI_TRACE_ANY };
	struct words words = { argc, argv };
	int status;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	status = take_all(&words, &run);
	if (!status) {
		run.offline = mapi_offline_new(run.path, run.format);
		status = run.offline ? run_flow(&run) : fail_last();
	}
	if (run.offline)
		mapi_offline_free(run.offline);
	for (unsigned int i = 0; i < run.nr_calls; i++)
		mapi_call_free(&run.calls[i]);
	free(run.calls);
	return status;
}

int trace_main(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "run", trace_run },
		{ 0 }
	};

	if (!argc)
		return usage("what is to be done with a trace? see: mapictl trace help");
	return command_run("command", commands, help, argc, argv);
}
