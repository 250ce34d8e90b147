/* SPDX-License-Identifier: MIT */
/*
 * string.h: text in UTF-8, at most N bytes
 *
 *	BM_STRING(report, 1000)
 *
 * declares struct report, a small handle in the program's private memory, and
 * these functions. `s` is the handle; lengths, offsets and the capacity are in
 * bytes. A character is a Unicode scalar value, 1 to 4 bytes. The text has no
 * closing zero. Everything that goes in is checked: -EILSEQ, and nothing changes.
 * Everything goes in whole or not at all: -ENOSPC, and nothing changes.
 * n is the length of the text, k that of the argument.
 *
 *	int report_create(struct report *s, struct bm_region region, const char *name)
 *		Makes a new, empty string in the region. Errors: bm_layout_reserve().
 *	int report_attach(struct report *s, struct bm_region region, const char *name,
 *			  struct bm_mismatch *mismatch)
 *		Finds one that exists; mismatch may be NULL. Errors: bm_layout_attach().
 *	int report_push(struct report *s, uint32_t character)
 *		Appends. -ENOSPC, -EILSEQ. O(1).
 *	int report_pop(struct report *s, uint32_t *character)
 *		Takes the last; character may be NULL. -ENOENT if empty. O(1).
 *	int report_append(struct report *s, const char *text)
 *		Appends up to the closing zero. -ENOSPC, -EILSEQ. O(k).
 *	int report_append_bytes(struct report *s, const char *text, size_t size)
 *		Appends @size bytes, zeros included. -ENOSPC, -EILSEQ. O(k).
 *	int report_append_format(struct report *s, const char *format, ...)
 *		Appends as printf() would. -ENOSPC if it does not fit whole, -EILSEQ,
 *		-EINVAL for a format that libc refuses. O(k), as libc does it.
 *	int report_get(const struct report *s, size_t offset, uint32_t *character)
 *		The character that begins there. -ERANGE, -EILSEQ. O(1).
 *	int report_first(const struct report *s, uint32_t *character)
 *	int report_last(const struct report *s, uint32_t *character)
 *		-ENOENT if empty. O(1).
 *	int report_next(const struct report *s, size_t *cursor, uint32_t *character)
 *		Iterates: size_t cursor = 0; while (!report_next(&s, &cursor, &c)). The
 *		cursor is the offset of the next character. -ENOENT at the end. O(1).
 *	int report_insert(struct report *s, size_t offset, const char *text)
 *		-ERANGE, -EILSEQ also for an offset within a character, -ENOSPC. O(n + k).
 *	int report_remove(struct report *s, size_t offset, size_t size)
 *		Takes bytes out, whole characters only. -ERANGE, -EILSEQ. O(n).
 *	int report_find(const struct report *s, const char *text, size_t *offset)
 *		Where the text is there first; offset may be NULL. -ENOENT. O(n * k).
 *	bool report_contains(const struct report *s, const char *text)
 *		The same without an error. O(n * k).
 *	int report_order(const struct report *s, const char *text, int *order)
 *		Tells whether the string is less than (-1), equal to (0) or greater than
 *		(1) the text, by bytes, which is the order of the characters' numbers.
 *		O(min(n, k)).
 *	int report_compare(const struct report *s, const char *text)
 *		The same without an error. O(min(n, k)).
 *	int report_copy(const struct report *s, char *buffer, size_t size)
 *		Copies the text and a closing zero into private memory. -ENOSPC if
 *		size is not more than n. O(n).
 *	const char *report_data(const struct report *s)
 *		The bytes themselves, report_len() of them, no closing zero.
 *	void report_clear(struct report *s)
 *		Makes it empty and sound, whatever it was. O(1).
 *	int report_count(const struct report *s, size_t *len)
 *		The length, or that it is damaged.
 *	size_t report_len(const struct report *s)
 *	size_t report_capacity(const struct report *s)
 *	bool report_is_empty(const struct report *s)
 *	bool report_is_full(const struct report *s)
 *	int report_repair(struct report *s)
 *		After -EOWNERDEAD: keeps the text up to the first byte that is not
 *		UTF-8. An insert or remove that was cut short may have left parts of the
 *		text behind its offset twice, or not at all. O(n).
 *	int report_invariants(const struct report *s)
 *		For tests: 0, or what is wrong as one of the errors below. O(n).
 *
 * All that return an error can return -EUCLEAN, also for what the pool holds if it
 * is not UTF-8, and those that write -EOWNERDEAD, as object.h says; report_len() of
 * a damaged string is its capacity.
 *
 * BM_STRING_CHECKED(report, 1000, sampled) declares one that is checked while it is
 * used: integrity.h. It has no report_len(), _is_empty(), _is_full(), _contains(),
 * _compare() and _data().
 *
 * Space: 64 bytes beside the text and one byte that report_append_format() needs,
 * rounded up to a multiple of 64.
 *
 * Threads: see object.h. What report_data() gives is memory that another process may
 * change between two looks at it.
 *
 * Example:
 *
 *	struct report text;
 *	int err = report_create(&text, bm_pool_region(pool), "report");
 *
 *	if (!err)
 *		err = report_append_format(&text, "%d of %d\n", done, all);
 *	if (err == -ENOSPC)
 *		report_clear(&text);
 *	fwrite(report_data(&text), 1, report_len(&text), stdout);
 */
#ifndef BUDGETMEM_STRING_H
#define BUDGETMEM_STRING_H

#include <stdarg.h>

#include <budgetmem/counted.h>
#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_STRING_VERSION	2

static inline struct bm_type bm_string_type_(size_t capacity)
{
	struct bm_type type;

	type.kind = BM_KIND_STRING;
	type.version = BM_STRING_VERSION;
	type.element_size = 1;
	type.alignment = 1;
	type.capacity = (uint32_t)capacity;
	type.hash = bm_hash_type("UTF-8", 1, 1);
	type.bytes = (uint64_t)capacity + 1;
	return type;
}

int bm_string_push_any_(struct bm_handle *string, uint32_t character);
int bm_string_pop_(struct bm_handle *string, uint32_t *character);
int bm_string_append_(struct bm_handle *string, const char *text);
int bm_string_append_bytes_(struct bm_handle *string, const char *text,
			    size_t size);
int bm_string_append_arguments_(struct bm_handle *string, const char *format,
				va_list arguments)
	__attribute__((__format__(__printf__, 2, 0)));
int bm_string_get_(const struct bm_handle *string, size_t offset,
		   uint32_t *character);
int bm_string_last_(const struct bm_handle *string, uint32_t *character);
int bm_string_next_(const struct bm_handle *string, size_t *cursor,
		    uint32_t *character);
int bm_string_insert_(struct bm_handle *string, size_t offset,
		      const char *text);
int bm_string_remove_(struct bm_handle *string, size_t offset, size_t size);
int bm_string_find_(const struct bm_handle *string, const char *text,
		    size_t *offset);
int bm_string_compare_(const struct bm_handle *string, const char *text,
		       int *order);
int bm_string_copy_(const struct bm_handle *string, char *buffer, size_t size);
int bm_string_repair_(struct bm_handle *string);
int bm_string_invariants_(const struct bm_handle *string);

/* Inline because a character is a byte as a rule: a call would cost more than the work. */
static inline int bm_string_push_(struct bm_handle *string, uint32_t character,
				  uint32_t capacity)
{
	struct bm_object *object = string->object;
	uint32_t len;

	if (__builtin_expect(character > 0x7f, 0))
		return bm_string_push_any_(string, character);
	if (bm_object_is_updating_(object))
		return -EOWNERDEAD;
	len = __atomic_load_n(&object->len, __ATOMIC_ACQUIRE);
	if (__builtin_expect(len >= capacity, 0))
		return len == capacity ? bm_handle_refuse_(string) : -EUCLEAN;
	((char *)(uintptr_t)(object + 1))[len] = (char)character;
	if (__builtin_expect(object->place[0] <= len, 0))
		bm_counted_raise_(string, &object->place[0], len + 1);
	__atomic_store_n(&object->len, len + 1, __ATOMIC_RELEASE);
	return 0;
}

#ifdef __cplusplus
}
#endif

/**
 * BM_STRING() - declare a string
 * @name: of the struct, and how the functions begin
 * @N: capacity in bytes, a constant > 0
 *
 * At file scope. What it declares is described above.
 */
#define BM_STRING(name, N)	BM_STRING_CHECKED(name, N, off)

/**
 * BM_STRING_CHECKED() - declare a string that is checked
 * @name: as BM_STRING()
 * @N: as BM_STRING()
 * @level: off, sampled, every or redundant, see integrity.h
 */
#define BM_STRING_CHECKED(name, N, level)				\
	BM_ASSERT_ELEMENT_(char, N);					\
	BM_DECLARE_BYTES_(name, BM_INTEGRITY_BYTES_##level(		\
				  (uint64_t)(N) + 1));			\
	struct name {							\
		struct bm_handle string;				\
		BM_INTEGRITY_MEMBER_##level				\
	};								\
	BM_DEFINE_INTEGRITY_##level(name, string,			\
				    bm_string_invariants_(&object->string)) \
	BM_DEFINE_MAKE_(name, string, level, bm_string_type_(N),	\
			bm_object_create_, bm_object_attach_)		\
	BM_STRING_APPEND_(name)						\
	BM_STRING_EDIT_(name, N)					\
	BM_STRING_READ_(name)						\
	BM_STRING_SEARCH_(name)						\
	BM_STRING_WHOLE_(name)						\
	BM_DEFINE_CAPACITY_(name, string)				\
	BM_IF_OFF_##level(BM_STRING_DIRECT_(name)			\
			  BM_DEFINE_COUNTS_(name, string))

#define BM_STRING_APPEND_(name)						\
	BM_INLINE_ int name##_append(struct name *s, const char *text)	\
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_append_(&s->string, text));		\
	}								\
	BM_INLINE_ int name##_append_bytes(struct name *s,		\
					   const char *text, size_t size) \
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_append_bytes_(&s->string, text, size));	\
	}								\
	BM_INLINE_ int name##_append_arguments_(struct name *s,		\
						const char *format,	\
						va_list arguments)	\
	{								\
		BM_WRITE_(name, s, bm_string_append_arguments_(		\
				  &s->string, format, arguments));	\
	}								\
	__attribute__((__format__(__printf__, 2, 3)))			\
	BM_INLINE_ int name##_append_format(struct name *s,		\
					    const char *format, ...)	\
	{								\
		va_list arguments;					\
		int err;						\
									\
		va_start(arguments, format);				\
		err = name##_append_arguments_(s, format, arguments);	\
		va_end(arguments);					\
		return err;						\
	}

#define BM_STRING_EDIT_(name, N)					\
	BM_INLINE_ int name##_push(struct name *s, uint32_t character)	\
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_push_(&s->string, character, N));	\
	}								\
	BM_INLINE_ int name##_pop(struct name *s, uint32_t *character)	\
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_pop_(&s->string, character));	\
	}								\
	BM_INLINE_ int name##_insert(struct name *s, size_t offset,	\
				     const char *text)			\
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_insert_(&s->string, offset, text));	\
	}								\
	BM_INLINE_ int name##_remove(struct name *s, size_t offset,	\
				     size_t size)			\
	{								\
		BM_WRITE_(name, s,					\
			  bm_string_remove_(&s->string, offset, size));	\
	}

#define BM_STRING_READ_(name)						\
	BM_INLINE_ int name##_get(const struct name *s, size_t offset,	\
				  uint32_t *character)			\
	{								\
		BM_READ_(name, s,					\
			 bm_string_get_(&s->string, offset, character));	\
	}								\
	BM_INLINE_ int name##_first(const struct name *s,		\
				    uint32_t *character)		\
	{								\
		size_t cursor = 0;					\
									\
		BM_READ_(name, s,					\
			 bm_string_next_(&s->string, &cursor, character));	\
	}								\
	BM_INLINE_ int name##_last(const struct name *s,		\
				   uint32_t *character)			\
	{								\
		BM_READ_(name, s,					\
			 bm_string_last_(&s->string, character));	\
	}								\
	BM_INLINE_ int name##_next(const struct name *s, size_t *cursor, \
				   uint32_t *character)			\
	{								\
		BM_READ_(name, s,					\
			 bm_string_next_(&s->string, cursor, character));	\
	}

#define BM_STRING_SEARCH_(name)						\
	BM_INLINE_ int name##_find(const struct name *s,		\
				   const char *text, size_t *offset)	\
	{								\
		BM_READ_(name, s,					\
			 bm_string_find_(&s->string, text, offset));	\
	}								\
	BM_INLINE_ int name##_order(const struct name *s,		\
				    const char *text, int *order)	\
	{								\
		BM_READ_(name, s,					\
			 bm_string_compare_(&s->string, text, order));	\
	}								\
	BM_INLINE_ int name##_copy(const struct name *s, char *buffer,	\
				   size_t size)				\
	{								\
		BM_READ_(name, s,					\
			 bm_string_copy_(&s->string, buffer, size));	\
	}

#define BM_STRING_WHOLE_(name)						\
	BM_WHOLE_(name, bm_counted_clear_(&object->string),		\
		  bm_string_repair_(&object->string),			\
		  bm_string_invariants_(&object->string))

#define BM_STRING_DIRECT_(name)						\
	BM_INLINE_ const char *name##_data(const struct name *s)	\
	{								\
		return (const char *)bm_handle_contents_(&s->string);	\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *s,		\
					const char *text)		\
	{								\
		return !bm_string_find_(&s->string, text, NULL);	\
	}								\
	BM_INLINE_ int name##_compare(const struct name *s,		\
				      const char *text)			\
	{								\
		int order = 0;						\
									\
		bm_string_compare_(&s->string, text, &order);		\
		return order;						\
	}

#endif /* BUDGETMEM_STRING_H */
