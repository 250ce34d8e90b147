// SPDX-License-Identifier: MIT
/*
 * wordcount.c - counts words in memory that it has stated beforehand
 *
 *	wordcount < TEXT
 *
 * Takes two pools from the budget "words", counts the first words, locks, and goes
 * on counting: from there on it gets no more memory and waits for none. Prints the
 * most frequent words. TEXT is in UTF-8; what is not is skipped and counted.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/budgetmem.h>

#define BUDGET_SIZE	(2 * BM_POOL_1M)
#define DIFFERENT_WORDS	16384
#define TOP		10
#define BEFORE_LOCK	100

/* Filled up with zeros: the map compares all bytes of a key. */
struct word {
	char text[28];
};

struct ranked {
	struct word word;
	uint32_t count;
};

BM_MAP(word_counts, struct word, uint32_t, DIFFERENT_WORDS)
BM_STRING(token, 255)
BM_STRING(spelling, 27)
BM_VEC(ranking, struct ranked, TOP)

BM_PLAN(counting, BM_NEEDS(word_counts), BM_NEEDS(token), BM_NEEDS(spelling));
BM_PLAN(report, BM_NEEDS(ranking));
BM_PLAN_FITS(counting, BUDGET_SIZE - BM_PLAN_SIZE(report));

/**
 * struct book - handles of what lies in the pools, and some sums
 * @counts: how often each word was seen
 * @token: characters of the text up to a blank
 * @spelling: the word as it is being read, A to Z in small letters
 * @ranking: the most frequent words
 * @words: words that were counted
 * @lost: words that were not: too long, not UTF-8, or the map was full
 * @too_long: the word that is being read does not fit into @spelling
 */
struct book {
	struct word_counts counts;
	struct token token;
	struct spelling spelling;
	struct ranking ranking;
	uint64_t words;
	uint64_t lost;
	bool too_long;
};

static int create_in(struct book *book, struct bm_pool *counting,
		     struct bm_pool *report)
{
	int err;

	err = word_counts_create(&book->counts, bm_pool_region(counting),
				 "counts");
	if (err)
		return err;
	err = token_create(&book->token, bm_pool_region(counting), "token");
	if (err)
		return err;
	err = spelling_create(&book->spelling, bm_pool_region(counting),
			      "spelling");
	if (err)
		return err;
	return ranking_create(&book->ranking, bm_pool_region(report),
			      "ranking");
}

static int create(struct book *book, struct bm_client *client)
{
	struct bm_pool *counting, *report;
	int err;

	err = bm_pool_create(client, "counting", BM_PLAN_SIZE(counting), 0,
			     &counting);
	if (err)
		return err;
	err = bm_pool_create(client, "report", BM_PLAN_SIZE(report), 0,
			     &report);
	if (err)
		return err;
	return create_in(book, counting, report);
}

/* Full is an ordinary result: -ENOSPC, and the word is still the caller's. */
static int count_word(struct word_counts *counts, const struct word *word)
{
	uint32_t *seen = word_counts_at(counts, word);
	const uint32_t once = 1;

	if (!seen)
		return word_counts_insert(counts, word, &once);
	++*seen;
	return 0;
}

static void end_word(struct book *book)
{
	struct word word = { "" };

	if (spelling_is_empty(&book->spelling))
		return;
	if (book->too_long ||
	    spelling_copy(&book->spelling, word.text, sizeof(word.text)) ||
	    count_word(&book->counts, &word))
		book->lost++;
	else
		book->words++;
	spelling_clear(&book->spelling);
	book->too_long = false;
}

/* Letters of ASCII, and beyond it all but signs and punctuation. */
static bool is_letter(uint32_t character)
{
	if (character < 0x80)
		return isalpha((int)character);
	return character >= 0xc0 && (character < 0x2000 || character > 0x206f);
}

static uint32_t small_letter(uint32_t character)
{
	return character < 0x80 ? (uint32_t)tolower((int)character) : character;
}

static void count_token(struct book *book, const char *text)
{
	uint32_t character;
	size_t cursor = 0;

	token_clear(&book->token);
	if (token_append(&book->token, text)) {
		book->lost++;
		return;
	}
	while (!token_next(&book->token, &cursor, &character)) {
		if (!is_letter(character))
			end_word(book);
		else if (spelling_push(&book->spelling, small_letter(character)))
			book->too_long = true;
	}
	end_word(book);
}

/* Stops at the end of the text, or when @words have been counted. */
static void count_words(struct book *book, uint64_t words)
{
	char text[256];

	while (book->words < words && scanf("%255s", text) == 1)
		count_token(book, text);
}

static bool is_before(const struct ranked *a, const struct ranked *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return strcmp(a->word.text, b->word.text) < 0;
}

/* Puts @item where it belongs and drops what is then beyond the last place. */
static void rank(struct ranking *ranking, const struct ranked *item)
{
	struct ranked other;
	size_t place = 0, cursor = 0;

	while (!ranking_next(ranking, &cursor, &other) && is_before(&other, item))
		place++;
	if (place == ranking_capacity(ranking))
		return;
	if (ranking_is_full(ranking))
		ranking_pop(ranking, NULL);
	ranking_insert(ranking, place, item);
}

static void print_report(struct book *book)
{
	struct ranked item;
	size_t cursor = 0;

	while (!word_counts_next(&book->counts, &cursor, &item.word,
				 &item.count))
		rank(&book->ranking, &item);
	printf("%" PRIu64 " words, %zu different ones, %" PRIu64 " lost\n",
	       book->words, word_counts_len(&book->counts), book->lost);
	cursor = 0;
	while (!ranking_next(&book->ranking, &cursor, &item))
		printf("%8" PRIu32 "  %s\n", item.count, item.word.text);
}

static int run(struct bm_client *client)
{
	struct book book = { .words = 0 };
	int err;

	err = create(&book, client);
	if (err)
		return err;
	count_words(&book, BEFORE_LOCK);
	err = bm_client_lock(client);
	if (err)
		return err;
	count_words(&book, UINT64_MAX);
	print_report(&book);
	return 0;
}

int main(void)
{
	struct bm_client *client;
	int err;

	err = bm_client_open(&client, "words");
	if (!err) {
		err = run(client);
		bm_client_close(client);
	}
	if (err)
		fprintf(stderr, "wordcount: %s\n", bm_error_text(err));
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
