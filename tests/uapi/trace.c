// SPDX-License-Identifier: MIT
/*
 * Trace events: each decision gives one, with the right fields, and no other.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "test.h"
#include "tracing.h"

/* Tracing is on; the client was bound before. */
FIXTURE(trace) {
	bool lacking;
	int fd;
	unsigned long long client;
	char *text;
	const char *place;
};

FIXTURE_SETUP(trace)
{
	struct budgetmem_client_info info;

	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, client_read(self->fd, &info));
	self->client = info.client;
	self->text = malloc(TRACING_SIZE);
	ASSERT_NE(NULL, self->text);
	self->lacking = tracing_begin(NULL) != 0;
}

FIXTURE_TEARDOWN(trace)
{
	tracing_end(NULL);
	close(self->fd);
	free(self->text);
}

static int trace_end(FIXTURE_DATA(trace) *self)
{
	int error = tracing_end(NULL);

	self->place = self->text;
	return error ?: tracing_read(self->text, TRACING_SIZE);
}

/* The next event of the module, without what stands before its name; "" for none. */
static const char *next_event(FIXTURE_DATA(trace) *self, char line[512])
{
	const char *event = strstr(self->place, ": budgetmem_");
	size_t length;

	line[0] = '\0';
	if (!event)
		return line;
	event += strlen(": ");
	length = strcspn(event, "\n");
	self->place = event + length;
	snprintf(line, 512, "%.*s", (int)length, event);
	return line;
}

#define EXPECT_EVENT(...)						\
	do {								\
		char expected_[512], found_[512];			\
									\
		snprintf(expected_, sizeof(expected_), __VA_ARGS__);	\
		EXPECT_STREQ(expected_, next_event(self, found_));	\
	} while (0)

#define EXPECT_NO_EVENT()						\
	do {								\
		char found_[512];					\
									\
		EXPECT_STREQ("", next_event(self, found_));		\
	} while (0)

#define POOL_FIELDS(name, place, pages, layout, persistent, write)	\
	"client=%llu budget=main pool=%s offset=%#llx bytes=%zu "	\
	"layout=0x%x persistent=%d write=%d",				\
	self->client, name, (unsigned long long)(place),		\
	(pages) * page_size(), layout, persistent, write

#define WANT_TRACING() do { if (self->lacking) LACKING("trace events"); } while (0)

TEST_F(trace, nothing_is_no_event)
{
	WANT_TRACING();
	EXPECT_LE(0, (long long)held_pages());
	ASSERT_EQ(0, trace_end(self));
	EXPECT_NO_EVENT();
}

TEST_F(trace, bind)
{
	struct budgetmem_client_info info;
	int fd;

	WANT_TRACING();
	fd = client_open("main");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_read(fd, &info));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_bind: client=%llu budget=main command=%.16s uid=0 used=0 high_water=0 refused=0",
		     (unsigned long long)info.client, info.command);
	EXPECT_NO_EVENT();
}

TEST_F(trace, create_and_destroy)
{
	__u64 offset;

	WANT_TRACING();
	ASSERT_EQ(0, pool_create(self->fd, "a", 3 * page_size(), &offset));
	ASSERT_EQ(0, pool_destroy(self->fd, offset));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_create: " POOL_FIELDS("a", offset, 3, 0, 0, 1));
	EXPECT_EVENT("budgetmem_destroy: " POOL_FIELDS("a", offset, 3, 0, 0, 1));
	EXPECT_NO_EVENT();
}

TEST_F(trace, map)
{
	struct pool pool;
	void *second;

	WANT_TRACING();
	ASSERT_EQ(0, pool_open(&pool, self->fd, "a", 2));
	ASSERT_EQ(0, pool_map(self->fd, pool.offset, pool.size, PROT_READ, &second));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_create: " POOL_FIELDS("a", pool.offset, 2, 0, 0, 1));
	EXPECT_EVENT("budgetmem_map: " POOL_FIELDS("a", pool.offset, 2, 0, 0, 1));
	EXPECT_EVENT("budgetmem_map: " POOL_FIELDS("a", pool.offset, 2, 0, 0, 0));
	EXPECT_NO_EVENT();
}

TEST_F(trace, lock)
{
	struct budgetmem_client_info info;

	WANT_TRACING();
	ASSERT_EQ(0, client_read(self->fd, &info));
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_lock: client=%llu budget=main command=%.16s uid=0 used=0 high_water=0 refused=0",
		     self->client, info.command);
	EXPECT_NO_EVENT();
}

TEST_F(trace, the_client_ends)
{
	struct budgetmem_client_info info;

	WANT_TRACING();
	ASSERT_EQ(0, client_read(self->fd, &info));
	EXPECT_EQ(-EDQUOT, pool_create(self->fd, "large", MAIN_SIZE + 1, NULL));
	ASSERT_EQ(0, pool_create(self->fd, "a", page_size(), NULL));
	close(self->fd);
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_refuse: client=%llu budget=main call=POOL_CREATE errno=%d",
		     self->client, EDQUOT);
	self->place = strstr(self->place, ": budgetmem_end");
	ASSERT_NE(NULL, self->place);
	EXPECT_EVENT("budgetmem_end: client=%llu budget=main command=%.16s uid=0 used=0 high_water=%zu refused=1",
		     self->client, info.command, page_size());
	EXPECT_NO_EVENT();
	self->fd = client_open("main");
}

/* Each with the call and the errno; what is not refused gives no such event. */
TEST_F(trace, refuse)
{
	const struct {
		const char *call;
		int error;
	} refused[] = {
		{ "BIND", EBUSY }, { "POOL_CREATE", EDQUOT },
		{ "POOL_DESTROY", ENOENT }, { "POOL_WATCH", ENOENT },
		{ "EVENTS", EINVAL }, { "POOL_ATTACH", ENOENT }, { "mmap", ENOENT },
		{ "0x1f", ENOTTY },
	};
	struct budgetmem_events events = { .flags = 1 };
	void *memory;
	size_t i;

	WANT_TRACING();
	EXPECT_EQ(-EBUSY, client_bind(self->fd, "main"));
	EXPECT_EQ(-EDQUOT, pool_create(self->fd, "large", MAIN_SIZE + 1, NULL));
	EXPECT_EQ(-ENOENT, pool_destroy(self->fd, 0));
	EXPECT_EQ(-ENOENT, pool_watch(self->fd, 0, 0));
	EXPECT_EQ(-EINVAL, device_call(self->fd, BUDGETMEM_IOC_EVENTS, &events));
	EXPECT_EQ(-ENOENT, pool_attach(self->fd, "none", 1, 1, NULL));
	EXPECT_EQ(-ENOENT, pool_map(self->fd, 0, page_size(), PROT_READ, &memory));
	EXPECT_EQ(-ENOTTY, device_call(self->fd, _IO(0xbe, 0x1f), NULL));
	ASSERT_EQ(0, trace_end(self));
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EVENT("budgetmem_refuse: client=%llu budget=main call=%s errno=%d",
			     self->client, refused[i].call, refused[i].error);
	}
	EXPECT_NO_EVENT();
}

TEST_F(trace, refuse_what_is_not_bound)
{
	int fd = device_open(O_RDWR);

	WANT_TRACING();
	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOENT, client_bind(fd, "nowhere"));
	EXPECT_EQ(-EBUSY, client_lock(fd));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_refuse: client=0 budget= call=BIND errno=%d", ENOENT);
	EXPECT_EVENT("budgetmem_refuse: client=0 budget= call=LOCK errno=%d", EBUSY);
	EXPECT_NO_EVENT();
}

TEST_F(trace, detach_attach_and_remove)
{
	struct budgetmem_client_info info;
	unsigned long long client;
	__u64 first, second;

	WANT_TRACING();
	ASSERT_EQ(0, client_read(self->fd, &info));
	client = self->client;
	ASSERT_EQ(0, pool_create_persistent(self->fd, "a", page_size(), 7, &first));
	close(self->fd);
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_attach(self->fd, "a", page_size(), 7, &second));
	close(self->fd);
	ASSERT_EQ(0, pool_remove("main", "a"));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_create: " POOL_FIELDS("a", first, 1, 7, 1, 1));
	EXPECT_EVENT("budgetmem_detach: " POOL_FIELDS("a", first, 1, 7, 1, 1));
	EXPECT_EVENT("budgetmem_end: client=%llu budget=main command=%.16s uid=0 used=0 high_water=%zu refused=0",
		     client, info.command, page_size());
	self->client++;
	EXPECT_EVENT("budgetmem_bind: client=%llu budget=main command=%.16s uid=0 used=0 high_water=0 refused=0",
		     self->client, info.command);
	EXPECT_EVENT("budgetmem_attach: " POOL_FIELDS("a", second, 1, 7, 1, 1));
	EXPECT_EVENT("budgetmem_detach: " POOL_FIELDS("a", second, 1, 7, 1, 1));
	EXPECT_EVENT("budgetmem_end: client=%llu budget=main command=%.16s uid=0 used=0 high_water=%zu refused=0",
		     self->client, info.command, page_size());
	EXPECT_EVENT("budgetmem_remove: " POOL_FIELDS("a", second, 1, 7, 1, 1));
	EXPECT_NO_EVENT();
	self->fd = client_open("main");
}

TEST_F(trace, quarantine_and_release)
{
	struct iovec pages;
	struct pool pool;
	char bytes[4096];
	int pipes[2];

	WANT_TRACING();
	ASSERT_EQ(0, pipe2(pipes, O_CLOEXEC));
	ASSERT_EQ(0, pool_open(&pool, self->fd, "a", 4));
	pages.iov_base = pool.memory;
	pages.iov_len = 2 * page_size();
	ASSERT_EQ(2 * page_size(), vmsplice(pipes[1], &pages, 1, 0));
	ASSERT_EQ(0, pool_unmap(&pool));
	ASSERT_EQ(0, pool_destroy(self->fd, pool.offset));
	EXPECT_EQ(2 * page_size(), budget_quarantined("main"));
	close(pipes[1]);
	while (read(pipes[0], bytes, sizeof(bytes)) > 0)
		;
	close(pipes[0]);
	EXPECT_TRUE(budget_settles("main"));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_create: " POOL_FIELDS("a", pool.offset, 4, 0, 0, 1));
	EXPECT_EVENT("budgetmem_map: " POOL_FIELDS("a", pool.offset, 4, 0, 0, 1));
	EXPECT_EVENT("budgetmem_destroy: " POOL_FIELDS("a", pool.offset, 4, 0, 0, 1));
	EXPECT_EVENT("budgetmem_quarantine: budget=main bytes=%zu quarantined=%zu",
		     2 * page_size(), 2 * page_size());
	EXPECT_EVENT("budgetmem_release: budget=main bytes=%zu quarantined=0",
		     2 * page_size());
	EXPECT_NO_EVENT();
}

static int apply_empty_table(int fd, __u64 total)
{
	struct budgetmem_system_apply apply = {
		.entry_size = sizeof(struct budgetmem_budget_entry),
		.flags = BUDGETMEM_APPLY_DRY_RUN,
		.total = total,
	};

	return device_call(fd, BUDGETMEM_IOC_SYSTEM_APPLY, &apply);
}

TEST_F(trace, apply)
{
	int fd = device_open(O_RDWR);
	int error;

	WANT_TRACING();
	ASSERT_LE(0, fd);
	/* The budgets cannot go, since one of them has a client. */
	error = apply_empty_table(fd, 1 << 30);
	EXPECT_EQ(-EBUSY, error);
	close(self->fd);
	EXPECT_EQ(0, apply_empty_table(fd, 1 << 30));
	ASSERT_EQ(0, trace_end(self));
	EXPECT_EVENT("budgetmem_apply: budgets=0 total=%u set_aside=0 dry_run=1 errno=%d reason=%d budget=main missing=0",
		     1u << 30, EBUSY, BUDGETMEM_REASON_IN_USE);
	EXPECT_EVENT("budgetmem_refuse: client=0 budget= call=SYSTEM_APPLY errno=%d",
		     EBUSY);
	self->place = strstr(self->place, ": budgetmem_apply");
	ASSERT_NE(NULL, self->place);
	EXPECT_EVENT("budgetmem_apply: budgets=0 total=%u set_aside=0 dry_run=1 errno=0 reason=0 budget= missing=0",
		     1u << 30);
	EXPECT_NO_EVENT();
	self->fd = client_open("main");
}

/* What trace-cmd and perf go by: the names of all fields, with their units. */
TEST(fields_have_names)
{
	static const char *const wanted[][2] = {
		{ "create", "u64 bytes;" }, { "create", "char pool[32];" },
		{ "export", "char pool[32];" }, { "import", "char device[32];" },
		{ "refuse", "int errno;" }, { "refuse", "u32 call;" },
		{ "lock", "u64 used_bytes;" }, { "apply", "u64 total_bytes;" },
		{ "quarantine", "u64 left_bytes;" }, { "release", "u64 bytes;" },
		{ "system_lock", "u32 budgets;" }, { "end", "u64 high_water_bytes;" },
	};
	char path[128], text[4096];
	size_t i;

	if (!tracing_is_there())
		LACKING("trace events");
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		snprintf(path, sizeof(path),
			 TRACING_EVENTS "budgetmem_%s/format", wanted[i][0]);
		ASSERT_EQ(0, file_read(path, text, sizeof(text)));
		EXPECT_NE(NULL, strstr(text, wanted[i][1])) {
			TH_LOG("%s: %s", wanted[i][0], wanted[i][1]);
		}
	}
}

TEST_HARNESS_MAIN
