// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings that are refused (G7, G8). Those that succeed need a process: they
 * are tested through the device.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../../module/mapping.h"
#include "fixture.h"
#include "suites.h"

#define START	0x10000000UL
#define SHARED	(VM_READ | VM_WRITE | VM_SHARED | VM_MAYREAD | VM_MAYWRITE | \
		 VM_MAYEXEC | VM_MAYSHARE)

/**
 * struct request_case - what mmap() is asked for
 * @name: of the case
 * @flags: of the mapping
 * @pages: length
 * @behind: pages that are added to the pool's offset
 * @err: expected
 */
struct request_case {
	const char *name;
	unsigned long flags;
	u32 pages;
	u32 behind;
	int err;
};

#define PAGES	3

static const struct request_case request_cases[] = {
	{ "private", SHARED & ~(VM_SHARED | VM_MAYSHARE), PAGES, 0, -EINVAL },
	{ "shorter", SHARED, PAGES - 1, 0, -EINVAL },
	{ "longer", SHARED, PAGES + 1, 0, -EINVAL },
	{ "executable", SHARED | VM_EXEC, PAGES, 0, -EACCES },
	{ "from the second page on", SHARED, PAGES - 1, 1, -ENOENT },
	{ "private before executable", (SHARED | VM_EXEC) & ~VM_MAYSHARE, PAGES, 0,
	  -EINVAL },
	{ "length before executable", SHARED | VM_EXEC, 1, 0, -EINVAL },
	{ "offset before length", SHARED, 1, 1, -ENOENT },
};

static void request_describe(const struct request_case *request, char *text)
{
	strscpy(text, request->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(request, request_cases, request_describe);

static int map(struct bm_client *client, u64 offset, u32 pages,
	       unsigned long flags)
{
	struct vm_area_struct vma = {
		.vm_start = START,
		.vm_end = START + bm_pages_to_bytes(pages),
		.vm_pgoff = offset >> PAGE_SHIFT,
		.vm_flags = flags,
	};
	int err = bm_mapping_create(client, &vma);

	/* What was refused has no operations that would count it down again. */
	return err && (vma.vm_ops || vma.vm_private_data) ? -EIO : err;
}

static void test_mapping_is_refused(struct kunit *test)
{
	const struct request_case *param = test->param_value;
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", PAGES);
	u64 offset = bm_pool_offset(pool) + bm_pages_to_bytes(param->behind);

	KUNIT_EXPECT_EQ(test, map(client, offset, param->pages, param->flags),
			param->err);
	KUNIT_EXPECT_EQ(test, atomic_read(&pool->mappings), 0);
	KUNIT_EXPECT_EQ(test, page_count(bm_pool_page(pool, 0)), 1);
	KUNIT_EXPECT_EQ(test, client->refused, 0ULL);
	KUNIT_EXPECT_EQ(test, client->budget->refused_access,
			param->err == -EACCES ? 1ULL : 0ULL);
	BM_EXPECT_SOUND(test);
}

static void test_mapping_of_a_pool_that_is_not_there(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool;
	u64 offset;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_begin(client, "a", PAGE_SIZE, &pool));
	offset = bm_pool_offset(pool);
	KUNIT_EXPECT_EQ(test, map(client, offset, 1, SHARED), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_pool_publish(pool), 0);
	KUNIT_EXPECT_EQ(test, map(other, offset, 1, SHARED), -ENOENT);
	KUNIT_EXPECT_EQ(test, map(client, 0, 1, SHARED), -ENOENT);
	bm_fixture_destroy(test, pool);
	KUNIT_EXPECT_EQ(test, map(client, offset, 1, SHARED), -ENOENT);
	BM_EXPECT_SOUND(test);
}

static struct kunit_case bm_mapping_cases[] = {
	KUNIT_CASE_PARAM(test_mapping_is_refused, request_gen_params),
	KUNIT_CASE(test_mapping_of_a_pool_that_is_not_there),
	{}
};

struct kunit_suite bm_mapping_suite = {
	.name = "budgetmem_mapping",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_mapping_cases,
};
