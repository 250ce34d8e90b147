// SPDX-License-Identifier: MIT
/*
 * map.hpp: work for maps of 64-bit keys and values
 *
 * A contender is made for input.capacity entries and has
 *
 *	bool get(uint64_t key, uint64_t &value)
 *	bool insert(uint64_t key, uint64_t value)	the key is not there
 *	bool erase(uint64_t key)
 *
 * At 0.82 of a power of two, the maps of boost, abseil and this library are all
 * four fifths full or fuller, and boost's is at its limit.
 */
#ifndef BUDGETMEM_BENCH_MAP_HPP
#define BUDGETMEM_BENCH_MAP_HPP

#include "bench.hpp"

namespace bench {

struct MapInput {
	enum Kind : uint64_t { get, insert, erase };
	struct Step {
		uint64_t key;
		Kind kind;
	};
	struct Change {
		uint64_t out;
		uint64_t in;
	};

	size_t capacity;
	std::vector<uint64_t> present;
	std::vector<uint64_t> hits;
	std::vector<uint64_t> misses;
	std::vector<uint64_t> erased;
	std::vector<Step> mixed;
	std::vector<Change> churn;
};

struct MapWork {
	using Input = MapInput;
	template <class Map>
	static void fill(Map &map, const Input &input)
	{
		for (uint64_t key : input.present)
			if (!map.insert(key, ~key))
				fail("a map does not take what it has room for");
	}
};

struct MapInsert : MapWork {
	static constexpr bool changes = true;
	template <class Map>
	static void prepare(Map &, const Input &) {}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t sum = 0;
		size_t i = 0;

		for (uint64_t key : input.present) {
			timer.start();
			sum += map.insert(key, ~key);
			timer.stop(i++);
		}
		return sum;
	}
};

/* Looks for all of @keys. */
template <std::vector<uint64_t> MapInput::*keys>
struct MapGet : MapWork {
	static constexpr bool changes = false;
	template <class Map>
	static void prepare(Map &map, const Input &input)
	{
		fill(map, input);
	}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t sum = 0;
		size_t i = 0;

		for (uint64_t key : input.*keys) {
			uint64_t value = 0;

			timer.start();
			sum += map.get(key, value);
			sum += value;
			timer.stop(i++);
		}
		return sum;
	}
};
using MapHit = MapGet<&MapInput::hits>;
using MapMiss = MapGet<&MapInput::misses>;

struct MapErase : MapWork {
	static constexpr bool changes = true;
	template <class Map>
	static void prepare(Map &map, const Input &input)
	{
		fill(map, input);
	}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t sum = 0;
		size_t i = 0;

		for (uint64_t key : input.erased) {
			timer.start();
			sum += map.erase(key);
			timer.stop(i++);
		}
		return sum;
	}
};

struct MapMixed : MapWork {
	static constexpr bool changes = true;
	template <class Map>
	static void prepare(Map &map, const Input &input)
	{
		fill(map, input);
	}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t sum = 0;
		size_t i = 0;

		for (const MapInput::Step &step : input.mixed) {
			uint64_t value = 0;

			timer.start();
			if (step.kind == MapInput::get)
				sum += map.get(step.key, value);
			else if (step.kind == MapInput::insert)
				sum += map.insert(step.key, ~step.key);
			else
				sum += map.erase(step.key);
			sum += value;
			timer.stop(i++);
		}
		return sum;
	}
};

/* One key goes and one comes; each counts as an operation. */
struct MapChurns : MapWork {};

template <bool anew>
struct MapChurn : MapChurns {
	static constexpr bool changes = anew;
	template <class Map>
	static void prepare(Map &map, const Input &input)
	{
		fill(map, input);
	}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t sum = 0;
		size_t i = 0;

		for (const MapInput::Change &change : input.churn) {
			timer.start();
			sum += map.erase(change.out);
			timer.stop(i++);
			timer.start();
			sum += map.insert(change.in, ~change.in);
			timer.stop(i++);
		}
		return sum;
	}
};

/* DPDK's hash, if this machine has DPDK. In a file that DPDK's flags are for. */
void add_dpdk_hash(Work<MapInsert> &work);
void add_dpdk_hash(Work<MapHit> &work);
void add_dpdk_hash(Work<MapMiss> &work);
void add_dpdk_hash(Work<MapErase> &work);
void add_dpdk_hash(Work<MapMixed> &work);
void add_dpdk_hash(Work<MapChurn<false>> &work);
void add_dpdk_hash(Work<MapChurn<true>> &work);

} /* namespace bench */

#endif /* BUDGETMEM_BENCH_MAP_HPP */
