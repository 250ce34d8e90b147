/* SPDX-License-Identifier: MIT */
/*
 * map.h: values by key, at most N of them
 *
 *	BM_MAP(word_counts, struct word, uint32_t, 4096)
 *
 * declares struct word_counts, a handle in the program's private memory, and these
 * functions. `m` is the handle; keys and values are copied.
 *
 *	int word_counts_create(struct word_counts *m, struct bm_region region,
 *			       const char *name)
 *		Makes a new, empty map in the region, its hash seeded by
 *		bm_hash_seed(). O(N). Errors: bm_layout_reserve(), -ENOSYS.
 *	int word_counts_create_seeded(struct word_counts *m, struct bm_region region,
 *				      const char *name, uint64_t seed)
 *		The same with a seed of the caller.
 *	int word_counts_attach(struct word_counts *m, struct bm_region region,
 *			       const char *name, struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int word_counts_get(const struct word_counts *m, const struct word *key,
 *			    uint32_t *value)
 *		Copies the value out. -ENOENT.
 *	uint32_t *word_counts_at(const struct word_counts *m, const struct word *key)
 *		The value itself, or NULL. Until an insert, upsert or remove moves it.
 *	bool word_counts_contains(const struct word_counts *m, const struct word *key)
 *	int word_counts_insert(struct word_counts *m, const struct word *key,
 *			       const uint32_t *value)
 *		Adds a key that is not there. -EEXIST, -ENOSPC.
 *	int word_counts_upsert(struct word_counts *m, const struct word *key,
 *			       const uint32_t *value)
 *		Adds the key or overwrites its value. -ENOSPC.
 *	int word_counts_remove(struct word_counts *m, const struct word *key,
 *			       uint32_t *value)
 *		Takes the key out; value may be NULL. -ENOENT.
 *	int word_counts_next(const struct word_counts *m, size_t *cursor,
 *			     struct word *key, uint32_t *value)
 *		Iterates in no order: size_t cursor = 0; while (!..._next(&m, &cursor,
 *		&key, &value)). key and value may be NULL. -ENOENT at the end. Writing
 *		between two calls may make it miss or repeat keys.
 *	int word_counts_first(const struct word_counts *m, struct word *key,
 *			      uint32_t *value)
 *		What an iteration gives first. -ENOENT if empty.
 *	int word_counts_retain(struct word_counts *m,
 *			       bool (*keep)(const struct word *key, uint32_t *value,
 *					    void *context),
 *			       void *context)
 *		Takes out what keep() returns false for, which may change values, is
 *		called once for every key, in no order, and must not use the map. O(N),
 *		beside what the removes of far keys cost: see Cost.
 *	void word_counts_clear(struct word_counts *m)
 *		Makes it empty and sound, whatever it was. O(N).
 *	int word_counts_count(const struct word_counts *m, size_t *len)
 *		The number of keys, or that it is damaged.
 *	size_t word_counts_len(const struct word_counts *m)
 *	size_t word_counts_capacity(const struct word_counts *m)
 *	bool word_counts_is_empty(const struct word_counts *m)
 *	bool word_counts_is_full(const struct word_counts *m)
 *	size_t word_counts_longest_probe(const struct word_counts *m)
 *		Slots that a search may look at as the map is now, for the unluckiest
 *		key. O(N).
 *	int word_counts_repair(struct word_counts *m)
 *		After -EOWNERDEAD: makes the map sound. Every key stays, or is there or
 *		not there, if it was being added or taken out; a value of more than one
 *		store (object.h) that was being overwritten may be half written. O(N).
 *	int word_counts_invariants(const struct word_counts *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; word_counts_len() of a damaged map is its capacity.
 *
 * BM_MAP_CHECKED(word_counts, struct word, uint32_t, 4096, sampled) declares one that is
 * checked while it is used: integrity.h. It has no word_counts_len(), _is_empty(),
 * _is_full(), _contains() and _at().
 *
 * Keys: BM_MAP() compares and hashes all bytes of a key: padding, and what lies behind
 * the end of a text, must always be the same, zero say. Floating-point keys that
 * compare equal may differ in their bytes. BM_MAP_WITH() takes the program's own
 * functions instead:
 *
 *	uint64_t hash(const struct bm_hash_key *secret, const struct word *key);
 *	bool equal(const struct word *a, const struct word *b);
 *
 * What hash() returns is hashed once more, so that any function will do; only one
 * that uses the secret, as bm_hash_short() does, keeps chosen keys from colliding.
 * They may be called with keys in the pool. All programs that use one map use the same
 * two functions.
 *
 * Cost: a map of capacity N has N slots up to N = 64, and N + N / 7 above. A key lives
 * in one of the 16 slots from its home on (of a map of up to 64 slots, in any): a
 * search looks at 16 tags, one byte each, and at the keys whose tag is equal, one in
 * some hundred. Nothing is ever rehashed, and erasing moves no key and leaves nothing
 * behind that later searches have to step over.
 *
 * N entries fit, whatever the keys. If all 16 slots of a key are taken, some keys are
 * moved, each within its own 16; if that does not help the key is put into the next
 * free slot. Searches for keys of its home then go on that far, 64 slots at a time,
 * until it is gone. With keys that nobody chose knowing the seed this was seen for
 * three keys in a thousand in maps that were only filled, and for three in a hundred
 * in maps that were kept full while keys came and went. With keys that all collide (a
 * seed that is known, a hash() that returns a constant) a search looks at all slots and
 * compares all keys: O(N), and it is still right. word_counts_longest_probe() tells
 * how far it has come.
 *
 * word_counts_repair() and word_counts_invariants() search for each key: O(N) searches.
 *
 * An insert that finds no room looks for a free slot at every tag, if it must, and
 * moves up to 2 * BM_MAP_HOPS keys. A remove of a key that was put farther away hashes
 * the other such keys where the searches for keys of the same 64 homes go, and makes these
 * as long as what is left needs.
 *
 * Space: 64 bytes in the pool, a byte and an entry (key and value as in a struct) for
 * each slot, 16 for each 64 slots above 64; each part rounded up to 64.
 *
 * Threads: see object.h. word_counts_at() gives memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct word_counts counts;
 *	uint32_t count = 0;
 *	int err = word_counts_create(&counts, bm_pool_region(pool), "counts");
 *
 *	if (!err)
 *		err = word_counts_get(&counts, &word, &count);
 *	if (!err || err == -ENOENT) {
 *		count++;
 *		err = word_counts_upsert(&counts, &word, &count);
 *	}
 */
#ifndef BUDGETMEM_MAP_H
#define BUDGETMEM_MAP_H

#include <budgetmem/map-declare.h>

/**
 * BM_MAP() - declare a map whose keys are compared byte by byte
 * @name: of the struct, and how the functions begin
 * @K: type of a key, a plain one
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_MAP(name, K, V, N)						\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_MAP_DEFINE_(name, K, V, N, off, #K, #V)

/**
 * BM_MAP_CHECKED() - declare a map that is checked
 * @name: as BM_MAP()
 * @K: as BM_MAP()
 * @V: as BM_MAP()
 * @N: as BM_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_MAP_CHECKED(name, K, V, N, level)				\
	BM_MAP_BYTEWISE_(name, K)					\
	BM_MAP_DEFINE_(name, K, V, N, level, #K, #V)

/**
 * BM_MAP_WITH() - declare a map with functions of the program for its keys
 * @name: as BM_MAP()
 * @K: as BM_MAP()
 * @V: as BM_MAP()
 * @N: as BM_MAP()
 * @hash_key: uint64_t hash_key(const struct bm_hash_key *secret, const K *key)
 * @equal_keys: bool equal_keys(const K *a, const K *b)
 *
 * Keys that are equal have the same hash. Both functions are total: they return
 * for keys of any bytes.
 */
#define BM_MAP_WITH(name, K, V, N, hash_key, equal_keys)		\
	BM_MAP_BY_FUNCTION_(name, K, hash_key, equal_keys)		\
	BM_MAP_DEFINE_(name, K, V, N, off, #K, #V)

#define BM_MAP_DEFINE_(name, K, V, N, level, key_spelling, value_spelling) \
	BM_MAP_DECLARE_(name, K, V, N, level, BM_KIND_MAP,	\
			BM_MAP_CONTENTS_, bm_map_invariants_,	\
			key_spelling, value_spelling)			\
	BM_MAP_READ_(name, K, V)					\
	BM_MAP_WRITE_(name, K, V)					\
	BM_MAP_RETAIN_(name, K, V)					\
	BM_MAP_WHOLE_(name, bm_map_repair_, bm_map_invariants_)		\
	BM_IF_OFF_##level(BM_MAP_DIRECT_(name, K, V)			\
			  BM_DEFINE_COUNTS_(name, map.object))

#define BM_MAP_READ_(name, K, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const K *key,	\
				  V *value)				\
	{								\
		BM_READ_(name, m, bm_map_get_(&m->map,			\
					      name##_hash_of_(m, key),	\
					      key, value,		\
					      name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   K *key, V *value)			\
	{								\
		BM_READ_(name, m, bm_map_next_(&m->map, cursor, key,	\
					       value, name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, K *key,	\
				    V *value)				\
	{								\
		size_t cursor = 0;					\
									\
		return name##_next(m, &cursor, key, value);		\
	}

#define BM_MAP_WRITE_(name, K, V)					\
	BM_INLINE_ int name##_insert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m, bm_map_put_(&m->map,			\
					       name##_hash_of_(m, key),	\
					       key, value, false,	\
					       name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_upsert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		BM_WRITE_(name, m, bm_map_put_(&m->map,			\
					       name##_hash_of_(m, key),	\
					       key, value, true,	\
					       name##_shape_()));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *m, const K *key,	\
				     V *value)				\
	{								\
		BM_WRITE_(name, m, bm_map_remove_(&m->map,		\
						  name##_hash_of_(m, key), \
						  key, value,		\
						  name##_shape_()));	\
	}

#define BM_MAP_RETAIN_(name, K, V)					\
	BM_INLINE_ int name##_retain_(struct name *m,			\
				      bool (*keep)(const K *, V *, void *), \
				      void *context)			\
	{								\
		size_t cursor = 0;					\
		uint32_t len;						\
		int err = bm_handle_writable_(&m->map.object, &len);	\
									\
		while (!err) {						\
			uint32_t slot = bm_map_next_slot_(&m->map, &cursor); \
			struct name##_entry *entry;			\
									\
			if (slot == BM_MAP_NO_SLOT_)			\
				break;					\
			entry = (struct name##_entry *)bm_map_entry_(	\
				&m->map, slot, sizeof(*entry));		\
			if (!keep(&entry->key, &entry->value, context))	\
				err = bm_map_drop_(&m->map, slot,	\
						   sizeof(*entry));	\
		}							\
		return err;						\
	}								\
	BM_INLINE_ int name##_retain(struct name *m,			\
				     bool (*keep)(const K *, V *, void *), \
				     void *context)			\
	{								\
		BM_WRITE_(name, m, name##_retain_(m, keep, context));	\
	}

#define BM_MAP_DIRECT_(name, K, V)					\
	BM_INLINE_ V *name##_at(const struct name *m, const K *key)	\
	{								\
		return (V *)bm_map_at_(&m->map, name##_hash_of_(m, key),	\
				       key, name##_shape_());		\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m,		\
					const K *key)			\
	{								\
		return name##_at(m, key) != NULL;			\
	}

#endif /* BUDGETMEM_MAP_H */
