/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/budgetmem.
 */
#ifndef BUDGETMEM_CHARDEV_H
#define BUDGETMEM_CHARDEV_H

struct bm_system;

int bm_chardev_register(struct bm_system *system);
void bm_chardev_unregister(void);

#endif
