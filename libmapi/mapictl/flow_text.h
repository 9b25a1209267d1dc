/* SPDX-License-Identifier: GPL-2.0 */
/* Flows: naming them in requests, describing them. */
#ifndef MAPICTL_FLOW_TEXT_H
#define MAPICTL_FLOW_TEXT_H

#include "json.h"
#include "query.h"
#include "words.h"

/**
 * struct flow_key - which flow a user means
 * @name: NULL: @id counts
 */
struct flow_key {
	const char *name;
	uint32_t id;
};

/**
 * flow_key_take() - NAME or ID
 *
 * Names begin with a letter, so digits are an ID. Return: false after a
 * complaint.
 */
bool flow_key_take(struct words *words, struct flow_key *key);
void flow_key_put(const struct flow_key *key, struct nlmsghdr *req);

/* Can it be the name of a flow? Complains if not. */
bool flow_name_check(const char *name);

/* How a flow is called in text: its name, else "-". */
const char *flow_name(const struct nlattr **tb);
const char *flow_direction(const struct nlattr **tb);

/*
 * What a message says about a flow, as members of an object: all but its
 * functions, of which events do not tell, or with them.
 */
void flow_head_json(struct json *json, const struct nlmsghdr *nlh);
void flow_json(struct json *json, const struct nlmsghdr *nlh);

/* A flow and its functions, in several lines. */
void flow_block(FILE *out, const struct nlmsghdr *nlh);

/* The functions, in one line. For free(). */
char *flow_calls(const struct nlmsghdr *nlh);

#endif
