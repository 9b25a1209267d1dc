// SPDX-License-Identifier: GPL-2.0
/*
 * probe DEVICE [FUNCTION [ARGUMENT...]]: may whoever calls this monitor the
 * device? Prints "ok", or the error's number and text.
 */
#include <mapi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char text[MAPI_ERRORSTR_LENGTH];
	int code, fd;

	fd = mapi_create_flow(argc > 1 ? argv[1] : NULL);
	if (fd > 0 &&
	    (argc < 3 || mapi_apply_function_array(fd, argv[2], argv + 3,
						   argc - 3) > 0) &&
	    !mapi_connect(fd) && !mapi_close_flow(fd)) {
		puts("ok");
		return 0;
	}
	mapi_read_error(&code, text);
	printf("%d %s\n", code, text);
	return 1;
}
