// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/budgetmem: the only file that knows ioctl numbers and touches user
 * memory. It checks the form of what comes in, and calls what does the work.
 *
 * Locking: file->private_data, the file's client or NULL, is written once under
 * bm_system::lock and read under it. A client that was read stays as long as the
 * file is open, which every operation but release() can rely on. User memory is
 * never touched under the lock: mmap_lock is outside of it.
 */
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/budgetmem.h>

#include "access.h"
#include "chardev.h"
#include "client.h"
#include "compat.h"
#include "detached.h"
#include "events.h"
#include "fdinfo.h"
#include "inspect.h"
#include "mapping.h"
#include "pool.h"
#include "sysfs.h"
#include "table.h"
#include "trace.h"

/* Set before the device appears, cleared after it has gone. */
static struct bm_system *bm_system;

/* The file's client, NULL if it is not bound. */
static struct bm_client *bm_chardev_client(struct file *file)
{
	struct bm_client *client;

	mutex_lock(&bm_system->lock);
	client = file->private_data;
	mutex_unlock(&bm_system->lock);
	return client;
}

static int bm_chardev_copy_out(void __user *user, size_t user_size,
			       const void *from, size_t size)
{
	return copy_to_user(user, from, min(user_size, size)) ? -EFAULT : 0;
}

static long bm_ioctl_query(struct file *file, void *argument,
			   void __user *user, size_t user_size)
{
	struct budgetmem_query *query = argument;

	if (query->flags)
		return -EINVAL;
	bm_system_describe(bm_system, query);
	return bm_chardev_copy_out(user, user_size, query, sizeof(*query));
}

static int bm_chardev_bind(struct file *file, struct bm_client *client)
{
	int err;

	mutex_lock(&bm_system->lock);
	err = bm_client_may_bind_locked(file->private_data);
	if (!err) {
		bm_client_publish_locked(client);
		file->private_data = client;
	}
	mutex_unlock(&bm_system->lock);
	return err;
}

static long bm_ioctl_bind(struct file *file, void *argument,
			  void __user *user, size_t user_size)
{
	struct budgetmem_bind *bind = argument;
	struct bm_client *client;
	int err;

	if (bind->flags || bind->reserved || !bm_name_is_valid(bind->name))
		return -EINVAL;
	mutex_lock(&bm_system->lock);
	err = bm_client_may_bind_locked(file->private_data);
	mutex_unlock(&bm_system->lock);
	if (err)
		return err;
	err = bm_client_prepare(bm_system, file, bind->name, &client);
	if (err)
		return err;
	bind->client = client->number;
	err = bm_chardev_copy_out(user, user_size, bind, sizeof(*bind));
	if (!err)
		err = bm_chardev_bind(file, client);
	if (err)
		bm_client_end(client);
	return err;
}

static long bm_ioctl_pool_create(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	struct budgetmem_pool_create *create = argument;
	struct bm_client *client = bm_chardev_client(file);
	struct bm_pool_wish wish;
	struct bm_pool *pool;
	int err;

	if (create->flags & ~BUDGETMEM_POOL_PERSISTENT || create->reserved ||
	    !bm_name_is_valid(create->name) ||
	    bm_round_up(create->size, PAGE_SIZE, &create->size))
		return -EINVAL;
	if (!client)
		return -EBUSY;
	wish = (struct bm_pool_wish) {
		.name = create->name,
		.bytes = create->size,
		.layout = create->layout,
		.properties = create->flags,
	};
	err = bm_pool_prepare(client, &wish, &pool);
	if (err)
		return err;
	create->offset = bm_pool_offset(pool);
	err = bm_chardev_copy_out(user, user_size, create, sizeof(*create));
	if (!err)
		err = bm_pool_publish(pool);
	if (err)
		bm_pool_give_back(pool);
	return err;
}

static long bm_ioctl_pool_attach(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	struct budgetmem_pool_attach *attach = argument;
	struct bm_client *client = bm_chardev_client(file);
	struct bm_pool_wish wish;
	u64 offset;
	int err;

	if (attach->flags || attach->reserved || !bm_name_is_valid(attach->name) ||
	    bm_round_up(attach->size, PAGE_SIZE, &attach->size))
		return -EINVAL;
	if (!client)
		return -EBUSY;
	wish = (struct bm_pool_wish) {
		.name = attach->name,
		.bytes = attach->size,
		.layout = attach->layout,
	};
	err = bm_attach_find(client, &wish, &offset);
	if (err)
		return err;
	attach->offset = offset;
	err = bm_chardev_copy_out(user, user_size, attach, sizeof(*attach));
	return err ?: bm_attach(client, &wish, offset);
}

static long bm_ioctl_pool_destroy(struct file *file, void *argument,
				  void __user *user, size_t user_size)
{
	const struct budgetmem_pool_destroy *destroy = argument;
	struct bm_client *client = bm_chardev_client(file);

	if (destroy->flags || destroy->reserved)
		return -EINVAL;
	if (!client)
		return -EBUSY;
	return bm_pool_destroy(client, destroy->offset);
}

static long bm_ioctl_lock(struct file *file, void *argument,
			  void __user *user, size_t user_size)
{
	const struct budgetmem_lock *lock = argument;
	struct bm_client *client = bm_chardev_client(file);

	if (lock->flags || lock->reserved)
		return -EINVAL;
	if (!client)
		return -EBUSY;
	return bm_client_lock(client);
}

static long bm_ioctl_pool_watch(struct file *file, void *argument,
				void __user *user, size_t user_size)
{
	const struct budgetmem_pool_watch *watch = argument;
	struct bm_client *client = bm_chardev_client(file);

	if (watch->flags || watch->reserved)
		return -EINVAL;
	if (!client)
		return -EBUSY;
	return bm_events_watch(client, watch->offset, watch->threshold);
}

static long bm_ioctl_events(struct file *file, void *argument,
			    void __user *user, size_t user_size)
{
	struct budgetmem_events *events = argument;
	struct bm_client *client = bm_chardev_client(file);
	int err;

	if (events->flags || events->reserved)
		return -EINVAL;
	if (!client)
		return -EBUSY;
	bm_events_tell(client, events);
	err = bm_chardev_copy_out(user, user_size, events, sizeof(*events));
	if (err)
		bm_events_put_back(client, events);
	return err;
}

static struct bm_asker bm_chardev_asker(struct file *file)
{
	return (struct bm_asker) {
		.system = bm_system,
		.file = file,
		.client = bm_chardev_client(file),
	};
}

static long bm_ioctl_budget_info(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	struct budgetmem_budget_info *info = argument;
	struct bm_asker asker = bm_chardev_asker(file);
	int err;

	if (info->flags || info->reserved ||
	    info->select > BUDGETMEM_SELECT_NEXT ||
	    info->select == BUDGETMEM_SELECT_OFFSET ||
	    !bm_selection_is_valid(info->select, info->cursor, 0, info->name))
		return -EINVAL;
	err = bm_inspect_budget(&asker, info);
	return err ?: bm_chardev_copy_out(user, user_size, info, sizeof(*info));
}

static long bm_ioctl_client_info(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	struct budgetmem_client_info *info = argument;
	struct bm_asker asker = bm_chardev_asker(file);
	int err;

	if (info->flags || (info->select != BUDGETMEM_SELECT_OWN &&
			    info->select != BUDGETMEM_SELECT_NEXT) ||
	    !bm_selection_is_valid(info->select, info->cursor, 0, NULL))
		return -EINVAL;
	mutex_lock(&bm_system->lock);
	err = bm_inspect_client_locked(&asker, info);
	mutex_unlock(&bm_system->lock);
	return err ?: bm_chardev_copy_out(user, user_size, info, sizeof(*info));
}

static long bm_ioctl_pool_info(struct file *file, void *argument,
			       void __user *user, size_t user_size)
{
	struct budgetmem_pool_info *info = argument;
	struct bm_asker asker = bm_chardev_asker(file);
	int err;

	if (info->flags || info->select > BUDGETMEM_SELECT_NEXT ||
	    info->select == BUDGETMEM_SELECT_OWN ||
	    !bm_selection_is_valid(info->select, info->cursor, info->offset,
				   info->name))
		return -EINVAL;
	mutex_lock(&bm_system->lock);
	err = bm_inspect_pool_locked(&asker, info);
	mutex_unlock(&bm_system->lock);
	return err ?: bm_chardev_copy_out(user, user_size, info, sizeof(*info));
}

/* Reads the entries one by one: each may be of another version, like a struct. */
static int bm_chardev_read_table(const struct budgetmem_system_apply *apply,
				 struct bm_table *table, struct bm_verdict *verdict)
{
	const char __user *user = u64_to_user_ptr(apply->entries);
	u32 i;

	table->entry = kvcalloc(apply->count + 1, sizeof(*table->entry), GFP_KERNEL);
	if (!table->entry)
		return -ENOMEM;
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

static int bm_chardev_tell(const struct bm_verdict *verdict, void *data)
{
	const struct bm_answer *answer = data;
	struct budgetmem_system_apply *apply = answer->apply;
	u64 stated = apply->total;
	int err;

	bm_verdict_answer(verdict, apply);
	err = bm_chardev_copy_out(answer->user, answer->user_size, apply,
				  sizeof(*apply));
	apply->total = stated;
	return err;
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

/* Answers when it fails too, and then the failure is what counts. */
static long bm_ioctl_system_apply(struct file *file, void *argument,
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
	    apply->entry_size > PAGE_SIZE)
		return -EINVAL;
	err = bm_access_setup(bm_system, file);
	if (err)
		return err;
	err = bm_chardev_apply(apply, &answer, &verdict);
	if (err)
		bm_chardev_tell(&verdict, &answer);
	return err;
}

static long bm_ioctl_system_lock(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	const struct budgetmem_system_lock *lock = argument;
	int err;

	if (lock->flags || lock->reserved)
		return -EINVAL;
	err = bm_access_setup(bm_system, file);
	return err ?: bm_system_lock(bm_system);
}

static long bm_ioctl_pool_remove(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	const struct budgetmem_pool_remove *remove = argument;
	int err;

	if (remove->flags || remove->reserved ||
	    !bm_name_is_valid(remove->budget) || !bm_name_is_valid(remove->name))
		return -EINVAL;
	err = bm_access_system(file);
	return err ?: bm_detached_remove(bm_system, remove->budget, remove->name);
}

/* In place of a call that this kernel does not have. */
static long bm_ioctl_none(struct file *file, void *argument, void __user *user,
			  size_t user_size)
{
	return -ENOTTY;
}

/**
 * struct bm_ioctl - a call
 * @command: as in the contract of this version
 * @handle: does it
 */
struct bm_ioctl {
	unsigned int command;
	long (*handle)(struct file *file, void *argument, void __user *user,
		       size_t user_size);
};

/* By number. The size in the command is that of version 1, the least. */
static const struct bm_ioctl bm_ioctls[] = {
	{ BUDGETMEM_IOC_QUERY, bm_ioctl_query },
	{ BUDGETMEM_IOC_BIND, bm_ioctl_bind },
	{ BUDGETMEM_IOC_POOL_CREATE, bm_ioctl_pool_create },
	{ BUDGETMEM_IOC_POOL_DESTROY, bm_ioctl_pool_destroy },
	{ BUDGETMEM_IOC_LOCK, bm_ioctl_lock },
	{ BUDGETMEM_IOC_BUDGET_INFO, bm_ioctl_budget_info },
	{ BUDGETMEM_IOC_CLIENT_INFO, bm_ioctl_client_info },
	{ BUDGETMEM_IOC_POOL_INFO, bm_ioctl_pool_info },
	{ BUDGETMEM_IOC_POOL_ATTACH, bm_ioctl_pool_attach },
	{ BUDGETMEM_IOC_POOL_EXPORT, bm_ioctl_none },
	{ BUDGETMEM_IOC_POOL_WATCH, bm_ioctl_pool_watch },
	{ BUDGETMEM_IOC_EVENTS, bm_ioctl_events },
	{ BUDGETMEM_IOC_SYSTEM_APPLY, bm_ioctl_system_apply },
	{ BUDGETMEM_IOC_SYSTEM_LOCK, bm_ioctl_system_lock },
	{ BUDGETMEM_IOC_POOL_REMOVE, bm_ioctl_pool_remove },
};

/* The call that is meant, whatever size its struct has; NULL if unknown. */
static const struct bm_ioctl *bm_ioctl_find(unsigned int command)
{
	const unsigned int size_mask = _IOC_SIZEMASK << _IOC_SIZESHIFT;
	unsigned int number = _IOC_NR(command);

	if (number >= ARRAY_SIZE(bm_ioctls) ||
	    (bm_ioctls[number].command ^ command) & ~size_mask)
		return NULL;
	return &bm_ioctls[array_index_nospec(number, ARRAY_SIZE(bm_ioctls))];
}

static long bm_chardev_call(struct file *file, unsigned int command,
			    unsigned long address)
{
	union {
		struct budgetmem_query query;
		struct budgetmem_bind bind;
		struct budgetmem_pool_create create;
		struct budgetmem_pool_destroy destroy;
		struct budgetmem_lock lock;
		struct budgetmem_budget_info budget;
		struct budgetmem_client_info client;
		struct budgetmem_pool_info pool;
		struct budgetmem_pool_attach attach;
		struct budgetmem_pool_export export;
		struct budgetmem_pool_watch watch;
		struct budgetmem_events events;
		struct budgetmem_system_apply apply;
		struct budgetmem_system_lock system_lock;
		struct budgetmem_pool_remove remove;
	} argument;
	const struct bm_ioctl *ioctl = bm_ioctl_find(command);
	void __user *user = (void __user *)address;
	size_t user_size = _IOC_SIZE(command);
	size_t size;
	int err;

	if (!ioctl)
		return -ENOTTY;
	size = _IOC_SIZE(ioctl->command);
	if (user_size < size)
		return -EINVAL;
	err = copy_struct_from_user(&argument, size, user, user_size);
	if (err)
		return err;
	return ioctl->handle(file, &argument, user, user_size);
}

/* All that is refused comes through here. @call: its number. */
static long bm_chardev_result(struct file *file, u32 call, long err)
{
	if (err && trace_budgetmem_refuse_enabled())
		trace_budgetmem_refuse(bm_chardev_client(file), call, err);
	return err;
}

static long bm_chardev_ioctl(struct file *file, unsigned int command,
			     unsigned long address)
{
	return bm_chardev_result(file, _IOC_NR(command),
				 bm_chardev_call(file, command, address));
}

static int bm_chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct bm_client *client = bm_chardev_client(file);
	int err = client ? bm_mapping_create(client, vma) : -EBUSY;

	return bm_chardev_result(file, BM_CALL_MMAP, err);
}

static __poll_t bm_chardev_poll(struct file *file, poll_table *table)
{
	struct bm_client *client = bm_chardev_client(file);

	return client ? bm_events_poll(client, file, table) : EPOLLERR;
}

static int bm_chardev_open(struct inode *inode, struct file *file)
{
	/* The misc layer leaves its own pointer here. */
	file->private_data = NULL;
	bm_file_unsigned_offset(file);
	return nonseekable_open(inode, file);
}

static int bm_chardev_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		bm_client_end(file->private_data);
	return 0;
}

static void bm_chardev_show_fdinfo(struct seq_file *text, struct file *file)
{
	mutex_lock(&bm_system->lock);
	bm_fdinfo_show_locked(text, file->private_data);
	mutex_unlock(&bm_system->lock);
}

static const struct file_operations bm_chardev_operations = {
	.owner = THIS_MODULE,
	BM_FOP_FLAGS
	.open = bm_chardev_open,
	.release = bm_chardev_release,
	.unlocked_ioctl = bm_chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = bm_chardev_mmap,
	.poll = bm_chardev_poll,
	.show_fdinfo = bm_chardev_show_fdinfo,
};

/* Anybody may open it: a budget's owner and mode say what he gets. */
static struct miscdevice bm_chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "budgetmem",
	.mode = 0666,
	.fops = &bm_chardev_operations,
};

int bm_chardev_register(struct bm_system *system)
{
	int err;

	bm_system = system;
	bm_chardev.groups = bm_sysfs_prepare(system);
	err = misc_register(&bm_chardev);
	if (!err)
		bm_sysfs_register(system, bm_chardev.this_device);
	return err;
}

void bm_chardev_unregister(void)
{
	bm_sysfs_unregister(bm_system);
	misc_deregister(&bm_chardev);
	bm_system = NULL;
}
