/* SPDX-License-Identifier: GPL-2.0 */
/* Functions applied to a flow, as messages describe them. */
#ifndef MAPICTL_APPLIED_H
#define MAPICTL_APPLIED_H

#include <stdio.h>

#include "json.h"
#include "loss.h"

/**
 * struct applied - one function of a flow
 * @nest: where it was read from; all pointers lead into the message
 * @status: errno that ended it, 0: none
 * @flags: MAPI_FUNC_F_*
 * @keeps: @taken and @waiting are known; only if they were asked for
 * @result: @nr_words words of 64 bits, not aligned; NULL: none
 */
struct applied {
	const struct nlattr *nest;
	uint32_t fid;
	const char *name;
	const char *library;
	const char *oid;
	int status;
	uint32_t result_type;
	uint32_t result_size;
	uint64_t pkts;
	uint64_t passed;
	uint64_t filtered;
	uint32_t flags;
	bool keeps;
	uint64_t taken;
	uint64_t waiting;
	struct losses losses;
	const void *result;
	uint32_t nr_words;
};

/* One function: what its nest of the func set says. */
void applied_read_one(struct applied *func, const struct nlattr *nest);

/**
 * applied_read() - the functions a message of the flow set describes
 * @nr: set to their number
 *
 * Return: an array for free().
 */
struct applied *applied_read(const struct nlmsghdr *nlh, unsigned int *nr);

/* A word of the result. */
uint64_t applied_word(const struct applied *func, uint32_t n);

/* As for flow add: BPF_FILTER 'tcp port 80' */
void applied_call(FILE *out, const struct applied *func);
char *applied_text(const struct applied *func);	/* for free() */

/* Members of an object: how it was applied, what it is, what it has counted. */
void applied_call_json(struct json *json, const struct applied *func);
void applied_json(struct json *json, const struct applied *func);
void applied_counts_json(struct json *json, const struct applied *func);

#endif
