// SPDX-License-Identifier: GPL-2.0
/* Which flow a user means. */
#include <ctype.h>
#include <string.h>

#include "flow_text.h"

bool flow_name_check(const char *name)
{
	if (!*name || strlen(name) > MAPI_NAME_MAX) {
		usage("the name of a flow has 1 to %u bytes", MAPI_NAME_MAX);
		return false;
	}
	for (const char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) {
			usage("\"%s\" is no name of a flow; use letters, digits and . _ -",
			      name);
			return false;
		}
	}
	if (!isalpha((unsigned char)*name)) {
		usage("\"%s\" is no name of a flow; it must begin with a letter",
		      name);
		return false;
	}
	return true;
}

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

static bool take_id(const char *word, struct flow_key *key)
{
	if (parse_u32(word, &key->id))
		return true;
	usage("\"%s\" is not the id of a flow; see: mapictl flow list", word);
	return false;
}

bool flow_key_take(struct words *words, struct flow_key *key)
{
	const char *word = word_take(words);

	key->name = NULL;
	if (!word) {
		usage("which flow? add its name or id; see: mapictl flow list");
		return false;
	}
	if (is_number(word))
		return take_id(word, key);
	key->name = word;
	return flow_name_check(word);
}

void flow_key_put(const struct flow_key *key, struct nlmsghdr *req)
{
	if (key->name)
		mapi_nl_put_str(req, MAPI_A_FLOW_NAME, key->name);
	else
		mapi_nl_put_u32(req, MAPI_A_FLOW_ID, key->id);
}
