// SPDX-License-Identifier: GPL-2.0
/* The words for the numbers of the kernel's enums. */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>

#include <linux/mapi.h>

#include "names.h"

#define ENDS_AT(names, max) \
	_Static_assert(sizeof(names) / sizeof(*(names)) == (max) + 1, \
		       "a word for each number and NULL")

const char *const status_names[] = {
	[MAPI_FLOW_INIT] = "init",
	[MAPI_FLOW_ACTIVE] = "active",
	[MAPI_FLOW_FINISHED] = "finished",
	[MAPI_FLOW_CLOSED] = "closed",
	NULL
};
ENDS_AT(status_names, MAPI_FLOW_CLOSED + 1);

const char *const reason_names[] = {
	[MAPI_END_NONE] = "none",
	[MAPI_END_DEVICE_GONE] = "device-gone",
	[MAPI_END_DEVICE_RENAMED] = "device-renamed",
	[MAPI_END_DEVICE_MOVED] = "device-moved",
	[MAPI_END_DELETED] = "deleted",
	[MAPI_END_EOF] = "eof",
	[MAPI_END_DEVICE_CHANGED] = "device-changed",
	[MAPI_END_BROKEN] = "broken",
	NULL
};
ENDS_AT(reason_names, __MAPI_END_MAX);

const char *const loss_names[] = {
	[MAPI_LOSS_RING_FULL] = "ring-full",
	[MAPI_LOSS_BAD_INDEX] = "bad-index",
	[MAPI_LOSS_BACKLOG] = "backlog",
	[MAPI_LOSS_FILE] = "file",
	[MAPI_LOSS_LIMIT] = "limit",
	[MAPI_LOSS_RECURSION] = "recursion",
	NULL
};
ENDS_AT(loss_names, MAPI_LOSS_NR);

const char *const event_names[] = {
	[MAPI_EVENT_NEW] = "new",
	[MAPI_EVENT_CONNECT] = "connect",
	[MAPI_EVENT_END] = "end",
	[MAPI_EVENT_DEL] = "del",
	[MAPI_EVENT_SET] = "set",
	[MAPI_EVENT_DIVERGED] = "diverged",
	NULL
};
ENDS_AT(event_names, MAPI_EVENT_DIVERGED + 1);

const char *const diverged_names[] = {
	[MAPI_DIVERGED_STOPPED] = "stopped",
	[MAPI_DIVERGED_PASSED] = "passed",
	[MAPI_DIVERGED_COUNTED] = "counted",
	[MAPI_DIVERGED_MISSED] = "missed",
	[MAPI_DIVERGED_RAN] = "ran",
	NULL
};
ENDS_AT(diverged_names, __MAPI_DIVERGED_MAX);

const char *const mode_names[] = {
	[MAPI_MODE_TAP] = "tap",
	[MAPI_MODE_INGRESS] = "ingress",
	[MAPI_MODE_CONSUME] = "consume",
	NULL
};
ENDS_AT(mode_names, __MAPI_MODE_MAX);

const char *const tstamp_names[] = {
	[MAPI_TSTAMP_SOFTWARE] = "software",
	[MAPI_TSTAMP_HARDWARE] = "hardware",
	NULL
};
ENDS_AT(tstamp_names, __MAPI_TSTAMP_MAX);

const char *const match_names[] = {
	[MAPI_MATCH_ALL] = "all",
	[MAPI_MATCH_DIR] = "direction",
	[MAPI_MATCH_CALL] = "call",
	[MAPI_MATCH_LOOKUP] = "look-up",
	[MAPI_MATCH_SEARCH] = "search",
	NULL
};
ENDS_AT(match_names, __MAPI_MATCH_MAX);

const char *const result_names[] = {
	[MAPI_RESULT_NONE] = "none",
	[MAPI_RESULT_SUM] = "sum",
	[MAPI_RESULT_SINGLE] = "single",
	[MAPI_RESULT_RING] = "ring",
	[MAPI_RESULT_PKTS] = "packets",
	[MAPI_RESULT_BYTES] = "bytes",
	[MAPI_RESULT_LAST] = "last",
	[MAPI_RESULT_MIXED] = "mixed",
	NULL
};
ENDS_AT(result_names, __MAPI_RESULT_MAX);

const char *const direction_names[] = {
	[MAPI_DIR_IN - 1] = "in",
	[MAPI_DIR_OUT - 1] = "out",
	[(MAPI_DIR_IN | MAPI_DIR_OUT) - 1] = "both",
	NULL
};

const char *const flow_flag_names[] = { "persistent", "nopromisc", NULL };

const char *const func_flag_names[] = {
	"filter", "pure", "aggregate", "modifies", "admin", NULL
};

const char *name_of(const char *const *names, uint32_t value)
{
	for (uint32_t i = 0; names[i]; i++)
		if (i == value)
			return names[i];
	return "unknown";
}

void json_flags(struct json *json, const char *key, const char *const *names,
		uint32_t flags)
{
	json_open(json, key, '[');
	for (uint32_t i = 0; names[i]; i++)
		if (flags & 1U << i)
			json_str(json, NULL, names[i]);
	json_close(json, ']');
}

const char *linktype_name(uint32_t linktype, char buf[16])
{
	static const struct {
		uint32_t number;
		const char *name;
	} names[] = {
		{ 0, "NULL" },
		{ 1, "ETHERNET" },
		{ 9, "PPP" },
		{ 50, "PPP_HDLC" },
		{ 101, "RAW" },
		{ 104, "C_HDLC" },
		{ 105, "IEEE802_11" },
		{ 113, "LINUX_SLL" },
		{ 127, "RADIOTAP" },
		{ 197, "ERF" },
		{ 276, "LINUX_SLL2" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].number == linktype)
			return names[i].name;
	snprintf(buf, 16, "%" PRIu32, linktype);
	return buf;
}

/* Lists often have the same user many times, and looking up may take long. */
const char *user_name(uint32_t uid)
{
	static char name[64];
	static uint32_t last;
	const struct passwd *user;

	if (*name && uid == last)
		return name;
	user = getpwuid(uid);
	if (user)
		snprintf(name, sizeof(name), "%s", user->pw_name);
	else
		snprintf(name, sizeof(name), "%" PRIu32, uid);
	last = uid;
	return name;
}
