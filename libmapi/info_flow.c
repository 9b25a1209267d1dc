// SPDX-License-Identifier: MIT
/*
 * Information about flows and their functions, as MAPI calls it.
 *
 * Those of this process go by their descriptors. MAPI promises to list the
 * others, too: they go by their numbers in the kernel, OTHERS higher, where no
 * descriptor can be.
 */
#include <limits.h>
#include <string.h>

#include "error.h"
#include "flow.h"
#include "str.h"

#define OTHERS		(1 << 30)
#define NSEC_PER_SEC	1000000000ULL

static int number_of_id(__u32 id)
{
	int fd = mapi_flow_fd_of_id(id);

	return fd >= 0 ? fd : (int)(OTHERS | id);
}

static void fill_flow(const struct nlmsghdr *nlh, mapi_flow_info_t *info)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	const struct nlattr *attr;

	memset(info, 0, sizeof(*info));
	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	info->uid = mapi_nl_u32(tb[MAPI_A_FLOW_UID]);
	info->fd = number_of_id(mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	info->devid = mapi_nl_u32(tb[MAPI_A_FLOW_IFINDEX]);
	if (!info->devid)
		info->devid = mapi_nl_u32(tb[MAPI_A_FLOW_DEVICE_ID]);
	mapi_str_copy(info->device, mapi_nl_str(tb[MAPI_A_FLOW_DEVICE]),
		      sizeof(info->device));
	info->start = mapi_nl_u64(tb[MAPI_A_FLOW_CONNECTED]) / NSEC_PER_SEC;
	info->end = mapi_nl_u64(tb[MAPI_A_FLOW_ENDED]) / NSEC_PER_SEC;
	info->status = mapi_nl_u32(tb[MAPI_A_FLOW_STATUS]);
	mapi_nl_for_each(attr, nlh)
		info->num_functions += mnl_attr_get_type(attr) ==
				       MAPI_A_FLOW_FUNC;
}

static void fill_function(const struct nlattr **tb, mapi_function_info_t *info)
{
	memset(info, 0, sizeof(*info));
	info->fid = mapi_nl_u32(tb[MAPI_A_FUNC_FID]);
	mapi_str_copy(info->name, mapi_nl_str(tb[MAPI_A_FUNC_NAME]),
		      sizeof(info->name));
	mapi_str_copy(info->libname, mapi_nl_str(tb[MAPI_A_FUNC_LIBRARY]),
		      sizeof(info->libname));
	mapi_str_copy(info->devtype, mapi_nl_str(tb[MAPI_A_FUNC_OID]),
		      sizeof(info->devtype));
	info->pkts = mapi_nl_u64(tb[MAPI_A_FUNC_PKTS]);
	info->passed_pkts = mapi_nl_u64(tb[MAPI_A_FUNC_PASSED]);
	info->result_size = mapi_nl_u32(tb[MAPI_A_FUNC_RESULT_SIZE]);
}

/* Ask about one flow, by descriptor or number. */
static int get_flow(int fd, mnl_cb_t cb, void *data, struct mapi_nl_err *err)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	int ret;

	if (fd >= OTHERS)
		mapi_nl_put_u32(req, MAPI_A_FLOW_ID, fd & ~OTHERS);
	else
		mapi_nl_put_s32(req, MAPI_A_FLOW_FD, fd);
	ret = mapi_nl_call(req, cb, data, err);
	mapi_nl_free(req);
	return ret;
}

static int on_flow(const struct nlmsghdr *nlh, void *data)
{
	fill_flow(nlh, data);
	return MNL_CB_OK;
}

int mapi_get_flow_info(int fd, mapi_flow_info_t *info)
{
	struct mapi_nl_err err;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2, NULL);
	if (fd <= 0 || get_flow(fd, on_flow, info, &err))
		return mapi_error(MAPI_FLOW_INFO_ERR, NULL);
	return 0;
}

struct next_flow {
	int fd;
	int best;
	mapi_flow_info_t *info;
};

static int on_next_flow(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FLOW_MAX + 1];
	struct next_flow *next = data;
	int fd;

	mapi_nl_attrs(nlh, tb, MAPI_A_FLOW_MAX);
	fd = number_of_id(mapi_nl_u32(tb[MAPI_A_FLOW_ID]));
	if (fd > next->fd && fd < next->best) {
		next->best = fd;
		fill_flow(nlh, next->info);
	}
	return MNL_CB_OK;
}

int mapi_get_next_flow_info(int fd, mapi_flow_info_t *info)
{
	struct next_flow next = { fd < 0 ? 0 : fd, INT_MAX, info };
	struct mapi_nl_err err;
	struct nlmsghdr *req;
	int ret;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2, NULL);
	req = mapi_nl_new(MAPI_CMD_FLOW_GET);
	ret = mapi_nl_dump(req, on_next_flow, &next, &err);
	mapi_nl_free(req);
	if (ret)
		return mapi_error_nl(&err, MAPI_FLOW_INFO_ERR);
	return next.best < INT_MAX ? 0 : mapi_error(MAPI_FLOW_INFO_ERR, NULL);
}

struct next_function {
	int min, best;
	mapi_function_info_t *info;
};

static int on_function(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[MAPI_A_FUNC_MAX + 1];
	struct next_function *next = data;
	const struct nlattr *attr;
	int fid;

	mapi_nl_for_each(attr, nlh) {
		if (mnl_attr_get_type(attr) != MAPI_A_FLOW_FUNC)
			continue;
		mapi_nl_nest(attr, tb, MAPI_A_FUNC_MAX);
		fid = mapi_nl_u32(tb[MAPI_A_FUNC_FID]);
		if (fid >= next->min && fid < next->best) {
			next->best = fid;
			fill_function(tb, next->info);
		}
	}
	return MNL_CB_OK;
}

/* The function with the smallest number from min to max. */
static int get_function(int fd, int min, int max, mapi_function_info_t *info)
{
	struct next_function next = { min, INT_MAX, info };
	struct mapi_nl_err err;

	if (get_flow(fd, on_function, &next, &err))
		return mapi_error(MAPI_INIT_ERROR, NULL);
	return next.best <= max ? 0 : mapi_error(MAPI_FUNCTION_INFO_ERR, NULL);
}

int mapi_get_function_info(int fd, int fid, mapi_function_info_t *info)
{
	mapi_function_info_t found;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3, NULL);
	if (get_function(fd, fid, fid, &found))
		return -1;
	*info = found;
	return 0;
}

int mapi_get_next_function_info(int fd, int fid, mapi_function_info_t *info)
{
	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3, NULL);
	if (fd <= 0 || fid < 0)
		return mapi_error(MAPI_INVALID_FID_FUNCID, NULL);
	if (fid == INT_MAX)
		return mapi_error(MAPI_FUNCTION_INFO_ERR, NULL);
	return get_function(fd, fid + 1, INT_MAX - 1, info);
}
