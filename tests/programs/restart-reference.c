// SPDX-License-Identifier: MIT
/* restart-reference.c - the counts of a text, found in the plainest way */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "restart-reference.h"

/* Of the program that is tested. */
#define WORD_BYTES	27
#define DIFFERENT_WORDS	16384
#define TOP		10

/**
 * struct list - all words of a text, each as often as it is there
 * @word: the words
 * @words: how many
 * @lost: words that do not fit
 */
struct list {
	char (*word)[WORD_BYTES + 1];
	size_t words;
	unsigned long lost;
};

struct counted {
	const char *word;
	unsigned long count;
};

static int read_whole(const char *path, unsigned char **bytes, size_t *size)
{
	FILE *file = fopen(path, "re");
	long end;

	if (!file)
		return -errno;
	fseek(file, 0, SEEK_END);
	end = ftell(file);
	rewind(file);
	*bytes = calloc(1, (size_t)end + 4);
	*size = *bytes ? fread(*bytes, 1, (size_t)end, file) : 0;
	fclose(file);
	return *size == (size_t)end ? 0 : -EIO;
}

/* The character at @bytes, behind which zeros follow the text; 0 for what is none. */
static uint32_t decode(const unsigned char *bytes, size_t *size)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	const size_t whole = bytes[0] < 0x80 ? 1 : bytes[0] < 0xc2 ? 0 :
			     bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 :
			     bytes[0] < 0xf5 ? 4 : 0;
	uint32_t character = bytes[0];

	*size = 1;
	if (whole < 2)
		return whole ? character : 0;
	character -= first[whole];
	while (*size < whole && bytes[*size] >> 6 == 2)
		character = character << 6 | (bytes[(*size)++] & 0x3f);
	return *size == whole ? character : 0;
}

static bool is_letter(uint32_t character)
{
	if (character < 0x80)
		return isalpha((int)character);
	return character >= 0xc0 && (character < 0x2000 || character > 0x206f);
}

static void add(struct list *list, const unsigned char *word, size_t size)
{
	char *copy = list->word[list->words];

	if (!size)
		return;
	if (size > WORD_BYTES) {
		list->lost++;
		return;
	}
	memset(copy, 0, WORD_BYTES + 1);
	for (size_t i = 0; i < size; i++)
		copy[i] = (char)(word[i] < 0x80 ? tolower(word[i]) : word[i]);
	list->words++;
}

static int split(const unsigned char *bytes, size_t size, struct list *list)
{
	size_t begin = 0, step;

	list->word = malloc((size + 1) * sizeof(*list->word));
	if (!list->word)
		return -ENOMEM;
	for (size_t at = 0; at < size; at += step) {
		if (is_letter(decode(bytes + at, &step)))
			continue;
		add(list, bytes + begin, at - begin);
		begin = at + step;
	}
	if (begin < size)
		add(list, bytes + begin, size - begin);
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int by_rank(const void *a, const void *b)
{
	const struct counted *one = a, *other = b;

	if (one->count != other->count)
		return one->count > other->count ? -1 : 1;
	return strcmp(one->word, other->word);
}

/* Counts equal neighbours of the sorted list. Returns how many different ones. */
static size_t count_runs(const struct list *list, struct counted *counted)
{
	size_t kinds = 0;

	for (size_t i = 0; i < list->words; i++) {
		if (i && !strcmp(list->word[i], list->word[i - 1])) {
			counted[kinds - 1].count++;
			continue;
		}
		counted[kinds++] = (struct counted){ list->word[i], 1 };
	}
	return kinds;
}

static void print(struct reference *reference, const struct list *list,
		  const struct counted *counted, size_t kinds)
{
	size_t bytes;

	snprintf(reference->begin, sizeof(reference->begin),
		 "%zu words, %zu different ones, %lu lost, resumed ",
		 list->words, kinds, list->lost);
	bytes = (size_t)snprintf(reference->end, sizeof(reference->end), " times\n");
	for (size_t i = 0; i < kinds && i < TOP; i++)
		bytes += (size_t)snprintf(reference->end + bytes,
					  sizeof(reference->end) - bytes,
					  "%8lu  %s\n", counted[i].count,
					  counted[i].word);
}

static int count(struct reference *reference, struct list *list)
{
	struct counted *counted = calloc(list->words + 1, sizeof(*counted));
	size_t kinds;

	if (!counted)
		return -ENOMEM;
	qsort(list->word, list->words, sizeof(*list->word), by_bytes);
	kinds = count_runs(list, counted);
	qsort(counted, kinds, sizeof(*counted), by_rank);
	print(reference, list, counted, kinds);
	free(counted);
	return kinds > DIFFERENT_WORDS ? -E2BIG : 0;
}

int reference_make(struct reference *reference, const char *path)
{
	struct list list = { .words = 0 };
	unsigned char *bytes = NULL;
	size_t size = 0;
	int err = read_whole(path, &bytes, &size);

	if (!err)
		err = split(bytes, size, &list);
	if (!err)
		err = count(reference, &list);
	free(list.word);
	free(bytes);
	return err;
}

int reference_write_text(const char *path, unsigned int words)
{
	static const char *const ends[] = {
		" ", ", ", ".\n", "'s ", " \xe2\x80\x94 ", "\xc3\xa4\xc3\x9f ",
		"\xe4\xb8\xad\xe6\x96\x87 ", "\xff", "-",
		"which-is-longer-than-that-OfAWordThatFitsInThere ",
	};
	FILE *file = fopen(path, "we");
	uint32_t random = 1;
	int err;

	if (!file)
		return -errno;
	for (unsigned int i = 0; i < words; i++) {
		const unsigned int kind = (random >> 12) % ((random >> 22) + 3);

		fprintf(file, "%c%c%s%s", 'A' + kind % 23, 'a' + kind / 23 % 23,
			kind > 529 ? "more" : "", ends[random % 10]);
		random = random * 1664525 + 1013904223;
	}
	err = ferror(file) ? -EIO : 0;
	return fclose(file) ? -errno : err;
}
