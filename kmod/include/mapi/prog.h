/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classic BPF programs that read the bytes of a packet where they lie; see
 * kmod/prog.c.
 */
#ifndef _MAPI_PROG_H
#define _MAPI_PROG_H

#include <linux/filter.h>
#include <mapi/func.h>

struct bpf_prog *mapi_prog_new(const struct sock_filter *code, u32 n);

/**
 * mapi_prog_passes - ask the program of a filter
 * @inst: the filter, with &mapi_inst.prog
 * @pkt: the packet. What the program may read is made contiguous first: a load
 *	behind that rejects it, as one behind its end does
 *
 * Return: it passes. Context: process() of a function.
 */
static inline bool mapi_prog_passes(const struct mapi_inst *inst,
				    struct mapi_pkt *pkt)
{
	if (unlikely(pkt->len < pkt->caplen && pkt->len < inst->need))
		mapi_pkt_pull(pkt, min(inst->need, pkt->caplen));
	return inst->prog->bpf_func(pkt, inst->prog->insnsi);
}

#endif /* _MAPI_PROG_H */
