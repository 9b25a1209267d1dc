// SPDX-License-Identifier: GPL-2.0
/*
 * clients_reload DEVICE: a process under which the kernel's modules go and come
 * back, their netlink family with another number.
 */
#include <stdlib.h>
#include <mapi.h>
#include "ktap.h"

static int flow_of(const char *device)
{
	int fd = mapi_create_flow(device);

	if (fd < 0)
		return -1;
	if (mapi_apply_function(fd, PKT_COUNTER) != 1 || mapi_connect(fd)) {
		mapi_close_flow(fd);
		return -1;
	}
	return fd;
}

/* Idle modules may be held for a moment by what ended last. */
static int unload(void)
{
	return system("for i in 1 2 3 4 5 6 7 8 9 10; do"
		      "	for m in $(lsmod | sed -n 's/^\\(mapi_[a-z0-9_]*\\) .*/\\1/p'); do"
		      "		rmmod $m 2>/dev/null;"
		      "	done;"
		      "	rmmod mapi 2>/dev/null && exit 0;"
		      "	sleep 1;"
		      "done;"
		      "exit 1");
}

int main(int argc, char **argv)
{
	int fd, code = 0;
	char text[MAPI_ERRORSTR_LENGTH];

	if (argc != 2)
		return 2;
	fd = flow_of(argv[1]);
	ktap_ok(fd > 0, "a flow");
	ktap_ok(!mapi_close_flow(fd), "is closed");
	ktap_ok(!unload(), "the modules go");
	fd = flow_of(argv[1]);
	ktap_ok(fd > 0, "they come back for another flow");
	ktap_ok(!mapi_close_flow(fd), "which is closed");
	ktap_ok(mapi_open_flow("never-was") < 0, "what is not there is refused");
	mapi_read_error(&code, text);
	ktap_ok(code == MAPI_INVALID_FLOW, "and it is said what: %d %s", code, text);
	return ktap_end();
}
