/* SPDX-License-Identifier: MIT */
/*
 * directory.h: reading a region's layout, which others may have damaged
 *
 * Offsets are in bytes from the region's start. What is read from the region is
 * copied once, checked against the region's size, which is private, and used from
 * the copy.
 */
#ifndef BUDGETMEM_LIB_DIRECTORY_H
#define BUDGETMEM_LIB_DIRECTORY_H

#include <budgetmem/layout.h>

/* Of struct budgetmem_pool_header, as linux/budgetmem.h states it. */
#define BM_POOL_HEADER_VERSION	1

/**
 * struct bm_space - a region whose base and size are in order
 * @base: its first byte
 * @size: its bytes
 * @pool: its header
 * @directory: its directory
 * @committed: end of the last object, as bm_space_read() found it
 */
struct bm_space {
	char *base;
	uint64_t size;
	struct budgetmem_pool_header *pool;
	struct bm_directory *directory;
	uint64_t committed;
};

/* -EINVAL if the region has no base, no alignment or no room for an object. */
int bm_space_open(struct bm_space *space, struct bm_region region);

/*
 * 0 if the region is laid out and sound; -ENOENT if it is fresh; -EBUSY or
 * -EOWNERDEAD if its first creator is at work or dead; -EMEDIUMTYPE, -EUCLEAN.
 */
int bm_space_read(struct bm_space *space, struct bm_mismatch *mismatch);

/* 0 if nobody is creating, -EBUSY if somebody is, -EOWNERDEAD if he died. */
int bm_space_creator(const struct bm_space *space);

/* Copies the header at @offset. -EUCLEAN if it cannot be one. */
int bm_space_object(const struct bm_space *space, uint64_t offset,
		    struct bm_object *object, struct bm_mismatch *mismatch);

/* Bytes from the start of one object to the start of the next. */
uint64_t bm_object_bytes(const struct bm_object *object);

/* The header's `len`, without the mark that counted.h says it may have. */
uint32_t bm_object_len(const struct bm_object *object);

/* Finds the object called @name, filled up with zeros. -ENOENT, -EUCLEAN. */
int bm_space_find(const struct bm_space *space, const char *name,
		  uint64_t *offset, struct bm_object *object,
		  struct bm_mismatch *mismatch);

/**
 * struct bm_sums - what the pool's header says of all objects
 * @used: bytes
 * @layout: number that names the layout
 */
struct bm_sums {
	uint64_t used;
	uint64_t layout;
};

/* The sums of a region without objects. */
struct bm_sums bm_sums_start(void);

/* Adds an object to them. */
void bm_sums_add(struct bm_sums *sums, const struct bm_object *object);

/* The sums of a whole region. -EUCLEAN. */
int bm_space_sum(const struct bm_space *space, struct bm_sums *sums,
		 struct bm_mismatch *mismatch);

/* False, and says what differs, if the two are not equal. */
bool bm_mismatch_none(struct bm_mismatch *mismatch, const char *field,
		      uint64_t expected, uint64_t found);

/* Copies a name and fills it up with zeros. -EINVAL if it is none. */
int bm_object_name(char *name, const char *text);

/* The name of an object; it ends with a zero if it is sound. */
static inline const char *bm_object_text(const struct bm_object *object)
{
	return (const char *)object->name;
}

#endif /* BUDGETMEM_LIB_DIRECTORY_H */
