/* SPDX-License-Identifier: GPL-2.0 */
/* Packets lost, by reason. */
#ifndef MAPICTL_LOSS_H
#define MAPICTL_LOSS_H

#include "json.h"
#include "nl.h"

#define LOSS_REASONS	16

struct losses {
	unsigned int nr;
	struct {
		uint32_t reason;	/* enum mapi_loss */
		uint64_t pkts;
	} loss[LOSS_REASONS];
};

/* Add what a nest of the loss set says. */
void loss_add(struct losses *losses, const struct nlattr *nest);

/* An object: the reasons are its keys. */
void loss_json(struct json *json, const char *key, const struct losses *losses);

/* "0", or as in "ring-full 7, file 2"; for free() */
char *loss_text(const struct losses *losses);

#endif
