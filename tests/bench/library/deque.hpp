// SPDX-License-Identifier: MIT
/*
 * deque.hpp: work for deques and queues of 64-bit numbers
 *
 * A contender is made for input.items.size() numbers and has push_last and pop_first;
 * deques have push_first, pop_last and get as well.
 */
#ifndef BUDGETMEM_BENCH_DEQUE_HPP
#define BUDGETMEM_BENCH_DEQUE_HPP

#include "bench.hpp"

namespace bench {

struct DequeInput {
	std::vector<uint64_t> items;
	std::vector<size_t> indices;
	size_t passes;
};

/* Half full, and wrapped somewhere. */
struct DequeWork {
	using Input = DequeInput;
	static constexpr bool changes = false;
	template <class Deque>
	static void prepare(Deque &deque, const Input &input)
	{
		uint64_t item;

		for (size_t i = 0; i < input.items.size() / 2; i++)
			if (!deque.push_last(input.items[i]))
				fail("a deque does not take what it has room for");
		for (size_t i = 0; i < input.items.size() / 4 * 3; i++)
			if (!deque.pop_first(item) || !deque.push_last(item))
				fail("a deque does not give what it has");
	}
};

/* In at one end and out at the other. */
struct DequeQueue : DequeWork {
	template <class Deque, class Timer>
	static uint64_t run(Deque &deque, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (uint64_t item : input.items) {
				uint64_t out = 0;

				timer.start();
				total += deque.push_last(item);
				total += deque.pop_first(out);
				timer.stop(operation++);
				total = total * 3 + out;
			}
			forget();
		}
		return total;
	}
};

/* A quarter of all goes in at an end, and out again there. */
struct DequeStack : DequeWork {
	template <class Deque, class Timer>
	static uint64_t run(Deque &deque, const Input &input, Timer timer)
	{
		size_t quarter = input.items.size() / 4;
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < 2 * input.passes; pass++) {
			for (size_t i = 0; i < quarter; i++) {
				timer.start();
				total += deque.push_first(input.items[i]);
				timer.stop(operation++);
			}
			for (size_t i = 0; i < quarter; i++) {
				uint64_t out = 0;

				timer.start();
				total += deque.pop_first(out);
				timer.stop(operation++);
				total = total * 3 + out;
			}
			forget();
		}
		return total;
	}
};

struct DequeGet : DequeWork {
	template <class Deque, class Timer>
	static uint64_t run(Deque &deque, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (size_t i : input.indices) {
				uint64_t out = 0;

				timer.start();
				deque.get(i, out);
				timer.stop(operation++);
				total += out;
			}
			forget();
		}
		return total;
	}
};

/* DPDK's ring: in the file that DPDK's flags are for. */
void add_dpdk_ring(Work<DequeQueue> &work);

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_DEQUE_HPP */
