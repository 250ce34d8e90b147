/* SPDX-License-Identifier: MIT */
/*
 * guard.h: guards beside an object, as whoever attaches to it looks at them
 */
#ifndef BUDGETMEM_LIB_GUARD_H
#define BUDGETMEM_LIB_GUARD_H

#include "directory.h"

/*
 * Checks the guards right before and right behind the object at @offset, of @bytes.
 * Returns 0 or -EUCLEAN.
 */
int bm_guard_check_beside(const struct bm_space *space, uint64_t offset,
			  uint64_t bytes, struct bm_mismatch *mismatch);

#endif /* BUDGETMEM_LIB_GUARD_H */
