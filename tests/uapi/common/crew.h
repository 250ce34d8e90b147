/* SPDX-License-Identifier: MIT */
/*
 * crew - threads that begin at the same moment
 */
#ifndef BUDGETMEM_TESTS_CREW_H
#define BUDGETMEM_TESTS_CREW_H

#include <pthread.h>

#define CREW_LIMIT 16

struct crew {
	unsigned int size;
	void *(*body)(void *argument);
	pthread_barrier_t start;
	struct crew_member {
		struct crew *crew;
		pthread_t thread;
		void *argument;
		void *result;
	} member[CREW_LIMIT];
};

/*
 * Start size threads. Each waits for all others and for crew_start(); then it
 * runs body(arguments + its number * stride). 0 or -errno.
 */
int crew_gather(struct crew *crew, unsigned int size,
		void *(*body)(void *argument), void *arguments, size_t stride);
void crew_start(struct crew *crew);

/* Wait until all are done; what each returned is in its result. */
void crew_join(struct crew *crew);

/* All three: 0 or -errno. */
int crew_run(struct crew *crew, unsigned int size,
	     void *(*body)(void *argument), void *arguments, size_t stride);

#endif /* BUDGETMEM_TESTS_CREW_H */
