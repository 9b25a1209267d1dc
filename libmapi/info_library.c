// SPDX-License-Identifier: MIT
/*
 * Information about libraries of functions. A library is a name that function
 * modules share. All functions that are installed are told of: their modules are
 * loaded first, as far as the caller may do that. Numbers follow from names, so
 * they do not depend on what was loaded when.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "installed.h"
#include "spec.h"
#include "str.h"

struct catalogue {
	struct mapi_spec *specs;
	unsigned int nr;
};

/* As MAPI 2.x has them; others come behind. */
static const char *const libraries[] = {
	"stdflib", "extraflib", "trackflib", "anonflib", "dagflib",
	"napatechflib", "ipfixflib",
};

static int rank(const struct mapi_spec *spec)
{
	int n = 0;

	while (n < (int)(sizeof(libraries) / sizeof(*libraries)) &&
	       strcmp(libraries[n], spec->library))
		n++;
	return n;
}

static int in_order(const void *a, const void *b)
{
	const struct mapi_spec *x = a;
	const struct mapi_spec *y = b;
	int ret = rank(x) - rank(y);

	if (!ret)
		ret = strcmp(x->library, y->library);
	if (!ret)
		ret = strcmp(x->name, y->name);
	return ret ? ret : strcmp(x->oid, y->oid);
}

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

/* Functions whose modules are loaded. */
static int read_loaded(struct catalogue *cat)
{
	struct nlmsghdr *req = mapi_nl_new(MAPI_CMD_FUNCTION_GET);
	struct mapi_nl_err err;
	int ret;

	cat->nr = 0;
	ret = mapi_nl_dump(req, on_spec, cat, &err);
	mapi_nl_free(req);
	return ret ? mapi_error_nl(&err, MAPI_LIBRARY_LOAD_ERR) : 0;
}

static bool is_loaded(const struct catalogue *cat, const char *name)
{
	for (unsigned int i = 0; i < cat->nr; i++)
		if (!strcmp(cat->specs[i].name, name))
			return true;
	return false;
}

/* Return: has any module been loaded that was not? */
static bool load_others(const struct catalogue *cat)
{
	const struct mapi_installed_list *list = mapi_installed();
	struct mapi_spec spec;
	struct mapi_nl_err err;
	bool any = false;

	for (size_t i = 0; list && i < list->nr; i++)
		if (!is_loaded(cat, list->funcs[i].name) &&
		    !mapi_spec_load(list->funcs[i].name, &spec, &err))
			any = true;
	return any;
}

/* All functions; cat->specs is to be freed in every case. */
static int read_catalogue(struct catalogue *cat)
{
	memset(cat, 0, sizeof(*cat));
	if (read_loaded(cat) || (load_others(cat) && read_loaded(cat)))
		return -1;
	if (cat->nr)
		qsort(cat->specs, cat->nr, sizeof(*cat->specs), in_order);
	return 0;
}

/* The name of library number libid, NULL: no such. */
static const char *library(const struct catalogue *cat, int libid)
{
	int id = 0;

	for (unsigned int i = 0; i < cat->nr; i++) {
		if (i && strcmp(cat->specs[i - 1].library, cat->specs[i].library))
			id++;
		if (id == libid)
			return cat->specs[i].library;
	}
	return NULL;
}

/* Function number fnum of a library, NULL: no such. */
static const struct mapi_spec *function(const struct catalogue *cat,
					const char *lib, int fnum)
{
	int n = 0;

	for (unsigned int i = 0; i < cat->nr; i++)
		if (!strcmp(cat->specs[i].library, lib) && n++ == fnum)
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
