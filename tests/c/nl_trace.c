// SPDX-License-Identifier: GPL-2.0
/*
 * nl_trace DEVICE SEED: devices that user space feeds, by hand. Wrong requests and
 * wrong records are refused; and hostile ones, by the hundred thousand, leave the
 * counts right. DEVICE is one that cannot be fed.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "nl.h"

#define BATCH	(256 << 10)
#define ROUNDS	400
#define HEAD	sizeof(struct mapi_trace_rec)

static uint64_t state;

static uint32_t dice(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % below;
}

struct made {
	int fd;
	char name[MAPI_DEVNAME_MAX + 1];
};

static void on_device(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct made *made = arg;

	nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	made->fd = nla_get_s32(tb[MAPI_A_DEVICE_FD]);
	snprintf(made->name, sizeof(made->name), "%s",
		 nla_get_string(tb[MAPI_A_DEVICE_NAME]));
}

static struct nl_answer make(struct made *made, const char *source,
			     const char *name, uint32_t linktype)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_DEVICE_NEW, 0);

	if (source)
		nla_put_string(msg, MAPI_A_DEVICE_SOURCE, source);
	if (name)
		nla_put_string(msg, MAPI_A_DEVICE_NAME, name);
	nla_put_u32(msg, MAPI_A_DEVICE_LINKTYPE, linktype);
	return nl_ask(msg, on_device, made);
}

static void refused(const char *source, const char *name, uint32_t linktype,
		    int error, const char *word)
{
	struct made made = { -1 };
	struct nl_answer ans = make(&made, source, name, linktype);

	if (!ktap_ok(ans.error == error && ans.code == MAPI_ERR_NO_DEVICE &&
		     strstr(ans.text, word) && made.fd < 0,
		     "%s, \"%.20s\", %u: %s", source, name, linktype, word))
		ktap_diag("errno %d, error %u, \"%s\"", ans.error, ans.code,
			  ans.text);
}

static void requests(void)
{
	refused(NULL, "x", 1, EINVAL, "are wanted");
	refused("trace", NULL, 1, EINVAL, "are wanted");
	refused("nic", "x", 1, EOPNOTSUPP, "cannot be made");
	refused("nothing", "x", 1, ENOENT, "nothing");
	refused("../nothing", "x", 1, EINVAL, "not the name");
	refused("trace", "", 1, EINVAL, "not the name");
	refused("trace", "a/b", 1, EINVAL, "not the name");
	refused("trace", "a b", 1, EINVAL, "not the name");
	refused("trace", "\x80", 1, EINVAL, "not the name");
	refused("trace", "x", 65536, EINVAL, "65536");
}

/* A record of @len bytes with these numbers. Return: what write() says. */
static int put(int fd, uint64_t ts, uint32_t len, uint32_t rec_len,
	       uint32_t caplen, uint32_t wlen, uint32_t flags)
{
	static uint8_t buf[BATCH];
	struct mapi_trace_rec rec = { ts, rec_len, caplen, wlen, flags };
	ssize_t ret;

	memcpy(buf, &rec, sizeof(rec));
	ret = write(fd, buf, len);
	return ret < 0 ? -errno : ret;
}

static uint64_t count_of(int flow)
{
	static const size_t page = 4096;
	const struct mapi_result_hdr *hdr;
	const struct mapi_result_desc *desc;
	const struct mapi_node_slot *node;
	const struct mapi_node_count *shared;
	uint64_t sum = 0;
	size_t len;
	uint8_t *map;

	map = mmap(NULL, page, PROT_READ, MAP_SHARED, flow, 0);
	ktap_need(map != MAP_FAILED);
	hdr = (void *)map;
	len = hdr->block_off + (size_t)hdr->block_stride * (hdr->nr_cpus + 1);
	munmap(map, page);
	len = (len + 2 * page - 1) / page * page;
	map = mmap(NULL, len, PROT_READ, MAP_SHARED, flow, 0);
	ktap_need(map != MAP_FAILED);
	hdr = (void *)map;
	desc = (void *)(map + hdr->hdr_len);
	for (uint32_t cpu = 0; cpu < hdr->nr_cpus; cpu++) {
		node = (void *)(map + hdr->block_off +
				(size_t)cpu * hdr->block_stride +
				desc->node * hdr->node_len);
		sum += node->own.pkts;
		if (node->at && node->at + sizeof(*shared) <= len) {
			shared = (void *)(map + node->at);
			sum += shared->pkts - node->base.pkts;
		}
	}
	munmap(map, len);
	return sum;
}

static void records(void)
{
	struct made made = { -1 };
	int flow;

	ktap_is(make(&made, "trace", "a.pcap", 1).error, 0, "a device is made");
	ktap_ok(!strncmp(made.name, "a.pcap@", 7), "... with the begin of its name");
	ktap_ok(fcntl(made.fd, F_GETFD) & FD_CLOEXEC, "... close-on-exec");
	flow = nl_flow(made.name, NULL);
	ktap_ok(flow >= 0, "a flow is made on it");
	nl_apply(flow, "PKT_COUNTER");
	ktap_is(nl_about(MAPI_CMD_FLOW_CONNECT, flow).error, 0, "... and connected");

	ktap_is(put(made.fd, 0, HEAD, HEAD, 0, 0, 0), HEAD, "no bytes are a packet");
	ktap_is(put(made.fd, 0, HEAD - 1, HEAD, 0, 0, 0), -EINVAL, "part of a record");
	ktap_is(put(made.fd, 0, HEAD, HEAD + 8, 0, 0, 0), -EINVAL, "longer than what is there");
	ktap_is(put(made.fd, 0, HEAD + 8, HEAD + 4, 0, 0, 0), -EINVAL, "not a multiple of 8");
	ktap_is(put(made.fd, 0, HEAD, HEAD - 8, 0, 0, 0), -EINVAL, "too short");
	ktap_is(put(made.fd, 0, HEAD, 0, 0, 0, 0), -EINVAL, "of no length");
	ktap_is(put(made.fd, 0, HEAD + 8, HEAD + 8, 9, 9, 0), -EINVAL, "less than captured");
	ktap_is(put(made.fd, 0, HEAD + 8, HEAD + 8, ~0U, ~0U, 0), -EINVAL, "captured without end");
	ktap_is(put(made.fd, 0, HEAD + 8, HEAD + 8, 8, 7, 0), -EINVAL, "more than on the wire");
	ktap_is(put(made.fd, 0, 80000, 80000, MAPI_CAPLEN_MAX + 1, 70000, 0), -EINVAL,
		"captured too much");
	ktap_is(put(made.fd, 0, 80000, 80000, MAPI_CAPLEN_MAX, 70000, 0), 80000,
		"as much as can be captured");
	ktap_is(put(made.fd, 4294967296000000000ULL, HEAD, HEAD, 0, 0, 0), -EINVAL,
		"after the end of times");
	ktap_is(put(made.fd, 0, HEAD, HEAD, 0, 0, 8), -EINVAL, "unknown flags");
	ktap_is(put(made.fd, 0, HEAD, HEAD, 0, 0, 0x800), -EINVAL, "of an eighth port");
	ktap_is(put(made.fd, 0, HEAD + 1, HEAD, 0, 0, 0), HEAD, "one and a bit");
	ktap_is(syscall(SYS_write, made.fd, 8UL, HEAD), -1, "bytes that are none");
	ktap_is(write(made.fd, "", 0), 0, "nothing");
	ktap_is(count_of(flow), 3, "what was taken counts");

	ktap_is(put(made.fd, 0, HEAD, HEAD, 0, 0, MAPI_TRACE_F_END), HEAD, "the end");
	ktap_is(put(made.fd, 0, HEAD, HEAD, 0, 0, 0), -ESHUTDOWN, "nothing is behind it");
	close(made.fd);
	close(flow);
}

/* Good records and bad ones, of any bytes, in writes of any length. */
static uint32_t some(uint8_t *buf)
{
	struct mapi_trace_rec rec;
	uint32_t at = 0;

	while (at < BATCH - 4096 && dice(200)) {
		uint32_t caplen = dice(4) ? dice(100) : dice(1600);

		rec.ts = dice(2) ? dice(~0U) * 1000000000ULL : dice(~0U);
		rec.len = (HEAD + caplen + 7 + dice(2) * 8) & ~7U;
		rec.caplen = caplen;
		rec.wlen = caplen + dice(3) * dice(70000);
		rec.flags = dice(2);
		for (uint32_t i = 0; i < caplen; i++)
			buf[at + HEAD + i] = dice(256);
		/* Often enough what the dissector knows. */
		if (caplen > 40 && dice(4)) {
			static const uint8_t types[][2] = {
				{ 8, 0 }, { 0x86, 0xdd }, { 0x81, 0 }, { 0x88, 0x47 },
				{ 8, 6 }, { 0x88, 0xa8 },
			};
			memcpy(buf + at + HEAD + 12, types[dice(6)], 2);
			buf[at + HEAD + 14] = dice(2) ? 0x45 : 0x60 | dice(16);
		}
		if (!dice(2000))
			((uint32_t *)&rec.len)[dice(4)] = dice(3) ? dice(70000) : ~0U;
		if (rec.flags & (MAPI_TRACE_F_END | MAPI_TRACE_F_BROKEN))
			rec.flags = 0;
		memcpy(buf + at, &rec, sizeof(rec));
		at += rec.len < 4096 && rec.len >= HEAD ? rec.len : HEAD;
	}
	return at;
}

/* By the rules of struct mapi_trace_rec: the records that write() has taken. */
static uint64_t taken(const uint8_t *buf, uint32_t len)
{
	struct mapi_trace_rec rec;
	uint64_t nr = 0;

	for (uint32_t at = 0; at < len; at += rec.len, nr++)
		memcpy(&rec, buf + at, sizeof(rec));
	return nr;
}

static bool is_record(const uint8_t *buf, uint32_t left)
{
	struct mapi_trace_rec rec;

	if (left < sizeof(rec))
		return false;
	memcpy(&rec, buf, sizeof(rec));
	return rec.len <= left && !(rec.len % 8) && rec.len >= HEAD &&
	       rec.caplen <= rec.len - HEAD && rec.caplen <= MAPI_CAPLEN_MAX &&
	       rec.wlen >= rec.caplen && rec.ts < 4294967296000000000ULL &&
	       !(rec.flags & ~0x707U);
}

static void hostile(void)
{
	static uint8_t buf[BATCH];
	static const char *const functions[] = {
		"PKT_COUNTER", "BYTE_COUNTER", "GAP", "JITTER",
	};
	uint64_t wanted = 0, bad = 0, wrong = 0;
	struct made made = { -1 };
	int flow;

	make(&made, "trace", "hostile", 1);
	flow = nl_flow(made.name, NULL);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		ktap_need(!nl_apply(flow, functions[i]).error);
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, flow).error);
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t len = some(buf), at = 0;
		ssize_t ret;

		if (!dice(3))
			len -= dice(len + 1);
		do {
			ret = write(made.fd, buf + at, len - at);
			if (ret > 0) {
				wanted += taken(buf + at, ret);
				at += ret;
			}
		} while (ret > 0 && at < len);
		if (at == len)
			continue;
		bad++;
		wrong += ret >= 0 || errno != EINVAL || is_record(buf + at, len - at);
	}
	ktap_is(wrong, 0, "records are refused that are none, and no others");
	ktap_ok(bad > ROUNDS / 20, "... of which there were some");
	ktap_is(count_of(flow), wanted, "what was taken counts");
	ktap_ok(wanted > 20000, "... which was much");
	ktap_diag("%llu records, %llu writes with bad ones",
		  (unsigned long long)wanted, (unsigned long long)bad);
	close(flow);
	close(made.fd);
}

/* Two processes on one device, and it goes while they write. */
static void at_once(void)
{
	struct made made = { -1 };
	uint64_t wanted = 0;
	int flow, status;
	pid_t pid;

	make(&made, "trace", "at.once", 1);
	flow = nl_flow(made.name, NULL);
	nl_apply(flow, "PKT_COUNTER");
	ktap_need(!nl_about(MAPI_CMD_FLOW_CONNECT, flow).error);
	pid = fork();
	ktap_need(pid >= 0);
	for (int i = 0; i < 20000; i++)
		wanted += put(made.fd, i, HEAD + 64, HEAD + 64, 60, 60, 0) > 0;
	if (!pid)
		_exit(wanted != 20000);
	ktap_need(waitpid(pid, &status, 0) == pid);
	ktap_ok(WIFEXITED(status) && !WEXITSTATUS(status) && wanted == 20000,
		"two write at the same time");
	ktap_is(count_of(flow), 2 * wanted, "... and all counts");
	close(made.fd);
	close(flow);
}

/* It is its maker's. */
static void not_for_others(void)
{
	struct made made = { -1 };
	struct nl_msg *msg;
	int status;
	pid_t pid;

	make(&made, "trace", "mine", 1);
	pid = fork();
	ktap_need(pid >= 0);
	if (!pid) {
		bool seen;

		if (setresuid(12345, 12345, 12345))
			_exit(2);
		nl_open();
		msg = nl_new(MAPI_CMD_DEVICE_GET, 0);
		nla_put_string(msg, MAPI_A_DEVICE_NAME, made.name);
		seen = nl_ask(msg, NULL, NULL).error != ENODEV;
		_exit(seen);
	}
	ktap_need(waitpid(pid, &status, 0) == pid);
	ktap_ok(WIFEXITED(status) && !WEXITSTATUS(status), "others do not find it");
	close(made.fd);
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	state = strtoull(argv[2], NULL, 10) * 2654435761ULL + 88172645463325252ULL;
	nl_open();
	requests();
	records();
	hostile();
	at_once();
	not_for_others();
	ktap_ok(nl_flow(argv[1], NULL) >= 0, "interfaces are found beside traces");
	return ktap_end();
}
