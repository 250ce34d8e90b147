/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note OR MIT */
/*
 * /dev/budgetmem-importer: what the tests ask of a driver that imports dma-bufs.
 *
 * One open file imports one dma-buf. Each call returns 0 or fails with what the
 * dma-buf core, or the one who made the dma-buf, said; EBUSY if it comes at a wrong
 * moment. Closing the file undoes whatever is left.
 */
#ifndef BUDGETMEM_TESTS_IMPORTER_H
#define BUDGETMEM_TESTS_IMPORTER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define IMPORTER_PATH	"/dev/budgetmem-importer"

/* Directions, as the kernel numbers them. */
#define IMPORTER_BOTH_WAYS	0
#define IMPORTER_TO_DEVICE	1
#define IMPORTER_FROM_DEVICE	2

/**
 * struct importer_view - what the device, or the kernel, sees of the memory
 * @sum: out, of all its bytes, each with its place
 * @bytes: out, in all
 * @entries: out, pieces that the device has to know of, 1 for the kernel
 * @longest: out, bytes of the longest of them
 * @fill: in, byte to store everywhere afterwards, or IMPORTER_KEEP
 * @reserved: 0
 */
struct importer_view {
	__u64 sum;
	__u64 bytes;
	__u32 entries;
	__u32 longest;
	__u32 fill;
	__u32 reserved;
};

#define IMPORTER_KEEP	0x100

/* The sum's next value after a byte. */
#define IMPORTER_SUM(sum, byte)	((sum) * 31 + (byte))

/* Take a reference to the dma-buf with this descriptor, and drop it. */
#define IMPORTER_TAKE	_IOW(0xBF, 0x00, __s32)
#define IMPORTER_DROP	_IO(0xBF, 0x01)

/* Attach the device to it, and detach it. */
#define IMPORTER_ATTACH	_IO(0xBF, 0x02)
#define IMPORTER_DETACH	_IO(0xBF, 0x03)

/* Map it for the device, data going in this direction, and unmap it. */
#define IMPORTER_MAP	_IOW(0xBF, 0x04, __u32)
#define IMPORTER_UNMAP	_IO(0xBF, 0x05)

/* Let the device read all of it, and write. */
#define IMPORTER_DEVICE	_IOWR(0xBF, 0x06, struct importer_view)

/* Map it for the kernel, let the kernel read all of it, and write, and unmap it. */
#define IMPORTER_VMAP	_IO(0xBF, 0x07)
#define IMPORTER_KERNEL	_IOWR(0xBF, 0x08, struct importer_view)
#define IMPORTER_VUNMAP	_IO(0xBF, 0x09)

/*
 * While it is mapped for the kernel, store IMPORTER_STORED to its first byte; EFAULT if
 * that is what the store met.
 */
#define IMPORTER_STORE	_IO(0xBF, 0x0a)
#define IMPORTER_STORED	0x5a

#endif /* BUDGETMEM_TESTS_IMPORTER_H */
