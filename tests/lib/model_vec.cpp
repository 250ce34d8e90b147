// SPDX-License-Identifier: MIT
/*
 * model_vec.cpp: a vec does what std::vector does, up to its capacity
 */
#include "step.hpp"

#include <algorithm>

namespace {

struct three {
	unsigned char byte[3];
};

struct sixteen {
	uint64_t low;
	uint64_t high;
};

template <typename T>
T make(uint64_t value)
{
	return static_cast<T>(value);
}

template <>
three make<three>(uint64_t value)
{
	unsigned char low = static_cast<unsigned char>(value);

	return { { low, static_cast<unsigned char>(~low), 7 } };
}

template <>
sixteen make<sixteen>(uint64_t value)
{
	return { value, ~value };
}

template <typename T>
bool same(const T &a, const T &b)
{
	return !std::memcmp(&a, &b, sizeof(T));
}

/* What the test needs of a vec, whichever it is. */
#define TESTED_VEC(vec_name, T, N)					\
	BM_VEC(vec_name, T, N)						\
	struct tested_##vec_name {					\
		using item = T;						\
		static constexpr size_t bytes = BM_BYTES(vec_name);	\
		static constexpr size_t most = N;			\
		vec_name v;						\
		int create(bm_region r) { return vec_name##_create(&v, r, "v"); } \
		int push(const T &i) { return vec_name##_push(&v, &i); } \
		int pop(T *i) { return vec_name##_pop(&v, i); }		\
		int get(size_t at, T *i) { return vec_name##_get(&v, at, i); } \
		int set(size_t at, const T &i) { return vec_name##_set(&v, at, &i); } \
		int insert(size_t at, const T &i)			\
		{							\
			return vec_name##_insert(&v, at, &i);		\
		}							\
		int remove(size_t at, T *i) { return vec_name##_remove(&v, at, i); } \
		int first(T *i) { return vec_name##_first(&v, i); }	\
		int last(T *i) { return vec_name##_last(&v, i); }	\
		int next(size_t *c, T *i) { return vec_name##_next(&v, c, i); } \
		bool contains(const T &i) { return vec_name##_contains(&v, &i); } \
		void clear() { vec_name##_clear(&v); }			\
		size_t len() { return vec_name##_len(&v); }		\
		bool is_empty() { return vec_name##_is_empty(&v); }	\
		bool is_full() { return vec_name##_is_full(&v); }	\
		T *at(size_t i) { return vec_name##_at(&v, i); }	\
		int invariants() { return vec_name##_invariants(&v); }	\
		int repair() { return vec_name##_repair(&v); }		\
	};

TESTED_VEC(single, uint32_t, 1)
TESTED_VEC(some, uint32_t, 20)
TESTED_VEC(many, uint64_t, 300)
TESTED_VEC(threes, three, 40)
TESTED_VEC(sixteens, sixteen, 50)

template <typename V>
class pair_of_vecs {
public:
	using item = typename V::item;

	pair_of_vecs() : where(BM_REGION_OVERHEAD + V::bytes)
	{
		RC_ASSERT(ours.create(where.region) == 0);
	}

	void take(const step &s)
	{
		size_t place = s.place % (model.size() + 2);
		item value = make<item>(s.value % 16);

		switch (s.verb % 16) {
		case 0: case 1: case 2: case 3: case 4: case 5:
			push(value);
			break;
		case 6: case 7:
			pop();
			break;
		case 8: case 9:
			insert(place, value);
			break;
		case 10: case 11:
			remove(place);
			break;
		case 12:
			set(place, value);
			break;
		case 13:
			look(value);
			break;
		case 14:
			RC_ASSERT(ours.repair() == 0);
			break;
		default:
			if (s.value % 8 == 0)
				clear();
		}
		compare();
	}

private:
	void push(const item &value)
	{
		if (model.size() == V::most) {
			RC_ASSERT(ours.push(value) == -ENOSPC);
			refused++;
			return;
		}
		RC_ASSERT(ours.push(value) == 0);
		model.push_back(value);
	}

	void pop()
	{
		item got = make<item>(99);

		if (model.empty()) {
			RC_ASSERT(ours.pop(&got) == -ENOENT);
			RC_ASSERT(same(got, make<item>(99)));
			return;
		}
		RC_ASSERT(ours.pop(&got) == 0);
		RC_ASSERT(same(got, model.back()));
		model.pop_back();
	}

	void insert(size_t place, const item &value)
	{
		if (place > model.size()) {
			RC_ASSERT(ours.insert(place, value) == -ERANGE);
		} else if (model.size() == V::most) {
			RC_ASSERT(ours.insert(place, value) == -ENOSPC);
			refused++;
		} else {
			RC_ASSERT(ours.insert(place, value) == 0);
			model.insert(model.begin() + static_cast<long>(place),
				     value);
		}
	}

	void remove(size_t place)
	{
		item got = make<item>(99);

		if (place >= model.size()) {
			RC_ASSERT(ours.remove(place, &got) == -ERANGE);
			return;
		}
		RC_ASSERT(ours.remove(place, place % 2 ? &got : nullptr) == 0);
		if (place % 2)
			RC_ASSERT(same(got, model[place]));
		model.erase(model.begin() + static_cast<long>(place));
	}

	void set(size_t place, const item &value)
	{
		if (place >= model.size()) {
			RC_ASSERT(ours.set(place, value) == -ERANGE);
			return;
		}
		RC_ASSERT(ours.set(place, value) == 0);
		model[place] = value;
	}

	void look(const item &value)
	{
		auto is_it = [&](const item &i) { return same(i, value); };

		RC_ASSERT(ours.contains(value) ==
			  std::any_of(model.begin(), model.end(), is_it));
	}

	void clear()
	{
		ours.clear();
		model.clear();
	}

	void compare()
	{
		size_t cursor = 0;
		item got;

		RC_ASSERT(ours.len() == model.size());
		RC_ASSERT(ours.is_empty() == model.empty());
		RC_ASSERT(ours.is_full() == (model.size() == V::most));
		for (size_t i = 0; i < model.size(); i++) {
			RC_ASSERT(ours.next(&cursor, &got) == 0);
			RC_ASSERT(same(got, model[i]));
			RC_ASSERT(ours.get(i, &got) == 0);
			RC_ASSERT(same(got, model[i]));
			RC_ASSERT(same(*ours.at(i), model[i]));
		}
		RC_ASSERT(ours.next(&cursor, &got) == -ENOENT);
		RC_ASSERT(ours.get(model.size(), &got) == -ERANGE);
		RC_ASSERT(!ours.at(model.size()));
		compare_ends();
		RC_ASSERT(ours.invariants() == 0);
		RC_ASSERT(ours.v.vec.object->refused == refused);
		check_layout(where);
	}

	void compare_ends()
	{
		int expected = model.empty() ? -ENOENT : 0;
		item got;

		RC_ASSERT(ours.first(&got) == expected);
		if (!model.empty())
			RC_ASSERT(same(got, model.front()));
		RC_ASSERT(ours.last(&got) == expected);
		if (!model.empty())
			RC_ASSERT(same(got, model.back()));
	}

	scratch where;
	V ours;
	std::vector<item> model;
	uint32_t refused = 0;
};

template <typename V>
void follows_the_model()
{
	pair_of_vecs<V> both;

	for (const step &s : random_steps(V::most * 4 + 10))
		both.take(s);
}

} // namespace

int main()
{
	return run_properties({
		{ "vec of one element", follows_the_model<tested_single> },
		{ "vec of 20 words", follows_the_model<tested_some> },
		{ "vec of 300 double words", follows_the_model<tested_many> },
		{ "vec of elements of 3 bytes", follows_the_model<tested_threes> },
		{ "vec of elements of 16 bytes",
		  follows_the_model<tested_sixteens> },
	});
}
