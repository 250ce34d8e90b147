// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what. See access.h. Owner and mode of a budget change with the table:
 * under bm_system::lock.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "access.h"
#include "system.h"

static bool bm_access_in_group(const struct cred *cred, kgid_t gid)
{
	const struct group_info *groups = cred->group_info;
	int i;

	if (gid_eq(cred->fsgid, gid))
		return true;
	for (i = 0; i < groups->ngroups; i++)
		if (gid_eq(groups->gid[i], gid))
			return true;
	return false;
}

/*
 * Whether whoever opened the file may. His class is asked as for a file, and the
 * capability only if that does not suffice: asking leaves traces in audit logs.
 */
bool bm_access(const struct bm_budget *budget, const struct file *file,
	       umode_t may)
{
	const struct cred *cred = file->f_cred;
	umode_t mode = budget->mode;

	if (uid_eq(cred->fsuid, budget->uid))
		mode >>= 6;
	else if (bm_access_in_group(cred, budget->gid))
		mode >>= 3;
	return (mode & may) ||
	       file_ns_capable((struct file *)file, &init_user_ns, CAP_SYS_ADMIN);
}

/* The right to set the system up, of whoever opened the file. 0 or -EACCES. */
int bm_access_system(struct file *file)
{
	return file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN) ? 0 : -EACCES;
}

/* Only a phase that lets a table in is worth reading one: it is looked at again. */
int bm_access_setup(const struct bm_system *system, struct file *file)
{
	return READ_ONCE(system->phase) == BUDGETMEM_SYSTEM_LOCKED ?
	       -EPERM : bm_access_system(file);
}
