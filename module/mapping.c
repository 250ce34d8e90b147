// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings. See mapping.h for contexts and locking.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>

#include "compat.h"
#include "mapping.h"
#include "pool.h"
#include "trace.h"

#define BM_BATCH	32

static struct page *bm_mapping_page(const struct bm_pool *pool, u32 index)
{
	const struct bm_pages *pages = &pool->budget->pages;

	return bm_pages_find(pages, bm_chain_page(pages->extents.record,
						  &pool->chain, index));
}

static void bm_mapping_open(struct vm_area_struct *vma)
{
	struct bm_pool *pool = vma->vm_private_data;

	atomic_inc(&pool->mappings);
}

static void bm_mapping_close(struct vm_area_struct *vma)
{
	struct bm_pool *pool = vma->vm_private_data;

	atomic_dec(&pool->mappings);
}

/* What is not in the page tables any more, for one of the reasons below. */
static vm_fault_t bm_mapping_restore(struct vm_fault *vmf, pgoff_t index)
{
	struct bm_pool *pool = vmf->vma->vm_private_data;
	struct rw_semaphore *table = &pool->budget->system->table;
	struct page *page;

	/* Mappings do not grow; should one ever, it gets nobody else's pages. */
	if (index >= pool->chain.pages)
		return VM_FAULT_SIGBUS;
	down_read(table);
	page = bm_mapping_page(pool, index);
	up_read(table);
	get_page(page);
	vmf->page = page;
	return 0;
}

/*
 * Only for what the process itself took out of its mapping, or a child that got
 * it with MADV_DOFORK. Parts of a split mapping keep the offsets they had.
 */
static vm_fault_t bm_mapping_fault(struct vm_fault *vmf)
{
	struct bm_pool *pool = vmf->vma->vm_private_data;
	pgoff_t first = bm_pool_offset(pool) >> PAGE_SHIFT;

	return bm_mapping_restore(vmf, vmf->pgoff - first);
}

/* A dma-buf has offsets that begin with 0. */
static vm_fault_t bm_mapping_fault_shared(struct vm_fault *vmf)
{
	return bm_mapping_restore(vmf, vmf->pgoff);
}

static const struct vm_operations_struct bm_mapping_operations = {
	.open = bm_mapping_open,
	.close = bm_mapping_close,
	.fault = bm_mapping_fault,
};

static const struct vm_operations_struct bm_mapping_shared_operations = {
	.open = bm_mapping_open,
	.close = bm_mapping_close,
	.fault = bm_mapping_fault_shared,
};

/*
 * Protection bits as if every page had been read and written already. Where the
 * processor does not set these bits by itself, the first access to each page
 * would fault to have them set.
 */
static pgprot_t bm_resident_protection(const struct vm_area_struct *vma)
{
	pte_t pte = pte_mkyoung(__pte(pgprot_val(vma->vm_page_prot)));

	/* Dirty but not writable would be a shadow stack to some processors. */
	if (vma->vm_flags & VM_WRITE)
		pte = pte_mkdirty(pte);
	return __pgprot(pte_val(pte));
}

/* Installs pages of one extent, from @first on. O(pages). */
static int bm_mapping_install_extent(struct vm_area_struct *vma,
				     const struct bm_pages *pages, u32 first,
				     u32 end, unsigned long address)
{
	struct page *batch[BM_BATCH];

	while (first < end) {
		unsigned long count = min_t(u32, end - first, BM_BATCH);
		unsigned long left = count;

		bm_pages_list(pages, first, count, batch);
		/* It says EFAULT where a page table is not to be had. */
		if (vm_insert_pages(vma, address, batch, &left))
			return -ENOMEM;
		first += count;
		address += count << PAGE_SHIFT;
		cond_resched();
	}
	return 0;
}

/* Fills the mapping with the pool's pages, from the one at @index on. */
static int bm_mapping_install_chain(struct vm_area_struct *vma,
				    const struct bm_pool *pool, u32 index)
{
	const struct bm_pages *pages = &pool->budget->pages;
	const struct bm_extent *record = pages->extents.record;
	unsigned long address = vma->vm_start;
	u32 first = pool->chain.first;
	int err = 0;

	for (; !err && address < vma->vm_end; first = record[first].next) {
		u32 count = record[first].pages;

		if (index >= count) {
			index -= count;
			continue;
		}
		count = min_t(unsigned long, count - index,
			      (vma->vm_end - address) >> PAGE_SHIFT);
		err = bm_mapping_install_extent(vma, pages, first + index,
						first + index + count, address);
		address += (unsigned long)count << PAGE_SHIFT;
		index = 0;
	}
	return err;
}

static int bm_mapping_install(struct vm_area_struct *vma, const struct bm_pool *pool,
			      u32 index)
{
	struct rw_semaphore *table = &pool->budget->system->table;
	pgprot_t protection = vma->vm_page_prot;
	int err;

	vma->vm_page_prot = bm_resident_protection(vma);
	down_read(table);
	err = bm_mapping_install_chain(vma, pool, index);
	up_read(table);
	vma->vm_page_prot = protection;
	return err;
}

static int bm_mapping_check(const struct vm_area_struct *vma,
			    const struct bm_pool *pool)
{
	if (!(vma->vm_flags & VM_MAYSHARE) ||
	    vma->vm_end - vma->vm_start != bm_pool_bytes(pool))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	return 0;
}

/* Finds the pool and counts the mapping, so that the pool stays. */
static int bm_mapping_attach(struct bm_client *client, struct vm_area_struct *vma)
{
	struct bm_system *system = client->budget->system;
	struct bm_pool *pool;
	int err;

	mutex_lock(&system->lock);
	pool = bm_pool_find_offset_locked(client, (u64)vma->vm_pgoff << PAGE_SHIFT);
	err = pool ? bm_mapping_check(vma, pool) : -ENOENT;
	if (!err) {
		atomic_inc(&pool->mappings);
		vma->vm_private_data = pool;
	} else {
		bm_client_refuse_locked(client, err);
	}
	mutex_unlock(&system->lock);
	return err;
}

/*
 * Maps what the mapping was attached to, all of it, now.
 *
 * Not copied by fork(): a child has its own first touches, and would keep the
 * pool from being given back. The owner may ask for it with MADV_DOFORK.
 */
static int bm_mapping_begin(struct vm_area_struct *vma, u32 index,
			    const struct vm_operations_struct *operations)
{
	struct bm_pool *pool = vma->vm_private_data;
	int err;

	vm_flags_mod(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTCOPY, VM_MAYEXEC);
	err = bm_mapping_install(vma, pool, index);
	if (err) {
		atomic_dec(&pool->mappings);
		return err;
	}
	vma->vm_ops = operations;
	trace_budgetmem_map(pool, vma->vm_flags & VM_WRITE);
	return 0;
}

/**
 * bm_mapping_create() - map a pool
 * @client: published
 * @vma: from mmap()
 *
 * Return: 0, -ENOENT, -EINVAL, -EACCES, -ENOMEM. On failure the caller takes out
 * what was installed so far.
 */
int bm_mapping_create(struct bm_client *client, struct vm_area_struct *vma)
{
	int err = bm_mapping_attach(client, vma);

	return err ?: bm_mapping_begin(vma, 0, &bm_mapping_operations);
}

static int bm_mapping_check_shared(struct vm_area_struct *vma,
				   const struct bm_pool *pool, bool write)
{
	if (!(vma->vm_flags & VM_MAYSHARE) || vma_pages(vma) > pool->chain.pages ||
	    vma->vm_pgoff > pool->chain.pages - vma_pages(vma))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC || (vma->vm_flags & VM_WRITE && !write))
		return -EACCES;
	return 0;
}

static int bm_mapping_attach_shared(struct bm_pool *pool, struct vm_area_struct *vma,
				    bool write)
{
	struct bm_budget *budget = pool->budget;
	int err;

	mutex_lock(&budget->system->lock);
	err = bm_mapping_check_shared(vma, pool, write);
	if (!err) {
		atomic_inc(&pool->mappings);
		vma->vm_private_data = pool;
	} else if (err == -EACCES) {
		budget->refused_access++;
	}
	mutex_unlock(&budget->system->lock);
	return err;
}

/**
 * bm_mapping_create_shared() - map a dma-buf of a pool, or a part of it
 * @pool: exported; the mapping holds the dma-buf
 * @vma: from mmap(), or from another driver's, which need not have looked at anything
 * @write: the dma-buf may be written to
 *
 * Return: 0, -EINVAL, -EACCES, -ENOMEM. On failure the caller takes out what was
 * installed so far.
 */
int bm_mapping_create_shared(struct bm_pool *pool, struct vm_area_struct *vma,
			     bool write)
{
	int err = bm_mapping_attach_shared(pool, vma, write);

	if (err)
		return err;
	vm_flags_mod(vma, 0, write ? 0 : VM_MAYWRITE);
	return bm_mapping_begin(vma, vma->vm_pgoff, &bm_mapping_shared_operations);
}
