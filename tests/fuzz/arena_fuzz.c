// SPDX-License-Identifier: MIT
/*
 * arena_fuzz.c: an arena does what a number and a stack of scopes do
 *
 * The first byte of an input chooses: the model, or an arena into which somebody else
 * writes anything at any time.
 */
#include "fuzz.h"

#define CAPACITY	700
#define RECORD		16
#define SCOPES		16

BM_ARENA(scratch, CAPACITY)

struct scope {
	struct bm_arena_scope scope;
	size_t before;
	bool is_open;
};

/* Newest last; those that were ended are kept to be tried again. */
static struct scope scopes[SCOPES];
static size_t scope_count;
static size_t model_len;
static size_t model_peak;
static size_t last_start;
static uint8_t model[CAPACITY];

static size_t align(size_t len, size_t alignment)
{
	return (len + alignment - 1) / alignment * alignment;
}

static void set_len(size_t len)
{
	model_len = len;
	if (len > model_peak)
		model_peak = len;
}

/* What was there before was not touched, and what is new is the caller's. */
static void check_memory(struct scratch *a, uint8_t *memory, size_t size,
			 size_t alignment, uint8_t value)
{
	uint8_t *contents = (uint8_t *)(a->arena.object + 1);
	size_t start = align(model_len, alignment);
	size_t offset;

	FUZZ_CHECK(memory == contents + start);
	FUZZ_CHECK(!scratch_offset(a, memory, &offset) && offset == start);
	FUZZ_CHECK(scratch_at(a, start) == memory);
	memset(memory, value, size);
	memcpy(model + model_len, contents + model_len, start - model_len);
	memset(model + start, value, size);
	last_start = start;
	set_len(start + size);
}

static void alloc(struct scratch *a, struct fuzz_input *input)
{
	uint8_t how = fuzz_byte(input);
	size_t size = fuzz_below(input, 100);
	size_t alignment = (size_t)1 << how / 4 % 8;
	void *memory = NULL;
	int err;

	switch (how % 4) {
	case 0:
		err = scratch_alloc_aligned(a, alignment, size, &memory);
		break;
	case 1:
		alignment = 16;
		err = scratch_alloc_zeroed(a, size, &memory);
		for (size_t i = 0; !err && i < size; i++)
			FUZZ_CHECK(!((uint8_t *)memory)[i]);
		break;
	case 2:
		alignment = 16;
		err = scratch_alloc_array(a, size, how / 4, &memory);
		size *= how / 4;
		break;
	default:
		alignment = 16;
		err = scratch_alloc(a, size, &memory);
	}
	if (!size || alignment > 64) {
		FUZZ_CHECK(err == -EINVAL);
	} else if (align(model_len, alignment) + size > CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
	} else {
		FUZZ_CHECK(!err);
		check_memory(a, memory, size, alignment, how);
	}
}

static struct scope *innermost(void)
{
	struct scope *found = NULL;

	for (size_t i = 0; i < scope_count; i++)
		if (scopes[i].is_open)
			found = &scopes[i];
	return found;
}

static void resize(struct scratch *a, struct fuzz_input *input)
{
	size_t size = fuzz_below(input, 300);
	uint8_t *memory = (uint8_t *)(a->arena.object + 1) + last_start;
	size_t old_size = model_len - last_start;
	const struct scope *scope = innermost();
	size_t floor = scope ? scope->scope.offset + RECORD : 0;
	int err = scratch_resize(a, memory, old_size, size);

	if (last_start >= model_len || last_start < floor || !size) {
		FUZZ_CHECK(err == -EINVAL);
	} else if (last_start + size > CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
	} else {
		FUZZ_CHECK(!err);
		if (size > old_size) {
			memset(memory + old_size, 7, size - old_size);
			memset(model + model_len, 7, size - old_size);
		}
		set_len(last_start + size);
	}
}

static void mark(struct scratch *a)
{
	struct bm_arena_scope scope;
	size_t start = align(model_len, RECORD);
	int err = scratch_mark(a, &scope);

	if (start + RECORD > CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
		return;
	}
	FUZZ_CHECK(!err && scope.offset == start);
	memcpy(model + model_len, (uint8_t *)(a->arena.object + 1) + model_len,
	       start + RECORD - model_len);
	if (scope_count == SCOPES) {
		/* No room in the model: nobody can end it by itself. */
		FUZZ_CHECK(!scratch_release(a, scope));
		if (start + RECORD > model_peak)
			model_peak = start + RECORD;
		return;
	}
	scopes[scope_count].scope = scope;
	scopes[scope_count].before = model_len;
	scopes[scope_count++].is_open = true;
	set_len(start + RECORD);
}

static void release(struct scratch *a, struct fuzz_input *input)
{
	size_t which = fuzz_below(input, SCOPES);
	int err;

	if (which >= scope_count)
		return;
	err = scratch_release(a, scopes[which].scope);
	FUZZ_CHECK(err == (scopes[which].is_open ? 0 : -ENOENT));
	if (err)
		return;
	model_len = scopes[which].before;
	for (size_t i = which; i < scope_count; i++)
		scopes[i].is_open = false;
	while (scope_count > SCOPES / 2 && !scopes[scope_count - 1].is_open)
		scope_count--;
}

static void release_rubbish(struct scratch *a, struct fuzz_input *input)
{
	struct bm_arena_scope scope = {
		fuzz_byte(input) % 4, fuzz_below(input, CAPACITY + 32),
		a->arena.object->place[1] - fuzz_byte(input) % 4u - 1,
	};

	for (size_t i = 0; i < scope_count; i++)
		if (scopes[i].is_open && scopes[i].scope.offset == scope.offset)
			return;
	FUZZ_CHECK(scratch_release(a, scope) < 0);
}

static void compare(struct scratch *a)
{
	FUZZ_CHECK(scratch_len(a) == model_len);
	FUZZ_CHECK(scratch_peak(a) == model_peak);
	FUZZ_CHECK(!memcmp(a->arena.object + 1, model, model_len));
	FUZZ_CHECK(!scratch_invariants(a));
}

static void run_model(struct scratch *a, struct fuzz_input *input)
{
	scope_count = 0;
	model_len = 0;
	model_peak = 0;
	last_start = 0;
	while (!fuzz_at_end(input)) {
		switch (fuzz_byte(input) % 16) {
		case 0: case 1: case 2: case 3: case 4: case 5:
			alloc(a, input);
			break;
		case 6: case 7:
			resize(a, input);
			break;
		case 8: case 9: case 10:
			mark(a);
			break;
		case 11: case 12: case 13:
			release(a, input);
			break;
		case 14:
			release_rubbish(a, input);
			break;
		default:
			if (fuzz_byte(input) % 8)
				break;
			scratch_clear(a);
			model_len = 0;
			scope_count = 0;
		}
		compare(a);
	}
}

static void expect(int err)
{
	FUZZ_CHECK(err == 0 || err == -ENOSPC || err == -EINVAL ||
		   err == -ENOENT || err == -ERANGE || err == -EOWNERDEAD ||
		   err == -EUCLEAN);
}

static void write_rubbish(struct scratch *a, struct fuzz_input *input)
{
	struct bm_object *object = a->arena.object;
	uint8_t value = fuzz_byte(input);

	switch (fuzz_byte(input) % 5) {
	case 0:
		object->len = fuzz_below(input, CAPACITY + 50);
		break;
	case 1:
		object->place[0] = fuzz_below(input, CAPACITY) / 16 * 16 + 1;
		break;
	case 2:
		object->updating = value % 2;
		break;
	default:
		((uint8_t *)object)[fuzz_below(input, BM_BYTES(scratch))] = value;
	}
}

static void run_hostile(struct scratch *a, struct fuzz_input *input)
{
	struct bm_arena_scope scope = { 2, 0, 0 };
	size_t offset;
	void *memory;

	while (!fuzz_at_end(input)) {
		write_rubbish(a, input);
		memory = NULL;
		expect(scratch_alloc(a, fuzz_byte(input), &memory));
		if (memory)
			memset(memory, 1, 1);
		expect(scratch_alloc_zeroed(a, fuzz_byte(input), &memory));
		expect(scratch_mark(a, &scope));
		scope.offset = fuzz_below(input, CAPACITY);
		expect(scratch_release(a, scope));
		expect(scratch_resize(a, memory, fuzz_byte(input), 9));
		expect(scratch_offset(a, memory, &offset));
		expect(scratch_get(a, fuzz_short(input), &memory));
		expect(scratch_invariants(a));
		FUZZ_CHECK(scratch_len(a) <= CAPACITY);
		FUZZ_CHECK(scratch_peak(a) <= CAPACITY);
		if (fuzz_byte(input) % 4 == 0)
			expect(scratch_repair(a));
	}
	scratch_clear(a);
	FUZZ_CHECK(!scratch_alloc(a, CAPACITY, &memory));
	memset(memory, 1, CAPACITY);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(scratch));
	struct fuzz_input input = { bytes, size };
	struct scratch a;

	FUZZ_CHECK(!scratch_create(&a, region, "scratch"));
	if (fuzz_byte(&input) % 2) {
		run_hostile(&a, &input);
		free(region.base);
	} else {
		run_model(&a, &input);
		fuzz_give_region(region);
	}
	return 0;
}
