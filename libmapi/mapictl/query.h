/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the kernel for objects, and showing each as JSON or text. */
#ifndef MAPICTL_QUERY_H
#define MAPICTL_QUERY_H

#include "json.h"
#include "mapictl.h"
#include "table.h"

/**
 * struct report - where the answer goes: JSON if options.json
 * @out: for text that is no table
 */
struct report {
	FILE *out;
	struct json json;
	struct table table;
};

/**
 * struct query - a question and how to show the answer
 * @req: freed by query_run()
 * @dump: ask for all objects
 * @needs: the capability it takes
 * @headings: of the table, NULL: no table
 * @begin: called before each try, forgets what others have shown; may be NULL
 * @show: called for each object, which is an element of an array of JSON
 * @finish: called at the end, may add to the report; may be NULL
 */
struct query {
	struct nlmsghdr *req;
	bool dump;
	const char *needs;
	const char *const *headings;
	void (*begin)(void);
	void (*show)(struct report *report, const struct nlmsghdr *nlh);
	void (*finish)(struct report *report);
};

/* Return: the exit status. Nothing is shown unless all is there. */
int query_run(const struct query *query);

/* A request without an answer, freed here. Return: the exit status. */
int command_send(struct nlmsghdr *req, const char *needs);

/**
 * query_one() - a request with an answer of one message
 * @req: not freed
 *
 * Return: a copy of the message for free(), or NULL with @err filled.
 */
struct nlmsghdr *query_one(struct nlmsghdr *req, struct mapi_nl_err *err);

#endif
