// SPDX-License-Identifier: MIT
/*
 * slot-map.cpp: numbers that are reached by keys which go stale
 *
 * A contender is made for input.count numbers and has insert(number), which gives a
 * key, remove(key) and get(key, number). "array" is what one writes by hand: slots with
 * a generation, and a list of the free ones through them. Nobody packages a slot map
 * for Debian, so the peers are maps that are asked for a number that counts up.
 */
#include "subjects.hpp"

#include <unordered_map>

#include <absl/container/flat_hash_map.h>
#include <boost/unordered/unordered_flat_map.hpp>

namespace bench {

namespace {

struct SlotInput {
	size_t count;
	std::vector<uint32_t> order;
	size_t passes;
};

BM_SLOT_MAP(slots_1k, uint64_t, 1024)
BM_SLOT_MAP(slots_4k, uint64_t, 4096)
BM_SLOT_MAP(slots_64k, uint64_t, 65536)
BM_SLOT_MAP(slots_1m, uint64_t, 1048576)

/* A handle is the key: two numbers of 32 bits. */
template <class Handle, class Key, size_t bytes, auto create, auto insert_item,
	  auto remove_item, auto get_item>
class Typed {
public:
	explicit Typed(const SlotInput &) : memory(bytes)
	{
		must(create(&map, memory.region, "slots"), "create");
	}
	bool insert(uint64_t number, uint64_t &key)
	{
		Key handle;

		if (insert_item(&map, &number, &handle))
			return false;
		std::memcpy(&key, &handle, sizeof(key));
		return true;
	}
	bool remove(uint64_t key) { return !remove_item(&map, handle_of(key), nullptr); }
	bool get(uint64_t key, uint64_t &number) const
	{
		return !get_item(&map, handle_of(key), &number);
	}

private:
	static Key handle_of(uint64_t key)
	{
		Key handle;

		std::memcpy(&handle, &key, sizeof(handle));
		return handle;
	}
	Region memory;
	Handle map;
};

template <size_t size>
struct Budgetmem;
template <>
struct Budgetmem<1024>
	: Typed<slots_1k, slots_1k_handle, BM_BYTES(slots_1k), slots_1k_create, slots_1k_insert,
		slots_1k_remove, slots_1k_get> {
	using Typed::Typed;
};
template <>
struct Budgetmem<4096>
	: Typed<slots_4k, slots_4k_handle, BM_BYTES(slots_4k), slots_4k_create, slots_4k_insert,
		slots_4k_remove, slots_4k_get> {
	using Typed::Typed;
};
template <>
struct Budgetmem<65536>
	: Typed<slots_64k, slots_64k_handle, BM_BYTES(slots_64k), slots_64k_create, slots_64k_insert,
		slots_64k_remove, slots_64k_get> {
	using Typed::Typed;
};
template <>
struct Budgetmem<1048576>
	: Typed<slots_1m, slots_1m_handle, BM_BYTES(slots_1m), slots_1m_create, slots_1m_insert,
		slots_1m_remove, slots_1m_get> {
	using Typed::Typed;
};

class Array {
public:
	explicit Array(const SlotInput &input) : slots(input.count)
	{
		for (size_t i = 0; i < input.count; i++)
			slots[i].next = static_cast<uint32_t>(i + 1);
	}
	bool insert(uint64_t number, uint64_t &key)
	{
		Slot *slot;

		if (unused == slots.size())
			return false;
		slot = &slots[unused];
		key = uint64_t(++slot->generation) << 32 | unused;
		unused = slot->next;
		slot->number = number;
		return true;
	}
	bool remove(uint64_t key)
	{
		uint32_t i = static_cast<uint32_t>(key);

		if (i >= slots.size() || slots[i].generation != key >> 32)
			return false;
		slots[i].generation++;
		slots[i].next = unused;
		unused = i;
		return true;
	}
	bool get(uint64_t key, uint64_t &number) const
	{
		uint32_t i = static_cast<uint32_t>(key);

		if (i >= slots.size() || slots[i].generation != key >> 32)
			return false;
		number = slots[i].number;
		return true;
	}

private:
	struct Slot {
		uint64_t number;
		uint32_t generation;
		uint32_t next;
	};
	std::vector<Slot> slots;
	uint32_t unused = 0;
};

template <class Map>
class Numbered {
public:
	explicit Numbered(const SlotInput &input) { map.reserve(input.count); }
	bool insert(uint64_t number, uint64_t &key)
	{
		key = next++;
		return map.emplace(key, number).second;
	}
	bool remove(uint64_t key) { return map.erase(key); }
	bool get(uint64_t key, uint64_t &number) const
	{
		auto found = map.find(key);

		if (found == map.end())
			return false;
		number = found->second;
		return true;
	}

private:
	Map map;
	uint64_t next = 1;
};

/* A slot map, and where the keys are kept that it gave. */
template <class Map>
struct Keyed {
	explicit Keyed(const SlotInput &input) : map(input), keys(input.count) {}
	Map map;
	std::vector<uint64_t> keys;
};

struct SlotWork {
	using Input = SlotInput;
	static constexpr bool changes = false;
	template <class Contender>
	static void prepare(Contender &c, const Input &input)
	{
		for (size_t i = 0; i < input.count; i++)
			if (!c.map.insert(i, c.keys[i]))
				fail("a slot map does not take what it has room for");
	}
};

/* Each makes a new one: what is measured is the insert alone. */
struct SlotInsert : SlotWork {
	static constexpr bool changes = true;
	template <class Contender>
	static void prepare(Contender &c, const Input &input)
	{
		SlotWork::prepare(c, input);
		for (uint32_t i : input.order)
			c.map.remove(c.keys[i]);
	}
	template <class Contender, class Timer>
	static uint64_t run(Contender &c, const Input &input, Timer timer)
	{
		uint64_t inserted = 0;

		for (size_t i = 0; i < input.count; i++) {
			timer.start();
			inserted += c.map.insert(i, c.keys[i]);
			timer.stop(i);
		}
		return inserted;
	}
};

/* One goes and one comes. */
struct SlotChurn : SlotWork {
	template <class Contender, class Timer>
	static uint64_t run(Contender &c, const Input &input, Timer timer)
	{
		uint64_t done = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (uint32_t i : input.order) {
				timer.start();
				done += c.map.remove(c.keys[i]);
				done += c.map.insert(i, c.keys[i]);
				timer.stop(operation++);
			}
		}
		return done;
	}
};

struct SlotGet : SlotWork {
	template <class Contender, class Timer>
	static uint64_t run(Contender &c, const Input &input, Timer timer)
	{
		uint64_t total = 0;
		size_t operation = 0;

		for (size_t pass = 0; pass < input.passes; pass++) {
			for (uint32_t i : input.order) {
				uint64_t number = 0;

				timer.start();
				c.map.get(c.keys[i], number);
				timer.stop(operation++);
				total += number;
			}
			forget();
		}
		return total;
	}
};

template <size_t size, class Workload>
Task task(const char *name, const char *label, const SlotInput &input, size_t operations)
{
	Work<Workload> work("slot-map", name, label, input, operations);

	work.template add<Keyed<Budgetmem<size>>>("budgetmem")
		.template add<Keyed<Array>>("array")
		.template add<Keyed<Numbered<boost::unordered_flat_map<uint64_t, uint64_t>>>>(
			"boost")
		.template add<Keyed<Numbered<absl::flat_hash_map<uint64_t, uint64_t>>>>(
			"abseil")
		.template add<Keyed<Numbered<std::unordered_map<uint64_t, uint64_t>>>>(
			"libstdc++");
	return std::move(work);
}

template <size_t count>
void measure_size(Runner &runner, const char *label)
{
	SlotInput input;
	Random random(count);

	if (!runner.wants("slot-map", label))
		return;
	input.count = count;
	input.passes = passes_of(count);
	for (size_t i = 0; i < count; i++)
		input.order.push_back(static_cast<uint32_t>(i));
	shuffle(input.order, random);
	runner.measure(task<count, SlotInsert>("insert", label, input, count));
	runner.measure(task<count, SlotChurn>("remove-insert", label, input,
					      count * input.passes));
	runner.measure(task<count, SlotGet>("get", label, input, count * input.passes));
}

} /* namespace */

void measure_slot_map(Runner &runner)
{
	runner.report("slot-map", "overhead", "-", "budgetmem",
		      BM_BYTES(slots_1k) - 1024 * sizeof(uint64_t));
	measure_size<1024>(runner, "1k");
	measure_size<4096>(runner, "4k");
	measure_size<65536>(runner, "64k");
	measure_size<1048576>(runner, "1M");
}

} /* namespace bench */
