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
 *	bool report_contains(const struct report *s, const char *text)
 *		O(n * k).
 *	int report_compare(const struct report *s, const char *text)
 *		Less than, equal to or greater than 0, by bytes, which is the order of
 *		the characters' numbers. O(min(n, k)).
 *	int report_copy(const struct report *s, char *buffer, size_t size)
 *		Copies the text and a closing zero into private memory. -ENOSPC if
 *		size is not more than n. O(n).
 *	const char *report_data(const struct report *s)
 *		The bytes themselves, report_len() of them, no closing zero.
 *	void report_clear(struct report *s)
 *		Makes it empty and sound, whatever it was. O(1).
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
 * Threads: see object.h. Overhead: 64 bytes beside the text and one byte that
 * report_append_format() needs, rounded up to a multiple of 64. What report_data()
 * gives is memory that another process may change between two looks at it.
 */
#ifndef BUDGETMEM_STRING_H
#define BUDGETMEM_STRING_H

#include <stdarg.h>

#include <budgetmem/hash.h>
#include <budgetmem/layout.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BM_STRING_VERSION	1

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

int bm_string_create_(struct bm_handle *string, struct bm_region region,
		      const char *name, size_t capacity);
int bm_string_attach_(struct bm_handle *string, struct bm_region region,
		      const char *name, size_t capacity,
		      struct bm_mismatch *mismatch);
int bm_string_push_(struct bm_handle *string, uint32_t character);
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
bool bm_string_contains_(const struct bm_handle *string, const char *text);
int bm_string_compare_(const struct bm_handle *string, const char *text);
int bm_string_copy_(const struct bm_handle *string, char *buffer, size_t size);
int bm_string_repair_(struct bm_handle *string);
int bm_string_invariants_(const struct bm_handle *string);

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
#define BM_STRING(name, N)						\
	BM_ASSERT_ELEMENT_(char, N);					\
	BM_DECLARE_BYTES_(name, BM_OBJECT_BYTES_((uint64_t)(N) + 1));	\
	struct name {							\
		struct bm_handle string;				\
	};								\
	BM_STRING_MAKE_(name, N)					\
	BM_STRING_APPEND_(name)						\
	BM_STRING_EDIT_(name)						\
	BM_STRING_READ_(name)						\
	BM_STRING_WHOLE_(name)

#define BM_STRING_MAKE_(name, N)					\
	BM_INLINE_ struct bm_type name##_type_(void)			\
	{								\
		return bm_string_type_(N);				\
	}								\
	BM_INLINE_ int name##_create(struct name *s,			\
				     struct bm_region region,		\
				     const char *object)		\
	{								\
		return bm_string_create_(&s->string, region, object, N); \
	}								\
	BM_INLINE_ int name##_attach(struct name *s,			\
				     struct bm_region region,		\
				     const char *object,		\
				     struct bm_mismatch *mismatch)	\
	{								\
		return bm_string_attach_(&s->string, region, object, N,	\
					 mismatch);			\
	}

#define BM_STRING_APPEND_(name)						\
	BM_INLINE_ int name##_append(struct name *s, const char *text)	\
	{								\
		return bm_string_append_(&s->string, text);		\
	}								\
	BM_INLINE_ int name##_append_bytes(struct name *s,		\
					   const char *text, size_t size) \
	{								\
		return bm_string_append_bytes_(&s->string, text, size);	\
	}								\
	__attribute__((__format__(__printf__, 2, 3)))			\
	BM_INLINE_ int name##_append_format(struct name *s,		\
					    const char *format, ...)	\
	{								\
		va_list arguments;					\
		int err;						\
									\
		va_start(arguments, format);				\
		err = bm_string_append_arguments_(&s->string, format,	\
						  arguments);		\
		va_end(arguments);					\
		return err;						\
	}

#define BM_STRING_EDIT_(name)						\
	BM_INLINE_ int name##_push(struct name *s, uint32_t character)	\
	{								\
		return bm_string_push_(&s->string, character);		\
	}								\
	BM_INLINE_ int name##_pop(struct name *s, uint32_t *character)	\
	{								\
		return bm_string_pop_(&s->string, character);		\
	}								\
	BM_INLINE_ int name##_insert(struct name *s, size_t offset,	\
				     const char *text)			\
	{								\
		return bm_string_insert_(&s->string, offset, text);	\
	}								\
	BM_INLINE_ int name##_remove(struct name *s, size_t offset,	\
				     size_t size)			\
	{								\
		return bm_string_remove_(&s->string, offset, size);	\
	}

#define BM_STRING_READ_(name)						\
	BM_INLINE_ int name##_get(const struct name *s, size_t offset,	\
				  uint32_t *character)			\
	{								\
		return bm_string_get_(&s->string, offset, character);	\
	}								\
	BM_INLINE_ int name##_first(const struct name *s,		\
				    uint32_t *character)		\
	{								\
		size_t cursor = 0;					\
									\
		return bm_string_next_(&s->string, &cursor, character);	\
	}								\
	BM_INLINE_ int name##_last(const struct name *s,		\
				   uint32_t *character)			\
	{								\
		return bm_string_last_(&s->string, character);		\
	}								\
	BM_INLINE_ int name##_next(const struct name *s, size_t *cursor, \
				   uint32_t *character)			\
	{								\
		return bm_string_next_(&s->string, cursor, character);	\
	}								\
	BM_INLINE_ bool name##_contains(const struct name *s,		\
					const char *text)		\
	{								\
		return bm_string_contains_(&s->string, text);		\
	}								\
	BM_INLINE_ int name##_compare(const struct name *s,		\
				      const char *text)			\
	{								\
		return bm_string_compare_(&s->string, text);		\
	}								\
	BM_INLINE_ int name##_copy(const struct name *s, char *buffer,	\
				   size_t size)				\
	{								\
		return bm_string_copy_(&s->string, buffer, size);	\
	}

#define BM_STRING_WHOLE_(name)						\
	BM_INLINE_ const char *name##_data(const struct name *s)	\
	{								\
		return (const char *)bm_handle_contents_(&s->string);	\
	}								\
	BM_INLINE_ void name##_clear(struct name *s)			\
	{								\
		bm_handle_empty_(&s->string);				\
	}								\
	BM_INLINE_ int name##_repair(struct name *s)			\
	{								\
		return bm_string_repair_(&s->string);			\
	}								\
	BM_INLINE_ int name##_invariants(const struct name *s)		\
	{								\
		return bm_string_invariants_(&s->string);		\
	}								\
	BM_DEFINE_COUNTS_(name, string)

#endif /* BUDGETMEM_STRING_H */
