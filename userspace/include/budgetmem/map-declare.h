/* SPDX-License-Identifier: MIT */
/*
 * map-declare.h: what the macros that declare maps share
 *
 * Each takes a name and defines functions of it; what they call is in map-core.h.
 *
 * No program needs this file itself.
 */
#ifndef BUDGETMEM_MAP_DECLARE_H
#define BUDGETMEM_MAP_DECLARE_H

#include <budgetmem/map-core.h>

/* How keys are hashed and compared: all bytes of them. */
#define BM_MAP_BYTEWISE_(name, K)					\
	BM_INLINE_ uint64_t name##_hash_(const struct bm_hash_key *secret, \
					 const void *key)		\
	{								\
		return bm_map_hash_bytes_(secret, key, sizeof(K));	\
	}								\
	BM_INLINE_ bool name##_equal_(const void *stored, const void *key) \
	{								\
		return !memcmp(stored, key, sizeof(K));			\
	}

/* By functions of the program, whose results need not look random. */
#define BM_MAP_BY_FUNCTION_(name, K, hash_key, equal_keys)		\
	BM_INLINE_ uint64_t name##_hash_(const struct bm_hash_key *secret, \
					 const void *key)		\
	{								\
		return bm_hash_integer(secret,				\
				       hash_key(secret, (const K *)key)); \
	}								\
	BM_INLINE_ bool name##_equal_(const void *stored, const void *key) \
	{								\
		return equal_keys((const K *)stored, (const K *)key);	\
	}

/* Of a map whose entries are struct name_entry, which begins with the key. */
#define BM_MAP_SHAPE_(name, N, size_of_value, offset_of_value)		\
	BM_INLINE_ uint64_t name##_hash_of_(const struct name *m,	\
					    const void *key)		\
	{								\
		return name##_hash_(&m->map.secret, key);		\
	}								\
	BM_INLINE_ struct bm_map_shape name##_shape_(void)		\
	{								\
		struct bm_map_shape shape = {				\
			sizeof(struct name##_entry),			\
			sizeof(((struct name##_entry *)0)->key),	\
			size_of_value, offset_of_value,			\
			(N) <= BM_MAP_WINDOW, name##_equal_,		\
		};							\
									\
		return shape;						\
	}

#define BM_MAP_TYPE_(name, N, level, kind, key_hash, value_hash)	\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return BM_INTEGRITY_TYPE_##level(bm_map_entry_type_(	\
			kind, sizeof(struct name##_entry),		\
			BM_ALIGNOF(struct name##_entry), N, key_hash,	\
			value_hash));					\
	}								\
	BM_INLINE_ struct bm_map_type name##_map_type_(void)		\
	{								\
		const struct bm_map_shape shape = name##_shape_();	\
		struct bm_map_type type;				\
									\
		type.type = name##_type_();				\
		type.key_size = (uint32_t)shape.key_size;		\
		type.value_size = (uint32_t)shape.value_size;		\
		type.value_offset = (uint32_t)shape.value_offset;	\
		type.hash = name##_hash_;				\
		type.same = name##_equal_;				\
		return type;						\
	}

#define BM_MAP_MAKE_(name)						\
	BM_INLINE_ int name##_make_(struct name *m,			\
				    struct bm_region region,		\
				    const char *object,			\
				    const uint64_t *seed)		\
	{								\
		struct bm_map_type type = name##_map_type_();		\
		int err = bm_map_create_(&m->map, region, object, &type, \
					 seed);				\
									\
		if (!err)						\
			name##_start_(m, true);				\
		return err;						\
	}								\
	BM_INLINE_ int name##_create(struct name *m,			\
				     struct bm_region region,		\
				     const char *object)		\
	{								\
		return name##_make_(m, region, object, NULL);		\
	}								\
	BM_INLINE_ int name##_create_seeded(struct name *m,		\
					    struct bm_region region,	\
					    const char *object,		\
					    uint64_t seed)		\
	{								\
		return name##_make_(m, region, object, &seed);		\
	}								\
	BM_INLINE_ int name##_attach(struct name *m,			\
				     struct bm_region region,		\
				     const char *object,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_map_type type = name##_map_type_();		\
		int err = bm_map_attach_(&m->map, region, object, &type, \
					 mismatch);			\
									\
		if (!err)						\
			name##_start_(m, false);			\
		return err;						\
	}

/*
 * What is declared for each kind of map from keys to values: its entry, its struct, how
 * it is made. @contents is a macro of capacity and size of an entry.
 */
#define BM_MAP_DECLARE_(name, K, V, N, level, kind, contents, invariants, \
			key_spelling, value_spelling)			\
	BM_DECLARE_ENTRY_(name, K, V, N);				\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
		contents(N, sizeof(struct name##_entry))));		\
	struct name {							\
		struct bm_map map;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, map.object,			\
				    invariants(&object->map))		\
	BM_MAP_SHAPE_(name, N, sizeof(V),				\
		      offsetof(struct name##_entry, value))		\
	BM_MAP_TYPE_(name, N, level, kind,				\
		     bm_hash_type(key_spelling, sizeof(K), BM_ALIGNOF(K)), \
		     bm_hash_type(value_spelling, sizeof(V),		\
				  BM_ALIGNOF(V)))			\
	BM_MAP_MAKE_(name)						\
	BM_DEFINE_CAPACITY_(name, map.object)

/* Verbs on the whole collection; @repair and @invariants do the work. */
#define BM_MAP_WHOLE_(name, repair, invariants)				\
	BM_INLINE_ size_t name##_longest_probe(const struct name *m)	\
	{								\
		return bm_map_longest_probe_(&m->map);			\
	}								\
	BM_WHOLE_(name, bm_map_clear_(&object->map),			\
		  repair(&object->map),					\
		  invariants(&object->map))

#endif /* BUDGETMEM_MAP_DECLARE_H */
