// SPDX-License-Identifier: MIT
/*
 * string_fuzz.c: a string does what an array of bytes does, and holds UTF-8 alone
 */
#include "harm.h"

#define CAPACITY	70
#define LONGEST		40

BM_STRING(text, CAPACITY)

static char model[CAPACITY];
static size_t model_len;

/* How long the character is that begins there, by the table of RFC 3629; 0 if none does. */
static size_t character_size(const char *bytes, size_t size)
{
	static const struct {
		uint8_t first[2];
		uint8_t second[2];
		uint8_t size;
	} rows[] = {
		{ { 0x00, 0x7f }, { 0x00, 0xff }, 1 },
		{ { 0xc2, 0xdf }, { 0x80, 0xbf }, 2 },
		{ { 0xe0, 0xe0 }, { 0xa0, 0xbf }, 3 },
		{ { 0xe1, 0xec }, { 0x80, 0xbf }, 3 },
		{ { 0xed, 0xed }, { 0x80, 0x9f }, 3 },
		{ { 0xee, 0xef }, { 0x80, 0xbf }, 3 },
		{ { 0xf0, 0xf0 }, { 0x90, 0xbf }, 4 },
		{ { 0xf1, 0xf3 }, { 0x80, 0xbf }, 4 },
		{ { 0xf4, 0xf4 }, { 0x80, 0x8f }, 4 },
	};
	uint8_t byte[4] = { 0 };

	memcpy(byte, bytes, size < 4 ? size : 4);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t needed = rows[i].size;

		if (byte[0] < rows[i].first[0] || byte[0] > rows[i].first[1])
			continue;
		if (needed > size ||
		    (needed > 1 && (byte[1] < rows[i].second[0] ||
				    byte[1] > rows[i].second[1])) ||
		    (needed > 2 && byte[2] >> 6 != 2) ||
		    (needed > 3 && byte[3] >> 6 != 2))
			return 0;
		return needed;
	}
	return 0;
}

static bool is_text(const char *bytes, size_t size)
{
	for (size_t at = 0; at < size;) {
		size_t step = character_size(bytes + at, size - at);

		if (!step)
			return false;
		at += step;
	}
	return true;
}

static bool is_boundary(size_t offset)
{
	return offset == model_len || (uint8_t)model[offset] >> 6 != 2;
}

/* Characters of all sizes, and now and then a byte that is none. */
static size_t take_text(struct fuzz_input *input, char *bytes)
{
	static const char *const characters[] = {
		"a", "bc", "defghijklmnopqrst", "\xc2\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf",
	};
	size_t pieces = fuzz_below(input, 6);
	size_t size = 0;

	while (pieces--) {
		uint32_t which = fuzz_below(input, 9);
		const char *piece = which < 8 ? characters[which] : "";

		if (size + strlen(piece) + 1 >= LONGEST)
			break;
		if (which == 8)
			bytes[size++] = (char)(fuzz_byte(input) | 1);
		memcpy(bytes + size, piece, strlen(piece));
		size += strlen(piece);
	}
	bytes[size] = '\0';
	return size;
}

static void model_insert(size_t offset, const char *bytes, size_t size)
{
	memmove(model + offset + size, model + offset, model_len - offset);
	memcpy(model + offset, bytes, size);
	model_len += size;
}

static int error_of(const char *bytes, size_t size)
{
	if (!is_text(bytes, size))
		return -EILSEQ;
	return size > CAPACITY - model_len ? -ENOSPC : 0;
}

/* What is too long and no text either may be refused for one or for the other. */
static void check_refused(int err, const char *bytes, size_t size)
{
	int wanted = error_of(bytes, size);

	FUZZ_CHECK(err == wanted || (wanted == -EILSEQ && err == -ENOSPC &&
				     size > CAPACITY - model_len));
}

static void append(struct text *s, struct fuzz_input *input)
{
	char bytes[LONGEST];
	size_t size = take_text(input, bytes);
	uint32_t way = fuzz_below(input, 3);
	int err = way == 0 ? text_append(s, bytes) :
		  way == 1 ? text_append_bytes(s, bytes, size) :
			     text_append_format(s, "%s", bytes);

	check_refused(err, bytes, size);
	if (!err)
		model_insert(model_len, bytes, size);
}

static void insert(struct text *s, struct fuzz_input *input)
{
	size_t offset = fuzz_below(input, CAPACITY + 2);
	char bytes[LONGEST];
	size_t size = take_text(input, bytes);
	int err = text_insert(s, offset, bytes);

	if (offset > model_len) {
		FUZZ_CHECK(err == -ERANGE);
	} else if (!is_boundary(offset)) {
		FUZZ_CHECK(err == -EILSEQ);
	} else {
		check_refused(err, bytes, size);
		if (!err)
			model_insert(offset, bytes, size);
	}
}

static void remove_some(struct text *s, struct fuzz_input *input)
{
	size_t offset = fuzz_below(input, CAPACITY + 2);
	size_t size = fuzz_below(input, 12);
	int err = text_remove(s, offset, size);

	if (offset > model_len || size > model_len - offset) {
		FUZZ_CHECK(err == -ERANGE);
	} else if (!is_boundary(offset) || !is_boundary(offset + size)) {
		FUZZ_CHECK(err == -EILSEQ);
	} else {
		FUZZ_CHECK(!err);
		model_len -= size;
		memmove(model + offset, model + offset + size, model_len - offset);
	}
}

static void push(struct text *s, struct fuzz_input *input)
{
	uint32_t character = (uint32_t)fuzz_short(input) << fuzz_below(input, 7);
	size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 :
		      character < 0x10000 ? 3 : 4;
	bool is_none = character >= 0x110000 ||
		       (character >= 0xd800 && character < 0xe000);
	int err = text_push(s, character);
	char bytes[4];

	FUZZ_CHECK(err == (is_none ? -EILSEQ :
			   size > CAPACITY - model_len ? -ENOSPC : 0));
	if (err)
		return;
	memcpy(bytes, text_data(s) + model_len, size);
	FUZZ_CHECK(character_size(bytes, size) == size);
	model_insert(model_len, bytes, size);
}

static void pop(struct text *s)
{
	uint32_t popped = 0;
	uint32_t last = 0;
	int err = text_last(s, &last);

	FUZZ_CHECK(err == text_pop(s, &popped) && popped == last);
	FUZZ_CHECK(err == (model_len ? 0 : -ENOENT));
	while (model_len && (uint8_t)model[--model_len] >> 6 == 2)
		;
}

static void search(struct text *s, struct fuzz_input *input)
{
	char bytes[LONGEST];
	size_t size = take_text(input, bytes);
	size_t offset = CAPACITY;
	size_t wanted = 0;
	int order;
	int difference = memcmp(model, bytes, size < model_len ? size : model_len);
	int err = text_find(s, bytes, &offset);

	if (!difference)
		difference = (model_len > size) - (model_len < size);
	while (wanted + size <= model_len && memcmp(model + wanted, bytes, size))
		wanted++;
	FUZZ_CHECK(err == (wanted + size <= model_len ? 0 : -ENOENT));
	FUZZ_CHECK(err || offset == wanted);
	FUZZ_CHECK(!text_order(s, bytes, &order));
	FUZZ_CHECK(order == (difference > 0) - (difference < 0));
}

static void operate(struct text *s, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 10) {
	case 0: case 1: case 2:
		append(s, input);
		break;
	case 3: case 4:
		insert(s, input);
		break;
	case 5:
		remove_some(s, input);
		break;
	case 6: case 7:
		push(s, input);
		break;
	case 8:
		pop(s);
		break;
	default:
		search(s, input);
	}
}

/* All characters, one after the other, and the bytes. */
static void compare(const struct text *s)
{
	char copy[CAPACITY + 1];
	size_t cursor = 0;
	size_t at = 0;
	uint32_t character;
	uint32_t same;

	FUZZ_CHECK(text_len(s) == model_len && !text_invariants(s));
	FUZZ_CHECK(!memcmp(text_data(s), model, model_len));
	FUZZ_CHECK(!text_copy(s, copy, sizeof(copy)) && !copy[model_len]);
	while (!text_next(s, &cursor, &character)) {
		FUZZ_CHECK(!text_get(s, at, &same) && same == character);
		at += character_size(model + at, model_len - at);
		FUZZ_CHECK(cursor == at);
	}
	FUZZ_CHECK(at == model_len);
}

static void misuse(struct text *s, struct bm_region region, struct fuzz_input *input)
{
	char bytes[LONGEST];
	char copy[CAPACITY + 1];
	size_t size = take_text(input, bytes);
	size_t offset = fuzz_below(input, CAPACITY + 2);
	size_t cursor = offset;
	uint32_t character;
	int err[] = {
		text_append_bytes(s, bytes, size), text_insert(s, offset, bytes),
		text_remove(s, offset, size), text_push(s, (uint32_t)offset * 997),
		text_get(s, offset, &character), text_next(s, &cursor, &character),
		text_last(s, &character), text_pop(s, &character),
		text_find(s, bytes, &cursor), text_copy(s, copy, sizeof(copy)),
		text_append_format(s, "%d", (int)size), text_invariants(s),
	};

	for (size_t i = 0; i < sizeof(err) / sizeof(*err); i++)
		if (err[i] != -EILSEQ)
			check_documented(err[i]);
	harm(region, input);
	if (fuzz_below(input, 4) == 0)
		check_documented(text_repair(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(text));
	struct fuzz_input input = { bytes, size };
	bool hostile = fuzz_byte(&input) % 4 == 0;
	struct text s;

	model_len = 0;
	FUZZ_CHECK(!text_create(&s, region, "text"));
	while (!fuzz_at_end(&input)) {
		if (hostile) {
			misuse(&s, region, &input);
			continue;
		}
		operate(&s, &input);
		compare(&s);
	}
	if (hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
