/* SPDX-License-Identifier: MIT */
/*
 * integrity.h: how often a collection is checked, and how thoroughly
 *
 *	BM_VEC_CHECKED(ranking, struct ranked, 4096, sampled)
 *
 * Every collection bounds each number that it reads from its pool, always: what is
 * damaged costs an error or a wrong answer, never a crash. Who must know of damage
 * before it is used declares the collection with a level:
 *
 *	off		nothing more. BM_VEC() is BM_VEC_CHECKED(..., off)
 *	sampled		every BM_INTEGRITY_PERIOD-th verb of a handle, the first one
 *			included, checks the structure before it does its work
 *	every		every verb checks the structure before it does its work
 *	redundant	every verb checks the structure, and compares all bytes of the
 *			object with a copy behind it; every verb that writes brings the
 *			copy up to date when it has done its work
 *
 * The structure is what *_invariants() looks at: all that the collection itself keeps,
 * such as lengths, links, tags, the order of what is sorted. It does not know what the
 * program's own elements should be: that an element's bits have changed is noticed by
 * `redundant` alone, unless they contradict the structure.
 *
 * What is found is returned by the verb that found it, -EUCLEAN, and by every later
 * one that looks: nothing is mended, and nothing turns into an empty result. A verb
 * that has no way to return an error does not exist in a checked collection: there
 * is no *_len() but *_count(), no *_contains() but *_find() or *_get(), no *_at() and
 * no *_data(). Programs that need them do not compile.
 *
 * Cost: a check of the structure is O(n), as *_invariants() of the collection says;
 * copying and comparing are O(bytes of the object). `sampled` spreads the check over
 * BM_INTEGRITY_PERIOD verbs in the mean, not in the worst case. docs/performance.md has
 * measured figures for each level.
 *
 * Space: `redundant` takes the object twice, header and contents; the other levels
 * take nothing. Handles of collections with a level are larger by a few words. `off`,
 * `sampled` and `every` have the same layout: each process may look as it likes.
 *
 * Death within a verb: as the collection says. A redundant one that was not yet copied,
 * by a verb or when it was created, is -EOWNERDEAD for those who write, as is any
 * interrupted update; *_repair() makes the copy anew from the object if the structure is
 * sound then, else it returns what is wrong and leaves the copy as it was.
 *
 * Threads: as the collection. Readers of one handle share its count of verbs, and may lose
 * some of it to each other: who needs the exact rate gives each thread a handle.
 */
#ifndef BUDGETMEM_INTEGRITY_H
#define BUDGETMEM_INTEGRITY_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One in so many verbs of a handle checks, at the level `sampled`. */
#define BM_INTEGRITY_PERIOD	64

struct bm_handle;
struct bm_type;

/**
 * struct bm_integrity - private part of a checked collection
 * @verbs: done with this handle
 * @bytes: of the object, without its copy
 */
struct bm_integrity {
	uint32_t verbs;
	uint64_t bytes;
};

struct bm_type bm_integrity_twice_(struct bm_type type);
bool bm_integrity_is_due_(const struct bm_integrity *integrity);
int bm_integrity_compare_(const struct bm_integrity *integrity,
			  const struct bm_handle *handle);
int bm_integrity_begin_(const struct bm_integrity *integrity,
			const struct bm_handle *handle);
void bm_integrity_end_(const struct bm_integrity *integrity,
		       const struct bm_handle *handle);

/* Reading goes on after a death, and writing verbs say so themselves. */
static inline int bm_integrity_result_(int err)
{
	return err == -EOWNERDEAD ? 0 : err;
}

#ifdef __cplusplus
}
#endif

/*
 * What the headers of the collections are made with. `name` is the collection;
 * every function that they define for it returns an error:
 *
 *	name_verify_()	before a verb
 *	name_begin_()	before a verb that writes, after name_verify_()
 *	name_end_()	after a verb that wrote
 *	name_renew_()	after a repair
 */
#define BM_READ_(name, object, call)					\
	int err_ = name##_verify_(object);				\
									\
	return err_ ? err_ : (call)

#define BM_WRITE_(name, object, call)					\
	int err_ = name##_verify_(object);				\
									\
	if (!err_)							\
		err_ = name##_begin_(object);				\
	if (!err_) {							\
		err_ = (call);						\
		name##_end_(object);					\
	}								\
	return err_

/*
 * Verbs on the whole collection; the three are expressions in `object`. A copy is marked
 * before the collection is made empty, so that a death in between is seen as one.
 */
#define BM_WHOLE_(name, clear, repair, invariants)			\
	BM_INLINE_ void name##_clear(struct name *object)		\
	{								\
		(void)name##_begin_(object);				\
		clear;							\
		name##_end_(object);					\
	}								\
	BM_INLINE_ int name##_repair(struct name *object)		\
	{								\
		int err = repair;					\
									\
		return err ? err : name##_renew_(object);		\
	}								\
	BM_INLINE_ int name##_invariants(const struct name *object)	\
	{								\
		return invariants;					\
	}

/* What the struct of a collection has besides. */
#define BM_INTEGRITY_MEMBER_off
#define BM_INTEGRITY_MEMBER_sampled	struct bm_integrity integrity;
#define BM_INTEGRITY_MEMBER_every	struct bm_integrity integrity;
#define BM_INTEGRITY_MEMBER_redundant	struct bm_integrity integrity;

/* What an object declared for @bytes of contents takes, header included. */
#define BM_INTEGRITY_BYTES_off(bytes)		BM_OBJECT_BYTES_(bytes)
#define BM_INTEGRITY_BYTES_sampled(bytes)	BM_OBJECT_BYTES_(bytes)
#define BM_INTEGRITY_BYTES_every(bytes)		BM_OBJECT_BYTES_(bytes)
#define BM_INTEGRITY_BYTES_redundant(bytes)	(2 * BM_OBJECT_BYTES_(bytes))

/* The type that is laid out. */
#define BM_INTEGRITY_TYPE_off(type)		(type)
#define BM_INTEGRITY_TYPE_sampled(type)		(type)
#define BM_INTEGRITY_TYPE_every(type)		(type)
#define BM_INTEGRITY_TYPE_redundant(type)	bm_integrity_twice_(type)

/* Verbs without a way to return an error. */
#define BM_IF_OFF_off(...)		__VA_ARGS__
#define BM_IF_OFF_sampled(...)
#define BM_IF_OFF_every(...)
#define BM_IF_OFF_redundant(...)

/*
 * Defines the functions above and name_start_(), which prepares a handle, and
 * its object if that is @fresh. @member is the bm_handle within the struct,
 * @invariants an expression in `object`.
 */
#define BM_DEFINE_INTEGRITY_off(name, member, invariants)		\
	BM_INTEGRITY_NOTHING_(name, int, verify_, 0)			\
	BM_INTEGRITY_NOTHING_(name, int, begin_, 0)			\
	BM_INTEGRITY_NOTHING_(name, void, end_, )			\
	BM_INTEGRITY_NOTHING_(name, int, renew_, 0)			\
	BM_INLINE_ void name##_start_(struct name *object, bool fresh)	\
	{								\
		(void)object;						\
		(void)fresh;						\
	}

#define BM_DEFINE_INTEGRITY_sampled(name, member, invariants)		\
	BM_INLINE_ int name##_verify_(const struct name *object)	\
	{								\
		return bm_integrity_is_due_(&object->integrity) ?	\
		       bm_integrity_result_(invariants) : 0;		\
	}								\
	BM_INTEGRITY_NO_COPY_(name)

#define BM_DEFINE_INTEGRITY_every(name, member, invariants)		\
	BM_INLINE_ int name##_verify_(const struct name *object)	\
	{								\
		return bm_integrity_result_(invariants);		\
	}								\
	BM_INTEGRITY_NO_COPY_(name)

#define BM_DEFINE_INTEGRITY_redundant(name, member, invariants)		\
	BM_INLINE_ int name##_verify_(const struct name *object)	\
	{								\
		int err = bm_integrity_result_(invariants);		\
									\
		return err ? err :					\
		       bm_integrity_compare_(&object->integrity,	\
					     &object->member);		\
	}								\
	BM_INLINE_ int name##_begin_(const struct name *object)		\
	{								\
		return bm_integrity_begin_(&object->integrity,		\
					   &object->member);		\
	}								\
	BM_INLINE_ void name##_end_(const struct name *object)		\
	{								\
		bm_integrity_end_(&object->integrity, &object->member);	\
	}								\
	BM_INLINE_ int name##_renew_(const struct name *object)		\
	{								\
		int err = invariants;					\
									\
		if (!err)						\
			name##_end_(object);				\
		return err;						\
	}								\
	BM_INLINE_ void name##_start_(struct name *object, bool fresh)	\
	{								\
		object->integrity.verbs = 0;				\
		object->integrity.bytes =				\
			sizeof(struct name##_bytes) / 2;		\
		if (fresh)						\
			name##_end_(object);				\
	}

#define BM_INTEGRITY_NOTHING_(name, result, function, value)		\
	BM_INLINE_ result name##_##function(const struct name *object)	\
	{								\
		(void)object;						\
		return value;						\
	}

#define BM_INTEGRITY_NO_COPY_(name)					\
	BM_INTEGRITY_NOTHING_(name, int, begin_, 0)			\
	BM_INTEGRITY_NOTHING_(name, void, end_, )			\
	BM_INTEGRITY_NOTHING_(name, int, renew_, 0)			\
	BM_INLINE_ void name##_start_(struct name *object, bool fresh)	\
	{								\
		(void)fresh;						\
		object->integrity.verbs = 0;				\
		object->integrity.bytes = sizeof(struct name##_bytes);	\
	}

#endif /* BUDGETMEM_INTEGRITY_H */
