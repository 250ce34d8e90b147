// SPDX-License-Identifier: MIT
/*
 * history_test.c: the last minute of the budgets, and how it is drawn
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frame.h"
#include "history.h"

#include <string.h>

#define BUDGETS		2
#define SIZE		700

/* What the device shows, and what was seen of it. */
struct fixture {
	struct budgetmem_budget_info budgets[BUDGETS];
	struct snapshot snapshot;
	struct history history;
};

static struct fixture begin(void)
{
	struct fixture fixture = { .snapshot.budget_count = 1 };

	strcpy(fixture.budgets[0].name, "one");
	strcpy(fixture.budgets[1].name, "two");
	fixture.budgets[0].size = SIZE;
	fixture.budgets[1].size = SIZE;
	return fixture;
}

static void look(struct fixture *fixture, uint64_t now)
{
	fixture->snapshot.budgets = fixture->budgets;
	assert_int_equal(history_add(&fixture->history, &fixture->snapshot, now), 0);
}

static const struct trend *trend(const struct fixture *fixture, const char *name)
{
	return history_find(&fixture->history, name);
}

static uint64_t newest(const struct trend *trend, unsigned int back)
{
	return trend->used[HISTORY_STEPS - 1 - back];
}

static void a_step_is_the_most_that_was_used_in_it(void **context)
{
	struct fixture fixture = begin();

	(void)context;
	for (uint64_t now = 0; now < HISTORY_STEP_MS; now += 1000) {
		fixture.budgets[0].used = now == 2000 ? 500 : now / 100;
		look(&fixture, 1000 * HISTORY_STEP_MS + now);
	}
	assert_int_equal(trend(&fixture, "one")->steps, 1);
	assert_int_equal(newest(trend(&fixture, "one"), 0), 500);
	/* The next step begins with what is then. */
	fixture.budgets[0].used = 1;
	look(&fixture, 1001 * HISTORY_STEP_MS);
	assert_int_equal(trend(&fixture, "one")->steps, 2);
	assert_int_equal(newest(trend(&fixture, "one"), 0), 1);
	assert_int_equal(newest(trend(&fixture, "one"), 1), 500);
	history_free(&fixture.history);
}

static void older_steps_fall_out(void **context)
{
	struct fixture fixture = begin();

	(void)context;
	for (uint64_t step = 0; step < 3 * HISTORY_STEPS; step++) {
		fixture.budgets[0].used = step;
		look(&fixture, step * HISTORY_STEP_MS);
	}
	assert_int_equal(trend(&fixture, "one")->steps, HISTORY_STEPS);
	for (unsigned int back = 0; back < HISTORY_STEPS; back++)
		assert_int_equal(newest(trend(&fixture, "one"), back),
				 3 * HISTORY_STEPS - 1 - back);
	history_free(&fixture.history);
}

/* Nobody looked: what was seen last is taken to have lasted. */
static void a_gap_is_filled_with_what_was(void **context)
{
	struct fixture fixture = begin();

	(void)context;
	fixture.budgets[0].used = 7;
	look(&fixture, 0);
	fixture.budgets[0].used = 9;
	look(&fixture, 3 * HISTORY_STEP_MS);
	assert_int_equal(trend(&fixture, "one")->steps, 4);
	assert_int_equal(newest(trend(&fixture, "one"), 0), 9);
	for (unsigned int back = 1; back < 4; back++)
		assert_int_equal(newest(trend(&fixture, "one"), back), 7);
	look(&fixture, UINT64_MAX);
	assert_int_equal(trend(&fixture, "one")->steps, HISTORY_STEPS);
	assert_int_equal(newest(trend(&fixture, "one"), HISTORY_STEPS - 1), 9);
	history_free(&fixture.history);
}

static void refusals_are_those_since_the_oldest_step(void **context)
{
	struct fixture fixture = begin();

	(void)context;
	fixture.budgets[0].refused_over_budget = 100;
	look(&fixture, 0);
	assert_int_equal(trend_refused(trend(&fixture, "one")), 0);
	fixture.budgets[0].refused_locked = 20;
	fixture.budgets[0].refused_access = 3;
	look(&fixture, HISTORY_STEP_MS);
	assert_int_equal(trend_refused(trend(&fixture, "one")), 23);
	look(&fixture, (HISTORY_STEPS - 1) * HISTORY_STEP_MS);
	assert_int_equal(trend_refused(trend(&fixture, "one")), 23);
	look(&fixture, HISTORY_STEPS * HISTORY_STEP_MS);
	assert_int_equal(trend_refused(trend(&fixture, "one")), 23);
	look(&fixture, (HISTORY_STEPS + 1) * HISTORY_STEP_MS);
	assert_int_equal(trend_refused(trend(&fixture, "one")), 0);
	history_free(&fixture.history);
}

static void budgets_come_and_go(void **context)
{
	struct fixture fixture = begin();

	(void)context;
	look(&fixture, 0);
	assert_null(trend(&fixture, "two"));
	fixture.snapshot.budget_count = 2;
	look(&fixture, HISTORY_STEP_MS);
	assert_int_equal(trend(&fixture, "one")->steps, 2);
	assert_int_equal(trend(&fixture, "two")->steps, 1);
	fixture.snapshot.budget_count = 0;
	look(&fixture, 2 * HISTORY_STEP_MS);
	assert_null(trend(&fixture, "one"));
	fixture.snapshot.budget_count = 1;
	look(&fixture, 3 * HISTORY_STEP_MS);
	assert_int_equal(trend(&fixture, "one")->steps, 1);
	history_free(&fixture.history);
}

/* A page of text; must begin with the painter. */
struct page {
	struct painter painter;
	char text[8192];
};

static void add_text(struct painter *painter, enum paint paint, const char *text)
{
	(void)paint;
	strcat(((struct page *)painter)->text, text);
}

static void add_end(struct painter *painter)
{
	strcat(((struct page *)painter)->text, "\n");
}

static struct page page(bool unicode)
{
	return (struct page){ .painter = { .width = 80, .unicode = unicode,
					   .text = add_text, .end_line = add_end } };
}

static void the_trend_rises_and_falls(void **context)
{
	struct fixture fixture = begin();
	struct page ascii = page(false), unicode = page(true);

	(void)context;
	for (uint64_t step = 0; step < HISTORY_STEPS - 1; step++) {
		fixture.budgets[0].used = step < 8 ? step * SIZE / 7 : 1;
		look(&fixture, step * HISTORY_STEP_MS);
	}
	frame_body(&ascii.painter, &fixture.snapshot, &fixture.history);
	frame_body(&unicode.painter, &fixture.snapshot, &fixture.history);
	assert_non_null(strstr(ascii.text, "  _.-=+*%#. "));
	assert_non_null(strstr(unicode.text, "  ▁▂▃▄▅▆▇█▂ "));
	history_free(&fixture.history);
}

static void late_refusals_stand_out(void **context)
{
	struct fixture fixture = begin();
	struct page before = page(false), body = page(false), head = page(false);

	(void)context;
	fixture.budgets[0].refused_locked = 5;
	look(&fixture, 0);
	frame_body(&before.painter, &fixture.snapshot, &fixture.history);
	assert_non_null(strstr(before.text, " 5\n"));
	fixture.budgets[0].refused_locked = 7;
	look(&fixture, 1);
	frame_body(&body.painter, &fixture.snapshot, &fixture.history);
	frame_head(&head.painter, &fixture.snapshot, &fixture.history);
	assert_non_null(strstr(body.text, " 7 +2\n"));
	assert_non_null(strstr(head.text, "refused in the last minute 2\n"));
	history_free(&fixture.history);
}

/* Full is shown only where it is full, and empty only where it is empty. */
static void bars_do_not_round_to_the_ends(void **context)
{
	static const struct {
		uint64_t used;
		const char *bar;
	} cases[] = {
		{ 0, "..........   0%" }, { 1, "#.........   1%" },
		{ SIZE - 1, "#########.  99%" }, { SIZE, "########## 100%" },
	};

	(void)context;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture fixture = begin();
		struct page body = page(false);

		fixture.budgets[0].used = cases[i].used;
		look(&fixture, 0);
		frame_body(&body.painter, &fixture.snapshot, &fixture.history);
		assert_non_null(strstr(body.text, cases[i].bar));
		history_free(&fixture.history);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_the_most_that_was_used_in_it),
		cmocka_unit_test(older_steps_fall_out),
		cmocka_unit_test(a_gap_is_filled_with_what_was),
		cmocka_unit_test(refusals_are_those_since_the_oldest_step),
		cmocka_unit_test(budgets_come_and_go),
		cmocka_unit_test(the_trend_rises_and_falls),
		cmocka_unit_test(late_refusals_stand_out),
		cmocka_unit_test(bars_do_not_round_to_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
