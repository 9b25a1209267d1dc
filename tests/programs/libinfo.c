/* SPDX-License-Identifier: MIT */
/* All libraries, and the functions in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mapi.h>
#include <mapi/stdflib.h>

int main(void)
{
	mapi_lib_info_t lib;
	mapi_libfunct_info_t funct;
	int id = -1, n, seen = 0, said = 0;

	while (mapi_get_next_library_info(id, &lib) == 0) {
		id = lib.id;
		said += lib.functs;
		n = -1;
		while (mapi_get_next_libfunct_info(id, n, &funct) == 0) {
			n++;
			seen++;
			printf("%s %s %s %s\n", lib.libname, funct.name,
			       funct.devtype, funct.argdescr);
		}
	}
	printf("%s\n", seen == said ? "as many as it says" : "not as many");
	return 0;
}
