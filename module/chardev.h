/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/budgetmem.
 */
#ifndef BUDGETMEM_CHARDEV_H
#define BUDGETMEM_CHARDEV_H

#include <linux/minmax.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct bm_system;
struct file;

int bm_chardev_register(struct bm_system *system);
void bm_chardev_unregister(void);

/* What follows is for the device's own files alone. */
extern struct bm_system *bm_system;

/* As much of an answer as the caller has room for. 0 or -EFAULT. */
static inline int bm_chardev_copy_out(void __user *user, size_t user_size,
				      const void *from, size_t size)
{
	return copy_to_user(user, from, min(user_size, size)) ? -EFAULT : 0;
}

long bm_ioctl_system_apply(struct file *file, void *argument, void __user *user,
			   size_t user_size);
long bm_ioctl_system_lock(struct file *file, void *argument, void __user *user,
			  size_t user_size);
long bm_ioctl_pool_remove(struct file *file, void *argument, void __user *user,
			  size_t user_size);

#endif
