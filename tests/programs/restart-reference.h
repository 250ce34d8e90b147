/* SPDX-License-Identifier: MIT */
/* restart-reference.h - the counts of a text, found in the plainest way */
#ifndef RESTART_REFERENCE_H
#define RESTART_REFERENCE_H

/**
 * struct reference - what a program that counts this text has to print
 * @begin: up to how often it was resumed
 * @end: behind that
 */
struct reference {
	char begin[128];
	char end[1024];
};

/**
 * reference_make() - count the words of a text
 * @reference: filled in
 * @path: the text, a file
 *
 * Return: 0 or -errno; -E2BIG if it has more different words than the program counts.
 */
int reference_make(struct reference *reference, const char *path);

/**
 * reference_write_text() - make a text up
 * @path: the file
 * @words: how many words
 *
 * The same whenever it is called. Some words are not ASCII, and some do not fit.
 *
 * Return: 0 or -errno.
 */
int reference_write_text(const char *path, unsigned int words);

#endif /* RESTART_REFERENCE_H */
