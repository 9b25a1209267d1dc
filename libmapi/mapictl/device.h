/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAPICTL_DEVICE_H
#define MAPICTL_DEVICE_H

#include "json.h"
#include "nl.h"

/* What a message says about a device, as members of an object. */
void device_json(struct json *json, const struct nlmsghdr *nlh);

#endif
