/* SPDX-License-Identifier: MIT */
/*
 * object.h: what all collections have in common
 *
 * A collection is an object in a region: 64 bytes of header and then its
 * elements. What a program holds is a handle: private memory with the base, the
 * capacity and the element size, which are trusted because nobody else can write
 * them. The header lies in the pool, where another process may write anything at
 * any time: every number read from it is read once and compared with the handle
 * before it is used. Rubbish in a pool costs errors, never a crash.
 *
 * Errors, one meaning each, for all collections:
 *
 *	-ENOSPC		full; the item is still the caller's
 *	-ENOENT		not there: the collection is empty, holds no such key, or
 *			an iteration is at its end
 *	-ERANGE		the index is beyond the end
 *	-EEXIST		the key or the name is there already
 *	-EINVAL		malformed argument: name, region, size
 *	-EILSEQ		not UTF-8, or an offset within a character
 *	-EOWNERDEAD	an update was begun and not ended: whoever made it died, or
 *			is making it now without having been waited for. Reading
 *			goes on; *_repair() makes writing possible again
 *	-EUCLEAN	damaged: something in the pool cannot be. Which damage is noticed
 *			when: integrity.h
 *	-EMEDIUMTYPE	sound, but not what the caller declares (attach only)
 *
 * Threads and processes: any number may read a collection at a time, or one
 * write it; who does what when is the callers' affair. Different collections are
 * independent of each other, in the same pool too. Create, attach and the
 * directory may be used by all at any time.
 *
 * A process that is killed within an update leaves a collection that the others
 * can tell: *_push() and *_pop() of a vec or string, and all reading, leave
 * nothing half done; the other writing verbs set a mark first. Where a manual says that
 * something may be half written, that is so of what is more than one store. One store
 * writes 1, 2, 4 or, where pointers have 64 bits, 8 bytes that are aligned to as many.
 *
 * Programs of 32 and of 64 bits share a pool if their element types are the same in
 * both. On 32-bit x86 a uint64_t in a struct is aligned to 4 bytes only: declare it
 * as __aligned_u64 (linux/types.h). Attach notices what differs.
 *
 * Function names that end in an underscore are the insides of the typed ones.
 */
#ifndef BUDGETMEM_OBJECT_H
#define BUDGETMEM_OBJECT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <budgetmem/integrity.h>
#include <budgetmem/region.h>
#include <linux/budgetmem.h>

#ifdef __cplusplus
extern "C" {
#define BM_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define BM_ALIGNOF(type) alignof(type)
#define BM_ASSERT_PLAIN_(type)						\
	BM_STATIC_ASSERT(__is_trivially_copyable(type),			\
			 "only types that can be copied byte by byte")
#else
#define BM_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define BM_ALIGNOF(type) _Alignof(type)
#define BM_ASSERT_PLAIN_(type)						\
	BM_STATIC_ASSERT(sizeof(type) > 0, "only types of known size")
#endif

/* Not every program uses every function of a type that it declares. */
#define BM_INLINE_ static inline __attribute__((__unused__))

/* Where constants must arrive, whatever the compiler thinks of the size. */
#define BM_FORCE_INLINE_						\
	static inline __attribute__((__always_inline__, __unused__))

/* Bytes of an object's header: all that a collection takes beside its elements. */
#define BM_OBJECT_OVERHEAD	64

/* Bytes of an object's name, the closing zero included. */
#define BM_OBJECT_NAME_SIZE	20

/* Most bytes of an element, and most elements of a collection. */
#define BM_ELEMENT_SIZE_MAX	((size_t)1 << 24)
#define BM_CAPACITY_MAX		((size_t)1 << 30)

/* Bytes of @count elements, as an object takes them. A constant expression. */
#define BM_BYTES_ROUND_(bytes)						\
	(((uint64_t)(bytes) + BM_REGION_ALIGNMENT - 1) /		\
	 BM_REGION_ALIGNMENT * BM_REGION_ALIGNMENT)
#define BM_OBJECT_BYTES_(contents)					\
	(BM_OBJECT_OVERHEAD + BM_BYTES_ROUND_(contents))

/* What every declaration of a collection checks. */
#define BM_ASSERT_ELEMENT_(type, capacity)				\
	BM_ASSERT_PLAIN_(type);						\
	BM_STATIC_ASSERT((capacity) > 0, "the capacity is more than 0");	\
	BM_STATIC_ASSERT((capacity) <= BM_CAPACITY_MAX,			\
			 "the capacity is at most BM_CAPACITY_MAX");	\
	BM_STATIC_ASSERT(sizeof(type) <= BM_ELEMENT_SIZE_MAX,		\
			 "an element has at most BM_ELEMENT_SIZE_MAX bytes");	\
	BM_STATIC_ASSERT(BM_ALIGNOF(type) <= BM_REGION_ALIGNMENT,	\
			 "no element is aligned more than a region is")

/* What maps from keys to values keep: struct name_entry. */
#define BM_DECLARE_ENTRY_(name, K, V, capacity)				\
	BM_ASSERT_PLAIN_(K);						\
	BM_ASSERT_PLAIN_(V);						\
	struct name##_entry {						\
		K key;							\
		V value;						\
	};								\
	BM_ASSERT_ELEMENT_(struct name##_entry, capacity)

/* Declares how many bytes of a pool an object of the collection @name takes. */
#define BM_DECLARE_BYTES_(name, bytes)					\
	BM_STATIC_ASSERT((bytes) <= PTRDIFF_MAX,			\
			 "the collection fits into the address space");	\
	struct name##_bytes {						\
		char byte[(size_t)(bytes)];				\
	}

/**
 * BM_BYTES() - bytes of a pool that one object of a collection takes
 * @name: the collection, as declared by BM_VEC(), BM_MAP() or BM_STRING()
 *
 * A constant expression, the header included.
 */
#define BM_BYTES(name) (sizeof(struct name##_bytes))

/**
 * enum bm_kind - what an object is
 * @BM_KIND_VEC: elements one behind the other
 * @BM_KIND_MAP: keys and their values
 * @BM_KIND_STRING: text in UTF-8
 * @BM_KIND_DEQUE: elements that come and go at both ends
 * @BM_KIND_QUEUE: first in, first out
 * @BM_KIND_STACK: last in, first out
 * @BM_KIND_HISTORY: the newest elements; the oldest make room
 * @BM_KIND_SET: keys
 * @BM_KIND_STRING_MAP: values by text
 * @BM_KIND_INDEX_MAP: keys and their values in the order in which they came
 * @BM_KIND_SORTED_MAP: keys and their values in order
 * @BM_KIND_LINEAR_MAP: few keys and their values
 * @BM_KIND_SORTED_LIST: elements in order
 * @BM_KIND_BITSET: bits
 * @BM_KIND_PRIORITY_QUEUE: the least element first
 * @BM_KIND_SLOT_MAP: elements by handle
 * @BM_KIND_LRU: keys and their values; those unused for longest make room
 * @BM_KIND_ARENA: memory that is given back all at once
 * @BM_KIND_BLOCKS: memory in blocks of one size
 * @BM_KIND_HEAP: memory in blocks of any size
 * @BM_KIND_GUARD: a known pattern between objects
 */
enum bm_kind {
	BM_KIND_VEC		= 1,
	BM_KIND_MAP		= 2,
	BM_KIND_STRING		= 3,
	BM_KIND_DEQUE		= 4,
	BM_KIND_QUEUE		= 5,
	BM_KIND_STACK		= 6,
	BM_KIND_HISTORY		= 7,
	BM_KIND_SET		= 8,
	BM_KIND_STRING_MAP	= 9,
	BM_KIND_INDEX_MAP	= 10,
	BM_KIND_SORTED_MAP	= 11,
	BM_KIND_LINEAR_MAP	= 12,
	BM_KIND_SORTED_LIST	= 13,
	BM_KIND_BITSET		= 14,
	BM_KIND_PRIORITY_QUEUE	= 15,
	BM_KIND_SLOT_MAP	= 16,
	BM_KIND_LRU		= 17,
	BM_KIND_ARENA		= 18,
	BM_KIND_BLOCKS		= 19,
	BM_KIND_HEAP		= 20,
	BM_KIND_GUARD		= 21,
};

/* "BMOB" in memory on a little-endian machine. */
#define BM_OBJECT_MAGIC		0x424f4d42u

/**
 * struct bm_object - header of an object in a region
 * @magic: BM_OBJECT_MAGIC
 * @kind: enum bm_kind
 * @version: of the kind's layout
 * @alignment: bytes, of an element
 * @updating: 1 while a writing verb is at work; vecs, sorted lists, stacks, deques, queues
 *	and histories have a second mark, see counted.h, without which this one is damage
 * @element_size: bytes
 * @capacity: elements
 * @blocks: size of the object, header included, in BM_REGION_ALIGNMENT bytes
 * @type_hash: bm_hash_type() of what the elements are
 * @len: elements now; counted.h says of which collections it is more, or is marked
 * @peak: elements, the most that @len was before a verb made it less
 * @refused: items that did not fit; stays at its largest value
 * @name: filled up with zeros
 * @seed: of a map's hash; 0 in a collection that has neither this nor @place
 * @place: of a collection with places beside its length, as its header says
 *
 * In the machine's byte order. What does not change is written before the object
 * can be found. The name is of signed characters since in C++ a struct with an array of
 * plain ones can hold anything: a store to an element could then be one to the header.
 */
struct bm_object {
	uint32_t magic;
	uint8_t kind;
	uint8_t version;
	uint8_t alignment;
	uint8_t updating;
	uint32_t element_size;
	uint32_t capacity;
	uint32_t blocks;
	uint32_t type_hash;
	uint32_t len;
	uint32_t peak;
	uint32_t refused;
	signed char name[BM_OBJECT_NAME_SIZE];
	union {
		uint64_t seed;
		uint32_t place[2];
	};
};
BM_STATIC_ASSERT(sizeof(struct bm_object) == BM_OBJECT_OVERHEAD,
		 "the layout is the same on every machine");

/**
 * struct bm_handle - private part of a collection
 * @object: header in the region; the elements follow it
 * @pool: header of the region
 * @capacity: elements
 * @element_size: bytes
 * @step: elements, a power of two; the pool's counters move in steps of it
 *
 * Owns nothing and may be copied. It is void when the region is.
 */
struct bm_handle {
	struct bm_object *object;
	struct budgetmem_pool_header *pool;
	uint32_t capacity;
	uint32_t element_size;
	uint32_t step;
};

/* What a handle's step is: about 64 of them, so that one is never noticed in a sum. */
#define BM_STEP_(capacity)						\
	((capacity) / 64 < 2 ? UINT32_C(1) :				\
	 UINT32_C(1) << (32 - __builtin_clz((uint32_t)((capacity) / 64 - 1))))

/**
 * bm_handle_account_() - tell the pool's counters of a new length
 * @handle: the handle
 * @before: elements until now
 * @after: elements from now on
 *
 * The counters know lengths rounded up to a multiple of the handle's step, which
 * is 1 for less than 128 elements and at most a thirty-second of the capacity
 * above: an atomic addition for every element would cost more than the element.
 * O(1).
 *
 * Return: 0, so that it can be the last thing that a verb does
 */
int bm_handle_account_(const struct bm_handle *handle, uint32_t before,
		       uint32_t after);

/**
 * bm_handle_refuse_() - count an item that did not fit
 * @handle: the handle
 *
 * Return: -ENOSPC
 */
int bm_handle_refuse_(const struct bm_handle *handle);

/**
 * bm_handle_set_len_() - make a collection shorter or longer
 * @handle: the handle
 * @before: elements until now, which has been checked
 * @after: elements from now on
 */
void bm_handle_set_len_(const struct bm_handle *handle, uint32_t before,
			uint32_t after);

/**
 * bm_handle_empty_() - make a collection empty and sound, whatever it was
 * @handle: the handle
 */
void bm_handle_empty_(const struct bm_handle *handle);

/* First byte behind the header. */
static inline unsigned char *bm_handle_contents_(const struct bm_handle *handle)
{
	return (unsigned char *)(handle->object + 1);
}

/*
 * A number in the header, read once. An atomic load does the same, but the compiler computes
 * its address first.
 */
static inline uint32_t bm_read_once_(const uint32_t *number)
{
	return *(const volatile uint32_t *)number;
}

/*
 * The same of what will be an index, as wide as one: what the others give would be copied
 * once more. The compiler is told that the number in the pool may have become another one,
 * so it reads it each time, and that what it has read may be any, so it does so once.
 */
static inline size_t bm_read_index_(const uint32_t *number)
{
	size_t value;

	__asm__ volatile("" : "+m"(*(uint32_t *)(uintptr_t)number));
	value = *number;
	__asm__("" : "+r"(value));
	return value;
}

/* Reads the length once. -EUCLEAN if it cannot be. */
static inline int bm_handle_len_(const struct bm_handle *handle, uint32_t *len)
{
	*len = __atomic_load_n(&handle->object->len, __ATOMIC_ACQUIRE);
	return *len > handle->capacity ? -EUCLEAN : 0;
}

/* The same for those who cannot return an error: never beyond the capacity. */
static inline size_t bm_handle_bounded_len_(const struct bm_handle *handle)
{
	uint32_t len;

	return bm_handle_len_(handle, &len) ? handle->capacity : len;
}

static inline int bm_handle_count_(const struct bm_handle *handle, size_t *count)
{
	uint32_t len;
	int err = bm_handle_len_(handle, &len);

	if (!err)
		*count = len;
	return err;
}

/*
 * Read plainly, and not at once: it decides nothing but one branch, so whoever changes it
 * gains nothing if the compiler reads it twice, and a comparison with memory is an
 * instruction less in every verb that looks here.
 */
static inline bool bm_object_is_updating_(const struct bm_object *object)
{
	return __builtin_expect(object->updating, 0);
}

/* Reads the length for a verb that will write. */
static inline int bm_handle_writable_(const struct bm_handle *handle,
				      uint32_t *len)
{
	if (bm_object_is_updating_(handle->object))
		return -EOWNERDEAD;
	return bm_handle_len_(handle, len);
}

/*
 * Between these two a death leaves the mark. The compiler must keep the order;
 * the processor does, for the one process that dies.
 */
static inline void bm_object_update_begin_(struct bm_object *object)
{
	__atomic_store_n(&object->updating, 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void bm_object_update_end_(struct bm_object *object)
{
	__atomic_store_n(&object->updating, 0, __ATOMIC_RELEASE);
}

/* The same of a handle. */
static inline void bm_handle_update_begin_(const struct bm_handle *handle)
{
	bm_object_update_begin_(handle->object);
}

static inline void bm_handle_update_end_(const struct bm_handle *handle)
{
	bm_object_update_end_(handle->object);
}

/* What is left to do when an element more has been published, of @len before. */
static inline int bm_handle_has_grown_(const struct bm_handle *handle, uint32_t len)
{
	if (__builtin_expect(!(len & (handle->step - 1)), 0))
		return bm_handle_account_(handle, len, len + 1);
	return 0;
}

/* The same for an element less, of @len > 0. */
static inline int bm_handle_has_shrunk_(const struct bm_handle *handle,
					uint32_t len)
{
	if (__builtin_expect(!((len - 1) & (handle->step - 1)), 0))
		return bm_handle_account_(handle, len, len - 1);
	return 0;
}

static inline void bm_handle_note_peak_(const struct bm_handle *handle,
					uint32_t len)
{
	struct bm_object *object = handle->object;

	if (len > __atomic_load_n(&object->peak, __ATOMIC_RELAXED))
		__atomic_store_n(&object->peak, len, __ATOMIC_RELAXED);
}

/* One element less, of @len > 0: bm_handle_set_len_(), a call only now and then. */
static inline int bm_handle_shrink_(const struct bm_handle *handle, uint32_t len)
{
	bm_handle_note_peak_(handle, len);
	__atomic_store_n(&handle->object->len, len - 1, __ATOMIC_RELEASE);
	return bm_handle_has_shrunk_(handle, len);
}

#ifdef __cplusplus
}
#endif

/* Functions that are the same in every collection; @member is its handle. */
#define BM_DEFINE_CAPACITY_(name, member)				\
	BM_INLINE_ size_t name##_capacity(const struct name *object)	\
	{								\
		return object->member.capacity;				\
	}								\
	BM_INLINE_ int name##_count(const struct name *object,		\
				    size_t *len)			\
	{								\
		BM_READ_(name, object,					\
			 bm_handle_count_(&object->member, len));	\
	}

/* Those that cannot say that the collection is damaged. */
#define BM_DEFINE_COUNTS_(name, member)					\
	BM_INLINE_ size_t name##_len(const struct name *object)		\
	{								\
		return bm_handle_bounded_len_(&object->member);		\
	}								\
	BM_INLINE_ bool name##_is_empty(const struct name *object)	\
	{								\
		return name##_len(object) == 0;				\
	}								\
	BM_INLINE_ bool name##_is_full(const struct name *object)	\
	{								\
		return name##_len(object) == name##_capacity(object);	\
	}

#endif /* BUDGETMEM_OBJECT_H */
