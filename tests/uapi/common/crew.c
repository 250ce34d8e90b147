// SPDX-License-Identifier: MIT
/*
 * crew - threads that begin at the same moment
 */
#include <errno.h>

#include "crew.h"

static void *member_run(void *argument)
{
	struct crew_member *member = argument;

	pthread_barrier_wait(&member->crew->start);
	member->result = member->crew->body(member->argument);
	return NULL;
}

int crew_gather(struct crew *crew, unsigned int size,
		void *(*body)(void *argument), void *arguments, size_t stride)
{
	unsigned int i;
	int error;

	if (size > CREW_LIMIT)
		return -EINVAL;
	crew->size = size;
	crew->body = body;
	error = pthread_barrier_init(&crew->start, NULL, size + 1);
	for (i = 0; !error && i < size; i++) {
		struct crew_member *member = &crew->member[i];

		member->crew = crew;
		member->argument = (char *)arguments + i * stride;
		error = pthread_create(&member->thread, NULL, member_run,
				       member);
	}
	return -error;
}

void crew_start(struct crew *crew)
{
	pthread_barrier_wait(&crew->start);
}

void crew_join(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->size; i++)
		pthread_join(crew->member[i].thread, NULL);
	pthread_barrier_destroy(&crew->start);
}

int crew_run(struct crew *crew, unsigned int size,
	     void *(*body)(void *argument), void *arguments, size_t stride)
{
	int error = crew_gather(crew, size, body, arguments, stride);

	if (error)
		return error;
	crew_start(crew);
	crew_join(crew);
	return 0;
}
