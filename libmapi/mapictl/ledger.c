// SPDX-License-Identifier: GPL-2.0
/* What came in, and what became of it. */
#include <inttypes.h>
#include <string.h>

#include "ledger.h"
#include "names.h"

static void add(struct sum *sum, const char *name, uint64_t pkts)
{
	sum->part[sum->nr].name = name;
	sum->part[sum->nr++].pkts = pkts;
}

static bool is_filter(const struct applied *func)
{
	return func->flags & MAPI_FUNC_F_FILTER;
}

/* It stops packets for other reasons than what is in them. */
static bool is_sample(const struct applied *func)
{
	return is_filter(func) && !(func->flags & MAPI_FUNC_F_PURE);
}

bool sum_of_function(struct sum *sum, const struct applied *func)
{
	memset(sum, 0, sizeof(*sum));
	sum->in = func->pkts;
	if (is_filter(func)) {
		add(sum, "passed", func->passed);
		add(sum, is_sample(func) ? "sampled" : "filtered",
		    func->filtered);
	} else if (func->keeps) {
		add(sum, "taken", func->taken);
		add(sum, "waiting", func->waiting);
	} else {
		return false;
	}
	sum->losses = func->losses;
	return true;
}

void sum_of_flow(struct sum *sum, const struct nlattr **tb,
		 const struct applied *funcs, unsigned int nr)
{
	uint64_t filtered = 0;
	uint64_t sampled = 0;

	memset(sum, 0, sizeof(*sum));
	sum->in = mapi_nl_u64(tb[MAPI_A_FLOW_IN]);
	for (unsigned int i = 0; i < nr; i++)
		*(is_sample(&funcs[i]) ? &sampled : &filtered) +=
			funcs[i].filtered;
	add(sum, "out", mapi_nl_u64(tb[MAPI_A_FLOW_OUT]));
	add(sum, "filtered", filtered);
	add(sum, "sampled", sampled);
}

void sum_of_device(struct sum *sum, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	const struct nlattr *attr;

	memset(sum, 0, sizeof(*sum));
	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	mapi_nl_for_each(attr, nlh)
		if (mnl_attr_get_type(attr) == MAPI_A_DEVICE_LOST)
			loss_add(&sum->losses, attr);
	sum->in = mapi_nl_u64(tb[MAPI_A_DEVICE_PKTS]);
	add(sum, "run", mapi_nl_u64(tb[MAPI_A_DEVICE_RUN]));
}

/* What the parts are more than what came in; modulo 2^64, as counts are. */
static int64_t off(const struct sum *sum)
{
	uint64_t all = 0;

	for (unsigned int i = 0; i < sum->nr; i++)
		all += sum->part[i].pkts;
	for (unsigned int i = 0; i < sum->losses.nr; i++)
		all += sum->losses.loss[i].pkts;
	return all - sum->in;
}

/* A part that is more than all makes up for one that is less than nothing. */
bool sum_holds(const struct sum *sum)
{
	for (unsigned int i = 0; i < sum->nr; i++)
		if (sum->part[i].pkts > sum->in)
			return false;
	return !off(sum);
}

void sum_line(FILE *out, const struct sum *sum)
{
	fprintf(out, "in %" PRIu64 " =", sum->in);
	for (unsigned int i = 0; i < sum->nr; i++)
		fprintf(out, "%s %s %" PRIu64, i ? " +" : "",
			sum->part[i].name, sum->part[i].pkts);
	for (unsigned int i = 0; i < sum->losses.nr; i++)
		fprintf(out, " + lost %s %" PRIu64,
			name_of(loss_names, sum->losses.loss[i].reason),
			sum->losses.loss[i].pkts);
	if (!sum_holds(sum))
		fprintf(out, ": WRONG by %" PRId64, off(sum));
	fputc('\n', out);
}

void sum_json(struct json *json, const struct sum *sum)
{
	json_open(json, "sum", '{');
	json_u64(json, "in", sum->in);
	for (unsigned int i = 0; i < sum->nr; i++)
		json_u64(json, sum->part[i].name, sum->part[i].pkts);
	loss_json(json, "lost", &sum->losses);
	json_bool(json, "holds", sum_holds(sum));
	json_s64(json, "off", off(sum));
	json_close(json, '}');
}
