// SPDX-License-Identifier: MIT
/*
 * tally.c: counts of words, and how far in the text they go
 */
#include "tally.h"

#include <string.h>

BM_PLAN(tally, BM_NEEDS(word_counts), BM_NEEDS(records), BM_NEEDS(ranking));

size_t tally_size(void)
{
	return BM_PLAN_SIZE(tally);
}

uint64_t tally_layout(void)
{
	return BM_PLAN_LAYOUT(tally);
}

const struct step *tally_last(const struct tally *tally)
{
	const struct record *record = tally->record;

	return &record->step[record->steps % 2];
}

/*
 * The map tells that somebody died within an insert; after the repair the word is
 * there or not, and so it is put there once more.
 */
static int do_step(struct tally *tally, const struct step *step)
{
	int err;

	if (!step->count)
		return 0;
	err = word_counts_upsert(&tally->counts, &step->word, &step->count);
	if (err != -EOWNERDEAD)
		return err;
	err = word_counts_repair(&tally->counts);
	if (err)
		return err;
	return word_counts_upsert(&tally->counts, &step->word, &step->count);
}

/*
 * One store, of a number that is a machine word or is stored like one: the step is
 * the last one, or it is not there. The compiler must not move anything across; the
 * processor lets a process that dies have done things in order.
 */
static void publish(struct record *record)
{
	__atomic_store_n(&record->steps, record->steps + 1, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

int tally_count(struct tally *tally, const struct word *word, uint64_t position)
{
	struct record *record = tally->record;
	struct step *step = &record->step[(record->steps + 1) % 2];
	uint32_t seen = 0;

	*step = *tally_last(tally);
	step->position = position;
	step->count = 0;
	if (word && (!word_counts_get(&tally->counts, word, &seen) ||
		     !word_counts_is_full(&tally->counts))) {
		step->word = *word;
		step->count = seen + 1;
		step->words++;
	} else {
		step->lost++;
	}
	publish(record);
	return do_step(tally, step);
}

static int open_record(struct tally *tally, struct bm_region region)
{
	static const struct record empty;
	struct records records;
	int err = records_attach(&records, region, "record", NULL);

	if (err == -ENOENT)
		err = records_create(&records, region, "record");
	if (!err && records_is_empty(&records))
		err = records_push(&records, &empty);
	if (!err)
		tally->record = records_data(&records);
	return err;
}

static int open_counts(struct tally *tally, struct bm_region region)
{
	int err = word_counts_attach(&tally->counts, region, "counts", NULL);

	return err == -ENOENT ?
	       word_counts_create(&tally->counts, region, "counts") : err;
}

static int open_ranking(struct tally *tally, struct bm_region region)
{
	int err = ranking_attach(&tally->ranking, region, "ranking", NULL);

	return err == -ENOENT ?
	       ranking_create(&tally->ranking, region, "ranking") : err;
}

int tally_open(struct tally *tally, struct bm_region region)
{
	int err = bm_layout_recover(region);

	if (!err)
		err = open_counts(tally, region);
	if (!err)
		err = open_ranking(tally, region);
	if (!err)
		err = open_record(tally, region);
	return err ? err : do_step(tally, tally_last(tally));
}

int tally_begin(struct tally *tally, uint64_t text_size)
{
	struct record *record = tally->record;

	if (!record->starts)
		record->text_size = text_size;
	else if (record->text_size != text_size)
		return -EINVAL;
	__atomic_store_n(&record->starts, record->starts + 1, __ATOMIC_RELEASE);
	return 0;
}

static bool is_before(const struct ranked *a, const struct ranked *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return strncmp(a->word.text, b->word.text, sizeof(a->word.text)) < 0;
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

/* Clearing makes it sound, whatever somebody left who died in here. */
void tally_rank(struct tally *tally)
{
	struct ranked item;
	size_t cursor = 0;

	ranking_clear(&tally->ranking);
	while (!word_counts_next(&tally->counts, &cursor, &item.word, &item.count))
		rank(&tally->ranking, &item);
}
