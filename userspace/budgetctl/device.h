/* SPDX-License-Identifier: MIT */
/*
 * device.h: what the tool asks of the device
 *
 * The tool becomes no client. Functions return 0 (or what they say)
 * or a negative errno.
 */
#ifndef BUDGETCTL_DEVICE_H
#define BUDGETCTL_DEVICE_H

#include <stdbool.h>

#include <linux/budgetmem.h>

#define DEVICE_PATH	"/dev/budgetmem"

/* Opens the device. Returns the descriptor; -ENODEV if there is no device. */
int device_open(void);

void device_close(int fd);

/* May this user open it for writing as well, as clients do? */
bool device_is_writable(void);

int device_query(int fd, struct budgetmem_query *query);

/*
 * The next visible object after info->cursor, which is 0 for the first; the
 * struct is reused from call to call. -ENOENT after the last.
 */
int device_next_budget(int fd, struct budgetmem_budget_info *info);
int device_next_client(int fd, struct budgetmem_client_info *info);
int device_next_pool(int fd, struct budgetmem_pool_info *info);

/* What only an administrator may ask for; @apply is answered on failure as well. */
int device_apply(int fd, struct budgetmem_system_apply *apply);
int device_lock(int fd);
int device_remove(int fd, const char *budget, const char *pool);

#endif /* BUDGETCTL_DEVICE_H */
