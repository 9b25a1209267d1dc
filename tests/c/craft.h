/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hostile packets that know what they are: headers of many kinds, one behind the
 * other, whose numbers are right, nearly right or wrong; cut off anywhere.
 */
#ifndef CRAFT_H
#define CRAFT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CRAFT_MAX	2048

static uint64_t craft_state;

static uint32_t craft_dice(uint32_t below)
{
	craft_state ^= craft_state << 13;
	craft_state ^= craft_state >> 7;
	craft_state ^= craft_state << 17;
	return (uint64_t)(uint32_t)(craft_state >> 16) * below >> 32;
}

static bool craft_chance(uint32_t percent)
{
	return craft_dice(100) < percent;
}

/**
 * struct craft - a packet that is being made
 * @at: bytes that it has
 */
struct craft {
	uint8_t p[CRAFT_MAX];
	uint32_t at;
};

static uint8_t *craft_add(struct craft *c, uint32_t len)
{
	uint8_t *p = c->p + c->at;

	if (len > CRAFT_MAX - 256 - c->at)
		len = 0;
	memset(p, 0, len);
	c->at += len;
	return p;
}

static void craft_put16(uint8_t *p, uint32_t val)
{
	p[0] = val >> 8;
	p[1] = val;
}

/* A length that is @right, or close to it, or anything. */
static uint32_t craft_len(uint32_t right)
{
	switch (craft_dice(12)) {
	case 0:
		return right + 1;
	case 1:
		return right - 1;
	case 2:
		return 0;
	case 3:
		return 65535;
	case 4:
		return craft_dice(65536);
	}
	return right;
}

static void craft_bytes(struct craft *c, uint32_t len)
{
	static const char *const words[] = { "needle", "GET / ", "\0\0\0\0\0\0" };
	uint8_t *p = craft_add(c, len);
	uint32_t n = c->p + c->at - p;

	/* There is room behind the packet for what is more than asked for. */
	for (uint32_t i = 0; i < n; i += 4)
		memcpy(p + i, &(uint32_t){ craft_dice(~0U) }, 4);
	if (n > 10 && craft_chance(30))
		memcpy(p + craft_dice(n - 6), words[craft_dice(3)], 6);
}

static void craft_network(struct craft *c, int depth);

static void craft_transport(struct craft *c, uint32_t proto, int depth)
{
	static const uint16_t ports[] = { 53, 80, 443, 1234, 4789, 0, 65535 };
	uint8_t *p;

	switch (proto) {
	case 6:
		p = craft_add(c, 20);
		craft_put16(p, ports[craft_dice(7)]);
		craft_put16(p + 2, ports[craft_dice(7)]);
		p[12] = craft_chance(80) ? 0x50 : craft_dice(256);
		p[13] = craft_dice(256);
		craft_bytes(c, craft_dice(60));
		break;
	case 17:
		p = craft_add(c, 8);
		craft_put16(p, ports[craft_dice(7)]);
		craft_put16(p + 2, ports[craft_dice(7)]);
		craft_put16(p + 4, craft_len(8));
		if (depth && craft_chance(20)) {	/* VXLAN */
			craft_put16(p + 2, 4789);
			craft_add(c, 8);
			craft_add(c, 12);
			craft_network(c, depth - 1);
		}
		craft_bytes(c, craft_dice(200));
		break;
	case 47:
		craft_add(c, 2);
		if (depth)
			craft_network(c, depth - 1);
		break;
	case 4:
	case 41:
		if (depth)
			craft_network(c, depth - 1);
		break;
	default:
		craft_bytes(c, craft_dice(40));
	}
}

static void craft_ipv4(struct craft *c, int depth)
{
	static const uint8_t protos[] = { 6, 17, 1, 47, 4, 41, 6, 17, 132, 0, 255 };
	uint32_t begin = c->at, proto = protos[craft_dice(sizeof(protos))];
	uint32_t options = craft_chance(20) ? craft_dice(11) * 4 : 0;
	uint8_t *p = craft_add(c, 20 + options);

	p[0] = craft_chance(95) ? 0x45 + options / 4 : craft_dice(256);
	p[1] = craft_dice(256);
	craft_put16(p + 4, craft_dice(65536));
	if (craft_chance(15))
		craft_put16(p + 6, craft_dice(65536));
	p[8] = craft_dice(256);
	p[9] = proto;
	p[12] = p[16] = 10;
	p[15] = craft_dice(8);
	p[19] = craft_dice(8);
	craft_transport(c, proto, depth);
	craft_put16(c->p + begin + 2, craft_len(c->at - begin));
}

static void craft_ipv6(struct craft *c, int depth)
{
	static const uint8_t nexts[] = { 6, 17, 58, 0, 43, 60, 51, 44, 44, 59, 41, 4, 50 };
	uint32_t begin = c->at, n = craft_dice(12), next;
	uint8_t *p = craft_add(c, 40), *where = p + 6;

	p[0] = craft_chance(95) ? 0x60 : craft_dice(256);
	p[7] = craft_dice(256);
	p[23] = craft_dice(8);
	p[39] = craft_dice(8);
	for (;;) {
		next = nexts[craft_dice(n ? sizeof(nexts) : 3)];
		*where = next;
		if (next == 44) {
			where = craft_add(c, 8);
			if (craft_chance(50))
				craft_put16(where + 2, craft_dice(65536));
		} else if (next == 0 || next == 43 || next == 60 || next == 51) {
			where = craft_add(c, 8);
			where[1] = craft_chance(80) ? 0 : craft_dice(256);
		} else {
			break;
		}
		if (n)
			n--;
	}
	craft_transport(c, next, depth);
	craft_put16(c->p + begin + 4, craft_len(c->at - begin - 40));
}

/* An ethertype, and what is behind it. */
static void craft_network(struct craft *c, int depth)
{
	static const uint16_t types[] = {
		0x0800, 0x0800, 0x86dd, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8848,
		0x0806, 0x88b5, 0x0026, 0x8864,
	};
	uint32_t type = types[craft_dice(12)];
	uint8_t *p;

	craft_put16(craft_add(c, 2), type);
	switch (type) {
	case 0x0800:
		craft_ipv4(c, depth);
		break;
	case 0x86dd:
		craft_ipv6(c, depth);
		break;
	case 0x8100:
	case 0x88a8:
		craft_put16(craft_add(c, 2), craft_dice(65536));
		craft_network(c, depth);
		break;
	case 0x8847:
	case 0x8848:
		do {
			p = craft_add(c, 4);
			p[2] = craft_chance(70) ? 1 : 0;
			p[3] = craft_dice(256);
		} while (!(p[2] & 1) && c->at < 400);
		if (craft_chance(50))
			craft_ipv4(c, depth);
		else
			craft_ipv6(c, depth);
		break;
	default:
		craft_bytes(c, craft_dice(60));
	}
}

/**
 * craft_packet - make one
 * @c: filled
 *
 * Return: the bytes that were captured: all, or fewer.
 */
__attribute__((unused))
static uint32_t craft_packet(struct craft *c)
{
	c->at = 0;
	if (craft_chance(3)) {
		craft_bytes(c, craft_dice(1500));
	} else {
		craft_bytes(c, 12);
		c->at = 12;
		craft_network(c, 3);
		if (craft_chance(10))
			craft_bytes(c, craft_dice(1400));
	}
	/* Now and then some bits are others. */
	for (int i = craft_chance(20) ? craft_dice(6) : 0; i && c->at; i--)
		c->p[craft_dice(c->at)] = craft_dice(256);
	return craft_chance(25) ? craft_dice(c->at + 1) : c->at;
}

#endif
