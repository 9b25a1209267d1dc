// SPDX-License-Identifier: GPL-2.0
/*
 * pass_flow DEVICE OTHER-END: a flow's descriptor, passed through a Unix socket
 * to a process of another user without any rights, is the flow.
 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

static void send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { .iov_base = "f", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	ktap_need(sendmsg(sock, &msg, 0) == 1);
}

static int receive_fd(int sock)
{
	int fd = -1;
	char control[CMSG_SPACE(sizeof(fd))], byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	ktap_need(recvmsg(sock, &msg, 0) == 1);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* One step each, in turns: a byte tells the other to go on. */
static void go(int sock)
{
	ktap_need(write(sock, "", 1) == 1);
}

static void wait_for(int sock)
{
	char byte;

	ktap_need(read(sock, &byte, 1) == 1);
}

static unsigned long long count(int fd, int fid)
{
	unsigned long long val = 0;

	mapi_read_results(fd, fid, &val);
	return val;
}

static int packets(int fd, int fid)
{
	int nr = 0;

	while (mapi_get_next_pkt(fd, fid))
		nr++;
	return nr;
}

static void drop_rights(void)
{
	ktap_need(!setgroups(0, NULL) && !setgid(65534) && !setuid(65534));
}

/* The process that has no rights. */
static int receiver(int sock, const char *device)
{
	mapi_flow_info_t info;
	int connected, fresh, code;

	drop_rights();
	ktap_ok(mapi_create_flow(device) == -1, "the receiver has no rights");
	connected = receive_fd(sock);
	fresh = receive_fd(sock);

	ktap_is(count(connected, 1), 3, "it reads the results");
	ktap_is(packets(connected, 2), 3, "it reads the packets");
	ktap_ok(!mapi_get_flow_info(connected, &info) && info.uid == 0 &&
		info.num_functions == 2 && info.fd == connected,
		"it is told about the flow, which still is its owner's");
	ktap_is(mapi_reset(connected, 1), 0, "it resets a result");
	ktap_is(count(connected, 1), 0, "which then is zero");
	ktap_is(mapi_apply_function(fresh, PKT_COUNTER), 2,
		"it applies a function to the flow that is not connected");
	ktap_is(mapi_connect(fresh), 0, "it connects it");
	go(sock);

	/* The maker has closed both, and sent two more. */
	wait_for(sock);
	ktap_is(count(connected, 1), 2, "the flow goes on without its maker");
	ktap_is(packets(connected, 2), 2, "with its packets");
	ktap_is(count(fresh, 2), 2, "and so does the other");
	ktap_is(mapi_close_flow(connected), 0, "it closes the flow");
	ktap_ok(!mapi_read_results(connected, 1), "then it is closed");
	mapi_read_error(&code, NULL);
	ktap_is(code, 6145, "and no flow");
	go(sock);
	wait_for(sock);
	return ktap_end();
}

int main(int argc, char **argv)
{
	int pair[2], connected, fresh, tx, status;
	mapi_flow_info_t info;
	pid_t pid;

	ktap_need(argc == 3 && !socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	pid = fork();
	if (!pid) {
		close(pair[0]);
		return receiver(pair[1], argv[1]);
	}
	close(pair[1]);

	tx = frames_open(argv[2]);
	connected = mapi_create_flow(argv[1]);
	ktap_need(mapi_apply_function(connected, PKT_COUNTER) == 1 &&
		  mapi_apply_function(connected, TO_BUFFER, NOWAIT) == 2 &&
		  !mapi_connect(connected));
	fresh = mapi_create_flow(argv[1]);
	ktap_need(mapi_apply_function(fresh, BPF_FILTER, "ether proto 0x88b5") == 1);
	frames_send(tx, 3, 60);
	send_fd(pair[0], connected);
	send_fd(pair[0], fresh);

	wait_for(pair[0]);
	ktap_need(!mapi_close_flow(connected) && !mapi_close_flow(fresh));
	frames_send(tx, 2, 60);
	go(pair[0]);
	wait_for(pair[0]);
	/* Of the two, one is left, and the maker sees it as somebody else's. */
	ktap_need(!mapi_get_next_flow_info(0, &info) && info.num_functions == 2 &&
		  mapi_get_next_flow_info(info.fd, &info) == -1);
	go(pair[0]);
	ktap_need(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
