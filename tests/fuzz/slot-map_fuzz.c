// SPDX-License-Identifier: MIT
/*
 * slot-map_fuzz.c: handles find their elements as long as these live, and no longer
 *
 * The first byte chooses: compare with a list of all handles that there ever were
 * after each operation, or write random bytes into the object between the operations
 * and demand documented errors only.
 */
#include "fuzz.h"

#define CAPACITY	11
#define EVER		512

struct item {
	uint8_t byte[5];
};

BM_SLOT_MAP(items, struct item, CAPACITY)

static struct {
	struct items_handle handle;
	struct item item;
	bool lives;
} model[EVER];
static size_t model_ever;
static size_t model_len;
static bool is_hostile;

static struct item next_item(struct fuzz_input *input)
{
	struct item item = { { fuzz_byte(input), 1, 2, 3, 4 } };

	return item;
}

/* Whether to go on with the model. */
static bool expect(int err, int expected)
{
	if (is_hostile) {
		FUZZ_CHECK(!err || err == -EUCLEAN || err == -EOWNERDEAD ||
			   err == -ENOSPC || err == -ENOENT);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

static void insert(struct items *m, struct fuzz_input *input)
{
	struct item item = next_item(input);
	struct items_handle handle = { 0, 0 };
	int err = items_insert(m, &item, &handle);

	FUZZ_CHECK(err || (handle.slot < CAPACITY && handle.generation % 2));
	expect(err, model_len < CAPACITY ? 0 : -ENOSPC);
	if (err || model_ever == EVER)
		return;
	model[model_ever].handle = handle;
	model[model_ever].item = item;
	model[model_ever++].lives = true;
	model_len++;
}

/* Of one that was there once, or of none. */
static void by_handle(struct items *m, struct fuzz_input *input)
{
	size_t i = fuzz_below(input, 512) % (model_ever + 1);
	struct items_handle handle = { fuzz_byte(input), fuzz_byte(input) & ~1u };
	struct item item = next_item(input);
	bool lives = i < model_ever && model[i].lives;
	struct item old;

	if (i < model_ever)
		handle = model[i].handle;
	switch (fuzz_byte(input) % 3) {
	case 0:
		if (!expect(items_set(m, handle, &item), lives ? 0 : -ENOENT))
			break;
		model[i].item = item;
		break;
	default:
		if (!expect(items_remove(m, handle, &old), lives ? 0 : -ENOENT))
			break;
		FUZZ_CHECK(!memcmp(&old, &model[i].item, sizeof(old)));
		model[i].lives = false;
		model_len--;
	}
}

static void whole(struct items *m, struct fuzz_input *input)
{
	if (fuzz_byte(input) % 4) {
		expect(items_repair(m), 0);
		return;
	}
	items_clear(m);
	for (size_t i = 0; i < model_ever; i++)
		model[i].lives = false;
	model_len = 0;
}

static void look(const struct items *m)
{
	struct items_handle handle;
	struct item item;
	size_t cursor = 0;
	size_t found = 0;

	while (!items_next(m, &cursor, &handle, &item)) {
		FUZZ_CHECK(handle.slot < CAPACITY);
		FUZZ_CHECK(items_contains(m, handle));
		FUZZ_CHECK(!memcmp(items_at(m, handle), &item, sizeof(item)));
		found++;
	}
	FUZZ_CHECK(found <= CAPACITY);
	FUZZ_CHECK(is_hostile || found == model_len);
}

static void compare(const struct items *m)
{
	struct item item;

	FUZZ_CHECK(!items_invariants(m));
	FUZZ_CHECK(items_len(m) == model_len);
	for (size_t i = 0; i < model_ever; i++) {
		int err = items_get(m, model[i].handle, &item);

		FUZZ_CHECK(err == (model[i].lives ? 0 : -ENOENT));
		FUZZ_CHECK(err || !memcmp(&item, &model[i].item, sizeof(item)));
	}
}

static void damage(const struct items *m, struct fuzz_input *input)
{
	unsigned char *bytes = (unsigned char *)m->map.object;

	bytes[fuzz_below(input, (uint32_t)BM_BYTES(items))] = fuzz_byte(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(items));
	struct fuzz_input input = { bytes, size };
	struct items m;

	model_ever = 0;
	model_len = 0;
	is_hostile = fuzz_byte(&input) % 4 == 3;
	FUZZ_CHECK(!items_create(&m, region, "items"));
	while (!fuzz_at_end(&input) && model_ever < EVER) {
		uint8_t verb = fuzz_byte(&input) % 16;

		if (verb < 8)
			insert(&m, &input);
		else if (verb < 15)
			by_handle(&m, &input);
		else
			whole(&m, &input);
		look(&m);
		if (is_hostile)
			damage(&m, &input);
		else
			compare(&m);
	}
	if (is_hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
