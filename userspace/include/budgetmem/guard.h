/* SPDX-License-Identifier: MIT */
/*
 * guard.h: a known pattern between objects, so that an overrun is noticed
 *
 *	BM_GUARD(fence, 64)
 *
 * declares a guard, an object that holds nothing but a pattern, and this function:
 *
 *	int fence_create(struct bm_region region, const char *name)
 *		Makes a guard behind all objects that the region has. O(bytes of the
 *		pattern). Errors: bm_layout_reserve(), bm_hash_seed().
 *
 * Objects lie in a region in the order in which they were created: who writes beyond
 * the end of one, or before the beginning of another, damages the guard between them.
 * bm_guard_check() looks at all guards of a region. The *_attach() of every collection
 * looks at those right before and behind the object, and returns -EUCLEAN if one is
 * damaged. The pattern comes from the guard's place and name and from a secret number:
 * neither zeros nor a copy of another guard are taken for it. It keeps off mistakes,
 * not malice: whoever can read the region can make the pattern.
 *
 * Every change to the pattern is found, and every one to the guard's header but one: if
 * the byte that says that it is a guard is changed, and its mark is not, it is an object
 * like others, and nobody looks at its pattern. bm_layout_invariants() finds that.
 *
 * Of a guard that has whole pages of BM_GUARD_PAGE bytes only what is around them has a
 * pattern, and nothing in this library ever touches them: a program can take all access
 * to them away, so that an overrun that gets there ends the process that makes it:
 *
 *	BM_GUARD(wall, 3 * BM_GUARD_PAGE)
 *
 *	struct bm_region pages;
 *	size_t cursor = 0;
 *
 *	while (!bm_guard_next_pages(region, &cursor, &pages))
 *		mprotect(pages.base, pages.size, PROT_NONE);
 *
 * That is possible with pools of the device, with memfds, and with a static buffer that
 * begins at a page; it binds the mapping of this one process, and costs faults to nobody
 * who stays out of these pages. As long as the headers of the objects are whole that is
 * everybody but whoever overruns: if one in front of a wall says another size than it
 * has, what looks for objects behind it, as *_attach() and bm_guard_check() do, may
 * look into the wall and end the process too. mprotect(2) splits the mapping, which
 * takes memory of the kernel: do it before the lock, and look at what it returns. Give
 * access back before the pool is destroyed or its client is closed: a memfd's and a
 * buffer's bytes are cleared then. A guard of twice the page size less 64 bytes has at
 * least one whole page. Where the system's pages are larger than BM_GUARD_PAGE, round the
 * region that is given inwards to them, and declare larger guards.
 *
 * In a plan it counts as an object: BM_NEEDS(fence), BM_NEEDS_MANY(fence, 3).
 *
 * Space: 64 bytes and the size, rounded up to a multiple of 64.
 *
 * Cost: a check is O(bytes of the pattern); nothing is checked while collections work.
 *
 * Threads: any number may check at a time, while others write to collections.
 *
 * Example:
 *
 *	struct bm_guard_damage damage;
 *	int err = samples_create(&samples, region, "samples");
 *
 *	if (!err)
 *		err = fence_create(region, "behind_samples");
 *	if (!err)
 *		err = orders_create(&orders, region, "orders");
 *	if (!err)
 *		err = bm_guard_check(region, &damage);
 *	if (err == -EUCLEAN)
 *		printf("%s: written to from byte %llu on, behind %s\n", damage.guard,
 *		       (unsigned long long)damage.offset, damage.before);
 */
#ifndef BUDGETMEM_GUARD_H
#define BUDGETMEM_GUARD_H

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_GUARD_VERSION	1

/* Whole runs of so many bytes, from the region's start, have no pattern. */
#define BM_GUARD_PAGE		4096

/**
 * struct bm_guard_damage - which guard is damaged, and where
 * @guard: its name, or "" if its header is not to be read
 * @before: name of the object in front of it, or "" if there is none
 * @offset: bytes from the region's start to the first one that is not what it was
 * @bytes: from there to the last one, itself included; that of a header counts whole
 */
struct bm_guard_damage {
	char guard[BM_OBJECT_NAME_SIZE];
	char before[BM_OBJECT_NAME_SIZE];
	uint64_t offset;
	uint64_t bytes;
};

/**
 * bm_guard_check() - is every guard of a region as it was?
 * @region: where
 * @damage: receives what the first damaged one is; may be NULL
 *
 * A header that is none any more is damage too, whatever object it was of: nothing
 * behind it is to be found. O(number of objects, and bytes of all patterns).
 *
 * Return: 0, also if there are no guards, or
 *	-EINVAL, -EBUSY, -EOWNERDEAD, -EMEDIUMTYPE	as bm_layout_attach()
 *	-EUCLEAN	@damage tells; an offset of 0 is that of the region's own header
 */
int bm_guard_check(struct bm_region region, struct bm_guard_damage *damage);

/**
 * bm_guard_next_pages() - list what is inside of guards and never touched
 * @region: where; its base is a multiple of BM_GUARD_PAGE
 * @cursor: 0 for the first; the caller's, moved on by each call
 * @pages: receives the next run of whole pages
 *
 * O(number of objects).
 *
 * Return: 0, or
 *	-EINVAL	as bm_layout_next(), or the base is not such a multiple
 *	-ENOENT	there are no further ones
 *	-EBUSY, -EOWNERDEAD, -EMEDIUMTYPE	as bm_layout_next()
 *	-EUCLEAN	the same; or the next guard's header is damaged, or is that of
 *		another object: @cursor stays as it was
 */
int bm_guard_next_pages(struct bm_region region, size_t *cursor,
			struct bm_region *pages);

int bm_guard_create_(struct bm_region region, const char *name,
		     const struct bm_type *type);

static inline struct bm_type bm_guard_type_(size_t bytes)
{
	struct bm_type type;

	type.kind = BM_KIND_GUARD;
	type.version = BM_GUARD_VERSION;
	type.element_size = 1;
	type.alignment = 1;
	type.capacity = (uint32_t)BM_BYTES_ROUND_(bytes);
	type.hash = bm_hash_type("byte", 1, 1);
	type.bytes = BM_BYTES_ROUND_(bytes);
	return type;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_GUARD() - declare a guard
 * @name: how its function begins
 * @BYTES: its size in bytes, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_GUARD(name, BYTES)						\
	BM_ASSERT_ELEMENT_(char, BYTES);				\
	BM_DECLARE_BYTES_(name, BM_OBJECT_BYTES_(BYTES));		\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return bm_guard_type_(BYTES);				\
	}								\
	BM_INLINE_ int name##_create(struct bm_region region,		\
				     const char *object_name)		\
	{								\
		struct bm_type type_ = name##_type_();			\
									\
		return bm_guard_create_(region, object_name, &type_);	\
	}

#endif /* BUDGETMEM_GUARD_H */
