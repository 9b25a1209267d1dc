/* SPDX-License-Identifier: GPL-2.0 */
/* Functions whose modules are installed, loaded or not. */
#ifndef MAPICTL_INSTALLED_H
#define MAPICTL_INSTALLED_H

#include <stddef.h>

struct installed {
	char *name;	/* NULL: removed */
	char *module;
};

struct installed_list {
	struct installed *funcs;
	size_t nr;
};

/* From the running kernel's modules.alias; empty if there is none. */
void installed_read(struct installed_list *list);
void installed_remove(struct installed_list *list, const char *name);
void installed_free(struct installed_list *list);

#endif
