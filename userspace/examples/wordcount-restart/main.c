// SPDX-License-Identifier: MIT
/*
 * wordcount-restart - counts words, is killed, and goes on with the right counts
 *
 *	wordcount-restart [--anew] TEXT
 *
 * Keeps its counts and its position in the file TEXT in a persistent pool of the
 * budget "words". However it ends, the next run goes on where this one was; when the
 * end of the text was reached, it prints the result once more. With --anew it drops
 * what is there and begins at the beginning. What makes counts and position belong
 * together is in tally.c.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/budgetmem.h>

#include "tally.h"
#include "text.h"

static int open_pool(struct bm_client *client, bool anew, struct bm_pool **pool)
{
	int err = bm_pool_open_persistent(client, "tally", tally_size(),
					  tally_layout(), pool, NULL);

	if (err || !anew)
		return err;
	err = bm_pool_destroy(*pool);
	return err ? err : open_pool(client, false, pool);
}

static int count_words(struct tally *tally, struct text *text)
{
	struct word word;
	bool fits;
	int err = text_seek(text, tally_last(tally)->position);

	while (!err && text_next(text, &word, &fits))
		err = tally_count(tally, fits ? &word : NULL, text->position);
	return err;
}

static void print_report(struct tally *tally)
{
	const struct step *last = tally_last(tally);
	struct ranked item;
	size_t cursor = 0;

	tally_rank(tally);
	printf("%" PRIu64 " words, %zu different ones, %" PRIu64 " lost, resumed %"
	       PRIu64 " times\n", (uint64_t)last->words,
	       word_counts_len(&tally->counts), (uint64_t)last->lost,
	       (uint64_t)tally->record->starts - 1);
	while (!ranking_next(&tally->ranking, &cursor, &item))
		printf("%8" PRIu32 "  %s\n", item.count, item.word.text);
}

static int run(struct bm_client *client, bool anew, struct text *text)
{
	struct bm_pool *pool;
	struct tally tally;
	int err;

	err = open_pool(client, anew, &pool);
	if (err)
		return err;
	err = bm_client_lock(client);
	if (err)
		return err;
	err = tally_open(&tally, bm_pool_region(pool));
	if (err)
		return err;
	err = tally_begin(&tally, text->size);
	if (err) {
		fprintf(stderr, "wordcount-restart: the counts are of another text; --anew drops them\n");
		return err;
	}
	err = count_words(&tally, text);
	if (!err)
		print_report(&tally);
	return err;
}

static int count_text(const char *path, bool anew)
{
	struct bm_client *client;
	struct text text;
	int err = text_open(&text, path);

	if (err) {
		fprintf(stderr, "wordcount-restart: %s: %s\n", path, strerror(-err));
		return EXIT_FAILURE;
	}
	err = bm_client_open(&client, "words");
	if (!err) {
		err = run(client, anew, &text);
		bm_client_close(client);
	}
	text_close(&text);
	if (err)
		fprintf(stderr, "wordcount-restart: %s\n", bm_error_text(err));
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	bool anew = argc == 3 && !strcmp(argv[1], "--anew");

	if (argc != 2 && !anew) {
		fprintf(stderr, "usage: wordcount-restart [--anew] TEXT\n");
		return EXIT_FAILURE;
	}
	return count_text(argv[argc - 1], anew);
}
