/* SPDX-License-Identifier: MIT */
/*
 * linear-map.h: values by key, for few keys
 *
 *	BM_LINEAR_MAP(settings, uint32_t, struct setting, 16)
 *
 * declares struct settings, a handle in the program's private memory, and these
 * functions. `m` is the handle; keys and values are copied; n is the number of keys
 * now. Searches look at one key after the other: O(n), where n is at most 1024, unless
 * stated.
 *
 *	int settings_create(struct settings *m, struct bm_region region,
 *			    const char *name)
 *		Makes a new, empty map in the region. O(1). Errors: bm_layout_reserve().
 *	int settings_attach(struct settings *m, struct bm_region region,
 *			    const char *name, struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int settings_get(const struct settings *m, const uint32_t *key,
 *			 struct setting *value)
 *		Copies the value out; value may be NULL. -ENOENT.
 *	struct setting *settings_at(const struct settings *m, const uint32_t *key)
 *		The value itself, or NULL. Until a remove moves it.
 *	bool settings_contains(const struct settings *m, const uint32_t *key)
 *	int settings_insert(struct settings *m, const uint32_t *key,
 *			    const struct setting *value)
 *		Adds a key that is not there. -EEXIST, -ENOSPC.
 *	int settings_upsert(struct settings *m, const uint32_t *key,
 *			    const struct setting *value)
 *		Adds the key or overwrites its value. -ENOSPC.
 *	int settings_remove(struct settings *m, const uint32_t *key,
 *			    struct setting *value)
 *		Takes the key out; value may be NULL. The last key takes its place.
 *		-ENOENT.
 *	int settings_next(const struct settings *m, size_t *cursor, uint32_t *key,
 *			  struct setting *value)
 *		Iterates: size_t cursor = 0; while (!settings_next(&m, &cursor, &key,
 *		&value)). key and value may be NULL. In the order in which they came, as
 *		far as nothing was removed. O(1). -ENOENT at the end.
 *	int settings_first(const struct settings *m, uint32_t *key,
 *			   struct setting *value)
 *		What an iteration gives first. O(1). -ENOENT if empty.
 *	void settings_clear(struct settings *m)
 *		Makes it empty and sound, whatever it was. O(1).
 *	int settings_count(const struct settings *m, size_t *len)
 *		The number of keys, or that it is damaged. O(1).
 *	size_t settings_len(const struct settings *m)
 *	size_t settings_capacity(const struct settings *m)
 *	bool settings_is_empty(const struct settings *m)
 *	bool settings_is_full(const struct settings *m)
 *	int settings_repair(struct settings *m)
 *		After -EOWNERDEAD. Every key stays, and one that was being taken out is
 *		taken out or still there; a value of more than one store (object.h) that
 *		was being overwritten may be half written. O(1).
 *	int settings_invariants(const struct settings *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(n * n).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; settings_len() of a damaged map is its capacity. An insert that dies
 * leaves nothing half done.
 *
 * BM_LINEAR_MAP() compares all bytes of a key: padding, and what lies behind the end of
 * a text, must always be the same, zero say. BM_LINEAR_MAP_WITH() takes the program's own
 * bool equal(const uint32_t *a, const uint32_t *b) instead. It is called with keys in
 * the pool, whatever their bytes are, and returns always.
 *
 * BM_LINEAR_MAP_CHECKED(settings, uint32_t, struct setting, 16, sampled) declares one
 * that is checked while it is used: integrity.h. It has no settings_len(), _is_empty(),
 * _is_full(), _contains() and _at().
 *
 * Space: 64 bytes, and for each of N entries a key and a value; keys lie together, and
 * values behind them. Both parts are rounded up to 64.
 *
 * Cost: an instruction or two for each key that is looked at, if keys are 1, 2, 4 or 8
 * bytes. On one machine searches for 8-byte keys were faster than a map's up to 16 keys;
 * BM_LINEAR_MAP_MAX, 1024, is where nobody should be.
 *
 * Threads: see object.h. settings_at() gives memory that another process may change
 * between two looks at it.
 *
 * Example:
 *
 *	uint32_t key = 17;
 *	struct setting value;
 *	struct settings settings;
 *	int err = settings_attach(&settings, region, "settings", NULL);
 *
 *	if (!err)
 *		err = settings_get(&settings, &key, &value);
 */
#ifndef BUDGETMEM_LINEAR_MAP_H
#define BUDGETMEM_LINEAR_MAP_H

#include <string.h>

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_LINEAR_MAP_VERSION	1

/* Most entries of a linear map. */
#define BM_LINEAR_MAP_MAX	1024

#define BM_LINEAR_MAP_CONTENTS_(capacity, key_size, value_size)		\
	(BM_BYTES_ROUND_((uint64_t)(capacity) * (uint64_t)(key_size)) +	\
	 (uint64_t)(capacity) * (uint64_t)(value_size))

typedef bool bm_linear_map_equal_function(const void *a, const void *b);

/**
 * struct bm_linear_map - private part of a linear map
 * @object: as for every object; place[0] is 1 + the place that a remove fills, place[1]
 *	the length before it
 * @key_size: bytes
 * @value_size: bytes
 * @values: in the region
 * @equal: the program's, or NULL
 */
struct bm_linear_map {
	struct bm_handle object;
	uint32_t key_size;
	uint32_t value_size;
	unsigned char *values;
	bm_linear_map_equal_function *equal;
};

/* The type that @map is filled for; key and value sizes are there already. */
int bm_linear_map_create_(struct bm_linear_map *map, struct bm_region region,
			  const char *name, const struct bm_type *type);
int bm_linear_map_attach_(struct bm_linear_map *map, struct bm_region region,
			  const char *name, const struct bm_type *type,
			  struct bm_mismatch *mismatch);
int bm_linear_map_add_(struct bm_linear_map *map, const void *key,
		       const void *value);
int bm_linear_map_overwrite_(struct bm_linear_map *map, uint32_t index,
			     const void *value);
int bm_linear_map_take_out_(struct bm_linear_map *map, uint32_t index, void *value);
int bm_linear_map_next_(const struct bm_linear_map *map, size_t *cursor, void *key,
			void *value);
void bm_linear_map_clear_(struct bm_linear_map *map);
int bm_linear_map_repair_(struct bm_linear_map *map);
int bm_linear_map_invariants_(const struct bm_linear_map *map);

static inline struct bm_type bm_linear_map_type_(size_t key_size, size_t value_size,
						 size_t alignment, size_t capacity,
						 uint32_t key_hash,
						 uint32_t value_hash)
{
	struct bm_type type;

	type.kind = BM_KIND_LINEAR_MAP;
	type.version = BM_LINEAR_MAP_VERSION;
	type.element_size = (uint32_t)(key_size + value_size);
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = key_hash * 31 + value_hash;
	type.bytes = BM_LINEAR_MAP_CONTENTS_(capacity, key_size, value_size);
	return type;
}

/*
 * Searching is inline because a key's size and the comparison are constant there: a
 * small key is one instruction and a jump.
 */
BM_FORCE_INLINE_ int bm_linear_map_find_(const struct bm_linear_map *map,
					      const void *key, size_t size,
					      bm_linear_map_equal_function *equal,
					      uint32_t *index)
{
	const unsigned char *keys = bm_handle_contents_(&map->object);
	uint32_t len;
	int err = bm_handle_len_(&map->object, &len);

	if (err)
		return err;
	for (uint32_t i = 0; i < len; i++, keys += size) {
		if (equal ? equal(keys, key) : !memcmp(keys, key, size)) {
			*index = i;
			return 0;
		}
	}
	return -ENOENT;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_LINEAR_MAP() - declare a linear map whose keys are compared byte by byte
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0 and at most BM_LINEAR_MAP_MAX
 *
 * At file scope. What it declares is described above.
 */
#define BM_LINEAR_MAP(name, K, V, N)					\
	BM_LINEAR_MAP_DEFINE_(name, K, V, N, NULL, off, #K, #V)

/**
 * BM_LINEAR_MAP_CHECKED() - declare a linear map that is checked
 * @name: as BM_LINEAR_MAP()
 * @K: as BM_LINEAR_MAP()
 * @V: as BM_LINEAR_MAP()
 * @N: as BM_LINEAR_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_LINEAR_MAP_CHECKED(name, K, V, N, level)			\
	BM_LINEAR_MAP_DEFINE_(name, K, V, N, NULL, level, #K, #V)

/**
 * BM_LINEAR_MAP_WITH() - declare a linear map with a function of the program for its keys
 * @name: as BM_LINEAR_MAP()
 * @K: as BM_LINEAR_MAP()
 * @V: as BM_LINEAR_MAP()
 * @N: as BM_LINEAR_MAP()
 * @equal_keys: bool equal_keys(const K *a, const K *b)
 */
#define BM_LINEAR_MAP_WITH(name, K, V, N, equal_keys)			\
	BM_INLINE_ bool name##_equal_(const void *a, const void *b)	\
	{								\
		return equal_keys((const K *)a, (const K *)b);		\
	}								\
	BM_LINEAR_MAP_DEFINE_(name, K, V, N, name##_equal_, off, #K, #V)

#define BM_LINEAR_MAP_DEFINE_(name, K, V, N, equal_keys, level, key_spelling, \
			      value_spelling)				\
	BM_ASSERT_ELEMENT_(K, N);					\
	BM_ASSERT_ELEMENT_(V, N);					\
	BM_STATIC_ASSERT((N) <= BM_LINEAR_MAP_MAX,			\
			 "a linear map has at most BM_LINEAR_MAP_MAX entries"); \
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
		BM_LINEAR_MAP_CONTENTS_(N, sizeof(K), sizeof(V))));	\
	struct name {							\
		struct bm_linear_map map;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, map.object,			\
				    bm_linear_map_invariants_(&object->map)) \
	BM_LINEAR_MAP_MAKE_(name, K, V, N, equal_keys, level, key_spelling, \
			    value_spelling)				\
	BM_LINEAR_MAP_VERBS_(name, K, V, equal_keys)			\
	BM_LINEAR_MAP_READ_(name, K, V)					\
	BM_LINEAR_MAP_WRITE_(name, K, V)				\
	BM_LINEAR_MAP_WHOLE_(name)					\
	BM_DEFINE_CAPACITY_(name, map.object)				\
	BM_IF_OFF_##level(BM_LINEAR_MAP_DIRECT_(name, K, V)		\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_LINEAR_MAP_MAKE_(name, K, V, N, equal_keys, level, key_spelling, \
			    value_spelling)				\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return BM_INTEGRITY_TYPE_##level(bm_linear_map_type_(	\
			sizeof(K), sizeof(V),				\
			BM_ALIGNOF(K) > BM_ALIGNOF(V) ? BM_ALIGNOF(K) :	\
			BM_ALIGNOF(V), N,				\
			bm_hash_type(key_spelling, sizeof(K), BM_ALIGNOF(K)), \
			bm_hash_type(value_spelling, sizeof(V),		\
				     BM_ALIGNOF(V))));			\
	}								\
	BM_INLINE_ void name##_prepare_(struct name *m)			\
	{								\
		m->map.key_size = (uint32_t)sizeof(K);			\
		m->map.value_size = (uint32_t)sizeof(V);		\
		m->map.equal = equal_keys;				\
	}								\
	BM_INLINE_ int name##_create(struct name *m,			\
				     struct bm_region region,		\
				     const char *object_name)		\
	{								\
		struct bm_type type = name##_type_();			\
		int err;						\
									\
		name##_prepare_(m);					\
		err = bm_linear_map_create_(&m->map, region, object_name, \
					    &type);			\
		if (!err)						\
			name##_start_(m, true);				\
		return err;						\
	}								\
	BM_INLINE_ int name##_attach(struct name *m,			\
				     struct bm_region region,		\
				     const char *object_name,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_type type = name##_type_();			\
		int err;						\
									\
		name##_prepare_(m);					\
		err = bm_linear_map_attach_(&m->map, region, object_name, \
					    &type, mismatch);		\
		if (!err)						\
			name##_start_(m, false);			\
		return err;						\
	}

#define BM_LINEAR_MAP_VERBS_(name, K, V, equal_keys)			\
	BM_INLINE_ int name##_find_(const struct bm_linear_map *map,	\
				    const K *key, uint32_t *index)	\
	{								\
		return bm_linear_map_find_(map, key, sizeof(K), equal_keys, \
					   index);			\
	}								\
	BM_INLINE_ int name##_get_(const struct bm_linear_map *map,	\
				   const K *key, V *value)		\
	{								\
		uint32_t index;						\
		int err = name##_find_(map, key, &index);		\
									\
		if (!err && value)					\
			memcpy(value, map->values + index * sizeof(V),	\
			       sizeof(V));				\
		return err;						\
	}								\
	BM_INLINE_ int name##_put_(struct bm_linear_map *map, const K *key, \
				   const V *value, bool overwrite)	\
	{								\
		uint32_t index;						\
		int err = bm_handle_writable_(&map->object, &index);	\
									\
		if (err)						\
			return err;					\
		err = name##_find_(map, key, &index);			\
		if (err)						\
			return err == -ENOENT ?				\
			       bm_linear_map_add_(map, key, value) : err; \
		return overwrite ?					\
		       bm_linear_map_overwrite_(map, index, value) : -EEXIST; \
	}								\
	BM_INLINE_ int name##_remove_(struct bm_linear_map *map,	\
				      const K *key, V *value)		\
	{								\
		uint32_t index;						\
		int err = bm_handle_writable_(&map->object, &index);	\
									\
		if (!err)						\
			err = name##_find_(map, key, &index);		\
		return err ? err :					\
		       bm_linear_map_take_out_(map, index, value);	\
	}

#define BM_LINEAR_MAP_READ_(name, K, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const K *key,	\
				  V *value)				\
	{								\
		BM_READ_(name, m, name##_get_(&m->map, key, value));	\
	}								\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   K *key, V *value)			\
	{								\
		BM_READ_(name, m, bm_linear_map_next_(&m->map, cursor,	\
						      key, value));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, K *key, V *value) \
	{								\
		size_t cursor = 0;					\
									\
		BM_READ_(name, m, bm_linear_map_next_(&m->map, &cursor,	\
						      key, value));	\
	}

#define BM_LINEAR_MAP_WRITE_(name, K, V)				\
	BM_INLINE_ int name##_insert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m,					\
			  name##_put_(&m->map, key, value, false));	\
	}								\
	BM_INLINE_ int name##_upsert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m,					\
			  name##_put_(&m->map, key, value, true));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *m, const K *key,	\
				     V *value)				\
	{								\
		BM_WRITE_(name, m, name##_remove_(&m->map, key, value)); \
	}

#define BM_LINEAR_MAP_WHOLE_(name)					\
	BM_WHOLE_(name, bm_linear_map_clear_(&object->map),		\
		  bm_linear_map_repair_(&object->map),			\
		  bm_linear_map_invariants_(&object->map))

#define BM_LINEAR_MAP_DIRECT_(name, K, V)				\
	BM_INLINE_ V *name##_at(const struct name *m, const K *key)	\
	{								\
		uint32_t index;						\
									\
		return name##_find_(&m->map, key, &index) ? NULL :	\
		       (V *)(void *)m->map.values + index;		\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m, const K *key) \
	{								\
		return name##_at(m, key) != NULL;			\
	}

#endif /* BUDGETMEM_LINEAR_MAP_H */
