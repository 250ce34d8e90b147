/* SPDX-License-Identifier: MIT */
/*
 * utf8.h: which bytes are a character
 */
#ifndef BUDGETCTL_UTF8_H
#define BUDGETCTL_UTF8_H

#include <stddef.h>

/*
 * Bytes of the UTF-8 character at @text, of which @left are there, or 0 if there is
 * none: overlong forms, surrogates and numbers beyond U+10FFFF are none.
 */
size_t utf8_size(const unsigned char *text, size_t left);

#endif /* BUDGETCTL_UTF8_H */
