/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefix-preserving anonymisation of addresses; see kmod/pan.c.
 */
#ifndef _MAPI_PAN_H
#define _MAPI_PAN_H

#include <linux/types.h>

#define MAPI_PAN_KEY_LEN	32

struct mapi_inst;
struct mapi_pan;

struct mapi_pan *mapi_pan_new(struct mapi_inst *inst, const u8 *key);
void mapi_pan_free(struct mapi_pan *pan, struct mapi_inst *inst);
void mapi_pan_ipv4(struct mapi_pan *pan, const u8 *addr, u8 *to);
void mapi_pan_ipv6(struct mapi_pan *pan, const u8 *addr, u8 *to);

#endif /* _MAPI_PAN_H */
