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
 *	void word_counts_clear(struct word_counts *m)
 *		Makes it empty and sound, whatever it was. O(N).
 *	size_t word_counts_len(const struct word_counts *m)
 *	size_t word_counts_capacity(const struct word_counts *m)
 *	bool word_counts_is_empty(const struct word_counts *m)
 *	bool word_counts_is_full(const struct word_counts *m)
 *	size_t word_counts_longest_probe(const struct word_counts *m)
 *		Slots that a search may look at as the map is now, for the unluckiest
 *		key. O(N).
 *	int word_counts_repair(struct word_counts *m)
 *		After -EOWNERDEAD: makes the map sound. Every key stays, or is there or
 *		not there, if it was being added or taken out; a value larger than a
 *		machine word that was being overwritten may be half written. O(N).
 *	int word_counts_invariants(const struct word_counts *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; word_counts_len() of a damaged map is its capacity.
 *
 * Keys
 *
 * BM_MAP() compares and hashes all bytes of a key: padding, and what lies behind
 * the end of a text, must always be the same, zero say. Floating-point keys that
 * compare equal may differ in their bytes. BM_MAP_WITH() takes the program's own
 * functions instead:
 *
 *	uint64_t hash(const struct bm_hash_key *secret, const struct word *key);
 *	bool equal(const struct word *a, const struct word *b);
 *
 * What hash() returns is hashed once more, so that any function will do; only one
 * that uses the secret, as bm_hash_bytes() does, keeps chosen keys from colliding.
 * They may be called with keys in the pool.
 *
 * Cost and space
 *
 * A map of capacity N has N slots up to N = 64, and N + N / 7 above. A key lives
 * within 64 slots from its home: a search looks at 64 tags, one byte each, and at
 * the keys whose tag is equal, one in 255. Nothing is ever rehashed, and erasing
 * leaves nothing behind that later searches have to step over.
 *
 * N entries fit, whatever the keys. If a key has no room within its 64 slots, even
 * by moving others within theirs, it is put into the next free slot, and searches
 * for the keys of these 64 homes go on that far, 64 slots at a time, until such a
 * key is gone. With keys that nobody chose knowing the seed this was seen for about
 * five keys in a million in maps that were kept full while keys came and went, and
 * for fewer in maps that were only filled. With keys that all collide (a seed that
 * is known, a hash() that returns a constant) a search looks at all slots and
 * compares all keys: O(N), and it is still right. word_counts_longest_probe() tells
 * how far it has come.
 *
 * An insert into a full window hashes up to 2 * BM_MAP_EFFORT other keys to make
 * room, and looks for a free slot, if it must, at every tag; a remove near a key
 * that had no room hashes up to 2 * BM_MAP_EFFORT others to bring it home.
 *
 * Bytes in the pool: 64, a byte and an entry (key and value as in a struct) for
 * each slot, 8 for each 64 slots above 64; each part rounded up to 64.
 *
 * Threads: see object.h. word_counts_at() gives memory that another process may
 * change between two looks at it.
 */
#ifndef BUDGETMEM_MAP_H
#define BUDGETMEM_MAP_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_MAP_VERSION		1

/* Slots that a key may be away from its home, the home included. */
#define BM_MAP_WINDOW		64

/* Most keys that each way to make room hashes again to find some to move. */
#define BM_MAP_EFFORT		64

/* Slots of a map of @capacity entries, and its bytes: the layout, version 1. */
#define BM_MAP_SLOTS_(capacity)						\
	((uint64_t)(capacity) <= BM_MAP_WINDOW ? (uint64_t)(capacity) :	\
	 (uint64_t)(capacity) + (uint64_t)(capacity) / 7)
#define BM_MAP_GROUPS_(capacity)					\
	((uint64_t)(capacity) <= BM_MAP_WINDOW ? 0 :			\
	 (BM_MAP_SLOTS_(capacity) + BM_MAP_WINDOW - 1) / BM_MAP_WINDOW)
#define BM_MAP_CONTENTS_(capacity, entry_size)				\
	(BM_BYTES_ROUND_(BM_MAP_GROUPS_(capacity) *			\
			 sizeof(struct bm_map_group)) +			\
	 BM_BYTES_ROUND_(BM_MAP_SLOTS_(capacity)) +			\
	 BM_MAP_SLOTS_(capacity) * (uint64_t)(entry_size))

/**
 * struct bm_map_group - keys that had no room near their home
 * @spilled: how many there are with a home among 64 that are neighbours
 * @reach: how far they are away from their homes, in windows; at least that
 */
struct bm_map_group {
	uint32_t spilled;
	uint32_t reach;
};

typedef uint64_t bm_map_hash_function(const struct bm_hash_key *secret,
				      const void *key);
typedef bool bm_map_equal_function(const void *a, const void *b);

/**
 * struct bm_map_type - what a caller declares a map to be
 * @type: as for every object; an element is an entry
 * @key_size: bytes
 * @value_size: bytes
 * @value_offset: bytes from the start of an entry
 * @hash: the program's, or NULL
 * @equal: the program's, or NULL
 */
struct bm_map_type {
	struct bm_type type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t value_offset;
	bm_map_hash_function *hash;
	bm_map_equal_function *equal;
};

/**
 * struct bm_map - private part of a map
 * @object: as for every object
 * @type: as declared
 * @slots: number of slots
 * @homes: number of slots that can be a key's home
 * @groups: in the region; none up to 64 slots
 * @tags: in the region, a byte for each slot: 0 is free
 * @entries: in the region, one for each slot
 * @secret: made from the seed
 */
struct bm_map {
	struct bm_handle object;
	struct bm_map_type type;
	uint32_t slots;
	uint32_t homes;
	struct bm_map_group *groups;
	unsigned char *tags;
	unsigned char *entries;
	struct bm_hash_key secret;
};

int bm_map_create_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, const uint64_t *seed);
int bm_map_attach_(struct bm_map *map, struct bm_region region, const char *name,
		   const struct bm_map_type *type, struct bm_mismatch *mismatch);
void *bm_map_at_(const struct bm_map *map, const void *key);
int bm_map_get_(const struct bm_map *map, const void *key, void *value);
int bm_map_insert_(struct bm_map *map, const void *key, const void *value);
int bm_map_upsert_(struct bm_map *map, const void *key, const void *value);
int bm_map_remove_(struct bm_map *map, const void *key, void *value);
int bm_map_next_(const struct bm_map *map, size_t *cursor, void *key,
		 void *value);
void bm_map_clear_(struct bm_map *map);
size_t bm_map_longest_probe_(const struct bm_map *map);
int bm_map_repair_(struct bm_map *map);
int bm_map_invariants_(const struct bm_map *map);

static inline struct bm_type bm_map_entry_type_(size_t size, size_t alignment,
						size_t capacity,
						uint32_t key_hash,
						uint32_t value_hash)
{
	struct bm_type type;

	type.kind = BM_KIND_MAP;
	type.version = BM_MAP_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = key_hash * 31 + value_hash;
	type.bytes = BM_MAP_CONTENTS_(capacity, size);
	return type;
}

#ifdef __cplusplus
}
#endif

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
	BM_MAP_DECLARE_(name, K, V, N)					\
	BM_MAP_TYPE_(name, K, V, N, #K, #V, NULL, NULL)			\
	BM_MAP_DEFINE_(name, K, V)

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
	BM_MAP_DECLARE_(name, K, V, N)					\
	BM_INLINE_ uint64_t name##_hash_(const struct bm_hash_key *secret, \
					 const void *key)		\
	{								\
		return hash_key(secret, (const K *)key);		\
	}								\
	BM_INLINE_ bool name##_equal_(const void *a, const void *b)	\
	{								\
		return equal_keys((const K *)a, (const K *)b);		\
	}								\
	BM_MAP_TYPE_(name, K, V, N, #K, #V, name##_hash_, name##_equal_) \
	BM_MAP_DEFINE_(name, K, V)

#define BM_MAP_DECLARE_(name, K, V, N)					\
	BM_ASSERT_PLAIN_(K);						\
	BM_ASSERT_PLAIN_(V);						\
	struct name##_entry {						\
		K key;							\
		V value;						\
	};								\
	BM_ASSERT_ELEMENT_(struct name##_entry, N);			\
	BM_DECLARE_BYTES_(name, BM_OBJECT_BYTES_(			\
		BM_MAP_CONTENTS_(N, sizeof(struct name##_entry))));	\
	struct name {							\
		struct bm_map map;					\
	};

#define BM_MAP_TYPE_(name, K, V, N, key_spelling, value_spelling, hash_key, \
		     equal_keys)					\
	BM_INLINE_ struct bm_map_type name##_map_type_(void)		\
	{								\
		struct bm_map_type type;				\
									\
		type.type = bm_map_entry_type_(				\
			sizeof(struct name##_entry),			\
			BM_ALIGNOF(struct name##_entry), N,		\
			bm_hash_type(key_spelling, sizeof(K), BM_ALIGNOF(K)), \
			bm_hash_type(value_spelling, sizeof(V),		\
				     BM_ALIGNOF(V)));			\
		type.key_size = (uint32_t)sizeof(K);			\
		type.value_size = (uint32_t)sizeof(V);			\
		type.value_offset =					\
			(uint32_t)offsetof(struct name##_entry, value);	\
		type.hash = hash_key;					\
		type.equal = equal_keys;				\
		return type;						\
	}								\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return name##_map_type_().type;				\
	}

#define BM_MAP_DEFINE_(name, K, V)					\
	BM_DEFINE_INTEGRITY_off(name, map.object, 0)			\
	BM_MAP_MAKE_(name)						\
	BM_MAP_READ_(name, K, V)					\
	BM_MAP_WRITE_(name, K, V)					\
	BM_MAP_WHOLE_(name, K, V)

#define BM_MAP_MAKE_(name)						\
	BM_INLINE_ int name##_create(struct name *m,			\
				     struct bm_region region,		\
				     const char *object)		\
	{								\
		struct bm_map_type type = name##_map_type_();		\
									\
		return bm_map_create_(&m->map, region, object, &type,	\
				      NULL);				\
	}								\
	BM_INLINE_ int name##_create_seeded(struct name *m,		\
					    struct bm_region region,	\
					    const char *object,		\
					    uint64_t seed)		\
	{								\
		struct bm_map_type type = name##_map_type_();		\
									\
		return bm_map_create_(&m->map, region, object, &type,	\
				      &seed);				\
	}								\
	BM_INLINE_ int name##_attach(struct name *m,			\
				     struct bm_region region,		\
				     const char *object,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_map_type type = name##_map_type_();		\
									\
		return bm_map_attach_(&m->map, region, object, &type,	\
				      mismatch);			\
	}

#define BM_MAP_READ_(name, K, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const K *key,	\
				  V *value)				\
	{								\
		return bm_map_get_(&m->map, key, value);		\
	}								\
	BM_INLINE_ V *name##_at(const struct name *m, const K *key)	\
	{								\
		return (V *)bm_map_at_(&m->map, key);			\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m,		\
					const K *key)			\
	{								\
		return bm_map_at_(&m->map, key) != NULL;		\
	}								\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   K *key, V *value)			\
	{								\
		return bm_map_next_(&m->map, cursor, key, value);	\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, K *key,	\
				    V *value)				\
	{								\
		size_t cursor = 0;					\
									\
		return bm_map_next_(&m->map, &cursor, key, value);	\
	}

#define BM_MAP_WRITE_(name, K, V)					\
	BM_INLINE_ int name##_insert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		return bm_map_insert_(&m->map, key, value);		\
	}								\
	BM_INLINE_ int name##_upsert(struct name *m, const K *key,	\
				     const V *value)			\
	{								\
		return bm_map_upsert_(&m->map, key, value);		\
	}								\
	BM_INLINE_ int name##_remove(struct name *m, const K *key,	\
				     V *value)				\
	{								\
		return bm_map_remove_(&m->map, key, value);		\
	}

#define BM_MAP_WHOLE_(name, K, V)					\
	BM_INLINE_ void name##_clear(struct name *m)			\
	{								\
		bm_map_clear_(&m->map);					\
	}								\
	BM_INLINE_ size_t name##_longest_probe(const struct name *m)	\
	{								\
		return bm_map_longest_probe_(&m->map);			\
	}								\
	BM_INLINE_ int name##_repair(struct name *m)			\
	{								\
		return bm_map_repair_(&m->map);				\
	}								\
	BM_INLINE_ int name##_invariants(const struct name *m)		\
	{								\
		return bm_map_invariants_(&m->map);			\
	}								\
	BM_DEFINE_CAPACITY_(name, map.object)				\
	BM_DEFINE_COUNTS_(name, map.object)

#endif /* BUDGETMEM_MAP_H */
