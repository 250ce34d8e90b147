/* SPDX-License-Identifier: MIT */
/*
 * process.h: who is laying out a region
 */
#ifndef BUDGETMEM_LIB_PROCESS_H
#define BUDGETMEM_LIB_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A number that names this process, and no other one before the machine starts
 * anew; never 0.
 */
uint64_t bm_process_identity(void);

/* Is the process that had this number certainly gone? In doubt it is not. */
bool bm_process_is_gone(uint64_t identity);

#endif /* BUDGETMEM_LIB_PROCESS_H */
