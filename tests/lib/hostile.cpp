// SPDX-License-Identifier: MIT
/*
 * hostile.cpp: a neighbour writes rubbish into the pool
 *
 * Between operations, and in one property while they are at work, the neighbour
 * changes bytes and words anywhere in the region, most often where lengths and
 * other numbers are. Nothing is promised then but this: every call returns, with a
 * documented error or without; nothing outside the region is touched (the address
 * sanitizer watches, and the region ends where its allocation ends); what the
 * caller handed over as constant stays so; and clear() makes a collection usable
 * again as long as the neighbour keeps quiet.
 */
#include "step.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace {

uint64_t hash_few(const bm_hash_key *, const uint64_t *key)
{
	return *key % 3;
}

bool equal_numbers(const uint64_t *a, const uint64_t *b)
{
	return *a == *b;
}

BM_VEC(numbers, uint64_t, 50)
BM_MAP(small, uint64_t, uint64_t, 20)
BM_MAP(counts, uint64_t, uint64_t, 150)
BM_MAP_WITH(colliding, uint64_t, uint64_t, 150, hash_few, equal_numbers)
BM_STRING(text, 100)

BM_PLAN(all, BM_NEEDS(numbers), BM_NEEDS(small), BM_NEEDS(counts),
	BM_NEEDS(colliding), BM_NEEDS(text));

const std::set<int> documented = {
	0, -ENOSPC, -ENOENT, -ERANGE, -EEXIST, -EILSEQ, -EOWNERDEAD, -EUCLEAN,
	-EMEDIUMTYPE, -EBUSY, -EINVAL,
};

/* Five collections that fill a region to its last byte, and all their verbs. */
class victim {
public:
	victim() : where(BM_PLAN_SIZE(all))
	{
		RC_ASSERT(numbers_create(&v, where.region, "numbers") == 0);
		RC_ASSERT(small_create(&few_counts, where.region, "small") == 0);
		RC_ASSERT(counts_create(&m, where.region, "counts") == 0);
		RC_ASSERT(colliding_create(&c, where.region, "colliding") == 0);
		RC_ASSERT(text_create(&t, where.region, "text") == 0);
	}

	/* Rubbish in any byte, in any word, or in a number of a header. */
	void harm(const step &s)
	{
		size_t size = where.region.size;
		uint32_t word = static_cast<uint32_t>(s.value);
		bm_object *headers[] = {
			v.vec.object, few_counts.map.object.object,
			m.map.object.object, c.map.object.object,
			t.string.object,
		};
		bm_object *header = headers[s.place % 5];

		switch (s.verb % 8) {
		case 0: case 1: case 2:
			where.bytes()[s.place % size] ^=
				static_cast<unsigned char>(s.value | 1);
			break;
		case 3:
			std::memcpy(where.bytes() + s.place % (size - 3), &word, 4);
			break;
		case 4:
			header->len = word % 300;
			break;
		case 5:
			header->updating = word & 1;
			break;
		case 6:
			c.map.groups[s.place % 2].reach = word;
			m.map.groups[s.place % 2].spilled = word % 3;
			break;
		default:
			std::memset(m.map.tags + s.place % 100, word & 0xff, 60);
		}
	}

	void use(const step &s)
	{
		switch (s.verb / 8 % 5) {
		case 0:
			use_vec(s);
			break;
		case 1:
			use_map(s);
			break;
		case 2:
			use_colliding(s);
			break;
		case 3:
			use_string(s);
			break;
		default:
			use_layout(s);
		}
	}

	void check_usable()
	{
		uint64_t one = 1;

		numbers_clear(&v);
		small_clear(&few_counts);
		counts_clear(&m);
		colliding_clear(&c);
		text_clear(&t);
		RC_ASSERT(numbers_push(&v, &one) == 0);
		RC_ASSERT(small_insert(&few_counts, &one, &one) == 0);
		RC_ASSERT(counts_insert(&m, &one, &one) == 0);
		RC_ASSERT(colliding_insert(&c, &one, &one) == 0);
		RC_ASSERT(text_push(&t, 'a') == 0);
		RC_ASSERT(numbers_len(&v) == 1u);
		RC_ASSERT(counts_contains(&m, &one));
	}

	scratch where;

private:
	void expect(int err)
	{
		RC_ASSERT(documented.count(err));
	}

	void use_vec(const step &s)
	{
		uint64_t item = s.value;
		size_t place = s.place % 60;
		size_t cursor = place;

		expect(numbers_push(&v, &item));
		expect(numbers_insert(&v, place, &item));
		expect(numbers_set(&v, place, &item));
		RC_ASSERT(item == s.value);
		expect(numbers_get(&v, place, &item));
		expect(numbers_next(&v, &cursor, &item));
		expect(numbers_first(&v, &item));
		expect(numbers_last(&v, &item));
		expect(numbers_remove(&v, place, &item));
		expect(numbers_pop(&v, &item));
		expect(numbers_invariants(&v));
		RC_ASSERT(numbers_len(&v) <= 50u);
		if (const uint64_t *found = numbers_at(&v, place))
			item += *found + numbers_contains(&v, &item);
		if (s.value % 4 == 0)
			expect(numbers_repair(&v));
	}

	void use_map(const step &s)
	{
		uint64_t key = s.place % 200;
		uint64_t value = s.value;
		size_t cursor = s.place % 250;

		expect(counts_insert(&m, &key, &value));
		expect(small_upsert(&few_counts, &key, &value));
		expect(counts_upsert(&m, &key, &value));
		RC_ASSERT(value == s.value);
		expect(counts_get(&m, &key, &value));
		expect(small_get(&few_counts, &key, &value));
		expect(counts_next(&m, &cursor, &key, &value));
		expect(small_first(&few_counts, &key, &value));
		expect(counts_invariants(&m));
		expect(small_invariants(&few_counts));
		RC_ASSERT(counts_len(&m) <= 150u);
		RC_ASSERT(counts_longest_probe(&m) <= m.map.slots);
		if (s.value % 4 == 0)
			expect(counts_repair(&m));
		if (s.value % 4 == 1)
			expect(small_repair(&few_counts));
		expect(counts_remove(&m, &key, nullptr));
		expect(small_remove(&few_counts, &key, &value));
	}

	void use_colliding(const step &s)
	{
		for (uint64_t key = s.place % 100; key < 200; key += 7) {
			uint64_t value = key;

			expect(colliding_upsert(&c, &key, &value));
			expect(colliding_get(&c, &key, &value));
			if (key % 3 == 0)
				expect(colliding_remove(&c, &key, &value));
		}
		expect(colliding_invariants(&c));
		RC_ASSERT(colliding_longest_probe(&c) <= c.map.slots);
		if (s.value % 4 == 0)
			expect(colliding_repair(&c));
	}

	void use_string(const step &s)
	{
		uint32_t character = 0x20ac;
		size_t offset = s.place % 110;
		size_t cursor = offset;
		char copy[101];

		expect(text_push(&t, character));
		expect(text_append(&t, "abc"));
		expect(text_append_format(&t, "%u", s.place));
		expect(text_insert(&t, offset, "\xc3\xa4"));
		expect(text_remove(&t, offset, s.value % 8));
		expect(text_get(&t, offset, &character));
		expect(text_next(&t, &cursor, &character));
		expect(text_last(&t, &character));
		expect(text_pop(&t, &character));
		expect(text_copy(&t, copy, sizeof(copy)));
		expect(text_invariants(&t));
		RC_ASSERT(text_len(&t) <= 100u);
		if (text_contains(&t, "bc") && text_compare(&t, "b") > 0)
			expect(text_push(&t, 'x'));
		if (s.value % 4 == 0)
			expect(text_repair(&t));
	}

	void use_layout(const step &s)
	{
		bm_mismatch mismatch;
		bm_object_info info;
		numbers other_vec;
		counts other_map;
		text other_text;
		size_t cursor = s.value % 8 ? 0 : s.place;

		expect(counts_attach(&other_map, where.region, "counts", &mismatch));
		expect(text_attach(&other_text, where.region, "text", nullptr));
		expect(numbers_attach(&other_vec, where.region, "x", &mismatch));
		expect(numbers_create(&other_vec, where.region, "y"));
		while (bm_layout_next(where.region, &cursor, &info) == 0)
			RC_ASSERT(std::strlen(info.name) < sizeof(info.name));
		expect(bm_layout_invariants(where.region, &mismatch));
		if (s.value % 4 == 0)
			expect(bm_layout_recover(where.region));
	}

	numbers v;
	small few_counts;
	counts m;
	colliding c;
	text t;
};

void rubbish_between_operations()
{
	victim v;

	for (const step &s : random_steps(100)) {
		v.harm(s);
		v.use(s);
	}
	v.check_usable();
}

/* Rare rubbish lets collections live longer before they are noticed as damaged. */
void rare_rubbish()
{
	victim v;

	for (const step &s : random_steps(300)) {
		if (s.place % 16 == 0)
			v.harm(s);
		v.use(s);
	}
	v.check_usable();
}

void all_bytes_are_rubbish()
{
	victim v;
	std::vector<step> steps = random_steps(20);

	for (size_t i = 0; i < v.where.region.size; i++)
		v.where.bytes()[i] = *rc::gen::arbitrary<unsigned char>();
	for (const step &s : steps)
		v.use(s);
	v.check_usable();
}

void all_bytes_are_the_same()
{
	victim v;
	unsigned char byte = *rc::gen::arbitrary<unsigned char>();
	std::vector<step> steps = random_steps(20);

	std::memset(v.where.region.base, byte, v.where.region.size);
	for (const step &s : steps)
		v.use(s);
	v.check_usable();
}

void rubbish_while_operations_are_at_work()
{
	victim v;
	std::vector<step> harms = random_steps(100);
	std::vector<step> uses = random_steps(40);
	std::atomic<bool> enough(false);
	std::thread neighbour([&] {
		while (!enough) {
			for (const step &s : harms)
				v.harm(s);
		}
	});

	try {
		for (const step &s : uses)
			v.use(s);
	} catch (...) {
		enough = true;
		neighbour.join();
		throw;
	}
	enough = true;
	neighbour.join();
	v.check_usable();
}

} // namespace

int main()
{
	return run_properties({
		{ "rubbish between operations", rubbish_between_operations },
		{ "rare rubbish", rare_rubbish },
		{ "all bytes are rubbish", all_bytes_are_rubbish },
		{ "all bytes are the same", all_bytes_are_the_same },
		{ "rubbish while operations are at work",
		  rubbish_while_operations_are_at_work },
	});
}
