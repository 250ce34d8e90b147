/* SPDX-License-Identifier: MIT */
/*
 * layout.h: named objects in a region
 *
 * The objects of a region lie one behind the other and are found by name. The
 * typed *_create() and *_attach() of a collection call what is declared here;
 * a program needs this file itself to list a region's objects, to say why an
 * attach was refused, and to put a region in order after a death.
 *
 * Creating is two steps, reserve and commit, and one creator at a time: it claims
 * the directory by compare-and-swap with its process number and start time, writes
 * behind all committed objects where nobody looks, and publishes the new end with
 * a release store. A creator that died in between has changed nothing that the
 * others see. They find its claim, find that the process is gone, and are told so
 * with -EOWNERDEAD; nobody waits. bm_layout_recover() drops what the dead creator
 * began. Nothing else ever takes a claim away, and nothing lays out anew a region
 * that is not all zeros at its beginning.
 *
 * Creating asks the system for the number and the start time of this process
 * (/proc/self/stat), and attaching for those of a creator if there is one. Where
 * /proc is missing a dead creator is told from a live one by its number only. A
 * creator in another pid namespace counts as alive.
 *
 * Thread-safe, and safe between processes.
 */
#ifndef BUDGETMEM_LAYOUT_H
#define BUDGETMEM_LAYOUT_H

#include <budgetmem/object.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "BMDR" in memory on a little-endian machine. */
#define BM_DIRECTORY_MAGIC	0x52444d42u

/* Version of struct bm_directory and struct bm_object. */
#define BM_DIRECTORY_VERSION	1

/**
 * struct bm_directory - state of a region's layout, behind the pool's header
 * @magic: BM_DIRECTORY_MAGIC; stored last
 * @version: BM_DIRECTORY_VERSION
 * @size: bytes of the region
 * @claim: 0, or who is laying out: process number, start time, pid namespace
 * @committed: bytes from the region's start to the end of its last object
 * @reserved: 0
 */
struct bm_directory {
	uint32_t magic;
	uint32_t version;
	__aligned_u64 size;
	__aligned_u64 claim;
	__aligned_u64 committed;
	__aligned_u64 reserved[4];
};
BM_STATIC_ASSERT(sizeof(struct budgetmem_pool_header) +
		 sizeof(struct bm_directory) == BM_REGION_OVERHEAD,
		 "region.h states where objects begin");

/* Not stored. Until the copy is made, it has the mark of an update. */
#define BM_TYPE_TWICE_		0x100u

/**
 * struct bm_type - what a caller declares an object to be
 * @kind: enum bm_kind
 * @version: of the kind's layout; + BM_TYPE_TWICE_ if the second half of the object
 *	is a copy of the first
 * @element_size: bytes
 * @alignment: bytes, of an element
 * @capacity: elements
 * @hash: bm_hash_type() of what the elements are
 * @bytes: of the contents, the header not included
 */
struct bm_type {
	uint32_t kind;
	uint32_t version;
	uint32_t element_size;
	uint32_t alignment;
	uint32_t capacity;
	uint32_t hash;
	uint64_t bytes;
};

/**
 * struct bm_mismatch - why an object or a region was not accepted
 * @field: what differs, in words; a constant string. NULL if nothing does
 * @expected: what the caller declares or the layout demands
 * @found: what the region holds
 */
struct bm_mismatch {
	const char *field;
	uint64_t expected;
	uint64_t found;
};

/* Bytes that bm_mismatch_text() writes at most, the closing zero included. */
#define BM_MISMATCH_TEXT_SIZE	96

/**
 * bm_mismatch_text() - a mismatch in a sentence
 * @mismatch: the mismatch
 * @text: BM_MISMATCH_TEXT_SIZE bytes, the caller's
 *
 * O(1).
 *
 * Return: @text, for instance "element size: expected 8, found 16"
 */
char *bm_mismatch_text(const struct bm_mismatch *mismatch, char *text);

/**
 * struct bm_layout - a reservation
 * @region: where
 * @end: bytes from the region's start to the end of the reserved object
 *
 * Filled in by bm_layout_reserve(), the caller's.
 */
struct bm_layout {
	struct bm_region region;
	uint64_t end;
};

/**
 * bm_layout_reserve() - claim the directory and take room for an object
 * @layout: receives the reservation
 * @region: where; laid out first if it is all zeros at its beginning
 * @name: 1 to 19 characters of A-Z a-z 0-9 _ - .; copied
 * @type: what the object will be
 * @handle: receives the handle
 *
 * The header is written; the contents are what they were: the caller writes them,
 * then calls bm_layout_commit() or bm_layout_abandon(). Until then every other
 * creator in the region gets -EBUSY. O(number of objects).
 *
 * Return: 0, or
 *	-EINVAL	@region has no base, is not aligned, or has no room for an object;
 *		@name is no name
 *	-EEXIST	the region has an object of that name
 *	-ENOSPC	the rest of the region is too small, or the object takes 256 GiB or
 *		more with its header; counted in the pool's header
 *	-EBUSY	somebody else is creating an object at this moment
 *	-EOWNERDEAD	the last creator died: see bm_layout_recover()
 *	-EMEDIUMTYPE	the region was laid out by another version or for another size
 *	-EUCLEAN	the region is neither fresh nor sound
 */
int bm_layout_reserve(struct bm_layout *layout, struct bm_region region,
		      const char *name, const struct bm_type *type,
		      struct bm_handle *handle);

/**
 * bm_layout_commit() - publish the reserved object
 * @layout: the reservation, void afterwards
 * @handle: of the object
 *
 * O(1).
 */
void bm_layout_commit(struct bm_layout *layout, const struct bm_handle *handle);

/**
 * bm_layout_abandon() - give the reserved room back
 * @layout: the reservation, void afterwards
 *
 * O(1).
 */
void bm_layout_abandon(struct bm_layout *layout);

/**
 * bm_layout_attach() - find an object that exists, and check that it is the one
 * @region: where
 * @name: of the object
 * @type: what the caller declares it to be; every field is compared
 * @handle: receives the handle
 * @mismatch: receives what differs, for -EMEDIUMTYPE and -EUCLEAN; may be NULL
 *
 * Changes nothing in the region. O(number of objects, and bytes of guards beside it).
 *
 * Return: 0, or
 *	-EINVAL	as bm_layout_reserve()
 *	-ENOENT	the region is fresh or has no object of that name
 *	-EBUSY	it has none, but somebody is creating one at this moment
 *	-EOWNERDEAD	it has none, and the last creator died
 *	-EMEDIUMTYPE	@mismatch tells
 *	-EUCLEAN	the region, the object or a guard beside it (guard.h) is damaged;
 *			@mismatch tells
 */
int bm_layout_attach(struct bm_region region, const char *name,
		     const struct bm_type *type, struct bm_handle *handle,
		     struct bm_mismatch *mismatch);

/**
 * bm_layout_recover() - put a region in order after its creator died
 * @region: where
 *
 * Drops what was reserved and not committed, takes the claim away, and counts the
 * pool's counters anew, which somebody who was killed in the middle of a verb may
 * have left too high or too low; they are exact if nobody writes into the region
 * meanwhile. Committed objects stay as they are. A region whose first creator died
 * before it was laid out becomes fresh. O(number of objects).
 *
 * Return: 0, also if there was nothing to do, or
 *	-EINVAL	as bm_layout_reserve()
 *	-EBUSY	the creator is alive, or somebody else recovers at this moment
 *	-EMEDIUMTYPE, -EUCLEAN	as bm_layout_reserve()
 */
int bm_layout_recover(struct bm_region region);

/**
 * struct bm_object_info - what bm_layout_next() tells of an object
 * @name: of the object
 * @kind: enum bm_kind
 * @element_size: bytes
 * @capacity: elements
 * @len: elements now, never more than @capacity
 * @high_water: elements, the most that @len ever was
 * @refused: items that did not fit
 * @bytes: of the region that it takes
 * @updating: an update was begun and not ended
 *
 * As the region says: another process may have written anything.
 */
struct bm_object_info {
	char name[BM_OBJECT_NAME_SIZE];
	uint32_t kind;
	uint32_t element_size;
	uint32_t capacity;
	uint32_t len;
	uint32_t high_water;
	uint32_t refused;
	uint64_t bytes;
	bool updating;
};

/**
 * bm_layout_next() - list the objects of a region
 * @region: where
 * @cursor: 0 for the first; the caller's, moved on by each call
 * @info: receives the next object
 *
 * O(1).
 *
 * Return: 0, or
 *	-EINVAL	as bm_layout_reserve(), or @cursor is not what a call left there
 *	-ENOENT	there is no further object
 *	-EBUSY	the region's first creator is at work; later ones are not waited for
 *	-EOWNERDEAD	the first one died at that: see bm_layout_recover()
 *	-EMEDIUMTYPE, -EUCLEAN	as bm_layout_attach()
 */
int bm_layout_next(struct bm_region region, size_t *cursor,
		   struct bm_object_info *info);

/**
 * bm_layout_invariants() - is everything in a region's layout as it must be?
 * @region: where; nobody may write it meanwhile
 * @mismatch: receives what is not; may be NULL
 *
 * For tests. The pool's counters are compared as well. O(square of the number of
 * objects).
 *
 * Return: 0, or what bm_layout_attach() returns
 */
int bm_layout_invariants(struct bm_region region, struct bm_mismatch *mismatch);

/* Reserves and commits an object whose contents may be anything at first. */
int bm_object_create_(struct bm_handle *handle, struct bm_region region,
		      const char *name, const struct bm_type *type);

static inline int bm_object_attach_(struct bm_handle *handle,
				    struct bm_region region, const char *name,
				    const struct bm_type *type,
				    struct bm_mismatch *mismatch)
{
	return bm_layout_attach(region, name, type, handle, mismatch);
}

#ifdef __cplusplus
}
#endif

/*
 * Defines name_type_(), name_create() and name_attach() of a collection. @member is
 * what create_member() and attach_member() fill in, @type an expression of a bm_type.
 */
#define BM_DEFINE_MAKE_(name, member, level, type, create_member,	\
			attach_member)					\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return BM_INTEGRITY_TYPE_##level(type);			\
	}								\
	BM_INLINE_ int name##_create(struct name *object,		\
				     struct bm_region region,		\
				     const char *object_name)		\
	{								\
		struct bm_type type_ = name##_type_();			\
		int err = create_member(&object->member, region,	\
					object_name, &type_);		\
									\
		if (!err)						\
			name##_start_(object, true);			\
		return err;						\
	}								\
	BM_INLINE_ int name##_attach(struct name *object,		\
				     struct bm_region region,		\
				     const char *object_name,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		struct bm_type type_ = name##_type_();			\
		int err = attach_member(&object->member, region,	\
					object_name, &type_, mismatch);	\
									\
		if (!err)						\
			name##_start_(object, false);			\
		return err;						\
	}

#endif /* BUDGETMEM_LAYOUT_H */
