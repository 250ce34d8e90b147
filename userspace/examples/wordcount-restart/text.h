/* SPDX-License-Identifier: MIT */
/*
 * text.h: words of a text, and where in the file they end
 *
 * The text is in UTF-8. A word is a run of letters, A to Z in small letters; what does
 * not look like UTF-8 is no letter.
 */
#ifndef WORDCOUNT_RESTART_TEXT_H
#define WORDCOUNT_RESTART_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tally.h"

/**
 * struct text - a text that is being read
 * @file: the file
 * @size: its bytes
 * @position: bytes that were read
 */
struct text {
	FILE *file;
	uint64_t size;
	uint64_t position;
};

/* 0 or -errno: -ESPIPE for what has no positions. */
int text_open(struct text *text, const char *path);

/* Goes to a position. 0 or -errno. */
int text_seek(struct text *text, uint64_t position);

/**
 * text_next() - read on to the end of the next word
 * @text: the text
 * @word: receives the word, filled up with zeros
 * @fits: receives whether all of it fits there
 *
 * Return: whether there was one more
 */
bool text_next(struct text *text, struct word *word, bool *fits);

void text_close(struct text *text);

#endif /* WORDCOUNT_RESTART_TEXT_H */
