/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAPICTL_QUOTE_H
#define MAPICTL_QUOTE_H

#include <stdio.h>

/**
 * quote() - write a word so that a shell reads the same word
 *
 * Plain words stay as they are. What could play tricks with a terminal is
 * written as $'\x1b'.
 */
void quote(FILE *out, const char *word);

/* Write text; what could play tricks with a terminal becomes "?". */
void put_safe(FILE *out, const char *text);

#endif
