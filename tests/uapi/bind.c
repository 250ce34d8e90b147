// SPDX-License-Identifier: MIT
/*
 * BIND: an open file becomes a client. What holds for the argument of every
 * call is in arguments.c, for names in names.c, for owner and mode in access.c.
 */
#include "test.h"

TEST(makes_a_client_in_phase_init)
{
	struct budgetmem_client_info info;
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_bind(fd, "main"));
	ASSERT_EQ(0, client_read(fd, &info));
	EXPECT_EQ(BUDGETMEM_PHASE_INIT, info.phase);
	EXPECT_STREQ("main", info.budget);
	EXPECT_EQ(0, info.pools);
	EXPECT_EQ(0, info.used);
}

TEST(answers_the_number_of_the_client)
{
	struct budgetmem_bind bind = { .name = "main", .client = ~0ull };
	struct budgetmem_client_info info;
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, device_call(fd, BUDGETMEM_IOC_BIND, &bind));
	ASSERT_EQ(0, client_read(fd, &info));
	EXPECT_EQ(info.client, bind.client);
	EXPECT_STREQ("main", bind.name);
	EXPECT_EQ(0, bind.flags);
	EXPECT_EQ(0, bind.reserved);
}

TEST(no_number_is_used_twice)
{
	struct budgetmem_client_info info;
	__u64 last = 0;
	int round;
	int fd;

	for (round = 0; round < 200; round++) {
		fd = client_open(round % 2 ? "main" : "small");
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, client_read(fd, &info));
		/* Growing numbers are more than is promised, and simpler. */
		ASSERT_LT(last, info.client);
		last = info.client;
		close(fd);
	}
}

TEST(of_a_file_opened_read_only)
{
	int fd = device_open(O_RDONLY);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST(of_a_file_opened_write_only)
{
	int fd = device_open(O_WRONLY);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST(unknown_budget)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-ENOENT, client_bind(fd, "nobody"));
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST(names_are_compared_whole)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-ENOENT, client_bind(fd, "mai"));
	EXPECT_REFUSED(-ENOENT, client_bind(fd, "main2"));
	EXPECT_REFUSED(-ENOENT, client_bind(fd, "Main"));
}

TEST(twice_to_one_budget)
{
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, client_bind(fd, "main"));
}

TEST(to_another_budget_after_the_first)
{
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, client_bind(fd, "small"));
}

TEST(after_the_lock)
{
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, client_lock(fd));
	EXPECT_REFUSED(-EPERM, client_bind(fd, "main"));
	EXPECT_REFUSED(-EPERM, client_bind(fd, "small"));
}

TEST(through_a_duplicate_is_the_same_client)
{
	int fd = device_open(O_RDWR);
	int twin = dup(fd);

	ASSERT_LE(0, twin);
	ASSERT_EQ(0, client_bind(twin, "main"));
	EXPECT_REFUSED(-EBUSY, client_bind(fd, "main"));
}

TEST(of_two_files_makes_two_clients)
{
	struct budgetmem_client_info first;
	struct budgetmem_client_info second;
	int a = client_open("main");
	int b = client_open("main");

	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	ASSERT_EQ(0, client_read(a, &first));
	ASSERT_EQ(0, client_read(b, &second));
	EXPECT_NE(first.client, second.client);
}

TEST(more_clients_than_the_budget_takes)
{
	int fd;
	int i;

	for (i = 0; i < SMALL_CLIENTS; i++) {
		ASSERT_LE(0, client_open("small"));
	}
	fd = device_open(O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EDQUOT, client_bind(fd, "small"));
	/* The file is as free as before: another budget takes it. */
	EXPECT_EQ(0, client_bind(fd, "main"));
}

TEST(the_place_of_a_client_that_ended_is_free)
{
	int last = -1;
	int fd;
	int i;

	for (i = 0; i < SMALL_CLIENTS; i++)
		last = client_open("small");
	fd = device_open(O_RDWR);
	ASSERT_LE(0, fd);
	ASSERT_EQ(-EDQUOT, client_bind(fd, "small"));
	close(last);
	EXPECT_EQ(0, client_bind(fd, "small"));
}

TEST(malformed_comes_before_the_phase)
{
	struct budgetmem_bind bind = { .name = "main", .flags = 1 };
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EINVAL, device_call(fd, BUDGETMEM_IOC_BIND, &bind));
	ASSERT_EQ(0, client_lock(fd));
	EXPECT_REFUSED(-EINVAL, device_call(fd, BUDGETMEM_IOC_BIND, &bind));
	EXPECT_REFUSED(-EINVAL, client_bind(fd, "no name"));
}

TEST(the_phase_comes_before_an_unknown_budget)
{
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, client_bind(fd, "nobody"));
	ASSERT_EQ(0, client_lock(fd));
	EXPECT_REFUSED(-EPERM, client_bind(fd, "nobody"));
}

TEST(the_phase_comes_before_a_full_budget)
{
	int fd = -1;
	int i;

	for (i = 0; i < SMALL_CLIENTS; i++)
		fd = client_open("small");
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-EBUSY, client_bind(fd, "small"));
}

/* What was done before the answer could not be written is undone. */
TEST(an_answer_that_cannot_be_written_leaves_the_file_unbound)
{
	size_t page = page_size();
	struct budgetmem_bind *bind = mmap(NULL, page, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, bind);
	name_set(bind->name, "main");
	ASSERT_EQ(0, mprotect(bind, page, PROT_READ));
	EXPECT_REFUSED(-EFAULT, device_call(fd, BUDGETMEM_IOC_BIND, bind));
	EXPECT_EQ(0, client_bind(fd, "small"));
}

TEST_HARNESS_MAIN
