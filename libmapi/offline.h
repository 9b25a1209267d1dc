/* SPDX-License-Identifier: MIT */
/* Traces instead of devices: a thread reads the file, and feeds the kernel. */
#ifndef MAPI_OFFLINE_H
#define MAPI_OFFLINE_H

struct mapi_offline;

/**
 * mapi_offline_new() - open a file, and make a device for it
 * @format: as for mapi_trace_open()
 *
 * Return: NULL with the last error set.
 */
struct mapi_offline *mapi_offline_new(const char *path, int format);
const char *mapi_offline_name(const struct mapi_offline *offline);

/**
 * mapi_offline_start() - begin to read
 * @speed: how much faster than it was captured; 0: as fast as can be
 *
 * Return: 0, or -1 with the last error set.
 */
int mapi_offline_start(struct mapi_offline *offline, double speed);

/* enum mapi_offline_status; or -1, with the last error set, if the file is damaged. */
int mapi_offline_look(struct mapi_offline *offline);
/* How much of the file has been read, in thousandths. */
unsigned int mapi_offline_progress(struct mapi_offline *offline);

/* Stop reading, and give the device up. */
void mapi_offline_free(struct mapi_offline *offline);

#endif
