// SPDX-License-Identifier: MIT
/*
 * Every path on which memory, or a copy from or to the caller, may fail: each
 * call is made with its first such place failing, then with its second, until it
 * passes with nothing left to fail. Whatever failed must have changed nothing.
 */
#include <poll.h>
#include <sys/mman.h>

#include "test.h"

#define DEBUGFS "/sys/kernel/debug"

/* More places than any call here has; the loop ends at the first that passes. */
#define PLACES 400

/* More than the 512 that one page of the page tables covers; and a few. */
#define MANY	600
#define FEW	4

/* A client with a pool, which is mapped where the call wants that. */
struct subject {
	int fd;
	struct pool pool;
	void *memory;
	int fdinfo;
	int buffer;
};

FIXTURE(call) {
	int control;
	__u64 held;
	bool copies_fail;
	struct subject subject;
};

FIXTURE_VARIANT(call) {
	/* What the call needs beyond an open file; NULL: nothing. */
	int (*prepare)(struct subject *subject);
	/* The call alone: no other system call may be in it. */
	int (*call)(struct subject *subject);
	/* Puts the end to what prepare and call made. */
	void (*finish)(struct subject *subject);
	/* It may return EFAULT beside ENOMEM. */
	bool copies;
	/* The kernel splits a mapping in two before it fails. */
	bool splits;
};

static int with_file(struct subject *subject)
{
	subject->fd = device_open(O_RDWR);
	return subject->fd < 0 ? subject->fd : 0;
}

static int with_client(struct subject *subject)
{
	subject->fd = client_open("main");
	return subject->fd < 0 ? subject->fd : 0;
}

static int with_pool(struct subject *subject)
{
	subject->pool.size = MANY * page_size();
	return with_client(subject) ?:
	       pool_create(subject->fd, "pool", subject->pool.size,
			   &subject->pool.offset);
}

static int with_mapping(struct subject *subject)
{
	return with_client(subject) ?:
	       pool_open(&subject->pool, subject->fd, "pool", FEW);
}

static void finish_file(struct subject *subject)
{
	if (subject->fd >= 0)
		close(subject->fd);
}

static void finish_new_mapping(struct subject *subject)
{
	if (subject->memory)
		munmap(subject->memory, subject->pool.size);
	finish_file(subject);
}

static void finish_mapping(struct subject *subject)
{
	munmap(subject->pool.memory, subject->pool.size);
	finish_file(subject);
}

static int call_open(struct subject *subject)
{
	return with_file(subject);
}

static int call_query(struct subject *subject)
{
	struct budgetmem_query query;

	return query_read(subject->fd, &query);
}

static int call_bind(struct subject *subject)
{
	return client_bind(subject->fd, "main");
}

static int call_create(struct subject *subject)
{
	return pool_create(subject->fd, "new", 1 << 20, NULL);
}

static int call_destroy(struct subject *subject)
{
	return pool_destroy(subject->fd, subject->pool.offset);
}

static int call_lock(struct subject *subject)
{
	return client_lock(subject->fd);
}

static int call_budget_info(struct subject *subject)
{
	struct budgetmem_budget_info info;

	return budget_read(subject->fd, "main", &info);
}

static int call_client_info(struct subject *subject)
{
	struct budgetmem_client_info info;

	return client_read(subject->fd, &info);
}

static int call_pool_info(struct subject *subject)
{
	struct budgetmem_pool_info info;

	return pool_read(subject->fd, subject->pool.offset, &info);
}

static int call_watch(struct subject *subject)
{
	return pool_watch(subject->fd, subject->pool.offset, page_size());
}

static int call_events(struct subject *subject)
{
	struct budgetmem_events events;

	return events_read(subject->fd, &events);
}

/* Puts the file into a wait queue, and takes it out again. */
static int call_poll(struct subject *subject)
{
	struct pollfd file = { .fd = subject->fd, .events = POLLIN };

	return poll(&file, 1, 0) < 0 ? -errno : 0;
}

static int call_mmap(struct subject *subject)
{
	return pool_map(subject->fd, subject->pool.offset, subject->pool.size,
			PROT_READ | PROT_WRITE, &subject->memory);
}

/* Takes a page out of the middle, which needs a second record of a mapping. */
static int call_munmap_part(struct subject *subject)
{
	return munmap(subject->pool.memory + page_size(), page_size()) ?
	       -errno : 0;
}

static int call_mprotect_part(struct subject *subject)
{
	return mprotect(subject->pool.memory + page_size(), page_size(),
			PROT_READ) ? -errno : 0;
}

static int call_mremap(struct subject *subject)
{
	void *moved = mremap(subject->pool.memory, subject->pool.size,
			     subject->pool.size,
			     MREMAP_MAYMOVE | MREMAP_FIXED, subject->memory);

	return moved == MAP_FAILED ? -errno : 0;
}

static int with_place_to_move(struct subject *subject)
{
	int error = with_mapping(subject);

	subject->memory = mmap(NULL, subject->pool.size, PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return error;
}

/* The kernel may leave the old mapping there too if it runs short at the end. */
static void finish_moved(struct subject *subject)
{
	munmap(subject->memory, subject->pool.size);
	finish_mapping(subject);
}

static int call_close(struct subject *subject)
{
	int error = close(subject->fd) ? -errno : 0;

	subject->fd = -1;
	return error;
}

static int call_export(struct subject *subject)
{
	int buffer = pool_export(subject->fd, subject->pool.offset, 0);

	subject->buffer = buffer;
	return buffer < 0 ? buffer : 0;
}

static void finish_export(struct subject *subject)
{
	if (subject->buffer >= 0)
		close(subject->buffer);
	finish_file(subject);
}

static int with_buffer(struct subject *subject)
{
	int error = with_pool(subject);

	if (error)
		return error;
	subject->buffer = pool_export(subject->fd, subject->pool.offset,
				      BUDGETMEM_EXPORT_WRITE);
	return subject->buffer < 0 ? subject->buffer : 0;
}

static int call_mmap_buffer(struct subject *subject)
{
	return pool_map(subject->buffer, 0, subject->pool.size,
			PROT_READ | PROT_WRITE, &subject->memory);
}

static void finish_buffer_mapping(struct subject *subject)
{
	close(subject->buffer);
	finish_new_mapping(subject);
}

/* The client is gone: what is closed is all that holds the pool. */
static int with_buffer_alone(struct subject *subject)
{
	int error = with_buffer(subject);

	close(subject->fd);
	subject->fd = subject->buffer;
	return error;
}

/* A persistent pool that no client has. */
static int with_left(void)
{
	return pool_leave("main", "left", MANY * page_size());
}

static int with_client_and_left(struct subject *subject)
{
	return with_left() ?: with_client(subject);
}

static int with_file_and_left(struct subject *subject)
{
	return with_left() ?: with_file(subject);
}

static int call_attach(struct subject *subject)
{
	return pool_attach(subject->fd, "left", MANY * page_size(), 1,
			   &subject->pool.offset);
}

static int call_remove(struct subject *subject)
{
	struct budgetmem_pool_remove remove = { .budget = "main", .name = "left" };

	return device_call(subject->fd, BUDGETMEM_IOC_POOL_REMOVE, &remove);
}

static void finish_left(struct subject *subject)
{
	finish_file(subject);
	pool_remove("main", "left");
}

/* The budgets that there are, and with one more that is not like them. */
static struct table present, larger;

static int with_tables(struct subject *subject)
{
	int error = table_read(&present);

	if (error)
		return error;
	larger = present;
	table_add(&larger, "larger", FEW * page_size());
	return with_file(subject);
}

static int call_apply(struct subject *subject)
{
	struct budgetmem_system_apply apply = table_call(&larger);

	return device_call(subject->fd, BUDGETMEM_IOC_SYSTEM_APPLY, &apply);
}

static void finish_apply(struct subject *subject)
{
	table_apply(&present, NULL);
	finish_file(subject);
}

static int with_fdinfo(struct subject *subject)
{
	char path[64];
	int error = with_pool(subject);

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", subject->fd);
	subject->fdinfo = open(path, O_RDONLY | O_CLOEXEC);
	return subject->fdinfo < 0 ? -errno : error;
}

static int call_fdinfo(struct subject *subject)
{
	char text[4096];

	return read(subject->fdinfo, text, sizeof(text)) < 0 ? -errno : 0;
}

static void finish_fdinfo(struct subject *subject)
{
	close(subject->fdinfo);
	finish_file(subject);
}

#define CALL(name, ...) FIXTURE_VARIANT_ADD(call, name) { __VA_ARGS__ }

CALL(open, NULL, call_open, finish_file, .copies = true);
CALL(query, with_file, call_query, finish_file, .copies = true);
CALL(bind, with_file, call_bind, finish_file, .copies = true);
CALL(create, with_client, call_create, finish_file, .copies = true);
CALL(destroy, with_pool, call_destroy, finish_file, .copies = true);
CALL(lock, with_pool, call_lock, finish_file, .copies = true);
CALL(budget_info, with_file, call_budget_info, finish_file, .copies = true);
CALL(client_info, with_client, call_client_info, finish_file, .copies = true);
CALL(pool_info, with_pool, call_pool_info, finish_file, .copies = true);
CALL(watch, with_pool, call_watch, finish_file, .copies = true);
CALL(events, with_pool, call_events, finish_file, .copies = true);
CALL(poll, with_pool, call_poll, finish_file, .copies = true);
CALL(mmap, with_pool, call_mmap, finish_new_mapping);
CALL(munmap_of_a_part, with_mapping, call_munmap_part, finish_mapping,
	.splits = true);
CALL(mprotect_of_a_part, with_mapping, call_mprotect_part, finish_mapping,
	.splits = true);
CALL(mremap, with_place_to_move, call_mremap, finish_moved, .splits = true);
CALL(fdinfo, with_fdinfo, call_fdinfo, finish_fdinfo, .copies = true);
CALL(export, with_pool, call_export, finish_export, .copies = true);
CALL(mmap_of_a_dma_buf, with_buffer, call_mmap_buffer, finish_buffer_mapping);
CALL(close_of_the_last_dma_buf, with_buffer_alone, call_close, finish_file);
CALL(close, with_pool, call_close, finish_file);
CALL(attach, with_client_and_left, call_attach, finish_left, .copies = true);
CALL(remove, with_file_and_left, call_remove, finish_left, .copies = true);
CALL(apply, with_tables, call_apply, finish_apply, .copies = true);

static int injection_set(const char *kind, const char *key, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "/%s/%s", kind, key);
	return file_write(path, value);
}

/*
 * Requests that may sleep are spared by default; and each failure prints a
 * backtrace, which nobody could tell from trouble.
 */
static int injection_configure(void)
{
	if (file_mount("debugfs", DEBUGFS))
		return -ENODEV;
	if (injection_set("failslab", "ignore-gfp-wait", "N") ||
	    injection_set("failslab", "verbose", "0") ||
	    injection_set("fail_page_alloc", "ignore-gfp-wait", "N") ||
	    injection_set("fail_page_alloc", "ignore-gfp-highmem", "N") ||
	    injection_set("fail_page_alloc", "min-order", "0") ||
	    injection_set("fail_page_alloc", "verbose", "0"))
		return -ENODEV;
	return 0;
}

FIXTURE_SETUP(call)
{
	self->control = open("/proc/thread-self/fail-nth",
			     O_RDWR | O_CLOEXEC);
	if (self->control < 0 || injection_configure())
		return;
	self->copies_fail = !injection_set("fail_usercopy", "verbose", "0");
	self->held = held_pages();
}

FIXTURE_TEARDOWN(call)
{
	if (self->control >= 0)
		close(self->control);
}

static int injection_arm(FIXTURE_DATA(call) *self, unsigned int place)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", place);

	return pwrite(self->control, text, length, 0) == length ? 0 : -errno;
}

/* Whether the place was met. Asking may itself be what meets it: then not. */
static bool injection_disarm(FIXTURE_DATA(call) *self)
{
	char text[16] = "";
	bool asked = pread(self->control, text, sizeof(text) - 1, 0) > 0;
	bool met = asked && strtoul(text, NULL, 10) == 0;

	while (injection_arm(self, 0))
		;
	return met;
}

static bool failure_allowed(const FIXTURE_DATA(call) *self,
			    const FIXTURE_VARIANT(call) *variant, int result)
{
	return result == -ENOMEM ||
	       (result == -EFAULT && variant->copies && self->copies_fail);
}

static bool unchanged(const FIXTURE_VARIANT(call) *variant,
		      const struct subject *subject, struct state *before)
{
	if (!variant->splits)
		return state_unchanged(before);
	free(before);
	return budget_used("main") == subject->pool.size;
}

/* Make the call with that place failing. Whether there was such a place. */
static bool fail_at(struct __test_metadata *_metadata,
		    FIXTURE_DATA(call) *self,
		    const FIXTURE_VARIANT(call) *variant, unsigned int place)
{
	struct subject *subject = &self->subject;
	struct state *before;
	int result;
	bool met;

	*subject = (struct subject) { .fd = -1, .buffer = -1 };
	if (variant->prepare) {
		EXPECT_EQ(0, variant->prepare(subject));
	}
	before = state_take();
	EXPECT_EQ(0, injection_arm(self, place));
	result = variant->call(subject);
	met = injection_disarm(self);
	if (result) {
		EXPECT_TRUE(met && failure_allowed(self, variant, result)) {
			TH_LOG("place %u: %d", place, result);
		}
		EXPECT_TRUE(unchanged(variant, subject, before));
	} else {
		free(before);
	}
	variant->finish(subject);
	EXPECT_EQ(self->held, held_pages());
	EXPECT_EQ(0, budget_used("main"));
	return met;
}

TEST_F(call, fails_at_every_place_and_changes_nothing)
{
	unsigned int place = 1;

	if (self->control < 0 || !self->held)
		LACKING("fault injection");
	while (place < PLACES && fail_at(_metadata, self, variant, place))
		place++;
	TH_LOG("%u places", place - 1);
	EXPECT_GT(PLACES, place);
	EXPECT_EQ(0, budget_take_whole("main"));
}

TEST_HARNESS_MAIN
