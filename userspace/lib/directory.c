// SPDX-License-Identifier: MIT
/*
 * directory.c: reading a region's layout, which others may have damaged
 */
#include "directory.h"
#include "object.h"
#include "process.h"

#include <budgetmem/counted.h>
#include <budgetmem/hash.h>

#include <stdio.h>
#include <string.h>

bool bm_mismatch_none(struct bm_mismatch *mismatch, const char *field,
		      uint64_t expected, uint64_t found)
{
	if (expected == found)
		return true;
	if (mismatch) {
		mismatch->field = field;
		mismatch->expected = expected;
		mismatch->found = found;
	}
	return false;
}

char *bm_mismatch_text(const struct bm_mismatch *mismatch, char *text)
{
	if (mismatch->field)
		snprintf(text, BM_MISMATCH_TEXT_SIZE,
			 "%s: expected %llu, found %llu", mismatch->field,
			 (unsigned long long)mismatch->expected,
			 (unsigned long long)mismatch->found);
	else
		snprintf(text, BM_MISMATCH_TEXT_SIZE, "no mismatch");
	return text;
}

static bool is_name_character(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

int bm_object_name(char *name, const char *text)
{
	size_t size = 0;

	memset(name, 0, BM_OBJECT_NAME_SIZE);
	if (!text)
		return -EINVAL;
	for (; text[size]; size++) {
		if (size == BM_OBJECT_NAME_SIZE - 1 ||
		    !is_name_character(text[size]))
			return -EINVAL;
		name[size] = text[size];
	}
	return size ? 0 : -EINVAL;
}

int bm_space_open(struct bm_space *space, struct bm_region region)
{
	if (!region.base || (uintptr_t)region.base % BM_REGION_ALIGNMENT ||
	    region.size < BM_REGION_OVERHEAD + BM_OBJECT_OVERHEAD)
		return -EINVAL;
	space->base = region.base;
	space->size = region.size;
	space->pool = region.base;
	space->directory = (struct bm_directory *)(space->pool + 1);
	space->committed = BM_REGION_OVERHEAD;
	return 0;
}

static uint64_t read_claim(const struct bm_space *space)
{
	return __atomic_load_n(&space->directory->claim, __ATOMIC_ACQUIRE);
}

/* A claim that moved on while its process was looked up was a live one. */
int bm_space_creator(const struct bm_space *space)
{
	uint64_t claim = read_claim(space);

	if (!claim)
		return 0;
	return bm_process_is_gone(claim) && read_claim(space) == claim ?
	       -EOWNERDEAD : -EBUSY;
}

static uint32_t read_magic(const struct bm_space *space)
{
	return __atomic_load_n(&space->directory->magic, __ATOMIC_ACQUIRE);
}

static bool is_zero(const char *bytes, size_t size)
{
	unsigned char sum = 0;

	while (size--)
		sum |= (unsigned char)__atomic_load_n(bytes++, __ATOMIC_ACQUIRE);
	return !sum;
}

/*
 * Nobody has laid the region out. It is fresh only if nobody began to in between:
 * whoever does claims first, and stores the magic before the claim is gone.
 */
static int read_unmarked(const struct bm_space *space,
			 struct bm_mismatch *mismatch)
{
	int err = bm_space_creator(space);
	bool fresh;

	if (err)
		return err;
	fresh = is_zero(space->base, BM_REGION_OVERHEAD);
	if (read_claim(space) || read_magic(space))
		return -EBUSY;
	if (fresh)
		return -ENOENT;
	bm_mismatch_none(mismatch, "mark of a laid out region",
			 BM_DIRECTORY_MAGIC, 0);
	return -EUCLEAN;
}

static int read_marked(struct bm_space *space, struct bm_mismatch *mismatch)
{
	const struct bm_directory *directory = space->directory;
	const struct budgetmem_pool_header *pool = space->pool;

	if (!bm_mismatch_none(mismatch, "version of the layout",
			      BM_DIRECTORY_VERSION, directory->version) ||
	    !bm_mismatch_none(mismatch, "size of the region", space->size,
			      directory->size) ||
	    !bm_mismatch_none(mismatch, "version of the pool header",
			      BM_POOL_HEADER_VERSION, pool->version))
		return -EMEDIUMTYPE;
	if (!bm_mismatch_none(mismatch, "mark of the pool header",
			      BUDGETMEM_POOL_MAGIC, pool->magic) ||
	    !bm_mismatch_none(mismatch, "size in the pool header", space->size,
			      pool->size))
		return -EUCLEAN;
	space->committed = __atomic_load_n(&directory->committed,
					   __ATOMIC_ACQUIRE);
	if (space->committed >= BM_REGION_OVERHEAD &&
	    space->committed <= space->size &&
	    space->committed % BM_REGION_ALIGNMENT == 0)
		return 0;
	bm_mismatch_none(mismatch, "end of the objects", space->size,
			 space->committed);
	return -EUCLEAN;
}

int bm_space_read(struct bm_space *space, struct bm_mismatch *mismatch)
{
	uint32_t magic = read_magic(space);

	if (!magic)
		return read_unmarked(space, mismatch);
	if (!bm_mismatch_none(mismatch, "mark of a laid out region", BM_DIRECTORY_MAGIC, magic))
		return -EUCLEAN;
	return read_marked(space, mismatch);
}

uint64_t bm_object_bytes(const struct bm_object *object)
{
	return (uint64_t)object->blocks * BM_REGION_ALIGNMENT;
}

/* One by one: some of them change while others read. */
static void copy_object(const struct bm_object *from, struct bm_object *to)
{
	to->magic = __atomic_load_n(&from->magic, __ATOMIC_RELAXED);
	to->kind = __atomic_load_n(&from->kind, __ATOMIC_RELAXED);
	to->version = __atomic_load_n(&from->version, __ATOMIC_RELAXED);
	to->alignment = __atomic_load_n(&from->alignment, __ATOMIC_RELAXED);
	to->updating = __atomic_load_n(&from->updating, __ATOMIC_RELAXED);
	to->element_size = __atomic_load_n(&from->element_size, __ATOMIC_RELAXED);
	to->capacity = __atomic_load_n(&from->capacity, __ATOMIC_RELAXED);
	to->blocks = __atomic_load_n(&from->blocks, __ATOMIC_RELAXED);
	to->type_hash = __atomic_load_n(&from->type_hash, __ATOMIC_RELAXED);
	to->len = __atomic_load_n(&from->len, __ATOMIC_RELAXED);
	to->peak = __atomic_load_n(&from->peak, __ATOMIC_RELAXED);
	to->refused = __atomic_load_n(&from->refused, __ATOMIC_RELAXED);
	to->seed = __atomic_load_n(&from->seed, __ATOMIC_RELAXED);
	memcpy(to->name, from->name, sizeof(to->name));
}

int bm_space_object(const struct bm_space *space, uint64_t offset,
		    struct bm_object *object, struct bm_mismatch *mismatch)
{
	uint64_t room = space->committed - offset;

	copy_object((const struct bm_object *)(space->base + offset), object);
	if (!bm_mismatch_none(mismatch, "mark of an object", BM_OBJECT_MAGIC,
			      object->magic))
		return -EUCLEAN;
	if (object->blocks && bm_object_bytes(object) <= room)
		return 0;
	bm_mismatch_none(mismatch, "size of an object", room,
			 bm_object_bytes(object));
	return -EUCLEAN;
}

int bm_space_find(const struct bm_space *space, const char *name,
		  uint64_t *offset, struct bm_object *object,
		  struct bm_mismatch *mismatch)
{
	*offset = BM_REGION_OVERHEAD;
	while (*offset < space->committed) {
		int err = bm_space_object(space, *offset, object, mismatch);

		if (err)
			return err;
		if (!memcmp(object->name, name, BM_OBJECT_NAME_SIZE))
			return 0;
		*offset += bm_object_bytes(object);
	}
	return -ENOENT;
}

struct bm_sums bm_sums_start(void)
{
	return (struct bm_sums){ .used = BM_REGION_OVERHEAD, .layout = 1 };
}

uint32_t bm_object_len(const struct bm_object *object)
{
	switch (object->kind) {
	case BM_KIND_STACK:
	case BM_KIND_DEQUE:
	case BM_KIND_QUEUE:
	case BM_KIND_HISTORY:
		return bm_counted_known_(&object->len);
	default:
		return object->len;
	}
}

/* counted.h says where it is. */
static uint32_t known_len(const struct bm_object *object)
{
	bool is_placed = object->kind == BM_KIND_VEC ||
			 object->kind == BM_KIND_STRING ||
			 object->kind == BM_KIND_SORTED_LIST;
	uint32_t len = is_placed ? bm_counted_known_(&object->place[0]) :
				   bm_object_len(object);

	return len < object->capacity ? len : object->capacity;
}

/* Elements that are not there are not used; all else of an object is. */
void bm_sums_add(struct bm_sums *sums, const struct bm_object *object)
{
	struct bm_hash_key previous = { { sums->layout } };
	struct bm_object constant = *object;

	sums->used += bm_object_bytes(object) -
		      (uint64_t)object->capacity * object->element_size +
		      bm_object_counted(object->capacity, object->element_size,
					known_len(object));
	constant.updating = 0;
	constant.len = 0;
	constant.peak = 0;
	constant.refused = 0;
	constant.seed = 0;
	sums->layout = bm_hash_bytes(&previous, &constant, sizeof(constant));
}

int bm_space_sum(const struct bm_space *space, struct bm_sums *sums,
		 struct bm_mismatch *mismatch)
{
	uint64_t offset = BM_REGION_OVERHEAD;
	struct bm_object object;

	*sums = bm_sums_start();
	while (offset < space->committed) {
		int err = bm_space_object(space, offset, &object, mismatch);

		if (err)
			return err;
		bm_sums_add(sums, &object);
		offset += bm_object_bytes(&object);
	}
	return 0;
}
