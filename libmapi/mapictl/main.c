// SPDX-License-Identifier: GPL-2.0
/* mapictl: look at MAPI in the kernel, and manage it. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "mapi.h"
#include "json.h"
#include "mapictl.h"

struct options options;

static const char help[] =
"usage: mapictl [OPTIONS] OBJECT COMMAND ...\n"
"\n"
"objects (may be shortened, and each has a help of its own):\n"
"  device    network interfaces and how packets are taken from them\n"
"  function  what can be applied to a flow\n"
"  flow      flows: list, show, add, delete\n"
"  trace     a capture file instead of an interface\n"
"  result    what a flow has counted\n"
"  watch     the same again and again, with rates\n"
"  monitor   events, as they happen\n"
"  limit     what users may have\n"
"  explain   what packets run through, and who shares it\n"
"  audit     what became of each packet: do the sums hold?\n"
"  version   of mapictl\n"
"  help      this text\n"
"\n"
"options:\n"
"  -j, --json     JSON on every list and show\n"
"  -p, --pretty   JSON with line breaks and indentation\n"
"  -V, --version  as the object version\n"
"  -h, --help     as the object help\n"
"\n"
"exit status: 0 done, 1 failed, 2 not understood\n";

static int version_main(int argc, char **argv)
{
	struct json json;

	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	if (argc)
		return usage("version takes no words, so not \"%s\"", argv[0]);
	if (!options.json) {
		printf("mapictl %s\n", LIBMAPI_VERSION);
		return EXIT_SUCCESS;
	}
	json_begin(&json, stdout, options.pretty);
	json_open(&json, NULL, '{');
	json_str(&json, "version", LIBMAPI_VERSION);
	json_close(&json, '}');
	json_end(&json);
	return EXIT_SUCCESS;
}

static int help_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs(help, stdout);
	return EXIT_SUCCESS;
}

static const struct command objects[] = {
	{ "device", device_main },
	{ "function", function_main },
	{ "flow", flow_main },
	{ "trace", trace_main },
	{ "result", result_main },
	{ "watch", watch_main },
	{ "monitor", monitor_main },
	{ "limit", limit_main },
	{ "explain", explain_main },
	{ "audit", audit_main },
	{ "version", version_main },
	{ "help", help_main },
	{ 0 }
};

/* Letters have a number; a long option is known by its place only. */
static int bad_option(char **argv)
{
	if (optopt)
		return usage("option -%c is unknown; see: mapictl help", optopt);
	return usage("option %s is unknown; see: mapictl help",
		     argv[optind - 1]);
}

/* Return: -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+jpVh", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			options.json = true;
			break;
		case 'p':
			options.pretty = true;
			break;
		case 'V':
			return version_main(0, NULL);
		case 'h':
			return help_main(0, NULL);
		default:
			return bad_option(argv);
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	int status = parse_options(argc, argv);

	argc -= optind;
	argv += optind;
	if (status < 0 && !argc)
		status = usage("an object is wanted; see: mapictl help");
	if (status < 0)
		status = command_run("object", objects, help, argc, argv);
	if ((fflush(stdout) || ferror(stdout)) && !status)
		status = fail("cannot write the output: %m");
	return status;
}
