/* SPDX-License-Identifier: MIT */
/*
 * set.h: keys, at most N of them
 *
 *	BM_SET(seen, struct word, 4096)
 *
 * declares struct seen, a handle in the program's private memory, and these functions.
 * `s` is the handle; keys are copied. What a search costs, what keys may be and how many
 * fit is as map.h says.
 *
 *	int seen_create(struct seen *s, struct bm_region region, const char *name)
 *		Makes a new, empty set in the region, its hash seeded by
 *		bm_hash_seed(). O(N). Errors: bm_layout_reserve(), -ENOSYS.
 *	int seen_create_seeded(struct seen *s, struct bm_region region,
 *			       const char *name, uint64_t seed)
 *		The same with a seed of the caller.
 *	int seen_attach(struct seen *s, struct bm_region region, const char *name,
 *			struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int seen_insert(struct seen *s, const struct word *key)
 *		Adds a key that is not there. -EEXIST, -ENOSPC.
 *	int seen_remove(struct seen *s, const struct word *key)
 *		Takes the key out. -ENOENT.
 *	int seen_find(const struct seen *s, const struct word *key)
 *		Is it there? -ENOENT.
 *	bool seen_contains(const struct seen *s, const struct word *key)
 *		The same without an error.
 *	int seen_next(const struct seen *s, size_t *cursor, struct word *key)
 *		Iterates in no order: size_t cursor = 0; while (!seen_next(&s, &cursor,
 *		&key)). -ENOENT at the end. Writing between two calls may make it miss or
 *		repeat keys.
 *	int seen_first(const struct seen *s, struct word *key)
 *		What an iteration gives first. -ENOENT if empty.
 *	int seen_retain(struct seen *s, bool (*keep)(const struct word *key, void *context),
 *			void *context)
 *		Takes out what keep() returns false for, which is called once for
 *		every key, in no order, and must not use the set. O(N), beside what map.h
 *		says of far keys.
 *	int seen_insert_all(struct seen *s, const struct seen *other)
 *		Adds all keys of another set of the same declaration: all, or -ENOSPC and
 *		nothing. O(N).
 *	int seen_remove_all(struct seen *s, const struct seen *other)
 *		Takes out all keys that the other set has. O(N).
 *	int seen_keep_all(struct seen *s, const struct seen *other)
 *		Takes out all keys that the other set does not have. O(N).
 *	int seen_is_subset(const struct seen *s, const struct seen *other, bool *result)
 *		Has the other set every key? O(N).
 *	int seen_is_disjoint(const struct seen *s, const struct seen *other, bool *result)
 *		Has the other set no key of this one? O(N).
 *	void seen_clear(struct seen *s)
 *		Makes it empty and sound, whatever it was. O(N).
 *	int seen_count(const struct seen *s, size_t *len)
 *		The number of keys, or that it is damaged.
 *	size_t seen_len(const struct seen *s)
 *	size_t seen_capacity(const struct seen *s)
 *	bool seen_is_empty(const struct seen *s)
 *	bool seen_is_full(const struct seen *s)
 *	size_t seen_longest_probe(const struct seen *s)
 *		As map.h says. O(N).
 *	int seen_repair(struct seen *s)
 *		After -EOWNERDEAD: makes the set sound. Every key stays, or is there or not
 *		there, if it was being added or taken out. O(N).
 *	int seen_invariants(const struct seen *s)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; seen_len() of a damaged set is its capacity.
 *
 * BM_SET_CHECKED(seen, struct word, 4096, sampled) declares one that is checked while
 * it is used: integrity.h. It has no seen_len(), _is_empty(), _is_full() and _contains().
 * BM_SET_WITH() takes functions of the program to hash and to compare, as BM_MAP_WITH()
 * does: all programs that use one set use the same two.
 *
 * Space: 64 bytes in the pool, a byte and a key for each slot, 16 for each 64 slots
 * above 64; each part rounded up to 64.
 *
 * Cost: map.h.
 *
 * Threads: see object.h. The other set of two is only read.
 *
 * Example:
 *
 *	struct seen seen;
 *	int err = seen_create(&seen, bm_pool_region(pool), "seen");
 *
 *	if (!err && !seen_contains(&seen, &word))
 *		err = seen_insert(&seen, &word);
 */
#ifndef BUDGETMEM_SET_H
#define BUDGETMEM_SET_H

#include <budgetmem/map-declare.h>

/**
 * BM_SET() - declare a set whose keys are compared byte by byte
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @N: capacity in keys, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_SET(name, K, N)						\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_SET_DEFINE_(name, K, N, off, #K)

/**
 * BM_SET_CHECKED() - declare a set that is checked
 * @name: as BM_SET()
 * @K: as BM_SET()
 * @N: as BM_SET()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_SET_CHECKED(name, K, N, level)				\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_SET_DEFINE_(name, K, N, level, #K)

/**
 * BM_SET_WITH() - declare a set with functions of the program for its keys
 * @name: as BM_SET()
 * @K: as BM_SET()
 * @N: as BM_SET()
 * @hash_key: as BM_MAP_WITH()
 * @equal_keys: as BM_MAP_WITH()
 */
#define BM_SET_WITH(name, K, N, hash_key, equal_keys)			\
	BM_MAP_BY_FUNCTION_(name, K, hash_key, equal_keys)		\
	BM_SET_DEFINE_(name, K, N, off, #K)

#define BM_SET_DEFINE_(name, K, N, level, spelling)			\
	BM_ASSERT_PLAIN_(K);						\
	struct name##_entry {						\
		K key;							\
	};								\
	BM_ASSERT_ELEMENT_(struct name##_entry, N);			\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
		BM_MAP_CONTENTS_(N, sizeof(struct name##_entry))));	\
	struct name {							\
		struct bm_map map;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, map.object,			\
				    bm_map_invariants_(&object->map))	\
	BM_MAP_SHAPE_(name, N, 0, 0)					\
	BM_MAP_TYPE_(name, N, level, BM_KIND_SET,			\
		     bm_hash_type(spelling, sizeof(K), BM_ALIGNOF(K)), 0) \
	BM_MAP_MAKE_(name)						\
	BM_SET_VERBS_(name, K)						\
	BM_SET_RETAIN_(name, K)						\
	BM_SET_TWO_(name)						\
	BM_SET_COMPARE_(name)						\
	BM_MAP_WHOLE_(name, bm_map_repair_, bm_map_invariants_)		\
	BM_DEFINE_CAPACITY_(name, map.object)				\
	BM_IF_OFF_##level(BM_SET_DIRECT_(name, K)			\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_SET_VERBS_(name, K)						\
	BM_INLINE_ int name##_insert(struct name *s, const K *key)	\
	{								\
		/* There is no value; a compiler may warn of NULL. */	\
		BM_WRITE_(name, s, bm_map_put_(&s->map,			\
					       name##_hash_of_(s, key),	\
					       key, key, false,		\
					       name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *s, const K *key)	\
	{								\
		BM_WRITE_(name, s, bm_map_remove_(&s->map,		\
						  name##_hash_of_(s, key), \
						  key, NULL,		\
						  name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_find(const struct name *s, const K *key)	\
	{								\
		BM_READ_(name, s, bm_map_at_(&s->map,			\
					     name##_hash_of_(s, key),	\
					     key, name##_shape_()) ?	\
				  0 : -ENOENT);				\
	}								\
	BM_INLINE_ int name##_next(const struct name *s, size_t *cursor, \
				   K *key)				\
	{								\
		BM_READ_(name, s, bm_map_next_(&s->map, cursor, key,	\
					       NULL, name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *s, K *key)	\
	{								\
		size_t cursor = 0;					\
									\
		return name##_next(s, &cursor, key);			\
	}

#define BM_SET_RETAIN_(name, K)						\
	BM_INLINE_ int name##_retain_(struct name *s,			\
				      bool (*keep)(const K *, void *),	\
				      void *context)			\
	{								\
		size_t cursor = 0;					\
		uint32_t len;						\
		int err = bm_handle_writable_(&s->map.object, &len);	\
									\
		while (!err) {						\
			uint32_t slot = bm_map_next_slot_(&s->map, &cursor); \
			const K *key;					\
									\
			if (slot == BM_MAP_NO_SLOT_)			\
				break;					\
			key = (const K *)bm_map_entry_(&s->map, slot,	\
						       sizeof(*key));	\
			if (!keep(key, context))			\
				err = bm_map_drop_(&s->map, slot,	\
						   sizeof(*key));	\
		}							\
		return err;						\
	}								\
	BM_INLINE_ int name##_retain(struct name *s,			\
				     bool (*keep)(const K *, void *),	\
				     void *context)			\
	{								\
		BM_WRITE_(name, s, name##_retain_(s, keep, context));	\
	}

/* The other set's checks, too, come before anything is done. */
#define BM_SET_TWO_(name)						\
	BM_INLINE_ int name##_insert_all(struct name *s,		\
					 const struct name *other)	\
	{								\
		int err = name##_verify_(other);			\
									\
		if (err)						\
			return err;					\
		BM_WRITE_(name, s, bm_set_insert_all_(&s->map, &other->map)); \
	}								\
	BM_INLINE_ int name##_remove_all(struct name *s,		\
					 const struct name *other)	\
	{								\
		int err = name##_verify_(other);			\
									\
		if (err)						\
			return err;					\
		BM_WRITE_(name, s, bm_set_drop_(&s->map, &other->map, true)); \
	}								\
	BM_INLINE_ int name##_keep_all(struct name *s,			\
				       const struct name *other)	\
	{								\
		int err = name##_verify_(other);			\
									\
		if (err)						\
			return err;					\
		BM_WRITE_(name, s, bm_set_drop_(&s->map, &other->map, false)); \
	}

#define BM_SET_COMPARE_(name)						\
	BM_INLINE_ int name##_is_subset(const struct name *s,		\
					const struct name *other,	\
					bool *result)			\
	{								\
		int err = name##_verify_(other);			\
									\
		if (err)						\
			return err;					\
		BM_READ_(name, s, bm_set_compare_(&s->map, &other->map,	\
						  true, result));	\
	}								\
	BM_INLINE_ int name##_is_disjoint(const struct name *s,		\
					  const struct name *other,	\
					  bool *result)			\
	{								\
		int err = name##_verify_(other);			\
									\
		if (err)						\
			return err;					\
		BM_READ_(name, s, bm_set_compare_(&s->map, &other->map,	\
						  false, result));	\
	}

#define BM_SET_DIRECT_(name, K)						\
	BM_INLINE_ bool name##_contains(const struct name *s,		\
					const K *key)			\
	{								\
		return !name##_find(s, key);				\
	}

#ifdef __cplusplus
extern "C" {
#endif

int bm_set_insert_all_(struct bm_map *set, const struct bm_map *other);
int bm_set_drop_(struct bm_map *set, const struct bm_map *other, bool there);
int bm_set_compare_(const struct bm_map *set, const struct bm_map *other,
		    bool there, bool *result);

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_SET_H */
