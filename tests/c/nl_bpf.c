// SPDX-License-Identifier: GPL-2.0
/*
 * nl_bpf DEVICE OTHER-END: classic BPF programs that pcap-filter(7) has no words
 * for. What a program names outside the packet is refused when it is applied,
 * and what it comes to at run time, through X, ends it: the packet does not
 * pass. What lies inside can be read, to the last byte.
 */
#include <linux/filter.h>
#include <time.h>
#include <unistd.h>
#include "frames.h"
#include "nl_filter.h"

#define FRAMES	8
#define LEN	3000	/* more than what is contiguous of a received frame */

static const struct {
	unsigned int mode;
	const char *name;
	unsigned int bytes;
} sizes[] = { { BPF_B, "byte", 1 }, { BPF_H, "half-word", 2 }, { BPF_W, "word", 4 } };

static const struct {
	uint32_t x, k;
} places[] = {
	{ 0, 0 }, { 14, 0 }, { 0, 58 }, { LEN - 4, 0 }, { LEN - 3, 0 },
	{ LEN - 2, 0 }, { LEN - 1, 0 }, { LEN, 0 }, { LEN, 4096 },
	{ 65535, 0 }, { 1 << 30, 0 }, { (1 << 30) + 64, 0 }, { INT32_MAX, 0 },
	{ INT32_MAX, INT32_MAX }, { INT32_MAX, 1 }, { 1U << 31, 0 },
	{ -1, 0 }, { -2, 0 }, { -4, 0 }, { -4, 4 }, { -4, 3 }, { -14, 0 },
	{ -2048, 0 }, { -65536, 0 }, { -(1 << 30), 0 }, { -(1 << 30), 64 },
	{ SKF_AD_OFF, 0 }, { SKF_AD_OFF, SKF_AD_CPU }, { SKF_AD_OFF, 40 },
	{ SKF_NET_OFF, 0 }, { SKF_NET_OFF, 20 }, { SKF_NET_OFF - 1, 0 },
	{ SKF_LL_OFF, 0 }, { SKF_LL_OFF, 14 }, { SKF_LL_OFF - 1, 0 },
};

/* What one program makes of the frames: how many pass. */
static uint64_t passed(const char *device, int sock, struct sock_filter *prog,
		       int n)
{
	int fd = nl_flow(device, NULL);
	struct filter_sum sum = { 0 };

	ktap_need(fd >= 0);
	ktap_need(!filter_apply(fd, prog, n).error);
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	frames_send(sock, FRAMES, LEN);
	for (int i = 0; i < 3000 && sum.in < FRAMES; i++) {
		sum = filter_sum_of(fd);
		if (sum.in < FRAMES)
			usleep(10000);
	}
	ktap_need(sum.in == FRAMES);
	close(fd);
	return sum.passed;
}

static void load(const char *device, int sock, uint32_t x, uint32_t k,
		 unsigned int size)
{
	struct sock_filter prog[] = {
		BPF_STMT(BPF_LDX | BPF_IMM, x),
		BPF_STMT(BPF_LD | BPF_IND | sizes[size].mode, k),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	uint64_t at = (uint32_t)(x + k);
	bool inside = at + sizes[size].bytes <= LEN;

	ktap_is(passed(device, sock, prog, 3), inside ? FRAMES : 0,
		"a %s at %#x + %#x is %s the packet", sizes[size].name, x, k,
		inside ? "in" : "not in");
}

static void named(const char *device, uint32_t k, unsigned int code)
{
	struct sock_filter prog[] = {
		BPF_STMT(code, k),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	int fd = nl_flow(device, NULL);
	struct nl_answer ans = filter_apply(fd, prog, 2);

	if (!ktap_ok(ans.error == EINVAL && ans.code == MAPI_ERR_FILTER &&
		     ans.arg == 1 && strstr(ans.text, "not part of the packet"),
		     "a load, code %#x, from %#x is refused", code, k))
		ktap_diag("errno %d, error %u, \"%s\"", ans.error, ans.code,
			  ans.text);
	close(fd);
}

/*
 * A filter that nothing can pass: alone, and beside another flow, which closes
 * first and leaves it alone. There is no field that it would compare.
 */
static void nothing(const char *device, int sock)
{
	struct sock_filter prog[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	int other = nl_flow(device, NULL), fd = nl_flow(device, NULL);

	ktap_is(passed(device, sock, prog, 1), 0, "nothing passes");
	ktap_need(!nl_apply(other, "PKT_COUNTER").error);
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, other).error);
	ktap_need(!filter_apply(fd, prog, 1).error);
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, fd).error);
	frames_send(sock, FRAMES, LEN);
	close(other);
	frames_send(sock, FRAMES, LEN);
	for (int i = 0; i < 3000 && filter_sum_of(fd).in < 2 * FRAMES; i++)
		usleep(10000);
	ktap_is(filter_sum_of(fd).in, 2 * FRAMES, "all come to it");
	ktap_is(filter_sum_of(fd).passed, 0, "and none beside another flow");
	close(fd);
}

int main(int argc, char **argv)
{
	static const uint32_t outside[] = {
		-1, -2048, SKF_AD_OFF, SKF_AD_OFF + SKF_AD_CPU, SKF_NET_OFF,
		SKF_LL_OFF, 1U << 31,
	};
	int sock;

	ktap_need(argc == 3);
	nl_open();
	sock = frames_open(argv[2]);
	for (unsigned int i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		named(argv[1], outside[i], BPF_LD | BPF_ABS | BPF_W);
		named(argv[1], outside[i], BPF_LD | BPF_IND | BPF_B);
		named(argv[1], outside[i], BPF_LDX | BPF_MSH | BPF_B);
	}
	for (unsigned int i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (unsigned int s = 0; s < 3; s++)
			load(argv[1], sock, places[i].x, places[i].k, s);
	nothing(argv[1], sock);
	return ktap_end();
}
