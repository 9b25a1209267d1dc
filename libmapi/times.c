// SPDX-License-Identifier: MIT
/* Times that are arguments: as text, and as what the kernel is given. */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "times.h"

#define DIGITS	9	/* of a fraction; further ones are less than a nanosecond */
#define BILLION	1000000000

typedef unsigned __int128 wide;

/*
 * Digits, and perhaps a point and digits, whatever the locale. Sets @number to a
 * billion times the number. Return: what is behind it; NULL if it is none.
 */
static const char *take_number(const char *text, wide *number)
{
	const char *p = text;

	*number = 0;
	for (; isdigit((unsigned char)*p) && p - text < 20; p++)
		*number = *number * 10 + (*p - '0');
	*number *= BILLION;
	if (p == text || *p != '.')
		return p == text ? NULL : p;
	text = ++p;
	for (wide unit = BILLION / 10; isdigit((unsigned char)*p); p++, unit /= 10)
		*number += (*p - '0') * unit;
	return p;
}

static bool fits(wide ns, uint64_t *to)
{
	*to = ns;
	return ns < UINT64_MAX;
}

/* A second is @by of them: a @number of so many billionths is so many of those. */
static const struct unit {
	const char *name;
	uint64_t times;
	uint64_t by;
} units[] = {
	{ "us", 1, 1000000 },
	{ "ms", 1, 1000 },
	{ "s", 1, 1 },
	{ "m", 60, 1 },
	{ "", 1, 1ULL << 32 },
};

/* A number and its unit; NULL: it is none. */
static const struct unit *take_length(const char *text, wide *number)
{
	const char *end = take_number(text + (*text == '+'), number);

	for (size_t i = 0; end && i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(end, units[i].name))
			return &units[i];
	return NULL;
}

bool mapi_interval(const char *text, uint64_t *ns)
{
	wide number;
	const struct unit *unit = take_length(text, &number);

	return unit && fits(number * unit->times / unit->by, ns);
}

bool mapi_units(const char *text, uint64_t *to)
{
	wide number;
	const struct unit *unit = take_length(text, &number);

	if (!unit)
		return false;
	if (!*unit->name) {
		*to = number / BILLION;
		return !(number % BILLION) && number / BILLION <= UINT64_MAX;
	}
	number *= unit->times;
	/* Seconds that fit into 32 bits. */
	if (number / unit->by / BILLION > UINT32_MAX)
		return false;
	*to = (number << 32) / unit->by / BILLION;
	return true;
}

bool mapi_local_time(const char *text, uint64_t *ns)
{
	struct tm tm = { .tm_isdst = -1 }, asked;
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);
	wide second = 0;
	time_t minute;

	if (end && *end == ':')
		end = take_number(end + 1, &second);
	if (!end || *end || second >= (wide)61 * BILLION)
		return false;
	asked = tm;
	minute = mktime(&tm);
	/* The 31st of February would be a day in March; some hours there are not. */
	return minute >= 0 && tm.tm_mday == asked.tm_mday &&
	       tm.tm_hour == asked.tm_hour && tm.tm_min == asked.tm_min &&
	       fits((wide)minute * BILLION + second, ns);
}
