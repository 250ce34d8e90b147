// SPDX-License-Identifier: MIT
/*
 * string.c: text in UTF-8
 *
 * Appending writes behind the end and then makes the text longer by one store, so
 * a death leaves the old text or the new one.
 */
#include <budgetmem/string.h>

#include "object.h"
#include "utf8.h"
#include "wide.h"

#include <stdio.h>
#include <string.h>

static char *text_of(const struct bm_handle *string)
{
	return (char *)bm_handle_contents_(string);
}

/* Does a character begin here, or the text end? */
static bool is_boundary(const struct bm_handle *string, uint32_t len,
			size_t offset)
{
	const char *text = text_of(string);

	return offset == len ||
	       !bm_utf8_continues((unsigned char)__atomic_load_n(text + offset,
								 __ATOMIC_RELAXED));
}

/*
 * Seldom: more text than the counters know of. Text that comes in pieces comes again, and
 * the counters go as far ahead as they may; single characters come and go.
 */
static __attribute__((__noinline__)) int publish_more(struct bm_handle *string,
						      uint32_t len, size_t size)
{
	if (size > BM_UTF8_SIZE)
		bm_counted_raise_far_(string, bm_counted_place_(string), len);
	else
		bm_counted_raise_(string, bm_counted_place_(string), len);
	__atomic_store_n(&string->object->len, len, __ATOMIC_RELEASE);
	return 0;
}

/* @size bytes have been written behind the first @len. */
static int publish(struct bm_handle *string, uint32_t len, size_t size)
{
	struct bm_object *object = string->object;
	uint32_t known = __atomic_load_n(&object->place[0], __ATOMIC_RELAXED);

	len += (uint32_t)size;
	if (__builtin_expect(len > known, 0))
		return publish_more(string, len, size);
	__atomic_store_n(&object->len, len, __ATOMIC_RELEASE);
	return 0;
}

/* What does not fit, or is not ASCII throughout. */
static __attribute__((__noinline__)) int
append_slowly(struct bm_handle *string, uint32_t len, const char *text, size_t size)
{
	if (bm_utf8_sound(text, size) != size)
		return -EILSEQ;
	if (size > string->capacity - len)
		return bm_handle_refuse_(string);
	memcpy(text_of(string) + len, text, size);
	return publish(string, len, size);
}

/*
 * Copies less than 16 bytes, and may write 15. Whatever the size, the same instructions:
 * the processor could not foretell which. A part that is not wanted is read from
 * @instead, written, and overwritten by the next.
 */
static uint64_t copy_few(char *to, const char *from, size_t size, const void *instead)
{
	uint64_t eight;
	uint32_t four;
	uint16_t two;
	unsigned char one;

	memcpy(&eight, size & 8 ? from : instead, sizeof(eight));
	memcpy(to, &eight, sizeof(eight));
	from += size & 8;
	to += size & 8;
	memcpy(&four, size & 4 ? from : instead, sizeof(four));
	memcpy(to, &four, sizeof(four));
	from += size & 4;
	to += size & 4;
	memcpy(&two, size & 2 ? from : instead, sizeof(two));
	memcpy(to, &two, sizeof(two));
	from += size & 2;
	to += size & 2;
	memcpy(&one, size & 1 ? from : instead, sizeof(one));
	memcpy(to, &one, sizeof(one));
	return eight | four | two | one;
}

static uint64_t copy_16(char *to, const char *from)
{
	uint64_t part[2];

	memcpy(part, from, sizeof(part));
	memcpy(to, part, sizeof(part));
	return part[0] | part[1];
}

/* The two halves, of 16 to 32 bytes each, overlap unless the size is 32 or 64. */
static uint64_t copy_some(char *to, const char *from, size_t size)
{
	uint64_t all = copy_16(to, from) | copy_16(to + size - 16, from + size - 16);

	if (size > 32)
		all |= copy_16(to + 16, from + 16) |
		       copy_16(to + size - 32, from + size - 32);
	return all;
}

/* Functions of their own, for what they need costs short texts more than the work. */
static __attribute__((__noinline__)) int
append_lines_always(struct bm_handle *string, uint32_t len, const char *text, size_t size)
{
	if (copy_lines_always(text_of(string) + len, text, size))
		return append_slowly(string, len, text, size);
	return publish(string, len, size);
}

#ifdef BM_CHOICE_AT_RUN_TIME
#define WITH_AVX2
#include "wide.h"

static __attribute__((__noinline__)) BM_TARGET_AVX2 int
append_lines_avx2(struct bm_handle *string, uint32_t len, const char *text, size_t size)
{
	if (copy_lines_avx2(text_of(string) + len, text, size))
		return append_slowly(string, len, text, size);
	return publish(string, len, size);
}
#endif

static int append_lines(struct bm_handle *string, uint32_t len, const char *text,
			size_t size)
{
#ifdef BM_CHOICE_AT_RUN_TIME
	if (bm_processor_has_avx2())
		return append_lines_avx2(string, len, text, size);
#endif
	return append_lines_always(string, len, text, size);
}

/*
 * Copies behind the text and looks meanwhile whether all of it is ASCII. The bytes of the
 * header that may be looked at besides are, in a sound string. Within a caller with a few
 * bytes, the compiler would warn of the ways for many.
 */
__attribute__((__noinline__)) int
bm_string_append_bytes_(struct bm_handle *string, const char *text, size_t size)
{
	char *end = text_of(string);
	uint64_t all;
	uint32_t len;
	uint32_t room;
	int err = bm_handle_writable_(string, &len);

	if (__builtin_expect(err, 0))
		return err;
	end += len;
	room = string->capacity - len;
	if (__builtin_expect(size > room || room < 15, 0))
		return append_slowly(string, len, text, size);
	if (size >= BM_LINE)
		return append_lines(string, len, text, size);
	all = size < 16 ? copy_few(end, text, size, string->object) :
			  copy_some(end, text, size);
	if (__builtin_expect((all & BM_UPPER_BITS) != 0, 0))
		return append_slowly(string, len, text, size);
	return publish(string, len, size);
}

int bm_string_append_(struct bm_handle *string, const char *text)
{
	return bm_string_append_bytes_(string, text, strlen(text));
}

int bm_string_push_any_(struct bm_handle *string, uint32_t character)
{
	char text[BM_UTF8_SIZE];
	size_t size = bm_utf8_encode(text, character);

	return size ? bm_string_append_bytes_(string, text, size) : -EILSEQ;
}

/* vsnprintf() without its errno; -EINVAL, -EILSEQ. */
static int print(char *text, size_t size, const char *format, va_list arguments)
{
	int saved = errno;
	int needed = vsnprintf(text, size, format, arguments);

	if (needed < 0)
		needed = errno == EILSEQ ? -EILSEQ : -EINVAL;
	errno = saved;
	return needed;
}

int bm_string_append_arguments_(struct bm_handle *string, const char *format,
				va_list arguments)
{
	char *end = text_of(string);
	uint32_t room;
	uint32_t len;
	int needed = bm_handle_writable_(string, &len);

	if (needed)
		return needed;
	end += len;
	room = string->capacity - len;
	/* The byte behind the capacity is for the zero that printf() adds. */
	needed = print(end, (size_t)room + 1, format, arguments);
	if (needed < 0)
		return needed;
	if ((uint32_t)needed > room)
		return bm_handle_refuse_(string);
	if (bm_utf8_sound(end, (size_t)needed) != (size_t)needed)
		return -EILSEQ;
	bm_counted_set_len_(string, len + (uint32_t)needed, string->capacity);
	return 0;
}

int bm_string_get_(const struct bm_handle *string, size_t offset,
		   uint32_t *character)
{
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	if (err)
		return err;
	if (offset >= len)
		return -ERANGE;
	if (bm_utf8_decode(text_of(string) + offset, len - offset, character))
		return 0;
	return is_boundary(string, len, offset) ? -EUCLEAN : -EILSEQ;
}

int bm_string_next_(const struct bm_handle *string, size_t *cursor, uint32_t *character)
{
	char text[BM_UTF8_SIZE];
	int err = bm_string_get_(string, *cursor, character);

	if (err)
		return err == -ERANGE ? -ENOENT : err;
	*cursor += bm_utf8_encode(text, *character);
	return 0;
}

/* Finds where the last character begins. -ENOENT, -EUCLEAN. */
static int find_last(const struct bm_handle *string, uint32_t len,
		     uint32_t *start, uint32_t *character)
{
	uint32_t size = 0;

	if (!len)
		return -ENOENT;
	do {
		size++;
	} while (size < len && size < BM_UTF8_SIZE &&
		 !is_boundary(string, len, len - size));
	*start = len - size;
	return bm_utf8_decode(text_of(string) + *start, size, character) == size ?
	       0 : -EUCLEAN;
}

int bm_string_last_(const struct bm_handle *string, uint32_t *character)
{
	uint32_t start;
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	return err ? err : find_last(string, len, &start, character);
}

int bm_string_pop_(struct bm_handle *string, uint32_t *character)
{
	uint32_t popped;
	uint32_t start;
	uint32_t len;
	int err = bm_handle_writable_(string, &len);

	if (!err)
		err = find_last(string, len, &start, &popped);
	if (err)
		return err;
	if (character)
		*character = popped;
	bm_counted_set_len_(string, start, string->capacity);
	return 0;
}

int bm_string_insert_(struct bm_handle *string, size_t offset, const char *text)
{
	size_t size = strlen(text);
	char *place;
	uint32_t len;
	int err = bm_handle_writable_(string, &len);

	if (err)
		return err;
	if (offset > len)
		return -ERANGE;
	if (!is_boundary(string, len, offset) ||
	    bm_utf8_sound(text, size) != size)
		return -EILSEQ;
	if (size > string->capacity - len)
		return bm_handle_refuse_(string);
	place = text_of(string) + offset;
	bm_handle_update_begin_(string);
	memmove(place + size, place, len - offset);
	memcpy(place, text, size);
	bm_counted_set_len_(string, len + (uint32_t)size, string->capacity);
	bm_handle_update_end_(string);
	return 0;
}

int bm_string_remove_(struct bm_handle *string, size_t offset, size_t size)
{
	char *place;
	uint32_t len;
	int err = bm_handle_writable_(string, &len);

	if (err)
		return err;
	if (offset > len || size > len - offset)
		return -ERANGE;
	if (!is_boundary(string, len, offset) ||
	    !is_boundary(string, len, offset + size))
		return -EILSEQ;
	place = text_of(string) + offset;
	bm_handle_update_begin_(string);
	memmove(place, place + size, len - offset - size);
	bm_counted_set_len_(string, len - (uint32_t)size, string->capacity);
	bm_handle_update_end_(string);
	return 0;
}

int bm_string_find_(const struct bm_handle *string, const char *text,
		    size_t *offset)
{
	size_t size = strlen(text);
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	if (err)
		return err;
	for (size_t i = 0; size <= len && i <= len - size; i++) {
		if (memcmp(text_of(string) + i, text, size))
			continue;
		if (offset)
			*offset = i;
		return 0;
	}
	return -ENOENT;
}

/* A damaged string is ordered by all that it can hold, for who cannot see an error. */
int bm_string_compare_(const struct bm_handle *string, const char *text, int *order)
{
	size_t len = bm_handle_bounded_len_(string);
	size_t size = strlen(text);
	int first = memcmp(text_of(string), text, len < size ? len : size);
	uint32_t unused;

	if (first)
		*order = first < 0 ? -1 : 1;
	else
		*order = (len > size) - (len < size);
	return bm_handle_len_(string, &unused);
}

int bm_string_copy_(const struct bm_handle *string, char *buffer, size_t size)
{
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	if (err)
		return err;
	if (size <= len)
		return -ENOSPC;
	memcpy(buffer, text_of(string), len);
	buffer[len] = '\0';
	return bm_utf8_sound(buffer, len) == len ? 0 : -EUCLEAN;
}

int bm_string_repair_(struct bm_handle *string)
{
	uint32_t sound;
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	if (err)
		return err;
	sound = (uint32_t)bm_utf8_sound(text_of(string), len);
	__atomic_store_n(&string->object->len, sound, __ATOMIC_RELEASE);
	bm_counted_end_repair(string, bm_counted_place_(string), sound);
	return 0;
}

/* No verb of a string marks what the counters know. */
int bm_string_invariants_(const struct bm_handle *string)
{
	uint32_t known = __atomic_load_n(bm_counted_place_(string), __ATOMIC_RELAXED);
	uint32_t len;
	int err = bm_handle_len_(string, &len);

	if (!err && (len > known || known > string->capacity))
		err = -EUCLEAN;
	if (!err)
		err = bm_handle_invariants(string);
	if (err)
		return err;
	return bm_utf8_sound(text_of(string), len) == len ? 0 : -EUCLEAN;
}
