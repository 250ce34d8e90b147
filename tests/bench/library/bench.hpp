// SPDX-License-Identifier: MIT
/*
 * bench.hpp: how a subject is measured
 *
 * A subject (map, vec, ...) has workloads, and a workload has contenders, which all
 * do the same work on the same input and must come to the same result. A subject's
 * file has
 *
 *	inputs		what to do, made once: keys, an order, numbers
 *	contenders	classes with the same members, made with the input
 *	workloads	classes with
 *		using Input = ...;
 *		static constexpr bool changes;	makes a new contender for each run?
 *		template <class C> static void prepare(C &, const Input &);
 *		template <class C, class Timer>
 *		static uint64_t run(C &, const Input &, Timer &);
 *
 * where run() calls timer.start() before each operation and timer.stop(number)
 * behind it. A subject puts them together with Work<Workload>(...).add<Contender>(NAME)
 * and hands the work to the runner.
 */
#ifndef BUDGETMEM_BENCH_LIBRARY_HPP
#define BUDGETMEM_BENCH_LIBRARY_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <budgetmem/budgetmem.h>

#if defined(__x86_64__) || defined(__i386__)
#include <x86intrin.h>
#else
#include <time.h>
#endif

namespace bench {

/* What has begun before is done, and what comes after has not begun. */
inline uint64_t ticks()
{
#if defined(__x86_64__) || defined(__i386__)
	uint64_t now;

	_mm_lfence();
	now = __rdtsc();
	_mm_lfence();
	return now;
#else
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return static_cast<uint64_t>(now.tv_sec) * 1000000000 +
	       static_cast<uint64_t>(now.tv_nsec);
#endif
}

/* Measures nothing and leaves nothing of itself in the loop. */
struct Untimed {
	void start() {}
	void stop(size_t) {}
};

/*
 * Keeps the least that each operation ever took. An operation that takes long
 * because of what it does takes long each time; an interrupt does not come each
 * time.
 */
class Timed {
public:
	explicit Timed(uint32_t *least) : least(least) {}
	void start() { begun = ticks(); }
	void stop(size_t operation)
	{
		uint64_t took = ticks() - begun;

		if (took < least[operation])
			least[operation] = static_cast<uint32_t>(took);
	}

private:
	uint32_t *least;
	uint64_t begun = 0;
};

/* One contender at one workload. */
class Run {
public:
	virtual ~Run() = default;
	/* What is not measured. Afterwards all is as before any other run. */
	virtual void prepare() = 0;
	virtual uint64_t run(Untimed timer) = 0;
	virtual uint64_t run(Timed timer) = 0;
	/* Does it once for nothing, where another run is the same. */
	virtual void settle() = 0;
	/* Gives everything back. */
	virtual void end() = 0;
};

template <class Contender, class Workload>
class RunOf final : public Run {
public:
	explicit RunOf(const typename Workload::Input &input) : input(input) {}

	void prepare() override
	{
		if (contender && !Workload::changes)
			return;
		contender.reset();
		contender = std::make_unique<Contender>(input);
		Workload::prepare(*contender, input);
	}

	uint64_t run(Untimed timer) override
	{
		return Workload::run(*contender, input, timer);
	}

	uint64_t run(Timed timer) override
	{
		return Workload::run(*contender, input, timer);
	}

	void settle() override
	{
		if (!Workload::changes)
			Workload::run(*contender, input, Untimed());
	}

	void end() override { contender.reset(); }

private:
	const typename Workload::Input &input;
	std::unique_ptr<Contender> contender;
};

struct Entrant {
	std::string name;
	std::unique_ptr<Run> run;
};

/*
 * A workload of one size with all its contenders. @operations says how many a run
 * has; @next, if there is one, makes the input of the next round. @outlives says that
 * what a contender leaves behind outlives it, as with malloc(): its repeats begin in
 * the same state only if each has a process of its own.
 */
struct Task {
	std::string subject;
	std::string workload;
	std::string size;
	size_t operations = 0;
	bool outlives = false;
	std::function<void()> next;
	std::vector<Entrant> entrants;
};

template <class Workload>
class Work : public Task {
public:
	Work(const char *subject, const char *workload, const std::string &size,
	     const typename Workload::Input &input, size_t operations)
		: input(input)
	{
		this->subject = subject;
		this->workload = workload;
		this->size = size;
		this->operations = operations;
	}

	template <class Contender>
	Work &add(const char *name)
	{
		entrants.push_back({ name,
			std::make_unique<RunOf<Contender, Workload>>(input) });
		return *this;
	}

private:
	const typename Workload::Input &input;
};

/* What the program does with tasks. All print one line a result, see main.cpp. */
class Runner {
public:
	/* Is anything of this asked for? Inputs of what is not need not be made. */
	bool wants(const std::string &subject, const std::string &size) const;
	void measure(Task &&task);
	/* No rounds: the worst operation, or the instructions, of new contenders. */
	void measure_fresh(Task &&task);
	/* Rounds only, over which the contenders grow old. */
	void measure_aging(Task &&task, unsigned int rounds);
	/* A number that is not a time. */
	void report(const char *subject, const char *what, const std::string &size,
		    const char *contender, double value);

	unsigned int rounds = 0;
	std::string only_subject;
	std::vector<std::string> only_sizes;
	bool instructions = false;

private:
	void measure_rounds(Task &task, unsigned int count);
	void measure_worst(Task &task);
	void repeat(const Task &task, Run &run, uint32_t *least);
	void count_instructions(Task &task);
	unsigned int rounds_for(const Task &task) const;
};

/* The compiler may not remember what memory held, nor expect what it will hold. */
inline void forget()
{
	__asm__ volatile("" : : : "memory");
}

/* How often @count operations are repeated in one run, so that it can be timed. */
constexpr size_t passes_of(size_t count)
{
	return count < 100000 ? 100000 / count : 1;
}

/* Bytes that malloc() has handed out now. */
size_t allocated();

/* Ends the program: a measurement of failures is worth nothing. */
[[noreturn]] void fail(const std::string &what);

/* Ends the program if @result is an error. */
inline void must(int result, const char *what)
{
	if (__builtin_expect(result < 0, 0))
		fail(std::string(what) + ": " + std::strerror(-result));
}

/* Numbers that are the same in each run of the program (splitmix64). */
class Random {
public:
	explicit Random(uint64_t seed) : state(seed) {}
	uint64_t next()
	{
		uint64_t x = state += UINT64_C(0x9e3779b97f4a7c15);

		x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
		return x ^ x >> 31;
	}
	size_t below(size_t bound)
	{
		return static_cast<size_t>(next() % bound);
	}

private:
	uint64_t state;
};

template <class T>
void shuffle(std::vector<T> &items, Random &random)
{
	for (size_t i = items.size(); i > 1; i--)
		std::swap(items[i - 1], items[random.below(i)]);
}

/* Memory for collections, all of it touched. */
class Region {
public:
	explicit Region(size_t contents)
	{
		size_t size = (contents + BM_REGION_OVERHEAD + 63) / 64 * 64;

		region.base = std::aligned_alloc(BM_REGION_ALIGNMENT, size);
		region.size = size;
		if (!region.base)
			throw std::bad_alloc();
		std::memset(region.base, 0, size);
	}
	~Region() { std::free(region.base); }
	Region(const Region &) = delete;
	Region &operator=(const Region &) = delete;

	bm_region region;
};

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_LIBRARY_HPP */
