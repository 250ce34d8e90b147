/* SPDX-License-Identifier: MIT */
/*
 * vec.h: what the files of the vec share
 */
#ifndef BUDGETMEM_LIB_VEC_H
#define BUDGETMEM_LIB_VEC_H

#include <budgetmem/vec.h>

#include "object.h"

static inline unsigned char *bm_vec_place(const struct bm_handle *vec, size_t index)
{
	return bm_vec_element_(vec, index, vec->element_size);
}

/*
 * Copies @count elements to where they may overlap themselves. Whoever dies within
 * it leaves each of them at its old place, at its new one or at both.
 */
void bm_vec_move(const struct bm_handle *vec, size_t from, size_t to, size_t count);

#endif /* BUDGETMEM_LIB_VEC_H */
