// SPDX-License-Identifier: MIT
/* TOP's client half: the kernel counts, here is sorted. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "mapi/extraflib.h"

#define ARG_X		0
#define ARG_SORTBY	3
#define X_MAX		1000

/* The kernel's result: words in front, and those of each value. */
#define HEAD		4
#define KEY_USED	(1ULL << 63)

struct value {
	uint64_t key;
	uint64_t addr[2];
	uint64_t pkts;
	uint64_t bytes;
};

static int by_value(const void *left, const void *right)
{
	return memcmp(left, right, offsetof(struct value, pkts));
}

static int down(uint64_t l, uint64_t r)
{
	return l < r ? 1 : l > r ? -1 : 0;
}

static int by_packets(const void *left, const void *right)
{
	const struct value *l = left, *r = right;
	int ret = down(l->pkts, r->pkts);

	return ret ? ret : down(r->key, l->key);
}

static int by_bytes(const void *left, const void *right)
{
	const struct value *l = left, *r = right;
	int ret = down(l->bytes, r->bytes);

	return ret ? ret : down(r->key, l->key);
}

/* Two CPUs may have made two of one value. Return: how many are left. */
static size_t unite(struct value *v, size_t nr)
{
	size_t to = 0;

	qsort(v, nr, sizeof(*v), by_value);
	for (size_t i = 0; i < nr; i++) {
		if (!(v[i].key & KEY_USED) || !v[i].pkts)
			continue;
		if (to && !by_value(&v[to - 1], &v[i])) {
			v[to - 1].pkts += v[i].pkts;
			v[to - 1].bytes += v[i].bytes;
		} else {
			v[to++] = v[i];
		}
	}
	return to;
}

static void tell(const struct value *v, char *to)
{
	topx_result r;

	_Static_assert(sizeof(r) == 48, "as in MAPI");
	memset(&r, 0, sizeof(r));
	r.value = v->key;
	r.family = v->key >> 32;
	memcpy(r.addr6, v->addr, sizeof(r.addr6));
	r.count = v->pkts > UINT32_MAX ? UINT32_MAX : v->pkts;
	r.bytecount = v->bytes;
	memcpy(to, &r, sizeof(r));
}

static void get_result(const struct mapi_given *given, const void *kernel,
		       size_t len, void *result)
{
	size_t nr = len > HEAD * 8 ? (len - HEAD * 8) / sizeof(struct value) : 0;
	size_t x = given->args[ARG_X].num;
	struct value *values = malloc(nr * sizeof(*values) + 1);
	uint32_t n = 0;
	char *to = result;

	if (x > X_MAX)
		x = X_MAX;
	memset(to, 0, sizeof(n) + X_MAX * sizeof(topx_result) + HEAD * 8);
	if (values && nr) {
		memcpy(values, (const char *)kernel + HEAD * 8, nr * sizeof(*values));
		nr = unite(values, nr);
		qsort(values, nr, sizeof(*values),
		      given->args[ARG_SORTBY].num == SORT_BY_BYTES ? by_bytes :
								     by_packets);
		n = nr < x ? nr : x;
		memcpy(to + sizeof(n) + x * sizeof(topx_result), kernel, HEAD * 8);
	}
	memcpy(to, &n, sizeof(n));
	for (uint32_t i = 0; i < n; i++)
		tell(&values[i], to + sizeof(n) + i * sizeof(topx_result));
	free(values);
}

const struct mapi_client mapi_client_top = {
	.name = "TOP",
	.result_size = sizeof(uint32_t) + X_MAX * sizeof(topx_result) + HEAD * 8,
	.asks = true,
	.get_result = get_result,
};
