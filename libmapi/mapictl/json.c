// SPDX-License-Identifier: GPL-2.0
/* Writing JSON. */
#include <inttypes.h>

#include "json.h"
#include "utf8.h"

static void newline(const struct json *json)
{
	if (json->pretty)
		fprintf(json->out, "\n%*s", 4 * json->depth, "");
}

static void element(struct json *json, const char *key)
{
	if (!json->first)
		fputc(',', json->out);
	json->first = false;
	if (json->depth)
		newline(json);
	if (key)
		fprintf(json->out, json->pretty ? "\"%s\": " : "\"%s\":", key);
}

void json_begin(struct json *json, FILE *out, bool pretty)
{
	*json = (struct json){ .out = out, .pretty = pretty, .first = true };
}

void json_end(struct json *json)
{
	fputc('\n', json->out);
}

void json_open(struct json *json, const char *key, char kind)
{
	element(json, key);
	fputc(kind, json->out);
	json->first = true;
	json->depth++;
}

void json_close(struct json *json, char kind)
{
	json->depth--;
	if (!json->first)
		newline(json);
	fputc(kind, json->out);
	json->first = false;
}

/*
 * What is not UTF-8 cannot be said in JSON: U+FFFD stands for it. Control
 * characters are escaped, also those of Latin-1: terminals obey them.
 */
void json_str(struct json *json, const char *key, const char *val)
{
	element(json, key);
	fputc('"', json->out);
	while (*val) {
		unsigned int len = utf8_len(val);

		if (!len)
			fputs("\\ufffd", json->out);
		else if (*val == '"' || *val == '\\')
			fprintf(json->out, "\\%c", *val);
		else if ((unsigned char)*val < 0x20 || *val == 0x7f)
			fprintf(json->out, "\\u%04x", *val);
		else if ((unsigned char)*val == 0xc2 &&
			 (unsigned char)val[1] < 0xa0)
			fprintf(json->out, "\\u%04x", (unsigned char)val[1]);
		else
			fwrite(val, 1, len, json->out);
		val += len ? len : 1;
	}
	fputc('"', json->out);
}

void json_u64(struct json *json, const char *key, uint64_t val)
{
	element(json, key);
	fprintf(json->out, "%" PRIu64, val);
}

void json_s64(struct json *json, const char *key, int64_t val)
{
	element(json, key);
	fprintf(json->out, "%" PRId64, val);
}

void json_bool(struct json *json, const char *key, bool val)
{
	element(json, key);
	fputs(val ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	element(json, key);
	fputs("null", json->out);
}
