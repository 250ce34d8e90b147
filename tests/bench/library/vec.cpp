// SPDX-License-Identifier: MIT
/*
 * vec.cpp: vecs of 64-bit numbers
 *
 * A contender is made for input.items.size() elements and has push, pop, get, sum
 * (which iterates) and clear. "array" is what one writes by hand: an array, a length
 * and a comparison before each access.
 */
#include "subjects.hpp"

#include <absl/container/inlined_vector.h>
#include <boost/container/static_vector.hpp>
#include <boost/container/vector.hpp>
#include <glib.h>
#include <utarray.h>

namespace bench {

namespace {

struct VecInput {
	std::vector<uint64_t> items;
	std::vector<size_t> indices;
	size_t passes;
};

BM_VEC(vec_1k, uint64_t, 1024)
BM_VEC(vec_64k, uint64_t, 65536)
BM_VEC(vec_1m, uint64_t, 1048576)

template <class Items, class Timer>
uint64_t sum_of(const Items &begin, const Items &end, Timer &timer, size_t &operation)
{
	uint64_t total = 0;

	timer.start();
	for (Items item = begin; item != end; ++item) {
		total += *item;
		timer.stop(operation++);
		timer.start();
	}
	return total;
}

template <class Handle, size_t bytes, auto create, auto push_item, auto pop_item,
	  auto get_item, auto as_slice, auto next_item, auto clear_all>
class Typed {
public:
	explicit Typed(const VecInput &) : memory(bytes)
	{
		must(create(&vec, memory.region, "vec"), "create");
	}
	bool push(uint64_t item) { return !push_item(&vec, &item); }
	bool pop(uint64_t &item) { return !pop_item(&vec, &item); }
	bool get(size_t i, uint64_t &item) { return !get_item(&vec, i, &item); }
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		auto slice = as_slice(&vec);

		return sum_of(slice.data, slice.data + slice.len, timer, operation);
	}
	template <class Timer>
	uint64_t sum_by_next(Timer &timer, size_t &operation)
	{
		uint64_t total = 0;
		uint64_t item;
		size_t cursor = 0;

		timer.start();
		while (!next_item(&vec, &cursor, &item)) {
			total += item;
			timer.stop(operation++);
			timer.start();
		}
		return total;
	}
	void clear() { clear_all(&vec); }

private:
	Region memory;
	Handle vec;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<vec_1k, BM_BYTES(vec_1k), vec_1k_create, vec_1k_push, vec_1k_pop,
		vec_1k_get, vec_1k_as_slice, vec_1k_next, vec_1k_clear> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<vec_64k, BM_BYTES(vec_64k), vec_64k_create, vec_64k_push,
		vec_64k_pop, vec_64k_get, vec_64k_as_slice, vec_64k_next,
		vec_64k_clear> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<vec_1m, BM_BYTES(vec_1m), vec_1m_create, vec_1m_push, vec_1m_pop,
		vec_1m_get, vec_1m_as_slice, vec_1m_next, vec_1m_clear> {
	using Typed::Typed;
};

/* It iterates by the verb that looks for itself, each time, how long the vec is. */
template <size_t size>
struct BudgetmemNext : Budgetmem<size> {
	using Budgetmem<size>::Budgetmem;
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		return this->sum_by_next(timer, operation);
	}
};

class Array {
public:
	explicit Array(const VecInput &input)
		: items(new uint64_t[input.items.size()]), capacity(input.items.size())
	{
	}
	bool push(uint64_t item)
	{
		if (len == capacity)
			return false;
		items[len++] = item;
		return true;
	}
	bool pop(uint64_t &item)
	{
		if (!len)
			return false;
		item = items[--len];
		return true;
	}
	bool get(size_t i, uint64_t &item)
	{
		if (i >= len)
			return false;
		item = items[i];
		return true;
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		return sum_of(items.get(), items.get() + len, timer, operation);
	}
	void clear() { len = 0; }

private:
	std::unique_ptr<uint64_t[]> items;
	size_t capacity;
	size_t len = 0;
};

/* They differ in their names only; a push that does not fit is not asked for. */
template <class Vec>
class Standard {
public:
	explicit Standard(const VecInput &input) { vec.reserve(input.items.size()); }
	bool push(uint64_t item)
	{
		vec.push_back(item);
		return true;
	}
	bool pop(uint64_t &item)
	{
		if (vec.empty())
			return false;
		item = vec.back();
		vec.pop_back();
		return true;
	}
	bool get(size_t i, uint64_t &item)
	{
		if (i >= vec.size())
			return false;
		item = vec[i];
		return true;
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		return sum_of(vec.begin(), vec.end(), timer, operation);
	}
	void clear() { vec.resize(0); }

private:
	Vec vec;
};

/* boost's static_vector has its elements in itself and cannot be told a size. */
template <size_t size>
struct Static : Standard<boost::container::static_vector<uint64_t, size>> {
	using Standard<boost::container::static_vector<uint64_t, size>>::Standard;
};

class GLib {
public:
	explicit GLib(const VecInput &input)
		: array(g_array_sized_new(false, false, sizeof(uint64_t),
					  static_cast<guint>(input.items.size())))
	{
	}
	~GLib() { g_array_free(array, true); }
	bool push(uint64_t item)
	{
		g_array_append_val(array, item);
		return true;
	}
	bool pop(uint64_t &item)
	{
		if (!array->len)
			return false;
		item = g_array_index(array, uint64_t, array->len - 1);
		g_array_set_size(array, array->len - 1);
		return true;
	}
	bool get(size_t i, uint64_t &item)
	{
		if (i >= array->len)
			return false;
		item = g_array_index(array, uint64_t, i);
		return true;
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		const uint64_t *first = &g_array_index(array, uint64_t, 0);

		return sum_of(first, first + array->len, timer, operation);
	}
	void clear() { g_array_set_size(array, 0); }

private:
	GArray *array;
};

class Uthash {
public:
	explicit Uthash(const VecInput &input)
	{
		UT_icd icd = { sizeof(uint64_t), nullptr, nullptr, nullptr };

		utarray_new(array, &icd);
		utarray_reserve(array, input.items.size());
	}
	~Uthash() { utarray_free(array); }
	bool push(uint64_t item)
	{
		utarray_push_back(array, &item);
		return true;
	}
	bool pop(uint64_t &item)
	{
		auto *last = static_cast<uint64_t *>(utarray_back(array));

		if (!last)
			return false;
		item = *last;
		utarray_pop_back(array);
		return true;
	}
	bool get(size_t i, uint64_t &item)
	{
		auto *found = static_cast<uint64_t *>(utarray_eltptr(array, i));

		if (!found)
			return false;
		item = *found;
		return true;
	}
	template <class Timer>
	uint64_t sum(Timer &timer, size_t &operation)
	{
		auto *first = static_cast<uint64_t *>(utarray_front(array));

		return sum_of(first, first + utarray_len(array), timer, operation);
	}
	void clear() { utarray_clear(array); }

private:
	UT_array *array;
};

struct VecWork {
	using Input = VecInput;
	static constexpr bool changes = false;
	template <class Vec>
	static void prepare(Vec &vec, const Input &input)
	{
		for (uint64_t item : input.items)
			if (!vec.push(item))
				fail("a vec does not take what it has room for");
	}
};

struct VecPush : VecWork {
	template <class Vec, class Timer>
	static uint64_t run(Vec &vec, const Input &input, Timer timer)
	{
		uint64_t pushed = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			vec.clear();
			for (uint64_t item : input.items) {
				timer.start();
				pushed += vec.push(item);
				timer.stop(operation++);
			}
			forget();
		}
		return pushed;
	}
};

/* Each pass takes out half of all, one by one, and they are put back. */
struct VecPop : VecWork {
	template <class Vec, class Timer>
	static uint64_t run(Vec &vec, const Input &input, Timer timer)
	{
		size_t half = input.items.size() / 2;
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (size_t i = 0; i < half; i++) {
				uint64_t item = 0;

				timer.start();
				vec.pop(item);
				total += item;
				timer.stop(operation++);
			}
			for (size_t i = half; i < 2 * half; i++) {
				timer.start();
				vec.push(input.items[i]);
				timer.stop(operation++);
			}
			forget();
		}
		return total;
	}
};

struct VecGet : VecWork {
	template <class Vec, class Timer>
	static uint64_t run(Vec &vec, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (size_t i : input.indices) {
				uint64_t item = 0;

				timer.start();
				vec.get(i, item);
				total += item;
				timer.stop(operation++);
			}
			forget();
		}
		return total;
	}
};

struct VecIterate : VecWork {
	template <class Vec, class Timer>
	static uint64_t run(Vec &vec, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			total += vec.sum(timer, operation);
			forget();
		}
		return total;
	}
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const VecInput &input)
{
	Work<Workload> work("vec", name, label, input, size * input.passes);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Array>("array")
		.template add<Standard<std::vector<uint64_t>>>("libstdc++")
		.template add<Static<size>>("boost static")
		.template add<Standard<boost::container::vector<uint64_t>>>("boost")
		.template add<Standard<absl::InlinedVector<uint64_t, 1>>>("abseil")
		.template add<GLib>("glib")
		.template add<Uthash>("uthash");
	if (std::is_same<Workload, VecIterate>::value)
		work.template add<BudgetmemNext<size>>("budgetmem next");
	return std::move(work);
}

template <size_t size>
void measure_size(Runner &runner, const char *label)
{
	VecInput input;
	Random random(size);

	if (!runner.wants("vec", label))
		return;
	input.passes = passes_of(size);
	for (size_t i = 0; i < size; i++) {
		input.items.push_back(random.next());
		input.indices.push_back(random.below(size));
	}
	runner.measure(task<size, VecPush>("push", label, input));
	runner.measure(task<size, VecPop>("pop-push", label, input));
	runner.measure(task<size, VecGet>("get", label, input));
	runner.measure(task<size, VecIterate>("iterate", label, input));
}

} /* namespace */

void measure_vec(Runner &runner)
{
	runner.report("vec", "overhead", "-", "budgetmem",
		      BM_BYTES(vec_1k) - 1024 * sizeof(uint64_t));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
