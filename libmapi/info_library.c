// SPDX-License-Identifier: MIT
/*
 * Information about libraries of functions. A library is a name that function
 * modules share; they are numbered from 0 in the order of the kernel's list of
 * the modules that are loaded.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "spec.h"
#include "str.h"

struct catalogue {
	struct mapi_spec *specs;
	unsigned int nr;
};

static int on_spec(const struct nlmsghdr *nlh, void *data)
{
	struct catalogue *cat = data;
	struct mapi_spec *bigger = realloc(cat->specs, (cat->nr + 1) *
					   sizeof(*cat->specs));

	if (!bigger)
		return MNL_CB_ERROR;
	cat->specs = bigger;
	mapi_spec_parse(nlh, &cat->specs[cat->nr++]);
	return MNL_CB_OK;
}

/* All functions; cat->specs is to be freed in every case. */
static int read_catalogue(struct catalogue *cat)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FUNCTION_GET);
	struct mapi_nl_err err;
	int ret;

	memset(cat, 0, sizeof(*cat));
	ret = mapi_nl_dump(req, on_spec, cat, &err);
	mapi_nl_free(req);
	return ret ? mapi_error_nl(&err, MAPI_LIBRARY_LOAD_ERR) : 0;
}

static bool is_first_of_library(const struct catalogue *cat, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(cat->specs[i].library, cat->specs[n].library))
			return false;
	return true;
}

/* The name of library number libid, NULL: no such. */
static const char *library(const struct catalogue *cat, int libid)
{
	for (unsigned int i = 0; i < cat->nr; i++)
		if (is_first_of_library(cat, i) && libid-- == 0)
			return cat->specs[i].library;
	return NULL;
}

/* Function number fnum of a library, NULL: no such. */
static const struct mapi_spec *function(const struct catalogue *cat,
					const char *lib, int fnum)
{
	for (unsigned int i = 0; i < cat->nr; i++)
		if (!strcmp(cat->specs[i].library, lib) && fnum-- == 0)
			return &cat->specs[i];
	return NULL;
}

static int number_after(int n)
{
	return n < 0 ? 0 : n < INT_MAX ? n + 1 : -1;
}

int mapi_get_library_info(int libid, mapi_lib_info_t *info)
{
	struct catalogue cat;
	const char *lib;
	int ret = -1;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_2, NULL);
	if (read_catalogue(&cat))
		goto out;
	lib = library(&cat, libid);
	if (!lib) {
		mapi_error(MAPI_LIBRARY_LOAD_ERR, NULL);
		goto out;
	}
	memset(info, 0, sizeof(*info));
	info->id = libid;
	mapi_str_copy(info->libname, lib, sizeof(info->libname));
	while (function(&cat, lib, info->functs))
		info->functs++;
	ret = 0;
out:
	free(cat.specs);
	return ret;
}

int mapi_get_next_library_info(int libid, mapi_lib_info_t *info)
{
	return mapi_get_library_info(number_after(libid), info);
}

int mapi_get_libfunct_info(int libid, int fnum, mapi_libfunct_info_t *info)
{
	const struct mapi_spec *spec = NULL;
	struct catalogue cat;
	const char *lib;

	if (!info)
		return mapi_error(MFUNCT_INVALID_ARGUMENT_3, NULL);
	if (!read_catalogue(&cat)) {
		lib = library(&cat, libid);
		spec = lib ? function(&cat, lib, fnum) : NULL;
		if (!spec)
			mapi_error(MAPI_FUNCTION_NOT_FOUND, NULL);
	}
	if (spec) {
		memset(info, 0, sizeof(*info));
		mapi_str_copy(info->name, spec->name, sizeof(info->name));
		mapi_str_copy(info->descr, spec->descr, sizeof(info->descr));
		mapi_str_copy(info->argdescr, spec->argdescr,
			      sizeof(info->argdescr));
		mapi_str_copy(info->devtype, spec->oid, sizeof(info->devtype));
	}
	free(cat.specs);
	return spec ? 0 : -1;
}

int mapi_get_next_libfunct_info(int libid, int fnum, mapi_libfunct_info_t *info)
{
	return mapi_get_libfunct_info(libid, number_after(fnum), info);
}
