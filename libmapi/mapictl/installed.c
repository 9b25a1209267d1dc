// SPDX-License-Identifier: GPL-2.0
/* Functions whose modules are installed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "installed.h"
#include "memory.h"

static FILE *open_aliases(void)
{
	struct utsname uts;
	char *path;
	FILE *file;

	uname(&uts);
	path = xasprintf("/lib/modules/%s/modules.alias", uts.release);
	file = fopen(path, "re");
	free(path);
	return file;
}

static void add(struct installed_list *list, const char *name,
		const char *module)
{
	size_t size = (list->nr + 1) * sizeof(*list->funcs);

	installed_remove(list, name);
	list->funcs = xrealloc(list->funcs, size);
	list->funcs[list->nr].name = xasprintf("%s", name);
	list->funcs[list->nr].module = xasprintf("%s", module);
	list->nr++;
}

static int by_name(const void *a, const void *b)
{
	const struct installed *x = a;
	const struct installed *y = b;

	return strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

void installed_read(struct installed_list *list)
{
	FILE *file = open_aliases();
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) >= 0) {
		char name[64];
		char module[64];

		if (sscanf(line, "alias mapi-func-%63s %63s", name, module) == 2)
			add(list, name, module);
	}
	free(line);
	fclose(file);
	if (list->nr)
		qsort(list->funcs, list->nr, sizeof(*list->funcs), by_name);
}

void installed_remove(struct installed_list *list, const char *name)
{
	for (size_t i = 0; i < list->nr; i++) {
		if (list->funcs[i].name && !strcmp(list->funcs[i].name, name)) {
			free(list->funcs[i].name);
			list->funcs[i].name = NULL;
		}
	}
}

void installed_free(struct installed_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->funcs[i].name);
		free(list->funcs[i].module);
	}
	free(list->funcs);
	*list = (struct installed_list){ 0 };
}
