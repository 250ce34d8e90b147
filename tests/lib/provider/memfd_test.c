// SPDX-License-Identifier: MIT
/*
 * memfd_test.c: what is the memfd provider's alone, but for its residency
 */
#include "local.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void open_refuses_what_is_malformed(void **context)
{
	struct bm_client *client = NULL;

	(void)context;
	assert_int_equal(bm_client_open_memfd(NULL, "local", 1), -EINVAL);
	assert_int_equal(bm_client_open_memfd(&client, NULL, 1), -EINVAL);
	assert_int_equal(bm_client_open_memfd(&client, "a/b", 1), -EINVAL);
	assert_int_equal(bm_client_open_memfd(&client, "local", 0), -EINVAL);
	assert_int_equal(bm_client_open_memfd(&client, "local", SIZE_MAX), -EINVAL);
	assert_int_equal(bm_client_open_memfd(&client, "local", SIZE_MAX / 2 + 2),
			 -EINVAL);
	assert_null(client);
}

static void the_size_is_rounded_up_to_pages(void **context)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct bm_client *client = NULL;

	(void)context;
	assert_int_equal(bm_client_open_memfd(&client, "local", page + 1), 0);
	assert_int_equal(local_state(client).budget_size, 2 * page);
	local_create(client, "pool", 2 * page);
	bm_client_close(client);
}

static void the_memfd_is_sealed(void **context)
{
	struct bm_client *client = local_open(LOCAL_MEMFD);
	int needed = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
	int fd = bm_client_fd(client);

	(void)context;
	assert_int_equal(fcntl(fd, F_GET_SEALS) & needed, needed);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, (off_t)(2 * BUDGET_SIZE)), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	bm_client_close(client);
}

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int found = 0;

	assert_non_null(directory);
	while (readdir(directory))
		found++;
	closedir(directory);
	return found;
}

static int mappings_named(const char *name)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[512];
	int found = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		found += strstr(line, name) != NULL;
	fclose(file);
	return found;
}

static void close_gives_all_back(void **context)
{
	int before = open_files(), fd;

	(void)context;
	for (int i = 0; i < 3; i++) {
		struct bm_client *client = local_open(LOCAL_MEMFD);

		local_create(client, "pool", 1);
		assert_int_equal(mappings_named("memfd:local"), 1);
		fd = bm_client_fd(client);
		bm_client_close(client);
		assert_int_equal(fcntl(fd, F_GETFD), -1);
	}
	assert_int_equal(mappings_named("memfd:local"), 0);
	assert_int_equal(open_files(), before);
}

static void many_pools_need_more_records(void **context)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct bm_client *client = NULL;
	struct bm_pool *found;
	char name[20];

	(void)context;
	assert_int_equal(bm_client_open_memfd(&client, "local", 500 * page), 0);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "pool-%d", i);
		local_create(client, name, 1);
	}
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "pool-%d", i);
		assert_int_equal(bm_pool_lookup(client, name, &found), 0);
		assert_string_equal(bm_pool_name(found), name);
	}
	assert_int_equal(local_state(client).pools, 500);
	bm_client_close(client);
}

/* Runs @run in a child and expects it to return 0. */
static void in_child(int (*run)(void *), void *argument)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(run(argument));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

struct family {
	struct bm_client *client;
	struct bm_region region;
};

/*
 * Where the pool was, the child has something else by now. Closing the parent's
 * client must not take that away.
 */
static int close_in_child(void *argument)
{
	struct family *family = argument;
	size_t size = BUDGET_SIZE;
	char *other;

	other = mmap(family->region.base, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (other != family->region.base)
		return 1;
	bm_client_close(family->client);
	*other = 'y';
	return 0;
}

static void a_child_has_no_pools_and_harms_none(void **context)
{
	struct family family = { .client = local_open(LOCAL_MEMFD) };
	char *byte;

	(void)context;
	family.region = bm_pool_region(local_create(family.client, "pool", BUDGET_SIZE));
	byte = family.region.base;
	*byte = 'x';
	in_child(close_in_child, &family);
	assert_int_equal(*byte, 'x');
	assert_int_equal(local_state(family.client).pools, 1);
	bm_client_close(family.client);
}

static int open_without_descriptors(void *argument)
{
	struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };
	struct bm_client *client = NULL;

	(void)argument;
	if (setrlimit(RLIMIT_NOFILE, &none))
		return 1;
	errno = 4711;
	return bm_client_open_memfd(&client, "local", BUDGET_SIZE) != -EMFILE || client ||
	       errno != 4711;
}

static void too_many_files_are_reported(void **context)
{
	(void)context;
	in_child(open_without_descriptors, NULL);
}

/* And not taken, lest the kernel kill somebody for it. */
static void memory_that_is_not_there_is_reported(void **context)
{
	size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	struct bm_client *client = NULL;

	(void)context;
	assert_int_equal(bm_client_open_memfd(&client, "local", SIZE_MAX / 2 - 4095),
			 -ENOMEM);
	assert_int_equal(bm_client_open_memfd(&client, "local", all), -ENOMEM);
	assert_null(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_refuses_what_is_malformed),
		cmocka_unit_test(the_size_is_rounded_up_to_pages),
		cmocka_unit_test(the_memfd_is_sealed),
		cmocka_unit_test(close_gives_all_back),
		cmocka_unit_test(many_pools_need_more_records),
		cmocka_unit_test(a_child_has_no_pools_and_harms_none),
		cmocka_unit_test(too_many_files_are_reported),
		cmocka_unit_test(memory_that_is_not_there_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
