// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools that are exported (G2, G6, G7): held, detached, withdrawn with the last
 * dma-buf; what a device and the kernel get of them.
 */
#include <kunit/test.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "../../module/detached.h"
#include "../../module/export.h"
#include "../../module/mapping.h"
#include "fixture.h"
#include "shortage.h"
#include "suites.h"

#define PAGES	20

static struct bm_pool *held(struct kunit *test, struct bm_client *client,
			    const struct bm_pool *pool)
{
	struct bm_pool *held;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_hold(client, bm_pool_offset(pool), true,
					      &held));
	KUNIT_ASSERT_PTR_EQ(test, pool, (const struct bm_pool *)held);
	return held;
}

static struct dma_buf *export(struct kunit *test, struct bm_pool *pool, bool write)
{
	struct file *file = bm_export_make(held(test, pool->client, pool), write);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	return file->private_data;
}

/* The last reference: a test is a kernel thread, for which another one ends files. */
static void drop(struct dma_buf *buffer)
{
	fput(buffer->file);
	flush_delayed_fput();
}

static struct bm_pool *persistent(struct kunit *test, struct bm_client *client)
{
	const struct bm_pool_wish wish = {
		.name = "kept",
		.bytes = bm_pages_to_bytes(2),
		.properties = BUDGETMEM_POOL_PERSISTENT,
	};
	struct bm_pool *pool;

	KUNIT_ASSERT_EQ(test, 0, bm_pool_prepare(client, &wish, &pool));
	KUNIT_ASSERT_EQ(test, 0, bm_pool_publish(pool));
	return pool;
}

static void test_holding_counts(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);

	held(test, client, pool);
	held(test, client, pool);
	KUNIT_EXPECT_EQ(test, pool->exports, 2U);
	BM_EXPECT_SOUND(test);
	bm_pool_let_go(pool);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, pool->exports, 0U);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	BM_EXPECT_SOUND(test);
}

static void test_holding_is_refused(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_client *other = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	u64 offset = bm_pool_offset(pool);
	struct bm_pool *held;

	KUNIT_EXPECT_EQ(test, bm_pool_hold(other, offset, true, &held), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_pool_hold(client, 0, true, &held), -ENOENT);
	KUNIT_EXPECT_EQ(test, bm_pool_hold(client, 0, false, &held), -ENOENT);
	KUNIT_EXPECT_EQ(test, client->budget->refused_access, 0ULL);
	KUNIT_EXPECT_EQ(test, bm_pool_hold(client, offset, false, &held), -EACCES);
	KUNIT_EXPECT_EQ(test, client->budget->refused_access, 1ULL);
	KUNIT_EXPECT_EQ(test, pool->exports, 0U);
	BM_EXPECT_SOUND(test);
}

static void test_a_held_pool_is_not_destroyed(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);

	held(test, client, pool);
	KUNIT_EXPECT_EQ(test, bm_pool_destroy(client, bm_pool_offset(pool)), -EBUSY);
	bm_pool_let_go(pool);
	bm_fixture_destroy(test, pool);
	BM_EXPECT_SOUND(test);
}

static void test_a_held_pool_outlives_its_client(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *other = bm_fixture_pool(test, client, "b", 2);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	struct bm_budget *budget = client->budget;

	held(test, client, pool);
	held(test, client, pool);
	bm_pool_fill(pool, 1);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, (int)other->state, (int)BM_POOL_FREE);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	KUNIT_EXPECT_NULL(test, pool->client);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 1));
	KUNIT_EXPECT_EQ(test, budget->account.used, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, budget->detached_bytes, bm_pages_to_bytes(3));
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 1U);
	BM_EXPECT_SOUND(test);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_FREE);
	KUNIT_EXPECT_EQ(test, budget->account.used, 0ULL);
	KUNIT_EXPECT_EQ(test, budget->detached_pools, 0U);
	BM_EXPECT_SOUND(test);
}

static void test_a_persistent_pool_stays_without_dma_buf(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = persistent(test, client);
	struct bm_system *system = bm_fixture_system(test);

	held(test, client, pool);
	bm_fixture_end(test, client);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	BM_EXPECT_SOUND(test);
	KUNIT_EXPECT_EQ(test, bm_detached_remove(system, BM_MAIN, "kept"), 0);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_FREE);
	BM_EXPECT_SOUND(test);
}

static void test_a_removed_pool_goes_with_its_dma_buf(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = persistent(test, client);
	struct bm_system *system = bm_fixture_system(test);

	held(test, client, pool);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, bm_detached_remove(system, BM_MAIN, "kept"), 0);
	KUNIT_EXPECT_EQ(test, bm_detached_remove(system, BM_MAIN, "kept"), -ENOENT);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	BM_EXPECT_SOUND(test);
	bm_pool_let_go(pool);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_FREE);
	BM_EXPECT_SOUND(test);
}

static void test_a_dma_buf_holds_its_pool(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	struct dma_buf *buffer = export(test, pool, true);

	KUNIT_EXPECT_EQ(test, buffer->size, (size_t)bm_pages_to_bytes(3));
	KUNIT_EXPECT_STREQ(test, buffer->exp_name, "budgetmem:main:a");
	KUNIT_EXPECT_EQ(test, pool->exports, 1U);
	bm_fixture_end(test, client);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_PUBLISHED);
	KUNIT_EXPECT_STREQ(test, buffer->exp_name, "budgetmem:main:a");
	drop(buffer);
	KUNIT_EXPECT_EQ(test, (int)pool->state, (int)BM_POOL_FREE);
	BM_EXPECT_SOUND(test);
}

/* Every allocation that a dma-buf takes fails once. */
static void test_a_dma_buf_that_is_not_to_be_had(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	unsigned int nth, failed = 0;
	bool came = true;

	BM_SKIP_WITHOUT_SHORTAGE(test);
	for (nth = 1; came && nth < 100; nth++) {
		struct bm_pool *kept = held(test, client, pool);
		struct file *file;

		bm_shortage_begin(nth);
		file = bm_export_make(kept, true);
		came = bm_shortage_end();
		KUNIT_EXPECT_TRUE(test, came || !IS_ERR(file));
		if (IS_ERR(file))
			bm_pool_let_go(kept);
		else
			fput(file);
		failed += IS_ERR(file);
		flush_delayed_fput();
		KUNIT_EXPECT_EQ(test, pool->exports, 0U);
		BM_EXPECT_SOUND(test);
	}
	KUNIT_EXPECT_GT(test, failed, 0U);
	KUNIT_EXPECT_LT(test, nth, 100U);
}

static struct platform_device *device_of(struct kunit *test, u32 segment)
{
	struct platform_device *device;

	device = platform_device_register_simple("budgetmem-kunit", -1, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, device);
	KUNIT_EXPECT_EQ(test, 0, dma_coerce_mask_and_coherent(&device->dev,
							      DMA_BIT_MASK(64)));
	dma_set_max_seg_size(&device->dev, segment);
	return device;
}

/* Through the operations: the core hides the pages from importers. */
static void expect_list(struct kunit *test, struct bm_pool *pool,
			struct dma_buf_attachment *attachment, u32 longest)
{
	const struct dma_buf_ops *operations = attachment->dmabuf->ops;
	struct scatterlist *entry;
	struct sg_table *table;
	u32 page = 0, i, k;

	table = operations->map_dma_buf(attachment, DMA_BIDIRECTIONAL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	for_each_sgtable_sg(table, entry, i) {
		KUNIT_EXPECT_EQ(test, entry->offset, 0U);
		KUNIT_EXPECT_LE(test, entry->length, longest);
		for (k = 0; k < entry->length >> PAGE_SHIFT; k++, page++)
			KUNIT_EXPECT_PTR_EQ(test, sg_page(entry) + k,
					    bm_pool_page(pool, page));
	}
	KUNIT_EXPECT_EQ(test, page, pool->chain.pages);
	KUNIT_EXPECT_GE(test, table->orig_nents,
			DIV_ROUND_UP(pool->chain.pages << PAGE_SHIFT, longest));
	operations->unmap_dma_buf(attachment, table, DMA_BIDIRECTIONAL);
}

static void test_a_device_gets_all_pages(struct kunit *test)
{
	static const u32 segments[] = { PAGE_SIZE, 3 * PAGE_SIZE, U32_MAX };
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", PAGES);
	struct dma_buf *buffer = export(test, pool, true);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(segments); i++) {
		struct platform_device *device = device_of(test, segments[i]);
		struct dma_buf_attachment *attachment;

		attachment = dma_buf_attach(buffer, &device->dev);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attachment);
		KUNIT_EXPECT_EQ(test, pool->importers, 1U);
		BM_EXPECT_SOUND(test);
		expect_list(test, pool, attachment, segments[i]);
		dma_buf_detach(buffer, attachment);
		KUNIT_EXPECT_EQ(test, pool->importers, 0U);
		platform_device_unregister(device);
	}
	drop(buffer);
}

static void test_no_device_writes_to_a_read_only_one(struct kunit *test)
{
	struct platform_device *device = device_of(test, U32_MAX);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);
	struct dma_buf *buffer = export(test, pool, false);
	const struct dma_buf_ops *operations = buffer->ops;
	struct dma_buf_attachment *attachment = dma_buf_attach(buffer, &device->dev);
	struct sg_table *table;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attachment);
	table = operations->map_dma_buf(attachment, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(table), -EACCES);
	table = operations->map_dma_buf(attachment, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(table), -EACCES);
	table = operations->map_dma_buf(attachment, DMA_TO_DEVICE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	operations->unmap_dma_buf(attachment, table, DMA_TO_DEVICE);
	dma_buf_detach(buffer, attachment);
	platform_device_unregister(device);
	drop(buffer);
	BM_EXPECT_SOUND(test);
}

/* Every allocation that mapping for a device takes fails once. */
static void test_a_device_that_gets_nothing(struct kunit *test)
{
	struct platform_device *device = device_of(test, PAGE_SIZE);
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", PAGES);
	struct dma_buf *buffer = export(test, pool, true);
	const struct dma_buf_ops *operations = buffer->ops;
	struct dma_buf_attachment *attachment = dma_buf_attach(buffer, &device->dev);
	bool came = bm_shortage_works();
	unsigned int nth;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attachment);
	for (nth = 1; came && nth < 100; nth++) {
		struct sg_table *table;

		bm_shortage_begin(nth);
		table = operations->map_dma_buf(attachment, DMA_TO_DEVICE);
		came = bm_shortage_end();
		KUNIT_EXPECT_TRUE(test, came || !IS_ERR(table));
		if (!IS_ERR(table))
			operations->unmap_dma_buf(attachment, table, DMA_TO_DEVICE);
	}
	KUNIT_EXPECT_LT(test, nth, 100U);
	dma_buf_detach(buffer, attachment);
	platform_device_unregister(device);
	drop(buffer);
	BM_EXPECT_SOUND(test);
}

static void test_the_kernel_maps_it(struct kunit *test)
{
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", PAGES);
	struct dma_buf *buffer = export(test, pool, true);
	struct iosys_map map;

	bm_pool_fill(pool, 5);
	KUNIT_ASSERT_EQ(test, buffer->ops->vmap(buffer, &map), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(map.vaddr, 5, buffer->size));
	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(buffer, DMA_BIDIRECTIONAL), 0);
	memset(map.vaddr, 6, buffer->size);
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(buffer, DMA_BIDIRECTIONAL), 0);
	buffer->ops->vunmap(buffer, &map);
	KUNIT_EXPECT_TRUE(test, bm_pool_is(pool, 6));
	drop(buffer);
	BM_EXPECT_SOUND(test);
}

#define START	0x10000000UL
#define SHARED	(VM_READ | VM_SHARED | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | \
		 VM_MAYSHARE)

/**
 * struct part_case - what mmap() of a dma-buf of 3 pages is asked for
 * @name: of the case
 * @flags: of the mapping
 * @first: page
 * @pages: length
 * @write: the dma-buf may be written to
 * @err: expected
 */
struct part_case {
	const char *name;
	unsigned long flags;
	unsigned long first;
	unsigned long pages;
	bool write;
	int err;
};

static const struct part_case part_cases[] = {
	{ "private", SHARED & ~(VM_SHARED | VM_MAYSHARE), 0, 3, true, -EINVAL },
	{ "longer", SHARED, 0, 4, true, -EINVAL },
	{ "beyond the end", SHARED, 3, 1, true, -EINVAL },
	{ "across the end", SHARED, 2, 2, true, -EINVAL },
	{ "far beyond the end", SHARED, ULONG_MAX, 1, true, -EINVAL },
	{ "executable", SHARED | VM_EXEC, 0, 3, true, -EACCES },
	{ "read-only for writing", SHARED | VM_WRITE, 0, 3, false, -EACCES },
	{ "private before executable", VM_READ | VM_EXEC, 0, 3, true, -EINVAL },
};

static void part_describe(const struct part_case *part, char *text)
{
	strscpy(text, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, part_cases, part_describe);

/* By another driver, say, that maps what it imported and has not looked at it. */
static void test_mapping_a_part_is_refused(struct kunit *test)
{
	const struct part_case *param = test->param_value;
	struct vm_area_struct vma = {
		.vm_start = START,
		.vm_end = START + (param->pages << PAGE_SHIFT),
		.vm_pgoff = param->first,
		.vm_flags = param->flags,
	};
	struct bm_client *client = bm_fixture_bind(test, BM_MAIN);
	struct bm_pool *pool = bm_fixture_pool(test, client, "a", 3);

	KUNIT_EXPECT_EQ(test, bm_mapping_create_shared(pool, &vma, param->write),
			param->err);
	KUNIT_EXPECT_NULL(test, vma.vm_ops);
	KUNIT_EXPECT_EQ(test, atomic_read(&pool->mappings), 0);
	KUNIT_EXPECT_EQ(test, client->budget->refused_access,
			param->err == -EACCES ? 1ULL : 0ULL);
	BM_EXPECT_SOUND(test);
}

static struct kunit_case bm_export_cases[] = {
	KUNIT_CASE(test_holding_counts),
	KUNIT_CASE(test_holding_is_refused),
	KUNIT_CASE(test_a_held_pool_is_not_destroyed),
	KUNIT_CASE(test_a_held_pool_outlives_its_client),
	KUNIT_CASE(test_a_persistent_pool_stays_without_dma_buf),
	KUNIT_CASE(test_a_removed_pool_goes_with_its_dma_buf),
	KUNIT_CASE(test_a_dma_buf_holds_its_pool),
	KUNIT_CASE(test_a_dma_buf_that_is_not_to_be_had),
	KUNIT_CASE(test_a_device_gets_all_pages),
	KUNIT_CASE(test_no_device_writes_to_a_read_only_one),
	KUNIT_CASE(test_a_device_that_gets_nothing),
	KUNIT_CASE(test_the_kernel_maps_it),
	KUNIT_CASE_PARAM(test_mapping_a_part_is_refused, part_gen_params),
	{}
};

struct kunit_suite bm_export_suite = {
	.name = "budgetmem_export",
	.init = bm_fixture_init,
	.exit = bm_fixture_exit,
	.test_cases = bm_export_cases,
};
