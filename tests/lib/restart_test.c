// SPDX-License-Identifier: MIT
/*
 * restart_test.c: a program that counts words dies at any instruction, and the next
 * one goes on with the right counts
 *
 * The tally is that of examples/wordcount-restart, small enough to be full soon. The
 * text is made up, a position is a number of words.
 */
#define DIFFERENT_WORDS	80
#define SIZE		tally_size()

#include "../../userspace/examples/wordcount-restart/tally.c"
#include "death.h"

#include <stdio.h>
#include <time.h>

#define KINDS		100
#define WORDS		100000
#define KILLS		150

/**
 * struct model - what is right after some words of the text
 * @count: how often each kind of word was seen
 * @kinds: how many kinds are counted
 * @words: words that are counted
 * @lost: words that are not
 */
struct model {
	uint32_t count[KINDS];
	size_t kinds;
	uint64_t words;
	uint64_t lost;
};

/* Kinds of small numbers are frequent; negative ones are words that do not fit. */
static int text[WORDS];

static void write_text(void)
{
	uint32_t random = 1;

	for (size_t i = 0; i < WORDS; i++) {
		random = random * 1664525 + 1013904223;
		text[i] = (int)((random >> 16) % KINDS * ((random >> 8) % KINDS) / KINDS);
		if (random >> 16 > 65000)
			text[i] = -1;
	}
}

static struct word word_of(int kind)
{
	struct word word;

	memset(&word, 0, sizeof(word));
	snprintf(word.text, sizeof(word.text), "kind-%d-of-a-long-word", kind);
	return word;
}

static void model_add(struct model *model, int kind)
{
	if (kind < 0 || (!model->count[kind] && model->kinds == DIFFERENT_WORDS)) {
		model->lost++;
		return;
	}
	model->kinds += !model->count[kind];
	model->count[kind]++;
	model->words++;
}

/* Counts up to the word before @end. */
static int count_to(struct tally *tally, size_t end)
{
	size_t at = (size_t)tally_last(tally)->position;
	int err = 0;

	for (; at < end && !err; at++) {
		struct word word = word_of(text[at]);

		err = tally_count(tally, text[at] < 0 ? NULL : &word, at + 1);
	}
	return err;
}

/* How far the next programs go; the text ends there for them. */
static size_t end_of_text;

static void expect_right(struct tally *tally, struct bm_region where)
{
	const struct step *last = tally_last(tally);
	struct model model = { .words = 0 };

	assert_int_equal(last->position, end_of_text);
	for (size_t i = 0; i < end_of_text; i++)
		model_add(&model, text[i]);
	assert_int_equal(last->words, model.words);
	assert_int_equal(last->lost, model.lost);
	assert_int_equal(word_counts_len(&tally->counts), model.kinds);
	for (int kind = 0; kind < KINDS; kind++) {
		struct word word = word_of(kind);
		uint32_t seen = 0;

		word_counts_get(&tally->counts, &word, &seen);
		assert_int_equal(seen, model.count[kind]);
	}
	assert_int_equal(word_counts_invariants(&tally->counts), 0);
	assert_int_equal(bm_layout_recover(where), 0);
	check_layout(where);
}

/* What the next program does with what a death has left. */
static void check_goes_on(void)
{
	struct tally tally;

	assert_int_equal(tally_open(&tally, copy), 0);
	assert_int_equal(tally_begin(&tally, WORDS), 0);
	assert_true(tally_last(&tally)->position <= end_of_text);
	assert_int_equal(count_to(&tally, end_of_text), 0);
	expect_right(&tally, copy);
	tally_rank(&tally);
	assert_int_equal(ranking_invariants(&tally.ranking), 0);
}

/* The programs that die: how far they go at most. */
static size_t end_of_life;

static void live(void)
{
	struct tally tally;

	if (tally_open(&tally, region) || tally_begin(&tally, WORDS) ||
	    count_to(&tally, end_of_life))
		_exit(1);
}

static void open_only(void)
{
	struct tally tally;

	if (tally_open(&tally, region))
		_exit(1);
}

/* A tally of the words before @end, with a seed that every run of this test has. */
static void set_off(size_t end)
{
	struct word_counts counts;
	struct tally tally;

	memset(region.base, 0, SIZE);
	assert_int_equal(word_counts_create_seeded(&counts, region, "counts", 99), 0);
	assert_int_equal(tally_open(&tally, region), 0);
	assert_int_equal(tally_begin(&tally, WORDS), 0);
	assert_int_equal(count_to(&tally, end), 0);
}

static void first_start(void **state)
{
	(void)state;
	end_of_life = 3;
	end_of_text = 20;
	assert_true(die_everywhere(live, check_goes_on) > 60);
}

static void a_few_words(void **state)
{
	(void)state;
	set_off(4);
	end_of_life = 10;
	end_of_text = 300;
	assert_true(die_everywhere(live, check_goes_on) > 60);
}

/* The first position at which so many kinds are counted. */
static size_t where_kinds_are(size_t kinds)
{
	struct model model = { .words = 0 };
	size_t at = 0;

	while (model.kinds < kinds)
		model_add(&model, text[at++]);
	return at;
}

/* The last words that have room, for which others are moved; and the first lost. */
static void the_map_becomes_full(void **state)
{
	(void)state;
	for (size_t kinds = DIFFERENT_WORDS - 6; kinds < DIFFERENT_WORDS; kinds++) {
		size_t next = where_kinds_are(kinds + 1);

		set_off(next - 1);
		end_of_life = next + 2;
		end_of_text = next + 300;
		assert_true(die_everywhere(live, check_goes_on) > 20);
	}
}

/* Deaths within an insert, as the next program finds them. */
#define TORN	6
static unsigned char *torn[TORN];
static size_t torn_count;
static size_t torn_seen;

static void keep_torn(void)
{
	struct bm_object_info info;
	size_t cursor = 0;

	assert_int_equal(bm_layout_next(copy, &cursor, &info), 0);
	assert_string_equal(info.name, "counts");
	if (!info.updating || torn_seen++ % 3 || torn_count == TORN)
		return;
	torn[torn_count] = malloc(SIZE);
	memcpy(torn[torn_count++], copy.base, SIZE);
}

/* Whoever repairs may die as well, and so on. */
static void putting_in_order(void **state)
{
	size_t next = where_kinds_are(DIFFERENT_WORDS - 2);

	(void)state;
	set_off(next - 1);
	end_of_life = next;
	end_of_text = next + 300;
	die_everywhere(live, keep_torn);
	assert_true(torn_count >= 3);
	for (size_t i = 0; i < torn_count; i++) {
		memcpy(region.base, torn[i], SIZE);
		assert_true(die_everywhere(open_only, check_goes_on) > 3);
		free(torn[i]);
	}
}

static void pause_up_to(long nanoseconds)
{
	struct timespec moment = { .tv_nsec = rand() % nanoseconds };

	nanosleep(&moment, NULL);
}

/* Starts a program that counts the whole text. */
static pid_t start_life(void)
{
	pid_t child = fork();

	if (!child) {
		live();
		_exit(0);
	}
	assert_true(child > 0);
	return child;
}

/* Whether the program was killed; otherwise it has come to its end. */
static bool is_killed(pid_t child, long nanoseconds)
{
	int status;

	pause_up_to(nanoseconds);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		return true;
	assert_int_equal(status, 0);
	return false;
}

static long life_time(void)
{
	struct timespec begin, end;
	pid_t child;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	child = start_life();
	assert_int_equal(waitpid(child, NULL, 0), child);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec;
}

/* When somebody has come to the end: all is right, and the next begins anew. */
static void check_end(unsigned int kills, unsigned int texts)
{
	struct tally tally;

	assert_int_equal(tally_open(&tally, region), 0);
	expect_right(&tally, region);
	assert_true(tally.record->starts >= 1);
	printf("# killed %u times, counted %u texts\n", kills, texts);
	fflush(stdout);
	memset(region.base, 0, SIZE);
}

/* Processes that are really killed, and whatever instruction they are at. */
static void killed_at_random(void **state)
{
	unsigned int kills = 0, texts = 0;
	long life;

	(void)state;
	srand(3);
	end_of_life = WORDS;
	end_of_text = WORDS;
	life = life_time() / 4 + 1;
	check_end(kills, texts);
	while (kills < KILLS || !texts) {
		if (is_killed(start_life(), life < 500000000 ? life : 500000000))
			kills++;
		else
			check_end(kills, ++texts);
	}
}

static void another_text_is_refused(void **state)
{
	struct tally tally;

	(void)state;
	set_off(10);
	assert_int_equal(tally_open(&tally, region), 0);
	assert_int_equal(tally_begin(&tally, WORDS + 1), -EINVAL);
	assert_int_equal(tally.record->starts, 1);
	assert_int_equal(tally_begin(&tally, WORDS), 0);
	assert_int_equal(tally.record->starts, 2);
	assert_int_equal(tally_last(&tally)->position, 10);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(first_start),
		CASE(a_few_words),
		CASE(the_map_becomes_full),
		CASE(putting_in_order),
		CASE(killed_at_random),
		CASE(another_text_is_refused),
	};

	write_text();
	return cmocka_run_group_tests_name("restart", tests, NULL, NULL);
}
