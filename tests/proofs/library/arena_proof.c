// SPDX-License-Identifier: MIT
/*
 * Arenas of CAPACITY bytes, from every state of the pool; one verb from there.
 *
 * That a sound arena stays sound is said by its parts: no verb writes into what is in
 * use, so the chain of scopes that was sound is so still. A mark puts one record in
 * front of it, a release leaves the rest of the chain that it found.
 */
#include <budgetmem/arena.h>

#define ONE_REGION
#define CONTENTS	CAPACITY
#include "errors.h"
#include "arena.c"

BM_ARENA(bytes, CAPACITY)

static struct bytes any_arena(void)
{
	struct bytes a = { .arena = any_object(CAPACITY, 1) };

	return a;
}

/* A verb of this result: @len bytes are in use. */
static void assert_len(int err, uint32_t len)
{
	assert_result(err, len, CAPACITY, 1);
}

static uint32_t rounded(uint32_t len, uint32_t alignment)
{
	return (len + alignment - 1) / alignment * alignment;
}

/* The record at @offset, as it was. */
static struct record record_at(uint32_t offset)
{
	struct record record;

	memcpy(&record, before.contents + offset, sizeof(record));
	return record;
}

void prove_arena_alloc(void)
{
	struct bytes a = any_arena();
	size_t alignment = (size_t)1 << any_below(8), size = nondet_u64();
	uint32_t len = before.object.len;
	uint32_t start = len > CAPACITY ? 0 : rounded(len, (uint32_t)alignment);
	void *memory_given = &a;
	int err = bytes_alloc_aligned(&a, alignment, size, &memory_given);

	assert(err == either(either(if_so(alignment > 64, -EINVAL), write_error()),
			     either(if_so(!size, -EINVAL),
				    if_so(start > CAPACITY ||
					  size > CAPACITY - start, -ENOSPC))));
	assert_len(err, start + (uint32_t)size);
	assert_contents_kept();
	assert(OBJECT->seed == before.object.seed);
	assert(memory_given == (err ? (void *)&a : CONTENTS_NOW + start));
	REACHED();
}

/* Of an alignment that there cannot be, and elements of three bytes. */
void prove_arena_alloc_array(void)
{
	struct bytes a = any_arena();
	size_t count = nondet_u64(), alignment = nondet_u64();
	uint32_t len = before.object.len;
	uint32_t start = len > CAPACITY ? 0 : rounded(len, BM_ARENA_ALIGNMENT);
	void *given = NULL;
	int err;

	__CPROVER_assume(!alignment || alignment & (alignment - 1));
	assert(bytes_alloc_aligned(&a, alignment, 1, &given) == -EINVAL);
	err = bytes_alloc_array(&a, count, 3, &given);
	assert(err == either(write_error(),
			     either(if_so(!count, -EINVAL),
				    if_so(start > CAPACITY ||
					  count > (CAPACITY - start) / 3,
					  -ENOSPC))));
	assert_len(err, start + 3 * (uint32_t)count);
	assert_contents_kept();
	assert(given == (err ? NULL : CONTENTS_NOW + start));
	REACHED();
}

/* Of any address at all. */
void prove_arena_resize(void)
{
	struct bytes a = any_arena();
	uintptr_t address = nondet_u64();
	uintptr_t offset = address - (uintptr_t)CONTENTS_NOW;
	size_t old_size = nondet_u64(), size = nondet_u64();
	uint32_t len = before.object.len, link = before.object.place[0];
	uint32_t floor = link ? link - 1 + (uint32_t)sizeof(struct record) : 0;
	bool is_last = offset >= floor && offset < len && old_size == len - offset;
	int expected = either(write_error(),
			      either(if_so(!is_last || !size, -EINVAL),
				     if_so(size > CAPACITY - offset, -ENOSPC)));
	int err = bytes_resize(&a, (void *)address, old_size, size);

	assert(err == expected || (err == -EUCLEAN && link));
	assert_len(err, (uint32_t)(offset + size));
	assert_contents_kept();
	assert(OBJECT->seed == before.object.seed);
	REACHED();
}

/* Its record is in front of the chain and says what was. */
void prove_arena_mark(void)
{
	struct bytes a = any_arena();
	struct bm_arena_scope scope = { nondet_u32(), nondet_u32(), nondet_u32() };
	uint32_t len = before.object.len, i = any_below(CAPACITY);
	uint32_t offset = len > CAPACITY ? 0 : rounded(len, BM_ARENA_ALIGNMENT);
	struct record record;
	int err = bytes_mark(&a, &scope);

	assert(err == either(write_error(),
			     if_so(offset + 16 > CAPACITY, -ENOSPC)));
	assert_len(err, offset + 16);
	if (err) {
		REACHED();
		return;
	}
	assert(i - offset < 16 || CONTENTS_NOW[i] == before.contents[i]);
	assert(OBJECT->place[0] == offset + 1);
	assert(OBJECT->place[1] == before.object.place[1] + 1);
	memcpy(&record, CONTENTS_NOW + offset, sizeof(record));
	assert(record.link == before.object.place[0] && record.before == len);
	assert(record.number == before.object.place[1]);
	assert(scope.offset == offset && scope.number == record.number);
	assert(scope.arena == identity(&a.arena));
	REACHED();
}

/* Of any scope at all. */
void prove_arena_release(void)
{
	struct bytes a = any_arena();
	struct bm_arena_scope scope = { nondet_u32(), nondet_u32(), nondet_u32() };
	uint32_t len = before.object.len;
	bool is_scope = scope.arena == identity(&a.arena) &&
			scope.offset < CAPACITY && scope.offset % 16 == 0;
	int err = bytes_release(&a, scope);

	assert_contents_kept();
	assert(OBJECT->place[1] == before.object.place[1]);
	if (!err) {
		assert(OBJECT->len <= scope.offset && scope.offset < len);
		assert(OBJECT->len == record_at(scope.offset).before);
		assert(OBJECT->place[0] == record_at(scope.offset).link);
	}
	assert_len(err, OBJECT->len);
	if (write_error() || !is_scope)
		assert(err == either(write_error(), -EINVAL));
	else
		assert(!err || err == -ENOENT || err == -EUCLEAN);
	if (!err)
		assert(record_at(scope.offset).number == scope.number);
	else if (!before.object.place[0] && is_scope && !write_error())
		assert(err == -ENOENT);
	REACHED();
}

/* Places and what they are called. */
void prove_arena_get(void)
{
	struct bytes a = any_arena();
	uintptr_t address = nondet_u64();
	uintptr_t place = address - (uintptr_t)CONTENTS_NOW;
	uint32_t len = before.object.len;
	size_t offset = nondet_u64(), found = offset;
	void *given = NULL;
	int err = bytes_get(&a, offset, &given);

	assert(err == either(read_error(), if_so(offset >= len, -ERANGE)));
	assert(given == (err ? NULL : CONTENTS_NOW + offset));
	assert(!bytes_at(&a, offset) ==
	       (offset >= (len > CAPACITY ? CAPACITY : len)));
	err = bytes_offset(&a, (void *)address, &found);
	assert(err == either(read_error(), if_so(place >= len, -EINVAL)));
	assert(found == (err ? offset : place));
	assert(bytes_peak(&a) <= CAPACITY && bytes_peak(&a) >= bytes_len(&a));
	assert_nothing_done(0);
	REACHED();
}

void prove_arena_repair(void)
{
	struct bytes a = any_arena();
	uint32_t len = before.object.len, link = before.object.place[0];
	bool is_link = (link - 1) % 16 == 0 && len >= 16 && link - 1 <= len - 16;
	int err = bytes_repair(&a);

	assert(!read_error() || err == read_error());
	assert(!err || err == -EUCLEAN);
	assert(link || err == read_error());
	assert(!link || is_link || err);
	assert(OBJECT->updating == (err ? before.object.updating : 0));
	assert_contents_kept();
	assert_declaration_kept();
	assert(OBJECT->len == before.object.len);
	assert(OBJECT->seed == before.object.seed);
	REACHED();
}

void prove_arena_clear(void)
{
	struct bytes a = any_arena();
	uint32_t len = before.object.len > CAPACITY ? CAPACITY : before.object.len;

	bytes_clear(&a);
	assert_contents_kept();
	assert_declaration_kept();
	assert_accounted(len, 0, 1);
	assert(!OBJECT->len && !OBJECT->place[0] && !OBJECT->updating);
	assert(OBJECT->place[1] == before.object.place[1]);
	REACHED();
}
