/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAPICTL_UTF8_H
#define MAPICTL_UTF8_H

/**
 * utf8_len() - bytes of the character at the start of a string
 *
 * Return: 0 if there is none: a byte that does not begin a character, an
 * overlong form, half a surrogate pair, beyond U+10FFFF.
 */
unsigned int utf8_len(const char *str);

#endif
