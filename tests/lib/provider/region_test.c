// SPDX-License-Identifier: MIT
/*
 * region_test.c: regions in memory that was handed over as a descriptor
 */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <budgetmem/vec.h>

#define SIZE	((size_t)8192)

BM_VEC(numbers, uint32_t, 100)

static int make_memfd(size_t size)
{
	int fd = memfd_create("handed over", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	return fd;
}

static void expect_refused(int fd, unsigned int flags, int expected)
{
	struct bm_region region = { NULL, 4711 };

	errno = 4711;
	assert_int_equal(bm_region_map(fd, flags, &region), expected);
	assert_int_equal(errno, 4711);
	assert_null(region.base);
	assert_int_equal(region.size, 4711);
}

static void the_whole_of_it_is_mapped(void **context)
{
	struct bm_region one, other;
	struct numbers v, w;
	uint32_t item = 0;
	int fd = make_memfd(SIZE);

	(void)context;
	assert_int_equal(bm_region_map(fd, BM_REGION_WRITE, &one), 0);
	assert_int_equal(bm_region_map(fd, 0, &other), 0);
	close(fd);
	assert_int_equal(one.size, SIZE);
	assert_int_equal(other.size, SIZE);
	assert_int_equal(numbers_create(&v, one, "numbers"), 0);
	assert_int_equal(numbers_push(&v, &(uint32_t){ 42 }), 0);
	/* Whoever may only read finds it all the same, in another place. */
	assert_ptr_not_equal(one.base, other.base);
	assert_int_equal(numbers_attach(&w, other, "numbers", NULL), 0);
	assert_int_equal(numbers_last(&w, &item), 0);
	assert_int_equal(item, 42);
	bm_region_unmap(one);
	bm_region_unmap(other);
	bm_region_unmap((struct bm_region){ NULL, 0 });
}

static void store(struct bm_region region)
{
	*(volatile char *)region.base = 1;
}

static void load(struct bm_region region)
{
	(void)*(volatile char *)region.base;
}

/* Without a sanitizer's handler, which would turn a signal into an exit. */
static bool is_killed_by(void (*work)(struct bm_region), struct bm_region region)
{
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		work(region);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void read_only_stays_read_only(void **context)
{
	struct bm_region region;
	int fd = make_memfd(SIZE);

	(void)context;
	assert_int_equal(bm_region_map(fd, 0, &region), 0);
	assert_false(is_killed_by(load, region));
	assert_true(is_killed_by(store, region));
	bm_region_unmap(region);
	assert_true(is_killed_by(load, region));
	close(fd);
}

static void what_may_not_be_written_is_not_mapped_to_write(void **context)
{
	struct bm_region region;
	char path[32];
	int fd = make_memfd(SIZE), reader;

	(void)context;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(reader >= 0);
	expect_refused(reader, BM_REGION_WRITE, -EACCES);
	assert_int_equal(bm_region_map(reader, 0, &region), 0);
	bm_region_unmap(region);
	close(reader);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	expect_refused(fd, BM_REGION_WRITE, -EACCES);
	close(fd);
}

static void what_is_no_memory_is_refused(void **context)
{
	int ends[2];
	int fd = make_memfd(0);

	(void)context;
	expect_refused(fd, 0, -EINVAL);
	close(fd);
	expect_refused(fd, 0, -EBADF);
	expect_refused(-1, 0, -EBADF);
	assert_int_equal(pipe(ends), 0);
	expect_refused(ends[0], 0, -EINVAL);
	close(ends[0]);
	close(ends[1]);
	fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	expect_refused(fd, 0, -EINVAL);
	close(fd);
}

static void malformed_calls_are_refused(void **context)
{
	int fd = make_memfd(SIZE);

	(void)context;
	for (int bit = 1; bit < 32; bit++)
		expect_refused(fd, 1u << bit, -EINVAL);
	assert_int_equal(bm_region_map(fd, 0, NULL), -EINVAL);
	close(fd);
}

/* A memfd budget, whole, in the hands of somebody else. */
static void a_memfd_client_can_be_looked_at(void **context)
{
	struct bm_client *client = local_open(LOCAL_MEMFD);
	struct bm_region own = bm_pool_region(local_create(client, "pool", SIZE)), seen;

	(void)context;
	memset(own.base, 'x', own.size);
	assert_int_equal(bm_region_map(bm_client_fd(client), 0, &seen), 0);
	assert_int_equal(seen.size, BUDGET_SIZE);
	assert_memory_equal(seen.base, own.base, own.size);
	bm_region_unmap(seen);
	bm_client_close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_of_it_is_mapped),
		cmocka_unit_test(read_only_stays_read_only),
		cmocka_unit_test(what_may_not_be_written_is_not_mapped_to_write),
		cmocka_unit_test(what_is_no_memory_is_refused),
		cmocka_unit_test(malformed_calls_are_refused),
		cmocka_unit_test(a_memfd_client_can_be_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
