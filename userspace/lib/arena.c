// SPDX-License-Identifier: MIT
/*
 * arena.c: memory that is given back all at once: scopes
 *
 * An open scope is a record in the arena, in front of what is allocated in it. The
 * header's first place says where the innermost one is, and each record where the one
 * around it is: a scope is open if it can be reached that way. What lies in memory
 * that was given back is never taken for a record, whoever wrote it.
 *
 * The order of stores makes a death harmless: a record is written behind the end, is
 * then within it, and only then can be reached; and a release goes the other way.
 */
#include <budgetmem/arena.h>

#include "object.h"

#include <string.h>

/* Places of the header. */
#define INNERMOST	0
#define NEXT_NUMBER	1

/* No scope: offsets are multiples of BM_ARENA_ALIGNMENT, and links have 1 more. */
#define NO_LINK		0u

/* "BMSC" in memory on a little-endian machine. */
#define RECORD_MAGIC	0x43534d42u

/**
 * struct record - an open scope
 * @link: to the record around it, or NO_LINK
 * @before: bytes in use before the mark
 * @number: of the mark
 * @check: of the record's other fields and its place
 */
struct record {
	uint32_t link;
	uint32_t before;
	uint32_t number;
	uint32_t check;
};
_Static_assert(sizeof(struct record) == BM_ARENA_ALIGNMENT,
	       "arena.h states what a scope takes");

static uint32_t read_place(const struct bm_handle *arena, int which)
{
	return __atomic_load_n(&arena->object->place[which], __ATOMIC_RELAXED);
}

static void write_place(const struct bm_handle *arena, int which, uint32_t value)
{
	__atomic_store_n(&arena->object->place[which], value, __ATOMIC_RELEASE);
}

static uint32_t check_of(const struct record *record, uint32_t offset)
{
	return RECORD_MAGIC ^ record->link ^ (record->before << 7) ^
	       (record->number * 0x9e3779b1u) ^ (offset * 0x85ebca77u);
}

static uint32_t round_up(uint32_t len)
{
	return (len + BM_ARENA_ALIGNMENT - 1) & ~(BM_ARENA_ALIGNMENT - 1u);
}

/* Which arena of its region, as nobody else can say. */
static uint32_t identity(const struct bm_handle *arena)
{
	return (uint32_t)(((const char *)arena->object -
			   (const char *)arena->pool) / BM_REGION_ALIGNMENT);
}

/*
 * Reads the record that @link leads to, which ends at @limit at the latest. The limit
 * of the next one is less by a record at least: no chain of links is endless.
 */
static int read_record(const struct bm_handle *arena, uint32_t link,
		       uint32_t limit, struct record *record)
{
	uint32_t offset = link - 1;

	if (offset % BM_ARENA_ALIGNMENT || limit < sizeof(*record) ||
	    offset > limit - sizeof(*record))
		return -EUCLEAN;
	memcpy(record, bm_handle_contents_(arena) + offset, sizeof(*record));
	return record->check == check_of(record, offset) &&
	       record->before <= offset && round_up(record->before) == offset ?
	       0 : -EUCLEAN;
}

/* Numbers begin anywhere: a scope of an arena elsewhere hardly ever has one of ours. */
int bm_arena_create_(struct bm_handle *arena, struct bm_region region,
		     const char *name, const struct bm_type *type)
{
	struct bm_layout layout;
	uint64_t seed;
	int err = bm_layout_reserve(&layout, region, name, type, arena);

	if (err)
		return err;
	err = bm_hash_seed(&arena->object, sizeof(arena->object), &seed);
	if (err) {
		bm_layout_abandon(&layout);
		return err;
	}
	write_place(arena, INNERMOST, NO_LINK);
	write_place(arena, NEXT_NUMBER, (uint32_t)seed);
	bm_layout_commit(&layout, arena);
	return 0;
}

int bm_arena_alloc_zeroed_(struct bm_handle *arena, size_t size, void **memory)
{
	int err = bm_arena_alloc_(arena, size, memory);

	if (!err)
		memset(*memory, 0, size);
	return err;
}

/* Where @memory is if it is the last allocation, within the innermost scope. */
static int find_last(const struct bm_handle *arena, uint32_t len,
		     const void *memory, size_t size, uint32_t *start)
{
	uintptr_t offset = (uintptr_t)memory -
			   (uintptr_t)bm_handle_contents_(arena);
	uint32_t link = read_place(arena, INNERMOST);
	uint32_t floor = 0;
	struct record record;

	if (link != NO_LINK) {
		int err = read_record(arena, link, len, &record);

		if (err)
			return err;
		floor = link - 1 + (uint32_t)sizeof(record);
	}
	if (offset < floor || offset >= len || size != len - offset)
		return -EINVAL;
	*start = (uint32_t)offset;
	return 0;
}

int bm_arena_resize_(struct bm_handle *arena, void *memory, size_t old_size,
		     size_t size)
{
	uint32_t start;
	uint32_t len;
	int err = bm_handle_writable_(arena, &len);

	if (!err)
		err = find_last(arena, len, memory, old_size, &start);
	if (err)
		return err;
	if (!size)
		return -EINVAL;
	if (size > arena->capacity - start)
		return bm_handle_refuse_(arena);
	bm_handle_set_len_(arena, len, start + (uint32_t)size);
	return 0;
}

static void open_scope(const struct bm_handle *arena, uint32_t len,
		       uint32_t offset, const struct record *record)
{
	memcpy(bm_handle_contents_(arena) + offset, record, sizeof(*record));
	write_place(arena, NEXT_NUMBER, record->number + 1);
	bm_arena_grow_(arena, len, offset + (uint32_t)sizeof(*record));
	write_place(arena, INNERMOST, offset + 1);
}

int bm_arena_mark_(struct bm_handle *arena, struct bm_arena_scope *scope)
{
	struct record record;
	uint32_t offset;
	uint32_t len;
	int err = bm_handle_writable_(arena, &len);

	if (err)
		return err;
	offset = round_up(len);
	if (offset > arena->capacity ||
	    sizeof(record) > arena->capacity - offset)
		return bm_handle_refuse_(arena);
	record.link = read_place(arena, INNERMOST);
	record.before = len;
	record.number = read_place(arena, NEXT_NUMBER);
	record.check = check_of(&record, offset);
	open_scope(arena, len, offset, &record);
	scope->arena = identity(arena);
	scope->offset = offset;
	scope->number = record.number;
	return 0;
}

/* The open scope at the place of @scope or, if there is none, the next one outside. */
static int find_scope(const struct bm_handle *arena, uint32_t len,
		      struct bm_arena_scope scope, struct record *record)
{
	uint32_t link = read_place(arena, INNERMOST);
	uint32_t limit = len;

	while (link != NO_LINK) {
		int err = read_record(arena, link, limit, record);

		if (err)
			return err;
		if (link - 1 <= scope.offset)
			return link - 1 == scope.offset &&
			       record->number == scope.number ? 0 : -ENOENT;
		limit = record->before;
		link = record->link;
	}
	return -ENOENT;
}

int bm_arena_release_(struct bm_handle *arena, struct bm_arena_scope scope)
{
	struct record record;
	uint32_t len;
	int err = bm_handle_writable_(arena, &len);

	if (err)
		return err;
	if (scope.arena != identity(arena) || scope.offset >= arena->capacity ||
	    scope.offset % BM_ARENA_ALIGNMENT)
		return -EINVAL;
	err = find_scope(arena, len, scope, &record);
	if (err)
		return err;
	write_place(arena, INNERMOST, record.link);
	bm_handle_set_len_(arena, len, record.before);
	return 0;
}

int bm_arena_offset_(const struct bm_handle *arena, const void *memory,
		     size_t *offset)
{
	uintptr_t place = (uintptr_t)memory -
			  (uintptr_t)bm_handle_contents_(arena);
	uint32_t len;
	int err = bm_handle_len_(arena, &len);

	if (err)
		return err;
	if (place >= len)
		return -EINVAL;
	*offset = (size_t)place;
	return 0;
}

int bm_arena_get_(const struct bm_handle *arena, size_t offset, void **memory)
{
	uint32_t len;
	int err = bm_handle_len_(arena, &len);

	if (err)
		return err;
	if (offset >= len)
		return -ERANGE;
	*memory = bm_handle_contents_(arena) + offset;
	return 0;
}

size_t bm_arena_peak_(const struct bm_handle *arena)
{
	uint32_t peak = __atomic_load_n(&arena->object->peak, __ATOMIC_RELAXED);
	size_t len = bm_handle_bounded_len_(arena);

	if (peak > arena->capacity)
		return arena->capacity;
	return peak > len ? peak : len;
}

void bm_arena_clear_(struct bm_handle *arena)
{
	write_place(arena, INNERMOST, NO_LINK);
	bm_handle_empty_(arena);
}

static int check_scopes(const struct bm_handle *arena)
{
	uint32_t link = read_place(arena, INNERMOST);
	struct record record;
	uint32_t limit;
	int err = bm_handle_len_(arena, &limit);

	while (!err && link != NO_LINK) {
		err = read_record(arena, link, limit, &record);
		if (err)
			return err;
		limit = record.before;
		link = record.link;
	}
	return err;
}

int bm_arena_repair_(struct bm_handle *arena)
{
	int err = check_scopes(arena);

	if (!err)
		bm_handle_end_repair(arena);
	return err;
}

int bm_arena_invariants_(const struct bm_handle *arena)
{
	int err = bm_handle_invariants(arena);

	return err && err != -EOWNERDEAD ? err :
	       check_scopes(arena) ? -EUCLEAN : err;
}
