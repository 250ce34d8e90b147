// SPDX-License-Identifier: MIT
/*
 * heap.cpp: memory of any size
 *
 * A contender has allocate(size) and release(memory). 8192 blocks of 16 to 4096 bytes
 * are live; an operation frees one of them and allocates another, and does not touch it.
 */
#include "heap.hpp"
#include "subjects.hpp"

#include <algorithm>

namespace bench {

namespace {

struct HeapInput {
	struct Step {
		uint32_t block;
		uint32_t size;
	};

	std::vector<uint32_t> sizes;
	std::vector<Step> steps;
};

constexpr size_t live_blocks = 8192;

/* What is live is 17 MB in the mean. */
BM_HEAP(scratch, 32 << 20)

class Budgetmem {
public:
	Budgetmem() : memory(BM_BYTES(scratch))
	{
		must(scratch_create(&heap, memory.region, "heap"), "create");
	}
	void *allocate(size_t size)
	{
		void *block;

		return scratch_alloc(&heap, size, &block) ? nullptr : block;
	}
	void release(void *block) { scratch_free(&heap, block); }

private:
	Region memory;
	struct scratch heap;
};

/* What is live in a heap, and within which addresses it ever was. */
template <class Heap>
class Blocks {
public:
	explicit Blocks(const HeapInput &input) : memory(input.sizes.size(), nullptr) {}
	~Blocks()
	{
		for (void *block : memory)
			heap.release(block);
	}
	void take(size_t block, size_t size)
	{
		memory[block] = heap.allocate(size);
		if (!memory[block])
			fail("a heap does not give what it has");
	}
	void give(size_t block) { heap.release(memory[block]); }
	uintptr_t at(size_t block) const
	{
		return reinterpret_cast<uintptr_t>(memory[block]);
	}

private:
	Heap heap;
	std::vector<void *> memory;
};

struct HeapWork {
	using Input = HeapInput;
	static constexpr bool changes = false;
	template <class Heap>
	static void prepare(Heap &heap, const Input &input)
	{
		for (size_t i = 0; i < input.sizes.size(); i++)
			heap.take(i, input.sizes[i]);
	}
	template <class Heap, class Timer>
	static uint64_t run(Heap &heap, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (const HeapInput::Step &step : input.steps) {
			timer.start();
			heap.give(step.block);
			heap.take(step.block, step.size);
			timer.stop(operation++);
			total += step.size;
		}
		return total;
	}
};

HeapInput make_input(size_t steps)
{
	HeapInput input;
	Random random(steps);

	for (size_t i = 0; i < live_blocks; i++)
		input.sizes.push_back(static_cast<uint32_t>(16 + random.below(4081)));
	for (size_t i = 0; i < steps; i++)
		input.steps.push_back({ static_cast<uint32_t>(random.below(live_blocks)),
					static_cast<uint32_t>(16 + random.below(4081)) });
	return input;
}

/* Bytes from the first byte that was ever live to the last. */
template <class Heap>
void report_span(Runner &runner, const char *name, const HeapInput &input)
{
	uintptr_t first = UINTPTR_MAX;
	uintptr_t last = 0;
	Blocks<Heap> blocks(input);
	auto note = [&](size_t block, size_t size) {
		first = std::min(first, blocks.at(block));
		last = std::max(last, blocks.at(block) + size);
	};

	for (size_t i = 0; i < input.sizes.size(); i++) {
		blocks.take(i, input.sizes[i]);
		note(i, input.sizes[i]);
	}
	for (const HeapInput::Step &step : input.steps) {
		blocks.give(step.block);
		blocks.take(step.block, step.size);
		note(step.block, step.size);
	}
	runner.report("heap", "span", "8k", name, static_cast<double>(last - first));
}

} /* namespace */

/* Spans first, while nothing has been freed that glibc could fill up. */
void measure_heap(Runner &runner)
{
	HeapInput input = make_input(500000);
	Work<HeapWork> work("heap", "free-alloc", "8k", input, input.steps.size());

	if (!runner.wants("heap", "8k"))
		return;
	runner.report("heap", "overhead", "-", "budgetmem", BM_BYTES(scratch) - (32 << 20));
	report_span<Budgetmem>(runner, "budgetmem", input);
	report_span<Glibc>(runner, "glibc", input);
	report_span<Jemalloc>(runner, "jemalloc", input);
	report_span<Mimalloc>(runner, "mimalloc", input);
	work.add<Blocks<Budgetmem>>("budgetmem")
		.add<Blocks<Glibc>>("glibc")
		.add<Blocks<Jemalloc>>("jemalloc")
		.add<Blocks<Mimalloc>>("mimalloc");
	work.outlives = true;
	runner.measure(std::move(work));
}

} /* namespace bench */
