// SPDX-License-Identifier: MIT
/*
 * residency_test.c: a memfd budget is in memory and stays there
 *
 * Apart from memfd_test.c, because mlock() does nothing under AddressSanitizer.
 */
#include "local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static struct bm_region open_region(struct bm_client **client)
{
	*client = local_open(LOCAL_MEMFD);
	return bm_pool_region(local_create(*client, "pool", BUDGET_SIZE));
}

static void every_page_is_resident(void **context)
{
	struct bm_client *client;
	struct bm_region region = open_region(&client);
	unsigned char *resident = malloc(region.size / page_size());

	(void)context;
	assert_int_equal(mincore(region.base, region.size, resident), 0);
	for (size_t i = 0; i < region.size / page_size(); i++)
		assert_int_equal(resident[i] & 1, 1);
	free(resident);
	bm_client_close(client);
}

static size_t locked_kibibytes(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	size_t kibibytes = 0;
	char line[256];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "VmLck: %zu", &kibibytes);
	fclose(file);
	return kibibytes;
}

static void every_page_is_locked(void **context)
{
	size_t before = locked_kibibytes();
	struct bm_client *client = local_open(LOCAL_MEMFD);

	(void)context;
	assert_int_equal(locked_kibibytes() - before, BUDGET_SIZE / 1024);
	bm_client_close(client);
	assert_int_equal(locked_kibibytes(), before);
}

static long faults_of_stores(struct bm_region region, size_t step)
{
	volatile char *byte = region.base;
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < region.size; i += step)
		byte[i]++;
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt + after.ru_majflt - before.ru_majflt;
}

/*
 * Compaction may move a page between two lines of this test; that it does so for
 * five budgets in a row would be news.
 */
static void the_first_store_does_not_fault(void **context)
{
	char warm[64] = "";
	long faults = 1;

	(void)context;
	faults_of_stores((struct bm_region){ warm, sizeof(warm) }, 1);
	for (int round = 0; round < 5 && faults; round++) {
		struct bm_client *client;
		struct bm_region region = open_region(&client);

		faults = faults_of_stores(region, page_size());
		bm_client_close(client);
	}
	assert_int_equal(faults, 0);
}

/* As somebody whom RLIMIT_MEMLOCK binds; the exit code is the answer. */
static void open_beyond_the_limit(void)
{
	struct rlimit limit = { .rlim_cur = BUDGET_SIZE / 2, .rlim_max = BUDGET_SIZE / 2 };
	struct bm_client *client = NULL;

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || (!geteuid() && setuid(65534)))
		_exit(100);
	if (bm_client_open_memfd(&client, "local", BUDGET_SIZE) != -ENOMEM || client)
		_exit(1);
	if (bm_client_open_memfd(&client, "local", BUDGET_SIZE / 4))
		_exit(2);
	bm_client_close(client);
	_exit(0);
}

static void a_limit_on_locked_memory_is_reported(void **context)
{
	int status = -1;
	pid_t child = fork();

	(void)context;
	if (!child)
		open_beyond_the_limit();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_resident),
		cmocka_unit_test(every_page_is_locked),
		cmocka_unit_test(the_first_store_does_not_fault),
		cmocka_unit_test(a_limit_on_locked_memory_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
