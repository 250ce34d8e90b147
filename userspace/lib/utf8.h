/* SPDX-License-Identifier: MIT */
/*
 * utf8.h: characters as bytes (RFC 3629)
 *
 * What is accepted is accepted by one look at it, so that a text in a pool may change
 * meanwhile.
 */
#ifndef BUDGETMEM_LIB_UTF8_H
#define BUDGETMEM_LIB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of a character. */
#define BM_UTF8_SIZE	4

/*
 * Reads the character that begins at @text, where there are @size bytes. Returns
 * its bytes, or 0 if none begins there: no byte, a wrong one, a form longer than
 * needed, half of a surrogate pair, a number above 0x10ffff.
 */
size_t bm_utf8_decode(const char *text, size_t size, uint32_t *character);

/* Writes a character. Returns its bytes, or 0 if it is none. */
size_t bm_utf8_encode(char *text, uint32_t character);

/* Bytes up to the first that is not part of a character; @size if all are. */
size_t bm_utf8_sound(const char *text, size_t size);

/* Is this byte a later one of a character? */
static inline bool bm_utf8_continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

#endif /* BUDGETMEM_LIB_UTF8_H */
