// SPDX-License-Identifier: MIT
/*
 * Characters as bytes, for every number and every run of at most four bytes, against
 * the table of RFC 3629.
 */
#include <assert.h>

#include "utf8.c"

#include "proof.h"

static bool within(uint32_t byte, uint32_t first, uint32_t last)
{
	return byte >= first && byte <= last;
}

/* Bytes of the character at @text, by the grammar of RFC 3629, section 4. */
static size_t table(const unsigned char *text, size_t size)
{
	uint32_t a = size > 0 ? text[0] : 0xff, b = size > 1 ? text[1] : 0;
	bool third = size > 2 && within(text[2], 0x80, 0xbf);
	bool fourth = third && size > 3 && within(text[3], 0x80, 0xbf);

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

/* No byte behind @size is read: there is none. */
static size_t decode(const unsigned char *bytes, size_t size, uint32_t *character)
{
	char one[1] = { (char)bytes[0] };
	char two[2] = { (char)bytes[0], (char)bytes[1] };
	char three[3] = { (char)bytes[0], (char)bytes[1], (char)bytes[2] };
	char four[4] = { (char)bytes[0], (char)bytes[1], (char)bytes[2],
			 (char)bytes[3] };

	switch (size) {
	case 0:
		return bm_utf8_decode(one, 0, character);
	case 1:
		return bm_utf8_decode(one, 1, character);
	case 2:
		return bm_utf8_decode(two, 2, character);
	case 3:
		return bm_utf8_decode(three, 3, character);
	default:
		return bm_utf8_decode(four, 4, character);
	}
}

void prove_utf8_decode(void)
{
	uint32_t all = nondet_u32(), character = UINT32_MAX;
	unsigned char bytes[4] = { all & 0xff, all >> 8 & 0xff, all >> 16 & 0xff,
				   all >> 24 };
	char again[BM_UTF8_SIZE];
	size_t size = nondet_uint(), found;

	__CPROVER_assume(size <= 4);
	found = decode(bytes, size, &character);
	assert(found == table(bytes, size));
	if (found) {
		assert(bm_utf8_encode(again, character) == found);
		for (size_t i = 0; i < found; i++)
			assert((unsigned char)again[i] == bytes[i]);
	} else {
		assert(character == UINT32_MAX);
	}
	REACHED();
}

void prove_utf8_encode(void)
{
	uint32_t character = nondet_u32(), again;
	bool exists = character < 0x110000 && !within(character, 0xd800, 0xdfff);
	char text[BM_UTF8_SIZE];
	size_t size = bm_utf8_encode(text, character);

	assert(!size == !exists);
	assert(size <= BM_UTF8_SIZE);
	if (size) {
		assert(bm_utf8_decode(text, size, &again) == size);
		assert(again == character);
	}
	REACHED();
}
