/* SPDX-License-Identifier: MIT */
/*
 * What is UTF-8, by the grammar of RFC 3629, section 4.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_RFC3629_H
#define BUDGETMEM_PROOFS_LIBRARY_RFC3629_H

#include <stddef.h>

#include "proof.h"

static bool within(uint32_t byte, uint32_t first, uint32_t last)
{
	return byte >= first && byte <= last;
}

/* Behind the end of a text: no character begins with it, and none has it. */
#define NO_BYTE	0xff

/* Bytes of the character at @text, or 0 if none begins there. */
static uint32_t table(const unsigned char *text)
{
	uint32_t a = text[0], b = text[1];
	bool third = within(text[2], 0x80, 0xbf);
	bool fourth = third && within(text[3], 0x80, 0xbf);

	if (a <= 0x7f)
		return 1;
	if (within(a, 0xc2, 0xdf))
		return within(b, 0x80, 0xbf) ? 2 : 0;
	if (within(a, 0xe0, 0xef))
		return third && within(b, a == 0xe0 ? 0xa0 : 0x80,
				       a == 0xed ? 0x9f : 0xbf) ? 3 : 0;
	if (within(a, 0xf0, 0xf4))
		return fourth && within(b, a == 0xf0 ? 0x90 : 0x80,
					a == 0xf4 ? 0x8f : 0xbf) ? 4 : 0;
	return 0;
}

/* Bytes up to the first that is not part of a character; of LENGTH at most. */
static uint32_t characters(const unsigned char *text, size_t size)
{
	unsigned char byte[LENGTH + 3];
	uint32_t sound = 0;

	for (uint32_t i = 0; i < LENGTH + 3; i++)
		byte[i] = i < LENGTH && i < size ? text[i] : NO_BYTE;
	for (uint32_t i = 0; i < LENGTH; i++)
		sound += i == sound ? table(byte + i) : 0;
	return sound;
}

#endif
