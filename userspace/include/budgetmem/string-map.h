/* SPDX-License-Identifier: MIT */
/*
 * string-map.h: values by text, at most N of them
 *
 *	BM_STRING_MAP(ages, 24, uint32_t, 4096)
 *
 * declares struct ages, a handle in the program's private memory, and these functions.
 * `m` is the handle. A key is text of 0 to 24 bytes, here; it is kept in the entry, and
 * copied. What a search costs and how many entries fit is as map.h says. Each verb that
 * takes a key has a twin that takes bytes and their number, zeros included, and saves
 * the time to find the closing zero: ages_get_bytes(m, text, size, value) and so on.
 * Bytes are compared, and not checked to be UTF-8.
 *
 *	int ages_create(struct ages *m, struct bm_region region, const char *name)
 *		Makes a new, empty map in the region, its hash seeded by
 *		bm_hash_seed(). O(N). Errors: bm_layout_reserve(), -ENOSYS.
 *	int ages_create_seeded(struct ages *m, struct bm_region region,
 *			       const char *name, uint64_t seed)
 *		The same with a seed of the caller.
 *	int ages_attach(struct ages *m, struct bm_region region, const char *name,
 *			struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. O(1). Errors:
 *		bm_layout_attach().
 *	int ages_get(const struct ages *m, const char *key, uint32_t *value)
 *		Copies the value out. -ENOENT.
 *	uint32_t *ages_at(const struct ages *m, const char *key)
 *		The value itself, or NULL. Until an insert, upsert or remove moves it.
 *	bool ages_contains(const struct ages *m, const char *key)
 *	int ages_insert(struct ages *m, const char *key, const uint32_t *value)
 *		Adds a key that is not there. -EEXIST, -ENOSPC; -EINVAL for a key that is
 *		too long.
 *	int ages_upsert(struct ages *m, const char *key, const uint32_t *value)
 *		Adds the key or overwrites its value. -ENOSPC, -EINVAL.
 *	int ages_remove(struct ages *m, const char *key, uint32_t *value)
 *		Takes the key out; value may be NULL. -ENOENT.
 *	int ages_next(const struct ages *m, size_t *cursor, char *key, uint32_t *value)
 *		Iterates in no order: size_t cursor = 0; while (!ages_next(&m, &cursor,
 *		key, &value)). key receives the text and a closing zero, 25 bytes; key and
 *		value may be NULL. -ENOENT at the end. Writing between two calls may make
 *		it miss or repeat keys.
 *	int ages_first(const struct ages *m, char *key, uint32_t *value)
 *		What an iteration gives first. -ENOENT if empty.
 *	void ages_clear(struct ages *m)
 *		Makes it empty and sound, whatever it was. O(N).
 *	int ages_count(const struct ages *m, size_t *len)
 *		The number of keys, or that it is damaged.
 *	size_t ages_len(const struct ages *m)
 *	size_t ages_capacity(const struct ages *m)
 *	bool ages_is_empty(const struct ages *m)
 *	bool ages_is_full(const struct ages *m)
 *	size_t ages_longest_probe(const struct ages *m)
 *		As map.h says. O(N).
 *	int ages_repair(struct ages *m)
 *		After -EOWNERDEAD, as map.h says. O(N).
 *	int ages_invariants(const struct ages *m)
 *		For tests: 0, or what is wrong as one of the errors below. O(N).
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; ages_len() of a damaged map is its capacity.
 *
 * BM_STRING_MAP_CHECKED(ages, 24, uint32_t, 4096, sampled) declares one that is checked
 * while it is used: integrity.h. It has no ages_len(), _is_empty(), _is_full(),
 * _contains() and _at().
 *
 * Space: 64 bytes in the pool, a byte and an entry for each slot, 16 for each 64 slots
 * above 64, each part rounded up to 64. An entry is the key's length in a byte, the
 * longest key and a value, as in a struct.
 *
 * Cost: map.h; and a key is hashed (bm_hash_short()) and compared once in the mean,
 * which is O(its bytes).
 *
 * Threads: see object.h. ages_at() gives memory that another process may change between
 * two looks at it.
 *
 * Example:
 *
 *	uint32_t age = 42;
 *	struct ages ages;
 *	int err = ages_create(&ages, bm_pool_region(pool), "ages");
 *
 *	if (!err)
 *		err = ages_upsert(&ages, "Ada", &age);
 *	if (!err)
 *		err = ages_get(&ages, "Ada", &age);
 */
#ifndef BUDGETMEM_STRING_MAP_H
#define BUDGETMEM_STRING_MAP_H

#include <budgetmem/map-declare.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most bytes of a key. */
#define BM_STRING_MAP_KEY_MAX	255

/**
 * struct bm_text - a key that is looked for
 * @bytes: of the caller
 * @size: how many
 */
struct bm_text {
	const char *bytes;
	size_t size;
};

static inline struct bm_text bm_text_(const char *bytes, size_t size)
{
	struct bm_text text = { bytes, size };

	return text;
}

/* Words that may overlap at the end: the length is small, and a call costs as much. */
static inline bool bm_text_same_(const char *a, const char *b, size_t size)
{
	const unsigned char *left = (const unsigned char *)a;
	const unsigned char *right = (const unsigned char *)b;
	size_t i = 0;

	if (size < 4) {
		for (; i < size && left[i] == right[i]; i++)
			;
		return i == size;
	}
	if (size < 8)
		return bm_hash_load_half_(left) == bm_hash_load_half_(right) &&
		       bm_hash_load_half_(left + size - 4) ==
		       bm_hash_load_half_(right + size - 4);
	for (; i + 8 < size; i += 8) {
		if (bm_hash_load_(left + i) != bm_hash_load_(right + i))
			return false;
	}
	return bm_hash_load_(left + size - 8) == bm_hash_load_(right + size - 8);
}

#ifdef __cplusplus
}
#endif

/**
 * BM_STRING_MAP() - declare a map whose keys are text
 * @name: of the struct, and how the functions begin
 * @L: most bytes of a key, a constant from 1 to BM_STRING_MAP_KEY_MAX
 * @V: type of a value, a plain one
 * @N: capacity in entries, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_STRING_MAP(name, L, V, N)					\
	BM_STRING_MAP_DEFINE_(name, L, V, N, off, #V)

/**
 * BM_STRING_MAP_CHECKED() - declare a map by text that is checked
 * @name: as BM_STRING_MAP()
 * @L: as BM_STRING_MAP()
 * @V: as BM_STRING_MAP()
 * @N: as BM_STRING_MAP()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_STRING_MAP_CHECKED(name, L, V, N, level)			\
	BM_STRING_MAP_DEFINE_(name, L, V, N, level, #V)

#define BM_STRING_MAP_DEFINE_(name, L, V, N, level, spelling)		\
	BM_STATIC_ASSERT((L) > 0 && (L) <= BM_STRING_MAP_KEY_MAX,	\
			 "a key has 1 to BM_STRING_MAP_KEY_MAX bytes");	\
	BM_ASSERT_PLAIN_(V);						\
	struct name##_key {						\
		uint8_t size;						\
		char text[L];						\
	};								\
	struct name##_entry {						\
		struct name##_key key;					\
		V value;						\
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
	BM_STRING_MAP_KEYS_(name, L)					\
	BM_MAP_SHAPE_(name, N, sizeof(V),				\
		      offsetof(struct name##_entry, value))		\
	BM_STRING_MAP_SHAPE_(name)					\
	BM_MAP_TYPE_(name, N, level, BM_KIND_STRING_MAP,		\
		     bm_hash_type("text", L, 1),			\
		     bm_hash_type(spelling, sizeof(V), BM_ALIGNOF(V)))	\
	BM_MAP_MAKE_(name)						\
	BM_STRING_MAP_READ_(name, V)					\
	BM_STRING_MAP_WRITE_(name, V)					\
	BM_STRING_MAP_TEXT_(name, V)					\
	BM_MAP_WHOLE_(name, bm_map_repair_, bm_map_invariants_)		\
	BM_DEFINE_CAPACITY_(name, map.object)				\
	BM_IF_OFF_##level(BM_STRING_MAP_DIRECT_(name, V)		\
			  BM_DEFINE_COUNTS_(name, map.object))

/* The length that is stored may be anything. */
#define BM_STRING_MAP_KEYS_(name, L)					\
	BM_INLINE_ size_t name##_key_size_(const struct name##_key *key) \
	{								\
		size_t size = __atomic_load_n(&key->size, __ATOMIC_RELAXED); \
									\
		return size < sizeof(key->text) ? size : sizeof(key->text); \
	}								\
	BM_INLINE_ uint64_t name##_hash_(const struct bm_hash_key *secret, \
					 const void *stored)		\
	{								\
		const struct name##_key *key =				\
			(const struct name##_key *)stored;		\
									\
		return bm_hash_short(secret, key->text,			\
				     name##_key_size_(key));		\
	}								\
	BM_INLINE_ bool name##_matches_(const void *stored,		\
					const void *wanted)		\
	{								\
		const struct name##_key *key =				\
			(const struct name##_key *)stored;		\
		const struct bm_text *text = (const struct bm_text *)wanted; \
									\
		return name##_key_size_(key) == text->size &&		\
		       bm_text_same_(key->text, text->bytes, text->size); \
	}								\
	BM_INLINE_ bool name##_equal_(const void *stored, const void *other) \
	{								\
		const struct name##_key *key =				\
			(const struct name##_key *)other;		\
		const struct bm_text text =				\
			bm_text_(key->text, name##_key_size_(key));	\
									\
		return name##_matches_(stored, &text);			\
	}

#define BM_STRING_MAP_SHAPE_(name)					\
	BM_INLINE_ uint64_t name##_hash_text_(const struct name *m,	\
					      struct bm_text text)	\
	{								\
		return bm_hash_short(&m->map.secret, text.bytes, text.size); \
	}								\
	BM_INLINE_ struct bm_map_shape name##_text_shape_(void)		\
	{								\
		struct bm_map_shape shape = name##_shape_();		\
									\
		shape.equal = name##_matches_;				\
		return shape;						\
	}								\
	BM_INLINE_ int name##_store_(struct name##_key *key,		\
				     struct bm_text text)		\
	{								\
		if (text.size > sizeof(key->text))			\
			return -EINVAL;					\
		memset(key, 0, sizeof(*key));				\
		key->size = (uint8_t)text.size;				\
		memcpy(key->text, text.bytes, text.size);		\
		return 0;						\
	}								\
	BM_INLINE_ int name##_put_(struct name *m, struct bm_text text,	\
				   const void *value, bool replace)	\
	{								\
		struct name##_key key;					\
		int err = name##_store_(&key, text);			\
									\
		if (err)						\
			return err;					\
		return bm_map_put_(&m->map, name##_hash_text_(m, text),	\
				   &key, value, replace, name##_shape_()); \
	}

#define BM_STRING_MAP_READ_(name, V)					\
	BM_INLINE_ int name##_get_bytes(const struct name *m,		\
					const char *key, size_t size,	\
					V *value)			\
	{								\
		const struct bm_text text = bm_text_(key, size);	\
									\
		BM_READ_(name, m,					\
			 bm_map_get_(&m->map, name##_hash_text_(m, text), \
				     &text, value, name##_text_shape_())); \
	}								\
	BM_INLINE_ int name##_next(const struct name *m, size_t *cursor, \
				   char *key, V *value)			\
	{								\
		struct name##_key stored;				\
		size_t size;						\
		int err = name##_verify_(m);				\
									\
		if (!err)						\
			err = bm_map_next_(&m->map, cursor, &stored,	\
					   value, name##_shape_());	\
		if (err || !key)					\
			return err;					\
		size = name##_key_size_(&stored);			\
		memcpy(key, stored.text, size);				\
		key[size] = 0;						\
		return 0;						\
	}								\
	BM_INLINE_ int name##_first(const struct name *m, char *key,	\
				    V *value)				\
	{								\
		size_t cursor = 0;					\
									\
		return name##_next(m, &cursor, key, value);		\
	}

#define BM_STRING_MAP_WRITE_(name, V)					\
	BM_INLINE_ int name##_insert_bytes(struct name *m, const char *key, \
					   size_t size, const V *value)	\
	{								\
		BM_WRITE_(name, m, name##_put_(m, bm_text_(key, size),	\
					       value, false));		\
	}								\
	BM_INLINE_ int name##_upsert_bytes(struct name *m, const char *key, \
					   size_t size, const V *value)	\
	{								\
		BM_WRITE_(name, m, name##_put_(m, bm_text_(key, size),	\
					       value, true));		\
	}								\
	BM_INLINE_ int name##_remove_bytes(struct name *m, const char *key, \
					   size_t size, V *value)	\
	{								\
		const struct bm_text text = bm_text_(key, size);	\
									\
		BM_WRITE_(name, m,					\
			  bm_map_remove_(&m->map,			\
					 name##_hash_text_(m, text),	\
					 &text, value,			\
					 name##_text_shape_()));	\
	}

#define BM_STRING_MAP_TEXT_(name, V)					\
	BM_INLINE_ int name##_get(const struct name *m, const char *key, \
				  V *value)				\
	{								\
		return name##_get_bytes(m, key, strlen(key), value);	\
	}								\
	BM_INLINE_ int name##_insert(struct name *m, const char *key,	\
				     const V *value)			\
	{								\
		return name##_insert_bytes(m, key, strlen(key), value);	\
	}								\
	BM_INLINE_ int name##_upsert(struct name *m, const char *key,	\
				     const V *value)			\
	{								\
		return name##_upsert_bytes(m, key, strlen(key), value);	\
	}								\
	BM_INLINE_ int name##_remove(struct name *m, const char *key,	\
				     V *value)				\
	{								\
		return name##_remove_bytes(m, key, strlen(key), value);	\
	}

#define BM_STRING_MAP_DIRECT_(name, V)					\
	BM_INLINE_ V *name##_at_bytes(const struct name *m,		\
				      const char *key, size_t size)	\
	{								\
		const struct bm_text text = bm_text_(key, size);	\
									\
		return (V *)bm_map_at_(&m->map,				\
				       name##_hash_text_(m, text), &text, \
				       name##_text_shape_());		\
	}								\
	BM_INLINE_ bool name##_contains_bytes(const struct name *m,	\
					      const char *key, size_t size) \
	{								\
		return name##_at_bytes(m, key, size) != NULL;		\
	}								\
	BM_INLINE_ V *name##_at(const struct name *m, const char *key)	\
	{								\
		return name##_at_bytes(m, key, strlen(key));		\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *m,		\
					const char *key)		\
	{								\
		return name##_contains_bytes(m, key, strlen(key));	\
	}

#endif /* BUDGETMEM_STRING_MAP_H */
