/* SPDX-License-Identifier: GPL-2.0 */
/* Writing JSON. Keys are plain ASCII; NULL inside arrays. */
#ifndef MAPICTL_JSON_H
#define MAPICTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool pretty;
	bool first;	/* nothing in this object or array yet */
	int depth;
};

void json_begin(struct json *json, FILE *out, bool pretty);
void json_end(struct json *json);	/* the newline behind it all */

/* kind: '{' or '[', and their counterparts */
void json_open(struct json *json, const char *key, char kind);
void json_close(struct json *json, char kind);

void json_str(struct json *json, const char *key, const char *val);
void json_u64(struct json *json, const char *key, uint64_t val);
void json_s64(struct json *json, const char *key, int64_t val);
void json_bool(struct json *json, const char *key, bool val);
void json_null(struct json *json, const char *key);

#endif
