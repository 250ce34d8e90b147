// SPDX-License-Identifier: MIT
/*
 * Characters as bytes, for every number and every run of at most four bytes, against
 * the table of RFC 3629.
 */
#include <assert.h>

#include "find-upper.h"
#include "utf8.c"

#include "proof.h"
#include "rfc3629.h"

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
	for (size_t i = size; i < 4; i++)
		bytes[i] = NO_BYTE;
	assert(found == table(bytes));
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

/* A text that ends where its memory does. */
void prove_utf8_sound(void)
{
	unsigned char text[LENGTH];
	size_t size = nondet_uint();
	const unsigned char *start;

	__CPROVER_assume(size <= LENGTH);
	__CPROVER_havoc_object(text);
	start = text + LENGTH - size;
	assert(bm_utf8_sound((const char *)start, size) ==
	       characters(start, size));
	REACHED();
}
