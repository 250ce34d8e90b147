// SPDX-License-Identifier: MIT
/*
 * wordcount-restart - counts words, is killed, and goes on with the right counts
 *
 *	wordcount-restart TEXT
 *	wordcount-restart --forget
 *
 * Keeps its counts and its position in the file TEXT in a persistent pool of the
 * budget "words". However it ends, the next run goes on where this one was; when the
 * end of the text was reached, it prints the result once more. With --forget it gives
 * the pool back, so that the next run begins at the beginning. What makes counts and
 * position belong together is in tally.c.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <budgetmem/budgetmem.h>

#include "tally.h"
#include "text.h"

static int open_pool(struct bm_client *client, struct bm_pool **pool)
{
	return bm_pool_open_persistent(client, "tally", tally_size(),
				       tally_layout(), pool, NULL);
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

/* For an error that was told already. */
#define TOLD	1

/* From the lock on nothing grows and nothing faults, and nobody forgets. */
static int count_text(struct bm_client *client, struct text *text)
{
	struct bm_pool *pool;
	struct tally tally;
	int err;

	err = open_pool(client, &pool);
	if (!err)
		err = bm_client_lock(client);
	if (!err)
		err = tally_open(&tally, bm_pool_region(pool));
	if (err)
		return err;
	if (tally_begin(&tally, text->size)) {
		fprintf(stderr, "wordcount-restart: the counts are of another text; "
			"--forget drops them\n");
		return TOLD;
	}
	err = count_words(&tally, text);
	if (!err)
		print_report(&tally);
	return err;
}

static int forget(struct bm_client *client)
{
	struct bm_pool *pool;
	int err = open_pool(client, &pool);

	return err ? err : bm_pool_destroy(pool);
}

/* Without a text, forgets. */
static int run(struct text *text)
{
	struct bm_client *client;
	int err = bm_client_open(&client, "words");

	if (!err) {
		err = text ? count_text(client, text) : forget(client);
		bm_client_close(client);
	}
	if (err < 0)
		fprintf(stderr, "wordcount-restart: %s\n", bm_error_text(err));
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	struct text text;
	int status, err;

	if (argc != 2) {
		fprintf(stderr, "usage: wordcount-restart TEXT | --forget\n");
		return EXIT_FAILURE;
	}
	if (!strcmp(argv[1], "--forget"))
		return run(NULL);
	err = text_open(&text, argv[1]);
	if (err) {
		fprintf(stderr, "wordcount-restart: %s: %s\n", argv[1], strerror(-err));
		return EXIT_FAILURE;
	}
	status = run(&text);
	text_close(&text);
	return status;
}
