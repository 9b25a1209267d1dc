// SPDX-License-Identifier: GPL-2.0
/* What functions say of themselves, as their sources have it. */
#include <stddef.h>
#include <string.h>

#include "document.h"

static const struct {
	const char *function;
	const char *text;
} documents[] = {
#include "documents.inc"
};

const char *document_of(const char *function)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++)
		if (!strcmp(documents[i].function, function))
			return documents[i].text;
	return NULL;
}
