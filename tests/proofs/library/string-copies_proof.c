// SPDX-License-Identifier: MIT
/*
 * What strings copy less than a line with, where there is room for 15 bytes: texts up to
 * LENGTH bytes.
 */
#include <assert.h>

#include "object.c"
#include "counted.c"
#include "find-upper.h"
#include "utf8.c"
#include "string.c"

#include "proof.h"

static char from[LENGTH], to[LENGTH];

static const char *text;
static size_t size;

/* It ends where its memory does. */
static void any_text(size_t least, size_t most)
{
	size = nondet_uint();
	__CPROVER_assume(size >= least && size <= most);
	__CPROVER_havoc_object(from);
	text = from + LENGTH - size;
}

static bool has_upper(const char *bytes, size_t count)
{
	bool has = false;

	for (size_t i = 0; i < LENGTH; i++)
		has |= i < count && bytes[i] & 0x80;
	return has;
}

/* Each byte of the copy is that of the text. */
static void assert_copied(const char *copy)
{
	size_t i = nondet_u64();

	assert(i >= size || copy[i] == text[i]);
}

/* Less than 16 bytes: it may write 15, and looks at 8 others besides. */
void prove_string_copy_few(void)
{
	char room[15], others[8];
	bool is_upper;

	any_text(0, 15);
	__CPROVER_havoc_object(others);
	is_upper = copy_few(room, text, size, others) & BM_UPPER_BITS;
	assert_copied(room);
	assert(is_upper || !has_upper(text, size));
	assert(!is_upper || has_upper(text, size) || has_upper(others, 8));
	REACHED();
}

void prove_string_copy_some(void)
{
	bool is_upper;
	char *copy;

	any_text(16, LENGTH);
	copy = to + LENGTH - size;
	is_upper = copy_some(copy, text, size) & BM_UPPER_BITS;
	assert_copied(copy);
	assert(is_upper == has_upper(text, size));
	REACHED();
}
