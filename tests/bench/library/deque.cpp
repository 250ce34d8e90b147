// SPDX-License-Identifier: MIT
/*
 * deque.cpp: numbers that come and go at both ends
 *
 * "array" is what one writes by hand: an array whose size is a power of two, two
 * counters, a mask and a comparison before each access. The rings of others are for
 * two threads or more; here it is one, and nobody waits for anybody. Where numbers come
 * at one end and go at the other, this library's is a queue, and its deque beside it.
 */
#include "deque.hpp"
#include "subjects.hpp"

#include <deque>

#include <boost/circular_buffer.hpp>
#include <boost/container/deque.hpp>
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <glib.h>

/* Written for C, where false is a null pointer as well. */
extern "C" {
#define false 0
#include <ck_ring.h>
#undef false
}

namespace bench {

namespace {

BM_DEQUE(deque_1k, uint64_t, 1024)
BM_DEQUE(deque_64k, uint64_t, 65536)
BM_DEQUE(deque_1m, uint64_t, 1048576)
BM_QUEUE(queue_1k, uint64_t, 1024)
BM_QUEUE(queue_64k, uint64_t, 65536)
BM_QUEUE(queue_1m, uint64_t, 1048576)

template <class Handle, size_t bytes, auto create, auto push_back, auto push_front,
	  auto pop_front, auto get_item>
class Typed {
public:
	explicit Typed(const DequeInput &) : memory(bytes)
	{
		must(create(&deque, memory.region, "deque"), "create");
	}
	bool push_last(uint64_t item) { return !push_back(&deque, &item); }
	bool push_first(uint64_t item) { return !push_front(&deque, &item); }
	bool pop_first(uint64_t &item) { return !pop_front(&deque, &item); }
	bool get(size_t i, uint64_t &item) const { return !get_item(&deque, i, &item); }

private:
	Region memory;
	Handle deque;
};

template <class Handle, size_t bytes, auto create, auto push, auto pop>
class TypedQueue {
public:
	explicit TypedQueue(const DequeInput &) : memory(bytes)
	{
		must(create(&queue, memory.region, "queue"), "create");
	}
	bool push_last(uint64_t item) { return !push(&queue, &item); }
	bool pop_first(uint64_t &item) { return !pop(&queue, &item); }

private:
	Region memory;
	Handle queue;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<deque_1k, BM_BYTES(deque_1k), deque_1k_create, deque_1k_push_back,
		deque_1k_push_front, deque_1k_pop_front, deque_1k_get> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<deque_64k, BM_BYTES(deque_64k), deque_64k_create,
		deque_64k_push_back, deque_64k_push_front, deque_64k_pop_front,
		deque_64k_get> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<deque_1m, BM_BYTES(deque_1m), deque_1m_create, deque_1m_push_back,
		deque_1m_push_front, deque_1m_pop_front, deque_1m_get> {
	using Typed::Typed;
};

template <size_t size>
struct BudgetmemQueue;
template <>
struct BudgetmemQueue<1024>
	: TypedQueue<queue_1k, BM_BYTES(queue_1k), queue_1k_create, queue_1k_push,
		queue_1k_pop> {
	using TypedQueue::TypedQueue;
};
template <>
struct BudgetmemQueue<65536>
	: TypedQueue<queue_64k, BM_BYTES(queue_64k), queue_64k_create,
		queue_64k_push, queue_64k_pop> {
	using TypedQueue::TypedQueue;
};
template <>
struct BudgetmemQueue<1048576>
	: TypedQueue<queue_1m, BM_BYTES(queue_1m), queue_1m_create, queue_1m_push,
		queue_1m_pop> {
	using TypedQueue::TypedQueue;
};

class Array {
public:
	explicit Array(const DequeInput &input)
		: items(new uint64_t[input.items.size()]), mask(input.items.size() - 1)
	{
	}
	bool push_last(uint64_t item)
	{
		if (end - begin > mask)
			return false;
		items[end++ & mask] = item;
		return true;
	}
	bool push_first(uint64_t item)
	{
		if (end - begin > mask)
			return false;
		items[--begin & mask] = item;
		return true;
	}
	bool pop_first(uint64_t &item)
	{
		if (begin == end)
			return false;
		item = items[begin++ & mask];
		return true;
	}
	bool get(size_t i, uint64_t &item) const
	{
		if (i >= end - begin)
			return false;
		item = items[(begin + i) & mask];
		return true;
	}

private:
	std::unique_ptr<uint64_t[]> items;
	size_t mask;
	size_t begin = 0;
	size_t end = 0;
};

template <class Deque>
class Standard {
public:
	explicit Standard(const DequeInput &) {}
	bool push_last(uint64_t item)
	{
		deque.push_back(item);
		return true;
	}
	bool push_first(uint64_t item)
	{
		deque.push_front(item);
		return true;
	}
	bool pop_first(uint64_t &item)
	{
		if (deque.empty())
			return false;
		item = deque.front();
		deque.pop_front();
		return true;
	}
	bool get(size_t i, uint64_t &item) const
	{
		if (i >= deque.size())
			return false;
		item = deque[i];
		return true;
	}

protected:
	Deque deque;
};

/* It overwrites what is there when it is full, so that has to be asked. */
class Circular : public Standard<boost::circular_buffer<uint64_t>> {
public:
	explicit Circular(const DequeInput &input) : Standard(input)
	{
		deque.set_capacity(input.items.size());
	}
	bool push_last(uint64_t item) { return !deque.full() && Standard::push_last(item); }
	bool push_first(uint64_t item)
	{
		return !deque.full() && Standard::push_first(item);
	}
};

class GLib {
public:
	explicit GLib(const DequeInput &) : queue(g_queue_new()) {}
	~GLib() { g_queue_free(queue); }
	bool push_last(uint64_t item)
	{
		g_queue_push_tail(queue, reinterpret_cast<gpointer>(item));
		return true;
	}
	bool push_first(uint64_t item)
	{
		g_queue_push_head(queue, reinterpret_cast<gpointer>(item));
		return true;
	}
	bool pop_first(uint64_t &item)
	{
		if (g_queue_is_empty(queue))
			return false;
		item = reinterpret_cast<uint64_t>(g_queue_pop_head(queue));
		return true;
	}

private:
	GQueue *queue;
};

template <class Queue>
class Lockfree {
public:
	explicit Lockfree(const DequeInput &input) : queue(input.items.size()) {}
	bool push_last(uint64_t item) { return queue.push(item); }
	bool pop_first(uint64_t &item) { return queue.pop(item); }

private:
	Queue queue;
};
using Spsc = Lockfree<boost::lockfree::spsc_queue<uint64_t>>;
using Mpmc = Lockfree<boost::lockfree::queue<uint64_t>>;

/* For one that writes and one that reads. It holds pointers. */
class ConcurrencyKit {
public:
	explicit ConcurrencyKit(const DequeInput &input)
		: buffer(new ck_ring_buffer_t[input.items.size()]())
	{
		ck_ring_init(&ring, static_cast<unsigned int>(input.items.size()));
	}
	bool push_last(uint64_t item)
	{
		return ck_ring_enqueue_spsc(&ring, buffer.get(),
					    reinterpret_cast<void *>(item));
	}
	bool pop_first(uint64_t &item)
	{
		return ck_ring_dequeue_spsc(&ring, buffer.get(), &item);
	}

private:
	std::unique_ptr<ck_ring_buffer_t[]> buffer;
	ck_ring_t ring;
};

template <class Workload>
Work<Workload> &add_deques(Work<Workload> &work)
{
	return work.template add<Array>("array")
		.template add<Standard<std::deque<uint64_t>>>("libstdc++")
		.template add<Standard<boost::container::deque<uint64_t>>>("boost")
		.template add<Circular>("boost circular");
}

template <size_t count>
void measure_size(Runner &runner, const char *label)
{
	DequeInput input;
	Random random(count);

	if (!runner.wants("deque", label))
		return;
	input.passes = passes_of(count);
	for (size_t i = 0; i < count; i++) {
		input.items.push_back(random.next());
		input.indices.push_back(random.below(count / 2));
	}

	Work<DequeQueue> queue("deque", "queue", label, input, count * input.passes);
	Work<DequeStack> stack("deque", "stack", label, input, count * input.passes);
	Work<DequeGet> get("deque", "get", label, input, count * input.passes);

	queue.add<BudgetmemQueue<count>>("budgetmem");
	add_deques(queue)
		.template add<Budgetmem<count>>("budgetmem deque")
		.template add<GLib>("glib")
		.template add<Spsc>("boost spsc")
		.template add<Mpmc>("boost mpmc")
		.template add<ConcurrencyKit>("ck ring");
	add_dpdk_ring(queue);
	stack.add<Budgetmem<count>>("budgetmem");
	add_deques(stack).template add<GLib>("glib");
	get.add<Budgetmem<count>>("budgetmem");
	add_deques(get);
	runner.measure(std::move(queue));
	runner.measure(std::move(stack));
	runner.measure(std::move(get));
}

} /* namespace */

void measure_deque(Runner &runner)
{
	runner.report("deque", "overhead", "-", "budgetmem",
		      BM_BYTES(queue_1k) - 1024 * sizeof(uint64_t));
	runner.report("deque", "overhead", "-", "budgetmem deque",
		      BM_BYTES(deque_1k) - 1024 * sizeof(uint64_t));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
