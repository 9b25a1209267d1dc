// SPDX-License-Identifier: MIT
/* Traces instead of devices, for programs: by the names of their devices. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "flow.h"
#include "offline.h"

/* Devices that programs know by name. */
struct entry {
	struct entry *next;
	struct mapi_offline *offline;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *devices;

static int no_device(const char *dev)
{
	return mapi_error(MAPID_NO_DEVICE, "there is no offline device %.80s",
			  dev ? dev : "NULL");
}

/* The lock is held. Return: where the device is, or the end of the list. */
static struct entry **find(const char *dev)
{
	struct entry **e = &devices;

	while (*e && (!dev || strcmp(mapi_offline_name((*e)->offline), dev)))
		e = &(*e)->next;
	return e;
}

static struct mapi_offline *open_path(const char *path, int format)
{
	if (path)
		return mapi_offline_new(path, format);
	mapi_error(MAPI_ERROR_FILE, "the name of the file is NULL");
	return NULL;
}

char *mapi_create_offline_device(const char *path, int format)
{
	struct entry *e = calloc(1, sizeof(*e));
	char *name = NULL;

	if (!e) {
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	e->offline = open_path(path, format);
	if (!e->offline) {
		free(e);
		return NULL;
	}
	name = strdup(mapi_offline_name(e->offline));
	if (!name) {
		mapi_offline_free(e->offline);
		free(e);
		mapi_error(MAPID_MEM_ALLOCATION_ERROR, NULL);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	e->next = devices;
	devices = e;
	pthread_mutex_unlock(&lock);
	return name;
}

int mapi_start_offline_device_at(const char *dev, double speed)
{
	struct entry *e;
	int ret;

	pthread_mutex_lock(&lock);
	e = *find(dev);
	ret = e ? mapi_offline_start(e->offline, speed) : no_device(dev);
	pthread_mutex_unlock(&lock);
	return ret;
}

int mapi_start_offline_device(const char *dev)
{
	return mapi_start_offline_device_at(dev, 0);
}

int mapi_offline_device_status(const char *dev)
{
	struct entry *e;
	int ret;

	pthread_mutex_lock(&lock);
	e = *find(dev);
	ret = e ? mapi_offline_look(e->offline) : no_device(dev);
	pthread_mutex_unlock(&lock);
	return ret;
}

int mapi_delete_offline_device(char *dev)
{
	struct entry **at, *e;

	pthread_mutex_lock(&lock);
	at = find(dev);
	e = *at;
	if (e)
		*at = e->next;
	pthread_mutex_unlock(&lock);
	if (!e)
		return no_device(dev);
	mapi_offline_free(e->offline);
	free(e);
	free(dev);
	return 0;
}

int mapi_create_offline_flow(const char *path, int format)
{
	struct mapi_offline *offline = open_path(path, format);
	struct mapi_flow *flow;
	int fd;

	if (!offline)
		return -1;
	fd = mapi_create_flow(mapi_offline_name(offline));
	flow = fd > 0 ? mapi_flow_get(fd) : NULL;
	if (!flow) {
		mapi_offline_free(offline);
		return -1;
	}
	flow->offline = offline;
	mapi_flow_put(flow);
	return fd;
}
