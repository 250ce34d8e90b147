/* SPDX-License-Identifier: MIT */
/*
 * In the place of vec-move.c, which moves in grains as large as the machine has: a model
 * checker does not come to an end with it. The model of tests/fuzz holds that one against
 * memmove().
 */
#ifndef BUDGETMEM_PROOFS_LIBRARY_MOVE_H
#define BUDGETMEM_PROOFS_LIBRARY_MOVE_H

#include "vec.h"

void bm_vec_move(const struct bm_handle *vec, size_t from, size_t to, size_t count)
{
	unsigned char *elements = bm_handle_contents_(vec);
	size_t bytes = count * SIZE;

	assert(to * SIZE + bytes <= (size_t)CAPACITY * SIZE);
	assert(from * SIZE + bytes <= (size_t)CAPACITY * SIZE);
	for (size_t i = 0; i < bytes; i++) {
		size_t at = to > from ? bytes - 1 - i : i;

		elements[to * SIZE + at] = elements[from * SIZE + at];
	}
}

#endif
