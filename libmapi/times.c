// SPDX-License-Identifier: MIT
/* Times that are arguments: as text, and as what the kernel is given. */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "times.h"

#define UNIT	4294967296.0L	/* units of 2^-32 s in a second */

/* A number of seconds that has a place there. */
static bool fix(long double seconds, uint64_t *fixed)
{
	if (!(seconds >= 0 && seconds < UNIT))
		return false;
	*fixed = seconds * UNIT;
	return true;
}

/* Digits, and perhaps a point and digits, whatever the locale. */
static const char *take_number(const char *text, long double *number)
{
	long double unit = 1;
	const char *p = text;

	*number = 0;
	for (; isdigit((unsigned char)*p); p++)
		*number = *number * 10 + (*p - '0');
	if (p == text || *p != '.')
		return p;
	while (isdigit((unsigned char)*++p))
		*number += (*p - '0') * (unit /= 10);
	return p;
}

bool mapi_interval(const char *text, uint64_t *fixed)
{
	static const struct {
		const char *name;
		long double seconds;
	} suffixes[] = {
		{ "us", 1e-6L }, { "ms", 1e-3L }, { "s", 1 }, { "m", 60 },
		{ "", 1 / UNIT },
	};
	long double number;
	const char *end;

	text += *text == '+';
	end = take_number(text, &number);
	for (size_t i = 0; end != text && i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (!strcmp(end, suffixes[i].name))
			return fix(number * suffixes[i].seconds, fixed);
	return false;
}

bool mapi_local_time(const char *text, uint64_t *fixed)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);
	long double second = 0;
	int day = tm.tm_mday;
	time_t minute;

	if (!end || (*end && *end != ':'))
		return false;
	if (*end)
		end = take_number(end + 1, &second);
	minute = mktime(&tm);
	/* The 31st of February would be a day in March. */
	return !*end && second < 61 && minute >= 0 && tm.tm_mday == day &&
	       fix(minute + second, fixed);
}
