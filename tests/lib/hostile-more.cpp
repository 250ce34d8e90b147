// SPDX-License-Identifier: MIT
/*
 * hostile-more.cpp: what hostile.cpp does, to the other collections
 *
 * Sets, maps by text, those with two ends, arenas and blocks. What is demanded is the
 * same; what arenas and blocks hand out is written to from its first to its last byte.
 */
#include "step.hpp"

#include <set>

namespace {

uint64_t hash_few(const bm_hash_key *, const uint64_t *key)
{
	return *key % 3;
}

bool equal_numbers(const uint64_t *a, const uint64_t *b)
{
	return *a == *b;
}

struct part {
	unsigned char byte[24];
};

BM_SET_WITH(seen, uint64_t, 90, hash_few, equal_numbers)
BM_DEQUE(numbers, uint64_t, 20)
BM_QUEUE(line, uint64_t, 11)
BM_STACK(pile, uint64_t, 20)
BM_HISTORY(recent, uint64_t, 11)
BM_ARENA(pieces, 1000)
BM_BLOCKS(parts, struct part, 20)
BM_STRING_MAP(ages, 13, uint64_t, 80)

BM_PLAN(all, BM_NEEDS(seen), BM_NEEDS(seen), BM_NEEDS(numbers), BM_NEEDS(line),
	BM_NEEDS(pile), BM_NEEDS(recent), BM_NEEDS(pieces), BM_NEEDS(parts),
	BM_NEEDS(ages));

const std::set<int> documented = {
	0, -ENOSPC, -ENOENT, -ERANGE, -EEXIST, -EOWNERDEAD, -EUCLEAN, -EINVAL,
};

/* Nine collections that fill a region to its last byte. */
class victim {
public:
	victim() : where(BM_PLAN_SIZE(all))
	{
		const bm_region region = where.region;

		RC_ASSERT(seen_create(&s, region, "one") == 0);
		RC_ASSERT(seen_create(&other, region, "two") == 0);
		RC_ASSERT(numbers_create(&d, region, "numbers") == 0);
		RC_ASSERT(line_create(&q, region, "line") == 0);
		RC_ASSERT(pile_create(&p, region, "pile") == 0);
		RC_ASSERT(recent_create(&h, region, "recent") == 0);
		RC_ASSERT(pieces_create(&a, region, "pieces") == 0);
		RC_ASSERT(parts_create(&b, region, "parts") == 0);
		RC_ASSERT(ages_create(&m, region, "ages") == 0);
		for (size_t at = BM_REGION_OVERHEAD; at + 64 <= region.size; at += 64) {
			bm_object *object = reinterpret_cast<bm_object *>(
				where.bytes() + at);

			if (object->magic == BM_OBJECT_MAGIC)
				headers.push_back(object);
		}
		RC_ASSERT(headers.size() == 9u);
	}

	/* Rubbish in any byte or word, in a number of a header, or in many tags. */
	void harm(const step &x)
	{
		size_t size = where.region.size;
		uint32_t word = static_cast<uint32_t>(x.value);
		bm_object *header = headers[x.place % headers.size()];

		switch (x.verb % 8) {
		case 0: case 1: case 2:
			where.bytes()[x.place % size] ^=
				static_cast<unsigned char>(x.value | 1);
			break;
		case 3:
			std::memcpy(where.bytes() + x.place % (size - 3), &word, 4);
			break;
		case 4:
			header->len = word % 120;
			break;
		case 5:
			header->updating = word & 1;
			break;
		case 6:
			header->place[x.place / 16 % 2] = word % 64;
			break;
		default:
			std::memset(m.map.tags + x.place % 60, word & 0xff, 20);
			std::memset(s.map.tags + x.place % 60, word & 0xff, 20);
		}
	}

	void use(const step &x)
	{
		switch (x.verb / 8 % 5) {
		case 0:
			use_sets(x);
			break;
		case 1:
			use_texts(x);
			break;
		case 2:
			use_deque(x);
			break;
		case 3:
			use_ends(x);
			break;
		default:
			use_memory(x);
		}
	}

	void check_usable()
	{
		uint64_t one = 1;
		part *block;
		void *memory;

		seen_clear(&s);
		numbers_clear(&d);
		line_clear(&q);
		pile_clear(&p);
		recent_clear(&h);
		pieces_clear(&a);
		parts_clear(&b);
		ages_clear(&m);
		RC_ASSERT(seen_insert(&s, &one) == 0);
		RC_ASSERT(numbers_push_back(&d, &one) == 0);
		RC_ASSERT(line_push(&q, &one) == 0);
		RC_ASSERT(pile_push(&p, &one) == 0);
		RC_ASSERT(recent_push(&h, &one) == 0);
		RC_ASSERT(pieces_alloc(&a, 8, &memory) == 0);
		RC_ASSERT(parts_alloc(&b, &block) == 0);
		RC_ASSERT(ages_insert(&m, "one", &one) == 0);
		RC_ASSERT(ages_len(&m) == 1u);
	}

	scratch where;

private:
	void expect(int err)
	{
		RC_ASSERT(documented.count(err));
	}

	static bool keep_some(const uint64_t *key, void *)
	{
		return *key % 4 != 0;
	}

	void use_sets(const step &x)
	{
		uint64_t key = x.place % 120;
		size_t cursor = x.place % 130;
		bool result;

		for (uint64_t i = 0; i < 40; i++) {
			uint64_t each = key + i;

			expect(seen_insert(i % 3 ? &s : &other, &each));
		}
		expect(seen_find(&s, &key));
		expect(seen_next(&s, &cursor, &key));
		expect(seen_insert_all(&s, &other));
		expect(seen_is_subset(&s, &other, &result));
		expect(seen_is_disjoint(&s, &other, &result));
		expect(seen_retain(&s, keep_some, nullptr));
		expect(x.value % 2 ? seen_keep_all(&s, &other) :
				     seen_remove_all(&s, &other));
		expect(seen_remove(&s, &key));
		expect(seen_invariants(&s));
		RC_ASSERT(seen_longest_probe(&s) <= s.map.slots);
		if (x.value % 4 == 0)
			expect(seen_repair(&s));
		if (x.value % 4 == 1)
			expect(seen_repair(&other));
	}

	void use_texts(const step &x)
	{
		static const char text[] = "a text that is long";
		size_t size = x.place % sizeof(text);
		size_t cursor = x.place % 100;
		uint64_t value = x.value;
		char key[14];

		for (size_t i = 0; i < sizeof(text); i++)
			expect(ages_insert_bytes(&m, text + i,
						 (sizeof(text) - i) % 16, &value));
		expect(ages_upsert_bytes(&m, text, size, &value));
		RC_ASSERT(value == x.value);
		expect(ages_get_bytes(&m, text, size, &value));
		expect(ages_next(&m, &cursor, key, &value));
		expect(ages_first(&m, key, &value));
		expect(ages_remove_bytes(&m, text, size, &value));
		expect(ages_invariants(&m));
		RC_ASSERT(ages_len(&m) <= 80u);
		if (x.value % 4 == 0)
			expect(ages_repair(&m));
	}

	void use_deque(const step &x)
	{
		size_t place = x.place % 24;
		size_t cursor = place;
		uint64_t item = x.value;

		expect(numbers_push_back(&d, &item));
		expect(numbers_push_front(&d, &item));
		expect(numbers_insert(&d, place, &item));
		expect(numbers_set(&d, place, &item));
		expect(numbers_rotate_left(&d, place));
		expect(numbers_get(&d, place, &item));
		expect(numbers_next(&d, &cursor, &item));
		expect(numbers_retain(&d, keep_some, nullptr));
		expect(numbers_remove(&d, place / 2, &item));
		expect(numbers_drain(&d, place / 2, place / 4, nullptr));
		expect(numbers_pop_front(&d, &item));
		expect(numbers_invariants(&d));
		RC_ASSERT(numbers_len(&d) <= 20u);
		if (x.value % 4 == 0)
			expect(numbers_repair(&d));
	}

	void use_ends(const step &x)
	{
		uint64_t item = x.value;
		size_t cursor = x.place % 30;

		expect(line_push(&q, &item));
		expect(pile_push(&p, &item));
		expect(recent_push(&h, &item));
		expect(line_next(&q, &cursor, &item));
		expect(pile_next(&p, &cursor, &item));
		expect(recent_next(&h, &cursor, &item));
		expect(line_first(&q, &item));
		expect(pile_last(&p, &item));
		expect(recent_last(&h, &item));
		expect(line_invariants(&q));
		expect(pile_invariants(&p));
		expect(recent_invariants(&h));
		if (x.value % 2)
			expect(line_pop(&q, &item));
		if (x.value % 3)
			expect(pile_pop(&p, &item));
		if (x.value % 8 == 0) {
			expect(line_repair(&q));
			expect(pile_repair(&p));
			expect(recent_repair(&h));
		}
		RC_ASSERT(line_len(&q) <= 11u && recent_len(&h) <= 11u);
	}

	void use_memory(const step &x)
	{
		size_t size = x.place % 300 + 1;
		bm_arena_scope scope;
		void *memory;
		part *block;
		size_t at;
		int err = pieces_mark(&a, &scope);

		expect(err);
		if (!err && x.value % 2)
			expect(pieces_release(&a, scope));
		err = pieces_alloc(&a, size, &memory);
		expect(err);
		if (!err)
			std::memset(memory, 7, size);
		expect(pieces_get(&a, x.place % 1100, &memory));
		expect(pieces_invariants(&a));
		err = parts_alloc(&b, &block);
		expect(err);
		if (!err) {
			std::memset(block, 9, sizeof(*block));
			expect(parts_index(&b, block, &at));
		}
		err = parts_get(&b, x.place % 24, &block);
		expect(err);
		if (!err)
			expect(parts_free(&b, block));
		expect(parts_invariants(&b));
		if (x.value % 4 == 0) {
			expect(pieces_repair(&a));
			expect(parts_repair(&b));
		}
	}

	std::vector<bm_object *> headers;
	seen s;
	seen other;
	numbers d;
	line q;
	pile p;
	recent h;
	pieces a;
	parts b;
	ages m;
};

void rubbish_between_operations()
{
	victim v;

	for (const step &x : random_steps(100)) {
		v.harm(x);
		v.use(x);
	}
	v.check_usable();
}

/* Rare rubbish lets collections live longer before they are noticed as damaged. */
void rare_rubbish()
{
	victim v;

	for (const step &x : random_steps(300)) {
		if (x.place % 16 == 0)
			v.harm(x);
		v.use(x);
	}
	v.check_usable();
}

void all_bytes_are_the_same()
{
	victim v;
	unsigned char byte = *rc::gen::arbitrary<unsigned char>();
	std::vector<step> steps = random_steps(20);

	std::memset(v.where.region.base, byte, v.where.region.size);
	for (const step &x : steps)
		v.use(x);
	v.check_usable();
}

} // namespace

int main()
{
	return run_properties({
		{ "rubbish between operations", rubbish_between_operations },
		{ "rare rubbish", rare_rubbish },
		{ "all bytes are the same", all_bytes_are_the_same },
	});
}
