// SPDX-License-Identifier: MIT
/*
 * What holds for the argument of every call alike: flags, reserved fields, the
 * struct's size and the pointer. Each case runs once for each call and breaks
 * one rule of an argument that is otherwise right.
 */
#include <sys/mman.h>

#include "test.h"

/* The largest size that fits into the number of a command. */
#define LONGEST 16383

union argument {
	struct budgetmem_query query;
	struct budgetmem_bind bind;
	struct budgetmem_pool_create create;
	struct budgetmem_pool_destroy destroy;
	struct budgetmem_lock lock;
	struct budgetmem_budget_info budget;
	struct budgetmem_client_info client;
	struct budgetmem_pool_info pool;
	struct budgetmem_pool_attach attach;
	struct budgetmem_pool_export export;
	struct budgetmem_pool_watch watch;
	struct budgetmem_events events;
	struct budgetmem_system_apply apply;
	struct budgetmem_system_lock system_lock;
	struct budgetmem_pool_remove remove;
	unsigned char bytes[LONGEST];
};

/*
 * fd is bound to a client that has one pool, which is not mapped. Beside it there is
 * a persistent pool without a client.
 */
FIXTURE(call) {
	int fd;
	__u64 offset;
	union argument argument;
};

FIXTURE_VARIANT(call) {
	unsigned int command;
	size_t flags;
	/* Bits of flags that have a meaning. */
	__u32 known;
	size_t reserved;
	bool unbound;
	/* A call that nobody can undo is made by somebody who may not. */
	bool powerless;
	/* There is no persistent pool: every budget is free. */
	bool unused;
	/* What an argument that is right gives. */
	int right;
	void (*fill)(union argument *argument, __u64 offset);
};

static void fill_nothing(union argument *argument, __u64 offset)
{
}

static void fill_bind(union argument *argument, __u64 offset)
{
	name_set(argument->bind.name, "main");
}

static void fill_create(union argument *argument, __u64 offset)
{
	name_set(argument->create.name, "second");
	argument->create.size = page_size();
}

static void fill_destroy(union argument *argument, __u64 offset)
{
	argument->destroy.offset = offset;
}

static void fill_pool_info(union argument *argument, __u64 offset)
{
	argument->pool.select = BUDGETMEM_SELECT_OFFSET;
	argument->pool.offset = offset;
}

static void fill_watch(union argument *argument, __u64 offset)
{
	argument->watch.offset = offset;
}

static void fill_attach(union argument *argument, __u64 offset)
{
	name_set(argument->attach.name, "left");
	argument->attach.size = page_size();
	argument->attach.layout = 1;
}

static void fill_export(union argument *argument, __u64 offset)
{
	argument->export.offset = offset;
}

/* The table is empty: for a moment, since it is a dry run, so are the budgets. */
static void fill_apply(union argument *argument, __u64 offset)
{
	argument->apply.entry_size = sizeof(struct budgetmem_budget_entry);
	argument->apply.flags = BUDGETMEM_APPLY_DRY_RUN;
}

static void fill_remove(union argument *argument, __u64 offset)
{
	name_set(argument->remove.budget, "main");
	name_set(argument->remove.name, "left");
}

#define CALL(name, number, type, fill_it, ...)				\
	FIXTURE_VARIANT_ADD(call, name) {				\
		.command = number,					\
		.flags = offsetof(struct type, flags),			\
		.fill = fill_it,					\
		__VA_ARGS__						\
	}

CALL(query, BUDGETMEM_IOC_QUERY, budgetmem_query, fill_nothing);
CALL(bind, BUDGETMEM_IOC_BIND, budgetmem_bind, fill_bind, .unbound = true,
	.reserved = offsetof(struct budgetmem_bind, reserved));
CALL(pool_create, BUDGETMEM_IOC_POOL_CREATE, budgetmem_pool_create,
	fill_create, .known = BUDGETMEM_POOL_PERSISTENT,
	.reserved = offsetof(struct budgetmem_pool_create, reserved));
CALL(pool_destroy, BUDGETMEM_IOC_POOL_DESTROY, budgetmem_pool_destroy,
	fill_destroy,
	.reserved = offsetof(struct budgetmem_pool_destroy, reserved));
CALL(lock, BUDGETMEM_IOC_LOCK, budgetmem_lock, fill_nothing,
	.reserved = offsetof(struct budgetmem_lock, reserved));
CALL(budget_info, BUDGETMEM_IOC_BUDGET_INFO, budgetmem_budget_info,
	fill_nothing, .reserved = offsetof(struct budgetmem_budget_info, reserved));
CALL(client_info, BUDGETMEM_IOC_CLIENT_INFO, budgetmem_client_info,
	fill_nothing);
CALL(pool_info, BUDGETMEM_IOC_POOL_INFO, budgetmem_pool_info, fill_pool_info);
CALL(pool_attach, BUDGETMEM_IOC_POOL_ATTACH, budgetmem_pool_attach, fill_attach,
	.reserved = offsetof(struct budgetmem_pool_attach, reserved));
CALL(pool_export, BUDGETMEM_IOC_POOL_EXPORT, budgetmem_pool_export, fill_export,
	.known = BUDGETMEM_EXPORT_WRITE);
CALL(pool_watch, BUDGETMEM_IOC_POOL_WATCH, budgetmem_pool_watch, fill_watch,
	.reserved = offsetof(struct budgetmem_pool_watch, reserved));
CALL(events, BUDGETMEM_IOC_EVENTS, budgetmem_events, fill_nothing,
	.reserved = offsetof(struct budgetmem_events, reserved));
CALL(system_apply, BUDGETMEM_IOC_SYSTEM_APPLY, budgetmem_system_apply, fill_apply,
	.known = BUDGETMEM_APPLY_DRY_RUN, .unbound = true, .unused = true,
	.reserved = offsetof(struct budgetmem_system_apply, reserved));
CALL(system_lock, BUDGETMEM_IOC_SYSTEM_LOCK, budgetmem_system_lock, fill_nothing,
	.unbound = true, .powerless = true, .right = -EACCES,
	.reserved = offsetof(struct budgetmem_system_lock, reserved));
CALL(pool_remove, BUDGETMEM_IOC_POOL_REMOVE, budgetmem_pool_remove, fill_remove,
	.unbound = true,
	.reserved = offsetof(struct budgetmem_pool_remove, reserved));

FIXTURE_SETUP(call)
{
	self->fd = device_open_as(variant->powerless ? 1000 : 0, O_RDWR);
	ASSERT_LE(0, self->fd);
	if (!variant->unused) {
		ASSERT_EQ(0, pool_leave("main", "left", page_size()));
	}
	if (!variant->unbound) {
		ASSERT_EQ(0, client_bind(self->fd, "main"));
		ASSERT_EQ(0, pool_create(self->fd, "first", page_size(),
					 &self->offset));
	}
	variant->fill(&self->argument, self->offset);
}

FIXTURE_TEARDOWN(call)
{
	close(self->fd);
	/* If the case did not do so itself. */
	pool_remove("main", "left");
}

static unsigned int resized(unsigned int command, size_t size)
{
	return _IOC(_IOC_DIR(command), _IOC_TYPE(command), _IOC_NR(command),
		    size);
}

#define EXPECT_ARGUMENT_REFUSED(error, command)				\
	EXPECT_REFUSED(error, device_call(self->fd, command, &self->argument))

static __u32 *word_at(union argument *argument, size_t place)
{
	return (__u32 *)&argument->bytes[place];
}

/* Without this the other cases here would prove nothing. */
TEST_F(call, the_argument_is_right)
{
	EXPECT_EQ(variant->right, device_call(self->fd, variant->command,
					      &self->argument));
}

TEST_F(call, unknown_flag)
{
	struct state *before = state_take();
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (variant->known & 1u << bit)
			continue;
		*word_at(&self->argument, variant->flags) = 1u << bit;
		EXPECT_EQ(-EINVAL, device_call(self->fd, variant->command,
					       &self->argument));
	}
	EXPECT_TRUE(state_unchanged(before));
}

TEST_F(call, shorter_than_in_version_1)
{
	size_t size = _IOC_SIZE(variant->command);

	EXPECT_ARGUMENT_REFUSED(-EINVAL, resized(variant->command, 0));
	EXPECT_ARGUMENT_REFUSED(-EINVAL, resized(variant->command, 1));
	EXPECT_ARGUMENT_REFUSED(-EINVAL, resized(variant->command, size - 8));
	EXPECT_ARGUMENT_REFUSED(-EINVAL, resized(variant->command, size - 1));
}

static bool all_zero(const unsigned char *bytes, size_t size)
{
	while (size && !*bytes) {
		bytes++;
		size--;
	}
	return !size;
}

TEST_F(call, longer_with_zeros)
{
	size_t size = _IOC_SIZE(variant->command);

	EXPECT_EQ(variant->right,
		  device_call(self->fd, resized(variant->command, size + 8),
			      &self->argument));
	EXPECT_TRUE(all_zero(&self->argument.bytes[size], LONGEST - size));
}

TEST_F(call, longest_with_zeros)
{
	size_t size = _IOC_SIZE(variant->command);

	EXPECT_EQ(variant->right,
		  device_call(self->fd, resized(variant->command, LONGEST),
			      &self->argument));
	EXPECT_TRUE(all_zero(&self->argument.bytes[size], LONGEST - size));
}

TEST_F(call, longer_and_next_byte_not_zero)
{
	size_t size = _IOC_SIZE(variant->command);

	self->argument.bytes[size] = 1;
	EXPECT_ARGUMENT_REFUSED(-E2BIG, resized(variant->command, size + 8));
}

TEST_F(call, longer_and_last_byte_not_zero)
{
	self->argument.bytes[LONGEST - 1] = 0x80;
	EXPECT_ARGUMENT_REFUSED(-E2BIG, resized(variant->command, LONGEST));
}

TEST_F(call, too_long_comes_before_malformed)
{
	size_t size = _IOC_SIZE(variant->command);

	*word_at(&self->argument, variant->flags) = 1u << 31;
	self->argument.bytes[size] = 1;
	EXPECT_ARGUMENT_REFUSED(-E2BIG, resized(variant->command, size + 1));
}

TEST_F(call, too_short_comes_before_a_bad_pointer)
{
	size_t size = _IOC_SIZE(variant->command);

	EXPECT_REFUSED(-EINVAL,
		       device_call(self->fd,
				   resized(variant->command, size - 8), NULL));
}

TEST_F(call, null)
{
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, variant->command, NULL));
}

/* The second page is never given to a program, so nothing can be there. */
TEST_F(call, address_of_nothing)
{
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, variant->command,
					    (void *)page_size()));
}

TEST_F(call, address_of_the_kernel)
{
	/* The last page there is, and where kernels like to have memory. */
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, variant->command,
					    (void *)-page_size()));
	EXPECT_REFUSED(-EFAULT,
		       device_call(self->fd, variant->command,
				   (void *)(uintptr_t)0xffff888000001000ull));
}

/* All but the last eight bytes can be read. */
TEST_F(call, straddles_a_page_that_is_not_there)
{
	size_t size = _IOC_SIZE(variant->command);
	size_t page = page_size();
	unsigned char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, mprotect(memory + page, page, PROT_NONE));
	memcpy(memory + page + 8 - size, &self->argument, size - 8);
	EXPECT_REFUSED(-EFAULT, device_call(self->fd, variant->command,
					    memory + page + 8 - size));
}

/*
 * A call that has something to say fails where it may only read; what it did by
 * then it undoes. A call that says nothing passes.
 */
TEST_F(call, read_only_memory)
{
	size_t page = page_size();
	void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	memcpy(memory, &self->argument, _IOC_SIZE(variant->command));
	ASSERT_EQ(0, mprotect(memory, page, PROT_READ));
	if (_IOC_DIR(variant->command) & _IOC_READ) {
		EXPECT_REFUSED(-EFAULT,
			       device_call(self->fd, variant->command, memory));
	} else {
		EXPECT_EQ(variant->right,
			  device_call(self->fd, variant->command, memory));
	}
}

TEST_F(call, wrong_direction)
{
	unsigned int command = variant->command;
	unsigned int direction;

	for (direction = 0; direction < 4; direction++) {
		if (direction == _IOC_DIR(command))
			continue;
		EXPECT_ARGUMENT_REFUSED(-ENOTTY,
					_IOC(direction, _IOC_TYPE(command),
					     _IOC_NR(command),
					     _IOC_SIZE(command)));
	}
}

TEST_F(call, wrong_type)
{
	unsigned int command = variant->command;

	EXPECT_ARGUMENT_REFUSED(-ENOTTY,
				_IOC(_IOC_DIR(command), 0xbf, _IOC_NR(command),
				     _IOC_SIZE(command)));
}

TEST_F(call, unknown_command_comes_before_a_bad_pointer)
{
	EXPECT_REFUSED(-ENOTTY,
		       device_call(self->fd, variant->command + 0x40, NULL));
}

TEST_F(call, closed_descriptor)
{
	int closed = dup(self->fd);

	ASSERT_LE(0, closed);
	close(closed);
	EXPECT_REFUSED(-EBADF, device_call(closed, variant->command,
					   &self->argument));
}

TEST_F(call, descriptor_of_a_path_only)
{
	int path = open(DEVICE_PATH, O_PATH | O_CLOEXEC);

	ASSERT_LE(0, path);
	EXPECT_REFUSED(-EBADF, device_call(path, variant->command,
					   &self->argument));
}

/* The calls whose structs have a reserved field that must be 0. */
FIXTURE(reserved) {
	FIXTURE_DATA(call) call;
};

FIXTURE_VARIANT(reserved) {
	const FIXTURE_VARIANT(call) *call;
};

FIXTURE_SETUP(reserved)
{
	call_setup(_metadata, &self->call, variant->call);
}

FIXTURE_TEARDOWN(reserved)
{
	call_teardown(_metadata, &self->call, variant->call);
}

FIXTURE_VARIANT_ADD(reserved, bind) { .call = &_call_bind_variant };
FIXTURE_VARIANT_ADD(reserved, pool_create) {
	.call = &_call_pool_create_variant
};
FIXTURE_VARIANT_ADD(reserved, pool_destroy) {
	.call = &_call_pool_destroy_variant
};
FIXTURE_VARIANT_ADD(reserved, lock) { .call = &_call_lock_variant };
FIXTURE_VARIANT_ADD(reserved, budget_info) {
	.call = &_call_budget_info_variant
};
FIXTURE_VARIANT_ADD(reserved, pool_attach) {
	.call = &_call_pool_attach_variant
};
FIXTURE_VARIANT_ADD(reserved, pool_watch) {
	.call = &_call_pool_watch_variant
};
FIXTURE_VARIANT_ADD(reserved, events) { .call = &_call_events_variant };
FIXTURE_VARIANT_ADD(reserved, system_apply) {
	.call = &_call_system_apply_variant
};
FIXTURE_VARIANT_ADD(reserved, system_lock) {
	.call = &_call_system_lock_variant
};
FIXTURE_VARIANT_ADD(reserved, pool_remove) {
	.call = &_call_pool_remove_variant
};

TEST_F(reserved, not_zero)
{
	union argument *argument = &self->call.argument;
	struct state *before = state_take();
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		*word_at(argument, variant->call->reserved) = 1u << bit;
		EXPECT_EQ(-EINVAL, device_call(self->call.fd,
					       variant->call->command, argument));
	}
	EXPECT_TRUE(state_unchanged(before));
}

TEST(unknown_numbers)
{
	union argument argument = { 0 };
	unsigned int number;
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	for (number = 15; number < 256; number++) {
		EXPECT_EQ(-ENOTTY, device_call(fd, _IO(0xbe, number), NULL));
		EXPECT_EQ(-ENOTTY, device_call(fd, _IOWR(0xbe, number, __u64),
					       &argument));
	}
}

TEST(commands_of_other_devices)
{
	union argument argument = { 0 };
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(-ENOTTY, device_call(fd, 0x5401 /* TCGETS */, &argument));
	EXPECT_REFUSED(-ENOTTY, device_call(fd, 0, NULL));
	EXPECT_REFUSED(-ENOTTY, device_call(fd, 0xffffffff, NULL));
}

TEST_HARNESS_MAIN
