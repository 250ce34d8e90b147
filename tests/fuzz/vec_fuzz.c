// SPDX-License-Identifier: MIT
/*
 * vec_fuzz.c: a vec does what an array does
 */
#include "fuzz.h"

#define CAPACITY	12

struct three {
	uint8_t byte[3];
};

static int compare_threes(const struct three *a, const struct three *b)
{
	return a->byte[0] - b->byte[0];
}

BM_VEC(threes, struct three, CAPACITY)
BM_VEC_ORDER(threes, struct three, compare_threes)

static struct three model[CAPACITY];
static size_t model_len;

static struct three next_item(struct fuzz_input *input)
{
	struct three item = { { fuzz_byte(input), 1, 2 } };

	return item;
}

static void insert(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item = next_item(input);
	int err = threes_insert(v, index, &item);

	if (index > model_len) {
		FUZZ_CHECK(err == -ERANGE);
	} else if (model_len == CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
	} else {
		FUZZ_CHECK(!err);
		memmove(model + index + 1, model + index,
			(model_len - index) * sizeof(item));
		model[index] = item;
		model_len++;
	}
}

static void remove_one(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	struct three item;
	int err = threes_remove(v, index, &item);

	FUZZ_CHECK(err == (index < model_len ? 0 : -ERANGE));
	if (err)
		return;
	FUZZ_CHECK(!memcmp(&item, model + index, sizeof(item)));
	model_len--;
	memmove(model + index, model + index + 1,
		(model_len - index) * sizeof(item));
}

static void push(struct threes *v, struct fuzz_input *input)
{
	struct three item = next_item(input);
	int err = threes_push(v, &item);

	FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (!err)
		model[model_len++] = item;
}

static void pop(struct threes *v)
{
	struct three item;
	int err = threes_pop(v, &item);

	FUZZ_CHECK(err == (model_len ? 0 : -ENOENT));
	if (!err)
		FUZZ_CHECK(!memcmp(&item, model + --model_len, sizeof(item)));
}

/* The program's array in the middle of the model: what insert_many and drain change. */
static void model_replace(size_t index, size_t removed, const struct three *items,
			  size_t added)
{
	memmove(model + index + added, model + index + removed,
		(model_len - index - removed) * sizeof(*model));
	if (added)
		memcpy(model + index, items, added * sizeof(*model));
	model_len += added - removed;
}

static void insert_many(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	size_t count = fuzz_below(input, 6);
	struct three items[6];
	int err;

	for (size_t i = 0; i < count; i++)
		items[i] = next_item(input);
	err = threes_insert_many(v, index, items, count);
	if (index > model_len) {
		FUZZ_CHECK(err == -ERANGE);
	} else if (model_len + count > CAPACITY) {
		FUZZ_CHECK(err == -ENOSPC);
	} else {
		FUZZ_CHECK(!err);
		model_replace(index, 0, items, count);
	}
}

static void extend(struct threes *v, struct fuzz_input *input)
{
	size_t count = fuzz_below(input, 6);
	struct three items[6];
	int err;

	for (size_t i = 0; i < count; i++)
		items[i] = next_item(input);
	err = threes_extend(v, items, count);
	FUZZ_CHECK(err == (model_len + count > CAPACITY ? -ENOSPC : 0));
	if (!err)
		model_replace(model_len, 0, items, count);
}

static void drain(struct threes *v, struct fuzz_input *input)
{
	size_t from = fuzz_below(input, CAPACITY + 2);
	size_t to = fuzz_below(input, CAPACITY + 2);
	struct three items[CAPACITY];
	int err = threes_drain(v, from, to, items);

	if (from > to || to > model_len) {
		FUZZ_CHECK(err == -ERANGE);
		return;
	}
	FUZZ_CHECK(!err);
	FUZZ_CHECK(!memcmp(items, model + from, (to - from) * sizeof(*items)));
	model_replace(from, to - from, NULL, 0);
}

static void swap_remove(struct threes *v, struct fuzz_input *input)
{
	size_t index = fuzz_below(input, CAPACITY + 2);
	int err = threes_swap_remove(v, index, NULL);

	FUZZ_CHECK(err == (index < model_len ? 0 : -ERANGE));
	if (!err)
		model[index] = model[--model_len];
}

static void resize(struct threes *v, struct fuzz_input *input)
{
	size_t len = fuzz_below(input, CAPACITY + 2);
	struct three item = next_item(input);
	int err = threes_resize(v, len, &item);

	FUZZ_CHECK(err == (len > CAPACITY ? -ENOSPC : 0));
	if (err)
		return;
	while (model_len < len)
		model[model_len++] = item;
	model_len = len;
}

static void truncate_to(struct threes *v, struct fuzz_input *input)
{
	size_t len = fuzz_below(input, CAPACITY + 2);

	FUZZ_CHECK(!threes_truncate(v, len));
	if (len < model_len)
		model_len = len;
}

static void swap(struct threes *v, struct fuzz_input *input)
{
	size_t a = fuzz_below(input, CAPACITY + 2);
	size_t b = fuzz_below(input, CAPACITY + 2);
	int err = threes_swap(v, a, b);
	struct three held;

	FUZZ_CHECK(err == (a < model_len && b < model_len ? 0 : -ERANGE));
	if (err)
		return;
	held = model[a];
	model[a] = model[b];
	model[b] = held;
}

static void reverse(struct threes *v)
{
	struct three old[CAPACITY];

	memcpy(old, model, sizeof(old));
	FUZZ_CHECK(!threes_reverse(v));
	for (size_t i = 0; i < model_len; i++)
		model[i] = old[model_len - 1 - i];
}

static bool has_bit(const struct three *item, void *context)
{
	return item->byte[0] & *(const uint8_t *)context;
}

static void retain(struct threes *v, struct fuzz_input *input)
{
	uint8_t bits = fuzz_byte(input);
	size_t kept = 0;

	FUZZ_CHECK(!threes_retain(v, has_bit, &bits));
	for (size_t i = 0; i < model_len; i++) {
		if (has_bit(model + i, &bits))
			model[kept++] = model[i];
	}
	model_len = kept;
}

static bool same_bits(const struct three *first, const struct three *item,
		      void *context)
{
	uint8_t bits = *(const uint8_t *)context;

	return (first->byte[0] & bits) == (item->byte[0] & bits);
}

static void dedup(struct threes *v, struct fuzz_input *input)
{
	uint8_t bits = fuzz_byte(input);
	size_t kept = 0;

	if (bits == 255)
		FUZZ_CHECK(!threes_dedup(v));
	else
		FUZZ_CHECK(!threes_dedup_with(v, same_bits, &bits));
	for (size_t i = 0; i < model_len; i++) {
		if (!kept || !same_bits(model + kept - 1, model + i, &bits))
			model[kept++] = model[i];
	}
	model_len = kept;
}

static void sort(struct threes *v)
{
	FUZZ_CHECK(!threes_sort(v));
	for (size_t i = 1; i < model_len; i++) {
		for (size_t j = i; j && model[j].byte[0] < model[j - 1].byte[0]; j--) {
			struct three held = model[j];

			model[j] = model[j - 1];
			model[j - 1] = held;
		}
	}
}

/* Only a sorted vec is searched: what is said of others is that nothing bad happens. */
static void search(struct threes *v, struct fuzz_input *input)
{
	struct three item = next_item(input);
	size_t before = 0;
	size_t equal = 0;
	bool sorted;
	size_t at;
	int err;

	FUZZ_CHECK(!threes_is_sorted(v, &sorted));
	err = threes_search(v, &item, &at);
	FUZZ_CHECK((!err && at < model_len) || (err == -ENOENT && at <= model_len));
	if (!sorted)
		return;
	for (size_t i = 0; i < model_len; i++) {
		before += model[i].byte[0] < item.byte[0];
		equal += model[i].byte[0] == item.byte[0];
	}
	FUZZ_CHECK(at == before && !err == !!equal);
	err = threes_insert_sorted(v, &item);
	FUZZ_CHECK(err == (model_len < CAPACITY ? 0 : -ENOSPC));
	if (!err)
		model_replace(before + equal, 0, &item, 1);
}

static void operate(struct threes *v, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 24) {
	case 0: case 1: case 2:
		push(v, input);
		break;
	case 3:
		pop(v);
		break;
	case 4: case 5:
		insert(v, input);
		break;
	case 6: case 7:
		remove_one(v, input);
		break;
	case 8: case 9:
		insert_many(v, input);
		break;
	case 10:
		extend(v, input);
		break;
	case 11:
		drain(v, input);
		break;
	case 12:
		swap_remove(v, input);
		break;
	case 13:
		resize(v, input);
		break;
	case 14:
		truncate_to(v, input);
		break;
	case 15: case 16:
		swap(v, input);
		break;
	case 17:
		reverse(v);
		break;
	case 18:
		retain(v, input);
		break;
	case 19: case 20:
		sort(v);
		break;
	case 21: case 22:
		search(v, input);
		break;
	default:
		dedup(v, input);
	}
}

static void compare(const struct threes *v)
{
	FUZZ_CHECK(threes_len(v) == model_len);
	FUZZ_CHECK(!memcmp(threes_data(v), model, model_len * sizeof(*model)));
	FUZZ_CHECK(!threes_invariants(v));
}

/* Any answer that the manual has, and no crash. */
static void misuse(struct threes *v, struct fuzz_input *input)
{
	uint8_t *bytes = (uint8_t *)v->vec.object;
	size_t at = fuzz_below(input, BM_BYTES(threes));
	size_t a = fuzz_below(input, CAPACITY + 2);
	size_t b = fuzz_below(input, CAPACITY + 2);
	struct three items[CAPACITY + 2] = { 0 };
	uint8_t bits = 1;
	int err[] = {
		threes_insert_many(v, a, items, b), threes_drain(v, a, b, items),
		threes_extend(v, items, a), threes_swap_remove(v, a, items),
		threes_swap(v, a, b), threes_retain(v, has_bit, &bits),
		threes_dedup(v), threes_resize(v, a, items), threes_reverse(v),
		threes_truncate(v, b), threes_insert(v, a, items),
		threes_remove(v, b, items), threes_get(v, a, items),
		threes_sort(v), threes_insert_sorted(v, items),
	};

	for (size_t i = 0; i < sizeof(err) / sizeof(*err); i++)
		FUZZ_CHECK(!err[i] || err[i] == -EUCLEAN || err[i] == -ERANGE ||
			   err[i] == -ENOSPC || err[i] == -EOWNERDEAD);
	bytes[at] = fuzz_byte(input);
	if (bits & fuzz_byte(input))
		threes_clear(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(threes));
	struct fuzz_input input = { bytes, size };
	bool hostile = fuzz_byte(&input) % 4 == 0;
	struct threes v;

	model_len = 0;
	FUZZ_CHECK(!threes_create(&v, region, "threes"));
	while (!fuzz_at_end(&input)) {
		if (hostile) {
			misuse(&v, &input);
			continue;
		}
		operate(&v, &input);
		compare(&v);
	}
	if (hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
