// SPDX-License-Identifier: MIT
/*
 * main.cpp: bench [--instructions]
 *
 * measures all subjects, or what the environment names: SUBJECT=map,
 * SIZES=1k,64k,1M, ROUNDS=N. With --instructions it runs under callgrind and leaves
 * there what each run took; see runner.cpp for what it prints otherwise.
 */
#include "subjects.hpp"

#include <cstdio>
#include <sstream>

#include <malloc.h>

static std::string environment(const char *name)
{
	const char *value = std::getenv(name);

	return value ? value : "";
}

/*
 * Memory that was given back stays with the program, so that nobody is charged for
 * the page faults of memory that is new, or not each time.
 */
static void keep_memory()
{
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
	mallopt(M_TOP_PAD, 1 << 20);
}

int main(int argc, char **argv)
{
	bench::Runner runner;
	std::istringstream names(environment("SIZES"));
	std::string name;

	if (argc == 2 && !std::strcmp(argv[1], "--instructions")) {
		runner.instructions = true;
	} else if (argc != 1) {
		fprintf(stderr, "usage: bench [--instructions]\n");
		return 2;
	}
	keep_memory();
	runner.only_subject = environment("SUBJECT");
	runner.rounds = static_cast<unsigned int>(atoi(environment("ROUNDS").c_str()));
	while (std::getline(names, name, ','))
		runner.only_sizes.push_back(name);
	bench::measure_heap(runner);
	bench::measure_blocks(runner);
	bench::measure_map(runner);
	bench::measure_string_map(runner);
	bench::measure_slot_map(runner);
	bench::measure_vec(runner);
	bench::measure_deque(runner);
	bench::measure_string(runner);
	bench::measure_bitset(runner);
	bench::measure_priority_queue(runner);
	bench::measure_integrity(runner);
	return 0;
}
