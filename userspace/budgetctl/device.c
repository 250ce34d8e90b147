// SPDX-License-Identifier: MIT
/*
 * device.c: what the tool asks of the device
 */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int device_open(void)
{
	int fd = open(DEVICE_PATH, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	switch (errno) {
	case ENOENT:
	case ENXIO:
		return -ENODEV;
	/* A container's device filter says EPERM, which is locked elsewhere. */
	case EPERM:
		return -EACCES;
	default:
		return -errno;
	}
}

void device_close(int fd)
{
	close(fd);
}

/* By the same identity that open() asks, not the one that started the program. */
bool device_is_writable(void)
{
	return !faccessat(AT_FDCWD, DEVICE_PATH, R_OK | W_OK, AT_EACCESS);
}

static int ask(int fd, unsigned long command, void *argument)
{
	return ioctl(fd, command, argument) < 0 ? -errno : 0;
}

int device_query(int fd, struct budgetmem_query *query)
{
	memset(query, 0, sizeof(*query));
	return ask(fd, BUDGETMEM_IOC_QUERY, query);
}

/*
 * What the last answer left in the struct must be zero on the way in, but for the
 * cursor.
 */
int device_next_budget(int fd, struct budgetmem_budget_info *info)
{
	struct budgetmem_budget_info next = {
		.select = BUDGETMEM_SELECT_NEXT,
		.cursor = info->cursor,
	};
	int err = ask(fd, BUDGETMEM_IOC_BUDGET_INFO, &next);

	if (!err)
		*info = next;
	return err;
}

int device_next_client(int fd, struct budgetmem_client_info *info)
{
	struct budgetmem_client_info next = {
		.select = BUDGETMEM_SELECT_NEXT,
		.cursor = info->cursor,
	};
	int err = ask(fd, BUDGETMEM_IOC_CLIENT_INFO, &next);

	if (!err)
		*info = next;
	return err;
}

int device_next_pool(int fd, struct budgetmem_pool_info *info)
{
	struct budgetmem_pool_info next = {
		.select = BUDGETMEM_SELECT_NEXT,
		.cursor = info->cursor,
	};
	int err = ask(fd, BUDGETMEM_IOC_POOL_INFO, &next);

	if (!err)
		*info = next;
	return err;
}

int device_apply(int fd, struct budgetmem_system_apply *apply)
{
	return ask(fd, BUDGETMEM_IOC_SYSTEM_APPLY, apply);
}

int device_lock(int fd)
{
	struct budgetmem_system_lock lock = { .flags = 0 };

	return ask(fd, BUDGETMEM_IOC_SYSTEM_LOCK, &lock);
}

/* False if it does not fit: such a name is nobody's. */
static bool put_name(char name[BUDGETMEM_NAME_SIZE], const char *text)
{
	size_t length = strlen(text);

	if (!length || length >= BUDGETMEM_NAME_SIZE)
		return false;
	memcpy(name, text, length);
	return true;
}

int device_remove(int fd, const char *budget, const char *pool)
{
	struct budgetmem_pool_remove remove = { .flags = 0 };

	if (!put_name(remove.budget, budget) || !put_name(remove.name, pool))
		return -EINVAL;
	return ask(fd, BUDGETMEM_IOC_POOL_REMOVE, &remove);
}
