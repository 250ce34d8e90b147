// SPDX-License-Identifier: MIT
/*
 * sorted_list_fuzz.c: a sorted list does what an array does that is kept in order
 */
#include "fuzz.h"

#define CAPACITY	12

struct item {
	uint8_t key;
	uint8_t number;
};

static int compare_items(const struct item *a, const struct item *b)
{
	return a->key - b->key;
}

BM_SORTED_LIST(items, struct item, CAPACITY, compare_items)

static struct item model[CAPACITY];
static size_t model_len;

/* Few keys, so that some are equal. */
static struct item next_item(struct fuzz_input *input)
{
	uint8_t byte = fuzz_byte(input);
	struct item item = { byte % 8, byte };

	return item;
}

/* Where the elements that are not before the key begin, or end with @equal. */
static size_t bound(uint8_t key, bool equal)
{
	size_t at = 0;

	while (at < model_len && model[at].key < key + equal)
		at++;
	return at;
}

static void model_insert(struct item item)
{
	size_t at = bound(item.key, true);

	memmove(model + at + 1, model + at, (model_len - at) * sizeof(*model));
	model[at] = item;
	model_len++;
}

static void model_remove(size_t from, size_t to)
{
	memmove(model + from, model + to, (model_len - to) * sizeof(*model));
	model_len -= to - from;
}

static void push(struct items *l, struct fuzz_input *input)
{
	struct item item = next_item(input);
	int err = items_push(l, &item);

	FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (!err)
		model_insert(item);
}

static void extend(struct items *l, struct fuzz_input *input)
{
	size_t count = fuzz_below(input, 5);
	struct item more[5];
	int err;

	for (size_t i = 0; i < count; i++)
		more[i] = next_item(input);
	err = items_extend(l, more, count);
	FUZZ_CHECK(err == (model_len + count > CAPACITY ? -ENOSPC : 0));
	for (size_t i = 0; !err && i < count; i++)
		model_insert(more[i]);
}

static void take(struct items *l, struct fuzz_input *input)
{
	bool first = fuzz_byte(input) % 2;
	struct item item;
	int err = first ? items_pop_first(l, &item) : items_pop(l, &item);
	size_t at = first ? 0 : model_len - 1;

	FUZZ_CHECK(err == (model_len ? 0 : -ENOENT));
	if (err)
		return;
	FUZZ_CHECK(!memcmp(&item, model + at, sizeof(item)));
	model_remove(at, at + 1);
}

static void remove_item(struct items *l, struct fuzz_input *input)
{
	struct item item = next_item(input);
	size_t at = bound(item.key, false);
	bool there = at < bound(item.key, true);
	struct item removed;
	int err = items_remove_item(l, &item, &removed);

	FUZZ_CHECK(err == (there ? 0 : -ENOENT));
	if (err)
		return;
	FUZZ_CHECK(!memcmp(&removed, model + at, sizeof(removed)));
	model_remove(at, at + 1);
}

static void remove_index(struct items *l, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	int err = items_remove(l, index, NULL);

	FUZZ_CHECK(err == (index < model_len ? 0 : -ERANGE));
	if (!err)
		model_remove(index, index + 1);
}

static void drain(struct items *l, struct fuzz_input *input)
{
	size_t from = fuzz_below(input, CAPACITY + 2);
	size_t to = fuzz_below(input, CAPACITY + 2);
	int err = items_drain(l, from, to, NULL);

	FUZZ_CHECK(err == (from <= to && to <= model_len ? 0 : -ERANGE));
	if (!err)
		model_remove(from, to);
}

static void search(const struct items *l, struct fuzz_input *input)
{
	struct item item = next_item(input);
	size_t lower = bound(item.key, false);
	size_t upper = bound(item.key, true);
	size_t at = 99;

	FUZZ_CHECK(items_find(l, &item, &at) == (lower < upper ? 0 : -ENOENT));
	FUZZ_CHECK(at == (lower < upper ? lower : 99));
	FUZZ_CHECK(items_contains(l, &item) == (lower < upper));
	FUZZ_CHECK(!items_lower_bound(l, &item, &at) && at == lower);
	FUZZ_CHECK(!items_upper_bound(l, &item, &at) && at == upper);
}

static void compare(const struct items *l)
{
	size_t forward = 0;
	size_t backward = SIZE_MAX;
	struct item item;

	FUZZ_CHECK(items_len(l) == model_len);
	for (size_t i = 0; i < model_len; i++) {
		FUZZ_CHECK(!items_next(l, &forward, &item));
		FUZZ_CHECK(!memcmp(&item, model + i, sizeof(item)));
		FUZZ_CHECK(!items_previous(l, &backward, &item));
		FUZZ_CHECK(!memcmp(&item, model + model_len - 1 - i,
				   sizeof(item)));
	}
	FUZZ_CHECK(items_next(l, &forward, &item) == -ENOENT);
	FUZZ_CHECK(items_previous(l, &backward, &item) == -ENOENT);
	FUZZ_CHECK(!items_invariants(l));
}

static void operate(struct items *l, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 12) {
	case 0: case 1: case 2: case 3:
		push(l, input);
		break;
	case 4:
		extend(l, input);
		break;
	case 5:
		take(l, input);
		break;
	case 6: case 7:
		remove_item(l, input);
		break;
	case 8:
		remove_index(l, input);
		break;
	case 9:
		drain(l, input);
		break;
	default:
		search(l, input);
	}
}

/* Any answer that the manual has, and no crash. */
static void misuse(struct items *l, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)l->list.object;
	struct item item = next_item(input);
	size_t at = fuzz_byte(input);
	bool sorted;
	int err[] = {
		items_push(l, &item), items_extend(l, &item, 1),
		items_pop(l, NULL), items_pop_first(l, NULL),
		items_remove_item(l, &item, NULL), items_find(l, &item, NULL),
		items_lower_bound(l, &item, &at), items_get(l, at, &item),
		items_next(l, &at, &item), items_previous(l, &at, &item),
		items_push(l, &item), items_remove(l, at, &item),
	};

	for (size_t i = 0; i < sizeof(err) / sizeof(*err); i++)
		FUZZ_CHECK(!err[i] || err[i] == -EUCLEAN || err[i] == -ERANGE ||
			   err[i] == -ENOSPC || err[i] == -EOWNERDEAD ||
			   err[i] == -ENOENT);
	at = fuzz_below(input, BM_BYTES(items));
	bytes[at] = fuzz_byte(input);
	if (fuzz_byte(input) % 4 == 0 && !items_repair(l))
		FUZZ_CHECK(!items_check_order_(&l->list, &sorted) && sorted);
	if (fuzz_byte(input) % 8 == 0)
		items_clear(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(items));
	struct fuzz_input input = { bytes, size };
	bool hostile = fuzz_byte(&input) % 4 == 0;
	struct items l;

	model_len = 0;
	FUZZ_CHECK(!items_create(&l, region, "items"));
	while (!fuzz_at_end(&input)) {
		if (hostile) {
			misuse(&l, &input);
			continue;
		}
		operate(&l, &input);
		compare(&l);
	}
	if (hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
