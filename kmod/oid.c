// SPDX-License-Identifier: GPL-2.0
/*
 * Object identifiers of devices: "1.2.4". 1 is every device; a longer prefix
 * is a more special one. Compared component by component: 1.2 is a prefix of
 * 1.2.4, not of 1.20.
 */
#include <linux/ctype.h>
#include <linux/string.h>
#include "core.h"

/* mapi_oid_valid - digits and dots, beginning with "1", no empty component */
bool mapi_oid_valid(const char *oid)
{
	const char *p = oid;

	for (;;) {
		if (!isdigit(*p))
			return false;
		while (isdigit(*p))
			p++;
		if (!*p)
			break;
		if (*p++ != '.')
			return false;
	}
	return oid[0] == '1' && (!oid[1] || oid[1] == '.') &&
	       p - oid <= MAPI_OID_MAX;
}

/**
 * mapi_oid_match - is one identifier the other's prefix
 * @prefix: what a function serves
 * @oid: what a device is
 *
 * Return: the number of components of @prefix if so, else 0.
 */
int mapi_oid_match(const char *prefix, const char *oid)
{
	size_t len = strlen(prefix);
	int n = 1;

	if (strncmp(prefix, oid, len) || (oid[len] && oid[len] != '.'))
		return 0;
	while ((prefix = strchr(prefix, '.'))) {
		prefix++;
		n++;
	}
	return n;
}
