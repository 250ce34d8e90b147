/* SPDX-License-Identifier: MIT */
/*
 * stack.h: last in, first out, at most N of them
 *
 *	BM_STACK(frames, struct frame, 64)
 *
 * declares struct frames, a small handle in the program's private memory, and these
 * functions. `s` is the handle; index 0 is the element on top, which was pushed last;
 * lengths are in elements; items are copied, and those that go in do not lie in the
 * stack itself. O(1) unless stated; n is the length.
 *
 *	int frames_create(struct frames *s, struct bm_region region, const char *name)
 *		Makes a new, empty stack in the region. Errors: bm_layout_reserve().
 *	int frames_attach(struct frames *s, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int frames_push(struct frames *s, const struct frame *item)
 *		Puts the item on top. -ENOSPC.
 *	int frames_pop(struct frames *s, struct frame *item)
 *		Takes the one on top; item may be NULL. -ENOENT if empty.
 *	int frames_extend(struct frames *s, const struct frame *items, size_t count)
 *		Pushes all of them in their order, so that the last is on top, or none.
 *		O(count). -ENOSPC.
 *	int frames_truncate(struct frames *s, size_t len)
 *		Takes what is above the lowest @len, as a return to an earlier state
 *		does. 0 if there is nothing.
 *	int frames_last(const struct frames *s, struct frame *item)
 *	int frames_first(const struct frames *s, struct frame *item)
 *		Copy out the one on top, or the lowest. -ENOENT if empty.
 *	int frames_get(const struct frames *s, size_t index, struct frame *item)
 *		Copies out. -ERANGE.
 *	int frames_find(const struct frames *s, const struct frame *item, size_t *index)
 *		Where the topmost such item is; index may be NULL. Compares all bytes,
 *		padding included. -ENOENT. O(n).
 *	bool frames_contains(const struct frames *s, const struct frame *item)
 *		The same without an error. O(n).
 *	int frames_next(const struct frames *s, size_t *cursor, struct frame *item)
 *		Iterates from the top down:
 *		size_t cursor = 0; while (!frames_next(&s, &cursor, &item)). -ENOENT at
 *		the end.
 *	struct frame *frames_at(const struct frames *s, size_t index)
 *		The element itself, or NULL. Until it is popped.
 *	void frames_clear(struct frames *s)
 *		Makes it empty and sound, whatever it was.
 *	int frames_count(const struct frames *s, size_t *len)
 *		The length, or that it is damaged.
 *	size_t frames_len(const struct frames *s)
 *	size_t frames_capacity(const struct frames *s)
 *	bool frames_is_empty(const struct frames *s)
 *	bool frames_is_full(const struct frames *s)
 *	int frames_repair(struct frames *s)
 *		After -EOWNERDEAD, which only a redundant stack returns of itself. No
 *		element is lost.
 *	int frames_invariants(const struct frames *s)
 *		For tests: 0, or what is wrong as one of the errors below.
 *
 * All that return int can return -EUCLEAN, and those that write -EOWNERDEAD, as
 * object.h says; frames_len() of a damaged stack is its capacity.
 *
 * BM_STACK_CHECKED(frames, struct frame, 64, sampled) declares one that is checked while
 * it is used: integrity.h. It has no frames_len(), _is_empty(), _is_full(), _contains()
 * and _at().
 *
 * Space: 64 bytes beside the elements, rounded up to a multiple of 64.
 *
 * Death within a verb: every verb that writes is published by one store: a process that
 * is killed leaves what was before or what comes after, and nothing to repair.
 *
 * Counters: as counted.h says.
 *
 * Threads: see object.h. What frames_at() gives is memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct frame item = { 17 };
 *	struct frames open;
 *	int err = frames_create(&open, bm_pool_region(pool), "open");
 *
 *	if (!err)
 *		err = frames_push(&open, &item);
 *	while (!err && !frames_pop(&open, &item))
 *		finish(&item);
 */
#ifndef BUDGETMEM_STACK_H
#define BUDGETMEM_STACK_H

#include <string.h>

#include <budgetmem/counted.h>
#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_STACK_VERSION	2

int bm_stack_extend_(struct bm_handle *stack, const void *items, size_t count);
int bm_stack_truncate_(struct bm_handle *stack, size_t len);
int bm_stack_find_(const struct bm_handle *stack, const void *item, size_t *index);
void bm_stack_clear_(struct bm_handle *stack);
int bm_stack_repair_(struct bm_handle *stack);
int bm_stack_invariants_(const struct bm_handle *stack);

/*
 * What follows is inline because an element's size and the capacity are known here:
 * the copy is one or two instructions, and a call would cost more than the work. The
 * length is the header's first place.
 */
static inline struct bm_type bm_stack_type_(size_t size, size_t alignment,
					    size_t capacity, const char *spelling)
{
	struct bm_type type;

	type.kind = BM_KIND_STACK;
	type.version = BM_STACK_VERSION;
	type.element_size = (uint32_t)size;
	type.alignment = (uint32_t)alignment;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type(spelling, size, alignment);
	type.bytes = (uint64_t)size * capacity;
	return type;
}

static inline void *bm_stack_element_(const struct bm_object *object,
				      size_t index, size_t size)
{
	return (unsigned char *)(uintptr_t)(object + 1) + index * size;
}

static inline uint32_t bm_stack_load_(const struct bm_object *object)
{
	return __atomic_load_n(&object->place[0], __ATOMIC_ACQUIRE);
}

/* Reads the length once. -EUCLEAN if it cannot be. */
static inline int bm_stack_read_(const struct bm_handle *stack, uint32_t *len,
				 uint32_t capacity)
{
	*len = bm_stack_load_(stack->object);
	return *len > capacity ? -EUCLEAN : 0;
}

static inline int bm_stack_writable_(const struct bm_handle *stack, uint32_t *len,
				     uint32_t capacity)
{
	if (bm_object_is_updating_(stack->object))
		return -EOWNERDEAD;
	return bm_stack_read_(stack, len, capacity);
}

static inline void bm_stack_store_(struct bm_object *object, uint32_t len)
{
	__atomic_store_n(&object->place[0], len, __ATOMIC_RELEASE);
}

static inline int bm_stack_push_(struct bm_handle *stack, const void *item,
				 size_t size, uint32_t capacity)
{
	struct bm_object *object = stack->object;
	uint32_t len = bm_stack_load_(object);
	int err;

	if (__builtin_expect(len >= capacity, 0))
		return bm_counted_refuse_push_(stack, len);
	err = bm_counted_grow_one_(stack, &object->len, len);
	if (__builtin_expect(err, 0))
		return err;
	memcpy(bm_stack_element_(object, len, size), item, size);
	bm_stack_store_(object, len + 1);
	return 0;
}

static inline int bm_stack_pop_(struct bm_handle *stack, void *item, size_t size,
				uint32_t capacity)
{
	struct bm_object *object = stack->object;
	uint32_t len = bm_stack_load_(object);
	int err;

	if (__builtin_expect(len - 1 >= capacity, 0))
		return bm_counted_refuse_pop_(stack, len);
	err = bm_counted_shrink_one_(stack, &object->len, len - 1, capacity);
	if (__builtin_expect(err, 0))
		return err;
	if (item)
		memcpy(item, bm_stack_element_(object, len - 1, size), size);
	bm_stack_store_(object, len - 1);
	return 0;
}

/* The element itself; -ERANGE if there is none. */
static inline int bm_stack_look_(const struct bm_handle *stack, size_t index,
				 void **element, size_t size, uint32_t capacity)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, capacity);

	if (err)
		return err;
	if (index >= len)
		return -ERANGE;
	*element = bm_stack_element_(stack->object, len - 1 - index, size);
	return 0;
}

static inline int bm_stack_get_(const struct bm_handle *stack, size_t index,
				void *item, size_t size, uint32_t capacity)
{
	void *element;
	int err = bm_stack_look_(stack, index, &element, size, capacity);

	if (!err)
		memcpy(item, element, size);
	return err;
}

static inline int bm_stack_last_(const struct bm_handle *stack, void *item,
				 size_t size, uint32_t capacity)
{
	int err = bm_stack_get_(stack, 0, item, size, capacity);

	return err == -ERANGE ? -ENOENT : err;
}

static inline int bm_stack_first_(const struct bm_handle *stack, void *item,
				  size_t size, uint32_t capacity)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, capacity);

	if (err)
		return err;
	if (!len)
		return -ENOENT;
	memcpy(item, bm_stack_element_(stack->object, 0, size), size);
	return 0;
}

static inline int bm_stack_next_(const struct bm_handle *stack, size_t *cursor,
				 void *item, size_t size, uint32_t capacity)
{
	int err = bm_stack_get_(stack, *cursor, item, size, capacity);

	if (!err)
		++*cursor;
	return err == -ERANGE ? -ENOENT : err;
}

static inline void *bm_stack_at_(const struct bm_handle *stack, size_t index,
				 size_t size, uint32_t capacity)
{
	void *element;

	return bm_stack_look_(stack, index, &element, size, capacity) ? NULL :
									element;
}

static inline int bm_stack_count_(const struct bm_handle *stack, size_t *count)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, stack->capacity);

	if (!err)
		*count = len;
	return err;
}

/* For those who cannot return an error: never beyond the capacity. */
static inline size_t bm_stack_len_(const struct bm_handle *stack)
{
	uint32_t len;

	return bm_stack_read_(stack, &len, stack->capacity) ? stack->capacity :
							      len;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_STACK() - declare a stack
 * @name: of the struct, and how the functions begin
 * @T: type of an element: a plain one, that can be copied byte by byte
 * @N: capacity in elements, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_STACK(name, T, N)	BM_STACK_DEFINE_(name, T, N, off, #T)

/**
 * BM_STACK_CHECKED() - declare a stack that is checked
 * @name: as BM_STACK()
 * @T: as BM_STACK()
 * @N: as BM_STACK()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_STACK_CHECKED(name, T, N, level)				\
	BM_STACK_DEFINE_(name, T, N, level, #T)

#define BM_STACK_DEFINE_(name, T, N, level, spelling)			\
	BM_ASSERT_ELEMENT_(T, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)sizeof(T) * (N)));		\
	struct name {							\
		struct bm_handle stack;					\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, stack,			\
				    bm_stack_invariants_(&object->stack)) \
	BM_DEFINE_MAKE_(name, stack, level,				\
			bm_stack_type_(sizeof(T), BM_ALIGNOF(T), N,	\
				       spelling),			\
			bm_object_create_, bm_object_attach_)		\
	BM_STACK_TOP_(name, T, N)					\
	BM_STACK_LOOK_(name, T, N)					\
	BM_STACK_WHOLE_(name)						\
	BM_COUNTED_CAPACITY_(name, stack, bm_stack_count_)		\
	BM_IF_OFF_##level(BM_STACK_DIRECT_(name, T, N)			\
			  BM_COUNTED_LENGTHS_(name, stack, bm_stack_len_))

#define BM_STACK_TOP_(name, T, N)					\
	BM_INLINE_ int name##_push(struct name *s, const T *item)	\
	{								\
		BM_WRITE_(name, s,					\
			  bm_stack_push_(&s->stack, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_pop(struct name *s, T *item)		\
	{								\
		BM_WRITE_(name, s,					\
			  bm_stack_pop_(&s->stack, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_extend(struct name *s, const T *items,	\
				     size_t count)			\
	{								\
		BM_WRITE_(name, s,					\
			  bm_stack_extend_(&s->stack, items, count));	\
	}								\
	BM_INLINE_ int name##_truncate(struct name *s, size_t len)	\
	{								\
		BM_WRITE_(name, s, bm_stack_truncate_(&s->stack, len));	\
	}

#define BM_STACK_LOOK_(name, T, N)					\
	BM_INLINE_ int name##_last(const struct name *s, T *item)	\
	{								\
		BM_READ_(name, s,					\
			 bm_stack_last_(&s->stack, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_first(const struct name *s, T *item)	\
	{								\
		BM_READ_(name, s,					\
			 bm_stack_first_(&s->stack, item, sizeof(T), N)); \
	}								\
	BM_INLINE_ int name##_get(const struct name *s, size_t index,	\
				  T *item)				\
	{								\
		BM_READ_(name, s,					\
			 bm_stack_get_(&s->stack, index, item,		\
				       sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_next(const struct name *s, size_t *cursor, \
				   T *item)				\
	{								\
		BM_READ_(name, s,					\
			 bm_stack_next_(&s->stack, cursor, item,	\
					sizeof(T), N));			\
	}								\
	BM_INLINE_ int name##_find(const struct name *s, const T *item,	\
				   size_t *index)			\
	{								\
		BM_READ_(name, s,					\
			 bm_stack_find_(&s->stack, item, index));	\
	}

#define BM_STACK_WHOLE_(name)						\
	BM_WHOLE_(name, bm_stack_clear_(&object->stack),		\
		  bm_stack_repair_(&object->stack),			\
		  bm_stack_invariants_(&object->stack))

#define BM_STACK_DIRECT_(name, T, N)					\
	BM_INLINE_ T *name##_at(const struct name *s, size_t index)	\
	{								\
		return (T *)bm_stack_at_(&s->stack, index, sizeof(T), N); \
	}								\
	BM_INLINE_ bool name##_contains(const struct name *s,		\
					const T *item)			\
	{								\
		return !bm_stack_find_(&s->stack, item, NULL);		\
	}

#endif /* BUDGETMEM_STACK_H */
