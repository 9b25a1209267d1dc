// SPDX-License-Identifier: GPL-2.0
/*
 * clients_fork DEVICE OTHER-END: a process that forks when it has connected: both
 * have the flow, and it ends with the last of them.
 */
#include <sys/wait.h>
#include <unistd.h>
#include <mapi.h>
#include "frames.h"

static int fd, tx;

static unsigned long long count(void)
{
	unsigned long long val = 0;

	mapi_read_results(fd, 1, &val);
	return val;
}

static int packets(void)
{
	int nr = 0;

	while (mapi_get_next_pkt(fd, 2))
		nr++;
	return nr;
}

/* Runs in a child; returns what it returned. */
static int in_child(int (*run)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(run());
	ktap_need(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int child_counts(void)
{
	frames_send(tx, 2, 60);
	return count();
}

static int child_reads(void)
{
	return packets();
}

static int child_closes(void)
{
	return mapi_close_flow(fd) || mapi_read_results(fd, 1) ||
	       !mapi_create_flow("nosuch0");
}

static int child_makes(void)
{
	int flow = mapi_create_flow("lo");

	return mapi_apply_function(flow, PKT_COUNTER) != 1 || mapi_connect(flow);
}

/* Both read the same ring, which is nonsense, and must not be more than that. */
static void both_read(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		for (int i = 0; i < 20000; i++)
			mapi_get_next_pkt(fd, 2);
		_exit(0);
	}
	for (int i = 0; i < 100; i++) {
		frames_send(tx, 20, 60 + i);
		packets();
	}
	ktap_ok(waitpid(pid, &status, 0) == pid && !status,
		"two readers of one ring live");
	packets();
	frames_send(tx, 5, 60);
	ktap_is(packets(), 5, "the one that stays goes on");
}

/* Only the child is left, and it has only the mappings. */
static void outlives(void)
{
	int go[2], back[2];
	char byte = 0;

	ktap_need(!pipe(go) && !pipe(back));
	if (!fork()) {
		ktap_need(read(go[0], &byte, 1) == 1);
		byte = count();
		ktap_need(write(back[1], &byte, 1) == 1);
		_exit(0);
	}
	count();
	mapi_close_flow(fd);
	frames_send(tx, 3, 60);
	ktap_need(write(go[1], "", 1) == 1 && read(back[0], &byte, 1) == 1);
	ktap_is(byte, 3, "the flow lives as long as the child has it");
	wait(NULL);
}

int main(int argc, char **argv)
{
	ktap_need(argc == 3);
	alarm(240);
	tx = frames_open(argv[2]);
	fd = mapi_create_flow(argv[1]);
	ktap_need(mapi_apply_function(fd, PKT_COUNTER) == 1 &&
		  mapi_apply_function(fd, TO_BUFFER, NOWAIT) == 2 &&
		  !mapi_connect(fd));
	frames_send(tx, 1, 60);
	ktap_is(in_child(child_counts), 3, "a child reads the results");
	ktap_is(in_child(child_reads), 3, "a child reads the packets");
	ktap_is(in_child(child_closes), 0, "a child closes the flow for itself");
	ktap_is(in_child(child_makes), 0, "a child makes flows");
	frames_send(tx, 1, 60);
	ktap_is(count(), 4, "the flow is still there");
	both_read();
	ktap_need(!mapi_reset(fd, 1));
	outlives();
	return ktap_end();
}
