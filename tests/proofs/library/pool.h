/* SPDX-License-Identifier: MIT */
/*
 * A pool in which everything is anything, and what it was before a verb.
 *
 * The including proof defines CONTENTS, the bytes behind the object's header: nothing
 * follows them, so that an access behind them is found. A proof may bring MEMORY of its
 * own. The handle alone is as the library makes it. Each proof says what a verb does from
 * every such state: a length that cannot be, a mark of an update, counters that make no
 * sense, and all others.
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_POOL_H
#define BUDGETMEM_PROOFS_LIBRARY_POOL_H

#include <assert.h>
#include <string.h>

#include "object.c"
#include "proof.h"

#ifdef ONE_REGION
/* For those who ask how far the object is from where its region begins. */
static unsigned char region[64 + BM_OBJECT_OVERHEAD + CONTENTS]
	__attribute__((aligned(64)));
#define POOL	(*(struct budgetmem_pool_header *)region)
#define MEMORY	(region + 64)
#else
static struct budgetmem_pool_header header_of_pool;
#define POOL	header_of_pool
#endif

#ifndef MEMORY
static unsigned char memory[BM_OBJECT_OVERHEAD + CONTENTS]
	__attribute__((aligned(64)));
#define MEMORY	memory
#endif

#define OBJECT		((struct bm_object *)MEMORY)
#define CONTENTS_NOW	(MEMORY + BM_OBJECT_OVERHEAD)

/**
 * struct before - what there was before the verb
 * @object: header
 * @contents: bytes behind it
 * @pool: header
 */
struct before {
	struct bm_object object;
	unsigned char contents[CONTENTS];
	struct budgetmem_pool_header pool;
};

static struct before before;

static struct bm_handle any_object(uint32_t capacity, uint32_t element_size)
{
	struct bm_handle handle = {
		.object = OBJECT,
		.pool = &POOL,
		.capacity = capacity,
		.element_size = element_size,
		.step = BM_STEP_(capacity),
	};

	__CPROVER_havoc_object(MEMORY);
	__CPROVER_havoc_object(&POOL);
	before.object = *OBJECT;
	memcpy(before.contents, CONTENTS_NOW, CONTENTS);
	before.pool = POOL;
	return handle;
}

/* A number below another one: what is asserted of it is asserted of all. */
static uint32_t any_below(uint32_t bound)
{
	uint32_t number = nondet_u32();

	__CPROVER_assume(number < bound);
	return number;
}

static void assert_contents_kept(void)
{
	uint32_t i = any_below(CONTENTS);

	assert(CONTENTS_NOW[i] == before.contents[i]);
}

/* What no verb ever changes. */
static void assert_declaration_kept(void)
{
	uint32_t i = any_below(BM_OBJECT_NAME_SIZE);

	assert(OBJECT->magic == before.object.magic);
	assert(OBJECT->kind == before.object.kind);
	assert(OBJECT->version == before.object.version);
	assert(OBJECT->alignment == before.object.alignment);
	assert(OBJECT->element_size == before.object.element_size);
	assert(OBJECT->capacity == before.object.capacity);
	assert(OBJECT->blocks == before.object.blocks);
	assert(OBJECT->type_hash == before.object.type_hash);
	assert(OBJECT->name[i] == before.object.name[i]);
	assert(POOL.magic == before.pool.magic);
	assert(POOL.version == before.pool.version);
	assert(POOL.size == before.pool.size);
	assert(POOL.layout == before.pool.layout);
}

/* Items that did not fit are counted, and nothing else is. */
static void assert_refused(bool refused)
{
	uint32_t count = before.object.refused;

	if (refused && count != UINT32_MAX)
		count++;
	assert(OBJECT->refused == count);
	assert(POOL.refused == before.pool.refused + refused);
}

/* The pool's counters have followed a length that was @from elements and is @to. */
static void assert_accounted(uint32_t from, uint32_t to, uint32_t element_size)
{
	uint64_t more = (uint64_t)to * element_size -
			(uint64_t)from * element_size;

	assert(POOL.used == before.pool.used + more);
	if (to > from)
		assert(POOL.high_water >= POOL.used);
	assert(POOL.high_water >= before.pool.high_water);
}

/* A verb of this result: nothing but contents and the count of refusals is different. */
static void assert_headers_kept(int err)
{
	assert_declaration_kept();
	assert_refused(err == -ENOSPC);
	assert(OBJECT->len == before.object.len);
	assert(OBJECT->peak == before.object.peak);
	assert(OBJECT->updating == before.object.updating);
	assert(OBJECT->seed == before.object.seed);
	assert(POOL.used == before.pool.used);
	assert(POOL.high_water == before.pool.high_water);
}

/* A verb that returned an error: nothing but the count of refusals is different. */
static void assert_nothing_done(int err)
{
	assert_contents_kept();
	assert_headers_kept(err);
}

/* Has a verb of this result done its work? Then no item was refused, and no mark is left. */
static bool is_done(int err)
{
	if (err) {
		assert_nothing_done(err);
		return false;
	}
	assert_declaration_kept();
	assert_refused(false);
	assert(!OBJECT->updating);
	return true;
}

/*
 * A verb of this result: nothing is done, or there are @len elements, at most @capacity, and
 * the counters follow at once.
 */
static void assert_result(int err, uint32_t len, uint32_t capacity,
			  uint32_t element_size)
{
	if (!is_done(err))
		return;
	assert(OBJECT->len == len && len <= capacity);
	assert_accounted(before.object.len, len, element_size);
}

/* Was right what no verb mends? */
static bool was_declared(uint32_t capacity, uint32_t element_size)
{
	const struct bm_object *object = &before.object;

	return object->magic == BM_OBJECT_MAGIC && object->capacity == capacity &&
	       object->element_size == element_size;
}

/* @first or, if that is 0, @second: errors in the order in which they are told. */
static int either(int first, int second)
{
	return first ? first : second;
}

static int if_so(bool condition, int err)
{
	return condition ? err : 0;
}

#endif
