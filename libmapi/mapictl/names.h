/* SPDX-License-Identifier: GPL-2.0 */
/* The words for the numbers of the kernel's enums. */
#ifndef MAPICTL_NAMES_H
#define MAPICTL_NAMES_H

#include <stdint.h>

#include "json.h"

/* Indexed by the enum, with NULL at the end. */
extern const char *const status_names[];	/* enum mapi_flow_status */
extern const char *const reason_names[];	/* enum mapi_end_reason */
extern const char *const loss_names[];		/* enum mapi_loss */
extern const char *const event_names[];		/* enum mapi_event */
extern const char *const diverged_names[];	/* enum mapi_diverged */
extern const char *const mode_names[];		/* enum mapi_dev_mode */
extern const char *const tstamp_names[];	/* enum mapi_tstamp */
extern const char *const match_names[];		/* enum mapi_match */
extern const char *const result_names[];	/* enum mapi_result_type */
extern const char *const direction_names[];	/* MAPI_DIR_* less 1 */

/* Indexed by the number of the bit. */
extern const char *const flow_flag_names[];	/* MAPI_FLOW_F_* */
extern const char *const func_flag_names[];	/* MAPI_FUNC_F_* */

/* Return: "unknown" if a newer kernel has more. */
const char *name_of(const char *const *names, uint32_t value);

/* An array of the words for the bits that are set. */
void json_flags(struct json *json, const char *key, const char *const *names,
		uint32_t flags);

/**
 * linktype_name() - LINKTYPE_* of pcap as a word
 * @buf: room for those without one, which stay numbers
 */
const char *linktype_name(uint32_t linktype, char buf[16]);

/* The user's name, else the number. Valid until the next call. */
const char *user_name(uint32_t uid);

#endif
