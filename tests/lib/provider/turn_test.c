// SPDX-License-Identifier: MIT
/*
 * turn_test.c: threads get their turn in the order in which they came
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "turn.h"

#include <sched.h>
#include <string.h>

#define WAITERS	4

struct queue {
	struct bm_turn turn;
	char order[WAITERS + 2];
	unsigned int count;
};

struct waiter {
	struct queue *queue;
	char name;
};

/* How many have asked for a turn so far. */
static unsigned int asked(struct queue *queue)
{
	unsigned int number;

	pthread_mutex_lock(&queue->turn.mutex);
	number = queue->turn.next;
	pthread_mutex_unlock(&queue->turn.mutex);
	return number;
}

static void *take_a_turn(void *argument)
{
	struct waiter *waiter = argument;
	struct queue *queue = waiter->queue;

	bm_turn_begin(&queue->turn);
	queue->order[queue->count++] = waiter->name;
	bm_turn_end(&queue->turn);
	return NULL;
}

/* Who gives up a turn and asks for the next at once comes after all who wait. */
static void who_came_first_goes_first(void **context)
{
	struct queue queue = { .count = 0 };
	struct waiter waiters[WAITERS];
	pthread_t threads[WAITERS];

	(void)context;
	bm_turn_init(&queue.turn);
	bm_turn_begin(&queue.turn);
	for (unsigned int i = 0; i < WAITERS; i++) {
		waiters[i] = (struct waiter){ &queue, (char)('a' + i) };
		assert_int_equal(pthread_create(&threads[i], NULL, take_a_turn,
						&waiters[i]), 0);
		while (asked(&queue) != i + 2)
			sched_yield();
	}
	bm_turn_end(&queue.turn);
	take_a_turn(&(struct waiter){ &queue, 'z' });
	for (int i = 0; i < WAITERS; i++)
		pthread_join(threads[i], NULL);
	assert_string_equal(queue.order, "abcdz");
	bm_turn_destroy(&queue.turn);
}

static void numbers_may_wrap_around(void **context)
{
	struct queue queue = { .count = 0 };

	(void)context;
	bm_turn_init(&queue.turn);
	queue.turn.next = UINT32_MAX;
	queue.turn.now = UINT32_MAX;
	take_a_turn(&(struct waiter){ &queue, 'a' });
	take_a_turn(&(struct waiter){ &queue, 'b' });
	assert_string_equal(queue.order, "ab");
	assert_int_equal(queue.turn.now, 1);
	bm_turn_destroy(&queue.turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_came_first_goes_first),
		cmocka_unit_test(numbers_may_wrap_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
