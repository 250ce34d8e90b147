// SPDX-License-Identifier: GPL-2.0-only
/*
 * budgetmem_importer: a driver that imports dma-bufs as drivers do. It takes a
 * reference, attaches its device, maps the memory for it, lets it move data, and undoes
 * all of that; and it uses the memory in the kernel. Each step is a call of its own, so
 * that a test can stop between any two.
 *
 * The device is a platform device without hardware. What it reads and writes is what
 * is at the bus addresses that the mapping gave, as it would be for a real one: in
 * bounce buffers too, if the kernel has put them between. It never looks at the pages
 * of the list, which an importer must not, and which CONFIG_DMABUF_DEBUG prevents. So
 * it sees what any driver would, vgem and udmabuf included, which do less of it: vgem
 * has no device to map for, and udmabuf only exports.
 *
 * Locking: importer::lock makes calls through one file wait for each other.
 */
#include <linux/dma-buf.h>
#include <linux/dma-direct.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../../module/compat.h"
#include "importer.h"

/* 6.2: who has not locked the dma-buf calls another function. */
#ifndef BM_HAVE_VMAP_UNLOCKED
#define dma_buf_vmap_unlocked	dma_buf_vmap
#define dma_buf_vunmap_unlocked	dma_buf_vunmap
#endif

/**
 * struct importer - an open file
 * @lock: protects the rest
 * @buffer: that it took, or NULL
 * @attachment: of the device, or NULL
 * @table: how the device finds the memory, or NULL
 * @direction: of @table
 * @map: how the kernel finds the memory, if @mapped
 * @mapped: the kernel has it mapped
 */
struct importer {
	struct mutex lock; /* one call at a time */
	struct dma_buf *buffer;
	struct dma_buf_attachment *attachment;
	struct sg_table *table;
	enum dma_data_direction direction;
	struct iosys_map map;
	bool mapped;
};

static struct platform_device *importer_device;

static int importer_take(struct importer *importer, s32 fd)
{
	struct dma_buf *buffer;

	if (importer->buffer)
		return -EBUSY;
	buffer = dma_buf_get(fd);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	importer->buffer = buffer;
	return 0;
}

static int importer_drop(struct importer *importer)
{
	if (!importer->buffer || importer->attachment || importer->mapped)
		return -EBUSY;
	dma_buf_put(importer->buffer);
	importer->buffer = NULL;
	return 0;
}

static int importer_attach(struct importer *importer)
{
	struct dma_buf_attachment *attachment;

	if (!importer->buffer || importer->attachment)
		return -EBUSY;
	attachment = dma_buf_attach(importer->buffer, &importer_device->dev);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	importer->attachment = attachment;
	return 0;
}

static int importer_detach(struct importer *importer)
{
	if (!importer->attachment || importer->table)
		return -EBUSY;
	dma_buf_detach(importer->buffer, importer->attachment);
	importer->attachment = NULL;
	return 0;
}

static int importer_map(struct importer *importer, u32 direction)
{
	struct sg_table *table;

	if (direction > DMA_FROM_DEVICE)
		return -EINVAL;
	if (!importer->attachment || importer->table)
		return -EBUSY;
	table = dma_buf_map_attachment_unlocked(importer->attachment, direction);
	if (IS_ERR(table))
		return PTR_ERR(table);
	importer->table = table;
	importer->direction = direction;
	return 0;
}

static int importer_unmap(struct importer *importer)
{
	if (!importer->table)
		return -EBUSY;
	dma_buf_unmap_attachment_unlocked(importer->attachment, importer->table,
					  importer->direction);
	importer->table = NULL;
	return 0;
}

/* One access of at most a page; @address is the kernel's. */
static void importer_look(struct importer_view *view, u8 *address, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		view->sum = IMPORTER_SUM(view->sum, address[i]);
	if (view->fill != IMPORTER_KEEP)
		memset(address, view->fill, bytes);
	view->bytes += bytes;
}

/* What is at a bus address, for the device. */
static void importer_move(struct importer_view *view, dma_addr_t from, size_t bytes)
{
	while (bytes) {
		phys_addr_t place = dma_to_phys(&importer_device->dev, from);
		size_t part = min_t(size_t, bytes, PAGE_SIZE - offset_in_page(place));
		u8 *page = kmap_local_page(pfn_to_page(PHYS_PFN(place)));

		importer_look(view, page + offset_in_page(place), part);
		kunmap_local(page);
		from += part;
		bytes -= part;
		cond_resched();
	}
}

static int importer_let_device(struct importer *importer, struct importer_view *view)
{
	struct scatterlist *sg;
	int i;

	if (!importer->table)
		return -EBUSY;
	for_each_sgtable_dma_sg(importer->table, sg, i) {
		importer_move(view, sg_dma_address(sg), sg_dma_len(sg));
		view->longest = max_t(u32, view->longest, sg_dma_len(sg));
		view->entries++;
	}
	return 0;
}

static int importer_vmap(struct importer *importer)
{
	int err;

	if (!importer->buffer || importer->mapped)
		return -EBUSY;
	err = dma_buf_vmap_unlocked(importer->buffer, &importer->map);
	importer->mapped = !err;
	return err;
}

static int importer_vunmap(struct importer *importer)
{
	if (!importer->mapped)
		return -EBUSY;
	dma_buf_vunmap_unlocked(importer->buffer, &importer->map);
	importer->mapped = false;
	return 0;
}

static int importer_let_kernel(struct importer *importer, struct importer_view *view)
{
	enum dma_data_direction direction = view->fill == IMPORTER_KEEP ?
					    DMA_FROM_DEVICE : DMA_BIDIRECTIONAL;
	int err;

	if (!importer->mapped)
		return -EBUSY;
	err = dma_buf_begin_cpu_access(importer->buffer, direction);
	if (err)
		return err;
	importer_look(view, importer->map.vaddr, importer->buffer->size);
	view->longest = importer->buffer->size;
	view->entries = 1;
	return dma_buf_end_cpu_access(importer->buffer, direction);
}

/* As the kernel stores where it does not know whether it may. */
static int importer_store(struct importer *importer)
{
	u8 byte = IMPORTER_STORED;

	if (!importer->mapped)
		return -EBUSY;
	pagefault_disable();
	__put_kernel_nofault(importer->map.vaddr, &byte, u8, fault);
	pagefault_enable();
	return 0;

fault:
	pagefault_enable();
	return -EFAULT;
}

static int importer_view(struct importer *importer, void __user *user,
			 int (*let)(struct importer *importer,
				    struct importer_view *view))
{
	struct importer_view view;
	int err;

	if (copy_from_user(&view, user, sizeof(view)))
		return -EFAULT;
	view = (struct importer_view) { .fill = view.fill };
	err = let(importer, &view);
	if (!err && copy_to_user(user, &view, sizeof(view)))
		err = -EFAULT;
	return err;
}

static int importer_call(struct importer *importer, unsigned int command,
			 void __user *user)
{
	u32 number;

	switch (command) {
	case IMPORTER_TAKE:
		return get_user(number, (u32 __user *)user) ? -EFAULT :
		       importer_take(importer, number);
	case IMPORTER_DROP:
		return importer_drop(importer);
	case IMPORTER_ATTACH:
		return importer_attach(importer);
	case IMPORTER_DETACH:
		return importer_detach(importer);
	case IMPORTER_MAP:
		return get_user(number, (u32 __user *)user) ? -EFAULT :
		       importer_map(importer, number);
	case IMPORTER_UNMAP:
		return importer_unmap(importer);
	case IMPORTER_DEVICE:
		return importer_view(importer, user, importer_let_device);
	case IMPORTER_VMAP:
		return importer_vmap(importer);
	case IMPORTER_KERNEL:
		return importer_view(importer, user, importer_let_kernel);
	case IMPORTER_VUNMAP:
		return importer_vunmap(importer);
	case IMPORTER_STORE:
		return importer_store(importer);
	}
	return -ENOTTY;
}

static long importer_ioctl(struct file *file, unsigned int command,
			   unsigned long address)
{
	struct importer *importer = file->private_data;
	int err;

	mutex_lock(&importer->lock);
	err = importer_call(importer, command, (void __user *)address);
	mutex_unlock(&importer->lock);
	return err;
}

static int importer_open(struct inode *inode, struct file *file)
{
	struct importer *importer = kzalloc(sizeof(*importer), GFP_KERNEL);

	if (!importer)
		return -ENOMEM;
	mutex_init(&importer->lock);
	file->private_data = importer;
	return nonseekable_open(inode, file);
}

static int importer_release(struct inode *inode, struct file *file)
{
	struct importer *importer = file->private_data;

	importer_unmap(importer);
	importer_vunmap(importer);
	importer_detach(importer);
	importer_drop(importer);
	kfree(importer);
	return 0;
}

static const struct file_operations importer_operations = {
	.owner = THIS_MODULE,
	.open = importer_open,
	.release = importer_release,
	.unlocked_ioctl = importer_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice importer_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "budgetmem-importer",
	.mode = 0600,
	.fops = &importer_operations,
};

/* A device that takes pieces of 16 KiB, so that there are some. */
#define IMPORTER_SEGMENT	(16 << 10)

static int importer_set_up_device(struct platform_device *device)
{
	int err = dma_coerce_mask_and_coherent(&device->dev, DMA_BIT_MASK(64));

	if (!err)
		dma_set_max_seg_size(&device->dev, IMPORTER_SEGMENT);
	return err;
}

static int __init importer_init(void)
{
	int err;

	importer_device = platform_device_register_simple("budgetmem-importer", -1,
							  NULL, 0);
	if (IS_ERR(importer_device))
		return PTR_ERR(importer_device);
	err = importer_set_up_device(importer_device);
	if (!err)
		err = misc_register(&importer_misc);
	if (err)
		platform_device_unregister(importer_device);
	return err;
}

static void __exit importer_exit(void)
{
	misc_deregister(&importer_misc);
	platform_device_unregister(importer_device);
}

module_init(importer_init);
module_exit(importer_exit);

MODULE_DESCRIPTION("A driver that imports dma-bufs, for the tests of budgetmem");
MODULE_AUTHOR("The budgetmem authors");
MODULE_LICENSE("GPL");
BM_IMPORT_NS(DMA_BUF);
