// SPDX-License-Identifier: GPL-2.0
/*
 * nl_refusals PROCESSES SECONDS: processes are refused wrong requests, all at
 * the same time, as often as that goes. Each refusal has the text that belongs
 * to it, and is the only answer there is.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "nl.h"

/* Numbers, and so texts, of different lengths. */
static int wrong_fd(int nr)
{
	int fd = 1000 + nr;

	for (int i = 0; i < nr % 6; i++)
		fd *= 10;
	return fd;
}

static bool more_to_read(void)
{
	char byte;

	return recv(nl_socket_get_fd(nl_sock), &byte, 1,
		    MSG_DONTWAIT | MSG_PEEK) >= 0;
}

/* Return: exit status; 1 if a refusal was wrong. */
static int be_refused(int nr, time_t end)
{
	int fd = wrong_fd(nr), refused = 0;
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "descriptor %d is not a flow", fd);
	nl_open();
	do {
		struct nl_answer ans = nl_about(MAPI_CMD_FLOW_GET, fd);

		if (ans.error != EBADF || ans.code != MAPI_ERR_INVALID_FLOW ||
		    ans.attr != MAPI_A_FLOW_FD || ans.msgs ||
		    strcmp(ans.text, wanted) || more_to_read()) {
			ktap_diag("errno %d, error %u, attribute %u, \"%s\", not \"%s\"",
				  ans.error, ans.code, ans.attr, ans.text, wanted);
			return 1;
		}
		refused++;
	} while (time(NULL) < end);
	return refused ? 0 : 2;
}

int main(int argc, char **argv)
{
	int processes, status, good = 0;
	time_t end;

	ktap_need(argc == 3);
	processes = atoi(argv[1]);
	end = time(NULL) + atoi(argv[2]);
	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		ktap_need(pid >= 0);
		if (!pid)
			_exit(be_refused(i, end));
	}
	while (wait(&status) > 0)
		good += WIFEXITED(status) && !WEXITSTATUS(status);
	ktap_is(good, processes, "%d processes are told their own errors",
		processes);
	return ktap_end();
}
