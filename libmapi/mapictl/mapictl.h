/* SPDX-License-Identifier: GPL-2.0 */
/* What all objects of mapictl share: options, commands, complaints. */
#ifndef MAPICTL_H
#define MAPICTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "nl.h"

#define EXIT_USAGE	2	/* beside EXIT_SUCCESS and EXIT_FAILURE */

struct options {
	bool json;
	bool pretty;
};

extern struct options options;

/**
 * struct command - one word of a command line and what it does
 * @name: NULL ends a table of commands
 * @run: gets the words behind the command, returns the exit status
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
};

/**
 * command_run() - find the command that argv[0] names and run it
 * @what: for complaints: "object", "command"
 * @commands: the first is run when there is no word at all
 * @help: printed for the word "help", here and behind a command
 */
int command_run(const char *what, const struct command *commands,
		const char *help, int argc, char **argv);

/* The objects. */
int device_main(int argc, char **argv);
int function_main(int argc, char **argv);
int flow_main(int argc, char **argv);
int trace_main(int argc, char **argv);
int result_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int monitor_main(int argc, char **argv);
int limit_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int audit_main(int argc, char **argv);

/* Commands with a file of their own. */
int flow_add(int argc, char **argv);

/* One line on stderr. Return: the exit status, EXIT_FAILURE or EXIT_USAGE. */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * fail_nl() - a request failed
 * @needs: which capability it takes, for those who lack it
 */
int fail_nl(const struct mapi_nl_err *err, const char *needs);

/* Is this all that is asked for: help? Then it is given. */
bool wants_help(int argc, char **argv, const char *help);

#endif
