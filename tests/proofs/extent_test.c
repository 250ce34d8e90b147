// SPDX-License-Identifier: MIT
/*
 * Extents, against the model: every reachable state of small budgets, and random
 * sequences in larger ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model.h"
#include "random.h"
#include "states.h"

static void explore_take(struct states *states, struct state state,
			 struct model *model, u32 taker)
{
	u32 pages, most;

	state_restore(state, model);
	most = model->chain[taker].pages ? 0 : model_free_pages(model);
	for (pages = 1; pages <= most; pages++) {
		state_restore(state, model);
		model_take(model, taker, pages);
		states_add(states, state_of(model));
	}
}

static void explore_give(struct states *states, struct state state,
			 struct model *model, u32 taker)
{
	state_restore(state, model);
	model_give(model, taker);
	states_add(states, state_of(model));
}

/* Moves every subset of the pages of @taker, and all of them at once. */
static void explore_moves(struct states *states, struct state state,
			  struct model *model, u32 taker, u32 other)
{
	u32 pages = model->extents.pages, subset, i;
	bool moves[MODEL_PAGES];

	state_restore(state, model);
	model_join(model, other, taker);
	states_add(states, state_of(model));
	for (subset = 0; subset < 1u << pages; subset++) {
		for (i = 0; i < pages; i++)
			moves[i] = subset >> i & 1;
		state_restore(state, model);
		model_divide(model, taker, other, moves);
		states_add(states, state_of(model));
	}
}

/* What the taker has goes, then as much comes again. Another size is another world. */
static void explore_resize(struct state state, const struct model *model, u32 taker)
{
	static struct model other;
	u32 pages;

	model_init(&other, model->extents.pages, model->takers);
	state_restore(state, &other);
	pages = other.chain[taker].pages;
	if (pages < other.extents.pages) {
		model_shrink(&other, taker);
		model_grow(&other, pages + 1);
	}
	model_end(&other);
}

/* Every operation that is allowed in this state. */
static void explore_state(struct states *states, struct state state,
			  struct model *model)
{
	u32 taker, other;

	for (taker = 0; taker < model->takers; taker++) {
		explore_take(states, state, model, taker);
		explore_give(states, state, model, taker);
		explore_resize(state, model, taker);
		for (other = 0; other < model->takers; other++)
			if (other != taker)
				explore_moves(states, state, model, taker, other);
	}
}

/* Lists of some of @pages pages for @takers, in any order: how many there are. */
static size_t count_lists(u32 pages, u32 takers)
{
	size_t lists, sum = 0;
	u32 listed, i;

	for (listed = 0; listed <= pages; listed++) {
		lists = 1;
		for (i = 0; i < listed; i++)
			lists *= pages - i;
		for (i = 1; i < takers; i++)
			lists = lists * (listed + i) / i;
		sum += lists;
	}
	return sum;
}

static void explore(u32 pages, u32 takers)
{
	struct states *states = states_create();
	static struct model model;
	size_t i;

	model_init(&model, pages, takers);
	states_add(states, state_of(&model));
	for (i = 0; i < states_count(states); i++)
		explore_state(states, states_get(states, i), &model);
	model_end(&model);
	print_message("# %u pages, %u takers: %zu states\n", pages, takers,
		      states_count(states));
	/* Every list can come about, and some are in pieces in several ways. */
	assert_true(states_count(states) >= count_lists(pages, takers));
	states_destroy(states);
}

static void test_every_state_with_one_page(void **state)
{
	explore(1, 3);
}

static void test_every_state_with_two_pages(void **state)
{
	explore(2, 3);
}

static void test_every_state_with_three_pages(void **state)
{
	explore(3, 3);
}

static void test_every_state_with_four_pages(void **state)
{
	explore(4, 3);
}

static void test_every_state_with_five_pages(void **state)
{
	explore(5, 3);
}

static void test_every_state_with_six_pages(void **state)
{
	explore(6, 2);
}

static void random_divide(struct model *model, u32 taker, u32 other, u64 *seed)
{
	u32 often = 1 + random_below(seed, 10), i;
	bool moves[MODEL_PAGES];

	for (i = 0; i < model->extents.pages; i++)
		moves[i] = random_below(seed, often) == 0;
	model_divide(model, taker, other, moves);
}

static void random_resize(struct model *model, u32 taker, u64 *seed)
{
	u32 most = MODEL_PAGES - model->extents.pages;

	if (random_below(seed, 2) && most)
		model_grow(model, 1 + random_below(seed, most));
	else if (model->chain[taker].pages < model->extents.pages)
		model_shrink(model, taker);
}

static void random_step(struct model *model, u64 *seed)
{
	u32 taker = random_below(seed, model->takers);
	u32 other = (taker + 1 + random_below(seed, model->takers - 1)) %
		    model->takers;
	u32 free = model_free_pages(model);

	if (!random_below(seed, 16)) {
		random_resize(model, taker, seed);
	} else if (!model->chain[taker].pages) {
		/* Mostly a few pages, sometimes all that there are. */
		if (free && random_below(seed, 8))
			free = 1 + free / (1 + random_below(seed, 20));
		if (free && free <= model_free_pages(model))
			model_take(model, taker, 1 + random_below(seed, free));
	} else if (random_below(seed, 3)) {
		model_give(model, taker);
	} else if (random_below(seed, 2)) {
		model_join(model, other, taker);
	} else {
		random_divide(model, taker, other, seed);
	}
}

static void test_random_sequences(void **state)
{
	static struct model model;
	u64 seed = 42;
	int round, i;

	for (round = 0; round < 40; round++) {
		u32 pages = 1 + random_below(&seed, MODEL_PAGES);

		model_init(&model, pages, 2 + random_below(&seed, MODEL_TAKERS - 1));
		for (i = 0; i < 2000; i++)
			random_step(&model, &seed);
		for (i = 0; i < (int)model.takers; i++)
			model_give(&model, i);
		assert_int_equal(model.extents.record[0].pages,
				 model.extents.pages);
		model_end(&model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_state_with_one_page),
		cmocka_unit_test(test_every_state_with_two_pages),
		cmocka_unit_test(test_every_state_with_three_pages),
		cmocka_unit_test(test_every_state_with_four_pages),
		cmocka_unit_test(test_every_state_with_five_pages),
		cmocka_unit_test(test_every_state_with_six_pages),
		cmocka_unit_test(test_random_sequences),
	};

	return cmocka_run_group_tests_name("extent", tests, NULL, NULL);
}
