/* SPDX-License-Identifier: MIT */
/*
 * All of the kernel that module/budget.c and module/extent.c need in user space.
 * Included before them by the compiler (-include).
 */
#ifndef BUDGETMEM_PROOFS_KERNEL_STUB_H
#define BUDGETMEM_PROOFS_KERNEL_STUB_H

#include <stdint.h>

typedef uint32_t u32;
typedef uint64_t u64;

#endif
