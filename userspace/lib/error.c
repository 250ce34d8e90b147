// SPDX-License-Identifier: MIT
/*
 * error.c: what an error means to somebody who meets it for the first time
 */
#include <budgetmem/client.h>

#include <errno.h>

static const struct {
	int number;
	const char *text;
} errors[] = {
	{ 0, "no error" },
	{ EDQUOT, "over budget: it has not so many bytes, pools or clients left; ask for less or define a larger budget (`budgetctl status` shows it)" },
	{ EPERM, "locked: pools are final since the client was locked; create and destroy them before" },
	{ EACCES, "not allowed: owner and mode of the budget or of /dev/budgetmem do not admit this user (`budgetctl doctor` tells which), the persistent pool is another user's, what is to be written is read-only, or the program has an executable stack (link it with -z noexecstack)" },
	{ ENOENT, "not found: no budget or pool has this name (`budgetctl status` lists those that you may see), or no such object or key" },
	{ ENODEV, "no device: /dev/budgetmem is missing; load the module with `modprobe budgetmem` or `insmod budgetmem.ko`" },
	{ EINVAL, "malformed: a name is 1 to 31 characters of A-Z a-z 0-9 _ - . and a size is more than 0; flags are 0" },
	{ EEXIST, "taken: the client has a pool of this name already, or the budget a persistent one, or the pool an object, or the map this key" },
	{ EBUSY, "wrong phase, or still in use: not bound to a budget, bound already, the pool is mapped or exported, or another client has the persistent pool" },
	{ ENOMEM, "no memory: for a memfd budget or after mlockall(MCL_FUTURE) raise RLIMIT_MEMLOCK (`ulimit -l`), for a pool free memory for its page tables" },
	{ ENOTTY, "not understood: /dev/budgetmem is no budgetmem device, or its module is of another version" },
	{ EBADF, "not open: the number is not that of an open file" },
	{ EOPNOTSUPP, "not supported: persistent pools, events and exports need the device /dev/budgetmem, and exports a kernel with dma-bufs" },
	{ E2BIG, "too new: the program uses a part of the contract that this module does not know; update the module" },
	{ EMFILE, "too many open files in this process: close some or raise RLIMIT_NOFILE (`ulimit -n`)" },
	{ ENFILE, "too many open files in the system: raise fs.file-max" },
	{ ENOSYS, "not supported: this kernel has no memfd_create()" },
	{ ERANGE, "beyond the end: the index is not below the length" },
	{ EILSEQ, "not UTF-8, or an offset within a character; the text is as it was" },
	{ EOWNERDEAD, "left half done: somebody died in the middle of an update or of creating; call the collection's repair function, or bm_layout_recover()" },
	{ EUCLEAN, "damaged: what lies in the pool cannot be; somebody wrote over it. The clear function makes a collection usable again, empty" },
	{ EMEDIUMTYPE, "another layout: what has this name is not what the program declares; for an object bm_mismatch_text() tells what differs, for a persistent pool it is the size or the layout number; an administrator can remove the pool" },
	{ ENOSPC, "full: the collection holds as many elements as its capacity; the element is still the caller's" },
};

const char *bm_error_text(int error)
{
	int number = error < 0 ? -error : error;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].number == number)
			return errors[i].text;
	}
	return "an error that budgetmem does not know; see errno(3)";
}
