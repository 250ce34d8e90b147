/* SPDX-License-Identifier: MIT */
/*
 * plan.h: what a program needs, summed before it runs
 *
 *	BM_MAP(word_counts, struct word, uint32_t, 4096)
 *	BM_VEC(ranking, struct ranked, 4096)
 *
 *	BM_PLAN(wordcount, BM_NEEDS(word_counts), BM_NEEDS(ranking));
 *	BM_PLAN_FITS(wordcount, BM_POOL_1M);
 *
 * A plan is the content of one pool. BM_PLAN_SIZE(wordcount) is its size in bytes,
 * a constant expression; BM_PLAN_FITS() refuses to compile if it is more than a
 * budget or a pool has. All objects of the plan fit into a fresh region of that
 * size, in any order.
 *
 * The plan is recorded in the program as an ELF note, so that tools can add up the
 * programs of an image: section .note.budgetmem, owner "budgetmem", type
 * BM_PLAN_NOTE_TYPE, one note a plan, its content struct bm_plan_content and then
 * @count times struct bm_plan_entry, in the machine's byte order. `readelf -n`
 * shows them raw.
 *
 * BM_PLAN_LAYOUT(wordcount) is a number that names what the plan holds, for pools that
 * outlive their client: see bm_pool_open_persistent(). A program whose plan has
 * changed does not get the pool of the old one.
 *
 * All but that number happens at compile time: no errors at run time, no cost.
 */
#ifndef BUDGETMEM_PLAN_H
#define BUDGETMEM_PLAN_H

#include <budgetmem/layout.h>

/* Bytes of a name in a note, the closing zero included. */
#define BM_PLAN_NAME_SIZE	32

/* "BMPL" in memory on a little-endian machine. */
#define BM_PLAN_NOTE_TYPE	0x4c504d42u

/* Version of the note's content. */
#define BM_PLAN_VERSION		1

/**
 * struct bm_plan_content - a plan in its note
 * @version: BM_PLAN_VERSION
 * @count: number of entries that follow
 * @bytes_low: size of the plan in bytes, lower 32 bits
 * @bytes_high: upper 32 bits
 * @name: of the plan, filled up with zeros
 */
struct bm_plan_content {
	uint32_t version;
	uint32_t count;
	uint32_t bytes_low;
	uint32_t bytes_high;
	char name[BM_PLAN_NAME_SIZE];
};

/**
 * struct bm_plan_entry - a line of a plan
 * @objects: number of objects
 * @reserved: 0
 * @bytes_low: what all of them take in bytes, lower 32 bits
 * @bytes_high: upper 32 bits
 * @name: of the collection, filled up with zeros
 */
struct bm_plan_entry {
	uint32_t objects;
	uint32_t reserved;
	uint32_t bytes_low;
	uint32_t bytes_high;
	char name[BM_PLAN_NAME_SIZE];
};

#ifdef __cplusplus
extern "C" {
#endif

uint64_t bm_plan_number_(struct bm_type type, uint64_t objects);

#ifdef __cplusplus
}
#endif

/**
 * BM_NEEDS() - one object of a collection, as an argument of BM_PLAN()
 * @name: the collection, as declared by BM_VEC(), BM_MAP() or BM_STRING()
 */
#define BM_NEEDS(name)		(name, 1)

/**
 * BM_NEEDS_MANY() - several objects of a collection, as an argument of BM_PLAN()
 * @name: the collection
 * @objects: how many, a constant > 0
 */
#define BM_NEEDS_MANY(name, objects)	(name, objects)

/**
 * BM_PLAN() - declare a plan
 * @name: of the plan
 * ...: 1 to 16 times BM_NEEDS() or BM_NEEDS_MANY()
 *
 * At file scope, in one source file; to be followed by a semicolon.
 */
#define BM_PLAN(name, ...)						\
	struct name##_plan {						\
		char byte[BM_REGION_OVERHEAD				\
			  BM_PLAN_EACH_(BM_PLAN_ADD_, __VA_ARGS__)];	\
	};								\
	BM_STATIC_ASSERT(sizeof(#name) <= BM_PLAN_NAME_SIZE,		\
			 "the name of a plan has at most 31 characters"); \
	BM_PLAN_EACH_(BM_PLAN_CHECK_, __VA_ARGS__)			\
	BM_INLINE_ uint64_t name##_plan_number_(void)			\
	{								\
		return 0 BM_PLAN_EACH_(BM_PLAN_NUMBER_, __VA_ARGS__);	\
	}								\
	BM_PLAN_NOTE_(name, 0 BM_PLAN_EACH_(BM_PLAN_COUNT_, __VA_ARGS__), \
		      BM_PLAN_EACH_(BM_PLAN_ENTRY_, __VA_ARGS__))

/**
 * BM_PLAN_SIZE() - bytes that a pool for a plan must have
 * @name: of the plan
 *
 * A constant expression.
 */
#define BM_PLAN_SIZE(name) (sizeof(struct name##_plan))

/**
 * BM_PLAN_LAYOUT() - number that names what a plan holds
 * @name: of the plan
 *
 * Two plans have the same number if they have as many objects of the same kinds,
 * capacities and element types, in any order, and the library lays them out in the
 * same way; otherwise hardly ever. The objects' names are not in it, nor are the
 * members of a struct: its name, size and alignment are. Who changes what a struct
 * means and none of these adds a number of his own, BM_PLAN_LAYOUT(name) + 1 say.
 * O(number of arguments).
 */
#define BM_PLAN_LAYOUT(name)	name##_plan_number_()

/**
 * BM_PLAN_FITS() - refuse to compile if a plan needs more than there is
 * @name: of the plan
 * @bytes: what there is, a constant: BM_POOL_8K, BM_POOL_64K, BM_POOL_1M, a budget
 *
 * To be followed by a semicolon.
 */
#define BM_PLAN_FITS(name, bytes)					\
	BM_STATIC_ASSERT(BM_PLAN_SIZE(name) <= (bytes),			\
			 "the plan " #name " needs more than these bytes")

#define BM_PLAN_NOTE_(plan, entry_count, ...)				\
	static const struct {						\
		uint32_t owner_size;					\
		uint32_t content_size;					\
		uint32_t type;						\
		char owner[12];						\
		struct bm_plan_content content;				\
		struct bm_plan_entry entry[entry_count];		\
	} plan##_plan_note						\
	__attribute__((__used__, __aligned__(4),			\
		       __section__(".note.budgetmem"))) = {		\
		sizeof("budgetmem"),					\
		sizeof(struct bm_plan_content) +			\
		(entry_count) * sizeof(struct bm_plan_entry),		\
		BM_PLAN_NOTE_TYPE,					\
		"budgetmem",						\
		{							\
			BM_PLAN_VERSION,				\
			entry_count,					\
			(uint32_t)BM_PLAN_SIZE(plan),			\
			(uint32_t)((uint64_t)BM_PLAN_SIZE(plan) >> 32),	\
			#plan,						\
		},							\
		{ __VA_ARGS__ },					\
	}

#define BM_PLAN_ADD_(name, objects)	+ BM_BYTES(name) * (objects)

#define BM_PLAN_NUMBER_(name, objects)	+ bm_plan_number_(name##_type_(), objects)

#define BM_PLAN_COUNT_(name, objects)	+ 1

#define BM_PLAN_CHECK_(name, objects)					\
	BM_STATIC_ASSERT((objects) > 0 &&				\
			 (objects) <= PTRDIFF_MAX / BM_BYTES(name) / 16, \
			 "a plan has more than 0 objects, and room for them"); \
	BM_STATIC_ASSERT(sizeof(#name) <= BM_PLAN_NAME_SIZE,		\
			 "a name in a plan has at most 31 characters");

#define BM_PLAN_ENTRY_(name, objects) {					\
		objects,						\
		0,							\
		(uint32_t)(BM_BYTES(name) * (objects)),			\
		(uint32_t)((uint64_t)(BM_BYTES(name) * (objects)) >> 32), \
		#name,							\
	},

/* Applies a macro to each argument, which is a pair in parentheses. */
#define BM_PLAN_EACH_(macro, ...)					\
	BM_PLAN_PICK_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, \
		      4, 3, 2, 1, 0)(macro, __VA_ARGS__)
#define BM_PLAN_PICK_(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, \
		      _14, _15, _16, number, ...) BM_PLAN_EACH_##number##_
#define BM_PLAN_EACH_1_(m, pair) m pair
#define BM_PLAN_EACH_2_(m, pair, ...) m pair BM_PLAN_EACH_1_(m, __VA_ARGS__)
#define BM_PLAN_EACH_3_(m, pair, ...) m pair BM_PLAN_EACH_2_(m, __VA_ARGS__)
#define BM_PLAN_EACH_4_(m, pair, ...) m pair BM_PLAN_EACH_3_(m, __VA_ARGS__)
#define BM_PLAN_EACH_5_(m, pair, ...) m pair BM_PLAN_EACH_4_(m, __VA_ARGS__)
#define BM_PLAN_EACH_6_(m, pair, ...) m pair BM_PLAN_EACH_5_(m, __VA_ARGS__)
#define BM_PLAN_EACH_7_(m, pair, ...) m pair BM_PLAN_EACH_6_(m, __VA_ARGS__)
#define BM_PLAN_EACH_8_(m, pair, ...) m pair BM_PLAN_EACH_7_(m, __VA_ARGS__)
#define BM_PLAN_EACH_9_(m, pair, ...) m pair BM_PLAN_EACH_8_(m, __VA_ARGS__)
#define BM_PLAN_EACH_10_(m, pair, ...) m pair BM_PLAN_EACH_9_(m, __VA_ARGS__)
#define BM_PLAN_EACH_11_(m, pair, ...) m pair BM_PLAN_EACH_10_(m, __VA_ARGS__)
#define BM_PLAN_EACH_12_(m, pair, ...) m pair BM_PLAN_EACH_11_(m, __VA_ARGS__)
#define BM_PLAN_EACH_13_(m, pair, ...) m pair BM_PLAN_EACH_12_(m, __VA_ARGS__)
#define BM_PLAN_EACH_14_(m, pair, ...) m pair BM_PLAN_EACH_13_(m, __VA_ARGS__)
#define BM_PLAN_EACH_15_(m, pair, ...) m pair BM_PLAN_EACH_14_(m, __VA_ARGS__)
#define BM_PLAN_EACH_16_(m, pair, ...) m pair BM_PLAN_EACH_15_(m, __VA_ARGS__)

#endif /* BUDGETMEM_PLAN_H */
