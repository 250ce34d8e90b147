// SPDX-License-Identifier: MIT
/* map.cpp: maps of 64-bit keys and values */
#include "map.hpp"
#include "subjects.hpp"

#include <string>
#include <unordered_map>

#include <absl/container/flat_hash_map.h>
#include <boost/unordered/unordered_flat_map.hpp>
#include <glib.h>
#include <uthash.h>

extern "C" {
#include <ck_ht.h>
}

namespace bench {

namespace {

constexpr size_t entries(size_t size)
{
	return size * 82 / 100;
}

BM_MAP(map_1k, uint64_t, uint64_t, entries(1024))
BM_MAP(map_64k, uint64_t, uint64_t, entries(65536))
BM_MAP(map_1m, uint64_t, uint64_t, entries(1048576))
BM_MAP(double_1k, uint64_t, uint64_t, 2 * entries(1024))
BM_MAP(double_64k, uint64_t, uint64_t, 2 * entries(65536))
BM_MAP(double_1m, uint64_t, uint64_t, 2 * entries(1048576))

template <class Handle, size_t bytes, auto create, auto get_value,
	  auto insert_entry, auto remove>
class Typed {
public:
	explicit Typed(const MapInput &) : memory(bytes)
	{
		must(create(&map, memory.region, "map"), "create");
	}
	bool get(uint64_t key, uint64_t &value)
	{
		return !get_value(&map, &key, &value);
	}
	bool insert(uint64_t key, uint64_t value)
	{
		return !insert_entry(&map, &key, &value);
	}
	bool erase(uint64_t key) { return !remove(&map, &key, nullptr); }

private:
	Region memory;
	Handle map;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024> : Typed<map_1k, BM_BYTES(map_1k), map_1k_create, map_1k_get,
			       map_1k_insert, map_1k_remove> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536> : Typed<map_64k, BM_BYTES(map_64k), map_64k_create,
				map_64k_get, map_64k_insert, map_64k_remove> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576> : Typed<map_1m, BM_BYTES(map_1m), map_1m_create, map_1m_get,
				  map_1m_insert, map_1m_remove> {
	using Typed::Typed;
};

/* Declared for twice as many: the memory that others take once keys go and come. */
template <size_t size>
struct Doubled;
template <>
struct Doubled<1024> : Typed<double_1k, BM_BYTES(double_1k), double_1k_create,
			     double_1k_get, double_1k_insert, double_1k_remove> {
	using Typed::Typed;
};
template <>
struct Doubled<65536> : Typed<double_64k, BM_BYTES(double_64k), double_64k_create,
			      double_64k_get, double_64k_insert, double_64k_remove> {
	using Typed::Typed;
};
template <>
struct Doubled<1048576> : Typed<double_1m, BM_BYTES(double_1m), double_1m_create,
				double_1m_get, double_1m_insert, double_1m_remove> {
	using Typed::Typed;
};

/* boost's, abseil's and the standard library's differ in their names only. */
template <class Map>
class Standard {
public:
	explicit Standard(const MapInput &input) { map.reserve(input.capacity); }
	bool get(uint64_t key, uint64_t &value)
	{
		auto found = map.find(key);

		if (found == map.end())
			return false;
		value = found->second;
		return true;
	}
	bool insert(uint64_t key, uint64_t value)
	{
		return map.emplace(key, value).second;
	}
	bool erase(uint64_t key) { return map.erase(key); }

private:
	Map map;
};

/* Keys and values are as long as its pointers. It cannot be told its size. */
class GLib {
public:
	explicit GLib(const MapInput &) : table(g_hash_table_new(nullptr, nullptr)) {}
	~GLib() { g_hash_table_destroy(table); }
	bool get(uint64_t key, uint64_t &value)
	{
		gpointer found;

		if (!g_hash_table_lookup_extended(table, pointer(key), nullptr, &found))
			return false;
		value = reinterpret_cast<uint64_t>(found);
		return true;
	}
	bool insert(uint64_t key, uint64_t value)
	{
		return g_hash_table_insert(table, pointer(key), pointer(value));
	}
	bool erase(uint64_t key) { return g_hash_table_remove(table, pointer(key)); }

private:
	static gpointer pointer(uint64_t number)
	{
		return reinterpret_cast<gpointer>(number);
	}
	GHashTable *table;
};

/*
 * Concurrency Kit's, for one writer. It is for tables that seldom change: removing
 * leaves something behind that searches step over, a microsecond long after some
 * thousands. So it has no part in churn.
 */
class ConcurrencyKit {
public:
	explicit ConcurrencyKit(const MapInput &input)
	{
		if (!ck_ht_init(&table, CK_HT_MODE_DIRECT | CK_HT_WORKLOAD_DELETE, nullptr,
				&memory, input.capacity, 1))
			fail("ck_ht_init");
	}
	~ConcurrencyKit() { ck_ht_destroy(&table); }
	bool get(uint64_t key, uint64_t &value)
	{
		ck_ht_hash_t hash;
		ck_ht_entry_t entry;

		ck_ht_hash_direct(&hash, &table, key);
		ck_ht_entry_key_set_direct(&entry, key);
		if (!ck_ht_get_spmc(&table, hash, &entry))
			return false;
		value = ck_ht_entry_value_direct(&entry);
		return true;
	}
	bool insert(uint64_t key, uint64_t value)
	{
		ck_ht_hash_t hash;
		ck_ht_entry_t entry;

		ck_ht_hash_direct(&hash, &table, key);
		ck_ht_entry_set_direct(&entry, hash, key, value);
		return ck_ht_put_spmc(&table, hash, &entry);
	}
	bool erase(uint64_t key)
	{
		ck_ht_hash_t hash;
		ck_ht_entry_t entry;

		ck_ht_hash_direct(&hash, &table, key);
		ck_ht_entry_key_set_direct(&entry, key);
		return ck_ht_remove_spmc(&table, hash, &entry);
	}

private:
	static void *take(size_t size) { return std::malloc(size); }
	static void give(void *memory, size_t, bool) { std::free(memory); }
	static struct ck_malloc memory;
	ck_ht_t table;
};
struct ck_malloc ConcurrencyKit::memory = { take, nullptr, give };

/* Its entries are the program's: an array, so that malloc() has no part in it. */
class Uthash {
public:
	explicit Uthash(const MapInput &input) : entries(input.capacity)
	{
		for (Entry &entry : entries)
			unused.push_back(&entry);
	}
	~Uthash() { HASH_CLEAR(hh, head); }
	bool get(uint64_t key, uint64_t &value)
	{
		Entry *entry;

		HASH_FIND(hh, head, &key, sizeof(key), entry);
		if (!entry)
			return false;
		value = entry->value;
		return true;
	}
	bool insert(uint64_t key, uint64_t value)
	{
		Entry *entry;

		HASH_FIND(hh, head, &key, sizeof(key), entry);
		if (entry || unused.empty())
			return false;
		entry = unused.back();
		unused.pop_back();
		entry->key = key;
		entry->value = value;
		HASH_ADD(hh, head, key, sizeof(key), entry);
		return true;
	}
	bool erase(uint64_t key)
	{
		Entry *entry;

		HASH_FIND(hh, head, &key, sizeof(key), entry);
		if (!entry)
			return false;
		HASH_DEL(head, entry);
		unused.push_back(entry);
		return true;
	}

private:
	struct Entry {
		uint64_t key;
		uint64_t value;
		UT_hash_handle hh;
	};
	std::vector<Entry> entries;
	std::vector<Entry *> unused;
	Entry *head = nullptr;
};

using Boost = Standard<boost::unordered_flat_map<uint64_t, uint64_t>>;
using Abseil = Standard<absl::flat_hash_map<uint64_t, uint64_t>>;
using Libstdcxx = Standard<std::unordered_map<uint64_t, uint64_t>>;

/*
 * All that get the same keys; each, or none, has its own hash. With a million entries all
 * of them would take minutes, so there it is the fastest only.
 */
template <size_t size, class Workload>
Task task(const char *name, const char *label, const MapInput &input, size_t operations)
{
	constexpr bool churns = std::is_base_of<MapChurns, Workload>::value;
	Work<Workload> work("map", name, label, input, operations);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Boost>("boost")
		.template add<Abseil>("abseil");
	if (churns || std::is_same<MapMixed, Workload>::value)
		work.template add<Doubled<size>>("budgetmem doubled");
	if (size == 1048576)
		return std::move(work);
	work.template add<Libstdcxx>("libstdc++")
		.template add<GLib>("glib")
		.template add<Uthash>("uthash");
	if (!churns)
		work.template add<ConcurrencyKit>("ck");
	add_dpdk_hash(work);
	return std::move(work);
}

/* Keys that are there, half of all reads, at random; and what comes and goes. */
class Script {
public:
	Script(size_t capacity, size_t lookups, std::function<uint64_t(size_t)> key)
		: random(capacity), key(key)
	{
		input.capacity = capacity;
		for (next = 0; next < capacity; next++)
			input.present.push_back(key(next));
		shuffle(input.present, random);
		live = input.present;
		input.erased = input.present;
		shuffle(input.erased, random);
		for (size_t i = 0; i < lookups; i++) {
			input.hits.push_back(live[random.below(capacity)]);
			input.misses.push_back(absent());
		}
	}

	/* 80 of 100 read, 10 remove, 10 insert; each insert is of a new key. */
	void write_mixed(size_t count)
	{
		bool removed = false;

		while (input.mixed.size() < count) {
			size_t i = random.below(live.size());

			if (random.below(5)) {
				bool hit = random.below(2);

				input.mixed.push_back({ hit ? live[i] : absent(),
							MapInput::get });
			} else if (removed) {
				live.push_back(key(next++));
				input.mixed.push_back({ live.back(), MapInput::insert });
				removed = false;
			} else {
				input.mixed.push_back({ live[i], MapInput::erase });
				live[i] = live.back();
				live.pop_back();
				removed = true;
			}
		}
		live = input.present;
	}

	/* Goes on where the last call ended, or begins anew. */
	void write_churn(size_t count, bool anew)
	{
		if (anew)
			live = input.present;
		input.churn.clear();
		while (input.churn.size() < count) {
			uint64_t &victim = live[random.below(live.size())];
			uint64_t in = key(next++);

			input.churn.push_back({ victim, in });
			victim = in;
		}
	}

	MapInput input;

private:
	/* One that never comes, or not within this script. */
	uint64_t absent() { return key(next + (size_t(1) << 28) + random.below(1 << 28)); }

	Random random;
	std::function<uint64_t(size_t)> key;
	std::vector<uint64_t> live;
	size_t next = 0;
};

/* Any two differ; none is 0 or ~0, which Concurrency Kit keeps for itself. */
uint64_t random_key(size_t i)
{
	return Random(i + 1).next();
}

uint64_t sequential_key(size_t i)
{
	return i + 1;
}

/*
 * The hash of boost, which is no secret, makes a small number of it: all begin to
 * search at the same place. Such keys can be had for every hash that is not keyed.
 */
uint64_t adversarial_key(size_t i)
{
	uint64_t inverse = 1;
	uint64_t x = i + 1;

	for (int digits = 0; digits < 6; digits++)
		inverse *= 2 - UINT64_C(0xff51afd7ed558ccd) * inverse;
	x ^= x >> 23 ^ x >> 46;
	x *= inverse;
	return x ^ x >> 23 ^ x >> 46;
}

/* Each of 100 rounds brings as many new keys as there is room for, or more. */
template <size_t size>
void measure_churn(Runner &runner, const char *label, Script &script)
{
	constexpr size_t slice = std::max(entries(size), size_t(20000));
	constexpr size_t whole = std::min(100 * entries(size), size_t(1000000));
	const MapInput &input = script.input;
	Task aging = task<size, MapChurn<false>>("churn", label, input, 2 * slice);

	script.write_churn(whole, true);
	runner.measure_fresh(task<size, MapChurn<true>>("churn", label, input, 2 * whole));
	aging.next = [&, begin = true]() mutable {
		script.write_churn(slice, begin);
		begin = false;
	};
	runner.measure_aging(std::move(aging), 100);
}

template <size_t size>
void measure_random(Runner &runner, const char *label)
{
	constexpr size_t n = entries(size);
	size_t lookups = std::max(n, size_t(100000));
	Script script(n, lookups, random_key);
	const MapInput &input = script.input;

	script.write_mixed(lookups);
	runner.measure(task<size, MapInsert>("insert", label, input, n));
	runner.measure(task<size, MapHit>("hit", label, input, lookups));
	runner.measure(task<size, MapMiss>("miss", label, input, lookups));
	runner.measure(task<size, MapErase>("erase", label, input, n));
	runner.measure(task<size, MapMixed>("mixed", label, input, lookups));
	measure_churn<size>(runner, label, script);
}

template <size_t size>
void measure_keys(Runner &runner, const char *label, uint64_t (*key)(size_t),
		  const std::string &what, size_t lookups)
{
	Script script(entries(size), lookups, key);

	runner.measure(task<size, MapHit>(("hit," + what).c_str(), label, script.input,
					  lookups));
	runner.measure(task<size, MapMiss>(("miss," + what).c_str(), label, script.input,
					   lookups));
}

/*
 * What a contender takes of memory when it is full, for each entry, and after as many
 * keys have gone and come as there are.
 */
template <class Map>
void report_bytes(Runner &runner, const char *name, const char *label,
		  const MapInput &input)
{
	size_t before = allocated();
	Map map(input);

	MapWork::fill(map, input);
	runner.report("map", "bytes", label, name,
		      double(allocated() - before) / double(input.capacity));
	if (std::is_same<Map, ConcurrencyKit>::value)
		return;
	MapChurn<true>::run(map, input, Untimed());
	runner.report("map", "bytes,churn", label, name,
		      double(allocated() - before) / double(input.capacity));
}

template <size_t size>
void report_all_bytes(Runner &runner, const char *label)
{
	Script script(entries(size), 0, random_key);

	script.write_churn(entries(size), true);
	report_bytes<Budgetmem<size>>(runner, "budgetmem", label, script.input);
	report_bytes<Doubled<size>>(runner, "budgetmem doubled", label, script.input);
	report_bytes<Boost>(runner, "boost", label, script.input);
	report_bytes<Abseil>(runner, "abseil", label, script.input);
	report_bytes<Libstdcxx>(runner, "libstdc++", label, script.input);
	report_bytes<GLib>(runner, "glib", label, script.input);
	report_bytes<ConcurrencyKit>(runner, "ck", label, script.input);
	report_bytes<Uthash>(runner, "uthash", label, script.input);
}

/* With 860,000 keys that collide nobody would see the end. */
template <size_t size>
void measure_size(Runner &runner, const char *label)
{
	if (!runner.wants("map", label))
		return;
	report_all_bytes<size>(runner, label);
	measure_random<size>(runner, label);
	measure_keys<size>(runner, label, sequential_key, "sequential",
			   std::max(entries(size), size_t(100000)));
	if (size < 1048576)
		measure_keys<size>(runner, label, adversarial_key, "adversarial", 4096);
}

} /* namespace */

void measure_map(Runner &runner)
{
	runner.report("map", "overhead", "-", "budgetmem",
		      BM_BYTES(map_1k) - entries(1024) * 2 * sizeof(uint64_t));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
