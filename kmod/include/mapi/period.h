/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that do something each time a period has passed, also when no packets
 * come.
 */
#ifndef _MAPI_PERIOD_H
#define _MAPI_PERIOD_H

#include <linux/hrtimer.h>
#include <linux/workqueue.h>
#include <mapi/func.h>

#define MAPI_PERIOD_MIN	NSEC_PER_MSEC
#define MAPI_PERIOD_MAX	(3650ULL * 86400 * NSEC_PER_SEC)

/**
 * struct mapi_period - periods of one function
 * @inst: it
 * @passed: called with the control mutex held, when a period, or more, has passed
 *	since it was last
 * @ns: how long a period is, at least %MAPI_PERIOD_MIN; 0: there are none
 * @at_end: there is one, which ends with the flow
 *
 * The function has start(), end() and cleanup(), which call mapi_period_start(),
 * mapi_period_end() and mapi_period_free().
 */
struct mapi_period {
	struct mapi_inst *inst;
	void (*passed)(struct mapi_inst *inst, u32 periods);
	u64 ns;
	bool at_end;

	/* private: the core's */
	struct hrtimer timer;
	struct work_struct work;
	ktime_t begun;
	u64 told;
	bool ended;
};

int mapi_period_set(struct mapi_inst *inst, u32 n, u64 ns,
		    struct mapi_period *period);
int mapi_period_arg(struct mapi_inst *inst, u32 n, struct mapi_period *period);
void mapi_period_start(struct mapi_period *period);
void mapi_period_end(struct mapi_period *period);
void mapi_period_free(struct mapi_period *period);

#endif /* _MAPI_PERIOD_H */
