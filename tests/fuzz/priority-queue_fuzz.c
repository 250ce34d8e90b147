// SPDX-License-Identifier: MIT
/*
 * priority-queue_fuzz.c: a priority queue does what a sorted array does
 *
 * The first byte chooses: compare both after each operation, or write random bytes
 * into the object between the operations and demand documented errors only.
 */
#include "fuzz.h"

#define CAPACITY	40

struct item {
	uint8_t priority;
	uint8_t id;
	uint8_t other;
};

static bool is_before(const struct item *a, const struct item *b)
{
	return a->priority < b->priority;
}

BM_PRIORITY_QUEUE(items, struct item, CAPACITY, is_before)

/* How many items of each kind there are: the order of equals is not ours. */
static uint8_t model[256][4];
static size_t model_len;
static bool is_hostile;

static struct item next_item(struct fuzz_input *input)
{
	uint8_t priority = fuzz_byte(input);
	uint8_t id = fuzz_byte(input) % 4;
	struct item item = { priority, id, (uint8_t)(priority ^ id) };

	return item;
}

static void model_add(const struct item *item)
{
	model[item->priority][item->id]++;
	model_len++;
}

static void model_take(const struct item *item)
{
	if (is_hostile)
		return;
	FUZZ_CHECK(item->id < 4 && item->other == (item->priority ^ item->id));
	FUZZ_CHECK(model[item->priority][item->id]);
	model[item->priority][item->id]--;
	model_len--;
}

static void check_first(const struct item *item)
{
	for (size_t i = 0; i < item->priority && !is_hostile; i++)
		for (size_t id = 0; id < 4; id++)
			FUZZ_CHECK(!model[i][id]);
}

/* Whether to go on with the model. */
static bool expect(int err, int expected)
{
	if (is_hostile) {
		FUZZ_CHECK(!err || err == -EUCLEAN || err == -EOWNERDEAD ||
			   err == -ENOSPC || err == -ENOENT || err == -ERANGE);
		return false;
	}
	FUZZ_CHECK(err == expected);
	return !err;
}

static void push(struct items *q, struct fuzz_input *input)
{
	struct item item = next_item(input);

	if (expect(items_push(q, &item), model_len < CAPACITY ? 0 : -ENOSPC))
		model_add(&item);
}

static void pop(struct items *q)
{
	struct item first;
	struct item item;

	expect(items_first(q, &first), model_len ? 0 : -ENOENT);
	if (!expect(items_pop(q, &item), model_len ? 0 : -ENOENT))
		return;
	FUZZ_CHECK(!memcmp(&first, &item, sizeof(item)));
	check_first(&item);
	model_take(&item);
}

static void replace_first(struct items *q, struct fuzz_input *input)
{
	struct item item = next_item(input);
	struct item first;

	if (!expect(items_replace_first(q, &item, &first), model_len ? 0 : -ENOENT))
		return;
	check_first(&first);
	model_take(&first);
	model_add(&item);
}

static void at_position(struct items *q, struct fuzz_input *input)
{
	size_t position = fuzz_below(input, CAPACITY + 2);
	int expected = position < model_len ? 0 : -ERANGE;
	struct item item = next_item(input);
	struct item *place;
	struct item old;

	switch (fuzz_byte(input) % 3) {
	case 0:
		if (expect(items_remove(q, position, &old), expected))
			model_take(&old);
		break;
	case 1:
		expect(items_get(q, position, &old), expected);
		if (expect(items_set(q, position, &item), expected)) {
			model_take(&old);
			model_add(&item);
		}
		break;
	default:
		place = items_at(q, position);
		if (place && !is_hostile) {
			model_take(place);
			model_add(&item);
			*place = item;
		}
		expect(items_update(q, position), expected);
	}
}

static void extend(struct items *q, struct fuzz_input *input)
{
	struct item more[CAPACITY + 2];
	size_t count = fuzz_below(input, CAPACITY + 2);

	for (size_t i = 0; i < count; i++)
		more[i] = next_item(input);
	if (!expect(items_extend(q, more, count),
		    model_len + count <= CAPACITY ? 0 : -ENOSPC))
		return;
	for (size_t i = 0; i < count; i++)
		model_add(&more[i]);
}

static bool is_kept(const struct item *item, void *context)
{
	return item->priority % 4 != *(const uint8_t *)context;
}

static void retain(struct items *q, struct fuzz_input *input)
{
	uint8_t rest = fuzz_byte(input) % 5;

	if (!expect(items_retain(q, is_kept, &rest), 0))
		return;
	for (size_t i = 0; i < 256; i++) {
		for (size_t id = 0; id < 4 && i % 4 == rest; id++) {
			model_len -= model[i][id];
			model[i][id] = 0;
		}
	}
}

static void drain(struct items *q, struct fuzz_input *input)
{
	struct item out[CAPACITY];
	size_t room = fuzz_below(input, CAPACITY + 1);
	size_t count;
	int err = items_drain(q, out, room, &count);

	FUZZ_CHECK(count <= room);
	if (!expect(err, 0))
		return;
	FUZZ_CHECK(count == (room < model_len ? room : model_len));
	for (size_t i = 0; i < count; i++) {
		check_first(&out[i]);
		model_take(&out[i]);
	}
}

static void whole(struct items *q, struct fuzz_input *input)
{
	struct item item = next_item(input);

	if (fuzz_byte(input) % 4 == 0) {
		items_clear(q);
		memset(model, 0, sizeof(model));
		model_len = 0;
		return;
	}
	if (!is_hostile)
		FUZZ_CHECK(items_contains(q, &item) ==
			   (model[item.priority][item.id] > 0));
	expect(items_repair(q), 0);
}

static void compare(const struct items *q)
{
	uint8_t left[256][4];
	size_t cursor = 0;
	struct item item;

	memcpy(left, model, sizeof(left));
	FUZZ_CHECK(!items_invariants(q));
	FUZZ_CHECK(items_len(q) == model_len);
	while (!items_next(q, &cursor, &item))
		FUZZ_CHECK(left[item.priority][item.id]--);
	FUZZ_CHECK(cursor == model_len);
}

static void damage(const struct items *q, struct fuzz_input *input)
{
	unsigned char *bytes = (unsigned char *)q->queue.object;

	bytes[fuzz_below(input, (uint32_t)BM_BYTES(items))] = fuzz_byte(input);
}

static void operate(struct items *q, struct fuzz_input *input)
{
	switch (fuzz_byte(input) % 16) {
	case 0: case 1: case 2: case 3: case 4:
		push(q, input);
		break;
	case 5: case 6:
		pop(q);
		break;
	case 7: case 8:
		replace_first(q, input);
		break;
	case 9: case 10: case 11:
		at_position(q, input);
		break;
	case 12:
		extend(q, input);
		break;
	case 13:
		retain(q, input);
		break;
	case 14:
		drain(q, input);
		break;
	default:
		whole(q, input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bm_region region =
		fuzz_take_region(BM_REGION_OVERHEAD + BM_BYTES(items));
	struct fuzz_input input = { bytes, size };
	struct items q;

	memset(model, 0, sizeof(model));
	model_len = 0;
	is_hostile = fuzz_byte(&input) % 4 == 3;
	FUZZ_CHECK(!items_create(&q, region, "items"));
	while (!fuzz_at_end(&input)) {
		operate(&q, &input);
		if (is_hostile)
			damage(&q, &input);
		else
			compare(&q);
	}
	if (is_hostile)
		free(region.base);
	else
		fuzz_give_region(region);
	return 0;
}
