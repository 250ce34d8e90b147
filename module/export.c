// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools as dma-bufs. See export.h for contexts and locking.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "detached.h"
#include "export.h"
#include "mapping.h"
#include "pool.h"
#include "system.h"

/* What the core's name for the maker of a dma-buf begins with. */
#define BM_EXPORT_MAKER	"budgetmem"

/**
 * struct bm_export - a dma-buf of a pool
 * @pool: held
 * @write: it may be written to
 * @lock: protects what follows
 * @transfers: what is mapped for devices at the moment
 * @address: where the kernel has it mapped, NULL if it has not; the core sees to it
 *	that there is one such mapping at a time
 * @name: of it, that is shown to whoever holds it
 */
struct bm_export {
	struct bm_pool *pool;
	bool write;
	struct mutex lock; /* transfers, address */
	struct list_head transfers;
	void *address;
	char name[sizeof(BM_EXPORT_MAKER) + 2 * BUDGETMEM_NAME_SIZE];
};

/**
 * struct bm_transfer - a pool as it is mapped for a device
 * @node: in bm_export::transfers
 * @table: its pages, and where the device finds them
 * @told: the same, for the driver. It may do with it what it likes; and some kernels
 *	hide the pages there, which synchronizing needs.
 * @device: which
 * @direction: in which it moves data
 */
struct bm_transfer {
	struct list_head node;
	struct sg_table table;
	struct sg_table told;
	struct device *device;
	enum dma_data_direction direction;
};

/* @more: 1, or -1 when one is gone. */
static void bm_export_count_importers(const struct bm_export *export, int more)
{
	struct bm_system *system = export->pool->budget->system;

	mutex_lock(&system->lock);
	export->pool->importers += more;
	mutex_unlock(&system->lock);
}

static int bm_export_attach(struct dma_buf *buffer,
			    struct dma_buf_attachment *attachment)
{
	bm_export_count_importers(buffer->priv, 1);
	return 0;
}

static void bm_export_detach(struct dma_buf *buffer,
			     struct dma_buf_attachment *attachment)
{
	bm_export_count_importers(buffer->priv, -1);
}

/*
 * Lists the pool's pages, those that follow each other together, but not more than
 * @longest of them. With sg == NULL it only counts the entries. O(entries).
 */
static u32 bm_export_list(const struct bm_pool *pool, u32 longest,
			  struct scatterlist *sg)
{
	const struct bm_pages *pages = &pool->budget->pages;
	const struct bm_extent *record = pages->extents.record;
	u32 first, entries = 0;

	for (first = pool->chain.first; first != BM_NO_PAGE; first = record[first].next) {
		u32 end = first + record[first].pages;
		u32 number = first;

		while (number < end) {
			u32 run = min3(bm_pages_run(pages, number), end - number,
				       longest);

			if (sg) {
				sg_set_page(sg, bm_pages_find(pages, number),
					    run << PAGE_SHIFT, 0);
				sg = sg_next(sg);
			}
			number += run;
			entries++;
		}
	}
	return entries;
}

/* Both tables, as long as each has to be; the pages are in the first one. */
static int bm_transfer_list(struct bm_transfer *transfer, const struct bm_pool *pool)
{
	u32 longest = max(dma_get_max_seg_size(transfer->device) >> PAGE_SHIFT, 1u);
	struct rw_semaphore *table = &pool->budget->system->table;
	u32 entries;
	int err;

	down_read(table);
	entries = bm_export_list(pool, longest, NULL);
	err = sg_alloc_table(&transfer->table, entries, GFP_KERNEL);
	if (!err)
		bm_export_list(pool, longest, transfer->table.sgl);
	up_read(table);
	if (err)
		return err;
	err = sg_alloc_table(&transfer->told, entries, GFP_KERNEL);
	if (err)
		sg_free_table(&transfer->table);
	return err;
}

static void bm_transfer_tell(struct bm_transfer *transfer)
{
	struct scatterlist *from = transfer->table.sgl;
	struct scatterlist *to;
	unsigned int i;

	for_each_sgtable_sg(&transfer->told, to, i) {
		sg_set_page(to, sg_page(from), from->length, from->offset);
		sg_dma_address(to) = sg_dma_address(from);
		sg_dma_len(to) = sg_dma_len(from);
		from = sg_next(from);
	}
	transfer->told.nents = transfer->table.nents;
}

static void bm_transfer_free(struct bm_transfer *transfer)
{
	sg_free_table(&transfer->told);
	sg_free_table(&transfer->table);
}

static int bm_transfer_begin(struct bm_transfer *transfer, struct bm_export *export)
{
	int err = bm_transfer_list(transfer, export->pool);

	if (err)
		return err;
	err = dma_map_sgtable(transfer->device, &transfer->table,
			      transfer->direction, 0);
	if (err) {
		bm_transfer_free(transfer);
		return err;
	}
	bm_transfer_tell(transfer);
	mutex_lock(&export->lock);
	list_add(&transfer->node, &export->transfers);
	mutex_unlock(&export->lock);
	return 0;
}

/*
 * A driver that asks for both directions by habit, as those do that let buffers move,
 * cannot have a read-only one.
 */
static struct sg_table *bm_export_map(struct dma_buf_attachment *attachment,
				      enum dma_data_direction direction)
{
	struct bm_export *export = attachment->dmabuf->priv;
	struct bm_transfer *transfer;
	int err;

	if (!export->write && direction != DMA_TO_DEVICE)
		return ERR_PTR(-EACCES);
	transfer = kzalloc(sizeof(*transfer), GFP_KERNEL);
	if (!transfer)
		return ERR_PTR(-ENOMEM);
	transfer->device = attachment->dev;
	transfer->direction = direction;
	err = bm_transfer_begin(transfer, export);
	if (err) {
		kfree(transfer);
		return ERR_PTR(err);
	}
	return &transfer->told;
}

static void bm_export_unmap(struct dma_buf_attachment *attachment,
			    struct sg_table *table,
			    enum dma_data_direction direction)
{
	struct bm_transfer *transfer = container_of(table, struct bm_transfer, told);
	struct bm_export *export = attachment->dmabuf->priv;

	mutex_lock(&export->lock);
	list_del(&transfer->node);
	mutex_unlock(&export->lock);
	dma_unmap_sgtable(transfer->device, &transfer->table, transfer->direction, 0);
	bm_transfer_free(transfer);
	kfree(transfer);
}

/* What devices wrote is there for the processor. Costs nothing where it always is. */
static int bm_export_begin_cpu_access(struct dma_buf *buffer,
				      enum dma_data_direction direction)
{
	struct bm_export *export = buffer->priv;
	struct bm_transfer *transfer;

	mutex_lock(&export->lock);
	if (export->address)
		invalidate_kernel_vmap_range(export->address, buffer->size);
	list_for_each_entry(transfer, &export->transfers, node)
		dma_sync_sgtable_for_cpu(transfer->device, &transfer->table,
					 transfer->direction);
	mutex_unlock(&export->lock);
	return 0;
}

/* What the processor wrote is there for devices. */
static int bm_export_end_cpu_access(struct dma_buf *buffer,
				    enum dma_data_direction direction)
{
	struct bm_export *export = buffer->priv;
	struct bm_transfer *transfer;

	mutex_lock(&export->lock);
	if (export->address)
		flush_kernel_vmap_range(export->address, buffer->size);
	list_for_each_entry(transfer, &export->transfers, node)
		dma_sync_sgtable_for_device(transfer->device, &transfer->table,
					    transfer->direction);
	mutex_unlock(&export->lock);
	return 0;
}

static int bm_export_mmap(struct dma_buf *buffer, struct vm_area_struct *vma)
{
	struct bm_export *export = buffer->priv;

	return bm_mapping_create_shared(export->pool, vma, export->write);
}

static void bm_export_list_pages(const struct bm_pool *pool, struct page **page)
{
	const struct bm_pages *pages = &pool->budget->pages;
	const struct bm_extent *record = pages->extents.record;
	u32 first;

	for (first = pool->chain.first; first != BM_NO_PAGE; first = record[first].next) {
		bm_pages_list(pages, first, record[first].pages, page);
		page += record[first].pages;
	}
}

static void bm_export_set_address(struct bm_export *export, void *address)
{
	mutex_lock(&export->lock);
	export->address = address;
	mutex_unlock(&export->lock);
}

static int bm_export_vmap(struct dma_buf *buffer, struct iosys_map *map)
{
	struct bm_export *export = buffer->priv;
	struct bm_pool *pool = export->pool;
	struct rw_semaphore *table = &pool->budget->system->table;
	u32 count = buffer->size >> PAGE_SHIFT;
	struct page **page;
	void *address;

	page = kvmalloc_array(count, sizeof(*page), GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	down_read(table);
	bm_export_list_pages(pool, page);
	up_read(table);
	address = vmap(page, count, VM_MAP,
		       export->write ? PAGE_KERNEL : PAGE_KERNEL_RO);
	kvfree(page);
	if (!address)
		return -ENOMEM;
	bm_export_set_address(export, address);
	iosys_map_set_vaddr(map, address);
	return 0;
}

static void bm_export_vunmap(struct dma_buf *buffer, struct iosys_map *map)
{
	struct bm_export *export = buffer->priv;

	bm_export_set_address(export, NULL);
	vunmap(map->vaddr);
	iosys_map_clear(map);
}

/*
 * The last reference is gone. It is dropped where a process returns to user space,
 * or by a kernel thread: none of our locks is held, and there is time.
 */
static void bm_export_release(struct dma_buf *buffer)
{
	struct bm_export *export = buffer->priv;

	bm_pool_let_go(export->pool);
	mutex_destroy(&export->lock);
	kfree(export);
}

/* For processes and devices. */
#define BM_EXPORT_OPERATIONS						\
	.attach = bm_export_attach,					\
	.detach = bm_export_detach,					\
	.map_dma_buf = bm_export_map,					\
	.unmap_dma_buf = bm_export_unmap,				\
	.begin_cpu_access = bm_export_begin_cpu_access,			\
	.end_cpu_access = bm_export_end_cpu_access,			\
	.mmap = bm_export_mmap,						\
	.release = bm_export_release

static const struct dma_buf_ops bm_export_operations = {
	BM_EXPORT_OPERATIONS,
	.vmap = bm_export_vmap,
	.vunmap = bm_export_vunmap,
};

/* Without the kernel, which dma_buf_vmap() then refuses; it warns if an exporter does. */
static const struct dma_buf_ops bm_export_operations_no_vmap = {
	BM_EXPORT_OPERATIONS,
};

/* Some machines, 32-bit ARM and RISC-V among them, map nothing read-only for the kernel. */
static const struct dma_buf_ops *bm_export_operations_for(bool write)
{
	bool can_vmap = write || pgprot_val(PAGE_KERNEL_RO) != pgprot_val(PAGE_KERNEL);

	return can_vmap ? &bm_export_operations : &bm_export_operations_no_vmap;
}

/**
 * bm_export_make() - make a dma-buf of a pool
 * @pool: held for it; on failure the caller lets go of it
 * @write: the dma-buf may be written to
 *
 * It holds this module too.
 *
 * Context: process context, may sleep.
 * Return: its file, or -ENOMEM, -ENFILE as a pointer.
 */
struct file *bm_export_make(struct bm_pool *pool, bool write)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct bm_export *export;
	struct dma_buf *buffer;

	export = kzalloc(sizeof(*export), GFP_KERNEL);
	if (!export)
		return ERR_PTR(-ENOMEM);
	export->pool = pool;
	export->write = write;
	mutex_init(&export->lock);
	INIT_LIST_HEAD(&export->transfers);
	snprintf(export->name, sizeof(export->name), BM_EXPORT_MAKER ":%s:%s",
		 pool->budget->name, pool->name);
	info.exp_name = export->name;
	info.ops = bm_export_operations_for(write);
	info.size = bm_pool_bytes(pool);
	info.flags = write ? O_RDWR : O_RDONLY;
	info.priv = export;
	buffer = dma_buf_export(&info);
	if (IS_ERR(buffer)) {
		mutex_destroy(&export->lock);
		kfree(export);
		return ERR_CAST(buffer);
	}
	return buffer->file;
}

BM_IMPORT_NS(DMA_BUF);
