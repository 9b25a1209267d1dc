/* SPDX-License-Identifier: GPL-2.0 */
/* What functions say of themselves. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

/* Return: lines of text, the first is the call; NULL if there is none. */
const char *document_of(const char *function);

#endif
