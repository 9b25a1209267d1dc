/* SPDX-License-Identifier: MIT */
/* What goes wrong, and its numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

static void tell(const char *what)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int err = 0, again = 0;

	mapi_read_error(&err, text);
	mapi_read_error(&again, NULL);		/* it is cleared now */
	printf("%s %d %d\n", what, err, again);
}

int main(int argc, char *argv[])
{
	char *dev = argv[1];
	int fd, fid;

	mapi_create_flow("no-such-device");
	tell("device");
	fd = mapi_create_flow(dev);
	mapi_apply_function(fd, "NO_SUCH_FUNCTION");
	tell("function");
	mapi_apply_function(fd, BPF_FILTER, "no such filter");
	tell("filter");
	mapi_apply_function(fd, "STR_SEARCH", "abc", -1, 0);
	tell("offset");
	mapi_apply_function(fd, "STR_SEARCH", "abc", 0, -1);
	tell("depth");
	mapi_apply_function(fd, TO_FILE, MFF_PCAP, "/no/such/folder/a", 0);
	tell("file");
	fid = mapi_apply_function(fd, PKT_COUNTER);
	mapi_read_results(fd, fid);
	tell("early");
	mapi_connect(fd);
	mapi_connect(fd);
	tell("twice");
	mapi_apply_function(fd, PKT_COUNTER);
	tell("late");
	mapi_read_results(fd, fid + 77);
	tell("fid");
	mapi_read_results(fd + 77, fid);
	tell("fd");
	mapi_get_flow_info(fd + 77, NULL);
	tell("info");
	return 0;
}
