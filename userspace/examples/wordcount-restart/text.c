// SPDX-License-Identifier: MIT
/*
 * text.c: words of a text, and where in the file they end
 */
#include "text.h"

#include <ctype.h>
#include <string.h>

int text_open(struct text *text, const char *path)
{
	off_t size;

	text->file = fopen(path, "re");
	if (!text->file)
		return -errno;
	size = fseeko(text->file, 0, SEEK_END) ? -1 : ftello(text->file);
	if (size < 0) {
		int err = -errno;

		fclose(text->file);
		return err;
	}
	text->size = (uint64_t)size;
	return text_seek(text, 0);
}

int text_seek(struct text *text, uint64_t position)
{
	text->position = position;
	return fseeko(text->file, (off_t)position, SEEK_SET) ? -errno : 0;
}

void text_close(struct text *text)
{
	fclose(text->file);
}

/* Bytes that follow the first one of a character; 4 for what is none. */
static int following(int first)
{
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return 4;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/*
 * Reads one character's bytes. Returns how many, 0 at the end of the text; of what is
 * not UTF-8 so many, negative, as cannot be the beginning of something else.
 */
static int next_character(struct text *text, unsigned char *bytes)
{
	int byte = getc(text->file);
	int more, count = 1;

	if (byte == EOF)
		return 0;
	bytes[0] = (unsigned char)byte;
	for (more = following(byte); more > 0 && more < 4; more--) {
		byte = getc(text->file);
		if (byte == EOF)
			break;
		if ((byte & 0xc0) != 0x80) {
			ungetc(byte, text->file);
			break;
		}
		bytes[count++] = (unsigned char)byte;
	}
	text->position += (uint64_t)count;
	return more ? -count : count;
}

/* Letters of ASCII, and beyond it all but signs and punctuation. */
static bool is_letter(const unsigned char *bytes, int count)
{
	switch (count) {
	case 1:
		return isalpha(bytes[0]);
	case 2:
		/* U+0080 to U+00BF begin with this byte. */
		return bytes[0] != 0xc2;
	case 3:
		/* U+2000 to U+206F */
		return bytes[0] != 0xe2 || bytes[1] > 0x81 ||
		       (bytes[1] == 0x81 && bytes[2] > 0xaf);
	default:
		return count == 4;
	}
}

bool text_next(struct text *text, struct word *word, bool *fits)
{
	unsigned char bytes[4];
	size_t size = 0;
	int count;

	memset(word, 0, sizeof(*word));
	*fits = true;
	while ((count = next_character(text, bytes)) != 0) {
		if (!is_letter(bytes, count)) {
			if (size)
				return true;
			continue;
		}
		if (size + (size_t)count >= sizeof(word->text))
			*fits = false;
		if (*fits)
			memcpy(word->text + size, bytes, (size_t)count);
		if (count == 1 && *fits)
			word->text[size] = (char)tolower(bytes[0]);
		size += (size_t)count;
	}
	return size > 0;
}
