// SPDX-License-Identifier: MIT
/* Arguments of type w: files that a function writes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

/* Not blocking: a pipe that nobody reads is refused, not waited for. */
int mapi_file_open(struct mapi_call *call, unsigned int n,
		   struct mapi_nl_err *err)
{
	struct mapi_arg *arg = &call->args[n];
	int error;

	arg->fd = open(arg->str, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK |
		       O_NOCTTY, 0600);
	if (arg->fd >= 0)
		return 0;
	error = errno;
	mapi_arg_fail(call, n, MAPI_ERR_FILE, err, "cannot write \"%.160s\": %s",
		      arg->str, strerror(error));
	err->error = error;
	return -1;
}

void mapi_file_empty(const struct mapi_arg *arg)
{
	if (arg->fd >= 0 && ftruncate(arg->fd, 0))
		return;		/* then the kernel cannot write it, and says so */
}

void mapi_file_close(struct mapi_arg *arg)
{
	if (arg->fd >= 0)
		close(arg->fd);
	arg->fd = -1;
}
