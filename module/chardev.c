// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/budgetmem: with chardev-setup.c the only file that knows ioctl numbers and
 * touches user memory. It checks the form of what comes in, and calls what does the
 * work.
 *
 * Locking: file->private_data, the file's client or NULL, is written once under
 * bm_system::lock and read under it. A client that was read stays as long as the
 * file is open, which every operation but release() can rely on. User memory is
 * never touched under the lock: mmap_lock is outside of it.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/budgetmem.h>

#include "access.h"
#include "chardev.h"
#include "client.h"
#include "compat.h"
#include "detached.h"
#include "events.h"
#include "export.h"
#include "fdinfo.h"
#include "inspect.h"
#include "mapping.h"
#include "pool.h"
#include "sysfs.h"
#include "trace.h"

/* Set before the device appears, cleared after it has gone. */
struct bm_system *bm_system;

/* The file's client, NULL if it is not bound. */
static struct bm_client *bm_chardev_client(struct file *file)
{
	struct bm_client *client;

	mutex_lock(&bm_system->lock);
	client = file->private_data;
	mutex_unlock(&bm_system->lock);
	return client;
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

/*
 * A dma-buf of a held pool, and a descriptor of it, which nobody can use before its
 * number was told. On failure nothing is left, and the pool is let go.
 */
static int bm_chardev_export(struct bm_pool *pool,
			     struct budgetmem_pool_export *export,
			     void __user *user, size_t user_size)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);
	struct file *made;
	int err;

	made = fd < 0 ? ERR_PTR(fd) :
			bm_export_make(pool, export->flags & BUDGETMEM_EXPORT_WRITE);
	if (IS_ERR(made)) {
		bm_pool_let_go(pool);
		err = PTR_ERR(made);
		goto put_fd;
	}
	export->fd = fd;
	err = bm_chardev_copy_out(user, user_size, export, sizeof(*export));
	if (err) {
		fput(made);
		goto put_fd;
	}
	fd_install(fd, made);
	return 0;

put_fd:
	if (fd >= 0)
		put_unused_fd(fd);
	return err;
}

static long bm_ioctl_pool_export(struct file *file, void *argument,
				 void __user *user, size_t user_size)
{
	struct budgetmem_pool_export *export = argument;
	struct bm_client *client = bm_chardev_client(file);
	fmode_t needed = FMODE_READ;
	struct bm_pool *pool;
	int err;

	if (export->flags & ~BUDGETMEM_EXPORT_WRITE)
		return -EINVAL;
	if (!BM_HAS_EXPORT)
		return -EOPNOTSUPP;
	if (!client)
		return -EBUSY;
	if (export->flags & BUDGETMEM_EXPORT_WRITE)
		needed |= FMODE_WRITE;
	err = bm_pool_hold(client, export->offset, !(needed & ~file->f_mode), &pool);
	return err ?: bm_chardev_export(pool, export, user, user_size);
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

	if (!bm_inspect_budget_is_valid(info))
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

	if (!bm_inspect_client_is_valid(info))
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

	if (!bm_inspect_pool_is_valid(info))
		return -EINVAL;
	mutex_lock(&bm_system->lock);
	err = bm_inspect_pool_locked(&asker, info);
	mutex_unlock(&bm_system->lock);
	return err ?: bm_chardev_copy_out(user, user_size, info, sizeof(*info));
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
	{ BUDGETMEM_IOC_POOL_EXPORT, bm_ioctl_pool_export },
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
