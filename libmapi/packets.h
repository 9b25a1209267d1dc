/* SPDX-License-Identifier: MIT */
/* Records of functions that keep them. */
#ifndef MAPI_PACKETS_H
#define MAPI_PACKETS_H

#include "flow.h"

/**
 * mapi_next_record() - the next record of a function, waiting for it if need be
 * @flow: which the caller has got
 * @func: a function of it that keeps records
 *
 * Return: it, valid until the next call; NULL: no more will come, the last error says
 * why, or is none if that was to be expected.
 */
struct mapipkt *mapi_next_record(struct mapi_flow *flow, struct mapi_func *func);

#endif
