// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/budgetmem: the calls that set the system up. See chardev.c.
 *
 * Locking: user memory is touched under bm_system::applying, which is outside of
 * mmap_lock, and under no other lock.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/budgetmem.h>

#include "access.h"
#include "chardev.h"
#include "detached.h"
#include "system.h"
#include "table.h"

/* Reads the entries one by one: each may be of another version, like a struct. */
static int bm_chardev_read_table(const struct budgetmem_system_apply *apply,
				 struct bm_table *table, struct bm_verdict *verdict)
{
	const char __user *user = u64_to_user_ptr(apply->entries);
	u32 i;

	/* An address that a pointer here cannot hold is of nothing. */
	if (apply->count && (uintptr_t)apply->entries != apply->entries)
		return -EFAULT;
	table->entry = kvcalloc(apply->count + 1, sizeof(*table->entry), GFP_KERNEL);
	if (!table->entry) {
		verdict->reason = BUDGETMEM_REASON_MEMORY;
		return -ENOMEM;
	}
	for (i = 0; i < apply->count; i++) {
		int err = copy_struct_from_user(&table->entry[i],
						sizeof(*table->entry),
						user + (size_t)i * apply->entry_size,
						apply->entry_size);

		if (err) {
			verdict->failed = i;
			if (err == -E2BIG)
				verdict->reason = BUDGETMEM_REASON_UNKNOWN;
			return err;
		}
	}
	table->entries = apply->count;
	return bm_table_check(table, verdict);
}

/**
 * struct bm_answer - where to write what becomes of a table
 * @apply: the answer
 * @user: where to
 * @user_size: bytes there
 */
struct bm_answer {
	struct budgetmem_system_apply *apply;
	void __user *user;
	size_t user_size;
};

static int bm_answer_write(const struct bm_answer *answer,
			   const struct bm_verdict *verdict)
{
	struct budgetmem_system_apply *apply = answer->apply;

	apply->missing = verdict->missing;
	memcpy(apply->name, verdict->name, sizeof(apply->name));
	apply->failed = verdict->failed;
	apply->reason = verdict->reason;
	return bm_chardev_copy_out(answer->user, answer->user_size, apply,
				   sizeof(*apply));
}

static int bm_chardev_tell(const struct bm_verdict *verdict, void *data)
{
	const struct bm_answer *answer = data;
	struct budgetmem_system_apply told = *answer->apply;
	struct bm_answer success = *answer;

	told.total = verdict->total;
	told.set_aside = verdict->set_aside;
	told.overhead = verdict->overhead;
	success.apply = &told;
	return bm_answer_write(&success, verdict);
}

static int bm_chardev_apply(const struct budgetmem_system_apply *apply,
			    struct bm_answer *answer, struct bm_verdict *verdict)
{
	struct bm_table table = {};
	const struct bm_table_wish wish = {
		.table = &table,
		.total = apply->total,
		.dry_run = apply->flags & BUDGETMEM_APPLY_DRY_RUN,
		.tell = bm_chardev_tell,
		.data = answer,
	};
	int err = bm_chardev_read_table(apply, &table, verdict);

	if (!err)
		err = bm_table_apply(bm_system, &wish, verdict);
	bm_table_free(&table);
	return err;
}

/* Answers when it fails too, and then the failure is what counts: see the contract. */
long bm_ioctl_system_apply(struct file *file, void *argument,
			   void __user *user, size_t user_size)
{
	struct bm_verdict verdict = { .failed = BUDGETMEM_NO_ENTRY };
	struct budgetmem_system_apply *apply = argument;
	struct bm_answer answer = {
		.apply = apply,
		.user = user,
		.user_size = user_size,
	};
	int err;

	if (apply->flags & ~BUDGETMEM_APPLY_DRY_RUN || apply->reserved ||
	    apply->count > BUDGETMEM_BUDGETS_MAX ||
	    apply->entry_size < sizeof(struct budgetmem_budget_entry) ||
	    apply->entry_size > BUDGETMEM_ENTRY_SIZE_MAX)
		return -EINVAL;
	err = bm_access_setup(bm_system, file);
	if (!err)
		err = bm_chardev_apply(apply, &answer, &verdict);
	if (err)
		bm_answer_write(&answer, &verdict);
	return err;
}

long bm_ioctl_system_lock(struct file *file, void *argument,
			  void __user *user, size_t user_size)
{
	const struct budgetmem_system_lock *lock = argument;

	if (lock->flags || lock->reserved)
		return -EINVAL;
	return bm_access_setup(bm_system, file) ?: bm_system_lock(bm_system);
}

long bm_ioctl_pool_remove(struct file *file, void *argument,
			  void __user *user, size_t user_size)
{
	const struct budgetmem_pool_remove *remove = argument;

	if (remove->flags || remove->reserved ||
	    !bm_name_is_valid(remove->budget) || !bm_name_is_valid(remove->name))
		return -EINVAL;
	return bm_access_system(file) ?:
	       bm_detached_remove(bm_system, remove->budget, remove->name);
}
