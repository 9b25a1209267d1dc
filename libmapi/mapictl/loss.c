// SPDX-License-Identifier: GPL-2.0
/* Packets lost, by reason. */
#include <inttypes.h>
#include <stdlib.h>

#include "loss.h"
#include "memory.h"
#include "names.h"

void loss_add(struct losses *losses, const struct nlattr *nest)
{
	const struct nlattr *tb[MAPI_A_LOSS_MAX + 1];

	if (losses->nr == LOSS_REASONS)
		return;
	mapi_nl_nest(nest, tb, MAPI_A_LOSS_MAX);
	losses->loss[losses->nr].reason = mapi_nl_u32(tb[MAPI_A_LOSS_REASON]);
	losses->loss[losses->nr].pkts = mapi_nl_u64(tb[MAPI_A_LOSS_PKTS]);
	losses->nr++;
}

void loss_json(struct json *json, const char *key, const struct losses *losses)
{
	json_open(json, key, '{');
	for (unsigned int i = 0; i < losses->nr; i++)
		json_u64(json, name_of(loss_names, losses->loss[i].reason),
			 losses->loss[i].pkts);
	json_close(json, '}');
}

char *loss_text(const struct losses *losses)
{
	char *text = xasprintf("%s", losses->nr ? "" : "0");

	for (unsigned int i = 0; i < losses->nr; i++) {
		char *longer = xasprintf("%s%s%s %" PRIu64, text, i ? ", " : "",
					 name_of(loss_names,
						 losses->loss[i].reason),
					 losses->loss[i].pkts);

		free(text);
		text = longer;
	}
	return text;
}
