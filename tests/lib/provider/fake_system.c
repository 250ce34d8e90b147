// SPDX-License-Identifier: MIT
/*
 * fake_system.c: a kernel for the device provider, made up
 *
 * Takes the place of the library's gate to the system. Pools are memfds, so that
 * their contents outlive a mapping.
 */
#include "fake_system.h"
#include "system.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/budgetmem.h>

#define FAKE_FD		1000
#define FAKE_PAGE	((size_t)4096)

struct fake fake;

void fake_reset(void)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		if (fake.pools[i].exists)
			close(fake.pools[i].memory);
	}
	fake = (struct fake){ .process = 1 };
}

int fake_pools(void)
{
	int count = 0;

	for (int i = 0; i < FAKE_POOLS; i++)
		count += fake.pools[i].exists;
	return count;
}

int fake_mappings(void)
{
	int count = 0;

	for (int i = 0; i < FAKE_POOLS; i++)
		count += fake.pools[i].mapped != NULL;
	return count;
}

/* Ends the test: the library has done what no kernel would put up with. */
static void insist(bool condition, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "fake_system: %s\n", text);
	abort();
}

static bool fails(void)
{
	return ++fake.calls == fake.fail_at;
}

static uint64_t offset_of(const struct fake_pool *pool)
{
	return (uint64_t)(pool - fake.pools + 1) << 20;
}

static bool is_own(const struct fake_pool *pool)
{
	return pool->exists && pool->client == fake.client;
}

static struct fake_pool *find(uint64_t offset)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		if (is_own(&fake.pools[i]) && offset_of(&fake.pools[i]) == offset)
			return &fake.pools[i];
	}
	return NULL;
}

struct fake_pool *fake_find(const char *name)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		if (fake.pools[i].exists && !strcmp(fake.pools[i].name, name))
			return &fake.pools[i];
	}
	return NULL;
}

static bool has_own(const char *name)
{
	const struct fake_pool *pool = fake_find(name);

	return pool && is_own(pool);
}

static size_t round_up(uint64_t size)
{
	return (size + FAKE_PAGE - 1) & ~(FAKE_PAGE - 1);
}

static int refuse(int err)
{
	fake.refused++;
	return err;
}

/* The client ends: what is not persistent goes with it. */
static void end_client(void)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		struct fake_pool *pool = &fake.pools[i];

		if (!is_own(pool))
			continue;
		pool->client = 0;
		if (pool->persistent)
			continue;
		close(pool->memory);
		pool->exists = false;
	}
	fake.client = 0;
	fake.locked = false;
	fake.refused = 0;
}

/* Pages of records are left to themselves: nobody knows of them any more. */
int fake_die(bool keep)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		if (fake.pools[i].mapped)
			munmap(fake.pools[i].mapped, fake.pools[i].size);
		fake.pools[i].mapped = NULL;
	}
	fake.pages = 0;
	fake.process++;
	fake.closed_at_exec = false;
	if (keep)
		return FAKE_FD;
	fake.files = 0;
	end_client();
	return -1;
}

static size_t used(void)
{
	size_t bytes = 0;

	for (int i = 0; i < FAKE_POOLS; i++)
		bytes += fake.pools[i].exists ? fake.pools[i].size : 0;
	return bytes;
}

static int do_bind(struct budgetmem_bind *bind)
{
	insist(!bind->flags && !bind->reserved, "BIND with junk");
	if (fake.bind_error)
		return fake.bind_error;
	fake.client = ++fake.clients;
	bind->client = fake.client;
	return 0;
}

static int do_query(struct budgetmem_query *query)
{
	insist(!query->flags, "QUERY with junk");
	query->phase = fake.system_locked ? BUDGETMEM_SYSTEM_LOCKED :
					    BUDGETMEM_SYSTEM_SETUP;
	return 0;
}

static struct fake_pool *add_pool(const struct budgetmem_pool_create *create,
				  uint64_t client)
{
	struct fake_pool *pool = fake.pools;

	while (pool->exists)
		pool++;
	*pool = (struct fake_pool){
		.exists = true, .size = round_up(create->size),
		.layout = create->layout, .client = client,
		.persistent = create->flags & BUDGETMEM_POOL_PERSISTENT,
	};
	memcpy(pool->name, create->name, sizeof(pool->name));
	pool->memory = memfd_create("fake", MFD_CLOEXEC);
	insist(pool->memory >= 0 && !ftruncate(pool->memory, (off_t)pool->size),
	       "no memory");
	return pool;
}

static bool is_taken(const struct budgetmem_pool_create *create)
{
	const struct fake_pool *other = fake_find(create->name);

	return other && (is_own(other) ||
			 (other->persistent && create->flags & BUDGETMEM_POOL_PERSISTENT));
}

static int do_create(struct budgetmem_pool_create *create)
{
	insist(!(create->flags & ~BUDGETMEM_POOL_PERSISTENT) && !create->reserved &&
	       !create->offset, "POOL_CREATE with junk");
	insist(!create->name[31], "a name without end");
	if (fake.locked)
		return refuse(-EPERM);
	if (fake.appears)
		add_pool(create, fake.appears_client);
	fake.appears = false;
	if (is_taken(create))
		return -EEXIST;
	if (used() + round_up(create->size) > FAKE_LIMIT)
		return refuse(-EDQUOT);
	create->offset = offset_of(add_pool(create, fake.client));
	create->size = round_up(create->size);
	return 0;
}

/* In the order of the contract. */
static int do_attach(struct budgetmem_pool_attach *attach)
{
	struct fake_pool *pool = fake_find(attach->name);

	insist(!attach->flags && !attach->reserved && !attach->offset,
	       "POOL_ATTACH with junk");
	insist(!attach->name[31], "a name without end");
	if (fake.locked)
		return refuse(-EPERM);
	if (!pool || !pool->persistent)
		return -ENOENT;
	if (pool->foreign)
		return -EACCES;
	if (has_own(attach->name))
		return -EEXIST;
	if (pool->layout != attach->layout || pool->size != round_up(attach->size))
		return -EMEDIUMTYPE;
	if (pool->client)
		return -EBUSY;
	pool->client = fake.client;
	attach->size = pool->size;
	attach->offset = offset_of(pool);
	return 0;
}

static int tell(const struct fake_pool *pool, struct budgetmem_pool_info *info)
{
	memcpy(info->name, pool->name, sizeof(info->name));
	info->offset = is_own(pool) ? offset_of(pool) : 0;
	info->client = pool->client;
	info->size = pool->size;
	info->layout = pool->layout;
	info->threshold = pool->threshold;
	info->properties = pool->persistent ? BUDGETMEM_POOL_PERSISTENT : 0;
	return 0;
}

/* This client may see all pools of its budget. */
static int do_pool_info(struct budgetmem_pool_info *info)
{
	insist(!info->flags && !info->offset, "POOL_INFO with junk");
	if (info->select == BUDGETMEM_SELECT_NAME) {
		insist(!info->cursor, "POOL_INFO with junk");
		return has_own(info->name) ? tell(fake_find(info->name), info) :
					     -ENOENT;
	}
	insist(info->select == BUDGETMEM_SELECT_NEXT && !info->name[0],
	       "POOL_INFO with junk");
	for (; info->cursor < FAKE_POOLS; info->cursor++) {
		if (fake.pools[info->cursor].exists)
			return tell(&fake.pools[info->cursor++], info);
	}
	return -ENOENT;
}

/* The descriptor is one that closing tells from others: it is real. */
static int do_export(struct budgetmem_pool_export *export)
{
	const struct fake_pool *pool = find(export->offset);

	insist(!(export->flags & ~BUDGETMEM_EXPORT_WRITE) && !export->fd,
	       "POOL_EXPORT with junk");
	if (fake.no_export)
		return -EOPNOTSUPP;
	insist(pool, "exported what is no pool");
	export->fd = dup(pool->memory);
	return 0;
}

static int do_watch(const struct budgetmem_pool_watch *watch)
{
	struct fake_pool *pool = find(watch->offset);

	insist(!watch->flags && !watch->reserved, "POOL_WATCH with junk");
	insist(pool && watch->threshold <= pool->size, "watched what cannot be");
	pool->threshold = watch->threshold;
	return 0;
}

static int do_events(struct budgetmem_events *events)
{
	insist(!events->flags && !events->reserved, "EVENTS with junk");
	events->refused = fake.refused;
	events->crossed = 5;
	fake.refused = 0;
	return 0;
}

static int do_destroy(const struct budgetmem_pool_destroy *destroy)
{
	struct fake_pool *pool = find(destroy->offset);

	insist(!destroy->flags && !destroy->reserved, "POOL_DESTROY with junk");
	if (fake.locked)
		return refuse(-EPERM);
	if (!pool)
		return -ENOENT;
	if (pool->mapped || pool->mapped_elsewhere)
		return -EBUSY;
	close(pool->memory);
	pool->exists = false;
	return 0;
}

static int do_lock(const struct budgetmem_lock *lock)
{
	insist(!lock->flags && !lock->reserved, "LOCK with junk");
	if (fake.locked)
		return refuse(-EPERM);
	fake.locked = true;
	return 0;
}

static int do_client_info(struct budgetmem_client_info *info)
{
	insist(info->select == BUDGETMEM_SELECT_OWN && !info->flags && !info->cursor,
	       "CLIENT_INFO with junk");
	memcpy(info->budget, "words", 6);
	info->phase = fake.locked ? BUDGETMEM_PHASE_LOCKED : BUDGETMEM_PHASE_INIT;
	info->pools = (uint32_t)fake_pools();
	info->used = used();
	info->high_water = 11;
	info->refused = 22;
	return 0;
}

static int do_budget_info(struct budgetmem_budget_info *info)
{
	insist(info->select == BUDGETMEM_SELECT_OWN && !info->flags && !info->cursor &&
	       !info->name[0] && !info->reserved, "BUDGET_INFO with junk");
	info->size = FAKE_LIMIT;
	info->used = used() + 33;
	info->high_water = 44;
	return 0;
}

static int dispatch(unsigned long command, void *argument)
{
	switch (command) {
	case BUDGETMEM_IOC_QUERY:
		return do_query(argument);
	case BUDGETMEM_IOC_BIND:
		return do_bind(argument);
	case BUDGETMEM_IOC_POOL_CREATE:
		return do_create(argument);
	case BUDGETMEM_IOC_POOL_ATTACH:
		return do_attach(argument);
	case BUDGETMEM_IOC_POOL_DESTROY:
		return do_destroy(argument);
	case BUDGETMEM_IOC_POOL_INFO:
		return do_pool_info(argument);
	case BUDGETMEM_IOC_POOL_EXPORT:
		return do_export(argument);
	case BUDGETMEM_IOC_POOL_WATCH:
		return do_watch(argument);
	case BUDGETMEM_IOC_EVENTS:
		return do_events(argument);
	case BUDGETMEM_IOC_LOCK:
		return do_lock(argument);
	case BUDGETMEM_IOC_CLIENT_INFO:
		return do_client_info(argument);
	case BUDGETMEM_IOC_BUDGET_INFO:
		return do_budget_info(argument);
	default:
		return -ENOTTY;
	}
}

int bm_system_ioctl(int fd, unsigned long command, void *argument)
{
	insist(fd == FAKE_FD && fake.files == 1, "not the device's descriptor");
	if (fails())
		return -ENOMEM;
	if (!fake.client && command != BUDGETMEM_IOC_BIND &&
	    command != BUDGETMEM_IOC_QUERY)
		return -EBUSY;
	return dispatch(command, argument);
}

int bm_system_close_at_exec(int fd)
{
	insist(fd == FAKE_FD && fake.files == 1, "not the device's descriptor");
	if (fails())
		return -ENOMEM;
	fake.closed_at_exec = true;
	return 0;
}

int bm_system_open(const char *path)
{
	insist(!strcmp(path, "/dev/budgetmem"), "not the device");
	if (fails())
		return -ENOMEM;
	if (fake.open_error)
		return fake.open_error;
	fake.files++;
	fake.closed_at_exec = true;
	return FAKE_FD;
}

void bm_system_close(int fd)
{
	insist(fd == FAKE_FD && fake.files == 1, "closed what is not open");
	fake.files--;
	/* What is still mapped keeps the client: here that is a parent's. */
	if (!fake_mappings())
		end_client();
}

int bm_system_map_file(int fd, uint64_t offset, size_t size, void **address)
{
	struct fake_pool *pool = find(offset);
	int fixed = *address ? MAP_FIXED : 0;

	insist(fd == FAKE_FD && pool && pool->size == size && !pool->mapped,
	       "mapped what is no pool");
	if (fails())
		return -ENOMEM;
	if (fake.map_error)
		return fake.map_error;
	pool->mapped = mmap(*address, size, PROT_READ | PROT_WRITE, MAP_SHARED | fixed,
			    pool->memory, 0);
	insist(pool->mapped != MAP_FAILED, "mmap() failed");
	*address = pool->mapped;
	return 0;
}

static void forget_mapping(const void *address)
{
	for (int i = 0; i < FAKE_POOLS; i++) {
		if (fake.pools[i].mapped == address)
			fake.pools[i].mapped = NULL;
	}
}

int bm_system_reserve(void *address, size_t size)
{
	if (fails())
		return -ENOMEM;
	forget_mapping(address);
	fake.reserves++;
	fake.locked |= fake.lock_at_reserve;
	insist(mmap(address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0) == address, "mmap() failed");
	return 0;
}

int bm_system_map_private(size_t size, void **address)
{
	insist(size == FAKE_PAGE, "records are in pages");
	if (fails())
		return -ENOMEM;
	fake.pages++;
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	insist(*address != MAP_FAILED, "mmap() failed");
	return 0;
}

/* What is no pool's mapping, nor was one that is reserved now, is a page of records. */
void bm_system_unmap(void *address, size_t size)
{
	int before = fake_mappings();

	forget_mapping(address);
	if (before == fake_mappings() && size == FAKE_PAGE)
		fake.pages--;
	munmap(address, size);
}

size_t bm_system_page_size(void)
{
	return FAKE_PAGE;
}

long bm_system_process(void)
{
	return fake.process;
}

/* The device provider has no use for the rest. */
int bm_system_hide_from_children(void *address, size_t size)
{
	(void)address;
	(void)size;
	abort();
}

int bm_system_memfd(const char *name)
{
	(void)name;
	abort();
}

int bm_system_allocate(int fd, size_t size)
{
	(void)fd;
	(void)size;
	abort();
}

int bm_system_seal(int fd)
{
	(void)fd;
	abort();
}

uint64_t bm_system_available(void)
{
	abort();
}

int bm_system_lock_memory(void *address, size_t size)
{
	(void)address;
	(void)size;
	abort();
}
