// SPDX-License-Identifier: GPL-2.0
/*
 * nl_fuzz DEVICE OTHER-END MESSAGES SEED FILE: random requests, half of them
 * spoilt, while packets arrive. All is as the seed has it but for the traffic.
 * The kernel must live, and must refuse many and grant many. FILE is written.
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include "fuzz_mutate.h"
#include "frames.h"
#include "nl.h"

static unsigned int granted, refused, silent, dumps;
static unsigned int refusals[4096];	/* by errno */
static int next_slot;

static void forget(int slot)
{
	if (fuzz_fds[slot] >= 0)
		close(fuzz_fds[slot]);
	fuzz_fds[slot] = -1;
}

static void note_flow(const struct nlattr *attr, int len)
{
	int fd = -1;
	uint32_t id = 0;

	for (; nla_ok(attr, len); attr = nla_next(attr, &len)) {
		if (nla_type(attr) == MAPI_A_FLOW_FD)
			fd = nla_get_s32(attr);
		else if (nla_type(attr) == MAPI_A_FLOW_ID)
			id = nla_get_u32(attr);
	}
	if (fd < 0)
		return;
	next_slot = (next_slot + 1) % FUZZ_FLOWS;
	forget(next_slot);
	fuzz_fds[next_slot] = fd;
	fuzz_ids[next_slot] = id;
}

static void on_answer(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = nlmsg_data(nlh);
	const struct genlmsghdr *genl = nlmsg_data(nlh);

	if (nlh->nlmsg_type == NLMSG_DONE) {
		dumps++;
	} else if (nlh->nlmsg_type != NLMSG_ERROR) {
		if (genl->cmd == MAPI_CMD_DEVICE_NEW)
			close(nl_fd_of_device((void *)nlh));
		if (genl->cmd == MAPI_CMD_FLOW_NEW ||
		    genl->cmd == MAPI_CMD_FLOW_OPEN)
			note_flow((const void *)(genl + 1),
				  nlmsg_datalen(nlh) - GENL_HDRLEN);
	} else if (err->error) {
		refused++;
		refusals[-err->error & 4095]++;
	} else {
		granted++;
	}
}

/* The kernel has answered when send() returns; a dump goes on as it is read. */
static void answers(int sock)
{
	static uint8_t buf[1 << 18];
	unsigned int before = granted + refused + dumps;
	int len;

	while ((len = recv(sock, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *nlh = (void *)buf;

		for (; nlmsg_ok(nlh, len); nlh = nlmsg_next((void *)nlh, &len))
			on_answer(nlh);
	}
	silent += granted + refused + dumps == before;
}

static void post(int sock)
{
	if (send(sock, fuzz.bytes, fuzz.len, 0) < 0 && errno != EMSGSIZE &&
	    errno != EINVAL)
		ktap_need(errno == ENOBUFS);
	answers(sock);
}

/* What random requests did to the limits is undone now and then. */
static void restore_limits(int sock)
{
	fuzz_begin(nl_family, MAPI_CMD_LIMIT_SET);
	fuzz_u32(MAPI_A_LIMIT_FLOWS, 100);
	fuzz_u64(MAPI_A_LIMIT_MEMORY, 64 << 20);
	fuzz.nlh.nlmsg_len = fuzz.len;
	post(sock);
	fuzz_begin(nl_family, MAPI_CMD_LIMIT_SET);
	fuzz_u32(MAPI_A_LIMIT_UID, 0);
	fuzz_put(MAPI_A_LIMIT_RESET, "", 0);
	fuzz.nlh.nlmsg_len = fuzz.len;
	post(sock);
}

static void message(int sock)
{
	fuzz_make(nl_family);
	if (fuzz_chance(50))
		fuzz_mutate();
	post(sock);
	if (fuzz_chance(3))
		forget(fuzz_random(FUZZ_FLOWS));
}

static volatile bool stop;

static void *traffic(void *device)
{
	int sock = frames_open(device);

	for (unsigned int i = 0; !stop; i++) {
		frames_send(sock, 2, 14 + i * 97 % 1400);
		usleep(2000);
	}
	return NULL;
}

static void on_flow(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[MAPI_A_FLOW_MAX + 1];

	nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	*(uint32_t *)arg = nla_get_u32(tb[MAPI_A_FLOW_ID]);
}

/* What devices begin with. */
static uint32_t default_shadow(void)
{
	FILE *file = fopen("/sys/module/mapi/parameters/shadow", "r");
	uint32_t every;

	ktap_need(file && fscanf(file, "%u", &every) == 1);
	fclose(file);
	return every;
}

/* A device that is set to something stays, and with it the module. */
static void restore_device(const char *device)
{
	struct nl_msg *msg = nl_new(MAPI_CMD_DEVICE_SET, 0);

	nla_put_string(msg, MAPI_A_DEVICE_NAME, device);
	nla_put_u32(msg, MAPI_A_DEVICE_MODE, MAPI_MODE_TAP);
	nla_put_u32(msg, MAPI_A_DEVICE_TSTAMP, MAPI_TSTAMP_SOFTWARE);
	nla_put_u32(msg, MAPI_A_DEVICE_SHADOW, default_shadow());
	ktap_is(nl_ask(msg, NULL, NULL).error, 0, "%s can be set", device);
}

/* Persistent flows must be told to go. */
static void delete_all(void)
{
	struct nl_msg *msg;
	uint32_t id;

	for (int i = 0; i < FUZZ_FLOWS; i++)
		forget(i);
	do {
		id = 0;
		nl_ask(nl_new(MAPI_CMD_FLOW_GET, NLM_F_DUMP), on_flow, &id);
		msg = nl_new(MAPI_CMD_FLOW_DEL, 0);
		nla_put_u32(msg, MAPI_A_FLOW_ID, id);
		nl_ask(msg, NULL, NULL);
	} while (id);
}

static void report(unsigned int nr)
{
	ktap_diag("%u messages: %u granted, %u refused, %u dumps, %u without answer",
		  nr, granted, refused, dumps, silent);
	for (int i = 0; i < 4096; i++)
		if (refusals[i])
			ktap_diag("%7u %s", refusals[i], strerror(i));
	ktap_ok(refused > nr / 4, "many were refused");
	ktap_ok(granted > nr / 8, "many were granted");
}

int main(int argc, char **argv)
{
	unsigned int nr;
	pthread_t thread;
	int sock, keep;

	ktap_need(argc == 6);
	fuzz_device = argv[1];
	nr = atoi(argv[3]);
	fuzz_state = 0x9e3779b97f4a7c15ULL ^ strtoull(argv[4], NULL, 0);
	fuzz_file = open(argv[5], O_RDWR | O_CREAT | O_TRUNC, 0600);
	fuzz_null = open("/dev/null", O_RDWR);
	fuzz_closed = 900;
	ktap_need(fuzz_file > 0 && fuzz_null > 0);
	memset(fuzz_fds, -1, sizeof(fuzz_fds));
	nl_open();
	nl_socket_set_buffer_size(nl_sock, 4 << 20, 1 << 20);
	sock = nl_socket_get_fd(nl_sock);

	/* As long as one flow runs, the device does not come and go. */
	keep = nl_flow(fuzz_device, NULL);
	ktap_need(keep >= 0 && !nl_about(MAPI_CMD_FLOW_CONNECT, keep).error);
	ktap_need(!pthread_create(&thread, NULL, traffic, argv[2]));
	for (unsigned int i = 0; i < nr; i++) {
		if (i % 256 == 0)
			restore_limits(sock);
		message(sock);
	}
	stop = true;
	pthread_join(thread, NULL);
	answers(sock);
	report(nr);
	ktap_is(nl_ask(nl_new(MAPI_CMD_LIMIT_GET, 0), NULL, NULL).error, 0,
		"the family still answers");
	ktap_is(nl_apply(nl_flow(fuzz_device, NULL), "PKT_COUNTER").error, 0,
		"and makes flows");
	restore_device(fuzz_device);
	restore_device(argv[2]);	/* a bit from the other */
	restore_device("lo");
	delete_all();
	return ktap_end();
}
