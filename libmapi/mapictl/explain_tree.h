/* SPDX-License-Identifier: GPL-2.0 */
/* A plan as a tree of lines. */
#ifndef MAPICTL_EXPLAIN_TREE_H
#define MAPICTL_EXPLAIN_TREE_H

#include <stdio.h>

#include "plan.h"
#include "saved.h"

/* root: of @nr nodes */
void explain_tree(FILE *out, const struct node *root, size_t nr,
		  const struct saved *saved, bool costs);

#endif
