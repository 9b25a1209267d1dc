// SPDX-License-Identifier: MIT
/* Functions whose modules are installed. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "installed.h"
#include "str.h"

#define ALIAS	"alias mapi-func-"

/* Set once: no lock. Threads that read the file at the same time keep one list. */
static _Atomic(struct mapi_installed_list *) known;

static FILE *open_aliases(void)
{
	char path[sizeof(((struct utsname *)0)->release) + 64];
	struct utsname uts;

	uname(&uts);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.alias", uts.release);
	return fopen(path, "re");
}

static int add(struct mapi_installed_list *list, const char *name,
	       const char *module)
{
	struct mapi_installed *funcs = realloc(list->funcs, (list->nr + 1) *
					       sizeof(*funcs));

	if (!funcs)
		return -1;
	list->funcs = funcs;
	mapi_str_copy(funcs[list->nr].name, name, sizeof(funcs->name));
	mapi_str_copy(funcs[list->nr].module, module, sizeof(funcs->module));
	list->nr++;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct mapi_installed *)a)->name,
		      ((const struct mapi_installed *)b)->name);
}

/* Versions for several devices may be in modules of their own. */
static void sort(struct mapi_installed_list *list)
{
	size_t nr = 0;

	if (!list->nr)
		return;
	qsort(list->funcs, list->nr, sizeof(*list->funcs), by_name);
	for (size_t i = 1; i < list->nr; i++)
		if (by_name(&list->funcs[nr], &list->funcs[i]))
			list->funcs[++nr] = list->funcs[i];
	list->nr = nr + 1;
}

static int read_aliases(FILE *file, struct mapi_installed_list *list)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) >= 0) {
		char name[256];
		char module[256];

		if (strncmp(line, ALIAS, strlen(ALIAS)) ||
		    sscanf(line + strlen(ALIAS), "%255s %255s", name, module) != 2)
			continue;
		if (strlen(name) <= MAPI_NAME_MAX)
			ret = add(list, name, module);
	}
	free(line);
	return ret;
}

static void list_free(struct mapi_installed_list *list)
{
	free(list->funcs);
	free(list);
}

static struct mapi_installed_list *list_read(void)
{
	struct mapi_installed_list *list = calloc(1, sizeof(*list));
	FILE *file;
	int ret;

	if (!list)
		return NULL;
	file = open_aliases();
	if (!file)
		return list;
	ret = read_aliases(file, list);
	fclose(file);
	if (ret) {
		list_free(list);
		return NULL;
	}
	sort(list);
	return list;
}

const struct mapi_installed_list *mapi_installed(void)
{
	struct mapi_installed_list *list = known;
	struct mapi_installed_list *other = NULL;

	if (list)
		return list;
	list = list_read();
	if (!list || atomic_compare_exchange_strong(&known, &other, list))
		return list;
	list_free(list);
	return other;
}
