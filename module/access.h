/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may see a budget, and who may take memory from it.
 */
#ifndef BUDGETMEM_ACCESS_H
#define BUDGETMEM_ACCESS_H

#include <linux/types.h>

struct bm_budget;
struct bm_system;
struct file;

/* Permission bits of one class in a budget's mode. */
#define BM_MAY_SEE	04
#define BM_MAY_BIND	02

bool bm_access(const struct bm_budget *budget, const struct file *file,
	       umode_t may);
int bm_access_system(struct file *file);
int bm_access_setup(const struct bm_system *system, struct file *file);

#endif
