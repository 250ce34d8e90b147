// SPDX-License-Identifier: MIT
/*
 * guard.c: a known pattern between objects, so that an overrun is noticed
 *
 * The header's first place has a secret number, the second a hash of all that is in the
 * header. The pattern is made from the secret and from the place in the region.
 */
#include <budgetmem/guard.h>

#include "guard.h"

#include <string.h>

/* Places of the header. */
#define SECRET	0
#define HASH	1

/**
 * struct guard - where the parts of a guard are, in bytes from the region's start
 * @offset: its header
 * @start: its first byte behind the header
 * @pages: first of its whole pages; if it has none, the same as @pages_end
 * @pages_end: behind the last of them
 * @end: behind its last byte
 * @key: of its hash and its pattern
 */
struct guard {
	uint64_t offset;
	uint64_t start;
	uint64_t pages;
	uint64_t pages_end;
	uint64_t end;
	struct bm_hash_key key;
};

/**
 * struct damage - what is not as it was
 * @start: first byte, in bytes from the region's start
 * @end: behind the last one; 0 if there is none
 * @expected: the first eight bytes, as they were
 * @found: and are
 */
struct damage {
	uint64_t start;
	uint64_t end;
	uint64_t expected;
	uint64_t found;
};

static struct guard locate(uint64_t offset, const struct bm_object *object)
{
	struct guard guard = {
		.offset = offset,
		.start = offset + BM_OBJECT_OVERHEAD,
		.end = offset + bm_object_bytes(object),
	};
	uint64_t secret = object->place[SECRET];

	guard.pages_end = guard.end - guard.end % BM_GUARD_PAGE;
	guard.pages = (guard.start + BM_GUARD_PAGE - 1) / BM_GUARD_PAGE *
		      BM_GUARD_PAGE;
	if (guard.pages > guard.pages_end) {
		guard.pages = guard.end;
		guard.pages_end = guard.end;
	}
	bm_hash_key_init(&guard.key,
			 offset / BM_REGION_ALIGNMENT << 32 | secret);
	return guard;
}

static uint32_t hash_header(const struct guard *guard,
			    const struct bm_object *object)
{
	struct bm_object header = *object;

	header.place[HASH] = 0;
	return (uint32_t)bm_hash_bytes(&guard->key, &header, sizeof(header));
}

/* The eight bytes at @offset: as a generator of random numbers mixes its counter. */
static uint64_t pattern(const struct guard *guard, uint64_t offset)
{
	uint64_t value = guard->key.word[3] + offset * UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static void write_part(char *base, const struct guard *guard, uint64_t start,
		       uint64_t end)
{
	for (uint64_t offset = start; offset < end; offset += 8) {
		uint64_t word = pattern(guard, offset);

		memcpy(base + offset, &word, sizeof(word));
	}
}

static void write_pattern(char *base, const struct guard *guard)
{
	write_part(base, guard, guard->start, guard->pages);
	write_part(base, guard, guard->pages_end, guard->end);
}

static void begin_damage(struct damage *damage, uint64_t start,
			 uint64_t expected, uint64_t found)
{
	damage->start = start;
	damage->expected = expected;
	damage->found = found;
}

static void note(struct damage *damage, uint64_t offset, uint64_t expected,
		 uint64_t found)
{
	unsigned char bytes[sizeof(uint64_t)];
	uint64_t difference = expected ^ found;

	memcpy(bytes, &difference, sizeof(bytes));
	for (unsigned int i = 0; i < sizeof(bytes); i++) {
		if (!bytes[i])
			continue;
		if (!damage->end)
			begin_damage(damage, offset + i, expected, found);
		damage->end = offset + i + 1;
	}
}

static void compare(const struct bm_space *space, const struct guard *guard,
		    uint64_t start, uint64_t end, struct damage *damage)
{
	for (uint64_t offset = start; offset < end; offset += 8) {
		uint64_t expected = pattern(guard, offset);
		uint64_t found;

		memcpy(&found, space->base + offset, sizeof(found));
		if (found != expected)
			note(damage, offset, expected, found);
	}
}

/* A header that was changed has perhaps another secret: its pattern says nothing. */
static int check(const struct bm_space *space, uint64_t offset,
		 const struct bm_object *object, struct damage *damage)
{
	struct guard guard = locate(offset, object);
	uint32_t hash = hash_header(&guard, object);

	damage->end = 0;
	if (object->place[HASH] != hash) {
		begin_damage(damage, offset, hash, object->place[HASH]);
		damage->end = guard.start;
		return -EUCLEAN;
	}
	compare(space, &guard, guard.start, guard.pages, damage);
	compare(space, &guard, guard.pages_end, guard.end, damage);
	return damage->end ? -EUCLEAN : 0;
}

int bm_guard_create_(struct bm_region region, const char *name,
		     const struct bm_type *type)
{
	struct bm_layout layout;
	struct bm_handle handle;
	struct bm_object *object;
	struct guard guard;
	uint64_t seed;
	int err = bm_layout_reserve(&layout, region, name, type, &handle);

	if (err)
		return err;
	object = handle.object;
	err = bm_hash_seed(&object, sizeof(object), &seed);
	if (err) {
		bm_layout_abandon(&layout);
		return err;
	}
	object->len = type->capacity;
	object->place[SECRET] = (uint32_t)seed;
	guard = locate((uint64_t)((char *)object - (char *)region.base), object);
	object->place[HASH] = hash_header(&guard, object);
	write_pattern(region.base, &guard);
	bm_layout_commit(&layout, &handle);
	return 0;
}

int bm_guard_check_beside(const struct bm_space *space, uint64_t offset,
			  uint64_t bytes, struct bm_mismatch *mismatch)
{
	uint64_t at = BM_REGION_OVERHEAD;
	struct bm_object object;
	struct damage damage;

	while (at <= offset + bytes && at < space->committed &&
	       !bm_space_object(space, at, &object, NULL)) {
		uint64_t end = at + bm_object_bytes(&object);

		if (object.kind == BM_KIND_GUARD &&
		    (end == offset || at == offset + bytes) &&
		    check(space, at, &object, &damage)) {
			bm_mismatch_none(mismatch, at < offset ?
					 "guard before the object" :
					 "guard behind the object",
					 damage.expected, damage.found);
			return -EUCLEAN;
		}
		at = end;
	}
	return 0;
}

static void tell(struct bm_guard_damage *told, const char *guard,
		 const char *before, uint64_t start, uint64_t end)
{
	if (!told)
		return;
	memcpy(told->guard, guard, sizeof(told->guard));
	memcpy(told->before, before, sizeof(told->before));
	told->guard[sizeof(told->guard) - 1] = '\0';
	told->before[sizeof(told->before) - 1] = '\0';
	told->offset = start;
	told->bytes = end - start;
}

static int check_all(const struct bm_space *space, struct bm_guard_damage *told)
{
	static const char nobody[BM_OBJECT_NAME_SIZE];
	struct bm_object object = { .name = "" };
	uint64_t offset = BM_REGION_OVERHEAD;
	char before[BM_OBJECT_NAME_SIZE];
	struct damage damage;

	while (offset < space->committed) {
		memcpy(before, object.name, sizeof(before));
		if (bm_space_object(space, offset, &object, NULL)) {
			tell(told, nobody, before, offset,
			     offset + BM_OBJECT_OVERHEAD);
			return -EUCLEAN;
		}
		if (object.kind == BM_KIND_GUARD &&
		    check(space, offset, &object, &damage)) {
			tell(told, bm_object_text(&object), before,
			     damage.start, damage.end);
			return -EUCLEAN;
		}
		offset += bm_object_bytes(&object);
	}
	return 0;
}

int bm_guard_check(struct bm_region region, struct bm_guard_damage *damage)
{
	struct bm_space space;
	int err;

	if (damage)
		memset(damage, 0, sizeof(*damage));
	err = bm_space_open(&space, region);
	if (!err)
		err = bm_space_read(&space, NULL);
	if (err)
		return err == -ENOENT ? 0 : err;
	return check_all(&space, damage);
}

/*
 * Where a guard's pages are. Nothing but its hash tells it from an object whose kind is
 * damaged, and whose elements nobody must protect.
 */
static __attribute__((__noinline__)) int find_pages(struct bm_region region, uint64_t offset,
						struct guard *guard)
{
	struct bm_object object;
	struct bm_space space;
	int err = bm_space_open(&space, region);

	if (!err)
		err = bm_space_read(&space, NULL);
	if (!err)
		err = bm_space_object(&space, offset, &object, NULL);
	if (err)
		return err;
	*guard = locate(offset, &object);
	return object.place[HASH] == hash_header(guard, &object) ? 0 : -EUCLEAN;
}

int bm_guard_next_pages(struct bm_region region, size_t *cursor,
			struct bm_region *pages)
{
	struct guard guard = { .pages = 0 };
	struct bm_object_info info;
	size_t at = *cursor;

	if ((uintptr_t)region.base % BM_GUARD_PAGE)
		return -EINVAL;
	do {
		int err = bm_layout_next(region, &at, &info);

		if (!err && info.kind == BM_KIND_GUARD)
			err = find_pages(region, at - info.bytes, &guard);
		if (err)
			return err;
	} while (guard.pages == guard.pages_end);
	*cursor = at;
	pages->base = (char *)region.base + guard.pages;
	pages->size = (size_t)(guard.pages_end - guard.pages);
	return 0;
}
