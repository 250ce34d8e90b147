// SPDX-License-Identifier: MIT
/*
 * priority-queue.cpp: the largest of 64-bit numbers first
 *
 * A contender is made for input.items.size() numbers and has push, pop and exchange
 * (takes the first and puts another one in, which is one verb of this library's).
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

bool is_first(const uint64_t *a, const uint64_t *b)
{
	return *a > *b;
}

BM_PRIORITY_QUEUE(queue_1k, uint64_t, 1024, is_first)
BM_PRIORITY_QUEUE(queue_64k, uint64_t, 65536, is_first)
BM_PRIORITY_QUEUE(queue_1m, uint64_t, 1048576, is_first)

template <class Handle, size_t bytes, auto create, auto push_item, auto pop_item,
	  auto replace_first>
class Typed {
public:
	explicit Typed(const QueueInput &) : memory(bytes)
	{
		must(create(&queue, memory.region, "queue"), "create");
	}
	bool push(uint64_t item) { return !push_item(&queue, &item); }
	uint64_t pop()
	{
		uint64_t first = 0;

		pop_item(&queue, &first);
		return first;
	}
	uint64_t exchange(uint64_t item)
	{
		uint64_t first = 0;

		replace_first(&queue, &item, &first);
		return first;
	}

private:
	Region memory;
	Handle queue;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<queue_1k, BM_BYTES(queue_1k), queue_1k_create, queue_1k_push,
		queue_1k_pop, queue_1k_replace_first> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<queue_64k, BM_BYTES(queue_64k), queue_64k_create, queue_64k_push,
		queue_64k_pop, queue_64k_replace_first> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<queue_1m, BM_BYTES(queue_1m), queue_1m_create, queue_1m_push,
		queue_1m_pop, queue_1m_replace_first> {
	using Typed::Typed;
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

template <size_t size, class Workload>
Task task(const char *name, const char *label, const QueueInput &input, size_t operations)
{
	Work<Workload> work("priority-queue", name, label, input, operations);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Libstdcxx>("libstdc++")
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

template <size_t count>
void measure_size(Runner &runner, const char *label)
{
	QueueInput input;
	Random random(count);

	if (!runner.wants("priority-queue", label))
		return;
	for (size_t i = 0; i < count; i++)
		input.items.push_back((uint64_t(1) << 62) + random.below(1 << 30));
	input.held = hold(input.items, std::max(count, size_t(100000)), random);
	runner.measure(task<count, QueuePush>("push", label, input, count));
	runner.measure(task<count, QueueDrain>("drain", label, input, count));
	runner.measure(task<count, QueueHold>("hold", label, input,
					     input.held.size()));
}

} /* namespace */

void measure_priority_queue(Runner &runner)
{
	runner.report("priority-queue", "overhead", "-", "budgetmem",
		      BM_BYTES(queue_1k) - 1024 * sizeof(uint64_t));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
