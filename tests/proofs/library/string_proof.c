// SPDX-License-Identifier: MIT
/*
 * Strings of CAPACITY bytes, from every state of the pool; one verb from there.
 *
 * What bytes are characters is said by the grammar of RFC 3629, and the proofs of
 * utf8_proof.c say that the library says the same.
 */
#include <budgetmem/string.h>

#include <stdio.h>

#define CONTENTS	(CAPACITY + 1)
#include "pool.h"
/* An argument may be a byte longer than a string. */
#define LENGTH		(CAPACITY + 1)
#include "rfc3629.h"
#include "find-upper.h"
#include "no-fast-ways.h"
#include "print.h"
#include "counted.c"
#include "marks.h"

#define bm_utf8_sound	bm_utf8_sound_itself
#include "utf8.c"
#undef bm_utf8_sound

size_t bm_utf8_sound(const char *text, size_t size)
{
	return characters((const unsigned char *)text, size);
}

#include "string.c"

BM_STRING(text, CAPACITY)

/* How long the pool said the text is, and what of that can be. */
static bool was_sound;
static uint32_t len, bounded_len;

static struct text any_string(void)
{
	struct text s = { .string = any_object(CAPACITY, 1) };

	was_sound = !text_invariants(&s);
	len = before.object.len;
	bounded_len = len < CAPACITY ? len : CAPACITY;
	return s;
}

static int read_error(void)
{
	return if_so(len > CAPACITY, -EUCLEAN);
}

static int write_error(void)
{
	return either(if_so(before.object.updating, -EOWNERDEAD), read_error());
}

/* What an argument is: text in memory that ends where the text does. */
static unsigned char argument[CAPACITY + 2];
static uint32_t argument_size;

static const char *any_argument(void)
{
	__CPROVER_havoc_object(argument);
	argument_size = any_below(CAPACITY + 2);
	return (const char *)argument + CAPACITY + 2 - argument_size;
}

/* The same with a closing zero, and none before. */
static const char *any_text(void)
{
	const char *start;

	__CPROVER_havoc_object(argument);
	argument_size = any_below(CAPACITY + 2);
	start = (const char *)argument + CAPACITY + 1 - argument_size;
	argument[CAPACITY + 1] = 0;
	for (uint32_t i = 0; i < CAPACITY + 1; i++)
		__CPROVER_assume(i >= argument_size || start[i]);
	return start;
}

static bool is_text(const char *text, uint32_t size)
{
	return characters((const unsigned char *)text, size) == size;
}

/* What the text was, whatever is behind it. */
static void assert_text_kept(uint32_t size)
{
	uint32_t i = any_below(CONTENTS);

	assert(i >= size || CONTENTS_NOW[i] == before.contents[i]);
}

/* A verb of this result made it @now bytes long, and characters if it was. */
static void assert_string(const struct text *s, int err, uint32_t now)
{
	if (err) {
		assert_text_kept(len);
		assert_headers_kept(err);
		return;
	}
	assert_declaration_kept();
	assert_refused(false);
	assert(OBJECT->len == now && now <= CAPACITY);
	assert(!OBJECT->updating);
	assert(!was_sound || !text_invariants(s));
	if (was_sound)
		assert_accounted(unmarked(before.object.place[0]),
				 unmarked(OBJECT->place[0]), 1);
}

/* The text is what it was, and behind it what has been appended. */
static void assert_appended(const struct text *s, int err, const char *more,
			    uint32_t size)
{
	uint32_t i = any_below(CAPACITY + 1);

	assert_string(s, err, len + size);
	if (err)
		return;
	assert_text_kept(len);
	assert(i >= size || (char)CONTENTS_NOW[len + i] == more[i]);
}

static int append_error(const char *more, uint32_t size)
{
	return either(write_error(),
		      either(if_so(!is_text(more, size), -EILSEQ),
			     if_so(size > CAPACITY - len, -ENOSPC)));
}

void prove_string_append_bytes(void)
{
	struct text s = any_string();
	const char *more = any_argument();
	int err = text_append_bytes(&s, more, argument_size);

	assert(err == append_error(more, argument_size));
	assert_appended(&s, err, more, argument_size);
	REACHED();
}

void prove_string_append(void)
{
	struct text s = any_string();
	const char *more = any_text();
	int err = text_append(&s, more);

	assert(err == append_error(more, argument_size));
	assert_appended(&s, err, more, argument_size);
	REACHED();
}

void prove_string_push(void)
{
	struct text s = any_string();
	char bytes[BM_UTF8_SIZE];
	uint32_t character = nondet_u32();
	uint32_t size = (uint32_t)bm_utf8_encode(bytes, character);
	uint32_t i = any_below(BM_UTF8_SIZE);
	int err = text_push(&s, character);

	assert(err == either(if_so(!size, -EILSEQ),
			     either(write_error(),
				    if_so(size > CAPACITY - len, -ENOSPC))));
	assert_string(&s, err, len + size);
	assert_text_kept(len);
	if (!err)
		assert(i >= size || (char)CONTENTS_NOW[len + i] == bytes[i]);
	REACHED();
}

/* What printf() would write may be anything, and so is what it says. */
void prove_string_append_format(void)
{
	struct text s = any_string();
	uint32_t size;
	int err = text_append_format(&s, "%d", 1);

	size = (uint32_t)printed.needed;
	assert(printed.calls == !write_error());
	if (write_error())
		assert(err == write_error());
	else if (printed.needed < 0)
		assert(err == (printed.is_illegal ? -EILSEQ : -EINVAL));
	else if (size > CAPACITY - len)
		assert(err == -ENOSPC);
	else
		assert(err == if_so(!is_text(printed_text, size), -EILSEQ));
	assert_appended(&s, err, printed_text, size);
	assert(errno == printed.errno_before);
	REACHED();
}

/*
 * What is put in or taken out at @offset: before it and behind it the text is what it was.
 */
static void assert_moved(uint32_t offset, uint32_t size, bool is_in, uint32_t now)
{
	uint32_t i = any_below(CONTENTS);

	if (i < offset)
		assert(CONTENTS_NOW[i] == before.contents[i]);
	else if (is_in && i >= offset + size && i < now)
		assert(CONTENTS_NOW[i] == before.contents[i - size]);
	else if (!is_in && i < now)
		assert(CONTENTS_NOW[i] == before.contents[i + size]);
}

static bool is_boundary_before(size_t offset)
{
	return offset >= bounded_len || (before.contents[offset] & 0xc0) != 0x80;
}

void prove_string_insert(void)
{
	struct text s = any_string();
	const char *more = any_text();
	size_t offset = nondet_u64();
	uint32_t size = argument_size, i = any_below(CAPACITY + 1);
	int err = text_insert(&s, offset, more);

	assert(err == either(write_error(), either(if_so(offset > len, -ERANGE),
		either(if_so(!is_boundary_before(offset), -EILSEQ),
		       append_error(more, size)))));
	assert_string(&s, err, len + size);
	if (!err) {
		assert_moved((uint32_t)offset, size, true, len + size);
		assert(i >= size || (char)CONTENTS_NOW[offset + i] == more[i]);
	}
	REACHED();
}

void prove_string_remove(void)
{
	struct text s = any_string();
	size_t offset = nondet_u64(), size = nondet_u64();
	bool is_there = offset <= len && size <= len - offset;
	int err = text_remove(&s, offset, size);

	assert(err == either(write_error(), either(if_so(!is_there, -ERANGE),
		if_so(!is_boundary_before(offset) ||
		      !is_boundary_before(offset + size), -EILSEQ))));
	assert_string(&s, err, len - (uint32_t)size);
	if (!err)
		assert_moved((uint32_t)offset, (uint32_t)size, false, OBJECT->len);
	REACHED();
}

/* Is the text there at this offset? */
static bool is_at(const char *text, uint32_t size, size_t offset)
{
	for (uint32_t i = 0; i < CAPACITY + 1; i++)
		if (i < size && (offset + i >= bounded_len ||
				 before.contents[offset + i] != (unsigned char)text[i]))
			return false;
	return offset <= bounded_len;
}

void prove_string_find(void)
{
	struct text s = any_string();
	const char *other = any_text();
	size_t offset = CAPACITY;
	uint32_t earlier = any_below(CAPACITY + 1);
	int err = text_find(&s, other, &offset);

	assert(err == read_error() || err == -ENOENT);
	if (err != -EUCLEAN)
		assert(err ? offset == CAPACITY : is_at(other, argument_size, offset));
	if (err == -ENOENT || (!err && earlier < offset))
		assert(!is_at(other, argument_size, earlier));
	assert(text_contains(&s, other) == !err);
	assert_nothing_done(0);
	REACHED();
}

/* Bytes of the character that begins there; none is longer than the text. */
static uint32_t character_at(size_t offset)
{
	unsigned char byte[BM_UTF8_SIZE];

	for (uint32_t i = 0; i < BM_UTF8_SIZE; i++)
		byte[i] = i <= bounded_len && offset < bounded_len - i ?
				  before.contents[offset + i] : NO_BYTE;
	return table(byte);
}

/* Bytes of the character that ends where the text does, or 0 if none does. */
static uint32_t last_character(void)
{
	for (uint32_t size = 1; size <= BM_UTF8_SIZE && size <= bounded_len; size++)
		if (character_at(bounded_len - size) == size)
			return size;
	return 0;
}

static void assert_is_character(uint32_t character, size_t offset)
{
	char bytes[BM_UTF8_SIZE];
	size_t size = bm_utf8_encode(bytes, character);
	uint32_t i = any_below(BM_UTF8_SIZE);

	assert(size && size == character_at(offset));
	assert(i >= size || (unsigned char)bytes[i] == before.contents[offset + i]);
}

static int last_error(void)
{
	return either(if_so(!len, -ENOENT), if_so(!last_character(), -EUCLEAN));
}

void prove_string_pop(void)
{
	struct text s = any_string();
	uint32_t character;
	int err = text_pop(&s, &character);

	assert(err == either(write_error(), last_error()));
	assert_contents_kept();
	assert_string(&s, err, len - (err ? 0 : last_character()));
	if (!err)
		assert_is_character(character, len - last_character());
	REACHED();
}

void prove_string_last(void)
{
	struct text s = any_string();
	uint32_t character;
	size_t count;
	int err = text_last(&s, &character);

	assert(err == either(read_error(), last_error()));
	if (!err)
		assert_is_character(character, len - last_character());
	err = text_count(&s, &count);
	assert(err == read_error() && (err || count == len));
	assert(text_len(&s) == (err ? CAPACITY : len));
	assert(text_is_full(&s) == (len >= CAPACITY));
	assert((const unsigned char *)text_data(&s) == CONTENTS_NOW);
	assert_nothing_done(0);
	REACHED();
}

static int get_error(size_t offset, int missing)
{
	bool is_within = (before.contents[offset < bounded_len ? offset : 0] & 0xc0) == 0x80;

	return either(read_error(),
		      either(if_so(offset >= len, missing),
			     if_so(!character_at(offset),
				   is_within ? -EILSEQ : -EUCLEAN)));
}

void prove_string_get(void)
{
	struct text s = any_string();
	size_t offset = nondet_u64(), cursor = offset;
	uint32_t character;
	int err = text_get(&s, offset, &character);

	assert(err == get_error(offset, -ERANGE));
	if (!err)
		assert_is_character(character, offset);
	err = text_next(&s, &cursor, &character);
	assert(err == get_error(offset, -ENOENT));
	assert(cursor == offset + (err ? 0 : character_at(offset)));
	if (!err)
		assert_is_character(character, offset);
	assert_nothing_done(0);
	REACHED();
}

/* -1, 0 or 1: by the first byte that is different; the end is less than any byte. */
static int expected_order(const char *text, uint32_t size)
{
	for (uint32_t i = 0; i < CAPACITY + 1; i++) {
		int mine = i < bounded_len ? before.contents[i] : -1;
		int other = i < size ? (unsigned char)text[i] : -1;

		if (mine != other)
			return mine < other ? -1 : 1;
	}
	return 0;
}

void prove_string_compare(void)
{
	struct text s = any_string();
	const char *other = any_text();
	int order, err = text_order(&s, other, &order);

	assert(err == read_error());
	assert(order == expected_order(other, argument_size));
	assert(text_compare(&s, other) == order);
	assert_nothing_done(0);
	REACHED();
}

void prove_string_copy(void)
{
	struct text s = any_string();
	char copy[CAPACITY + 2], untouched[CAPACITY + 2];
	uint32_t size = any_below(CAPACITY + 3), i = any_below(CAPACITY + 2);
	char *end = copy + CAPACITY + 2 - size;
	int err;

	__CPROVER_havoc_object(copy);
	memcpy(untouched, copy, sizeof(copy));
	err = text_copy(&s, end, size);
	assert(err == either(read_error(), either(if_so(size <= len, -ENOSPC),
		if_so(!is_text((const char *)before.contents, len), -EUCLEAN))));
	if (!err || (err == -EUCLEAN && !read_error())) {
		assert(i >= len || (unsigned char)end[i] == before.contents[i]);
		assert(!end[len]);
	} else {
		assert(copy[i] == untouched[i]);
	}
	assert_nothing_done(0);
	REACHED();
}

void prove_string_clear(void)
{
	struct text s = any_string();
	uint32_t known = unmarked(before.object.place[0]);

	text_clear(&s);
	assert(!OBJECT->len && !OBJECT->place[0] && !OBJECT->updating);
	assert_declaration_kept();
	assert_refused(false);
	assert(OBJECT->peak <= CAPACITY);
	if (known <= CAPACITY)
		assert_accounted(known, 0, 1);
	REACHED();
}

static bool is_declared(void)
{
	const struct bm_object *object = &before.object;

	return object->magic == BM_OBJECT_MAGIC && object->capacity == CAPACITY &&
	       object->element_size == 1 && object->peak <= CAPACITY;
}

/* What is kept is the text up to what is no character. */
void prove_string_repair(void)
{
	struct text s = any_string();
	uint32_t sound = characters(before.contents, len);
	int err = text_repair(&s);

	assert_contents_kept();
	assert_declaration_kept();
	assert_refused(false);
	if (len > CAPACITY)
		assert(err == -EUCLEAN && OBJECT->len == len);
	else
		assert(OBJECT->len == sound);
	assert(err || (!OBJECT->updating && OBJECT->peak <= CAPACITY));
	assert(err || !is_declared() || !text_invariants(&s));
	REACHED();
}
