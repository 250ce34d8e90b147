// SPDX-License-Identifier: MIT
/*
 * priority-queue.cpp: the largest of 64-bit numbers first
 *
 * A contender is made for input.items.size() numbers and has push, pop and exchange
 * (takes the first and puts another one in).
 */
#include "subjects.hpp"

#include <algorithm>
#include <queue>

#include <boost/heap/d_ary_heap.hpp>
#include <boost/heap/priority_queue.hpp>

namespace bench {

namespace {

struct QueueInput {
	std::vector<uint64_t> items;
	/* What comes in while the queue is held full. */
	std::vector<uint64_t> held;
};

class Libstdcxx {
public:
	explicit Libstdcxx(const QueueInput &input)
	{
		std::vector<uint64_t> memory;

		memory.reserve(input.items.size());
		queue = std::priority_queue<uint64_t>(std::less<uint64_t>(),
						      std::move(memory));
	}
	bool push(uint64_t item)
	{
		queue.push(item);
		return true;
	}
	uint64_t pop()
	{
		uint64_t first = queue.top();

		queue.pop();
		return first;
	}
	uint64_t exchange(uint64_t item)
	{
		uint64_t first = pop();

		push(item);
		return first;
	}

private:
	std::priority_queue<uint64_t> queue;
};

template <class Heap>
class Boost {
public:
	explicit Boost(const QueueInput &input) { heap.reserve(input.items.size()); }
	bool push(uint64_t item)
	{
		heap.push(item);
		return true;
	}
	uint64_t pop()
	{
		uint64_t first = heap.top();

		heap.pop();
		return first;
	}
	uint64_t exchange(uint64_t item)
	{
		uint64_t first = pop();

		push(item);
		return first;
	}

private:
	Heap heap;
};

using Binary = Boost<boost::heap::priority_queue<uint64_t>>;
using Quaternary = Boost<boost::heap::d_ary_heap<uint64_t, boost::heap::arity<4>>>;

struct QueueWork {
	using Input = QueueInput;
	static constexpr bool changes = true;
	template <class Queue>
	static void prepare(Queue &queue, const Input &input)
	{
		for (uint64_t item : input.items)
			if (!queue.push(item))
				fail("a priority queue does not take what it has room for");
	}
};

struct QueuePush : QueueWork {
	template <class Queue>
	static void prepare(Queue &, const Input &) {}
	template <class Queue, class Timer>
	static uint64_t run(Queue &queue, const Input &input, Timer timer)
	{
		uint64_t pushed = 0;
		size_t operation = 0;

		for (uint64_t item : input.items) {
			timer.start();
			pushed += queue.push(item);
			timer.stop(operation++);
		}
		return pushed;
	}
};

struct QueueDrain : QueueWork {
	template <class Queue, class Timer>
	static uint64_t run(Queue &queue, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t count = input.items.size();

		for (size_t i = 0; i < count; i++) {
			timer.start();
			total = total * 3 + queue.pop();
			timer.stop(i);
		}
		return total;
	}
};

struct QueueHold : QueueWork {
	template <class Queue, class Timer>
	static uint64_t run(Queue &queue, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (uint64_t item : input.held) {
			timer.start();
			total = total * 3 + queue.exchange(item);
			timer.stop(operation++);
		}
		return total;
	}
};

template <class Workload>
Task task(const char *name, const char *label, const QueueInput &input, size_t operations)
{
	Work<Workload> work("priority-queue", name, label, input, operations);

	work.template add<Libstdcxx>("libstdc++")
		.template add<Binary>("boost binary")
		.template add<Quaternary>("boost 4-ary");
	return std::move(work);
}

/*
 * As in a simulation: each number that goes in is a random step behind the one that
 * just came out.
 */
std::vector<uint64_t> hold(const std::vector<uint64_t> &items, size_t count, Random &random)
{
	std::vector<uint64_t> in;
	std::priority_queue<uint64_t> model(items.begin(), items.end());

	while (in.size() < count) {
		uint64_t first = model.top();

		model.pop();
		in.push_back(first - random.below(1 << 30));
		model.push(in.back());
	}
	return in;
}

void measure_size(Runner &runner, const char *label, size_t count)
{
	QueueInput input;
	Random random(count);

	if (!runner.wants("priority-queue", label))
		return;
	for (size_t i = 0; i < count; i++)
		input.items.push_back((uint64_t(1) << 62) + random.below(1 << 30));
	input.held = hold(input.items, std::max(count, size_t(100000)), random);
	runner.measure(task<QueuePush>("push", label, input, count));
	runner.measure(task<QueueDrain>("drain", label, input, count));
	runner.measure(task<QueueHold>("hold", label, input, input.held.size()));
}

} /* namespace */

void measure_priority_queue(Runner &runner)
{
	measure_size(runner, "1k", 1024);
	measure_size(runner, "64k", 65536);
	measure_size(runner, "1M", 1048576);
}

} /* namespace bench */
