// SPDX-License-Identifier: MIT
/*
 * integrity.cpp: what the levels of integrity cost
 *
 * The contenders are this library's own vec and map, declared with each level. They are
 * small, because `every` looks at the whole structure in each verb.
 */
#include "subjects.hpp"

namespace bench {

namespace {

struct LevelInput {
	std::vector<uint64_t> items;
	std::vector<size_t> indices;
	size_t passes;
};

BM_VEC_CHECKED(vec_64_off, uint64_t, 64, off)
BM_VEC_CHECKED(vec_64_sampled, uint64_t, 64, sampled)
BM_VEC_CHECKED(vec_64_every, uint64_t, 64, every)
BM_VEC_CHECKED(vec_64_redundant, uint64_t, 64, redundant)
BM_VEC_CHECKED(vec_1k_off, uint64_t, 1024, off)
BM_VEC_CHECKED(vec_1k_sampled, uint64_t, 1024, sampled)
BM_VEC_CHECKED(vec_1k_every, uint64_t, 1024, every)
BM_VEC_CHECKED(vec_1k_redundant, uint64_t, 1024, redundant)

BM_MAP_CHECKED(map_64_off, uint64_t, uint64_t, 64, off)
BM_MAP_CHECKED(map_64_sampled, uint64_t, uint64_t, 64, sampled)
BM_MAP_CHECKED(map_64_every, uint64_t, uint64_t, 64, every)
BM_MAP_CHECKED(map_64_redundant, uint64_t, uint64_t, 64, redundant)
BM_MAP_CHECKED(map_1k_off, uint64_t, uint64_t, 1024, off)
BM_MAP_CHECKED(map_1k_sampled, uint64_t, uint64_t, 1024, sampled)
BM_MAP_CHECKED(map_1k_every, uint64_t, uint64_t, 1024, every)
BM_MAP_CHECKED(map_1k_redundant, uint64_t, uint64_t, 1024, redundant)

template <class Handle, size_t bytes, auto create, auto push_item, auto get_item,
	  auto clear_all>
class Vec {
public:
	explicit Vec(const LevelInput &) : memory(bytes)
	{
		must(create(&vec, memory.region, "vec"), "create");
	}
	bool push(uint64_t item) { return !push_item(&vec, &item); }
	bool get(size_t i, uint64_t &item) { return !get_item(&vec, i, &item); }
	void clear() { clear_all(&vec); }

private:
	Region memory;
	Handle vec;
};
#define VEC(name)								\
	Vec<name, BM_BYTES(name), name##_create, name##_push, name##_get, name##_clear>

/* The key of each entry is its number times a large odd one. */
template <class Handle, size_t bytes, auto create, auto insert, auto get_value>
class Map {
public:
	explicit Map(const LevelInput &) : memory(bytes)
	{
		must(create(&map, memory.region, "map"), "create");
	}
	bool push(uint64_t item)
	{
		uint64_t key = key_of(len++);

		return !insert(&map, &key, &item);
	}
	bool get(size_t i, uint64_t &item)
	{
		uint64_t key = key_of(i);

		return !get_value(&map, &key, &item);
	}

private:
	static uint64_t key_of(size_t i) { return i * UINT64_C(0x9e3779b97f4a7c15); }
	Region memory;
	Handle map;
	size_t len = 0;
};
#define MAP(name) Map<name, BM_BYTES(name), name##_create, name##_insert, name##_get>

struct LevelGet {
	using Input = LevelInput;
	static constexpr bool changes = false;
	template <class Items>
	static void prepare(Items &items, const Input &input)
	{
		for (uint64_t item : input.items)
			if (!items.push(item))
				fail("a checked one does not take what it has room for");
	}
	template <class Items, class Timer>
	static uint64_t run(Items &items, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (size_t i : input.indices) {
				uint64_t item = 0;

				timer.start();
				items.get(i, item);
				timer.stop(operation++);
				total += item;
			}
			forget();
		}
		return total;
	}
};

struct LevelPush {
	using Input = LevelInput;
	static constexpr bool changes = false;
	template <class Items>
	static void prepare(Items &, const Input &) {}
	template <class Items, class Timer>
	static uint64_t run(Items &items, const Input &input, Timer timer)
	{
		uint64_t pushed = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			items.clear();
			for (uint64_t item : input.items) {
				timer.start();
				pushed += items.push(item);
				timer.stop(operation++);
			}
			forget();
		}
		return pushed;
	}
};

template <class Workload, class Off, class Sampled, class Every, class Redundant>
void measure_levels(Runner &runner, const char *name, const char *label,
		    const LevelInput &input)
{
	Work<Workload> work("integrity", name, label, input,
			    input.items.size() * input.passes);

	work.template add<Off>("off")
		.template add<Sampled>("sampled")
		.template add<Every>("every")
		.template add<Redundant>("redundant");
	runner.measure(std::move(work));
}

LevelInput make_input(size_t count)
{
	LevelInput input;
	Random random(count);

	input.passes = 10240 / count;
	for (size_t i = 0; i < count; i++) {
		input.items.push_back(random.next());
		input.indices.push_back(random.below(count));
	}
	return input;
}

void measure_64(Runner &runner)
{
	LevelInput input = make_input(64);

	measure_levels<LevelPush, VEC(vec_64_off), VEC(vec_64_sampled), VEC(vec_64_every),
		       VEC(vec_64_redundant)>(runner, "vec-push", "64", input);
	measure_levels<LevelGet, VEC(vec_64_off), VEC(vec_64_sampled), VEC(vec_64_every),
		       VEC(vec_64_redundant)>(runner, "vec-get", "64", input);
	measure_levels<LevelGet, MAP(map_64_off), MAP(map_64_sampled), MAP(map_64_every),
		       MAP(map_64_redundant)>(runner, "map-hit", "64", input);
}

void measure_1k(Runner &runner)
{
	LevelInput input = make_input(1024);

	measure_levels<LevelPush, VEC(vec_1k_off), VEC(vec_1k_sampled), VEC(vec_1k_every),
		       VEC(vec_1k_redundant)>(runner, "vec-push", "1k", input);
	measure_levels<LevelGet, VEC(vec_1k_off), VEC(vec_1k_sampled), VEC(vec_1k_every),
		       VEC(vec_1k_redundant)>(runner, "vec-get", "1k", input);
	measure_levels<LevelGet, MAP(map_1k_off), MAP(map_1k_sampled), MAP(map_1k_every),
		       MAP(map_1k_redundant)>(runner, "map-hit", "1k", input);
}

} /* namespace */

void measure_integrity(Runner &runner)
{
	if (runner.wants("integrity", "64"))
		measure_64(runner);
	if (runner.wants("integrity", "1k"))
		measure_1k(runner);
}

} /* namespace bench */
