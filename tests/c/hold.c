// SPDX-License-Identifier: GPL-2.0
/*
 * hold NUMBER DEVICE [FUNCTION [ARGUMENT...]]: make so many flows, connect and
 * keep them. Prints a line: how many there are, then what refused the next.
 * They end with the first line that comes in.
 */
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int one(int argc, char **argv)
{
	int fd = mapi_create_flow(argv[2]);

	if (fd > 0 &&
	    (argc < 4 || mapi_apply_function_array(fd, argv[3], argv + 4,
						   argc - 4) > 0) &&
	    !mapi_connect(fd))
		return 0;
	return -1;
}

int main(int argc, char **argv)
{
	char text[MAPI_ERRORSTR_LENGTH] = "";
	int code = 0, nr = 0;

	if (argc < 3)
		return 2;
	while (nr < atoi(argv[1]) && !one(argc, argv))
		nr++;
	mapi_read_error(&code, text);
	printf("%d %d %s\n", nr, code, text);
	fflush(stdout);
	return read(0, text, sizeof(text)) < 0;
}
