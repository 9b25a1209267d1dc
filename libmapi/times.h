/* SPDX-License-Identifier: MIT */
/* Times that are arguments: as text, and as what the kernel is given. */
#ifndef MAPI_TIMES_H
#define MAPI_TIMES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * mapi_interval() - a length of time
 * @text: a number and us, ms, s or m (minutes); alone it counts units of 2^-32 s.
 *	A + in front says nothing
 * @ns: set to it, rounded down
 */
bool mapi_interval(const char *text, uint64_t *ns);

/**
 * mapi_units() - a number, or a length of time in units of 2^-32 s
 * @text: as for mapi_interval(); without a unit it is a whole number
 * @number: set to it, rounded down
 */
bool mapi_units(const char *text, uint64_t *number);

/**
 * mapi_local_time() - a time of day
 * @text: as in 2026-11-26 10:00:00, with a fraction or without seconds if need be
 * @ns: set to it since 1970, rounded down
 */
bool mapi_local_time(const char *text, uint64_t *ns);

#endif
