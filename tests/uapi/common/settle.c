// SPDX-License-Identifier: MIT
/*
 * settle - wait for what the kernel does in its own time
 */
#include <time.h>

#include "device.h"
#include "settle.h"

#define MOMENTS 20000

void wait_a_moment(void)
{
	const struct timespec millisecond = { .tv_nsec = 1000000 };

	nanosleep(&millisecond, NULL);
}

bool budget_settles(const char *budget)
{
	int moment;

	for (moment = 0; moment < MOMENTS; moment++) {
		if (!budget_used(budget))
			return true;
		wait_a_moment();
	}
	return false;
}
