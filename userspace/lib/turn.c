// SPDX-License-Identifier: MIT
/*
 * turn.c: threads that wait for each other, in the order in which they came
 */
#include "turn.h"

void bm_turn_init(struct bm_turn *turn)
{
	pthread_mutex_init(&turn->mutex, NULL);
	pthread_cond_init(&turn->changed, NULL);
	turn->next = 0;
	turn->now = 0;
}

void bm_turn_destroy(struct bm_turn *turn)
{
	pthread_cond_destroy(&turn->changed);
	pthread_mutex_destroy(&turn->mutex);
}

void bm_turn_begin(struct bm_turn *turn)
{
	unsigned int mine;

	pthread_mutex_lock(&turn->mutex);
	mine = turn->next++;
	while (turn->now != mine)
		pthread_cond_wait(&turn->changed, &turn->mutex);
	pthread_mutex_unlock(&turn->mutex);
}

void bm_turn_end(struct bm_turn *turn)
{
	pthread_mutex_lock(&turn->mutex);
	turn->now++;
	pthread_cond_broadcast(&turn->changed);
	pthread_mutex_unlock(&turn->mutex);
}
