// SPDX-License-Identifier: GPL-2.0
/* Finding commands; saying what went wrong. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mapictl.h"
#include "quote.h"
#include "words.h"

#define COMMANDS_MAX	16

static void complain(const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	fflush(stdout);
	fputs("mapictl: ", stderr);
	put_safe(stderr, text);
	fputc('\n', stderr);
}

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return EXIT_FAILURE;
}

int usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return EXIT_USAGE;
}

int fail_nl(const struct mapi_nl_err *err, const char *needs)
{
	if (err->error == ENOENT && access("/sys/module/mapi", F_OK))
		return fail("MAPI is not in the kernel; load mapi.ko: modprobe mapi");
	if ((err->error == EPERM || err->error == EACCES) && needs &&
	    !strstr(err->text, "CAP_"))
		return fail("%s; this needs %s", err->text, needs);
	return fail("%s", err->text);
}

bool wants_help(int argc, char **argv, const char *help)
{
	if (argc != 1 || strcmp(argv[0], "help"))
		return false;
	fputs(help, stdout);
	return true;
}

int command_run(const char *what, const struct command *commands,
		const char *help, int argc, char **argv)
{
	const char *names[COMMANDS_MAX] = { 0 };
	int n;

	if (!argc)
		return commands[0].run(0, argv);
	if (wants_help(argc, argv, help))
		return EXIT_SUCCESS;
	for (n = 0; commands[n].name && n < COMMANDS_MAX - 1; n++)
		names[n] = commands[n].name;
	n = word_find(what, argv[0], names);
	return n < 0 ? EXIT_USAGE : commands[n].run(argc - 1, argv + 1);
}
