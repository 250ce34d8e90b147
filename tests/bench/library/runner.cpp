// SPDX-License-Identifier: MIT
/*
 * runner.cpp: rounds, the worst operation, instructions
 *
 *	time SUBJECT WORKLOAD SIZE ROUND CONTENDER NANOSECONDS	each operation, on
 *						average of one run
 *	worst SUBJECT WORKLOAD SIZE CONTENDER NANOSECONDS
 *	value SUBJECT WHAT SIZE CONTENDER NUMBER
 *
 * Blanks in names are printed as _.
 */
#include "bench.hpp"

#include <algorithm>
#include <cstdio>

#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

namespace bench {

namespace {

/* How often the same operations are repeated to find the worst of them. */
unsigned int repeats_for(const Task &task)
{
	return task.size == "1M" ? 3 : 5;
}

double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return static_cast<double>(now.tv_sec) +
	       static_cast<double>(now.tv_nsec) * 1e-9;
}

double nanoseconds_per_tick()
{
	static double rate;
	double begun = seconds(CLOCK_MONOTONIC_RAW);
	uint64_t first = ticks();
	double took;

	if (rate > 0)
		return rate;
	do
		took = seconds(CLOCK_MONOTONIC_RAW) - begun;
	while (took < 0.05);
	rate = took * 1e9 / static_cast<double>(ticks() - first);
	return rate;
}

/* What it takes to look at the clock twice. */
uint32_t ticks_of_nothing()
{
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < 10000; i++) {
		Timed timer(&least);

		timer.start();
		timer.stop(0);
	}
	return least;
}

/* Numbers that a child leaves to its parent. */
template <class T>
class Shared {
public:
	explicit Shared(size_t count) : count(count)
	{
		void *memory = mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			throw std::bad_alloc();
		items = static_cast<T *>(memory);
	}
	~Shared() { munmap(items, count * sizeof(T)); }
	Shared(const Shared &) = delete;
	Shared &operator=(const Shared &) = delete;
	T *begin() { return items; }
	T *end() { return items + count; }

private:
	T *items;
	size_t count;
};

std::string printable(std::string name)
{
	std::replace(name.begin(), name.end(), ' ', '_');
	return name;
}

std::string title(const Task &task)
{
	return task.subject + " " + task.workload + " " + task.size;
}

void say(const Task &task, const char *what)
{
	fprintf(stderr, "%s: %s\n", title(task).c_str(), what);
}

/* Whoever comes to another result did other work. */
void compare(const Task &task, const Entrant &entrant, uint64_t &expected,
	     bool first, uint64_t result)
{
	if (first)
		expected = result;
	else if (result != expected)
		fail(title(task) + ": " + entrant.name + " comes to another result");
}

/* What it takes to ask for the processor time twice, which is a system call. */
double seconds_of_nothing()
{
	static double least = -1;

	if (least >= 0)
		return least;
	least = 1;
	for (int i = 0; i < 1000; i++) {
		double begun = seconds(CLOCK_THREAD_CPUTIME_ID);

		least = std::min(least, seconds(CLOCK_THREAD_CPUTIME_ID) - begun);
	}
	return least;
}

double time_one(Run &run, uint64_t *result)
{
	double nothing = seconds_of_nothing();
	double begun = seconds(CLOCK_THREAD_CPUTIME_ID);

	*result = run.run(Untimed());
	return seconds(CLOCK_THREAD_CPUTIME_ID) - begun - nothing;
}

} /* namespace */

bool Runner::wants(const std::string &subject, const std::string &size) const
{
	return (only_subject.empty() || only_subject == subject) &&
	       (only_sizes.empty() || size == "-" ||
		std::find(only_sizes.begin(), only_sizes.end(), size) !=
			only_sizes.end());
}

/* The shorter one is, the more there are. */
unsigned int Runner::rounds_for(const Task &task) const
{
	if (rounds)
		return rounds;
	if (task.operations < 10000)
		return 101;
	return task.size == "1M" ? 3 : 15;
}

void Runner::measure_rounds(Task &task, unsigned int count)
{
	size_t n = task.entrants.size();
	uint64_t expected = 0;

	/*
	 * Round 0 warms up. Then a contender finds in the caches what the others left
	 * there, which is no business of what it does: a new one has just been filled,
	 * and one that stays as it is settles first.
	 */
	for (unsigned int round = 0; round <= count; round++) {
		if (task.next)
			task.next();
		for (size_t i = 0; i < n; i++) {
			Entrant &entrant = task.entrants[(i + round + n - 1) % n];
			uint64_t result;
			double took;

			entrant.run->prepare();
			if (!task.next)
				entrant.run->settle();
			took = time_one(*entrant.run, &result);
			compare(task, entrant, expected, i == 0, result);
			if (round)
				printf("time %s %u %s %.3f\n", title(task).c_str(), round,
				       printable(entrant.name).c_str(),
				       took * 1e9 / static_cast<double>(task.operations));
		}
	}
}

/* Done twice, the second time measured, after which the memory is not new. */
void Runner::repeat(const Task &task, Run &run, uint32_t *least)
{
	pid_t child = task.outlives ? fork() : 0;
	int status;

	if (task.outlives && child) {
		if (child < 0 || waitpid(child, &status, 0) < 0 || status)
			fail(title(task) + ": a repeat failed");
		return;
	}
	if (task.outlives) {
		run.prepare();
		run.run(Untimed());
	}
	run.end();
	run.prepare();
	run.run(Timed(least));
	run.end();
	if (task.outlives)
		_exit(0);
}

/*
 * The same operations on the same contents some times, of each operation the least,
 * and of these the most.
 */
void Runner::measure_worst(Task &task)
{
	uint32_t nothing = ticks_of_nothing();
	Shared<uint32_t> least(task.operations);

	fflush(stdout);
	for (Entrant &entrant : task.entrants) {
		uint32_t most;

		entrant.run->end();
		std::fill(least.begin(), least.end(), UINT32_MAX);
		for (unsigned int i = 0; i < repeats_for(task); i++)
			repeat(task, *entrant.run, least.begin());
		most = *std::max_element(least.begin(), least.end());
		most -= std::min(most, nothing);
		printf("worst %s %s %.0f\n", title(task).c_str(),
		       printable(entrant.name).c_str(), most * nanoseconds_per_tick());
	}
}

void Runner::count_instructions(Task &task)
{
	if (task.next)
		task.next();
	for (Entrant &entrant : task.entrants) {
		std::string name = title(task) + " " + printable(entrant.name) + " " +
				   std::to_string(task.operations);

		entrant.run->end();
		entrant.run->prepare();
		CALLGRIND_ZERO_STATS;
		CALLGRIND_TOGGLE_COLLECT;
		entrant.run->run(Untimed());
		CALLGRIND_TOGGLE_COLLECT;
		CALLGRIND_DUMP_STATS_AT(name.c_str());
		entrant.run->end();
	}
}

void Runner::measure(Task &&task)
{
	say(task, "measuring");
	if (instructions) {
		count_instructions(task);
		return;
	}
	measure_rounds(task, rounds_for(task));
	measure_worst(task);
	fflush(stdout);
}

void Runner::measure_fresh(Task &&task)
{
	if (instructions)
		count_instructions(task);
	else
		measure_worst(task);
}

void Runner::measure_aging(Task &&task, unsigned int count)
{
	if (instructions)
		return;
	say(task, "measuring");
	measure_rounds(task, rounds ? std::min(rounds, count) : count);
	fflush(stdout);
}

void Runner::report(const char *subject, const char *what, const std::string &size,
		    const char *contender, double value)
{
	if (wants(subject, size))
		printf("value %s %s %s %s %.6g\n", subject, what, size.c_str(),
		       printable(contender).c_str(), value);
}

size_t allocated()
{
	return mallinfo2().uordblks;
}

void fail(const std::string &what)
{
	fprintf(stderr, "%s\n", what.c_str());
	exit(1);
}

} /* namespace bench */
