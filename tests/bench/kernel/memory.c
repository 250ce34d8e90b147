// SPDX-License-Identifier: MIT
/* The life of some memory from each source, step by step. */
#include <stdio.h>
#include <sys/mman.h>

#include "bench.h"
#include "device.h"
#include "source.h"

static void store(struct memory *memory)
{
	volatile unsigned char *base = memory->base;
	size_t page = page_size();
	size_t i;

	for (i = 0; i < memory->bytes; i += page)
		base[i] = 1;
}

static void unmap(struct memory *memory)
{
	must(munmap(memory->base, memory->bytes), "munmap");
}

/* memfd_create() is where a memfd's memory is made, not what comes before. */
static const char *first_step(const struct source *source)
{
	return source == &source_memfd ? "create" : "open";
}

static void lap(unsigned int round, const struct source *source, size_t bytes)
{
	const struct {
		const char *name;
		void (*step)(struct memory *memory);
	} steps[] = {
		{ first_step(source), source->open },
		{ "create", source->create },
		{ "map", source->map },
		{ "store", store },
		{ "unmap", unmap },
		{ "close", source->close },
	};
	enum { STEPS = sizeof(steps) / sizeof(steps[0]) };
	struct memory memory = { .bytes = bytes };
	__u64 times[STEPS + 1];
	size_t i;

	times[0] = clock_now();
	for (i = 0; i < STEPS; i++) {
		steps[i].step(&memory);
		times[i + 1] = clock_now();
	}
	for (i = 0; i < STEPS; i++)
		printf("lap %u %s %zu %s %llu\n", round, source->name, bytes,
		       steps[i].name, times[i + 1] - times[i]);
}

void memory_measure(unsigned int rounds)
{
	static const struct source *const sources[] = {
		&source_pool, &source_memfd, &source_heap,
	};
	static const size_t sizes[] = { 64 << 10, 1 << 20, 16 << 20 };
	unsigned int round;
	size_t s, i;

	for (round = 0; round <= rounds; round++)
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
				if (sources[i]->is_there())
					lap(round, sources[i], sizes[s]);
}
