// SPDX-License-Identifier: GPL-2.0
/* Telling UTF-8 from other bytes. */
#include <stdint.h>

#include "utf8.h"

unsigned int utf8_len(const char *str)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = *str;
	unsigned int len;
	uint32_t code;

	if (c < 0x80)
		return 1;
	len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	code = c & (0x7f >> len);
	for (unsigned int i = 1; i < len; i++) {
		if ((str[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (str[i] & 0x3f);
	}
	if (code < smallest[len] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return 0;
	return len;
}
