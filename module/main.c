// SPDX-License-Identifier: GPL-2.0-only
/*
 * budgetmem: memory budgets that hold. A table of contents.
 *
 *	parameters	what the administrator wants
 *	system		all budgets, and the lock
 *	table, resize	one table of budgets after another
 *	budget		accounting: sums that cannot be exceeded
 *	holding		what a budget holds
 *	pages, extent	the memory itself, and which of it is free
 *	client, pool	who has what
 *	names		pools by name
 *	detached	pools that outlived their client
 *	access		who may
 *	events		what a client waits for
 *	mapping		memory in a process
 *	export		memory in other hands: dma-buf
 *	inspect, fdinfo	who holds what, for those who ask
 *	sysfs, trace	the same for administrators, and every decision
 *	chardev		the door
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "chardev.h"
#include "parameters.h"
#include "system.h"
#include "table.h"

/*
 * The text that insmod gave stays as long as the module, so it is kept where it
 * is: the kernel's own string parameters end at 1024 characters. Not in sysfs,
 * where everybody could read what a budget's mode keeps from him.
 */
static int bm_main_set_text(const char *value, const struct kernel_param *param)
{
	*(const char **)param->arg = value;
	return 0;
}

static const struct kernel_param_ops bm_main_text = {
	.set = bm_main_set_text,
};

static const char *total;
module_param_cb(total, &bm_main_text, &total, 0);
MODULE_PARM_DESC(total, "bytes that all budgets may take, the module's own records included, with K, M or G (default: what they need)");

static const char *budgets = "default:4M";
module_param_cb(budgets, &bm_main_text, &budgets, 0);
MODULE_PARM_DESC(budgets, "NAME:SIZE[:uid=N][:gid=N][:mode=OCTAL][:pools=N][:clients=N][:node=N],... (default: default:4M; uid=0 gid=0 mode=0600 pools=64 clients=16, any node)");

static bool lock;
module_param(lock, bool, 0);
MODULE_PARM_DESC(lock, "the table of budgets is final from the start (default: no)");

static struct bm_system bm_main_system;

static int __init bm_main_total(u64 *bytes, struct bm_reason *reason)
{
	*bytes = 0;
	if (!total || (!bm_bytes_parse(total, bytes) && *bytes))
		return 0;
	return bm_refuse(reason, -EINVAL,
			 "total: \"%.40s\" is not a number above 0 with K, M or G",
			 total);
}

static int __init bm_main_set_up(struct bm_reason *reason)
{
	struct bm_verdict verdict;
	struct bm_table table;
	u64 bytes;
	int err;

	err = bm_main_total(&bytes, reason);
	if (err)
		return err;
	err = bm_table_parse(budgets, &table, reason);
	if (err)
		return err;
	err = bm_table_check(&table, &verdict);
	if (err)
		bm_verdict_tell(&verdict, reason);
	else
		err = bm_system_set_up(&bm_main_system, &table, bytes, reason);
	bm_table_free(&table);
	return err;
}

static int __init bm_main_init(void)
{
	struct bm_reason reason;
	int err;

	err = bm_main_set_up(&reason);
	if (err) {
		pr_err("%s\n", reason.text);
		return err;
	}
	if (lock)
		bm_system_lock(&bm_main_system);
	err = bm_chardev_register(&bm_main_system);
	if (err) {
		pr_err("cannot register /dev/budgetmem: %d\n", err);
		goto tear_down;
	}
	pr_info("%u budgets, %llu bytes set aside, %llu bytes of records\n",
		bm_main_system.budgets,
		bm_main_system.account.used - bm_main_system.overhead,
		bm_main_system.overhead);
	return 0;

tear_down:
	bm_system_tear_down(&bm_main_system);
	return err;
}

static void __exit bm_main_exit(void)
{
	bm_chardev_unregister();
	bm_system_tear_down(&bm_main_system);
}

module_init(bm_main_init);
module_exit(bm_main_exit);

MODULE_DESCRIPTION("Memory budgets that hold");
MODULE_AUTHOR("The budgetmem authors");
MODULE_LICENSE("GPL");
