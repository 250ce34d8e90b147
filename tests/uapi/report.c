// SPDX-License-Identifier: MIT
/*
 * What is told about a client without its help: the lines in fdinfo, and what
 * the header of a pool says.
 */
#include <sys/mman.h>

#include "test.h"

/* A client with two pools, of one and of two pages. */
FIXTURE(client) {
	int fd;
	struct pool first;
	struct pool second;
	char text[4096];
};

FIXTURE_SETUP(client)
{
	self->fd = client_open("main");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pool_open(&self->first, self->fd, "first", 1));
	ASSERT_EQ(0, pool_open(&self->second, self->fd, "second", 2));
}

FIXTURE_TEARDOWN(client)
{
	close(self->fd);
}

static int fdinfo_read(int fd, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return file_read(path, text, size);
}

/* Is there exactly this line? */
static bool has_line(const char *text, const char *format, ...)
{
	char line[128] = "\n";
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + 1, sizeof(line) - 2, format, arguments);
	va_end(arguments);
	strcat(line, "\n");
	return strstr(text, line);
}

/* How many lines begin like that? */
static unsigned int count_lines(const char *text, const char *start)
{
	unsigned int count = 0;

	while ((text = strstr(text, start))) {
		count++;
		text += strlen(start);
	}
	return count;
}

TEST_F(client, lines_of_a_client)
{
	struct budgetmem_client_info info;

	ASSERT_EQ(-EEXIST, pool_create(self->fd, "first", 1, NULL));
	ASSERT_EQ(-EDQUOT, pool_create(self->fd, "huge", 1ull << 40, NULL));
	ASSERT_EQ(0, client_read(self->fd, &info));
	ASSERT_EQ(0, fdinfo_read(self->fd, self->text, sizeof(self->text)));
	EXPECT_TRUE(has_line(self->text, "budgetmem-client:\t%llu",
			     (unsigned long long)info.client));
	EXPECT_TRUE(has_line(self->text, "budgetmem-budget:\tmain"));
	EXPECT_TRUE(has_line(self->text, "budgetmem-phase:\tinit"));
	EXPECT_TRUE(has_line(self->text, "budgetmem-used:\t%zu",
			     3 * page_size()));
	EXPECT_TRUE(has_line(self->text, "budgetmem-high-water:\t%zu",
			     3 * page_size()));
	EXPECT_TRUE(has_line(self->text, "budgetmem-refused:\t1"));
	EXPECT_EQ(6 + 2, count_lines(self->text, "\nbudgetmem-"));
}

TEST_F(client, lines_of_pools)
{
	ASSERT_EQ(0, fdinfo_read(self->fd, self->text, sizeof(self->text)));
	EXPECT_EQ(2, count_lines(self->text, "\nbudgetmem-pool:\t"));
	EXPECT_TRUE(has_line(self->text, "budgetmem-pool:\tfirst %zu - - -",
			     page_size()));
	EXPECT_TRUE(has_line(self->text, "budgetmem-pool:\tsecond %zu - - -",
			     2 * page_size()));
}

TEST_F(client, no_line_of_a_pool_that_was_destroyed)
{
	ASSERT_EQ(0, pool_unmap(&self->first));
	ASSERT_EQ(0, pool_destroy(self->fd, self->first.offset));
	ASSERT_EQ(0, fdinfo_read(self->fd, self->text, sizeof(self->text)));
	EXPECT_EQ(1, count_lines(self->text, "\nbudgetmem-pool:\t"));
	EXPECT_TRUE(has_line(self->text, "budgetmem-used:\t%zu",
			     2 * page_size()));
}

TEST_F(client, phase_after_the_lock)
{
	ASSERT_EQ(0, client_lock(self->fd));
	ASSERT_EQ(0, fdinfo_read(self->fd, self->text, sizeof(self->text)));
	EXPECT_TRUE(has_line(self->text, "budgetmem-phase:\tlocked"));
}

TEST_F(client, one_line_before_bind)
{
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fdinfo_read(fd, self->text, sizeof(self->text)));
	EXPECT_TRUE(has_line(self->text, "budgetmem-phase:\tunbound"));
	EXPECT_EQ(1, count_lines(self->text, "\nbudgetmem-"));
}

/* The longest lines there can be, of as many pools as the budget takes. */
TEST_F(client, lines_of_all_pools_that_there_can_be)
{
	static char text[32768];
	char name[BUDGETMEM_NAME_SIZE];
	unsigned char i;

	for (i = 2; i < MAIN_POOLS; i++) {
		snprintf(name, sizeof(name), "a-pool-with-a-very-long-name%u",
			 i);
		ASSERT_EQ(0, pool_create(self->fd, name, 1, NULL));
	}
	ASSERT_EQ(0, fdinfo_read(self->fd, text, sizeof(text)));
	EXPECT_EQ(MAIN_POOLS, count_lines(text, "\nbudgetmem-pool:\t"));
	EXPECT_TRUE(has_line(text, "budgetmem-pool:\t%s %zu - - -", name,
			     page_size()));
}

static int read_of_parent(void *argument)
{
	char path[64];
	char text[4096];
	int error;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", getppid(),
		 *(int *)argument);
	error = file_read(path, text, sizeof(text));
	return error ? -error : !has_line(text, "budgetmem-budget:\tmain");
}

TEST_F(client, lines_can_be_read_by_an_administrator)
{
	EXPECT_EQ(0, child_run(read_of_parent, &self->fd));
}

/* The header of the second pool, sound; and what is reported of that pool. */
FIXTURE(header) {
	FIXTURE_DATA(client) client;
	struct budgetmem_pool_header *header;
	struct budgetmem_pool_info info;
};

FIXTURE_SETUP(header)
{
	client_setup(_metadata, &self->client, NULL);
	self->header = (void *)self->client.second.memory;
	*self->header = (struct budgetmem_pool_header) {
		.magic = BUDGETMEM_POOL_MAGIC,
		.version = 1,
		.size = self->client.second.size,
		.used = 1000,
		.high_water = 2000,
		.refused = 3,
		.layout = 0x123456789abcdefull,
	};
}

FIXTURE_TEARDOWN(header)
{
	client_teardown(_metadata, &self->client, NULL);
}

static int header_read(FIXTURE_DATA(header) *self)
{
	return pool_read(self->client.fd, self->client.second.offset,
			 &self->info);
}

#define EXPECT_NOT_REPORTED()						\
	do {								\
		ASSERT_EQ(0, header_read(self));			\
		EXPECT_EQ(0, self->info.reported);			\
		EXPECT_EQ(0, self->info.reported_used);			\
		EXPECT_EQ(0, self->info.reported_high_water);		\
		EXPECT_EQ(0, self->info.reported_refused);		\
		EXPECT_EQ(0, self->info.reported_layout);		\
	} while (0)

TEST_F(header, sound)
{
	ASSERT_EQ(0, header_read(self));
	EXPECT_EQ(1, self->info.reported);
	EXPECT_EQ(1000, self->info.reported_used);
	EXPECT_EQ(2000, self->info.reported_high_water);
	EXPECT_EQ(3, self->info.reported_refused);
	EXPECT_EQ(0x123456789abcdefull, self->info.reported_layout);
	EXPECT_EQ(self->client.second.size, self->info.size);
}

TEST_F(header, is_read_anew_every_time)
{
	ASSERT_EQ(0, header_read(self));
	self->header->used = 1001;
	ASSERT_EQ(0, header_read(self));
	EXPECT_EQ(1001, self->info.reported_used);
}

TEST_F(header, in_fdinfo)
{
	char *text = self->client.text;

	ASSERT_EQ(0, fdinfo_read(self->client.fd, text,
				 sizeof(self->client.text)));
	EXPECT_TRUE(has_line(text, "budgetmem-pool:\tsecond %zu 1000 2000 3",
			     self->client.second.size));
	EXPECT_TRUE(has_line(text, "budgetmem-pool:\tfirst %zu - - -",
			     self->client.first.size));
}

TEST_F(header, wrong_magic)
{
	self->header->magic ^= 1;
	EXPECT_NOT_REPORTED();
}

TEST_F(header, magic_in_the_other_byte_order)
{
	self->header->magic = __builtin_bswap32(self->header->magic);
	EXPECT_NOT_REPORTED();
}

TEST_F(header, unknown_version)
{
	self->header->version = 2;
	EXPECT_NOT_REPORTED();
	self->header->version = 0;
	EXPECT_NOT_REPORTED();
}

TEST_F(header, size_not_that_of_the_pool)
{
	self->header->size += page_size();
	EXPECT_NOT_REPORTED();
	self->header->size = 0;
	EXPECT_NOT_REPORTED();
}

/* Only a claim, passed on as it is: the kernel does nothing with it. */
TEST_F(header, claims_that_cannot_be_true)
{
	self->header->used = ~0ull;
	self->header->high_water = ~0ull - 1;
	ASSERT_EQ(0, header_read(self));
	EXPECT_EQ(~0ull, self->info.reported_used);
	EXPECT_EQ(~0ull - 1, self->info.reported_high_water);
	EXPECT_EQ(3 * page_size(), budget_used("main"));
}

TEST_F(header, is_not_there_for_the_next_owner)
{
	ASSERT_EQ(0, pool_unmap(&self->client.second));
	ASSERT_EQ(0, pool_destroy(self->client.fd, self->client.second.offset));
	ASSERT_EQ(0, pool_create(self->client.fd, "second",
				 self->client.second.size,
				 &self->client.second.offset));
	EXPECT_NOT_REPORTED();
}

TEST_HARNESS_MAIN
