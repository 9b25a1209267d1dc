// SPDX-License-Identifier: MIT
/* The functions of a flow of this process. */
#include <stdlib.h>

#include "client.h"
#include "func.h"
#include "given.h"
#include "hand.h"
#include "reader.h"

struct mapi_func *mapi_func_new(void)
{
	struct mapi_func *func = calloc(1, sizeof(*func));

	if (!func)
		return NULL;
	pthread_mutex_init(&func->lock, NULL);
	return func;
}

void mapi_func_free(struct mapi_func *func)
{
	mapi_hand_drop(func);
	mapi_reader_free(func->reader);
	pthread_mutex_destroy(&func->lock);
	mapi_given_free(func->given);
	free(func->words);
	if (func->value != func->words)
		free(func->value);
	free(func);
}

size_t mapi_func_result_size(const struct mapi_func *func)
{
	const struct mapi_client *client = func->client;

	if (func->desc->type == MAPI_RESULT_NONE)
		return 0;
	if (client && client->keeps && !func->desc->ring_size)
		return 0;
	if (!client || !client->result_size)
		return func->desc->size;
	return client->result_size + (client->and_words ? func->desc->size : 0);
}

/* Never of size 0, so that a result without content is still an address. */
int mapi_func_attach(struct mapi_func *func, int fd,
		     const struct mapi_result_desc *desc)
{
	func->desc = desc;
	func->client = mapi_client_find(desc->name);
	func->words = calloc(1, 2 * desc->size + sizeof(*func->words));
	if (!func->words)
		return -1;
	if (func->client && func->client->asks) {
		func->given = mapi_given_ask(fd, desc->fid);
		if (!func->given)
			return -1;
	}
	if (func->client && func->client->result_size)
		func->value = calloc(1, mapi_func_result_size(func) + 1);
	else
		func->value = func->words;
	func->results.res = func->value;
	func->results.size = mapi_func_result_size(func);
	return func->value ? 0 : -1;
}
