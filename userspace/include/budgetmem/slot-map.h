/* SPDX-License-Identifier: MIT */
/*
 * slot-map.h: at most N elements, found by a handle that goes stale with its element
 *
 *	BM_SLOT_MAP(sessions, struct session, 4096)
 *
 * declares struct sessions, a small handle of the map in the program's private memory;
 * struct sessions_handle { uint32_t slot, generation; }, which names one element; and
 * these functions. `m` is the map; items are copied. An element stays in its slot, which
 * is below N and nobody else's as long as it lives: an index for arrays beside the map.
 * A handle of all zeros never names an element. O(1) unless stated.
 *
 *	int sessions_create(struct sessions *m, struct bm_region region, const char *name)
 *		Makes a new, empty one in the region. O(N). Errors: bm_layout_reserve().
 *	int sessions_attach(struct sessions *m, struct bm_region region, const char *name,
 *			    struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int sessions_insert(struct sessions *m, const struct session *item,
 *			    struct sessions_handle *handle)
 *		Puts an item in and says how it is found. -ENOSPC.
 *	int sessions_remove(struct sessions *m, struct sessions_handle handle,
 *			    struct session *item)
 *		Takes an element out; item may be NULL. -ENOENT.
 *	int sessions_get(const struct sessions *m, struct sessions_handle handle,
 *			 struct session *item)
 *		Copies an element out. -ENOENT.
 *	int sessions_set(struct sessions *m, struct sessions_handle handle,
 *			 const struct session *item)
 *		Overwrites an element. -ENOENT.
 *	int sessions_find(const struct sessions *m, struct sessions_handle handle)
 *		Is there such an element? -ENOENT.
 *	bool sessions_contains(const struct sessions *m, struct sessions_handle handle)
 *		The same without an error.
 *	struct session *sessions_at(const struct sessions *m,
 *				    struct sessions_handle handle)
 *		The element itself, or NULL. Until it is removed.
 *	int sessions_first(const struct sessions *m, struct sessions_handle *handle,
 *			   struct session *item)
 *		The element in the lowest slot; both may be NULL. -ENOENT if empty. O(N).
 *	int sessions_next(const struct sessions *m, size_t *cursor,
 *			  struct sessions_handle *handle, struct session *item)
 *		Iterates in the order of slots: size_t cursor = 0;
 *		while (!sessions_next(&m, &cursor, &handle, &item)). Either may be NULL.
 *		Elements may be removed meanwhile. -ENOENT at the end. O(N) for all.
 *	void sessions_clear(struct sessions *m)
 *		Makes it empty and sound, whatever it was, and all handles stale. O(N).
 *	int sessions_count(const struct sessions *m, size_t *len)
 *		The length, or that it is damaged.
 *	size_t sessions_len(const struct sessions *m)
 *	size_t sessions_capacity(const struct sessions *m)
 *	bool sessions_is_empty(const struct sessions *m)
 *	bool sessions_is_full(const struct sessions *m)
 *	int sessions_repair(struct sessions *m)
 *		After -EOWNERDEAD, and whenever what is free is not as it must be. An
 *		insert or remove that was interrupted is done or not; an element of more
 *		than one store (object.h) that was being set may be half written. O(N).
 *	int sessions_invariants(const struct sessions *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; sessions_len() of a damaged map is its capacity.
 *
 * Generations: each insert and each remove gives the slot its next generation, those of
 * elements being odd. So a handle is stale from the moment its element is removed, after
 * a clear too, and stays so until the slot has been used 2147483648 times more: then the
 * number comes round and a handle kept for that long would be taken for another one. No
 * slot is ever given up, however long the program runs. The slot freed last is used
 * first, because the cache still has it.
 *
 * BM_SLOT_MAP_CHECKED(sessions, struct session, 4096, sampled) declares one that is
 * checked while it is used: integrity.h. It has no sessions_len(), _is_empty(),
 * _is_full(), _contains() and _at(); _find() and _get() say the same.
 *
 * Space: 64 bytes, and 8 bytes for each of N, both lists of them rounded up to a multiple
 * of 64, beside the elements.
 *
 * Cost: iterating reads the generations of all N slots, sixteen in a line of the cache,
 * whether they have elements or not. Packing elements closely would make iterating
 * cheaper, and each get and remove dearer by a look at where the element is now.
 *
 * Threads: see object.h. What sessions_at() gives is memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct session session = { "guest" };
 *	struct sessions_handle guest;
 *	struct sessions open;
 *	int err = sessions_create(&open, bm_pool_region(pool), "open");
 *
 *	if (!err)
 *		err = sessions_insert(&open, &session, &guest);
 *	if (!err)
 *		err = sessions_remove(&open, guest, NULL);
 *	assert(err || !sessions_contains(&open, guest));
 */
#ifndef BUDGETMEM_SLOT_MAP_H
#define BUDGETMEM_SLOT_MAP_H

#include <string.h>

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_SLOT_MAP_VERSION	1

/*
 * Contents: the generation of each slot; then slots, of which those from the length on
 * are the free ones, in the order in which they will be used; then the elements.
 */
#define BM_SLOT_MAP_LIST_(capacity)					\
	BM_BYTES_ROUND_((uint64_t)(capacity) * sizeof(uint32_t))
#define BM_SLOT_MAP_CONTENTS_(capacity, size)				\
	(2 * BM_SLOT_MAP_LIST_(capacity) + (uint64_t)(capacity) * (size))

int bm_slot_map_create_(struct bm_handle *map, struct bm_region region,
			const char *name, const struct bm_type *type);
void bm_slot_map_clear_(struct bm_handle *map);
int bm_slot_map_repair_(struct bm_handle *map);
int bm_slot_map_invariants_(const struct bm_handle *map);

static inline struct bm_type bm_slot_map_type_(size_t size, size_t alignment,
					       size_t capacity,
					       const char *spelling)
{
	struct bm_type type;

	type.kind = BM_KIND_SLOT_MAP;
	type.version = BM_SLOT_MAP_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = BM_SLOT_MAP_CONTENTS_(capacity, size);
	return type;
}

/*
 * What follows is inline because an element's size and the places of the lists are
 * constants here, and a call would cost more than the work. The compiler is told so
 * where it would not see it.
 */
static inline uint32_t *bm_slot_map_generations_(const struct bm_object *object)
{
	return (uint32_t *)(uintptr_t)(object + 1);
}

static inline uint32_t *bm_slot_map_generation_(const struct bm_handle *map,
						size_t slot)
{
	return bm_slot_map_generations_(map->object) + slot;
}

static inline uint32_t *bm_slot_map_listed_(const struct bm_object *object,
					    size_t index, size_t capacity)
{
	return bm_slot_map_generations_(object) +
	       BM_SLOT_MAP_LIST_(capacity) / sizeof(uint32_t) + index;
}

static inline uint32_t *bm_slot_map_free_(const struct bm_handle *map, size_t index,
					  size_t capacity)
{
	return bm_slot_map_listed_(map->object, index, capacity);
}

static inline unsigned char *bm_slot_map_place_(const struct bm_object *object,
						size_t slot, size_t size,
						size_t capacity)
{
	return (unsigned char *)(uintptr_t)(object + 1) +
	       2 * BM_SLOT_MAP_LIST_(capacity) + slot * size;
}

static inline unsigned char *bm_slot_map_element_(const struct bm_handle *map,
						  size_t slot, size_t size,
						  size_t capacity)
{
	return bm_slot_map_place_(map->object, slot, size, capacity);
}

/* Once: a neighbour may change it at any time. */
static inline uint32_t bm_slot_map_load_(const uint32_t *number)
{
	return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static inline bool bm_slot_map_has_(const struct bm_handle *map, uint32_t slot,
				    uint32_t generation, size_t capacity)
{
	return slot < capacity && generation % 2 &&
	       bm_slot_map_load_(bm_slot_map_generation_(map, slot)) == generation;
}

/* Reads the length for a verb that will write. */
static inline int bm_slot_map_writable_(const struct bm_object *object, uint32_t *len)
{
	if (bm_object_is_updating_(object))
		return -EOWNERDEAD;
	*len = bm_slot_map_load_(&object->len);
	return 0;
}

/* The slot for the next element, and its generation then. */
BM_FORCE_INLINE_ int bm_slot_map_unused_(const struct bm_object *object, uint32_t len,
					 uint32_t *slot, uint32_t *generation,
					 size_t capacity)
{
	uint32_t unused = bm_slot_map_load_(bm_slot_map_listed_(object, len, capacity));

	if (__builtin_expect(unused >= capacity, 0))
		return -EUCLEAN;
	*slot = unused;
	*generation = bm_slot_map_load_(bm_slot_map_generations_(object) + unused) + 1;
	return __builtin_expect(*generation % 2, 1) ? 0 : -EUCLEAN;
}

/* The generation comes behind the element and before the length: it is what counts. */
BM_FORCE_INLINE_ void bm_slot_map_fill_(struct bm_handle *map, struct bm_object *object,
					const void *item, uint32_t len, uint32_t slot,
					uint32_t generation, size_t size,
					size_t capacity)
{
	bm_object_update_begin_(object);
	memcpy(bm_slot_map_place_(object, slot, size, capacity), item, size);
	if (__builtin_expect(!(len & (BM_STEP_(capacity) - 1)), 0))
		bm_handle_account_(map, len, len + 1);
	__atomic_store_n(bm_slot_map_generations_(object) + slot, generation,
			 __ATOMIC_RELEASE);
	__atomic_store_n(&object->len, len + 1, __ATOMIC_RELEASE);
	bm_object_update_end_(object);
}

BM_FORCE_INLINE_ int bm_slot_map_insert_(struct bm_handle *map, const void *item,
					    uint32_t *slot, uint32_t *generation,
					    size_t size, size_t capacity)
{
	struct bm_object *object = map->object;
	uint32_t len;
	uint32_t unused;
	uint32_t next;
	int err = bm_slot_map_writable_(object, &len);

	if (err)
		return err;
	if (__builtin_expect(len >= capacity, 0)) {
		if (len > capacity)
			return -EUCLEAN;
		bm_handle_refuse_(map);
		return -ENOSPC;
	}
	err = bm_slot_map_unused_(object, len, &unused, &next, capacity);
	if (err)
		return err;
	bm_slot_map_fill_(map, object, item, len, unused, next, size, capacity);
	*slot = unused;
	*generation = next;
	return 0;
}

BM_FORCE_INLINE_ int bm_slot_map_remove_(struct bm_handle *map, uint32_t slot,
					    uint32_t generation, void *item,
					    size_t size, size_t capacity)
{
	struct bm_object *object = map->object;
	uint32_t len;
	int err = bm_slot_map_writable_(object, &len);

	if (err)
		return err;
	if (len > capacity)
		return -EUCLEAN;
	if (!bm_slot_map_has_(map, slot, generation, capacity))
		return -ENOENT;
	if (!len)
		return -EUCLEAN;
	if (item)
		memcpy(item, bm_slot_map_element_(map, slot, size, capacity), size);
	bm_handle_update_begin_(map);
	__atomic_store_n(bm_slot_map_generation_(map, slot), generation + 1,
			 __ATOMIC_RELEASE);
	__atomic_store_n(bm_slot_map_free_(map, len - 1, capacity), slot,
			 __ATOMIC_RELAXED);
	bm_handle_shrink_(map, len);
	bm_handle_update_end_(map);
	return 0;
}

static inline void *bm_slot_map_at_(const struct bm_handle *map, uint32_t slot,
				    uint32_t generation, size_t size,
				    size_t capacity)
{
	return bm_slot_map_has_(map, slot, generation, capacity) ?
	       bm_slot_map_element_(map, slot, size, capacity) : NULL;
}

static inline int bm_slot_map_get_(const struct bm_handle *map, uint32_t slot,
				   uint32_t generation, void *item, size_t size,
				   size_t capacity)
{
	if (!bm_slot_map_has_(map, slot, generation, capacity))
		return -ENOENT;
	memcpy(item, bm_slot_map_element_(map, slot, size, capacity), size);
	return 0;
}

static inline int bm_slot_map_set_(struct bm_handle *map, uint32_t slot,
				   uint32_t generation, const void *item,
				   size_t size, size_t capacity)
{
	uint32_t len;
	int err = bm_handle_writable_(map, &len);

	if (err)
		return err;
	if (!bm_slot_map_has_(map, slot, generation, capacity))
		return -ENOENT;
	bm_handle_update_begin_(map);
	memcpy(bm_slot_map_element_(map, slot, size, capacity), item, size);
	bm_handle_update_end_(map);
	return 0;
}

BM_FORCE_INLINE_ int bm_slot_map_next_(const struct bm_handle *map, size_t *cursor,
					  uint32_t *slot, uint32_t *generation,
					  void *item, size_t size, size_t capacity)
{
	const uint32_t *generations = bm_slot_map_generation_(map, 0);

	for (size_t at = *cursor; at < capacity; at++) {
		uint32_t found = bm_slot_map_load_(generations + at);

		if (!(found % 2))
			continue;
		*slot = (uint32_t)at;
		*generation = found;
		if (item)
			memcpy(item, bm_slot_map_element_(map, at, size, capacity),
			       size);
		*cursor = at + 1;
		return 0;
	}
	*cursor = capacity;
	return -ENOENT;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_SLOT_MAP() - declare a slot map
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_SLOT_MAP(name, T, N)	BM_SLOT_MAP_DEFINE_(name, T, N, off, #T)

/**
 * BM_SLOT_MAP_CHECKED() - declare a slot map that is checked
 * @name: as BM_SLOT_MAP()
 * @T: as BM_SLOT_MAP()
 * @N: as BM_SLOT_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_SLOT_MAP_CHECKED(name, T, N, level)				\
	BM_SLOT_MAP_DEFINE_(name, T, N, level, #T)

#define BM_SLOT_MAP_DEFINE_(name, T, N, level, spelling)		\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  BM_SLOT_MAP_CONTENTS_(N, sizeof(T))));	\
	struct name {							\
		struct bm_handle map;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	struct name##_handle {						\
		uint32_t slot;						\
		uint32_t generation;					\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, map,				\
				    bm_slot_map_invariants_(&object->map)) \
	BM_DEFINE_MAKE_(name, map, level,				\
			bm_slot_map_type_(sizeof(T), BM_ALIGNOF(T), N,	\
					  spelling),			\
			bm_slot_map_create_, bm_object_attach_)		\
	BM_SLOT_MAP_WRITE_(name, T, N)					\
	BM_SLOT_MAP_READ_(name, T, N)					\
	BM_SLOT_MAP_ITERATE_(name, T, N)				\
	BM_SLOT_MAP_WHOLE_(name)					\
	BM_DEFINE_CAPACITY_(name, map)					\
	BM_IF_OFF_##level(BM_SLOT_MAP_DIRECT_(name, T, N)		\
			  BM_DEFINE_COUNTS_(name, map))

#define BM_SLOT_MAP_WRITE_(name, T, N)					\
	BM_INLINE_ int name##_insert(struct name *m, const T *item,	\
				     struct name##_handle *handle)	\
	{								\
		BM_WRITE_(name, m,					\
			  bm_slot_map_insert_(&m->map, item, &handle->slot, \
					      &handle->generation,	\
					      sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_remove(struct name *m,			\
				     struct name##_handle handle, T *item) \
	{								\
		BM_WRITE_(name, m,					\
			  bm_slot_map_remove_(&m->map, handle.slot,	\
					      handle.generation, item,	\
					      sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_set(struct name *m, struct name##_handle handle, \
				  const T *item)			\
	{								\
		BM_WRITE_(name, m,					\
			  bm_slot_map_set_(&m->map, handle.slot,	\
					   handle.generation, item,	\
					   sizeof(T), N));		\
	}

#define BM_SLOT_MAP_READ_(name, T, N)					\
	BM_INLINE_ int name##_get(const struct name *m,			\
				  struct name##_handle handle, T *item)	\
	{								\
		BM_READ_(name, m,					\
			 bm_slot_map_get_(&m->map, handle.slot,		\
					  handle.generation, item,	\
					  sizeof(T), N));		\
	}								\
	BM_INLINE_ int name##_find(const struct name *m,		\
				   struct name##_handle handle)		\
	{								\
		BM_READ_(name, m,					\
			 bm_slot_map_has_(&m->map, handle.slot,		\
					  handle.generation, N) ?	\
			 0 : -ENOENT);					\
	}

#define BM_SLOT_MAP_ITERATE_(name, T, N)				\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   struct name##_handle *handle, T *item) \
	{								\
		struct name##_handle found;				\
		int err = name##_verify_(m);				\
									\
		if (!err)						\
			err = bm_slot_map_next_(&m->map, cursor, &found.slot, \
						&found.generation, item, \
						sizeof(T), N);		\
		if (!err && handle)					\
			*handle = found;				\
		return err;						\
	}								\
	BM_INLINE_ int name##_first(const struct name *m,		\
				    struct name##_handle *handle, T *item) \
	{								\
		size_t cursor = 0;					\
									\
		return name##_next(m, &cursor, handle, item);		\
	}

#define BM_SLOT_MAP_WHOLE_(name)					\
	BM_WHOLE_(name, bm_slot_map_clear_(&object->map),		\
		  bm_slot_map_repair_(&object->map),			\
		  bm_slot_map_invariants_(&object->map))

#define BM_SLOT_MAP_DIRECT_(name, T, N)					\
	BM_INLINE_ bool name##_contains(const struct name *m,		\
					struct name##_handle handle)	\
	{								\
		return bm_slot_map_has_(&m->map, handle.slot,		\
					handle.generation, N);		\
	}								\
	BM_INLINE_ T *name##_at(const struct name *m,			\
				struct name##_handle handle)		\
	{								\
		return (T *)bm_slot_map_at_(&m->map, handle.slot,	\
					    handle.generation,		\
					    sizeof(T), N);		\
	}

#endif /* BUDGETMEM_SLOT_MAP_H */
