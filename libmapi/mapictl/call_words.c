// SPDX-License-Identifier: GPL-2.0
/*
 * Where the arguments of a function end and the next function begins: the
 * function's specification says how many words are arguments whatever they look
 * like, and how many more may be.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call_words.h"
#include "mapictl.h"
#include "memory.h"

/**
 * struct arguments - what has been given so far
 * @text: by place, NULL: not given
 * @next: place of the next argument that comes without a name
 */
struct arguments {
	const struct mapi_spec *spec;
	char *text[MAPI_ARGS_MAX];
	unsigned int next;
};

/* ([A-Za-z0-9]+:)?[A-Z][A-Z0-9_]+(![0-9.]+)? */
static bool looks_like_function(const char *word)
{
	const char *c = word;

	while (isalnum((unsigned char)*c))
		c++;
	if (c > word && *c == ':')
		word = c + 1;
	if (!isupper((unsigned char)*word))
		return false;
	for (c = word; isupper((unsigned char)*c) ||
	     isdigit((unsigned char)*c) || *c == '_';)
		c++;
	if (c - word < 2)
		return false;
	if (*c == '!' && c[1])
		c += 1 + strspn(c + 1, "0123456789.");
	return !*c;
}

/* Ask those who will read the argument: a number, or a word for one? */
static bool is_number(const char *word)
{
	static const struct mapi_spec_arg integer = { .type = 'i' };
	struct mapi_spec spec = { .nargs = 1 };
	struct mapi_call probe = { .spec = &spec };
	struct mapi_nl_err err;
	char *text = (char *)word;

	spec.args[0] = integer;
	return !mapi_call_set_text(&probe, &text, 1, &err);
}

static bool is_optional(const struct mapi_spec_arg *arg)
{
	return arg->flags & (MAPI_ARG_F_OPTIONAL | MAPI_ARG_F_EXTRA);
}

static bool is_due(const struct arguments *args)
{
	return args->next < args->spec->nargs &&
	       !is_optional(&args->spec->args[args->next]);
}

/* Return: the place of the argument that "name=value" names, or -1. */
static int place_of(const struct arguments *args, const char *word)
{
	size_t len = strcspn(word, "=");

	if (!word[len])
		return -1;
	for (unsigned int i = 0; i < args->spec->nargs; i++) {
		const struct mapi_spec_arg *arg = &args->spec->args[i];

		if (is_optional(arg) && strlen(arg->name) == len &&
		    !memcmp(arg->name, word, len))
			return i;
	}
	return -1;
}

/* Does the word belong to this function still? */
static bool is_argument(const struct arguments *args, const char *word)
{
	char type;

	if (is_due(args) || place_of(args, word) >= 0)
		return true;
	if (args->next >= args->spec->nargs)
		return false;
	type = args->spec->args[args->next].type;
	return !looks_like_function(word) ||
	       (!mapi_type_is_text(type) && is_number(word));
}

static int give(struct arguments *args, unsigned int place, const char *text)
{
	if (args->text[place])
		return usage("%s: argument %u (%s) is given twice",
			     args->spec->name, place + 1,
			     args->spec->args[place].name);
	if (strlen(text) > MAPI_STR_MAX)
		return usage("%s: argument %u (%s) is longer than %u bytes",
			     args->spec->name, place + 1,
			     args->spec->args[place].name, MAPI_STR_MAX);
	args->text[place] = xasprintf("%s", text);
	return 0;
}

static int take_one(struct arguments *args, struct words *words)
{
	const char *word = word_take(words);
	int place = is_due(args) ? -1 : place_of(args, word);

	if (place >= 0)
		return give(args, place, strchr(word, '=') + 1);
	return give(args, args->next++, word);
}

/*
 * What is left out before something given must be said: its default.
 * Return: how many arguments there are then.
 */
static unsigned int fill_gaps(struct arguments *args)
{
	unsigned int nr = MAPI_ARGS_MAX;

	while (nr && !args->text[nr - 1])
		nr--;
	for (unsigned int i = 0; i < nr; i++) {
		const struct mapi_spec_arg *arg = &args->spec->args[i];

		if (args->text[i])
			continue;
		if (mapi_type_is_text(arg->type))
			args->text[i] = xasprintf("%s", "");
		else
			args->text[i] = xasprintf("%" PRId64, arg->def);
	}
	return nr;
}

static int take_arguments(struct words *words, struct mapi_call *call)
{
	struct arguments args = { .spec = call->spec };
	struct mapi_nl_err err;
	int status = 0;

	while (!status && words->left && is_argument(&args, word_peek(words)))
		status = take_one(&args, words);
	if (!status && words->left && !looks_like_function(word_peek(words)))
		status = usage("%s takes no argument \"%s\"; see: mapictl function show %s",
			       call->name, word_peek(words), call->name);
	if (!status && is_due(&args))
		status = usage("%s: argument %u (%s) is missing", call->name,
			       args.next + 1, call->spec->args[args.next].name);
	if (!status &&
	    mapi_call_set_text(call, args.text, fill_gaps(&args), &err))
		status = call_fail(call, &err);
	for (unsigned int i = 0; i < MAPI_ARGS_MAX; i++)
		free(args.text[i]);
	return status;
}

int call_take(struct words *words, struct mapi_call *call)
{
	const char *word = word_take(words);
	struct mapi_nl_err err;

	if (!looks_like_function(word)) {
		memset(call, 0, sizeof(*call));
		for (unsigned int i = 0; i < MAPI_ARGS_MAX; i++)
			call->args[i].fd = -1;
		return usage("\"%s\" is not the name of a function; see: mapictl function list",
			     word);
	}
	if (mapi_call_init(call, word, &err))
		return call_fail(call, &err);
	return take_arguments(words, call);
}

int call_fail(const struct mapi_call *call, const struct mapi_nl_err *err)
{
	struct mapi_nl_err named = *err;

	if (!strstr(err->text, call->name))
		snprintf(named.text, sizeof(named.text), "%s: %.400s",
			 call->name, err->text);
	return fail_nl(&named, "CAP_NET_RAW");
}
