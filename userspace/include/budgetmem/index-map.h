/* SPDX-License-Identifier: MIT */
/*
 * index-map.h: values by key in the order in which the keys came, at most N of them
 *
 *	BM_INDEX_MAP(columns, struct word, uint32_t, 4096)
 *
 * declares struct columns, a handle in the program's private memory, and these
 * functions. `m` is the handle; keys and values are copied, and those that go in do not
 * lie in the map itself. Index 0 is the entry that came first; there are no gaps. A key
 * is found as in a map (map.h), and each entry by its index too. O(1), expected and worst
 * as there, unless stated.
 *
 *	int columns_create(struct columns *m, struct bm_region region, const char *name)
 *		Makes a new, empty map in the region, its hash seeded by
 *		bm_hash_seed(). O(N). Errors: bm_layout_reserve(), -ENOSYS.
 *	int columns_create_seeded(struct columns *m, struct bm_region region,
 *				  const char *name, uint64_t seed)
 *		The same with a seed of the caller.
 *	int columns_attach(struct columns *m, struct bm_region region,
 *			   const char *name, struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int columns_get(const struct columns *m, const struct word *key,
 *			uint32_t *value)
 *		Copies the value out. -ENOENT.
 *	int columns_index_of(const struct columns *m, const struct word *key,
 *			     size_t *index)
 *		Where the key is; index may be NULL. -ENOENT.
 *	int columns_get_index(const struct columns *m, size_t index,
 *			      struct word *key, uint32_t *value)
 *		Copies the entry there out; key and value may be NULL. -ERANGE.
 *	uint32_t *columns_at(const struct columns *m, const struct word *key)
 *		The value itself, or NULL. Until a removal.
 *	bool columns_contains(const struct columns *m, const struct word *key)
 *	int columns_insert(struct columns *m, const struct word *key,
 *			   const uint32_t *value)
 *		Adds a key that is not there, behind all others. -EEXIST, -ENOSPC.
 *	int columns_upsert(struct columns *m, const struct word *key,
 *			   const uint32_t *value)
 *		Adds the key behind all others, or overwrites its value where it is.
 *		-ENOSPC.
 *	int columns_swap_remove(struct columns *m, const struct word *key,
 *				uint32_t *value)
 *		Takes the key out, and the last entry takes its place; value may be
 *		NULL. -ENOENT.
 *	int columns_shift_remove(struct columns *m, const struct word *key,
 *				 uint32_t *value)
 *		Takes the key out, and all behind it move up: the order stays. -ENOENT.
 *		O(N).
 *	int columns_pop(struct columns *m, struct word *key, uint32_t *value)
 *		Takes the last entry out; key and value may be NULL. -ENOENT if empty.
 *	int columns_first(const struct columns *m, struct word *key, uint32_t *value)
 *	int columns_last(const struct columns *m, struct word *key, uint32_t *value)
 *		Copy out, as columns_get_index(). -ENOENT if empty.
 *	int columns_next(const struct columns *m, size_t *cursor, struct word *key,
 *			 uint32_t *value)
 *	int columns_next_back(const struct columns *m, size_t *cursor,
 *			      struct word *key, uint32_t *value)
 *		Iterate from the first to the last, and from the last to the first:
 *		size_t cursor = 0; while (!columns_next(&m, &cursor, &key, &value)).
 *		key and value may be NULL. -ENOENT at the end.
 *	int columns_retain(struct columns *m,
 *			   bool (*keep)(const struct word *key, uint32_t *value,
 *					void *context),
 *			   void *context)
 *		Takes out what keep() returns false for, which may change values, is
 *		called once for each key, in order, and must not use the map. The order
 *		stays. O(N).
 *	void columns_clear(struct columns *m)
 *		Makes it empty and sound, whatever it was. O(N).
 *	int columns_count(const struct columns *m, size_t *len)
 *		The number of keys, or that it is damaged.
 *	size_t columns_len(const struct columns *m)
 *	size_t columns_capacity(const struct columns *m)
 *	bool columns_is_empty(const struct columns *m)
 *	bool columns_is_full(const struct columns *m)
 *	size_t columns_longest_probe(const struct columns *m)
 *		As map.h says. O(N).
 *	int columns_repair(struct columns *m)
 *		After -EOWNERDEAD: makes the map sound. Every key stays, in order, or is
 *		there or not there, if it was being added or taken out; a value of more
 *		than one store (object.h) that was being overwritten may be half written.
 *		O(N).
 *	int columns_invariants(const struct columns *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; columns_len() of a damaged map is its capacity. Until it is repaired
 * after a death, a search may not find keys that are there.
 *
 * BM_INDEX_MAP_CHECKED(columns, struct word, uint32_t, 4096, sampled) declares one that
 * is checked while it is used: integrity.h. It has no columns_len(), _is_empty(),
 * _is_full(), _contains() and _at(). BM_INDEX_MAP_WITH() takes the program's own
 * functions for keys, as BM_MAP_WITH() does, and what map.h says of keys holds here.
 *
 * Cost: a search is one of map.h and a look at the index; what is said there of keys
 * that collide is true here. columns_swap_remove() hashes the last key too, which comes
 * to O(1) like the rest. columns_shift_remove() hashes each key that moves if these are
 * fewer than one for 32 slots, and otherwise looks at all slots.
 *
 * Space: 64 bytes in the pool, and for each entry its size (key and value as in a
 * struct). Five bytes for each slot, 16 for each 64 slots above 64, and 8; there are as
 * many slots as map.h says. Each part is rounded up to 64.
 *
 * Threads: see object.h. columns_at() gives memory that another process may change
 * between two looks at it.
 *
 * Example:
 *
 *	struct columns columns;
 *	uint32_t width = 12;
 *	size_t index;
 *	int err = columns_create(&columns, bm_pool_region(pool), "columns");
 *
 *	if (!err)
 *		err = columns_insert(&columns, &word, &width);
 *	if (!err)
 *		err = columns_index_of(&columns, &word, &index);
 */
#ifndef BUDGETMEM_INDEX_MAP_H
#define BUDGETMEM_INDEX_MAP_H

#include <budgetmem/map-places.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct bm_index_map_retained - how far *_retain() is
 * @len: entries at its beginning
 * @next: the entry that is looked at next
 * @kept: entries so far
 */
struct bm_index_map_retained {
	uint32_t len;
	uint32_t next;
	uint32_t kept;
};

int bm_index_map_add_far_(struct bm_map *map, uint64_t hash, const void *key,
			  const void *value);
int bm_index_map_swap_(struct bm_map *map, uint64_t hash, struct bm_map_found found);
int bm_index_map_shift_(struct bm_map *map, uint64_t hash,
			struct bm_map_found found);
int bm_index_map_pop_(struct bm_map *map, void *key, void *value);
int bm_index_map_retain_begin_(struct bm_map *map,
			       struct bm_index_map_retained *retained);
void *bm_index_map_retain_next_(struct bm_map *map,
				struct bm_index_map_retained *retained);
void bm_index_map_retain_keep_(struct bm_map *map,
			       struct bm_index_map_retained *retained);
int bm_index_map_retain_end_(struct bm_map *map,
			     const struct bm_index_map_retained *retained);
int bm_index_map_repair_(struct bm_map *map);

/* The length comes last: until then a repair forgets the entry. */
BM_FORCE_INLINE_ int bm_index_map_add_(struct bm_map *map, unsigned char tag,
				       uint32_t len, uint32_t slot, const void *key,
				       const void *value, struct bm_map_shape shape)
{
	bm_handle_update_begin_(&map->object);
	bm_places_write_(map, len, key, value, shape);
	bm_places_enter_(map, tag, slot, len);
	__atomic_store_n(&map->object.object->len, len + 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(&map->object);
	return bm_handle_has_grown_(&map->object, len);
}

/* Adds a key; @replace says what becomes of one that is there. */
BM_FORCE_INLINE_ int bm_index_map_put_(struct bm_map *map, uint64_t hash,
				       const void *key, const void *value,
				       bool replace, struct bm_map_shape shape)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);
	struct bm_map_found found;
	struct bm_map_spot spot;
	uint32_t slot;

	if (err)
		return err;
	found = bm_places_search_(map, hash, key, shape);
	if (found.slot != BM_MAP_NO_SLOT_)
		return replace ? bm_map_overwrite_(map, found.index, value, shape) :
				 -EEXIST;
	spot = bm_map_spot_(map, hash, shape.one_window);
	slot = bm_map_gap_(map, spot, shape.one_window);
	if (__builtin_expect(slot == BM_MAP_NO_SLOT_ ||
			     len == map->object.capacity, 0))
		return bm_index_map_add_far_(map, hash, key, value);
	return bm_index_map_add_(map, spot.tag, len, slot, key, value, shape);
}

BM_FORCE_INLINE_ int bm_index_map_remove_(struct bm_map *map, uint64_t hash,
					  const void *key, void *value, bool shift,
					  struct bm_map_shape shape)
{
	uint32_t len;
	int err = bm_handle_writable_(&map->object, &len);
	struct bm_map_found found;

	if (err)
		return err;
	found = bm_places_search_(map, hash, key, shape);
	if (found.slot == BM_MAP_NO_SLOT_)
		return -ENOENT;
	bm_places_copy_(map, found.index, NULL, value, shape);
	return shift ? bm_index_map_shift_(map, hash, found) :
		       bm_index_map_swap_(map, hash, found);
}

BM_FORCE_INLINE_ int bm_index_map_index_of_(const struct bm_map *map, uint64_t hash,
					    const void *key, size_t *index,
					    struct bm_map_shape shape)
{
	struct bm_map_found found = bm_places_search_(map, hash, key, shape);

	if (found.slot == BM_MAP_NO_SLOT_)
		return -ENOENT;
	if (index)
		*index = found.index;
	return 0;
}

/* @index counts from the last entry if it is @back. -@past if there is none. */
BM_FORCE_INLINE_ int bm_index_map_look_(const struct bm_map *map, size_t index,
					bool back, int past, void *key, void *value,
					struct bm_map_shape shape)
{
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (index >= len)
		return -past;
	bm_places_copy_(map, (uint32_t)(back ? len - 1 - index : index), key, value,
			shape);
	return 0;
}

BM_FORCE_INLINE_ int bm_index_map_next_(const struct bm_map *map, size_t *cursor,
					bool back, void *key, void *value,
					struct bm_map_shape shape)
{
	int err = bm_index_map_look_(map, *cursor, back, ENOENT, key, value, shape);

	if (!err)
		++*cursor;
	return err;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_INDEX_MAP() - declare an index map whose keys are compared byte by byte
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_INDEX_MAP(name, K, V, N)					\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_INDEX_MAP_DEFINE_(name, K, V, N, off, #K, #V)

/**
 * BM_INDEX_MAP_CHECKED() - declare an index map that is checked
 * @name: as BM_INDEX_MAP()
 * @K: as BM_INDEX_MAP()
 * @V: as BM_INDEX_MAP()
 * @N: as BM_INDEX_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_INDEX_MAP_CHECKED(name, K, V, N, level)			\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_INDEX_MAP_DEFINE_(name, K, V, N, level, #K, #V)

/**
 * BM_INDEX_MAP_WITH() - declare an index map with functions of the program for its keys
 * @name: as BM_INDEX_MAP()
 * @K: as BM_INDEX_MAP()
 * @V: as BM_INDEX_MAP()
 * @N: as BM_INDEX_MAP()
 * @hash_key: as BM_MAP_WITH() has it
 * @equal_keys: as BM_MAP_WITH() has it
 */
#define BM_INDEX_MAP_WITH(name, K, V, N, hash_key, equal_keys)		\
	BM_MAP_BY_FUNCTION_(name, K, hash_key, equal_keys)		\
	BM_INDEX_MAP_DEFINE_(name, K, V, N, off, #K, #V)

#define BM_INDEX_MAP_DEFINE_(name, K, V, N, level, key_spelling,	\
			     value_spelling)				\
	BM_MAP_DECLARE_(name, K, V, N, level, BM_KIND_INDEX_MAP,	\
			BM_INDEX_MAP_CONTENTS_, bm_places_invariants_,	\
			key_spelling, value_spelling)			\
	BM_INDEX_MAP_READ_(name, K, V)					\
	BM_INDEX_MAP_ITERATE_(name, K, V)				\
	BM_INDEX_MAP_WRITE_(name, K, V)					\
	BM_INDEX_MAP_REMOVE_(name, K, V)				\
	BM_INDEX_MAP_RETAIN_(name, K, V)				\
	BM_MAP_WHOLE_(name, bm_index_map_repair_, bm_places_invariants_) \
	BM_IF_OFF_##level(BM_PLACES_DIRECT_(name, K, V)			\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_INDEX_MAP_READ_(name, K, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const K *key,	\
				  V *value)				\
	{								\
		BM_READ_(name, m, bm_places_get_(&m->map,		\
						 name##_hash_of_(m, key), \
						 key, value,		\
						 name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_index_of(const struct name *m, const K *key, \
				       size_t *index)			\
	{								\
		BM_READ_(name, m, bm_index_map_index_of_(&m->map,	\
						 name##_hash_of_(m, key), \
						 key, index,		\
						 name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_get_index(const struct name *m, size_t index, \
					K *key, V *value)		\
	{								\
		BM_READ_(name, m, bm_index_map_look_(&m->map, index, false, \
						     ERANGE, key, value, \
						     name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, K *key,	\
				    V *value)				\
	{								\
		BM_READ_(name, m, bm_index_map_look_(&m->map, 0, false,	\
						     ENOENT, key, value, \
						     name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_last(const struct name *m, K *key, V *value) \
	{								\
		BM_READ_(name, m, bm_index_map_look_(&m->map, 0, true,	\
						     ENOENT, key, value, \
						     name##_shape_()));	\
	}

#define BM_INDEX_MAP_ITERATE_(name, K, V)				\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   K *key, V *value)			\
	{								\
		BM_READ_(name, m, bm_index_map_next_(&m->map, cursor, false, \
						     key, value,	\
						     name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_next_back(const struct name *m,		\
					size_t *cursor, K *key, V *value) \
	{								\
		BM_READ_(name, m, bm_index_map_next_(&m->map, cursor, true, \
						     key, value,	\
						     name##_shape_()));	\
	}

#define BM_INDEX_MAP_WRITE_(name, K, V)					\
	BM_INLINE_ int name##_insert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m, bm_index_map_put_(&m->map,		\
						     name##_hash_of_(m, key), \
						     key, value, false,	\
						     name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_upsert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m, bm_index_map_put_(&m->map,		\
						     name##_hash_of_(m, key), \
						     key, value, true,	\
						     name##_shape_()));	\
	}

#define BM_INDEX_MAP_REMOVE_(name, K, V)				\
	BM_INLINE_ int name##_swap_remove(struct name *m, const K *key,	\
					  V *value)			\
	{								\
		BM_WRITE_(name, m, bm_index_map_remove_(&m->map,	\
						 name##_hash_of_(m, key), \
						 key, value, false,	\
						 name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_shift_remove(struct name *m, const K *key, \
					   V *value)			\
	{								\
		BM_WRITE_(name, m, bm_index_map_remove_(&m->map,	\
						 name##_hash_of_(m, key), \
						 key, value, true,	\
						 name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_pop(struct name *m, K *key, V *value)	\
	{								\
		BM_WRITE_(name, m, bm_index_map_pop_(&m->map, key, value)); \
	}

#define BM_INDEX_MAP_RETAIN_(name, K, V)				\
	BM_INLINE_ int name##_retain_(struct bm_map *map,		\
				      bool (*keep)(const K *, V *, void *), \
				      void *context)			\
	{								\
		struct bm_index_map_retained retained;			\
		int err = bm_index_map_retain_begin_(map, &retained);	\
		struct name##_entry *entry;				\
									\
		if (err)						\
			return err;					\
		while ((entry = (struct name##_entry *)			\
			bm_index_map_retain_next_(map, &retained))) {	\
			if (keep(&entry->key, &entry->value, context))	\
				bm_index_map_retain_keep_(map, &retained); \
		}							\
		return bm_index_map_retain_end_(map, &retained);	\
	}								\
	BM_INLINE_ int name##_retain(struct name *m,			\
				     bool (*keep)(const K *, V *, void *), \
				     void *context)			\
	{								\
		BM_WRITE_(name, m, name##_retain_(&m->map, keep, context)); \
	}

#endif /* BUDGETMEM_INDEX_MAP_H */
