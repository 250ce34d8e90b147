// SPDX-License-Identifier: MIT
/*
 * Dma-bufs of pools in the hands of a driver: what its device and what the kernel see
 * there, what a read-only one lets them do, and how long the pool stays. Needs the
 * module in tests/importer.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "../importer/importer.h"
#include "test.h"

#define PAGES 21

/* A client with a pool that is mapped, dma-bufs of it, and an importing driver. */
FIXTURE(buffer) {
	__u64 held;
	int fd;
	struct pool pool;
	int writer;
	int reader;
	int importer;
	bool lacking;
};

FIXTURE_SETUP(buffer)
{
	self->importer = open(IMPORTER_PATH, O_RDWR | O_CLOEXEC);
	self->lacking = self->importer < 0 && errno == ENOENT;
	if (self->lacking)
		return;
	ASSERT_LE(0, self->importer);
	self->held = held_pages();
	ASSERT_EQ(0, budget_used("main"));
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->pool, self->fd, "pool", PAGES));
	self->writer = pool_export(self->fd, self->pool.offset,
				   BUDGETMEM_EXPORT_WRITE);
	ASSERT_LE(0, self->writer);
	self->reader = pool_export(self->fd, self->pool.offset, 0);
	ASSERT_LE(0, self->reader);
}

FIXTURE_TEARDOWN(buffer)
{
	if (self->lacking)
		return;
	close(self->importer);
	close(self->writer);
	close(self->reader);
	munmap(self->pool.memory, self->pool.size);
	close(self->fd);
	EXPECT_TRUE(budget_settles("main"));
	EXPECT_EQ(self->held, held_pages());
}

/* A skipped case has nothing to tear down that it did not set up. */
#define NEEDS_IMPORTER()						\
	do {								\
		if (self->lacking)					\
			LACKING("an importing driver");			\
	} while (0)

static int step(int importer, unsigned long command)
{
	return device_call(importer, command, NULL);
}

static int take(int importer, int buffer)
{
	__s32 number = buffer;

	return device_call(importer, IMPORTER_TAKE, &number);
}

static int map(int importer, __u32 direction)
{
	return device_call(importer, IMPORTER_MAP, &direction);
}

static int map_all(int importer, int buffer, __u32 direction)
{
	return take(importer, buffer) ?: step(importer, IMPORTER_ATTACH) ?:
	       map(importer, direction);
}

static int unmap_all(int importer)
{
	return step(importer, IMPORTER_UNMAP) ?: step(importer, IMPORTER_DETACH) ?:
	       step(importer, IMPORTER_DROP);
}

static __u64 sum_of(const unsigned char *memory, size_t size)
{
	__u64 sum = 0;

	while (size--)
		sum = IMPORTER_SUM(sum, *memory++);
	return sum;
}

/* Whether who is asked sees all of the memory as it is, and stores @fill then. */
static bool sees(int importer, unsigned long who, const struct pool *pool, __u32 fill,
		 struct importer_view *view)
{
	__u64 sum = sum_of(pool->memory, pool->size);

	*view = (struct importer_view) { .fill = fill };
	return !device_call(importer, who, view) && view->sum == sum &&
	       view->bytes == pool->size;
}

static bool is_filled(const struct pool *pool, unsigned char byte)
{
	size_t i;

	for (i = 0; i < pool->size; i++)
		if (pool->memory[i] != byte)
			return false;
	return true;
}

TEST_F(buffer, a_device_reads_what_the_client_wrote)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	pattern_fill(self->pool.memory, self->pool.size, 1);
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_TO_DEVICE));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
	EXPECT_EQ(0, unmap_all(self->importer));
}

/* While it is mapped, as between two frames of a picture. */
TEST_F(buffer, a_device_reads_what_the_client_wrote_meanwhile)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_TO_DEVICE));
	ASSERT_EQ(0, buffer_begin(self->writer));
	pattern_fill(self->pool.memory, self->pool.size, 2);
	ASSERT_EQ(0, buffer_end(self->writer));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
}

TEST_F(buffer, the_client_reads_what_a_device_wrote)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_BOTH_WAYS));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, 7, &view));
	EXPECT_EQ(0, unmap_all(self->importer));
	EXPECT_TRUE(is_filled(&self->pool, 7));
}

TEST_F(buffer, the_client_reads_what_a_device_wrote_meanwhile)
{
	struct importer_view view = { .fill = 8 };

	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_FROM_DEVICE));
	ASSERT_EQ(0, device_call(self->importer, IMPORTER_DEVICE, &view));
	ASSERT_EQ(0, buffer_begin(self->writer));
	EXPECT_TRUE(is_filled(&self->pool, 8));
	ASSERT_EQ(0, buffer_end(self->writer));
}

/* Pages that follow each other are one piece, up to what the device takes. */
TEST_F(buffer, a_device_gets_pieces_as_large_as_it_takes)
{
	size_t most = page_size() > 16384 ? page_size() : 16384;
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_TO_DEVICE));
	ASSERT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
	EXPECT_EQ(most, view.longest);
	EXPECT_LE(self->pool.size / most, view.entries);
	EXPECT_GE(2 * self->pool.size / most + 1, view.entries);
}

TEST_F(buffer, several_devices_at_once)
{
	int other = open(IMPORTER_PATH, O_RDWR | O_CLOEXEC);
	struct budgetmem_pool_info info;
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_LE(0, other);
	pattern_fill(self->pool.memory, self->pool.size, 3);
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_TO_DEVICE));
	ASSERT_EQ(0, map_all(other, self->reader, IMPORTER_TO_DEVICE));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
	EXPECT_TRUE(sees(other, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP, &view));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(2, info.importers);
	EXPECT_EQ(0, unmap_all(other));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
	close(other);
}

/* From attach to detach, mapped or not; a reference alone is no device. */
TEST_F(buffer, importers_are_counted)
{
	struct budgetmem_pool_info info;

	NEEDS_IMPORTER();
	ASSERT_EQ(0, take(self->importer, self->writer));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(0, info.importers);
	ASSERT_EQ(0, step(self->importer, IMPORTER_ATTACH));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(1, info.importers);
	ASSERT_EQ(0, map(self->importer, IMPORTER_BOTH_WAYS));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(1, info.importers);
	EXPECT_EQ(2, info.exports);
	EXPECT_EQ(1, info.mappings);
	ASSERT_EQ(0, step(self->importer, IMPORTER_UNMAP));
	ASSERT_EQ(0, step(self->importer, IMPORTER_DETACH));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(0, info.importers);
	EXPECT_EQ(0, step(self->importer, IMPORTER_DROP));
}

TEST_F(buffer, no_device_writes_to_a_read_only_one)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_EQ(0, take(self->importer, self->reader));
	ASSERT_EQ(0, step(self->importer, IMPORTER_ATTACH));
	EXPECT_REFUSED(-EACCES, map(self->importer, IMPORTER_FROM_DEVICE));
	EXPECT_REFUSED(-EACCES, map(self->importer, IMPORTER_BOTH_WAYS));
	ASSERT_EQ(0, map(self->importer, IMPORTER_TO_DEVICE));
	EXPECT_TRUE(sees(self->importer, IMPORTER_DEVICE, &self->pool, IMPORTER_KEEP,
			 &view));
}

TEST_F(buffer, the_kernel_and_the_client_see_the_same)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	pattern_fill(self->pool.memory, self->pool.size, 4);
	ASSERT_EQ(0, take(self->importer, self->writer));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VMAP));
	EXPECT_TRUE(sees(self->importer, IMPORTER_KERNEL, &self->pool, 9, &view));
	EXPECT_TRUE(is_filled(&self->pool, 9));
	pattern_fill(self->pool.memory, self->pool.size, 5);
	EXPECT_TRUE(sees(self->importer, IMPORTER_KERNEL, &self->pool, IMPORTER_KEEP,
			 &view));
	EXPECT_EQ(0, step(self->importer, IMPORTER_VUNMAP));
}

/* What cannot be mapped read-only is not mapped. */
#define LET_THE_KERNEL_READ(self)					\
	do {								\
		int mapped_;						\
									\
		ASSERT_EQ(0, take((self)->importer, (self)->reader));	\
		mapped_ = step((self)->importer, IMPORTER_VMAP);	\
		if (mapped_ == -EINVAL)					\
			LACKING("read-only mappings for the kernel");	\
		ASSERT_EQ(0, mapped_);					\
	} while (0)

TEST_F(buffer, the_kernel_reads_a_read_only_one)
{
	struct importer_view view;

	NEEDS_IMPORTER();
	pattern_fill(self->pool.memory, self->pool.size, 6);
	LET_THE_KERNEL_READ(self);
	EXPECT_TRUE(sees(self->importer, IMPORTER_KERNEL, &self->pool, IMPORTER_KEEP,
			 &view));
}

TEST_F(buffer, the_kernel_cannot_store_to_a_read_only_one)
{
	NEEDS_IMPORTER();
	pattern_fill(self->pool.memory, self->pool.size, 6);
	LET_THE_KERNEL_READ(self);
	EXPECT_EQ(-EFAULT, step(self->importer, IMPORTER_STORE));
	EXPECT_EQ(0, pattern_wrong(self->pool.memory, self->pool.size, 6));
}

/* Otherwise the case before would prove nothing. */
TEST_F(buffer, the_kernel_stores_to_a_writable_one)
{
	NEEDS_IMPORTER();
	ASSERT_EQ(0, take(self->importer, self->writer));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VMAP));
	EXPECT_EQ(0, step(self->importer, IMPORTER_STORE));
	EXPECT_EQ(IMPORTER_STORED, self->pool.memory[0]);
}

/* Two users in the kernel share one mapping, which goes with the second. */
TEST_F(buffer, the_kernel_maps_it_twice)
{
	int other = open(IMPORTER_PATH, O_RDWR | O_CLOEXEC);
	struct importer_view view;

	NEEDS_IMPORTER();
	ASSERT_LE(0, other);
	ASSERT_EQ(0, take(self->importer, self->writer));
	ASSERT_EQ(0, take(other, self->writer));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VMAP));
	ASSERT_EQ(0, step(other, IMPORTER_VMAP));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VUNMAP));
	EXPECT_TRUE(sees(other, IMPORTER_KERNEL, &self->pool, 1, &view));
	EXPECT_EQ(0, step(other, IMPORTER_VUNMAP));
	close(other);
}

/* Nothing but the driver has it: the client and every descriptor are gone. */
static int leave_it_to_the_driver(FIXTURE_DATA(buffer) *self)
{
	if (pool_unmap(&self->pool) || close(self->fd) || close(self->writer) ||
	    close(self->reader))
		return -errno;
	return 0;
}

/* Returns -1, or what it has; the pool is detached and charged. */
static int importers_of_detached(const struct pool *pool)
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NEXT };
	int observer = device_open(O_RDONLY);
	int error = device_call(observer, BUDGETMEM_IOC_POOL_INFO, &info);

	close(observer);
	if (error || info.exports != 1 || budget_used("main") != pool->size ||
	    info.properties != BUDGETMEM_POOL_DETACHED)
		return -1;
	return info.importers;
}

TEST_F(buffer, a_driver_is_the_last_holder)
{
	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_BOTH_WAYS));
	ASSERT_EQ(0, leave_it_to_the_driver(self));
	EXPECT_EQ(1, importers_of_detached(&self->pool));
	ASSERT_EQ(0, step(self->importer, IMPORTER_UNMAP));
	EXPECT_EQ(1, importers_of_detached(&self->pool));
	ASSERT_EQ(0, step(self->importer, IMPORTER_DETACH));
	EXPECT_EQ(0, importers_of_detached(&self->pool));
	ASSERT_EQ(0, step(self->importer, IMPORTER_DROP));
	EXPECT_EQ(0, budget_used("main"));
}

TEST_F(buffer, the_contents_stay_as_long_as_a_driver_has_them)
{
	struct importer_view view = { .fill = IMPORTER_KEEP };
	__u64 sum;

	NEEDS_IMPORTER();
	pattern_fill(self->pool.memory, self->pool.size, 7);
	sum = sum_of(self->pool.memory, self->pool.size);
	ASSERT_EQ(0, take(self->importer, self->writer));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VMAP));
	ASSERT_EQ(0, leave_it_to_the_driver(self));
	ASSERT_EQ(0, device_call(self->importer, IMPORTER_KERNEL, &view));
	EXPECT_EQ(sum, view.sum);
	EXPECT_EQ(0, importers_of_detached(&self->pool));
}

/* Whatever state it is in, the driver's file undoes it all, and so the pool goes. */
TEST_F(buffer, a_driver_that_is_closed)
{
	NEEDS_IMPORTER();
	ASSERT_EQ(0, map_all(self->importer, self->writer, IMPORTER_TO_DEVICE));
	ASSERT_EQ(0, step(self->importer, IMPORTER_VMAP));
	ASSERT_EQ(0, leave_it_to_the_driver(self));
	EXPECT_EQ(1, importers_of_detached(&self->pool));
	close(self->importer);
	EXPECT_EQ(0, budget_used("main"));
	EXPECT_EQ(0, budget_take_whole("main"));
}

static int map_and_die(void *argument)
{
	FIXTURE_DATA(buffer) *self = argument;
	int importer = open(IMPORTER_PATH, O_RDWR | O_CLOEXEC);

	if (importer < 0 || map_all(importer, self->writer, IMPORTER_BOTH_WAYS))
		return 255;
	return raise(SIGKILL);
}

TEST_F(buffer, a_user_of_the_driver_that_is_killed)
{
	struct budgetmem_pool_info info;

	NEEDS_IMPORTER();
	ASSERT_EQ(-SIGKILL, child_run(map_and_die, self));
	ASSERT_EQ(0, pool_read(self->fd, self->pool.offset, &info));
	EXPECT_EQ(0, info.importers);
	EXPECT_EQ(2, info.exports);
}

TEST_HARNESS_MAIN
