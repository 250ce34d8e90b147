// SPDX-License-Identifier: MIT
/* bench PART ROUNDS: measure one part. See bench.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

static const struct {
	const char *name;
	void (*measure)(unsigned int rounds);
} parts[] = {
	{ "memory", memory_measure },
	{ "calls", calls_measure },
	{ "crowd", crowd_measure },
	{ "pieces", pieces_measure },
	{ "records", records_measure },
};

__u64 clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
}

int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "%s: %s\n", what, strerror(result == -1 ? errno : -result));
	exit(1);
}

/*
 * Whoever reads what is printed works on the same processor, so all of it is kept
 * until the end.
 */
static char output[1 << 20];

int main(int argc, char **argv)
{
	unsigned int rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	size_t i;

	setvbuf(stdout, output, _IOFBF, sizeof(output));
	for (i = 0; rounds && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		parts[i].measure(rounds);
		return 0;
	}
	fprintf(stderr, "usage: bench memory|calls|crowd|pieces|records ROUNDS\n");
	return 2;
}
