/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sum over a flow through which nothing runs at the moment:
 *
 *	flow in --> 1 --> 2 --> 3 ... --> flow out
 *		    |     `-- filtered
 *		    `-- what became of its packets: in = result + lost
 *
 * What comes in is what the one before passed on; functions that keep or count
 * packets have had every one of them, or lost it and say why; and the mapped
 * pages tell what netlink tells.
 */
#ifndef BALANCE_H
#define BALANCE_H

#include <stdarg.h>
#include <stdio.h>
#include <mapi.h>
#include "mapped.h"
#include "view.h"

static char balance_why[512];

__attribute__((format(printf, 1, 2)))
static inline int off(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(balance_why, sizeof(balance_why), fmt, ap);
	va_end(ap);
	return -1;
}

static inline __u64 balance_lost(const struct view_func *func)
{
	__u64 sum = 0;

	for (int i = 0; i < MAPI_LOSS_NR; i++)
		sum += func->lost[i];
	return sum;
}

/* The word of the result that counts packets taken, or -1. */
static inline int balance_taken(const struct view_func *func)
{
	if (!strcmp(func->name, "TO_FILE"))
		return 1;
	if (!strcmp(func->name, "TO_BUFFER") || !strcmp(func->name, "PKT_COUNTER"))
		return 0;
	return -1;
}

static inline int balance_func(const struct view_func *func, __u64 in)
{
	int taken = balance_taken(func);
	__u64 lost = balance_lost(func);

	if (func->pkts != in)
		return off("%s: %llu in, but %llu came out before it",
			   func->name, func->pkts, in);
	if (func->passed + func->filtered != in)
		return off("%s: %llu in, %llu passed, %llu filtered",
			   func->name, in, func->passed, func->filtered);
	if (taken >= 0 && func->words[taken] + lost != in)
		return off("%s: %llu in, %llu taken, %llu lost", func->name, in,
			   func->words[taken], lost);
	if (taken < 0 && lost)
		return off("%s: %llu lost", func->name, lost);
	return 0;
}

/* The mapped pages against netlink, for function @fid. */
static inline int balance_views(int fd, int fid, const struct view *view)
{
	const struct view_func *func = &view->func[fid - 1];
	struct mapi_function_stats stats;
	mapi_function_info_t info;
	__u64 words[VIEW_WORDS];

	if (mapi_get_function_stats(fd, fid, &stats) ||
	    mapi_get_function_info(fd, fid, &info) ||
	    mapped_words(fd, view->area_size, fid, words, func->nr_words))
		return off("%s: cannot be read", func->name);
	if (stats.pkts != func->pkts || stats.passed != func->passed ||
	    stats.filtered != func->filtered || stats.status != -func->status ||
	    memcmp(stats.lost, func->lost, sizeof(func->lost)))
		return off("%s: mapped %llu in, %llu passed, errno %d; netlink %llu, %llu, %d",
			   func->name, stats.pkts, stats.passed, stats.status,
			   func->pkts, func->passed, -func->status);
	if (info.pkts != func->pkts || info.passed_pkts != func->passed)
		return off("%s: mapi_get_function_info() says %llu in, %llu passed",
			   func->name, info.pkts, info.passed_pkts);
	if (memcmp(words, func->words, func->nr_words * sizeof(*words)))
		return off("%s: mapped result %llu, netlink's %llu", func->name,
			   words[0], func->words[0]);
	return 0;
}

/* Return: 0, or -1 with balance_why set. */
static inline int balance(int fd, struct view *view)
{
	__u64 in;

	if (view_get(fd, view))
		return off("netlink says nothing");
	in = view->in;
	for (unsigned int i = 0; i < view->nr; i++) {
		if (balance_func(&view->func[i], in) ||
		    balance_views(fd, i + 1, view))
			return -1;
		in = view->func[i].passed;
	}
	if (view->out != in)
		return off("flow: %llu out, but %llu passed the last function",
			   view->out, in);
	return 0;
}

#endif
