// SPDX-License-Identifier: MIT
/* Information about devices. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "nl.h"
#include "str.h"

/* An interface's number, which it has before any flow uses it; traces are below 0. */
static int number_of(const struct nlattr **tb)
{
	__u32 ifindex = mapi_nl_u32(tb[MAPI_A_DEVICE_IFINDEX]);
	int id = mapi_nl_u32(tb[MAPI_A_DEVICE_ID]);

	if (!strcmp(mapi_nl_str(tb[MAPI_A_DEVICE_SOURCE]), "trace"))
		return -id;
	return ifindex ? (int)ifindex : id;
}

static void fill_device(const struct nlattr **tb, mapi_device_info_t *info)
{
	memset(info, 0, sizeof(*info));
	info->id = number_of(tb);
	mapi_str_copy(info->device, mapi_nl_str(tb[MAPI_A_DEVICE_NAME]),
		      sizeof(info->device));
	snprintf(info->name, sizeof(info->name), "mapi_%s",
		 mapi_nl_str(tb[MAPI_A_DEVICE_SOURCE]));
	mapi_str_copy(info->description, mapi_nl_str(tb[MAPI_A_DEVICE_DESCR]),
		      sizeof(info->description));
	info->link_speed = mapi_nl_u32(tb[MAPI_A_DEVICE_SPEED]);
}

struct next_device {
	int min, best;
	mapi_device_info_t *info;
};

static int on_device(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct next_device *next = data;
	int id;

	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	id = number_of(tb);
	if (id >= next->min && id < next->best) {
		next->best = id;
		fill_device(tb, next->info);
	}
	return MNL_CB_OK;
}

/* The device with the smallest number from min to max. */
static int get_device(int min, int max, mapi_device_info_t *info)
{
	mapi_device_info_t found;
	struct next_device next = { min, INT_MAX, &found };
	struct nlmsghdr *req;
	struct mapi_nl_err err;
	int ret;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2, NULL);
	req = mapi_nl_new(MAPI_CMD_DEVICE_GET);
	ret = mapi_nl_dump(req, on_device, &next, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MAPI_DEVICE_INFO_ERR);
	if (next.best > max)
		return mapi_error(MAPI_DEVICE_INFO_ERR, NULL);
	*info = found;
	return 0;
}

int mapi_get_device_info(int devid, mapi_device_info_t *info)
{
	return get_device(devid, devid, info);
}

int mapi_get_next_device_info(int devid, mapi_device_info_t *info)
{
	return get_device(devid < INT_MAX ? devid + 1 : devid, INT_MAX - 1,
			  info);
}

struct stats {
	const char *dev;
	struct mapi_stat *stat;
	bool found, used;
};

static void fill_stats(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       struct mapi_stat *stat)
{
	const struct nlattr *loss[MAPI_A_LOSS_MAX + 1];
	const struct nlattr *attr;

	memset(stat, 0, sizeof(*stat));
	stat->ps_recv = mapi_nl_u64(tb[MAPI_A_DEVICE_PKTS]);
	stat->ps_ifdrop = mapi_nl_u64(tb[MAPI_A_DEVICE_IFDROPS]);
	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) != MAPI_A_DEVICE_LOST)
			continue;
		mapi_nl_nest(attr, loss, MAPI_A_LOSS_MAX);
		stat->ps_drop += mapi_nl_u64(loss[MAPI_A_LOSS_PKTS]);
	}
	strcpy(stat->hostname, "localhost");
	mapi_str_copy(stat->dev, mapi_nl_str(tb[MAPI_A_DEVICE_NAME]),
		      sizeof(stat->dev));
}

static int on_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_DEVICE_MAX + 1];
	struct stats *stats = data;

	mapi_nl_attrs(nlh, tb, MAPI_A_DEVICE_MAX);
	if (strcmp(mapi_nl_str(tb[MAPI_A_DEVICE_NAME]), stats->dev))
		return MNL_CB_OK;
	stats->found = true;
	stats->used = mapi_nl_u32(tb[MAPI_A_DEVICE_ID]);
	fill_stats(nlh, tb, stats->stat);
	return MNL_CB_OK;
}

/* From the list of all: asking for one device would make it one that is used. */
int mapi_stats(const char *dev, struct mapi_stat *stat)
{
	struct stats stats = { .dev = dev, .stat = stat };
	struct mapi_nl_err err;
	struct nlmsghdr *req;
	int ret;

	if (!dev)
		return mapi_error(MAPI_DEVICE_INFO_ERR,
				  "the name of the device is NULL");
	if (!stat)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2, NULL);
	if (!strncmp(dev, "/dev/", strlen("/dev/")))
		stats.dev += strlen("/dev/");
	req = mapi_nl_new(MAPI_CMD_DEVICE_GET);
	ret = mapi_nl_dump(req, on_stats, &stats, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MAPI_STATS_ERROR);
	if (!stats.found)
		return mapi_error(MAPI_STATS_ERROR, "no device %.63s here", dev);
	return stats.used ? 1 : mapi_error(MAPI_STATS_ERROR, NULL);
}
