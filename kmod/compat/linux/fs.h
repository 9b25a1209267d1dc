/* SPDX-License-Identifier: GPL-2.0 */
/* Before 6.8, vfs_iter_write() leaves file_start_write() to its caller. */
#include_next <linux/fs.h>

#ifndef _MAPI_COMPAT_FS_H
#define _MAPI_COMPAT_FS_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline ssize_t mapi_compat_iter_write(struct file *file,
					     struct iov_iter *iter, loff_t *pos,
					     rwf_t flags)
{
	ssize_t ret;

	file_start_write(file);
	ret = vfs_iter_write(file, iter, pos, flags);
	file_end_write(file);
	return ret;
}
#define vfs_iter_write mapi_compat_iter_write
#endif

#endif
