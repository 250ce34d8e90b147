// SPDX-License-Identifier: MIT
/*
 * string-map.cpp: maps of texts of 8 to 24 bytes to 64-bit values
 *
 * A contender is made for input.present.size() entries and has get(key, value) and
 * insert(key, value) as in map.hpp. Each keeps the text of its keys.
 */
#include "subjects.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <absl/container/flat_hash_map.h>
#include <boost/unordered/unordered_flat_map.hpp>
#include <glib.h>
#include <uthash.h>

namespace bench {

namespace {

struct TextInput {
	std::vector<std::string> present;
	std::vector<std::string> hits;
	std::vector<std::string> misses;
};

constexpr size_t longest_text = 24;

constexpr size_t entries(size_t size)
{
	return size * 82 / 100;
}

BM_STRING_MAP(texts_1k, longest_text, uint64_t, entries(1024))
BM_STRING_MAP(texts_64k, longest_text, uint64_t, entries(65536))

template <class Handle, size_t bytes, auto create, auto get_value, auto insert_entry>
class Typed {
public:
	explicit Typed(const TextInput &) : memory(bytes)
	{
		must(create(&map, memory.region, "texts"), "create");
	}
	bool get(const std::string &key, uint64_t &value)
	{
		return !get_value(&map, key.data(), key.size(), &value);
	}
	bool insert(const std::string &key, uint64_t value)
	{
		return !insert_entry(&map, key.data(), key.size(), &value);
	}

private:
	Region memory;
	Handle map;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<texts_1k, BM_BYTES(texts_1k), texts_1k_create, texts_1k_get_bytes,
		texts_1k_insert_bytes> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<texts_64k, BM_BYTES(texts_64k), texts_64k_create,
		texts_64k_get_bytes, texts_64k_insert_bytes> {
	using Typed::Typed;
};

template <class Map>
class Standard {
public:
	explicit Standard(const TextInput &input) { map.reserve(input.present.size()); }
	bool get(const std::string &key, uint64_t &value)
	{
		auto found = map.find(key);

		if (found == map.end())
			return false;
		value = found->second;
		return true;
	}
	bool insert(const std::string &key, uint64_t value)
	{
		return map.emplace(key, value).second;
	}

private:
	Map map;
};

class GLib {
public:
	explicit GLib(const TextInput &)
		: table(g_hash_table_new_full(g_str_hash, g_str_equal, g_free, nullptr))
	{
	}
	~GLib() { g_hash_table_destroy(table); }
	bool get(const std::string &key, uint64_t &value)
	{
		gpointer found;

		if (!g_hash_table_lookup_extended(table, key.c_str(), nullptr, &found))
			return false;
		value = reinterpret_cast<uint64_t>(found);
		return true;
	}
	bool insert(const std::string &key, uint64_t value)
	{
		return g_hash_table_insert(table, g_strdup(key.c_str()),
					   reinterpret_cast<gpointer>(value));
	}

private:
	GHashTable *table;
};

/* Its entries are the program's, with room for the longest key. */
class Uthash {
public:
	explicit Uthash(const TextInput &input) : entries(input.present.size()) {}
	~Uthash() { HASH_CLEAR(hh, head); }
	bool get(const std::string &key, uint64_t &value)
	{
		Entry *entry;

		HASH_FIND(hh, head, key.data(), key.size(), entry);
		if (!entry)
			return false;
		value = entry->value;
		return true;
	}
	bool insert(const std::string &key, uint64_t value)
	{
		Entry *entry;

		HASH_FIND(hh, head, key.data(), key.size(), entry);
		if (entry || used == entries.size())
			return false;
		entry = &entries[used++];
		std::memcpy(entry->key, key.data(), key.size());
		entry->value = value;
		HASH_ADD(hh, head, key, key.size(), entry);
		return true;
	}

private:
	struct Entry {
		char key[longest_text];
		uint64_t value;
		UT_hash_handle hh;
	};
	std::vector<Entry> entries;
	size_t used = 0;
	Entry *head = nullptr;
};

template <class Map>
void fill(Map &map, const TextInput &input)
{
	uint64_t value = 0;

	for (const std::string &key : input.present)
		if (!map.insert(key, value++))
			fail("a map does not take what it has room for");
}

struct TextInsert {
	using Input = TextInput;
	static constexpr bool changes = true;
	template <class Map>
	static void prepare(Map &, const Input &) {}
	template <class Map, class Timer>
	static uint64_t run(Map &map, const Input &input, Timer timer)
	{
		uint64_t inserted = 0;
		size_t operation = 0;

		for (const std::string &key : input.present) {
			timer.start();
			inserted += map.insert(key, operation);
			timer.stop(operation++);
		}
		return inserted;
	}
};

template <std::vector<std::string> TextInput::*keys>
struct TextGet {
	using Input = TextInput;
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
		size_t operation = 0;

		for (const std::string &key : input.*keys) {
			uint64_t value = 0;

			timer.start();
			sum += map.get(key, value);
			timer.stop(operation++);
			sum += value;
		}
		return sum;
	}
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const TextInput &input, size_t operations)
{
	Work<Workload> work("string-map", name, label, input, operations);

	work.template add<Budgetmem<size>>("budgetmem")
		.template add<Standard<boost::unordered_flat_map<std::string, uint64_t>>>(
			"boost")
		.template add<Standard<absl::flat_hash_map<std::string, uint64_t>>>("abseil")
		.template add<Standard<std::unordered_map<std::string, uint64_t>>>("libstdc++")
		.template add<GLib>("glib")
		.template add<Uthash>("uthash");
	return std::move(work);
}

std::string random_text(Random &random)
{
	std::string text;
	size_t length = 8 + random.below(longest_text - 7);

	while (text.size() < length)
		text.push_back(static_cast<char>('a' + random.below(26)));
	return text;
}

template <size_t size>
void measure_size(Runner &runner, const char *label)
{
	TextInput input;
	Random random(size);
	size_t count = entries(size);
	size_t lookups = std::max(count, size_t(50000));

	if (!runner.wants("string-map", label))
		return;
	while (input.present.size() < count)
		input.present.push_back(random_text(random));
	while (input.hits.size() < lookups) {
		input.hits.push_back(input.present[random.below(count)]);
		input.misses.push_back(random_text(random));
	}
	runner.measure(task<size, TextInsert>("insert", label, input, count));
	runner.measure(task<size, TextGet<&TextInput::hits>>("hit", label, input,
							    lookups));
	runner.measure(task<size, TextGet<&TextInput::misses>>("miss", label, input,
							      lookups));
}

} /* namespace */

void measure_string_map(Runner &runner)
{
	runner.report("string-map", "overhead", "-", "budgetmem",
		      BM_BYTES(texts_1k) -
			      entries(1024) * (longest_text + sizeof(uint64_t)));
	measure_size<1024>(runner, "1k");
	measure_size<65536>(runner, "64k");
}

} /* namespace bench */
