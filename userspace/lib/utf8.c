// SPDX-License-Identifier: MIT
/*
 * utf8.c: characters as bytes (RFC 3629)
 */
#include "utf8.h"

#include "runs.h"

static unsigned char byte_at(const char *text)
{
	return (unsigned char)__atomic_load_n(text, __ATOMIC_RELAXED);
}

/* Bytes of the character that a byte begins; 0 if it begins none. */
static size_t size_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf8 ? 4 : 0;
}

/* Bytes that a character needs; 0 if it is none. */
static size_t size_for(uint32_t character)
{
	if (character < 0x80)
		return 1;
	if (character < 0x800)
		return 2;
	if (character >= 0xd800 && character < 0xe000)
		return 0;
	if (character < 0x10000)
		return 3;
	return character < 0x110000 ? 4 : 0;
}

size_t bm_utf8_decode(const char *text, size_t size, uint32_t *character)
{
	unsigned char first = size ? byte_at(text) : 0xff;
	size_t needed = size_of(first);
	uint32_t value = first;

	if (!needed || needed > size)
		return 0;
	if (needed > 1)
		value &= 0xffu >> (needed + 1);
	for (size_t i = 1; i < needed; i++) {
		unsigned char byte = byte_at(text + i);

		if (!bm_utf8_continues(byte))
			return 0;
		value = value << 6 | (byte & 0x3f);
	}
	if (size_for(value) != needed)
		return 0;
	*character = value;
	return needed;
}

size_t bm_utf8_encode(char *text, uint32_t character)
{
	size_t size = size_for(character);
	unsigned int mark = size > 1 ? 0xff00u >> size & 0xffu : 0;

	for (size_t i = size; i > 1; i--) {
		text[i - 1] = (char)(0x80 | (character & 0x3f));
		character >>= 6;
	}
	if (size)
		text[0] = (char)(mark | character);
	return size;
}

size_t bm_utf8_sound(const char *text, size_t size)
{
	size_t sound = 0;
	uint32_t character;

	while ((sound += bm_bytes_find_upper(text + sound, size - sound)) < size) {
		do {
			size_t step = bm_utf8_decode(text + sound, size - sound,
						     &character);

			if (!step)
				return sound;
			sound += step;
		} while (sound < size && byte_at(text + sound) >= 0x80);
	}
	return sound;
}
