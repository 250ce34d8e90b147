// SPDX-License-Identifier: MIT
/*
 * portable.c: the same on every machine
 *
 * Plain C without a test library, so that it runs wherever the library does: as a
 * 32-bit program on a 64-bit machine, in a guest, on a board. Does a long fixed
 * sequence of operations, compares the results with arrays, and at the end the bytes
 * of the whole region with what they have always been: programs of 32 and 64 bits
 * share pools, and pools outlive programs, so the layout must never change by
 * accident. On a big-endian machine the bytes are others, and not compared.
 */
#include <budgetmem/budgetmem.h>

#include <stdio.h>
#include <string.h>

#define KEYS	700

/* On 32-bit x86 a plain uint64_t is aligned to 4 bytes in a struct. */
typedef __aligned_u64 number64;

struct word {
	char text[12];
};

struct ranked {
	struct word word;
	uint32_t count;
};

static uint64_t hash_few(const struct bm_hash_key *secret, const number64 *key)
{
	return bm_hash_integer(secret, *key % 7);
}

static bool equal_numbers(const number64 *a, const number64 *b)
{
	return *a == *b;
}

BM_MAP(counts, number64, number64, 500)
BM_MAP(words, struct word, uint32_t, 60)
BM_MAP_WITH(few, number64, uint32_t, 300, hash_few, equal_numbers)
BM_VEC(ranking, struct ranked, 100)
BM_STRING(report, 400)
BM_SET(seen, struct word, 80)
BM_STRING_MAP(ages, 21, number64, 70)
BM_DEQUE(recently, number64, 13)
BM_HISTORY(latest, uint32_t, 9)
BM_BLOCKS(parts, struct ranked, 10)

BM_PLAN(everything, BM_NEEDS(counts), BM_NEEDS(words), BM_NEEDS(few),
	BM_NEEDS(ranking), BM_NEEDS(report), BM_NEEDS(seen), BM_NEEDS(ages),
	BM_NEEDS(recently), BM_NEEDS(latest), BM_NEEDS(parts));

static struct {
	_Alignas(BM_REGION_ALIGNMENT) unsigned char byte[BM_PLAN_SIZE(everything)];
} room;

static unsigned int number;
static unsigned int failed;

static void result(bool ok, const char *name)
{
	printf("%s %u - %s\n", ok ? "ok" : "not ok", ++number, name);
	failed += !ok;
}

/* The same numbers everywhere, in any order of bytes. */
static uint32_t next_random(void)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33);
}

static struct bm_region region(void)
{
	struct bm_region all = { room.byte, sizeof(room.byte) };

	return all;
}

static bool use_counts(void)
{
	static uint64_t model[KEYS];
	static bool there[KEYS];
	struct counts m;
	size_t len = 0;
	bool ok = !counts_create_seeded(&m, region(), "counts", 1);

	for (int i = 0; i < 60000 && ok; i++) {
		uint32_t at = next_random() % KEYS;
		number64 key = at * UINT64_C(0x100000001);
		number64 value = next_random();
		int err;

		if (next_random() % 5 < 3) {
			err = counts_upsert(&m, &key, &value);
			ok = err == (there[at] || len < 500 ? 0 : -ENOSPC);
			len += !err && !there[at];
			if (!err)
				model[at] = value;
			there[at] |= !err;
		} else {
			err = counts_remove(&m, &key, &value);
			ok = err == (there[at] ? 0 : -ENOENT) &&
			     (err || value == model[at]);
			len -= !err;
			there[at] = false;
		}
		ok = ok && counts_len(&m) == len;
	}
	return ok && !counts_invariants(&m);
}

static bool use_few(void)
{
	struct few m;
	bool ok = !few_create_seeded(&m, region(), "few", 2);

	for (number64 key = 0; key < 300; key++) {
		uint32_t value = (uint32_t)key;

		ok = ok && !few_insert(&m, &key, &value);
	}
	for (number64 key = 0; key < 300; key += 3)
		ok = ok && !few_remove(&m, &key, NULL);
	for (number64 key = 0; key < 300; key++)
		ok = ok && few_contains(&m, &key) == (key % 3 != 0);
	return ok && few_longest_probe(&m) > 64 && !few_invariants(&m);
}

static bool use_words(struct words *m)
{
	bool ok = !words_create_seeded(m, region(), "words", 3);

	for (unsigned int i = 0; i < 1000 && ok; i++) {
		struct word word = { "" };
		uint32_t count = 0;

		snprintf(word.text, sizeof(word.text), "word-%u", i * i % 50);
		if (words_get(m, &word, &count) == -ENOENT)
			count = 0;
		count++;
		ok = !words_upsert(m, &word, &count);
	}
	return ok && !words_invariants(m);
}

static bool use_ranking(const struct words *m)
{
	struct ranking v;
	struct ranked item;
	size_t cursor = 0;
	uint32_t sum = 0;
	bool ok = !ranking_create(&v, region(), "ranking");

	while (ok && !words_next(m, &cursor, &item.word, &item.count)) {
		ok = !ranking_insert(&v, ranking_len(&v) / 2, &item);
		sum += item.count;
	}
	ok = ok && ranking_len(&v) == words_len(m) && sum == 1000;
	ok = ok && !ranking_remove(&v, 3, &item) && !ranking_pop(&v, &item);
	return ok && !ranking_invariants(&v);
}

static bool use_report(void)
{
	struct report s;
	bool ok = !report_create(&s, region(), "report");

	for (int i = 0; ok && !report_append_format(&s, "%d \xe2\x82\xac, ", i); i++)
		ok = !report_push(&s, 0xe4) || report_is_full(&s);
	ok = ok && !report_insert(&s, 2, "") && !report_remove(&s, 0, 2);
	return ok && report_len(&s) > 380 && !report_invariants(&s);
}

static bool use_seen(const struct words *m)
{
	struct word word = { "zebra" };
	size_t cursor = 0;
	struct seen s;
	bool ok = !seen_create_seeded(&s, region(), "seen", 4);

	while (ok && !words_next(m, &cursor, &word, NULL))
		ok = !seen_insert(&s, &word) && seen_insert(&s, &word) == -EEXIST;
	ok = ok && seen_len(&s) == words_len(m) && seen_contains(&s, &word);
	ok = ok && !seen_remove(&s, &word) && !seen_contains(&s, &word);
	return ok && !seen_invariants(&s);
}

/* Keys of each size, and with zeros. */
static bool use_ages(void)
{
	static const char text[21] = "a text\0with zeros\0\0";
	number64 sum = 0;
	number64 age;
	struct ages m;
	bool ok = !ages_create_seeded(&m, region(), "ages", 5);

	for (age = 0; age <= sizeof(text); age++)
		ok = ok && !ages_insert_bytes(&m, text, (size_t)age, &age);
	for (size_t size = 0; size <= sizeof(text); size++) {
		ok = ok && !ages_get_bytes(&m, text, size, &age);
		sum += age;
	}
	ok = ok && sum == 231 && !ages_remove(&m, "a text", NULL);
	return ok && ages_len(&m) == 21 && !ages_invariants(&m);
}

static bool use_recently(void)
{
	struct recently d;
	number64 last = 0;
	bool ok = !recently_create(&d, region(), "recently");

	for (number64 i = 0; i < 100; i++) {
		if (recently_is_full(&d))
			ok = ok && !recently_pop_front(&d, NULL);
		ok = ok && !recently_push_back(&d, &i);
	}
	ok = ok && !recently_first(&d, &last) && last == 87;
	return ok && !recently_rotate_left(&d, 4) && !recently_invariants(&d);
}

static bool use_latest(void)
{
	struct latest h;
	uint32_t last = 0;
	bool ok = !latest_create(&h, region(), "latest");

	for (uint32_t i = 0; i < 100; i++)
		ok = ok && !latest_push(&h, &i);
	ok = ok && !latest_last(&h, &last) && last == 99;
	return ok && latest_len(&h) == 9 && !latest_invariants(&h);
}

/* Room that is used again is the one that was freed last. */
static bool use_parts(void)
{
	const struct ranked zero = { { "" }, 0 };
	struct ranked *block[10] = { NULL };
	struct ranked *again = NULL;
	struct parts b;
	bool ok = !parts_create(&b, region(), "parts");

	for (uint32_t i = 0; ok && i < 10; i++) {
		ok = !parts_alloc(&b, &block[i]);
		if (ok) {
			*block[i] = zero;
			block[i]->count = i;
		}
	}
	ok = ok && parts_alloc(&b, &again) == -ENOSPC;
	ok = ok && !parts_free(&b, block[3]) && !parts_free(&b, block[7]);
	ok = ok && !parts_alloc(&b, &again) && again == block[7];
	return ok && parts_len(&b) == 9 && !parts_invariants(&b);
}

/* Of the largest queue that there can be: numbers go on behind the last one. */
static bool has_no_children(void)
{
	size_t end = BM_CAPACITY_MAX + BM_PRIORITY_QUEUE_FIRST_;
	bool ok = true;

	for (size_t slot = end - 8; slot < end; slot++) {
		size_t child = bm_heap_children_(slot);

		ok = ok && child >= end && child + BM_HEAP_CHILDREN_ > child;
	}
	return ok;
}

static bool is_little_endian(void)
{
	const uint16_t one = 1;
	unsigned char low;

	memcpy(&low, &one, 1);
	return low;
}

static bool is_known_layout(void)
{
	struct bm_hash_key zero = { { 0 } };
	unsigned long long digest = bm_hash_bytes(&zero, room.byte, sizeof(room.byte));

	printf("# digest of the region: 0x%016llx\n", digest);
	return !is_little_endian() || digest == UINT64_C(0x115ecdbb471344ef);
}

/* A persistent pool is refused to a program that states another number. */
static bool is_known_number(void)
{
	unsigned long long layout = BM_PLAN_LAYOUT(everything);

	printf("# number of the plan's layout: 0x%016llx\n", layout);
	return !is_little_endian() || layout == UINT64_C(0x18d7cf243f7d7941);
}

int main(void)
{
	struct words m;

	printf("1..15\n");
	result(use_counts(), "map of numbers");
	result(use_few(), "map of keys that collide");
	result(use_words(&m), "map of words");
	result(use_ranking(&m), "vec");
	result(use_report(), "string");
	result(use_seen(&m), "set");
	result(use_ages(), "map by text");
	result(use_recently(), "deque");
	result(use_latest(), "history");
	result(use_parts(), "blocks");
	result(has_no_children(), "priority queue of the greatest capacity");
	result(!bm_layout_invariants(region(), NULL), "layout is sound");
	result(sizeof(room) == BM_PLAN_SIZE(everything) &&
	       BM_PLAN_SIZE(everything) == 24384, "plan has the same size everywhere");
	result(is_known_number(), "number of the plan's layout is as ever");
	result(is_known_layout(), "bytes of the region are as ever");
	return failed != 0;
}
