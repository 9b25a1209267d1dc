// SPDX-License-Identifier: GPL-2.0
/*
 * Prefix-preserving anonymisation of addresses as in Crypto-PAn (Xu, Fan, Ammar and
 * Moon, "Prefix-Preserving IP Address Anonymization", ICNP 2002): two addresses that
 * have their first n bits in common, and no more, still do, and whoever does not know
 * the key learns nothing else from them.
 *
 * Bit n of an address is inverted if the first bit of what AES makes of the n bits in
 * front of it is set, padded with bits of what it makes of the second half of the key.
 * For IPv6 it is the same with 128 bits, as others do it.
 *
 * That is an encryption for each bit. But the addresses in packets are mostly the same
 * again, so each CPU remembers some.
 */
#include <crypto/aes.h>
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <mapi/func.h>
#include <mapi/pan.h>

#define IPV4_BITS	9	/* of how many are remembered, 2^n */
#define IPV6_BITS	7

/* An IPv6 address and what it becomes; both are zero if it is none. */
struct pair {
	u8 from[16];
	u8 to[16];
};

/**
 * struct memory - of a CPU
 * @ipv4: addresses, in the first half, and what they become; 0: none
 * @ipv6: the same
 */
struct memory {
	u64 ipv4[1 << IPV4_BITS];
	struct pair ipv6[1 << IPV6_BITS];
};

/**
 * struct mapi_pan - a key, and what it has made of addresses
 * @aes: its first half
 * @pad: of its second half
 * @memory: of each CPU
 */
struct mapi_pan {
	struct crypto_aes_ctx aes;
	u8 pad[AES_BLOCK_SIZE];
	struct memory __percpu *memory;
};

static size_t memory_size(void)
{
	return sizeof(struct mapi_pan) + nr_cpu_ids * sizeof(struct memory);
}

/**
 * mapi_pan_new - begin with a key
 * @inst: the function, which is charged for it
 * @key: %MAPI_PAN_KEY_LEN bytes
 *
 * Context: init(). Return: for mapi_pan_free(), or an ERR_PTR().
 */
struct mapi_pan *mapi_pan_new(struct mapi_inst *inst, const u8 *key)
{
	int ret = mapi_inst_charge(inst, memory_size());
	struct mapi_pan *pan;

	if (ret)
		return ERR_PTR(ret);
	pan = kzalloc(sizeof(*pan), GFP_KERNEL_ACCOUNT);
	if (pan)
		pan->memory = alloc_percpu_gfp(struct memory, GFP_KERNEL_ACCOUNT);
	if (!pan || !pan->memory) {
		kfree(pan);
		mapi_inst_uncharge(inst, memory_size());
		return ERR_PTR(-ENOMEM);
	}
	aes_expandkey(&pan->aes, key, AES_KEYSIZE_128);
	aes_encrypt(&pan->aes, pan->pad, key + AES_KEYSIZE_128);
	return pan;
}
EXPORT_SYMBOL_GPL(mapi_pan_new);

/* mapi_pan_free - %NULL is nothing; in cleanup() */
void mapi_pan_free(struct mapi_pan *pan, struct mapi_inst *inst)
{
	if (!pan)
		return;
	free_percpu(pan->memory);
	kfree_sensitive(pan);
	mapi_inst_uncharge(inst, memory_size());
}
EXPORT_SYMBOL_GPL(mapi_pan_free);

static void compute(const struct mapi_pan *pan, const u8 *addr, u8 *to, u32 bytes)
{
	u8 in[AES_BLOCK_SIZE], out[AES_BLOCK_SIZE], flip = 0;
	u32 bit;

	memcpy(in, pan->pad, sizeof(in));
	for (bit = 0; bit < 8 * bytes; bit++) {
		u32 byte = bit / 8, mask = 0xff00 >> bit % 8 & 0xff;

		in[byte] = (addr[byte] & mask) | (pan->pad[byte] & ~mask);
		aes_encrypt(&pan->aes, out, in);
		flip = flip << 1 | out[0] >> 7;
		if (bit % 8 < 7)
			continue;
		in[byte] = addr[byte];
		to[byte] = addr[byte] ^ flip;
	}
}

/**
 * mapi_pan_ipv4 - anonymise an IPv4 address
 * @pan: with this key
 * @addr: the address, 4 bytes
 * @to: what it becomes; may be @addr
 *
 * Context: process().
 */
void mapi_pan_ipv4(struct mapi_pan *pan, const u8 *addr, u8 *to)
{
	u32 a = get_unaligned_be32(addr);
	u64 *known = &this_cpu_ptr(pan->memory)->ipv4[hash_32(a, IPV4_BITS)];

	if (!*known || *known >> 32 != a) {
		compute(pan, addr, to, 4);
		*known = (u64)a << 32 | get_unaligned_be32(to);
	}
	put_unaligned_be32(*known, to);
}
EXPORT_SYMBOL_GPL(mapi_pan_ipv4);

/**
 * mapi_pan_ipv6 - anonymise an IPv6 address
 * @pan: with this key
 * @addr: the address, 16 bytes
 * @to: what it becomes; may be @addr
 *
 * Context: process().
 */
void mapi_pan_ipv6(struct mapi_pan *pan, const u8 *addr, u8 *to)
{
	u32 n = jhash(addr, 16, 0) >> (32 - IPV6_BITS);
	struct pair *known = &this_cpu_ptr(pan->memory)->ipv6[n];

	if (memcmp(known->from, addr, 16) || !memchr_inv(known->to, 0, 16)) {
		memcpy(known->from, addr, 16);
		compute(pan, known->from, known->to, 16);
	}
	memcpy(to, known->to, 16);
}
EXPORT_SYMBOL_GPL(mapi_pan_ipv6);
