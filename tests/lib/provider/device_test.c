// SPDX-License-Identifier: MIT
/*
 * device_test.c: the device provider against the real device, in a guest; and what
 * of the memfd provider depends on the processor
 *
 * Expects the budget table of guest.plan, and to be root.
 */
#include "device_client.h"
#include "residence.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <budgetmem/client.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/pool.h>
#include <linux/budgetmem.h>

static void open_refuses_what_is_no_name(void)
{
	struct bm_client *client = NULL;

	tap_equal(bm_client_open(&client, ""), -EINVAL);
	tap_equal(bm_client_open(&client, "a/b"), -EINVAL);
	tap_equal(bm_client_open(&client, "a-name-of-32-characters-is-toolo"), -EINVAL);
	tap_equal(bm_client_open(NULL, BUDGET), -EINVAL);
	tap_expect(!client);
}

static void open_refuses_an_unknown_budget(void)
{
	struct bm_client *client = NULL;

	tap_equal(bm_client_open(&client, "nowhere"), -ENOENT);
	tap_expect(!client);
}

static void open_closed(void *unused)
{
	struct bm_client *client = NULL;

	(void)unused;
	tap_equal(bm_client_open(&client, "closed"), -EACCES);
	tap_expect(!client);
	/* So it was the budget that refused, and not the device node. */
	bm_client_close(open_client());
}

static void open_refuses_who_is_not_admitted(void)
{
	in_child(NOBODY, open_closed, NULL);
}

static void use_blind(void *unused)
{
	struct bm_client *client = NULL;

	(void)unused;
	if (!tap_equal(bm_client_open(&client, "blind"), 0))
		return;
	create(client, "pool", 1);
	tap_equal(inspect(client).pools, 1);
	tap_equal(inspect(client).budget_used, page_size());
	bm_client_close(client);
}

static void a_client_sees_itself_in_a_budget_that_it_may_not_read(void)
{
	in_child(NOBODY, use_blind, NULL);
}

static void open_says_that_the_device_is_missing(void)
{
	struct bm_client *client = NULL;

	tap_equal(rename("/dev/budgetmem", "/dev/elsewhere"), 0);
	tap_equal(bm_client_open(&client, BUDGET), -ENODEV);
	tap_equal(mknod("/dev/budgetmem", S_IFCHR | 0666, makedev(1, 3)), 0);
	tap_equal(bm_client_open(&client, BUDGET), -ENOTTY);
	tap_equal(rename("/dev/elsewhere", "/dev/budgetmem"), 0);
	tap_expect(!client);
}

static void the_number_of_clients_is_limited(void)
{
	struct bm_client *clients[CLIENT_LIMIT], *late = NULL;

	for (int i = 0; i < CLIENT_LIMIT; i++)
		clients[i] = open_client();
	tap_equal(bm_client_open(&late, BUDGET), -EDQUOT);
	bm_client_close(clients[0]);
	clients[0] = open_client();
	for (int i = 0; i < CLIENT_LIMIT; i++)
		bm_client_close(clients[i]);
}

static void a_pool_is_zeroed_and_rounded_up(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", page_size() + 1);
	struct bm_region region = bm_pool_region(pool);
	const unsigned char *byte = region.base;
	size_t used = 0;

	tap_equal(region.size, 2 * page_size());
	tap_equal(bm_pool_size(pool), region.size);
	tap_equal((uintptr_t)region.base % page_size(), 0);
	tap_expect(!strcmp(bm_pool_name(pool), "pool"));
	for (size_t i = 0; i < region.size; i++)
		used += byte[i] != 0;
	tap_equal(used, 0);
	bm_client_close(client);
}

static void no_store_faults(void)
{
	struct bm_client *client = open_client();
	struct bm_region region = bm_pool_region(create(client, "pool", BUDGET_SIZE));

	faults_of_stores((struct bm_region){ &(char){ 0 }, 1 });
	tap_equal(faults_of_stores(region), 0);
	bm_client_close(client);
}

static void nothing(void *unused)
{
	(void)unused;
}

static void no_store_faults_after_fork(void)
{
	struct bm_client *client = open_client();
	struct bm_region region = bm_pool_region(create(client, "pool", BUDGET_SIZE));

	in_child(0, nothing, NULL);
	faults_of_stores((struct bm_region){ &(char){ 0 }, 1 });
	tap_equal(faults_of_stores(region), 0);
	bm_client_close(client);
}

/*
 * Here as well, because only some of the guests' processors leave the dirty bit to
 * the kernel. Compaction may move a page now and then, but not five times in a row.
 */
static void the_first_store_to_a_memfd_does_not_fault(void)
{
	struct bm_client *client = NULL;
	long taken = 1;

	for (int round = 0; round < 5 && taken; round++) {
		struct bm_region region;

		if (!tap_equal(bm_client_open_memfd(&client, "memfd", BUDGET_SIZE), 0))
			return;
		region = bm_pool_region(create(client, "pool", BUDGET_SIZE));
		faults_of_stores((struct bm_region){ &(char){ 0 }, 1 });
		taken = faults_of_stores(region);
		bm_client_close(client);
	}
	tap_equal(taken, 0);
}

static void create_refuses_what_is_malformed(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	tap_equal(bm_pool_create(client, "a b", 1, 0, &pool), -EINVAL);
	tap_equal(bm_pool_create(client, "pool", 0, 0, &pool), -EINVAL);
	tap_equal(bm_pool_create(client, "pool", SIZE_MAX, 0, &pool), -EINVAL);
	tap_equal(bm_pool_create(client, "pool", 1, 2, &pool), -EINVAL);
	tap_equal(inspect(client).pools, 0);
	tap_equal(inspect(client).refused, 0);
	tap_expect(!pool);
	bm_client_close(client);
}

static void create_refuses_more_than_the_budget(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	tap_equal(bm_pool_create(client, "pool", BUDGET_SIZE + 1, 0, &pool), -EDQUOT);
	create(client, "half", BUDGET_SIZE / 2);
	create(client, "rest", BUDGET_SIZE / 2);
	tap_equal(bm_pool_create(client, "more", 1, 0, &pool), -EDQUOT);
	tap_expect(!pool);
	tap_equal(inspect(client).pools, 2);
	tap_equal(inspect(client).used, BUDGET_SIZE);
	tap_equal(inspect(client).budget_size, BUDGET_SIZE);
	tap_equal(inspect(client).refused, 2);
	bm_client_close(client);
}

static void create_refuses_more_pools_than_the_limit(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;
	char name[] = "pool-0";

	for (int i = 0; i < POOL_LIMIT; i++, name[5]++)
		create(client, name, 1);
	tap_equal(bm_pool_create(client, "more", 1, 0, &pool), -EDQUOT);
	tap_expect(!pool);
	bm_client_close(client);
}

static void create_refuses_a_name_that_is_taken(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	create(client, "pool", 1);
	tap_equal(bm_pool_create(client, "pool", 1, 0, &pool), -EEXIST);
	tap_expect(!pool);
	bm_client_close(client);
}

/* The kernel has granted the pool, but the process has no addresses left. */
static void a_pool_that_cannot_be_mapped_is_gone(void)
{
	struct bm_client *client = open_client();
	struct rlimit old, none = { .rlim_cur = page_size() };
	struct bm_pool *pool = NULL;
	int err;

	create(client, "first", 1);
	getrlimit(RLIMIT_AS, &old);
	none.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_AS, &none);
	err = bm_pool_create(client, "pool", BUDGET_SIZE / 2, 0, &pool);
	setrlimit(RLIMIT_AS, &old);
	tap_equal(err, -ENOMEM);
	tap_expect(!pool);
	tap_equal(inspect(client).pools, 1);
	tap_equal(inspect(client).used, page_size());
	tap_equal(bm_pool_lookup(client, "pool", &pool), -ENOENT);
	create(client, "pool", BUDGET_SIZE / 2);
	bm_client_close(client);
}

/* As for a program with an executable stack: every mapping shall be executable. */
static void create_with_executable_mappings(void *unused)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = NULL;

	(void)unused;
	personality(READ_IMPLIES_EXEC);
	tap_equal(bm_pool_create(client, "pool", 1, 0, &pool), -EACCES);
	tap_expect(!pool);
	tap_equal(inspect(client).pools, 0);
	bm_client_close(client);
}

static void a_pool_is_never_executable(void)
{
	in_child(0, create_with_executable_mappings, NULL);
}

static void a_destroyed_pool_is_given_back_and_zeroed(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", BUDGET_SIZE);
	unsigned char *byte = bm_pool_region(pool).base;

	memset(byte, 0xa5, BUDGET_SIZE);
	tap_equal(bm_pool_destroy(pool), 0);
	tap_equal(inspect(client).used, 0);
	tap_equal(inspect(client).high_water, BUDGET_SIZE);
	tap_equal(bm_pool_lookup(client, "pool", &pool), -ENOENT);
	byte = bm_pool_region(create(client, "pool", BUDGET_SIZE)).base;
	tap_expect(!byte[0] && !memcmp(byte, byte + 1, BUDGET_SIZE - 1));
	tap_equal(bm_pool_destroy(NULL), 0);
	bm_client_close(client);
}

static uint64_t offset_of(struct bm_client *client, const char *name)
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NAME };

	memcpy(info.name, name, strlen(name));
	tap_equal(ioctl(bm_client_fd(client), BUDGETMEM_IOC_POOL_INFO, &info), 0);
	return info.offset;
}

static void destroy_refuses_what_somebody_else_maps(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", page_size());
	char *byte = bm_pool_region(pool).base;
	void *second = mmap(NULL, page_size(), PROT_READ, MAP_SHARED,
			    bm_client_fd(client), (off_t)offset_of(client, "pool"));

	tap_expect(second != MAP_FAILED);
	*byte = 'x';
	tap_equal(bm_pool_destroy(pool), -EBUSY);
	tap_expect(bm_pool_region(pool).base == byte && *byte == 'x');
	tap_equal(inspect(client).pools, 1);
	munmap(second, page_size());
	tap_equal(bm_pool_destroy(pool), 0);
	bm_client_close(client);
}

static void lookup_finds_pools_by_name(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *first = create(client, "first", 1);
	struct bm_pool *second = create(client, "second", 1), *found = NULL;

	tap_equal(bm_pool_lookup(client, "first", &found), 0);
	tap_expect(found == first);
	tap_equal(bm_pool_lookup(client, "second", &found), 0);
	tap_expect(found == second);
	tap_equal(bm_pool_lookup(client, "third", &found), -ENOENT);
	tap_equal(bm_pool_lookup(client, "", &found), -EINVAL);
	bm_client_close(client);
}

static void expect_final(struct bm_client *client, struct bm_pool *pool)
{
	struct bm_pool *more = NULL;
	char *byte = bm_pool_region(pool).base;

	*byte = 'x';
	tap_equal(bm_pool_create(client, "more", 1, 0, &more), -EPERM);
	tap_equal(bm_pool_create(client, "pool", 2 * BUDGET_SIZE, 0, &more), -EPERM);
	tap_equal(bm_pool_create(client, "pool", 1, 2, &more), -EINVAL);
	tap_equal(bm_pool_destroy(pool), -EPERM);
	tap_equal(bm_client_lock(client), -EPERM);
	tap_equal(inspect(client).phase, BM_PHASE_LOCKED);
	tap_equal(inspect(client).pools, 1);
	tap_equal(inspect(client).refused, 4);
	tap_expect(*byte == 'x' && !more);
}

static void the_lock_makes_pools_final(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", 1);

	tap_equal(inspect(client).phase, BM_PHASE_INIT);
	tap_equal(bm_client_lock(client), 0);
	expect_final(client, pool);
	bm_client_close(client);
}

static void a_lock_through_the_descriptor_counts_as_well(void)
{
	struct bm_client *client = open_client();
	struct bm_pool *pool = create(client, "pool", 1);
	struct budgetmem_lock lock = { 0 };

	tap_equal(ioctl(bm_client_fd(client), BUDGETMEM_IOC_LOCK, &lock), 0);
	expect_final(client, pool);
	bm_client_close(client);
}

static void clients_share_their_budget(void)
{
	struct bm_client *one = open_client(), *other = open_client();
	struct bm_pool *pool = NULL;

	create(one, "pool", BUDGET_SIZE / 2);
	create(other, "pool", BUDGET_SIZE / 4);
	tap_equal(inspect(one).used, BUDGET_SIZE / 2);
	tap_equal(inspect(other).used, BUDGET_SIZE / 4);
	tap_equal(inspect(other).budget_used, BUDGET_SIZE / 4 * 3);
	tap_equal(bm_pool_create(other, "more", BUDGET_SIZE / 2, 0, &pool), -EDQUOT);
	bm_client_close(one);
	tap_equal(inspect(other).budget_used, BUDGET_SIZE / 4);
	bm_client_close(other);
}

struct family {
	struct bm_client *client;
	struct bm_region region;
};

static void look_from_child(void *argument)
{
	struct family *family = argument;
	unsigned char resident;

	tap_equal(mincore(family->region.base, page_size(), &resident), -1);
	bm_client_close(family->client);
}

static void a_child_does_not_have_the_pools(void)
{
	struct family family = { .client = open_client() };
	struct bm_pool *pool = create(family.client, "pool", 1);
	char *byte = bm_pool_region(pool).base;

	family.region = bm_pool_region(pool);
	*byte = 'x';
	in_child(0, look_from_child, &family);
	tap_expect(*byte == 'x');
	tap_equal(inspect(family.client).pools, 1);
	bm_client_close(family.client);
}

static void close_gives_all_back(void)
{
	struct bm_client *client = open_client();
	int fd = bm_client_fd(client);

	tap_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	create(client, "one", 1);
	create(client, "two", BUDGET_SIZE / 2);
	bm_client_close(client);
	tap_equal(fcntl(fd, F_GETFD), -1);
	client = open_client();
	tap_equal(inspect(client).budget_used, 0);
	tap_equal(inspect(client).used, 0);
	bm_client_close(client);
	bm_client_close(NULL);
}

static void errno_is_left_alone(void)
{
	struct bm_client *client = open_client(), *none;
	struct bm_pool *pool;

	errno = 4711;
	bm_client_open(&none, "nowhere");
	bm_pool_create(client, "pool", 1, 0, &pool);
	bm_pool_create(client, "pool", 1, 0, &pool);
	bm_client_lock(client);
	bm_pool_destroy(pool);
	bm_client_close(client);
	tap_equal(errno, 4711);
}

/* And G4 if the system is locked, which it is not here. */
static void the_device_gives_all_but_the_system_lock(void)
{
	struct bm_client *client = open_client();
	unsigned int all = (1u << BM_GUARANTEE_COUNT) - 1;

	tap_equal(bm_client_guarantees(client), all & ~(unsigned int)BM_G4_NO_ALLOCATION);
	for (int number = 1; number <= BM_GUARANTEE_COUNT; number++)
		tap_equal(!bm_client_guarantee_gap(client, number), number != 4);
	bm_client_close(client);
}

struct race {
	struct bm_client *client;
	_Atomic unsigned int kept;
	_Atomic bool started;
	char name[8];
};

/* Takes and gives back pools until it is refused; counts what it could keep. */
static void *create_until_locked(void *argument)
{
	struct race *race = argument;
	struct bm_pool *pool;
	int err;

	do {
		err = bm_pool_create(race->client, race->name, 1, 0, &pool);
		race->kept = !err;
		race->started = true;
		if (!err)
			err = bm_pool_destroy(pool);
		race->kept = race->kept && err;
	} while (!err);
	tap_equal(err, -EPERM);
	return NULL;
}

static void race_with_lock(void)
{
	struct bm_client *client = open_client();
	struct race races[2] = { { client, 0, false, "one" }, { client, 0, false, "two" } };
	pthread_t threads[2];
	unsigned int pools;

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, create_until_locked, &races[i]);
	while (!races[0].started || !races[1].started)
		sched_yield();
	tap_equal(bm_client_lock(client), 0);
	pools = inspect(client).pools;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	tap_equal(inspect(client).pools, pools);
	tap_equal(races[0].kept + races[1].kept, pools);
	bm_client_close(client);
}

static void creators_race_with_the_lock(void)
{
	for (int round = 0; round < 15; round++)
		race_with_lock();
}

static const struct tap_case cases[] = {
#define CASE(name)	{ #name, name }
	CASE(open_refuses_what_is_no_name),
	CASE(open_refuses_an_unknown_budget),
	CASE(open_refuses_who_is_not_admitted),
	CASE(a_client_sees_itself_in_a_budget_that_it_may_not_read),
	CASE(open_says_that_the_device_is_missing),
	CASE(the_number_of_clients_is_limited),
	CASE(a_pool_is_zeroed_and_rounded_up),
	CASE(no_store_faults),
	CASE(no_store_faults_after_fork),
	CASE(the_first_store_to_a_memfd_does_not_fault),
	CASE(create_refuses_what_is_malformed),
	CASE(create_refuses_more_than_the_budget),
	CASE(create_refuses_more_pools_than_the_limit),
	CASE(create_refuses_a_name_that_is_taken),
	CASE(a_pool_that_cannot_be_mapped_is_gone),
	CASE(a_pool_is_never_executable),
	CASE(a_destroyed_pool_is_given_back_and_zeroed),
	CASE(destroy_refuses_what_somebody_else_maps),
	CASE(lookup_finds_pools_by_name),
	CASE(the_lock_makes_pools_final),
	CASE(a_lock_through_the_descriptor_counts_as_well),
	CASE(clients_share_their_budget),
	CASE(a_child_does_not_have_the_pools),
	CASE(close_gives_all_back),
	CASE(errno_is_left_alone),
	CASE(the_device_gives_all_but_the_system_lock),
	CASE(creators_race_with_the_lock),
};

int main(void)
{
	return tap_run(cases, sizeof(cases) / sizeof(cases[0]));
}
