/* SPDX-License-Identifier: MIT */
/*
 * map-core.h: what the headers of the maps share
 *
 * Maps, sets, maps by text, index maps and least-recently-used caches find a key in
 * the same way: see map.h, which says what it costs. What is inline here is so because
 * the sizes of keys and entries, and how keys are compared, are constants of each
 * declared map: a search is a few instructions then, and a call with sizes that are
 * not constant takes twice its time (docs/performance.md). Making room, and all that is
 * rare, is in the library.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_MAP_CORE_H
#define BUDGETMEM_MAP_CORE_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>
#include <budgetmem/tags.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the layout that all of them have in common. */
#define BM_MAP_VERSION		3

/* Slots from its home on, the home included, in which a key is near. */
#define BM_MAP_NEAR		BM_TAGS_NEAR

/* A map of so few slots is one window, and all its keys are near. */
#define BM_MAP_WINDOW		BM_TAGS_AT_ONCE

/* Most keys that each of two ways to make room moves. */
#define BM_MAP_HOPS		64

#define BM_MAP_NO_SLOT_		UINT32_MAX

/* Slots of a map of @capacity entries, and the bytes that it takes. */
#define BM_MAP_SLOTS_(capacity)						\
	((uint64_t)(capacity) <= BM_MAP_WINDOW ? (uint64_t)(capacity) :	\
	 (uint64_t)(capacity) + (uint64_t)(capacity) / 7)
#define BM_MAP_GROUPS_(capacity)					\
	((uint64_t)(capacity) <= BM_MAP_WINDOW ? 0 :			\
	 (BM_MAP_SLOTS_(capacity) + BM_MAP_WINDOW - 1) / BM_MAP_WINDOW)
#define BM_MAP_GROUPS_BYTES_(capacity)					\
	BM_BYTES_ROUND_(BM_MAP_GROUPS_(capacity) *			\
			sizeof(struct bm_map_group))
#define BM_MAP_INDEX_BYTES_(capacity)					\
	(BM_MAP_GROUPS_BYTES_(capacity) +				\
	 BM_BYTES_ROUND_(BM_MAP_SLOTS_(capacity)))
#define BM_MAP_CONTENTS_(capacity, entry_size)				\
	(BM_MAP_INDEX_BYTES_(capacity) +				\
	 BM_MAP_SLOTS_(capacity) * (uint64_t)(entry_size))

/* The same where entries lie in an order of their own: see map-places.h. */
#define BM_MAP_PLACES_BYTES_(capacity)					\
	BM_BYTES_ROUND_(BM_MAP_SLOTS_(capacity) * sizeof(uint32_t) +	\
			sizeof(struct bm_map_hole))
#define BM_INDEX_MAP_CONTENTS_(capacity, entry_size)			\
	(BM_MAP_INDEX_BYTES_(capacity) +				\
	 BM_MAP_PLACES_BYTES_(capacity) +				\
	 (uint64_t)(capacity) * (uint64_t)(entry_size))

/* With links between them: see lru.h. */
#define BM_LRU_LINKS_BYTES_(capacity)					\
	BM_BYTES_ROUND_(((uint64_t)(capacity) + 1) *			\
			sizeof(struct bm_lru_link))
#define BM_LRU_CONTENTS_(capacity, entry_size)				\
	(BM_INDEX_MAP_CONTENTS_(capacity, entry_size) +			\
	 BM_LRU_LINKS_BYTES_(capacity))

/**
 * struct bm_map_group - keys that had no room near their homes, 64 that are neighbours
 * @far: a bit for each home, which tells whether it has such keys
 * @spilled: how many there are
 * @reach: how many windows beyond the slots near its home each of them is at most
 */
struct bm_map_group {
	uint32_t far[2];
	uint32_t spilled;
	uint32_t reach;
};

/**
 * struct bm_map_hole - entries that are void while others are moved
 * @from: the first one
 * @to: behind the last one; none are void if this is not more than @from
 */
struct bm_map_hole {
	uint32_t from;
	uint32_t to;
};

/**
 * struct bm_lru_link - an entry's neighbours in the order of use
 * @newer: number of the entry that was used after it, 0 if it is the newest
 * @older: the same of the one that was used before it
 *
 * Entries are numbered from 1. The link of number 0 closes the ring: its older one is
 * the newest, its newer one the oldest.
 */
struct bm_lru_link {
	uint32_t newer;
	uint32_t older;
};

typedef uint64_t bm_map_hash_function(const struct bm_hash_key *secret,
				      const void *stored);
typedef bool bm_map_equal_function(const void *stored, const void *key);

/**
 * struct bm_map_type - what a caller declares a map to be
 * @type: as for every object; an element is an entry
 * @key_size: bytes
 * @value_size: bytes
 * @value_offset: bytes from the start of an entry
 * @hash: of a key that is stored
 * @same: compares two that are stored
 */
struct bm_map_type {
	struct bm_type type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t value_offset;
	bm_map_hash_function *hash;
	bm_map_equal_function *same;
};

/**
 * struct bm_map - private part of a map
 * @object: as for every object
 * @slots: number of slots
 * @homes: number of slots that can be a key's home
 * @window: a bit for each slot of a map of one window
 * @tags: in the region, a byte for each slot: 0 is free
 * @entries: in the region, one for each slot, or each element if there are @places
 * @groups: in the region; none up to 64 slots
 * @places: in the region, which entry is each slot's; none in maps, sets and maps by
 *	text, whose entries lie in their slots
 * @secret: made from the seed
 * @type: as declared
 */
struct bm_map {
	struct bm_handle object;
	uint32_t slots;
	uint32_t homes;
	uint64_t window;
	unsigned char *tags;
	unsigned char *entries;
	struct bm_map_group *groups;
	uint32_t *places;
	struct bm_hash_key secret;
	struct bm_map_type type;
};

int bm_map_create_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, const uint64_t *seed);
int bm_map_attach_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, struct bm_mismatch *mismatch);
uint32_t bm_map_search_far_(const struct bm_map *map, uint64_t hash,
			    const void *key, bm_map_equal_function *equal);
void *bm_map_at_far_(const struct bm_map *map, uint64_t hash, const void *key,
		     bm_map_equal_function *equal);
int bm_map_get_far_(const struct bm_map *map, uint64_t hash, const void *key,
		    void *value, bm_map_equal_function *equal);
int bm_map_put_far_(struct bm_map *map, uint64_t hash, const void *key,
		    const void *value, bool replace);
int bm_map_remove_far_(struct bm_map *map, uint64_t hash, const void *key,
		       void *value, bm_map_equal_function *equal);
int bm_map_remove_at_(struct bm_map *map, uint64_t hash, uint32_t slot);
uint32_t bm_map_next_slot_(const struct bm_map *map, size_t *cursor);
void bm_map_clear_(struct bm_map *map);
size_t bm_map_longest_probe_(const struct bm_map *map);
int bm_map_repair_(struct bm_map *map);
int bm_map_invariants_(const struct bm_map *map);

static inline uint64_t bm_map_contents_(uint32_t kind, size_t capacity,
					size_t entry_size)
{
	switch (kind) {
	case BM_KIND_INDEX_MAP:
		return BM_INDEX_MAP_CONTENTS_(capacity, entry_size);
	case BM_KIND_LRU:
		return BM_LRU_CONTENTS_(capacity, entry_size);
	default:
		return BM_MAP_CONTENTS_(capacity, entry_size);
	}
}

static inline struct bm_type bm_map_entry_type_(uint32_t kind, size_t size,
						size_t alignment,
						size_t capacity,
						uint32_t key_hash,
						uint32_t value_hash)
{
	struct bm_type type;

	type.kind = kind;
	type.version = BM_MAP_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = key_hash * 31 + value_hash;
	type.bytes = bm_map_contents_(kind, capacity, size);
	return type;
}

/**
 * struct bm_map_spot - where a key belongs
 * @home: the slot from which on it is near
 * @tag: of the key where it is near
 * @far_tag: and where it is not
 */
struct bm_map_spot {
	uint32_t home;
	unsigned char tag;
	unsigned char far_tag;
};

/* From 1 to 15. */
static inline uint32_t bm_map_few_bits_(uint32_t hash)
{
	uint32_t bits = hash % BM_MAP_NEAR;

	return bits + !bits;
}

/*
 * What a hash says. In a map of more than one window a tag tells by its lower half
 * whether the key is near, and then by its upper half where its home is: who moves keys
 * need not look at them.
 */
BM_FORCE_INLINE_ struct bm_map_spot bm_map_spot_(const struct bm_map *map,
						 uint64_t hash, bool one_window)
{
	struct bm_map_spot spot = { 0, 0, 0 };
	uint32_t low = (uint32_t)hash;

	if (one_window) {
		spot.tag = (unsigned char)low;
		spot.tag = (unsigned char)(spot.tag + !spot.tag);
		return spot;
	}
	spot.home = (uint32_t)((hash >> 32) * map->homes >> 32);
	spot.tag = (unsigned char)(spot.home * BM_MAP_NEAR | bm_map_few_bits_(low));
	spot.far_tag = (unsigned char)(bm_map_few_bits_(low / BM_MAP_NEAR) *
				       BM_MAP_NEAR);
	return spot;
}

/* Keys of 4 and of 8 bytes are taken for integers. */
BM_FORCE_INLINE_ uint64_t bm_map_hash_bytes_(const struct bm_hash_key *secret,
					     const void *key, size_t size)
{
	uint64_t number;
	uint32_t half;

	switch (size) {
	case sizeof(number):
		memcpy(&number, key, sizeof(number));
		return bm_hash_integer(secret, number);
	case sizeof(half):
		memcpy(&half, key, sizeof(half));
		return bm_hash_integer(secret, half);
	default:
		return bm_hash_short(secret, key, size);
	}
}

static inline unsigned char *bm_map_entry_(const struct bm_map *map, uint32_t slot,
					   size_t entry_size)
{
	return map->entries + (size_t)slot * entry_size;
}

/* A bit for each slot near the home, or of the only window, that has this tag. */
BM_FORCE_INLINE_ uint64_t bm_map_match_(const struct bm_map *map,
					struct bm_map_spot spot,
					bool one_window)
{
	return one_window ? bm_tags_match_(map->tags, spot.tag) & map->window :
			    bm_tags_match_near_(map->tags + spot.home, spot.tag);
}

static inline uint32_t bm_map_first_(uint32_t home, uint64_t match)
{
	return home + (uint32_t)__builtin_ctzll(match);
}

/* The first of these slots that is free, or BM_MAP_NO_SLOT_. */
BM_FORCE_INLINE_ uint32_t bm_map_gap_(const struct bm_map *map,
				      struct bm_map_spot spot, bool one_window)
{
	uint64_t gaps;

	spot.tag = 0;
	gaps = bm_map_match_(map, spot, one_window);
	return gaps ? bm_map_first_(spot.home, gaps) : BM_MAP_NO_SLOT_;
}

/**
 * struct bm_map_shape - what is constant in a declared map
 * @entry_size: bytes
 * @key_size: bytes
 * @value_size: bytes, 0 in a set
 * @value_offset: bytes from the start of an entry
 * @one_window: it has no more slots than that
 * @equal: compares a stored key with one that is looked for
 */
struct bm_map_shape {
	size_t entry_size;
	size_t key_size;
	size_t value_size;
	size_t value_offset;
	bool one_window;
	bm_map_equal_function *equal;
};

/* Has this home keys that are not near it? */
BM_FORCE_INLINE_ bool bm_map_has_far_(const struct bm_map *map, uint32_t home,
				      bool one_window)
{
	const struct bm_map_group *group;

	if (one_window)
		return false;
	group = map->groups + home / BM_MAP_WINDOW;
	return __atomic_load_n(&group->far[home / 32 % 2], __ATOMIC_RELAXED) >>
	       home % 32 & 1;
}

/* The slot of a key that is near its home, or BM_MAP_NO_SLOT_. */
BM_FORCE_INLINE_ uint32_t bm_map_search_near_(const struct bm_map *map,
					      struct bm_map_spot spot,
					      const void *key,
					      struct bm_map_shape shape)
{
	uint64_t match;

	/* Most keys lie in the first slots; so tags and keys come at the same time. */
	__builtin_prefetch(bm_map_entry_(map, spot.home, shape.entry_size));
	match = bm_map_match_(map, spot, shape.one_window);
	for (; match; match &= match - 1) {
		uint32_t slot = bm_map_first_(spot.home, match);

		if (shape.equal(bm_map_entry_(map, slot, shape.entry_size), key))
			return slot;
	}
	return BM_MAP_NO_SLOT_;
}

/*
 * What follows looks near a key's home, and as the last thing that it does calls the
 * library if there is more to be looked at. So the common way saves no registers.
 */
BM_FORCE_INLINE_ void *bm_map_at_(const struct bm_map *map, uint64_t hash,
				  const void *key, struct bm_map_shape shape)
{
	struct bm_map_spot spot = bm_map_spot_(map, hash, shape.one_window);
	uint32_t slot = bm_map_search_near_(map, spot, key, shape);

	if (slot != BM_MAP_NO_SLOT_)
		return bm_map_entry_(map, slot, shape.entry_size) +
		       shape.value_offset;
	if (__builtin_expect(bm_map_has_far_(map, spot.home, shape.one_window), 0))
		return bm_map_at_far_(map, hash, key, shape.equal);
	return NULL;
}

BM_FORCE_INLINE_ int bm_map_get_(const struct bm_map *map, uint64_t hash,
				 const void *key, void *value,
				 struct bm_map_shape shape)
{
	struct bm_map_spot spot = bm_map_spot_(map, hash, shape.one_window);
	uint32_t slot = bm_map_search_near_(map, spot, key, shape);

	if (slot != BM_MAP_NO_SLOT_) {
		if (shape.value_size)
			memcpy(value, bm_map_entry_(map, slot, shape.entry_size) +
				      shape.value_offset, shape.value_size);
		return 0;
	}
	if (__builtin_expect(bm_map_has_far_(map, spot.home, shape.one_window), 0))
		return bm_map_get_far_(map, hash, key, value, shape.equal);
	return -ENOENT;
}

/* The tag comes last: until then the key is not there. */
BM_FORCE_INLINE_ int bm_map_add_(struct bm_map *map, unsigned char tag,
				 uint32_t len, uint32_t slot, const void *key,
				 const void *value, struct bm_map_shape shape)
{
	unsigned char *entry = bm_map_entry_(map, slot, shape.entry_size);

	bm_handle_update_begin_(&map->object);
	memcpy(entry, key, shape.key_size);
	if (shape.value_size)
		memcpy(entry + shape.value_offset, value, shape.value_size);
	__atomic_store_n(map->tags + slot, tag, __ATOMIC_RELEASE);
	__atomic_store_n(&map->object.object->len, len + 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(&map->object);
	return bm_handle_has_grown_(&map->object, len);
}

BM_FORCE_INLINE_ int bm_map_overwrite_(struct bm_map *map, uint32_t slot, const void *value,
				       struct bm_map_shape shape)
{
	bm_handle_update_begin_(&map->object);
	if (shape.value_size)
		memcpy(bm_map_entry_(map, slot, shape.entry_size) +
		       shape.value_offset, value, shape.value_size);
	bm_handle_update_end_(&map->object);
	return 0;
}

/* Adds a key; @replace says what becomes of one that is there. */
BM_FORCE_INLINE_ int bm_map_put_(struct bm_map *map, uint64_t hash,
				 const void *key, const void *value, bool replace,
				 struct bm_map_shape shape)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);
	struct bm_map_spot spot;
	uint32_t slot;

	if (err)
		return err;
	spot = bm_map_spot_(map, hash, shape.one_window);
	slot = bm_map_search_near_(map, spot, key, shape);
	if (slot != BM_MAP_NO_SLOT_)
		return replace ? bm_map_overwrite_(map, slot, value, shape) :
				 -EEXIST;
	slot = bm_map_gap_(map, spot, shape.one_window);
	if (__builtin_expect(slot == BM_MAP_NO_SLOT_ ||
			     len == map->object.capacity ||
			     bm_map_has_far_(map, spot.home, shape.one_window), 0))
		return bm_map_put_far_(map, hash, key, value, replace);
	return bm_map_add_(map, spot.tag, len, slot, key, value, shape);
}

BM_FORCE_INLINE_ int bm_map_remove_(struct bm_map *map, uint64_t hash,
				    const void *key, void *value,
				    struct bm_map_shape shape)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);
	struct bm_map_spot spot;
	uint32_t slot;

	if (err)
		return err;
	spot = bm_map_spot_(map, hash, shape.one_window);
	slot = bm_map_search_near_(map, spot, key, shape);
	if (slot == BM_MAP_NO_SLOT_)
		return bm_map_has_far_(map, spot.home, shape.one_window) ?
		       bm_map_remove_far_(map, hash, key, value, shape.equal) :
		       -ENOENT;
	if (__builtin_expect(!len, 0))
		return -EUCLEAN;
	if (shape.value_size && value)
		memcpy(value, bm_map_entry_(map, slot, shape.entry_size) +
			      shape.value_offset, shape.value_size);
	bm_handle_update_begin_(&map->object);
	__atomic_store_n(map->tags + slot, 0, __ATOMIC_RELEASE);
	bm_handle_note_peak_(&map->object, len);
	__atomic_store_n(&map->object.object->len, len - 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(&map->object);
	return bm_handle_has_shrunk_(&map->object, len);
}

BM_FORCE_INLINE_ int bm_map_next_(const struct bm_map *map, size_t *cursor,
				  void *key, void *value,
				  struct bm_map_shape shape)
{
	uint32_t slot = bm_map_next_slot_(map, cursor);
	const unsigned char *entry;

	if (slot == BM_MAP_NO_SLOT_)
		return -ENOENT;
	entry = bm_map_entry_(map, slot, shape.entry_size);
	if (key)
		memcpy(key, entry, shape.key_size);
	if (shape.value_size && value)
		memcpy(value, entry + shape.value_offset, shape.value_size);
	return 0;
}

/* Takes out the key in a slot, of which somebody says that it is to go. */
static inline int bm_map_drop_(struct bm_map *map, uint32_t slot, size_t entry_size)
{
	const void *key = bm_map_entry_(map, slot, entry_size);

	return bm_map_remove_at_(map, map->type.hash(&map->secret, key), slot);
}

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_MAP_CORE_H */
