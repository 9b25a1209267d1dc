/* SPDX-License-Identifier: GPL-2.0 */
/* The counts and results of a flow at one time. */
#ifndef MAPICTL_SAMPLE_H
#define MAPICTL_SAMPLE_H

#include "applied.h"
#include "flow_text.h"

/**
 * struct sample - a flow at one time
 * @time: ns since 1970
 * @mono: the same on a clock that nobody sets
 * @tb: attributes of the flow
 * @funcs: its functions, with results
 */
struct sample {
	uint64_t time;
	uint64_t mono;
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct applied *funcs;
	unsigned int nr_funcs;
	/* what @tb and @funcs point into */
	struct nlmsghdr *flow_msg;
	struct nlmsghdr *result_msg;
};

/* Return: 0, or -1 with @err filled and nothing to free. */
int sample_take(struct sample *sample, const struct flow_key *key,
		struct mapi_nl_err *err);
void sample_free(struct sample *sample);

/* What mapictl result shows of a flow. Return: the exit status. */
int result_show(const struct flow_key *key);

/* The words of a result, for free(). */
char *result_words(const struct applied *func);

/**
 * rate() - growth per second between two samples, rounded
 *
 * Return: false if there is none: no earlier sample, or the count went back.
 */
bool rate(const struct sample *now, const struct sample *before,
	  uint64_t val, uint64_t old, uint64_t *per_second);

#endif
