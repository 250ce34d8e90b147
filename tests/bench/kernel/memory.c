// SPDX-License-Identifier: MIT
/* The life of some memory from each source, step by step. */
#include <stdio.h>
#include <string.h>
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

#define STEPS	6
#define TRIES	3

/* One life; keeps the least that each step took. */
static void live(const struct source *source, size_t bytes, __u64 least[STEPS])
{
	void (*const steps[STEPS])(struct memory *memory) = {
		source->open, source->create, source->map, store, unmap, source->close,
	};
	struct memory memory = { .bytes = bytes };
	__u64 begin = clock_now();
	size_t i;

	for (i = 0; i < STEPS; i++) {
		__u64 end;

		steps[i](&memory);
		end = clock_now();
		if (end - begin < least[i])
			least[i] = end - begin;
		begin = end;
	}
}

/* The least of some tries: what the kernel does besides can only add to it. */
static void lap(unsigned int round, const struct source *source, size_t bytes)
{
	const char *const names[STEPS] = {
		first_step(source), "create", "map", "store", "unmap", "close",
	};
	__u64 least[STEPS];
	unsigned int try;
	size_t i;

	memset(least, 0xff, sizeof(least));
	for (try = 0; try < TRIES; try++)
		live(source, bytes, least);
	for (i = 0; i < STEPS; i++)
		printf("lap %u %s %zu %s %llu\n", round, source->name, bytes,
		       names[i], least[i]);
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
