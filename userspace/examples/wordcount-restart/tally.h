/* SPDX-License-Identifier: MIT */
/*
 * tally.h: counts of words, and how far in the text they go
 *
 * Both are in one region and belong together, whenever their writer dies. What
 * outlives it is:
 *
 *	record		one step after the other, the last two of them
 *	counts		how often each word was seen
 *
 * A step says which word comes next, what its count is then, and how much of the text
 * is done then. It is written where nobody looks, published by one store, and only
 * then the map is touched. Who finds a tally does the last step again: it states a
 * count and adds nothing, so it may have been done before, or in part.
 */
#ifndef WORDCOUNT_RESTART_TALLY_H
#define WORDCOUNT_RESTART_TALLY_H

#include <budgetmem/budgetmem.h>

#ifndef DIFFERENT_WORDS
#define DIFFERENT_WORDS	16384
#endif
#define TOP		10

/* Filled up with zeros: the map compares all bytes of a key. */
struct word {
	char text[28];
};

struct ranked {
	struct word word;
	uint32_t count;
};

/**
 * struct step - one word, and where that leaves everything
 * @position: bytes of the text that are done
 * @words: words that are counted
 * @lost: words that are not: too long, or the map was full
 * @count: how often @word was seen; 0 if this word was lost
 * @word: the word
 */
struct step {
	__aligned_u64 position;
	__aligned_u64 words;
	__aligned_u64 lost;
	uint32_t count;
	struct word word;
};

/**
 * struct record - what is needed to go on
 * @steps: number of steps; the last one is step[@steps % 2]
 * @starts: how often a program began to count, or went on
 * @text_size: bytes of the text
 * @step: the last two
 */
struct record {
	__aligned_u64 steps;
	__aligned_u64 starts;
	__aligned_u64 text_size;
	struct step step[2];
};

BM_MAP(word_counts, struct word, uint32_t, DIFFERENT_WORDS)
BM_VEC(records, struct record, 1)
BM_VEC(ranking, struct ranked, TOP)

/**
 * struct tally - handles of what lies in the region
 * @counts: how often each word was seen
 * @ranking: the most frequent words; made anew whenever they are wanted
 * @record: what is needed to go on
 */
struct tally {
	struct word_counts counts;
	struct ranking ranking;
	struct record *record;
};

/* Bytes of the region, and the number that names what it holds. */
size_t tally_size(void);
uint64_t tally_layout(void);

/**
 * tally_open() - find a tally as somebody left it, or make a new one
 * @tally: receives the handles
 * @region: a fresh one, or one that had a tally of these words
 *
 * Puts in order what was left half done. Whoever dies in here leaves what the next
 * one can put in order as well.
 *
 * Return: 0, or what the collections return
 */
int tally_open(struct tally *tally, struct bm_region region);

/**
 * tally_begin() - begin to count a text, or go on
 * @tally: the tally
 * @text_size: bytes of the text
 *
 * Return: 0, or -EINVAL if the tally is one of another text
 */
int tally_begin(struct tally *tally, uint64_t text_size);

/* The last step: how far the tally goes. */
const struct step *tally_last(const struct tally *tally);

/**
 * tally_count() - count a word
 * @tally: the tally
 * @word: the word, or NULL for one that is lost
 * @position: bytes of the text that are done with it
 *
 * Return: 0, or what the map returns
 */
int tally_count(struct tally *tally, const struct word *word, uint64_t position);

/* Finds the most frequent words; of equal ones the first in order of bytes. */
void tally_rank(struct tally *tally);

#endif /* WORDCOUNT_RESTART_TALLY_H */
