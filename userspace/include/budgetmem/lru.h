/* SPDX-License-Identifier: MIT */
/*
 * lru.h: values by key, at most N of them; what is unused for longest makes room
 *
 *	BM_LRU(pages, struct url, struct page, 4096)
 *
 * declares struct pages, a least-recently-used cache: a handle in the program's private
 * memory, and these functions. `c` is the handle; keys and values are copied, and those
 * that go in do not lie in the cache itself. A key is used when it is put in, got, or
 * its value overwritten. The newest entry is the one that was used last, the oldest the
 * one that makes room. A key is found as in a map (map.h). O(1), expected and worst as
 * there, unless stated.
 *
 *	int pages_create(struct pages *c, struct bm_region region, const char *name)
 *		Makes a new, empty cache in the region, its hash seeded by
 *		bm_hash_seed(). O(N). Errors: bm_layout_reserve(), -ENOSYS.
 *	int pages_create_seeded(struct pages *c, struct bm_region region,
 *				const char *name, uint64_t seed)
 *		The same with a seed of the caller.
 *	int pages_attach(struct pages *c, struct bm_region region, const char *name,
 *			 struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int pages_get(struct pages *c, const struct url *key, struct page *value)
 *		Copies the value out, and uses the key: it writes. -ENOENT.
 *	int pages_peek(const struct pages *c, const struct url *key, struct page *value)
 *		Copies the value out, and uses nothing. -ENOENT.
 *	struct page *pages_at(const struct pages *c, const struct url *key)
 *		The value itself, or NULL; uses nothing. Until an insertion or removal.
 *	bool pages_contains(const struct pages *c, const struct url *key)
 *		Uses nothing.
 *	int pages_insert(struct pages *c, const struct url *key,
 *			 const struct page *value)
 *		Puts a key in that is not there, as the newest. If the cache is full, the
 *		oldest entry goes. -EEXIST, and nothing is used.
 *	int pages_upsert(struct pages *c, const struct url *key,
 *			 const struct page *value)
 *		The same, or overwrites the key's value and uses it.
 *	int pages_insert_evict(struct pages *c, const struct url *key,
 *			       const struct page *value, struct url *evicted_key,
 *			       struct page *evicted_value, bool *evicted)
 *	int pages_upsert_evict(struct pages *c, const struct url *key,
 *			       const struct page *value, struct url *evicted_key,
 *			       struct page *evicted_value, bool *evicted)
 *		The same, and copy the entry out that had to go, to other memory than
 *		what goes in comes from; evicted receives whether there was one. Each of
 *		the three may be NULL.
 *	int pages_remove(struct pages *c, const struct url *key, struct page *value)
 *		Takes the key out; value may be NULL. -ENOENT.
 *	int pages_pop_oldest(struct pages *c, struct url *key, struct page *value)
 *		Takes the oldest entry out; key and value may be NULL. -ENOENT if empty.
 *	int pages_first(const struct pages *c, struct url *key, struct page *value)
 *	int pages_last(const struct pages *c, struct url *key, struct page *value)
 *		Copy out the newest entry, and the oldest; key and value may be NULL. Use
 *		nothing. -ENOENT if empty.
 *	int pages_next(const struct pages *c, uint64_t *cursor, struct url *key,
 *		       struct page *value)
 *	int pages_next_back(const struct pages *c, uint64_t *cursor, struct url *key,
 *			    struct page *value)
 *		Iterate from the newest to the oldest, and from the oldest to the newest:
 *		uint64_t cursor = 0; while (!pages_next(&c, &cursor, &key, &value)). key
 *		and value may be NULL. Use nothing. -ENOENT at the end, and after N
 *		entries in any case. What is written between two calls, by pages_get()
 *		too, may make it miss or repeat keys.
 *	void pages_clear(struct pages *c)
 *		Makes it empty and sound, whatever it was. O(N).
 *	int pages_count(const struct pages *c, size_t *len)
 *		The number of keys, or that it is damaged.
 *	size_t pages_len(const struct pages *c)
 *	size_t pages_capacity(const struct pages *c)
 *	bool pages_is_empty(const struct pages *c)
 *	bool pages_is_full(const struct pages *c)
 *	size_t pages_longest_probe(const struct pages *c)
 *		As map.h says. O(N).
 *	int pages_repair(struct pages *c)
 *		After -EOWNERDEAD: makes the cache sound. Every key stays, or is there or
 *		not there, if it was being put in or taken out; the order of use stays,
 *		and a key that was being used is the newest or where it was. A value of
 *		more than one store (object.h) that was being overwritten may be half
 *		written. In what somebody damaged, keys whose order cannot be known
 *		become the newest. O(N).
 *	int pages_invariants(const struct pages *c)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; pages_len() of a damaged cache is its capacity. Nothing is ever refused
 * for want of room.
 *
 * BM_LRU_CHECKED(pages, struct url, struct page, 4096, sampled) declares one that is
 * checked while it is used: integrity.h. It has no pages_len(), _is_empty(), _is_full(),
 * _contains() and _at(). BM_LRU_WITH() takes the program's own functions for keys, as
 * BM_MAP_WITH() does, and what map.h says of keys holds here.
 *
 * Cost: a search is one of map.h and a look at the index; what is said there of keys
 * that collide is true here. A use writes six links at most. What makes room, and
 * pages_remove(), hash one key more.
 *
 * Space: 64 bytes in the pool, and for each entry its size (key and value as in a
 * struct) and 8 bytes. Five bytes for each slot, 16 for each 64 slots above 64, and 16;
 * there are as many slots as map.h says. Each part is rounded up to 64.
 *
 * Threads: see object.h; pages_get() is a verb that writes. pages_at() gives memory that
 * another process may change between two looks at it.
 *
 * Example:
 *
 *	struct pages pages;
 *	struct page page;
 *	int err = pages_create(&pages, bm_pool_region(pool), "pages");
 *
 *	if (!err)
 *		err = pages_get(&pages, &url, &page);
 *	if (err == -ENOENT) {
 *		load(&url, &page);
 *		err = pages_insert(&pages, &url, &page);
 *	}
 */
#ifndef BUDGETMEM_LRU_H
#define BUDGETMEM_LRU_H

#include <budgetmem/map-places.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct bm_lru_evicted - where the entry goes that makes room; each may be NULL
 * @key: receives the key
 * @value: receives the value
 * @happened: receives whether there was one
 */
struct bm_lru_evicted {
	void *key;
	void *value;
	bool *happened;
};

int bm_lru_add_far_(struct bm_map *map, uint64_t hash, const void *key,
		    const void *value, const struct bm_lru_evicted *evicted);
int bm_lru_take_(struct bm_map *map, uint64_t hash, struct bm_map_found found);
int bm_lru_pop_oldest_(struct bm_map *map, void *key, void *value);
int bm_lru_repair_(struct bm_map *map);
int bm_lru_invariants_(const struct bm_map *map);

static inline struct bm_lru_link *bm_lru_links_(const struct bm_map *map)
{
	return (struct bm_lru_link *)(void *)
	       (map->entries - BM_LRU_LINKS_BYTES_(map->object.capacity));
}

static inline uint32_t bm_lru_load_(const uint32_t *number)
{
	return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static inline void bm_lru_store_(uint32_t *number, uint32_t value)
{
	__atomic_store_n(number, value, __ATOMIC_RELAXED);
}

/* Makes a number, which nothing leads to, the newest. All numbers are bounded. */
static inline void bm_lru_link_(struct bm_lru_link *links, uint32_t number,
				uint32_t newest)
{
	bm_lru_store_(&links[number].newer, 0);
	bm_lru_store_(&links[number].older, newest);
	bm_lru_store_(&links[newest].newer, number);
	bm_lru_store_(&links[0].older, number);
}

/* Within an update. */
static inline int bm_lru_use_(const struct bm_map *map, uint32_t index)
{
	struct bm_lru_link *links = bm_lru_links_(map);
	uint32_t capacity = map->object.capacity;
	uint32_t number = index + 1;
	uint32_t newest = bm_lru_load_(&links[0].older);
	uint32_t newer = bm_lru_load_(&links[number].newer);
	uint32_t older = bm_lru_load_(&links[number].older);

	if (newest == number)
		return 0;
	if (newest > capacity || newer > capacity || older > capacity)
		return -EUCLEAN;
	bm_lru_store_(&links[newer].older, older);
	bm_lru_store_(&links[older].newer, newer);
	bm_lru_link_(links, number, newest);
	return 0;
}

BM_FORCE_INLINE_ int bm_lru_get_(struct bm_map *map, uint64_t hash,
				 const void *key, void *value,
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
	bm_handle_update_begin_(&map->object);
	err = bm_lru_use_(map, found.index);
	bm_handle_update_end_(&map->object);
	bm_places_copy_(map, found.index, NULL, value, shape);
	return err;
}

BM_FORCE_INLINE_ int bm_lru_overwrite_(struct bm_map *map, uint32_t index,
				       const void *value,
				       struct bm_map_shape shape)
{
	int err;

	bm_handle_update_begin_(&map->object);
	memcpy(bm_map_entry_(map, index, shape.entry_size) + shape.value_offset,
	       value, shape.value_size);
	err = bm_lru_use_(map, index);
	bm_handle_update_end_(&map->object);
	return err;
}

/* The length comes last: until then a repair forgets the entry. */
BM_FORCE_INLINE_ int bm_lru_add_(struct bm_map *map, unsigned char tag,
				 uint32_t len, uint32_t slot, const void *key,
				 const void *value, struct bm_map_shape shape)
{
	struct bm_lru_link *links = bm_lru_links_(map);
	uint32_t newest = bm_lru_load_(&links[0].older);

	if (newest > map->object.capacity)
		return -EUCLEAN;
	bm_handle_update_begin_(&map->object);
	bm_places_write_(map, len, key, value, shape);
	bm_places_enter_(map, tag, slot, len);
	bm_lru_link_(links, len + 1, newest);
	__atomic_store_n(&map->object.object->len, len + 1, __ATOMIC_RELEASE);
	bm_handle_update_end_(&map->object);
	return bm_handle_has_grown_(&map->object, len);
}

/* Adds a key; @replace says what becomes of one that is there. */
BM_FORCE_INLINE_ int bm_lru_put_(struct bm_map *map, uint64_t hash,
				 const void *key, const void *value, bool replace,
				 struct bm_lru_evicted evicted,
				 struct bm_map_shape shape)
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
		return replace ? bm_lru_overwrite_(map, found.index, value,
						   shape) : -EEXIST;
	spot = bm_map_spot_(map, hash, shape.one_window);
	slot = bm_map_gap_(map, spot, shape.one_window);
	if (slot == BM_MAP_NO_SLOT_ || len == map->object.capacity)
		return bm_lru_add_far_(map, hash, key, value, &evicted);
	return bm_lru_add_(map, spot.tag, len, slot, key, value, shape);
}

BM_FORCE_INLINE_ int bm_lru_remove_(struct bm_map *map, uint64_t hash,
				    const void *key, void *value,
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
	return bm_lru_take_(map, hash, found);
}

/*
 * A cursor is the number of the entry that was given last, and above its 32 bits how
 * many were given: links that lead in a circle lead to an end. Beyond the length it is
 * of an entry that is gone, and its links are no damage, wherever they lead.
 */
BM_FORCE_INLINE_ int bm_lru_next_(const struct bm_map *map, uint64_t *cursor,
				  bool back, void *key, void *value,
				  struct bm_map_shape shape)
{
	const struct bm_lru_link *links = bm_lru_links_(map);
	uint32_t number = (uint32_t)*cursor;
	uint32_t given = (uint32_t)(*cursor >> 32);
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	if (number > map->object.capacity || given >= map->object.capacity)
		return -ENOENT;
	number = bm_lru_load_(back ? &links[number].newer : &links[number].older);
	if (!number)
		return -ENOENT;
	if (number > len)
		return (uint32_t)*cursor > len ? -ENOENT : -EUCLEAN;
	bm_places_copy_(map, number - 1, key, value, shape);
	*cursor = (uint64_t)(given + 1) << 32 | number;
	return 0;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_LRU() - declare a cache whose keys are compared byte by byte
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_LRU(name, K, V, N)						\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_LRU_DEFINE_(name, K, V, N, off, #K, #V)

/**
 * BM_LRU_CHECKED() - declare a cache that is checked
 * @name: as BM_LRU()
 * @K: as BM_LRU()
 * @V: as BM_LRU()
 * @N: as BM_LRU()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_LRU_CHECKED(name, K, V, N, level)				\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_LRU_DEFINE_(name, K, V, N, level, #K, #V)

/**
 * BM_LRU_WITH() - declare a cache with functions of the program for its keys
 * @name: as BM_LRU()
 * @K: as BM_LRU()
 * @V: as BM_LRU()
 * @N: as BM_LRU()
 * @hash_key: as BM_MAP_WITH() has it
 * @equal_keys: as BM_MAP_WITH() has it
 */
#define BM_LRU_WITH(name, K, V, N, hash_key, equal_keys)		\
	BM_MAP_BY_FUNCTION_(name, K, hash_key, equal_keys)		\
	BM_LRU_DEFINE_(name, K, V, N, off, #K, #V)

#define BM_LRU_DEFINE_(name, K, V, N, level, key_spelling, value_spelling) \
	BM_MAP_DECLARE_(name, K, V, N, level, BM_KIND_LRU,	\
			BM_LRU_CONTENTS_, bm_lru_invariants_,	\
			key_spelling, value_spelling)			\
	BM_LRU_READ_(name, K, V)					\
	BM_LRU_ITERATE_(name, K, V)					\
	BM_LRU_PUT_(name, K, V)						\
	BM_LRU_INSERT_(name, K, V)					\
	BM_LRU_REMOVE_(name, K, V)					\
	BM_MAP_WHOLE_(name, bm_lru_repair_, bm_lru_invariants_)		\
	BM_IF_OFF_##level(BM_PLACES_DIRECT_(name, K, V)			\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_LRU_READ_(name, K, V)					\
	BM_INLINE_ int name##_peek(const struct name *c, const K *key,	\
				   V *value)				\
	{								\
		BM_READ_(name, c, bm_places_get_(&c->map,		\
						 name##_hash_of_(c, key), \
						 key, value,		\
						 name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_get(struct name *c, const K *key, V *value) \
	{								\
		BM_WRITE_(name, c, bm_lru_get_(&c->map,			\
					       name##_hash_of_(c, key),	\
					       key, value,		\
					       name##_shape_()));	\
	}

#define BM_LRU_ITERATE_(name, K, V)					\
	BM_INLINE_ int name##_next(const struct name *c, uint64_t *cursor, \
				   K *key, V *value)			\
	{								\
		BM_READ_(name, c, bm_lru_next_(&c->map, cursor, false, key, \
					       value, name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_next_back(const struct name *c,		\
					uint64_t *cursor, K *key,	\
					V *value)			\
	{								\
		BM_READ_(name, c, bm_lru_next_(&c->map, cursor, true, key, \
					       value, name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *c, K *key,	\
				    V *value)				\
	{								\
		uint64_t cursor = 0;					\
									\
		return name##_next(c, &cursor, key, value);		\
	}								\
	BM_INLINE_ int name##_last(const struct name *c, K *key, V *value) \
	{								\
		uint64_t cursor = 0;					\
									\
		return name##_next_back(c, &cursor, key, value);	\
	}

#define BM_LRU_PUT_(name, K, V)						\
	BM_INLINE_ int name##_put_(struct name *c, const K *key,	\
				   const V *value, bool replace,	\
				   K *evicted_key, V *evicted_value,	\
				   bool *happened)			\
	{								\
		struct bm_lru_evicted evicted = {			\
			evicted_key, evicted_value, happened,		\
		};							\
									\
		if (happened)						\
			*happened = false;				\
		BM_WRITE_(name, c, bm_lru_put_(&c->map,			\
					       name##_hash_of_(c, key),	\
					       key, value, replace,	\
					       evicted,			\
					       name##_shape_()));	\
	}

#define BM_LRU_INSERT_(name, K, V)					\
	BM_INLINE_ int name##_insert(struct name *c, const K *key,	\
				     const V *value)			\
	{								\
		return name##_put_(c, key, value, false, NULL, NULL, NULL); \
	}								\
	BM_INLINE_ int name##_upsert(struct name *c, const K *key,	\
				     const V *value)			\
	{								\
		return name##_put_(c, key, value, true, NULL, NULL, NULL); \
	}								\
	BM_INLINE_ int name##_insert_evict(struct name *c, const K *key, \
					   const V *value,		\
					   K *evicted_key,		\
					   V *evicted_value,		\
					   bool *evicted)		\
	{								\
		return name##_put_(c, key, value, false, evicted_key,	\
				   evicted_value, evicted);		\
	}								\
	BM_INLINE_ int name##_upsert_evict(struct name *c, const K *key, \
					   const V *value,		\
					   K *evicted_key,		\
					   V *evicted_value,		\
					   bool *evicted)		\
	{								\
		return name##_put_(c, key, value, true, evicted_key,	\
				   evicted_value, evicted);		\
	}

#define BM_LRU_REMOVE_(name, K, V)					\
	BM_INLINE_ int name##_remove(struct name *c, const K *key,	\
				     V *value)				\
	{								\
		BM_WRITE_(name, c, bm_lru_remove_(&c->map,		\
						  name##_hash_of_(c, key), \
						  key, value,		\
						  name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_pop_oldest(struct name *c, K *key, V *value) \
	{								\
		BM_WRITE_(name, c, bm_lru_pop_oldest_(&c->map, key, value)); \
	}

#endif /* BUDGETMEM_LRU_H */
