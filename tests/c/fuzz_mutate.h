/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to spoil a request, which know its structure: each finds an attribute,
 * however deep, and changes it or what is around it.
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "fuzz_msg.h"

#define FUZZ_ATTRS	256

static struct nlattr *fuzz_attrs[FUZZ_ATTRS];
static unsigned int fuzz_nr_attrs;

/* Collect the attributes from @at to @end, and what they hold. */
static void fuzz_collect(uint32_t at, uint32_t end)
{
	while (at + NLA_HDRLEN <= end && fuzz_nr_attrs < FUZZ_ATTRS) {
		struct nlattr *attr = (void *)(fuzz.bytes + at);

		if (attr->nla_len < NLA_HDRLEN || at + attr->nla_len > end)
			return;
		fuzz_attrs[fuzz_nr_attrs++] = attr;
		if (attr->nla_type & NLA_F_NESTED)
			fuzz_collect(at + NLA_HDRLEN, at + attr->nla_len);
		at += NLA_ALIGN(attr->nla_len);
	}
}

static struct nlattr *fuzz_some_attr(void)
{
	fuzz_nr_attrs = 0;
	fuzz_collect(NLMSG_HDRLEN + GENL_HDRLEN, fuzz.len);
	return fuzz_nr_attrs ? fuzz_attrs[fuzz_random(fuzz_nr_attrs)] : NULL;
}

static void fuzz_set_length(struct nlattr *attr)
{
	static const uint16_t odd[] = { 0, 1, 3, 4, 5, 7, 8, 12, 255, 4096,
					32767, 65535 };

	if (fuzz_chance(50))
		attr->nla_len += fuzz_random(9) - 4;
	else
		attr->nla_len = fuzz_pick(odd);
}

static void fuzz_set_type(struct nlattr *attr)
{
	static const uint16_t odd[] = { 0, 1, 255, 0x3fff, 0x4000, 0x8000,
					0xffff };

	if (fuzz_chance(70))
		attr->nla_type = (attr->nla_type & NLA_F_NESTED) | fuzz_random(32);
	else if (fuzz_chance(50))
		attr->nla_type ^= NLA_F_NESTED;
	else
		attr->nla_type = fuzz_pick(odd);
}

static void fuzz_set_payload(struct nlattr *attr)
{
	uint32_t at = (uint8_t *)(attr + 1) - fuzz.bytes;
	uint32_t len = attr->nla_len - NLA_HDRLEN;
	int64_t odd = fuzz_int();

	if (attr->nla_len <= NLA_HDRLEN || at + len > fuzz.len)
		return;
	if (fuzz_chance(50))
		memcpy(fuzz.bytes + at, &odd, len < 8 ? len : 8);
	else
		fuzz.bytes[at + fuzz_random(len)] ^= 1 << fuzz_random(8);
}

/* The attribute once more, at the end. */
static void fuzz_duplicate(struct nlattr *attr)
{
	uint32_t at = (uint8_t *)attr - fuzz.bytes;
	uint32_t len = NLA_ALIGN(attr->nla_len);

	if (at + len > fuzz.len || fuzz.len + len > FUZZ_MAX)
		return;
	memcpy(fuzz.bytes + fuzz.len, attr, len);
	fuzz.len += len;
}

static void fuzz_remove(struct nlattr *attr)
{
	uint32_t at = (uint8_t *)attr - fuzz.bytes;
	uint32_t len = NLA_ALIGN(attr->nla_len);

	if (at + len > fuzz.len)
		return;
	memmove(attr, fuzz.bytes + at + len, fuzz.len - at - len);
	fuzz.len -= len;
}

static void fuzz_garbage(void)
{
	static uint8_t junk[40000];
	uint32_t len = fuzz_chance(95) ? fuzz_random(40) : fuzz_random(40000);

	for (uint32_t i = 0; i < len && i < 64; i++)
		junk[i] = fuzz_random(256);
	fuzz_put(fuzz_random(40) | (fuzz_chance(30) ? NLA_F_NESTED : 0), junk, len);
}

/* Nests in nests, much deeper than any set of attributes. */
static void fuzz_deepen(void)
{
	uint32_t at[64], n = fuzz_random(64) + 1;

	for (uint32_t i = 0; i < n; i++)
		at[i] = fuzz_nest(i & 1 ? MAPI_A_FUNC_ARG : MAPI_A_FLOW_FUNC);
	while (n--)
		fuzz_end(at[n]);
}

static void fuzz_header(void)
{
	switch (fuzz_random(4)) {
	case 0:
		fuzz_genl()->cmd = fuzz_random(20);
		break;
	case 1:
		fuzz_genl()->version = fuzz_random(256);
		break;
	case 2:
		fuzz.nlh.nlmsg_flags ^= 1 << fuzz_random(12);
		break;
	default:
		fuzz_genl()->reserved = fuzz_random(65536);
	}
}

/* The last thing done: the message is shorter, or says it is longer. */
static void fuzz_truncate(void)
{
	static const uint32_t odd[] = { 0, 1, 15, 16, 17, 19, 20, 0x7fffffff,
					0xffffffff };

	if (fuzz_chance(80) && fuzz.len > NLMSG_HDRLEN) {
		fuzz.len = NLMSG_HDRLEN + fuzz_random(fuzz.len - NLMSG_HDRLEN);
		fuzz.nlh.nlmsg_len = fuzz.len;
	} else {
		fuzz.nlh.nlmsg_len = fuzz_pick(odd);
	}
}

static void fuzz_mutate_once(void)
{
	struct nlattr *attr = fuzz_some_attr();
	uint32_t how = fuzz_random(9);

	if (how < 5 && !attr)
		how = 5;
	switch (how) {
	case 0:
		fuzz_set_length(attr);
		break;
	case 1:
		fuzz_set_type(attr);
		break;
	case 2:
		fuzz_set_payload(attr);
		break;
	case 3:
		fuzz_duplicate(attr);
		break;
	case 4:
		fuzz_remove(attr);
		break;
	case 5:
		fuzz_garbage();
		break;
	case 6:
		fuzz_deepen();
		break;
	case 7:
		fuzz_header();
		break;
	default:
		for (int i = fuzz_random(30); i; i--)
			fuzz_garbage();
	}
}

static void fuzz_mutate(void)
{
	do {
		fuzz_mutate_once();
	} while (fuzz_chance(40));
	fuzz.nlh.nlmsg_len = fuzz.len;
	if (fuzz_chance(10))
		fuzz_truncate();
}

#endif
