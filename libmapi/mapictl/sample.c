// SPDX-License-Identifier: GPL-2.0
/* The counts and results of a flow at one time. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "sample.h"
#include "when.h"

__extension__ typedef unsigned __int128 u128;

static struct nlmsghdr *ask(uint8_t cmd, const struct flow_key *key,
			    struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(cmd);
	struct nlmsghdr *answer;

	flow_key_put(key, req);
	answer = query_one(req, err);
	mapi_nl_free(req);
	return answer;
}

static void add_results(struct sample *sample)
{
	unsigned int nr;
	struct applied *results = applied_read(sample->result_msg, &nr);

	for (unsigned int i = 0; i < sample->nr_funcs; i++) {
		struct applied *func = &sample->funcs[i];

		for (unsigned int j = 0; j < nr; j++) {
			if (results[j].fid != func->fid)
				continue;
			func->result = results[j].result;
			func->nr_words = results[j].nr_words;
		}
	}
	free(results);
}

int sample_take(struct sample *sample, const struct flow_key *key,
		struct mapi_nl_err *err)
{
	memset(sample, 0, sizeof(*sample));
	sample->flow_msg = ask(MAPI_CMD_FLOW_GET, key, err);
	if (!sample->flow_msg)
		return -1;
	sample->result_msg = ask(MAPI_CMD_RESULT_GET, key, err);
	if (!sample->result_msg) {
		sample_free(sample);
		return -1;
	}
	sample->time = now_ns();
	sample->mono = monotonic_ns();
	mapi_nl_attrs(sample->flow_msg, sample->tb, MAPI_A_FLOW_MAX);
	sample->funcs = applied_read(sample->flow_msg, &sample->nr_funcs);
	add_results(sample);
	return 0;
}

void sample_free(struct sample *sample)
{
	free(sample->funcs);
	free(sample->flow_msg);
	free(sample->result_msg);
	memset(sample, 0, sizeof(*sample));
}

char *result_words(const struct applied *func)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = memory_stream(&text, &len);

	if (!func->nr_words)
		fputc('-', out);
	for (uint32_t i = 0; i < func->nr_words; i++)
		fprintf(out, "%s%" PRIu64, i ? " " : "", applied_word(func, i));
	fclose(out);
	return text;
}

bool rate(const struct sample *now, const struct sample *before,
	  uint64_t val, uint64_t old, uint64_t *per_second)
{
	uint64_t elapsed = now->mono - before->mono;
	u128 grown;

	if (!before->mono || !elapsed || val < old)
		return false;
	grown = (u128)(val - old) * 1000000000 + elapsed / 2;
	*per_second = grown / elapsed;
	return true;
}
