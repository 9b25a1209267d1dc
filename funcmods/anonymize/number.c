// SPDX-License-Identifier: GPL-2.0
/*
 * MAP and MAP_DISTRIBUTION: each value becomes another, which is the same each time.
 */
#include <linux/math.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "anonymize.h"

#define ROUNDS	8

static u64 load(const u8 *p, u32 len)
{
	u64 value = 0;

	while (len--)
		value = value << 8 | *p++;
	return value;
}

static void store(u8 *p, u32 len, u64 value)
{
	while (len--) {
		p[len] = value;
		value >>= 8;
	}
}

/*
 * A Feistel network: whatever the key, no two values become the same. Half of the value
 * has @bits.
 */
static void permute(const struct spec *s, u64 *left, u64 *right, u32 bits)
{
	u64 mask = GENMASK_ULL(bits - 1, 0), next;
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		next = (*left ^ siphash_2u64(*right, i, &s->key)) & mask;
		*left = *right;
		*right = next;
	}
}

static u32 map(const struct spec *s, struct mapi_pkt *pkt, const struct place *at)
{
	u32 bits = at->len * 4;
	const u8 *p = pkt->data + at->off;
	u64 left, right, both;
	u8 to[16];

	if (at->len == sizeof(to)) {
		left = load(p, 8);
		right = load(p + 8, 8);
		permute(s, &left, &right, bits);
		store(to, 8, left);
		store(to + 8, 8, right);
	} else {
		both = load(p, at->len);
		left = both >> bits;
		right = both & GENMASK_ULL(bits - 1, 0);
		permute(s, &left, &right, bits);
		store(to, at->len, left << bits | right);
	}
	mapi_pkt_put(pkt, at->off, to, at->len);
	return at->len;
}

/* With a mean of 0, and a standard deviation of about 65536. */
static s64 gaussian(const struct spec *s, u64 value)
{
	s64 sum = 0;
	u64 random;
	u32 i;

	/* Twelve numbers that have each a variance of 1/12. */
	for (i = 0; i < 12; i++) {
		if (i % 4 == 0)
			random = siphash_2u64(value, i, &s->key);
		sum += random & 0xffff;
		random >>= 16;
	}
	return sum - 12 * 0x8000 + 6;
}

static u32 map_distribution(const struct spec *s, struct mapi_pkt *pkt,
			    const struct place *at)
{
	u64 value = load(pkt->data + at->off, at->len);
	s64 most = GENMASK_ULL(at->len * 8 - 1, 0), to;
	u8 bytes[4];

	if (s->gaussian)
		to = s->median + ((s64)s->spread * gaussian(s, value) >> 16);
	else
		to = s->median - s->spread +
		     siphash_1u64(value, &s->key) % (2 * s->spread + 1);
	store(bytes, at->len, clamp_t(s64, to, 0, most));
	mapi_pkt_put(pkt, at->off, bytes, at->len);
	return at->len;
}

static int parse_distribution(struct mapi_inst *inst, char *rest)
{
	struct spec *s = inst->priv;
	const char *type = strsep(&rest, ",");
	const char *median = strsep(&rest, ","), *deviation = strsep(&rest, ",");
	u32 m, d;

	if (!type || (strcmp(type, "UNIFORM") && strcmp(type, "GAUSSIAN")))
		return anonymize_refuse(inst, 4, "the distribution is UNIFORM or GAUSSIAN");
	if (!deviation || rest || kstrtou32(median, 0, &m) ||
	    kstrtou32(deviation, 0, &d))
		return anonymize_refuse(inst, 4, "a distribution has a median and a standard deviation");
	s->gaussian = !strcmp(type, "GAUSSIAN");
	s->median = m;
	/* As far as values with this deviation are on either side. */
	s->spread = s->gaussian ? d : int_sqrt64(3 * (u64)d * d);
	return 0;
}

const struct how anonymize_map = {
	.name	= "MAP",
	.kinds	= KIND_NUMBER | KIND_ADDR,
	.keyed	= true,
	.change	= map,
};

const struct how anonymize_map_distribution = {
	.name	= "MAP_DISTRIBUTION",
	.kinds	= KIND_NUMBER,
	.keyed	= true,
	.parse	= parse_distribution,
	.change	= map_distribution,
};
