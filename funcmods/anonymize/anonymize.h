/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of ANONYMIZE share.
 */
#ifndef _FUNCMODS_ANONYMIZE_H
#define _FUNCMODS_ANONYMIZE_H

#include <linux/bits.h>
#include <linux/siphash.h>
#include <mapi/edit.h>
#include <mapi/fhelp.h>

struct crypto_shash;
struct field;
struct how;
struct mapi_pan;
struct spec;

/* What a field is. */
enum kind {
	KIND_NUMBER	= BIT(0),	/* of 1, 2 or 4 bytes */
	KIND_CHECKSUM	= BIT(1),
	KIND_ADDR	= BIT(2),
	KIND_BYTES	= BIT(3),	/* as many as there are: options, payload */
	KIND_TEXT	= BIT(4),	/* part of a line */
	KIND_FIXED	= KIND_NUMBER | KIND_CHECKSUM | KIND_ADDR,
	KIND_ANY	= KIND_FIXED | KIND_BYTES | KIND_TEXT,
};

/**
 * struct place - where a field is
 * @off: its first byte
 * @len: bytes; not all of those of %KIND_FIXED may have been captured
 */
struct place {
	u32 off;
	u32 len;
};

/**
 * struct finder - of a field's places in a packet
 * @nr: how many there were
 * @pos: the next is not in front of this
 * @lines: for text: lines that were looked at
 */
struct finder {
	u32 nr;
	u32 pos;
	u32 lines;
};

/**
 * struct field - a field
 * @name: as in the argument
 * @kind: what it is
 * @len: bytes of a number
 * @next: finds the next place, if there is one
 * @nr: for @next
 */
struct field {
	const char *name;
	enum kind kind;
	u32 len;
	bool (*next)(const struct spec *s, struct mapi_pkt *pkt, struct finder *f,
		     struct place *at);
	u32 nr;
};

/**
 * struct how - what becomes of a field
 * @name: as in the argument
 * @kinds: fields that it is for
 * @unlike: each time something else: flows cannot share it
 * @keyed: depends on &spec.key
 * @parse: the rest of the argument, %NULL: there must be none. 0, or a negative errno
 *	that was explained
 * @init: what takes memory. Optional
 * @change: changes a place, whose bytes were all captured; gives its new length
 */
struct how {
	const char *name;
	u32 kinds;
	bool unlike;
	bool keyed;
	int (*parse)(struct mapi_inst *inst, char *rest);
	int (*init)(struct mapi_inst *inst);
	u32 (*change)(const struct spec *s, struct mapi_pkt *pkt,
		      const struct place *at);
};

/**
 * struct spec - the argument
 * @text: a copy of it, which others point to
 * @field: which field
 * @header: of a text, its name
 * @how: what becomes of it
 * @key: nobody else has it
 * @secret: something else was made up, too
 * @bytes: what it is filled with
 * @len: of these
 * @addr4: the same for IPv4 addresses, and a number
 * @addr6: and for IPv6 addresses
 * @keep: bytes that are left
 * @gaussian: of numbers with a normal distribution
 * @median: of numbers
 * @spread: of numbers
 * @strip: what no hash covers is taken out
 * @algorithm: of the hash, %NULL: CRC-32
 * @hash_key: for it
 * @hash_key_len: bytes
 * @hash: it
 * @pan_key: for addresses
 * @pan: for them
 */
struct spec {
	char *text;
	const struct field *field;
	const char *header;
	const struct how *how;
	siphash_key_t key;
	bool secret;
	const u8 *bytes;
	u32 len;
	u8 addr4[4];
	u8 addr6[16];
	u32 keep;
	bool gaussian;
	s64 median;
	u64 spread;
	bool strip;
	const char *algorithm;
	u8 hash_key[64];
	u32 hash_key_len;
	struct crypto_shash *hash;
	u8 pan_key[32];
	struct mapi_pan *pan;
};

/* fields.c, text.c */
const struct field *anonymize_field(const char *proto, const char *name,
				    const char **header, bool *known);
const struct field *anonymize_http_field(const char *name, const char **header);
const struct field *anonymize_ftp_field(const char *name, const char **header);

/* change.c, number.c, hash.c */
extern const struct how anonymize_hashed;
extern const struct how anonymize_map, anonymize_map_distribution;
const struct how *anonymize_how(const char *name);
__printf(3, 4)
int anonymize_refuse(struct mapi_inst *inst, u32 nr, const char *fmt, ...);

#endif /* _FUNCMODS_ANONYMIZE_H */
