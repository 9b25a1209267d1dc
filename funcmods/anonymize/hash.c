// SPDX-License-Identifier: GPL-2.0
/*
 * HASHED: a hash takes the place of a field.
 */
#include <crypto/hash.h>
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "anonymize.h"

/**
 * struct algorithm - a hash
 * @name: as in the argument
 * @plain: the kernel's name, without a key; %NULL: CRC-32
 * @keyed: with a key; %NULL: there is none
 * @key_len: bytes of it, 0: as many as one likes
 */
struct algorithm {
	const char *name;
	const char *plain;
	const char *keyed;
	u32 key_len;
};

static const struct algorithm algorithms[] = {
	{ "ANON_SHA", "sha1", "hmac(sha1)" },
	{ "ANON_SHA_2", "sha256", "hmac(sha256)" },
	{ "ANON_MD5", "md5", "hmac(md5)" },
	{ "ANON_CRC32" },
	/* A cipher is a hash of a length of its own with CMAC (RFC 4493). */
	{ "ANON_AES", NULL, "cmac(aes)", 16 },
	{ "ANON_DES", NULL, "cmac(des)", 8 },
	{ "ANON_TRIPLEDES", NULL, "cmac(des3_ede)", 24 },
};

static const struct algorithm *find(const char *name)
{
	const struct algorithm *a;

	for (a = algorithms; name && a < algorithms + ARRAY_SIZE(algorithms); a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

/* A cipher without a key gets one that nobody knows. */
static int parse_key(struct mapi_inst *inst, const struct algorithm *a, const char *hex)
{
	struct spec *s = inst->priv;
	u32 len = hex ? strlen(hex) / 2 : a->key_len;

	s->hash_key_len = len;
	if (!hex) {
		get_random_bytes(s->hash_key, len);
		s->secret = len;
		return 0;
	}
	if (!a->keyed)
		return anonymize_refuse(inst, 4, "%s has no key", a->name);
	if (strlen(hex) % 2 || !len || len > sizeof(s->hash_key) ||
	    (a->key_len && len != a->key_len) || hex2bin(s->hash_key, hex, len))
		return anonymize_refuse(inst, 4, "the key is not %u bytes as hexadecimal digits",
					a->key_len ?: (u32)sizeof(s->hash_key));
	return 0;
}

static int parse(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;
	const struct algorithm *a = find(strsep(&rest, ","));
	const char *mode = strsep(&rest, ",");
	int ret;

	if (!a)
		return anonymize_refuse(inst, 4, "there is no such hash");
	if (!mode || (strcmp(mode, "PAD_WITH_ZERO") && strcmp(mode, "STRIP_REST")))
		return anonymize_refuse(inst, 4, "what is behind a hash is PAD_WITH_ZERO or STRIP_REST");
	s->strip = !strcmp(mode, "STRIP_REST");
	ret = parse_key(inst, a, strsep(&rest, ","));
	if (ret)
		return ret;
	if (rest)
		return anonymize_refuse(inst, 4, "a hash has no more than a key");
	s->algorithm = s->hash_key_len ? a->keyed : a->plain;
	return 0;
}

static int init(struct mapi_inst *inst)
{
	struct spec *s = inst->priv;
	struct crypto_shash *hash;
	int ret;

	if (!s->algorithm)
		return 0;
	hash = crypto_alloc_shash(s->algorithm, 0, 0);
	if (IS_ERR(hash))
		return PTR_ERR(hash) == -ENOENT ?
			anonymize_refuse(inst, 4, "this kernel has no %s", s->algorithm) :
			PTR_ERR(hash);
	ret = s->hash_key_len ? crypto_shash_setkey(hash, s->hash_key, s->hash_key_len) : 0;
	if (ret) {
		crypto_free_shash(hash);
		return anonymize_refuse(inst, 4, "the key is refused by %s", s->algorithm);
	}
	s->hash = hash;
	return 0;
}

/* Return: bytes of @digest. */
static u32 digest_of(const struct spec *s, const u8 *p, u32 len, u8 *digest)
{
	if (!s->algorithm) {
		put_unaligned_be32(~crc32_le(~0, p, len), digest);
		return 4;
	}
	/* It can fail with a key that is not there, which it is. */
	if (crypto_shash_tfm_digest(s->hash, p, len, digest))
		memset(digest, 0, crypto_shash_digestsize(s->hash));
	return crypto_shash_digestsize(s->hash);
}

static u32 hashed(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	u8 digest[HASH_MAX_DIGESTSIZE], hex[2 * HASH_MAX_DIGESTSIZE];
	u32 len = digest_of(s, pkt->data + at->off, at->len, digest);
	const u8 *bytes = digest;
	struct mapi_edit edit;
	u8 *p;

	if (s->field->kind == KIND_TEXT) {
		bin2hex(hex, digest, len);
		bytes = hex;
		len *= 2;
	}
	len = min(len, at->len);
	if (s->strip && !(s->field->kind & KIND_FIXED) &&
	    mapi_pkt_splice(pkt, at->off, at->len, bytes, len))
		return len;
	p = mapi_edit_begin(&edit, pkt, at->off, at->len);
	memcpy(p, bytes, len);
	memset(p + len, 0, at->len - len);
	mapi_edit_end(&edit, pkt);
	return at->len;
}

const struct how anonymize_hashed = {
	.name	= "HASHED",
	.kinds	= KIND_ANY,
	.parse	= parse,
	.init	= init,
	.change	= hashed,
};
