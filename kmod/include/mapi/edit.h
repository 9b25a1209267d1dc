/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For functions that change packets (%MAPI_FUNC_F_MODIFIES). process() of such a
 * function is called with a copy, all captured bytes of which are contiguous; see
 * kmod/pkt_edit.c.
 */
#ifndef _MAPI_EDIT_H
#define _MAPI_EDIT_H

#include <mapi/pkt.h>

/**
 * struct mapi_edit - bytes that change
 * @off: the first
 * @len: how many
 *
 * private: the core's
 * @l3_check: offset of the IPv4 header's checksum, 0: none, or it is among them
 * @l4_check: the same of the transport header's
 * @l4_end: behind the last byte that this covers
 * @l3: sum of those in the IPv4 header
 * @l4: of those in the addresses, and from the transport header on
 */
struct mapi_edit {
	u32 off;
	u32 len;

	/* private: */
	u32 l3_check;
	u32 l4_check;
	u32 l4_end;
	__wsum l3;
	__wsum l4;
};

u8 *mapi_edit_begin(struct mapi_edit *e, struct mapi_pkt *pkt, u32 off, u32 len);
void mapi_edit_end(const struct mapi_edit *e, struct mapi_pkt *pkt);
void mapi_pkt_put(struct mapi_pkt *pkt, u32 off, const void *src, u32 len);
bool mapi_pkt_splice(struct mapi_pkt *pkt, u32 off, u32 del, const void *src,
		     u32 ins);
u32 mapi_pkt_check_off(struct mapi_pkt *pkt);
u32 mapi_pkt_ip_end(struct mapi_pkt *pkt);

#endif /* _MAPI_EDIT_H */
