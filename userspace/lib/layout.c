// SPDX-License-Identifier: MIT
/*
 * layout.c: named objects in a region
 *
 * The order of stores is what makes a death at any instruction harmless: claim,
 * write behind the committed end, publish the new end, give the claim back. What
 * the pool's header says is counted last and counted anew by bm_layout_recover().
 */
#include "directory.h"
#include "guard.h"
#include "object.h"
#include "process.h"

#include <budgetmem/deque-core.h>

#include <string.h>

static bool try_claim(const struct bm_space *space, uint64_t from)
{
	__u64 expected = from;

	return __atomic_compare_exchange_n(&space->directory->claim, &expected,
					   bm_process_identity(), false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static void unclaim(const struct bm_space *space)
{
	__atomic_store_n(&space->directory->claim, 0, __ATOMIC_RELEASE);
}

static void store(__u64 *field, uint64_t value)
{
	__atomic_store_n(field, value, __ATOMIC_RELEASE);
}

static void store_half(__u32 *field, uint32_t value)
{
	__atomic_store_n(field, value, __ATOMIC_RELEASE);
}

/* Whoever sees one of these stores sees the claim as well: see read_unmarked(). */
static void format(struct bm_space *space)
{
	struct bm_sums sums = bm_sums_start();

	store_half(&space->pool->magic, BUDGETMEM_POOL_MAGIC);
	store_half(&space->pool->version, BM_POOL_HEADER_VERSION);
	store(&space->pool->size, space->size);
	store(&space->pool->used, sums.used);
	store(&space->pool->high_water, sums.used);
	store(&space->pool->layout, sums.layout);
	store_half(&space->directory->version, BM_DIRECTORY_VERSION);
	store(&space->directory->size, space->size);
	store(&space->directory->committed, BM_REGION_OVERHEAD);
	space->committed = BM_REGION_OVERHEAD;
	store_half(&space->directory->magic, BM_DIRECTORY_MAGIC);
}

/*
 * Claims the directory of a sound region, and lays a fresh one out. Looks before
 * it claims, because a claim must not be written into what is not ours; and again
 * afterwards, because only then nobody else changes it.
 */
static int enter(struct bm_space *space)
{
	int err = bm_space_read(space, NULL);

	if (err && err != -ENOENT)
		return err;
	if (!try_claim(space, 0))
		return bm_space_creator(space) == -EOWNERDEAD ? -EOWNERDEAD :
								-EBUSY;
	if (__atomic_load_n(&space->directory->magic, __ATOMIC_ACQUIRE)) {
		err = bm_space_read(space, NULL);
		if (err)
			unclaim(space);
		return err;
	}
	format(space);
	return 0;
}

static void write_object(struct bm_object *object, const char *name,
			 const struct bm_type *type, uint64_t bytes)
{
	memset(object, 0, sizeof(*object));
	object->magic = BM_OBJECT_MAGIC;
	object->kind = (uint8_t)type->kind;
	object->version = (uint8_t)type->version;
	object->alignment = (uint8_t)type->alignment;
	object->element_size = type->element_size;
	object->capacity = type->capacity;
	object->blocks = (uint32_t)(bytes / BM_REGION_ALIGNMENT);
	object->type_hash = type->hash;
	memcpy(object->name, name, BM_OBJECT_NAME_SIZE);
}

/* An object's header has 32 bits for its size. */
static bool has_room(const struct bm_space *space, uint64_t bytes)
{
	return bytes <= space->size - space->committed &&
	       bytes <= UINT32_MAX * (uint64_t)BM_REGION_ALIGNMENT;
}

static void mark_copy(struct bm_object *object, uint64_t offset)
{
	bm_object_update_begin_((struct bm_object *)((char *)object + offset));
}

/* The caller holds the claim. */
static int reserve(struct bm_space *space, const char *name,
		   const struct bm_type *type, struct bm_handle *handle)
{
	uint64_t bytes = BM_OBJECT_BYTES_(type->bytes);
	struct bm_object other;
	uint64_t offset;
	int err = bm_space_find(space, name, &offset, &other, NULL);

	if (err != -ENOENT)
		return err ? err : -EEXIST;
	if (!has_room(space, bytes)) {
		__atomic_add_fetch(&space->pool->refused, 1, __ATOMIC_RELAXED);
		return -ENOSPC;
	}
	bm_handle_fill(handle, space->base, space->committed, type);
	write_object(handle->object, name, type, bytes);
	if (type->version & BM_TYPE_TWICE_)
		mark_copy(handle->object, bytes / 2);
	return 0;
}

int bm_layout_reserve(struct bm_layout *layout, struct bm_region region,
		      const char *name, const struct bm_type *type,
		      struct bm_handle *handle)
{
	char full_name[BM_OBJECT_NAME_SIZE];
	struct bm_space space;
	int err = bm_space_open(&space, region);

	if (!err)
		err = bm_object_name(full_name, name);
	if (!err)
		err = enter(&space);
	if (err)
		return err;
	err = reserve(&space, full_name, type, handle);
	if (err) {
		unclaim(&space);
		return err;
	}
	layout->region = region;
	layout->end = space.committed + BM_OBJECT_BYTES_(type->bytes);
	return 0;
}

void bm_layout_commit(struct bm_layout *layout, const struct bm_handle *handle)
{
	struct bm_sums before = { .used = 0 };
	struct bm_sums sums;
	struct bm_space space;
	uint64_t used;

	bm_space_open(&space, layout->region);
	before.layout = space.pool->layout;
	sums = before;
	bm_sums_add(&sums, handle->object);
	__atomic_store_n(&space.directory->committed, layout->end,
			 __ATOMIC_RELEASE);
	store(&space.pool->layout, sums.layout);
	used = __atomic_add_fetch(&space.pool->used, sums.used, __ATOMIC_RELAXED);
	bm_pool_raise_high_water(space.pool, used);
	unclaim(&space);
}

void bm_layout_abandon(struct bm_layout *layout)
{
	struct bm_space space;

	bm_space_open(&space, layout->region);
	unclaim(&space);
}

/* In the order in which they help most whoever reads about it. */
static int compare(const struct bm_object *object, const struct bm_type *type,
		   struct bm_mismatch *mismatch)
{
	uint64_t bytes = BM_OBJECT_BYTES_(type->bytes);

	if (bm_mismatch_none(mismatch, "kind of collection", type->kind,
			     object->kind) &&
	    bm_mismatch_none(mismatch, "version of the collection",
			     (uint8_t)type->version, object->version) &&
	    bm_mismatch_none(mismatch, "size of an element",
			     type->element_size, object->element_size) &&
	    bm_mismatch_none(mismatch, "alignment of an element",
			     type->alignment, object->alignment) &&
	    bm_mismatch_none(mismatch, "capacity", type->capacity,
			     object->capacity) &&
	    bm_mismatch_none(mismatch, "type of an element", type->hash,
			     object->type_hash) &&
	    bm_mismatch_none(mismatch, "size of the object", bytes,
			     bm_object_bytes(object)))
		return 0;
	return -EMEDIUMTYPE;
}

/* Somebody who is creating may be creating what is not there. */
static int attach(struct bm_space *space, const char *name,
		  const struct bm_type *type, struct bm_handle *handle,
		  struct bm_mismatch *mismatch)
{
	int creator = bm_space_creator(space);
	struct bm_object object;
	uint64_t offset;
	int err = bm_space_read(space, mismatch);

	if (!err)
		err = bm_space_find(space, name, &offset, &object, mismatch);
	if (err == -ENOENT && creator)
		return creator;
	if (!err)
		err = compare(&object, type, mismatch);
	if (!err)
		err = bm_guard_check_beside(space, offset,
					    bm_object_bytes(&object), mismatch);
	if (!err)
		bm_handle_fill(handle, space->base, offset, type);
	return err;
}

int bm_layout_attach(struct bm_region region, const char *name,
		     const struct bm_type *type, struct bm_handle *handle,
		     struct bm_mismatch *mismatch)
{
	char full_name[BM_OBJECT_NAME_SIZE];
	struct bm_space space;
	int err;

	if (mismatch)
		*mismatch = (struct bm_mismatch){ .field = NULL };
	err = bm_space_open(&space, region);
	if (!err)
		err = bm_object_name(full_name, name);
	if (err)
		return err;
	return attach(&space, full_name, type, handle, mismatch);
}

static bool is_begun(uint64_t found, uint64_t complete)
{
	return !found || found == complete;
}

/* Is this what a creator leaves who died while laying out a fresh region? */
static bool is_half_laid_out(const struct bm_space *space)
{
	const struct budgetmem_pool_header *pool = space->pool;
	const struct bm_directory *directory = space->directory;
	struct bm_sums sums = bm_sums_start();
	uint64_t zeros = pool->refused | pool->reserved[0] | pool->reserved[1];

	for (int i = 0; i < 4; i++)
		zeros |= directory->reserved[i];
	return !zeros && is_begun(pool->magic, BUDGETMEM_POOL_MAGIC) &&
	       is_begun(pool->version, BM_POOL_HEADER_VERSION) &&
	       is_begun(pool->size, space->size) &&
	       is_begun(pool->used, sums.used) &&
	       is_begun(pool->high_water, sums.used) &&
	       is_begun(pool->layout, sums.layout) &&
	       is_begun(directory->version, BM_DIRECTORY_VERSION) &&
	       is_begun(directory->size, space->size) &&
	       is_begun(directory->committed, BM_REGION_OVERHEAD);
}

static int make_fresh(struct bm_space *space)
{
	struct bm_directory *directory = space->directory;

	if (!is_half_laid_out(space))
		return -EUCLEAN;
	memset(space->pool, 0, sizeof(*space->pool));
	directory->version = 0;
	directory->size = 0;
	directory->committed = 0;
	return 0;
}

static int count_anew(struct bm_space *space)
{
	struct bm_sums sums;
	int err = bm_space_read(space, NULL);

	if (!err)
		err = bm_space_sum(space, &sums, NULL);
	if (err)
		return err;
	store(&space->pool->layout, sums.layout);
	__atomic_store_n(&space->pool->used, sums.used, __ATOMIC_RELAXED);
	bm_pool_raise_high_water(space->pool, sums.used);
	return 0;
}

/* What cannot be put in order keeps the dead creator's claim, and its errno. */
static int recover(struct bm_space *space, uint64_t claim)
{
	int err;

	if (!try_claim(space, claim))
		return -EBUSY;
	if (__atomic_load_n(&space->directory->magic, __ATOMIC_ACQUIRE))
		err = count_anew(space);
	else
		err = make_fresh(space);
	__atomic_store_n(&space->directory->claim, err ? claim : 0,
			 __ATOMIC_RELEASE);
	return err;
}

int bm_layout_recover(struct bm_region region)
{
	struct bm_space space;
	uint64_t claim;
	int err = bm_space_open(&space, region);

	if (err)
		return err;
	claim = __atomic_load_n(&space.directory->claim, __ATOMIC_ACQUIRE);
	err = bm_space_read(&space, NULL);
	if (err == -ENOENT)
		return 0;
	if (!err)
		err = bm_space_creator(&space);
	if (err && err != -EOWNERDEAD)
		return err;
	return recover(&space, claim);
}

static uint32_t deque_len(const struct bm_object *object)
{
	struct bm_deque_ends ends;

	bm_deque_load_(object, &ends, object->capacity);
	return ends.len;
}

/* Where the length is that the counters follow at a distance: counted.h. */
static uint32_t exact_len(const struct bm_object *object)
{
	switch (object->kind) {
	case BM_KIND_STACK:
		return object->place[0];
	case BM_KIND_DEQUE:
	case BM_KIND_QUEUE:
	case BM_KIND_HISTORY:
		return deque_len(object);
	default:
		return object->len;
	}
}

/* As the *_len() of the collections, which cannot say that it is damaged either. */
static uint32_t bounded_len(const struct bm_object *object)
{
	uint32_t len = exact_len(object);

	return len < object->capacity ? len : object->capacity;
}

static void tell(const struct bm_object *object, struct bm_object_info *info)
{
	uint32_t len = bm_object_len(object);

	memcpy(info->name, object->name, sizeof(info->name));
	info->name[sizeof(info->name) - 1] = '\0';
	info->kind = object->kind;
	info->element_size = object->element_size;
	info->capacity = object->capacity;
	info->len = bounded_len(object);
	info->high_water = object->peak > len ? object->peak : len;
	info->refused = object->refused;
	info->bytes = bm_object_bytes(object);
	info->updating = object->updating;
}

int bm_layout_next(struct bm_region region, size_t *cursor,
		   struct bm_object_info *info)
{
	uint64_t offset = *cursor ? *cursor : BM_REGION_OVERHEAD;
	struct bm_space space;
	struct bm_object object;
	int err = bm_space_open(&space, region);

	if (!err)
		err = bm_space_read(&space, NULL);
	if (err)
		return err;
	if (offset < BM_REGION_OVERHEAD || offset > space.committed ||
	    offset % BM_REGION_ALIGNMENT)
		return -EINVAL;
	if (offset == space.committed)
		return -ENOENT;
	err = bm_space_object(&space, offset, &object, NULL);
	if (err)
		return err;
	tell(&object, info);
	*cursor = (size_t)(offset + bm_object_bytes(&object));
	return 0;
}

/* What every committed object keeps to, whatever its kind. */
static bool is_sound(const struct bm_space *space, uint64_t offset,
		     const struct bm_object *object,
		     struct bm_mismatch *mismatch)
{
	char name[BM_OBJECT_NAME_SIZE];
	struct bm_object first;
	uint64_t found;

	return bm_mismatch_none(mismatch, "sound name of an object", 1,
				object->name[BM_OBJECT_NAME_SIZE - 1] == 0 &&
				!bm_object_name(name, bm_object_text(object))) &&
	       bm_mismatch_none(mismatch, "first object of its name", 0,
				(uint64_t)bm_space_find(space, name, &found, &first,
							NULL)) &&
	       bm_mismatch_none(mismatch, "only object of its name", offset,
				found) &&
	       bm_mismatch_none(mismatch, "length within the capacity", 1,
				bm_object_len(object) <= object->capacity) &&
	       bm_mismatch_none(mismatch, "room for the capacity", 1,
				(uint64_t)object->capacity *
				object->element_size + BM_OBJECT_OVERHEAD <=
				bm_object_bytes(object));
}

static int all_sound(const struct bm_space *space, struct bm_mismatch *mismatch)
{
	uint64_t offset = BM_REGION_OVERHEAD;
	struct bm_object object;

	while (offset < space->committed) {
		int err = bm_space_object(space, offset, &object, mismatch);

		if (err)
			return err;
		if (!is_sound(space, offset, &object, mismatch))
			return -EUCLEAN;
		offset += bm_object_bytes(&object);
	}
	return 0;
}

int bm_layout_invariants(struct bm_region region, struct bm_mismatch *mismatch)
{
	struct bm_sums sums;
	struct bm_space space;
	int err = bm_space_open(&space, region);

	if (!err)
		err = bm_space_read(&space, mismatch);
	if (!err)
		err = all_sound(&space, mismatch);
	if (!err)
		err = bm_space_sum(&space, &sums, mismatch);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (bm_mismatch_none(mismatch, "used bytes", sums.used,
			     space.pool->used) &&
	    bm_mismatch_none(mismatch, "number of the layout", sums.layout,
			     space.pool->layout) &&
	    bm_mismatch_none(mismatch, "high-water mark not below used bytes", 1,
			     space.pool->high_water >= space.pool->used))
		return 0;
	return -EUCLEAN;
}
