// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files below /sys/class/misc/budgetmem/. See sysfs.h for the locking.
 *
 * A directory of a budget knows its name and nothing else: whoever reads a file there
 * looks the budget up. So no directory can outlive what it points to, a budget that is
 * replaced by another one of its name keeps its directory, and one that is not in the
 * table yet, or no more, answers ENODEV.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "inspect.h"
#include "sysfs.h"
#include "system.h"

/* There is one device. Set before its files appear. */
static struct bm_system *bm_sysfs_system;

#define BM_SYSTEM_FILE(_name, _format, _value)				\
static ssize_t _name##_show(struct device *device,			\
			    struct device_attribute *attribute, char *text) \
{									\
	struct budgetmem_query query;					\
									\
	bm_system_describe(bm_sysfs_system, &query);			\
	return sysfs_emit(text, _format "\n", _value);			\
}									\
static DEVICE_ATTR_ADMIN_RO(_name)

static const char *bm_system_phase_name(u32 phase)
{
	return phase == BUDGETMEM_SYSTEM_LOCKED ? "locked" : "setup";
}

BM_SYSTEM_FILE(version, "%u", query.version);
BM_SYSTEM_FILE(phase, "%s", bm_system_phase_name(query.phase));
BM_SYSTEM_FILE(total, "%llu", query.total);
BM_SYSTEM_FILE(set_aside, "%llu", query.set_aside);
BM_SYSTEM_FILE(overhead, "%llu", query.overhead);
BM_SYSTEM_FILE(held_pages, "%llu", query.held_pages);

static struct attribute *bm_system_file_attrs[] = {
	&dev_attr_version.attr,
	&dev_attr_phase.attr,
	&dev_attr_total.attr,
	&dev_attr_set_aside.attr,
	&dev_attr_overhead.attr,
	&dev_attr_held_pages.attr,
	NULL
};

ATTRIBUTE_GROUPS(bm_system_file);

/**
 * struct bm_budget_file - a file of a budget
 * @attribute: its name
 * @offset: of the value in struct budgetmem_budget_info
 * @bytes: of the value, 4 or 8
 * @format: of the value
 */
struct bm_budget_file {
	struct attribute attribute;
	u16 offset;
	u16 bytes;
	const char *format;
};

#define BM_BUDGET_FILE(_name, _type, _format)				\
static struct bm_budget_file bm_file_##_name = {			\
	.attribute = { .name = #_name, .mode = 0400 },			\
	.offset = offsetof(struct budgetmem_budget_info, _name),	\
	.bytes = sizeof(_type),						\
	.format = _format "\n",						\
}

BM_BUDGET_FILE(size, u64, "%llu");
BM_BUDGET_FILE(used, u64, "%llu");
BM_BUDGET_FILE(high_water, u64, "%llu");
BM_BUDGET_FILE(quarantined, u64, "%llu");
BM_BUDGET_FILE(overhead, u64, "%llu");
BM_BUDGET_FILE(refused_over_budget, u64, "%llu");
BM_BUDGET_FILE(refused_locked, u64, "%llu");
BM_BUDGET_FILE(refused_access, u64, "%llu");
BM_BUDGET_FILE(uid, u32, "%llu");
BM_BUDGET_FILE(gid, u32, "%llu");
BM_BUDGET_FILE(mode, u32, "%04llo");
BM_BUDGET_FILE(clients, u32, "%llu");
BM_BUDGET_FILE(client_limit, u32, "%llu");
BM_BUDGET_FILE(pools, u32, "%llu");
BM_BUDGET_FILE(pool_limit, u32, "%llu");
BM_BUDGET_FILE(node, u32, "%llu");
BM_BUDGET_FILE(detached, u64, "%llu");
BM_BUDGET_FILE(detached_pools, u32, "%llu");

static struct attribute *bm_budget_file_attrs[] = {
	&bm_file_size.attribute,
	&bm_file_used.attribute,
	&bm_file_high_water.attribute,
	&bm_file_quarantined.attribute,
	&bm_file_overhead.attribute,
	&bm_file_refused_over_budget.attribute,
	&bm_file_refused_locked.attribute,
	&bm_file_refused_access.attribute,
	&bm_file_uid.attribute,
	&bm_file_gid.attribute,
	&bm_file_mode.attribute,
	&bm_file_clients.attribute,
	&bm_file_client_limit.attribute,
	&bm_file_pools.attribute,
	&bm_file_pool_limit.attribute,
	&bm_file_node.attribute,
	&bm_file_detached.attribute,
	&bm_file_detached_pools.attribute,
	NULL
};
ATTRIBUTE_GROUPS(bm_budget_file);

static u64 bm_budget_file_value(const struct bm_budget_file *file,
				const struct budgetmem_budget_info *info)
{
	const void *value = (const void *)info + file->offset;

	return file->bytes == sizeof(u64) ? *(const u64 *)value :
					    *(const u32 *)value;
}

static ssize_t bm_budget_file_show(struct kobject *directory,
				   struct attribute *attribute, char *text)
{
	const struct bm_budget_file *file =
		container_of(attribute, struct bm_budget_file, attribute);
	struct budgetmem_budget_info info = {};
	u64 value;

	if (bm_inspect_budget_by_name(bm_sysfs_system, kobject_name(directory), &info))
		return -ENODEV;
	value = bm_budget_file_value(file, &info);
	if (file == &bm_file_node && info.node == BUDGETMEM_NODE_ANY)
		return sysfs_emit(text, "any\n");
	return sysfs_emit(text, file->format, value);
}

static const struct sysfs_ops bm_budget_file_operations = {
	.show = bm_budget_file_show,
};

static void bm_budget_directory_release(struct kobject *directory)
{
	kfree(directory);
}

static const struct kobj_type bm_budget_directory = {
	.release = bm_budget_directory_release,
	.sysfs_ops = &bm_budget_file_operations,
	.default_groups = bm_budget_file_groups,
};

/**
 * bm_sysfs_add() - make the directory of a budget that has none
 * @system: that it will belong to
 * @budget: its name
 *
 * Return: 0 or -ENOMEM. 0 too while there is no device, which nobody has missed yet.
 */
int bm_sysfs_add(struct bm_system *system, const char *budget)
{
	struct kobject *directory;
	int err;

	lockdep_assert_held(&system->applying);
	if (!system->shown)
		return 0;
	directory = kzalloc(sizeof(*directory), GFP_KERNEL | __GFP_NOWARN);
	if (!directory)
		return -ENOMEM;
	directory->kset = system->shown;
	err = kobject_init_and_add(directory, &bm_budget_directory, NULL, "%s", budget);
	if (err)
		kobject_put(directory);
	return err ? -ENOMEM : 0;
}

/* If it is there. Waits for whoever reads a file in it. */
void bm_sysfs_remove(struct bm_system *system, const char *budget)
{
	struct kobject *directory;

	lockdep_assert_held(&system->applying);
	lockdep_assert_not_held(&system->lock);
	if (!system->shown)
		return;
	directory = kset_find_obj(system->shown, budget);
	if (!directory)
		return;
	kobject_del(directory);
	kobject_put(directory);
	/* What kset_find_obj() took. */
	kobject_put(directory);
}

/* @system->applying is held: the table does not change. 0 or -ENOMEM. */
static int bm_sysfs_add_all(struct bm_system *system, struct kobject *device)
{
	/* The names of budgets are nobody's business either. */
	const struct attribute directory = { .name = "budgets" };
	u32 slot;
	int err;

	system->shown = kset_create_and_add(directory.name, NULL, device);
	if (!system->shown)
		return -ENOMEM;
	err = sysfs_chmod_file(device, &directory, 0500);
	for (slot = 0; slot < system->slots && !err; slot++)
		if (system->budget[slot])
			err = bm_sysfs_add(system, system->budget[slot]->name);
	return err;
}

static void bm_sysfs_remove_all(struct bm_system *system)
{
	u32 slot;

	for (slot = 0; slot < system->slots; slot++)
		if (system->budget[slot])
			bm_sysfs_remove(system, system->budget[slot]->name);
	if (system->shown)
		kset_unregister(system->shown);
	system->shown = NULL;
}

/* The files of the device, and whose state they tell. */
const struct attribute_group **bm_sysfs_prepare(struct bm_system *system)
{
	bm_sysfs_system = system;
	return bm_system_file_groups;
}

/**
 * bm_sysfs_register() - show the budgets below the device
 * @system: set up
 * @device: registered, so that somebody may use it already
 *
 * The device cannot be taken back any more, and works without.
 */
void bm_sysfs_register(struct bm_system *system, struct device *device)
{
	mutex_lock(&system->applying);
	if (bm_sysfs_add_all(system, &device->kobj)) {
		pr_warn("no memory to show budgets in sysfs\n");
		bm_sysfs_remove_all(system);
	}
	mutex_unlock(&system->applying);
}

/* Before the device goes. */
void bm_sysfs_unregister(struct bm_system *system)
{
	mutex_lock(&system->applying);
	bm_sysfs_remove_all(system);
	mutex_unlock(&system->applying);
}
