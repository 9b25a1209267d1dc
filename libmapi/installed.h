/* SPDX-License-Identifier: MIT */
/* Functions whose modules are installed, loaded or not. */
#ifndef MAPI_INSTALLED_H
#define MAPI_INSTALLED_H

#include <linux/mapi.h>
#include <stddef.h>

struct mapi_installed {
	char name[MAPI_NAME_MAX + 1];
	char module[64];
};

struct mapi_installed_list {
	struct mapi_installed *funcs;	/* by name, each once */
	size_t nr;
};

/**
 * mapi_installed() - the functions that are installed for the running kernel
 *
 * Read from the kernel's modules.alias once, and kept while the process lives.
 *
 * Return: the list, empty if there is no such file; NULL without memory.
 */
const struct mapi_installed_list *mapi_installed(void);

#endif
