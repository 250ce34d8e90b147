/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernel versions, from 6.1 on, and nothing else.
 *
 * Where a stable tree may have taken a change over from a later version, Kbuild
 * looks for it in the headers and defines BM_HAVE_...
 */
#ifndef BUDGETMEM_COMPAT_H
#define BUDGETMEM_COMPAT_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>

/* 6.8: the largest order, under a name that says so. From 6.4 on one less than it could be. */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER	(MAX_ORDER - 1)
#endif

/* 6.3: flags of a mapping are changed through functions. */
#ifndef BM_HAVE_VM_FLAGS_MOD
static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set,
				vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#endif

/* 6.13: the name of a symbol namespace is a string. */
#ifdef BM_HAVE_NAMESPACE_STRING
#define BM_IMPORT_NS(name)	MODULE_IMPORT_NS(#name)
#else
#define BM_IMPORT_NS(name)	MODULE_IMPORT_NS(name)
#endif

/* 6.12: unsigned offsets are a property of the operations, not of the file. */
#ifdef FOP_UNSIGNED_OFFSET
#define BM_FOP_FLAGS	.fop_flags = FOP_UNSIGNED_OFFSET,
static inline void bm_file_unsigned_offset(struct file *file) { }
#else
#define BM_FOP_FLAGS
static inline void bm_file_unsigned_offset(struct file *file)
{
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
}
#endif

#endif
