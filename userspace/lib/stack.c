// SPDX-License-Identifier: MIT
/*
 * stack.c: last in, first out, many at a time
 */
#include <budgetmem/stack.h>

#include "object.h"

static void *element(const struct bm_handle *stack, size_t index)
{
	return bm_stack_element_(stack->object, index, stack->element_size);
}

int bm_stack_extend_(struct bm_handle *stack, const void *items, size_t count)
{
	uint32_t len;
	int err = bm_stack_writable_(stack, &len, stack->capacity);

	if (err || !count)
		return err;
	if (count > stack->capacity - len)
		return bm_handle_refuse_(stack);
	memcpy(element(stack, len), items, count * stack->element_size);
	len += (uint32_t)count;
	bm_counted_grow_(stack, &stack->object->len, len);
	bm_stack_store_(stack->object, len);
	return 0;
}

int bm_stack_truncate_(struct bm_handle *stack, size_t len)
{
	uint32_t before;
	int err = bm_stack_writable_(stack, &before, stack->capacity);

	if (err || len >= before)
		return err;
	bm_stack_store_(stack->object, (uint32_t)len);
	bm_counted_shrink_(stack, &stack->object->len, (uint32_t)len, stack->capacity);
	return 0;
}

int bm_stack_find_(const struct bm_handle *stack, const void *item, size_t *index)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, stack->capacity);

	if (err)
		return err;
	for (uint32_t i = len; i > 0; i--) {
		if (memcmp(element(stack, i - 1), item, stack->element_size))
			continue;
		if (index)
			*index = len - i;
		return 0;
	}
	return -ENOENT;
}

void bm_stack_clear_(struct bm_handle *stack)
{
	bm_stack_store_(stack->object, 0);
	bm_counted_update_end_(stack, &stack->object->len);
	bm_handle_empty_(stack);
}

int bm_stack_repair_(struct bm_handle *stack)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, stack->capacity);

	if (!err)
		bm_counted_end_repair(stack, &stack->object->len, len);
	return err;
}

int bm_stack_invariants_(const struct bm_handle *stack)
{
	uint32_t len;
	int err = bm_stack_read_(stack, &len, stack->capacity);

	return err ? err : bm_counted_invariants_(stack, stack->object->len, len);
}
