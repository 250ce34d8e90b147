// SPDX-License-Identifier: MIT
/*
 * model_map.cpp: a map does what std::map does, up to its capacity
 *
 * Among the maps are some whose keys collide more or less: there the windows are
 * full, keys move, and many are far from their homes.
 */
#include "step.hpp"

#include <map>

namespace {

struct word {
	char text[20];
};

template <typename K>
K make(uint64_t value)
{
	return static_cast<K>(value * 0x10001);
}

template <>
word make<word>(uint64_t value)
{
	word w;
	std::string text = "word " + std::to_string(value);

	std::memset(&w, 0, sizeof(w));
	text.copy(w.text, sizeof(w.text) - 1);
	return w;
}

uint64_t hash_same(const bm_hash_key *, const uint64_t *)
{
	return 1;
}

uint64_t hash_few(const bm_hash_key *, const uint64_t *key)
{
	return *key % 3;
}

bool equal_numbers(const uint64_t *a, const uint64_t *b)
{
	return *a == *b;
}

#define TESTED_MAP_FUNCTIONS(map_name, K, V, N)				\
	struct tested_##map_name {					\
		using key = K;						\
		using value = V;					\
		static constexpr size_t bytes = BM_BYTES(map_name);	\
		static constexpr size_t most = N;			\
		map_name m;						\
		int create(bm_region r, uint64_t seed)			\
		{							\
			return map_name##_create_seeded(&m, r, "m", seed); \
		}							\
		int attach(bm_region r)					\
		{							\
			return map_name##_attach(&m, r, "m", nullptr);	\
		}							\
		int get(const K &k, V *v) { return map_name##_get(&m, &k, v); } \
		V *at(const K &k) { return map_name##_at(&m, &k); }	\
		bool contains(const K &k) { return map_name##_contains(&m, &k); } \
		int insert(const K &k, const V &v)			\
		{							\
			return map_name##_insert(&m, &k, &v);		\
		}							\
		int upsert(const K &k, const V &v)			\
		{							\
			return map_name##_upsert(&m, &k, &v);		\
		}							\
		int remove(const K &k, V *v) { return map_name##_remove(&m, &k, v); } \
		int next(size_t *c, K *k, V *v)				\
		{							\
			return map_name##_next(&m, c, k, v);		\
		}							\
		int first(K *k, V *v) { return map_name##_first(&m, k, v); } \
		void clear() { map_name##_clear(&m); }			\
		size_t len() { return map_name##_len(&m); }		\
		bool is_empty() { return map_name##_is_empty(&m); }	\
		bool is_full() { return map_name##_is_full(&m); }	\
		size_t longest_probe() { return map_name##_longest_probe(&m); } \
		int repair() { return map_name##_repair(&m); }		\
		int invariants() { return map_name##_invariants(&m); }	\
	};

#define TESTED_MAP(map_name, K, V, N)					\
	BM_MAP(map_name, K, V, N)					\
	TESTED_MAP_FUNCTIONS(map_name, K, V, N)

#define TESTED_MAP_WITH(map_name, K, V, N, hash)			\
	BM_MAP_WITH(map_name, K, V, N, hash, equal_numbers)		\
	TESTED_MAP_FUNCTIONS(map_name, K, V, N)

TESTED_MAP(single, uint32_t, uint32_t, 1)
TESTED_MAP(small, uint32_t, uint64_t, 13)
TESTED_MAP(window, uint64_t, uint32_t, 64)
TESTED_MAP(just_above, uint64_t, char, 65)
TESTED_MAP(large, uint64_t, uint64_t, 300)
TESTED_MAP(words, word, uint16_t, 100)
TESTED_MAP_WITH(same, uint64_t, uint64_t, 90, hash_same)
TESTED_MAP_WITH(few, uint64_t, uint64_t, 200, hash_few)

template <typename M>
class pair_of_maps {
public:
	using key = typename M::key;
	using value = typename M::value;

	explicit pair_of_maps(uint64_t seed)
		: where(BM_REGION_OVERHEAD + M::bytes)
	{
		RC_ASSERT(ours.create(where.region, seed) == 0);
	}

	void take(const step &s)
	{
		uint64_t number = s.place % (M::most * 5 / 4 + 2);
		value v = static_cast<value>(s.value);

		switch (s.verb % 32) {
		case 0: case 1: case 2: case 3: case 4: case 5: case 6: case 7:
		case 8: case 9:
			insert(number, v);
			break;
		case 10: case 11: case 12: case 13: case 14: case 15:
			upsert(number, v);
			break;
		case 16: case 17: case 18: case 19: case 20: case 21: case 22:
		case 23: case 24: case 25:
			remove(number);
			break;
		case 26: case 27:
			compare_all();
			break;
		case 28:
			RC_ASSERT(ours.repair() == 0);
			break;
		case 29:
			RC_ASSERT(ours.attach(where.region) == 0);
			break;
		default:
			if (s.value % 16 == 0)
				clear();
		}
		compare(number);
	}

	/* To the last entry, which any keys must allow, and to the first. */
	void fill_and_empty(uint64_t start)
	{
		for (uint64_t i = 0; i < M::most * 2; i++)
			insert(start + i, static_cast<value>(i));
		RC_ASSERT(ours.is_full());
		compare_all();
		compare(start);
		for (uint64_t i = 0; i < M::most * 2; i++) {
			remove(start + i);
			RC_ASSERT(ours.invariants() == 0);
		}
		RC_ASSERT(ours.is_empty());
		RC_ASSERT(ours.longest_probe() <= 64);
	}

	void compare_all()
	{
		std::map<std::string, value> seen;
		size_t cursor = 0;
		key k;
		value v;

		while (ours.next(&cursor, &k, &v) == 0)
			RC_ASSERT(seen.emplace(bytes_of(k), v).second);
		RC_ASSERT(seen.size() == model.size());
		for (const auto &entry : model) {
			RC_ASSERT(seen.count(bytes_of(make<key>(entry.first))));
			RC_ASSERT(ours.get(make<key>(entry.first), &v) == 0);
			RC_ASSERT(v == entry.second);
		}
		RC_ASSERT(ours.first(&k, &v) == (model.empty() ? -ENOENT : 0));
	}

private:
	static std::string bytes_of(const key &k)
	{
		return std::string(reinterpret_cast<const char *>(&k), sizeof(k));
	}

	void insert(uint64_t number, value v)
	{
		int err = ours.insert(make<key>(number), v);

		if (model.count(number)) {
			RC_ASSERT(err == -EEXIST);
		} else if (model.size() == M::most) {
			RC_ASSERT(err == -ENOSPC);
			refused++;
		} else {
			RC_ASSERT(err == 0);
			model[number] = v;
		}
	}

	void upsert(uint64_t number, value v)
	{
		int err = ours.upsert(make<key>(number), v);

		if (!model.count(number) && model.size() == M::most) {
			RC_ASSERT(err == -ENOSPC);
			refused++;
			return;
		}
		RC_ASSERT(err == 0);
		model[number] = v;
	}

	void remove(uint64_t number)
	{
		value v = 0;
		int err = ours.remove(make<key>(number),
				      number % 2 ? &v : nullptr);

		if (!model.count(number)) {
			RC_ASSERT(err == -ENOENT);
			return;
		}
		RC_ASSERT(err == 0);
		if (number % 2)
			RC_ASSERT(v == model[number]);
		model.erase(number);
	}

	void clear()
	{
		ours.clear();
		model.clear();
	}

	void compare(uint64_t number)
	{
		bool there = model.count(number);
		key k = make<key>(number);
		value v;

		RC_ASSERT(ours.contains(k) == there);
		RC_ASSERT((ours.at(k) != nullptr) == there);
		RC_ASSERT(ours.get(k, &v) == (there ? 0 : -ENOENT));
		if (there)
			RC_ASSERT(v == model[number]);
		RC_ASSERT(ours.len() == model.size());
		RC_ASSERT(ours.is_empty() == model.empty());
		RC_ASSERT(ours.is_full() == (model.size() == M::most));
		RC_ASSERT(ours.invariants() == 0);
		RC_ASSERT(ours.m.map.object.object->refused == refused);
		check_layout(where);
	}

	scratch where;
	M ours;
	std::map<uint64_t, value> model;
	uint32_t refused = 0;
};

template <typename M>
void follows_the_model()
{
	pair_of_maps<M> both(*rc::gen::arbitrary<uint64_t>());

	for (const step &s : random_steps(M::most * 4 + 10))
		both.take(s);
	both.compare_all();
}

template <typename M>
void holds_its_capacity_of_any_keys()
{
	pair_of_maps<M> both(*rc::gen::arbitrary<uint64_t>());

	both.fill_and_empty(*rc::gen::inRange<uint64_t>(0, 1000000));
}

} // namespace

int main()
{
	return run_properties({
		{ "map of one entry", follows_the_model<tested_single> },
		{ "map of 13 entries", follows_the_model<tested_small> },
		{ "map of one window", follows_the_model<tested_window> },
		{ "map of one window and an entry",
		  follows_the_model<tested_just_above> },
		{ "map of 300 entries", follows_the_model<tested_large> },
		{ "map of words", follows_the_model<tested_words> },
		{ "map of keys that all collide", follows_the_model<tested_same> },
		{ "map of keys with three hashes", follows_the_model<tested_few> },
		{ "300 entries fit, any keys",
		  holds_its_capacity_of_any_keys<tested_large> },
		{ "65 entries fit, any keys",
		  holds_its_capacity_of_any_keys<tested_just_above> },
		{ "all entries fit though all collide",
		  holds_its_capacity_of_any_keys<tested_same> },
		{ "all entries fit though most collide",
		  holds_its_capacity_of_any_keys<tested_few> },
	});
}
