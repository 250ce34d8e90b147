/* SPDX-License-Identifier: MIT */
/*
 * sorted-map.h: values by key, the keys in order, at most N of them
 *
 *	int by_name(const struct word *a, const struct word *b);
 *
 *	BM_SORTED_MAP(index, struct word, uint32_t, 4096, by_name)
 *
 * declares struct index, a handle in the program's private memory, and these functions.
 * by_name() returns less than 0, 0 or more than 0, as a comes before b, is the same key
 * or comes after it. `m` is the handle; keys and values are copied. n is the number of
 * keys now. O(log n) unless stated.
 *
 *	int index_create(struct index *m, struct bm_region region, const char *name)
 *		Makes a new, empty map in the region. O(1). Errors: bm_layout_reserve().
 *	int index_attach(struct index *m, struct bm_region region, const char *name,
 *			 struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int index_get(const struct index *m, const struct word *key, uint32_t *value)
 *		Copies the value out; value may be NULL. -ENOENT.
 *	uint32_t *index_at(const struct index *m, const struct word *key)
 *		The value itself, or NULL. It stays where it is until the key is removed.
 *	bool index_contains(const struct index *m, const struct word *key)
 *	int index_insert(struct index *m, const struct word *key, const uint32_t *value)
 *		Adds a key that is not there. -EEXIST, -ENOSPC.
 *	int index_upsert(struct index *m, const struct word *key, const uint32_t *value)
 *		Adds the key or overwrites its value. -ENOSPC.
 *	int index_remove(struct index *m, const struct word *key, uint32_t *value)
 *		Takes the key out; value may be NULL. -ENOENT.
 *	int index_pop_first(struct index *m, struct word *key, uint32_t *value)
 *	int index_pop_last(struct index *m, struct word *key, uint32_t *value)
 *		Takes the least or the greatest key out; key and value may be NULL.
 *		-ENOENT if empty.
 *	int index_first(const struct index *m, struct word *key, uint32_t *value)
 *	int index_last(const struct index *m, struct word *key, uint32_t *value)
 *		Copies it out. O(1). -ENOENT if empty.
 *	int index_next(const struct index *m, size_t *cursor, struct word *key,
 *		       uint32_t *value)
 *		Iterates in order: size_t cursor = 0; while (!index_next(&m, &cursor,
 *		&key, &value)). key and value may be NULL. O(1); O(log n) after a write.
 *		-ENOENT at the end. Writing between two calls may make it miss or repeat
 *		keys, but what it gives is there; index_upper_bound() of the last key
 *		gives a cursor that misses and repeats none.
 *	int index_previous(const struct index *m, size_t *cursor, struct word *key,
 *			   uint32_t *value)
 *		The same from the end: size_t cursor = SIZE_MAX. After a write
 *		index_lower_bound() of the last key gives the exact cursor.
 *	int index_lower_bound(const struct index *m, const struct word *key,
 *			      size_t *cursor)
 *		A cursor before the first key that does not come before @key: next gives
 *		that one, previous the one before.
 *	int index_upper_bound(const struct index *m, const struct word *key,
 *			      size_t *cursor)
 *		A cursor before the first key that comes after @key.
 *	void index_clear(struct index *m)
 *		Makes it empty and sound, whatever it was. O(1).
 *	int index_count(const struct index *m, size_t *len)
 *		The number of keys, or that it is damaged. O(1).
 *	size_t index_len(const struct index *m)
 *	size_t index_capacity(const struct index *m)
 *	bool index_is_empty(const struct index *m)
 *	bool index_is_full(const struct index *m)
 *	int index_repair(struct index *m)
 *		After -EOWNERDEAD, or when the order is damaged: builds the tree anew from
 *		the entries. Every key stays, or is there or not there, if it was being
 *		added or taken out; a value of more than one store (object.h) that was
 *		being overwritten may be half written. O(N + n log n).
 *	int index_invariants(const struct index *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; index_len() of a damaged map is its capacity. A verb that finds damage
 * when it has begun to write leaves the map to index_repair().
 *
 * by_name() is called with keys in the pool, whatever their bytes are, and returns
 * always. All programs that use one map use the same order.
 *
 * BM_SORTED_MAP_CHECKED(index, struct word, uint32_t, 4096, by_name, sampled) declares
 * one that is checked while it is used: integrity.h. It has no index_len(), _is_empty(),
 * _is_full(), _contains() and _at().
 *
 * Cost: entries stay where they are; a B+ tree of their numbers says in which order
 * they are. A search compares at most 1.3 * log2(n) + 5 times, in at most 8 nodes: nodes
 * hold 15 to 31 others and copies of the keys between them, leaves the numbers of 30 to
 * 60 entries, and copies of their keys if these have at most 16 bytes. An insert moves at
 * most 60 numbers and copies in leaves and, if it splits one, 31 numbers and keys on each
 * level above; a remove 89 in leaves and, if less than 30 are left in one, 44 on each
 * level. n inserts into an empty map split at most n / 30 times, but inserts and removes
 * in turn may split and merge each time.
 *
 * Space: 128 bytes, and for each of N entries the entry (key and value as in a struct),
 * 4 bytes, 256 / 30 bytes of leaves, (128 + 30 * sizeof(key)) / 420 bytes of nodes, and
 * 2 * sizeof(key) of copies if that is at most 32: with keys of 8 bytes 29.4 beside the
 * entry, of 24 bytes 14.6. Each part is rounded up to 64 bytes, leaves and nodes to
 * whole ones, of which the smallest map has one and none.
 *
 * Threads: see object.h. index_at() gives memory that another process may change between
 * two looks at it.
 *
 * Example: what there is from `from` to before `to`
 *
 *	err = index_lower_bound(&index, &from, &cursor);
 *	while (!err && !index_next(&index, &cursor, &key, &value) &&
 *	       by_name(&key, &to) < 0)
 *		print(&key, value);
 */
#ifndef BUDGETMEM_SORTED_MAP_H
#define BUDGETMEM_SORTED_MAP_H

#include <budgetmem/sorted-map-tree.h>

/**
 * BM_SORTED_MAP() - declare a sorted map
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0
 * @compare: int compare(const K *a, const K *b)
 *
 * At file scope. What it declares is described above.
 */
#define BM_SORTED_MAP(name, K, V, N, compare)				\
	BM_SORTED_MAP_DEFINE_(name, K, V, N, compare, off, #K, #V)

/**
 * BM_SORTED_MAP_CHECKED() - declare a sorted map that is checked
 * @name: as BM_SORTED_MAP()
 * @K: as BM_SORTED_MAP()
 * @V: as BM_SORTED_MAP()
 * @N: as BM_SORTED_MAP()
 * @compare: as BM_SORTED_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_SORTED_MAP_CHECKED(name, K, V, N, compare, level)		\
	BM_SORTED_MAP_DEFINE_(name, K, V, N, compare, level, #K, #V)

#define BM_SORTED_MAP_DEFINE_(name, K, V, N, compare, level, key_spelling, \
			      value_spelling)				\
	BM_DECLARE_ENTRY_(name, K, V, N);				\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
		BM_SORTED_MAP_CONTENTS_(N, sizeof(K),			\
					sizeof(struct name##_entry))));	\
	struct name {							\
		struct bm_sorted_map map;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_INLINE_ int name##_compare_(const void *a, const void *b)	\
	{								\
		return compare((const K *)a, (const K *)b);		\
	}								\
	BM_DEFINE_INTEGRITY_##level(name, map.object,			\
				    bm_sorted_map_invariants_(&object->map)) \
	BM_SORTED_MAP_TYPE_(name, K, V, N, level, key_spelling,		\
			    value_spelling)				\
	BM_SORTED_MAP_MAKE_(name)					\
	BM_SORTED_MAP_VERBS_(name, K, V)				\
	BM_SORTED_MAP_READ_(name, K, V)					\
	BM_SORTED_MAP_STEP_(name, K, V)					\
	BM_SORTED_MAP_WRITE_(name, K, V)				\
	BM_SORTED_MAP_WHOLE_(name)					\
	BM_DEFINE_CAPACITY_(name, map.object)				\
	BM_IF_OFF_##level(BM_SORTED_MAP_DIRECT_(name, K, V)		\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_SORTED_MAP_TYPE_(name, K, V, N, level, key_spelling, value_spelling) \
	BM_INLINE_ struct bm_sorted_map_type name##_map_type_(void)	\
	{								\
		struct bm_sorted_map_type type;				\
									\
		type.type = BM_INTEGRITY_TYPE_##level(bm_sorted_map_entry_type_( \
			sizeof(struct name##_entry),			\
			BM_ALIGNOF(struct name##_entry), N, sizeof(K),	\
			bm_hash_type(key_spelling, sizeof(K), BM_ALIGNOF(K)), \
			bm_hash_type(value_spelling, sizeof(V),		\
				     BM_ALIGNOF(V))));			\
		type.key_size = (uint32_t)sizeof(K);			\
		type.value_size = (uint32_t)sizeof(V);			\
		type.value_offset =					\
			(uint32_t)offsetof(struct name##_entry, value);	\
		type.compare = name##_compare_;				\
		return type;						\
	}								\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return name##_map_type_().type;				\
	}

#define BM_SORTED_MAP_MAKE_(name)					\
	BM_INLINE_ int name##_create(struct name *m,			\
				     struct bm_region region,		\
				     const char *object_name)		\
	{								\
		struct bm_sorted_map_type type = name##_map_type_();	\
		int err = bm_sorted_map_create_(&m->map, region,	\
						object_name, &type);	\
									\
		if (!err)						\
			name##_start_(m, true);				\
		return err;						\
	}								\
	BM_INLINE_ int name##_attach(struct name *m,			\
				     struct bm_region region,		\
				     const char *object_name,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_sorted_map_type type = name##_map_type_();	\
		int err = bm_sorted_map_attach_(&m->map, region,	\
						object_name, &type, mismatch); \
									\
		if (!err)						\
			name##_start_(m, false);			\
		return err;						\
	}

#define BM_SORTED_MAP_VERBS_(name, K, V)				\
	BM_INLINE_ int name##_find_(const struct bm_sorted_map *map,	\
				    const K *key,			\
				    struct bm_sorted_map_spot_ *spot)	\
	{								\
		return bm_sorted_map_find_(map, key, sizeof(K),		\
					   sizeof(struct name##_entry),	\
					   name##_compare_, spot);	\
	}								\
	BM_INLINE_ V *name##_value_(const struct bm_sorted_map *map,	\
				    const struct bm_sorted_map_spot_ *spot) \
	{								\
		return &((struct name##_entry *)(void *)		\
			 map->entries + spot->entry)->value;		\
	}								\
	BM_INLINE_ int name##_get_(const struct bm_sorted_map *map,	\
				   const K *key, V *value)		\
	{								\
		struct bm_sorted_map_spot_ spot;			\
		int err = name##_find_(map, key, &spot);		\
									\
		if (!err && value)					\
			memcpy(value, name##_value_(map, &spot), sizeof(V)); \
		return err;						\
	}								\
	BM_INLINE_ int name##_put_(struct bm_sorted_map *map, const K *key, \
				   const V *value, bool overwrite)	\
	{								\
		struct bm_sorted_map_spot_ spot;			\
		uint32_t len;						\
		int err = bm_handle_writable_(&map->object, &len);	\
									\
		if (err)						\
			return err;					\
		err = name##_find_(map, key, &spot);			\
		if (err)						\
			return err != -ENOENT ? err :			\
			       bm_sorted_map_add_(map, key, value, &spot); \
		return overwrite ? bm_sorted_map_overwrite_(map, spot.entry, \
							    value) :	\
		       -EEXIST;						\
	}								\
	BM_INLINE_ int name##_remove_(struct bm_sorted_map *map,	\
				      const K *key, V *value)		\
	{								\
		struct bm_sorted_map_spot_ spot;			\
		uint32_t len;						\
		int err = bm_handle_writable_(&map->object, &len);	\
									\
		if (!err)						\
			err = name##_find_(map, key, &spot);		\
		return err ? err :					\
		       bm_sorted_map_take_out_(map, &spot, value);	\
	}

#define BM_SORTED_MAP_READ_(name, K, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const K *key,	\
				  V *value)				\
	{								\
		BM_READ_(name, m, name##_get_(&m->map, key, value));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, K *key, V *value) \
	{								\
		size_t cursor = 0;					\
									\
		BM_READ_(name, m, bm_sorted_map_next_(&m->map, &cursor,	\
						      key, value));	\
	}								\
	BM_INLINE_ int name##_last(const struct name *m, K *key, V *value) \
	{								\
		size_t cursor = SIZE_MAX;				\
									\
		BM_READ_(name, m,					\
			 bm_sorted_map_previous_(&m->map, &cursor, key,	\
						 value));		\
	}

#define BM_SORTED_MAP_STEP_(name, K, V)					\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   K *key, V *value)			\
	{								\
		BM_READ_(name, m, bm_sorted_map_next_(&m->map, cursor,	\
						      key, value));	\
	}								\
	BM_INLINE_ int name##_previous(const struct name *m,		\
				       size_t *cursor, K *key, V *value) \
	{								\
		BM_READ_(name, m, bm_sorted_map_previous_(&m->map, cursor, \
							  key, value));	\
	}								\
	BM_INLINE_ int name##_lower_bound(const struct name *m,		\
					  const K *key, size_t *cursor)	\
	{								\
		BM_READ_(name, m, bm_sorted_map_bound_(&m->map, key,	\
						       false, cursor));	\
	}								\
	BM_INLINE_ int name##_upper_bound(const struct name *m,		\
					  const K *key, size_t *cursor)	\
	{								\
		BM_READ_(name, m, bm_sorted_map_bound_(&m->map, key,	\
						       true, cursor));	\
	}

#define BM_SORTED_MAP_WRITE_(name, K, V)				\
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
	}								\
	BM_INLINE_ int name##_pop_first(struct name *m, K *key, V *value) \
	{								\
		BM_WRITE_(name, m, bm_sorted_map_pop_(&m->map, false, key, \
						      value));		\
	}								\
	BM_INLINE_ int name##_pop_last(struct name *m, K *key, V *value) \
	{								\
		BM_WRITE_(name, m, bm_sorted_map_pop_(&m->map, true, key, \
						      value));		\
	}

#define BM_SORTED_MAP_WHOLE_(name)					\
	BM_WHOLE_(name, bm_sorted_map_clear_(&object->map),		\
		  bm_sorted_map_repair_(&object->map),			\
		  bm_sorted_map_invariants_(&object->map))

#define BM_SORTED_MAP_DIRECT_(name, K, V)				\
	BM_INLINE_ V *name##_at(const struct name *m, const K *key)	\
	{								\
		struct bm_sorted_map_spot_ spot;			\
									\
		return name##_find_(&m->map, key, &spot) ? NULL :	\
		       name##_value_(&m->map, &spot);			\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m, const K *key) \
	{								\
		return name##_at(m, key) != NULL;			\
	}

#endif /* BUDGETMEM_SORTED_MAP_H */
