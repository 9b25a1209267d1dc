/* SPDX-License-Identifier: GPL-2.0 */
/* What came in, and what became of it. */
#ifndef MAPICTL_LEDGER_H
#define MAPICTL_LEDGER_H

#include "applied.h"

#define SUM_PARTS	4

/**
 * struct sum - what came in is the sum of its parts, or should be
 * @in: packets that came in
 * @part: what became of how many
 * @nr: how many parts
 * @losses: and those that were lost, by reason
 */
struct sum {
	uint64_t in;
	struct {
		const char *name;
		uint64_t pkts;
	} part[SUM_PARTS];
	unsigned int nr;
	struct losses losses;
};

/* Return: false if a function has none: it only looks at packets. */
bool sum_of_function(struct sum *sum, const struct applied *func);
void sum_of_flow(struct sum *sum, const struct nlattr **tb,
		 const struct applied *funcs, unsigned int nr);
void sum_of_device(struct sum *sum, const struct nlmsghdr *nlh);

bool sum_holds(const struct sum *sum);

/* The rest of a line, as in "in 10 = passed 7 + filtered 3"; what is off last. */
void sum_line(FILE *out, const struct sum *sum);

/* A member "sum" of an object. */
void sum_json(struct json *json, const struct sum *sum);

#endif
