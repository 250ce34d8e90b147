/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may see a budget, and who may take memory from it.
 */
#ifndef BUDGETMEM_ACCESS_H
#define BUDGETMEM_ACCESS_H

#include <linux/cred.h>
#include <linux/types.h>

struct bm_budget;

/* Permission bits of one class in a budget's mode. */
#define BM_MAY_SEE	04
#define BM_MAY_BIND	02

/**
 * struct bm_caller - on whose behalf a call is made
 * @cred: of whoever opened the file, so that a descriptor carries its authority
 * @administrator: had CAP_SYS_ADMIN in the initial user namespace then
 */
struct bm_caller {
	const struct cred *cred;
	bool administrator;
};

bool bm_access(const struct bm_budget *budget, const struct bm_caller *caller,
	       umode_t may);

#endif
