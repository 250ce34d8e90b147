// SPDX-License-Identifier: MIT
/*
 * What holds for the name in every call that takes one: 1 to 31 characters of
 * A-Z a-z 0-9 _ - . and zeros to the end.
 */
#include "test.h"

/* fd is in the phase that the call wants. */
FIXTURE(name_in) {
	int fd;
	char name[BUDGETMEM_NAME_SIZE];
};

FIXTURE_VARIANT(name_in) {
	bool unbound;
	/* What a name that is well formed and new gives. */
	int well_formed;
	int (*call)(int fd, const char name[BUDGETMEM_NAME_SIZE]);
};

static int call_bind(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_bind bind = { 0 };

	memcpy(bind.name, name, sizeof(bind.name));
	return device_call(fd, BUDGETMEM_IOC_BIND, &bind);
}

static int call_create(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_pool_create create = { .size = 1 };

	memcpy(create.name, name, sizeof(create.name));
	return device_call(fd, BUDGETMEM_IOC_POOL_CREATE, &create);
}

static int call_budget_info(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_budget_info info = { .select = BUDGETMEM_SELECT_NAME };

	memcpy(info.name, name, sizeof(info.name));
	return device_call(fd, BUDGETMEM_IOC_BUDGET_INFO, &info);
}

static int call_pool_info(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_pool_info info = { .select = BUDGETMEM_SELECT_NAME };

	memcpy(info.name, name, sizeof(info.name));
	return device_call(fd, BUDGETMEM_IOC_POOL_INFO, &info);
}

static int call_attach(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_pool_attach attach = { .size = 1 };

	memcpy(attach.name, name, sizeof(attach.name));
	return device_call(fd, BUDGETMEM_IOC_POOL_ATTACH, &attach);
}

static int call_remove_from(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_pool_remove remove = { .name = "nobody" };

	memcpy(remove.budget, name, sizeof(remove.budget));
	return device_call(fd, BUDGETMEM_IOC_POOL_REMOVE, &remove);
}

static int call_remove(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_pool_remove remove = { .budget = "main" };

	memcpy(remove.name, name, sizeof(remove.name));
	return device_call(fd, BUDGETMEM_IOC_POOL_REMOVE, &remove);
}

/* As if there were this budget and no other. */
static int call_apply(int fd, const char name[BUDGETMEM_NAME_SIZE])
{
	struct budgetmem_budget_entry entry = {
		.size = 1,
		.pool_limit = 1,
		.client_limit = 1,
		.node = BUDGETMEM_NODE_ANY,
	};
	struct budgetmem_system_apply apply = {
		.entries = (uintptr_t)&entry,
		.count = 1,
		.entry_size = sizeof(entry),
		.flags = BUDGETMEM_APPLY_DRY_RUN,
	};

	memcpy(entry.name, name, sizeof(entry.name));
	return device_call(fd, BUDGETMEM_IOC_SYSTEM_APPLY, &apply);
}

FIXTURE_VARIANT_ADD(name_in, bind) {
	.unbound = true, .well_formed = -ENOENT, .call = call_bind,
};

FIXTURE_VARIANT_ADD(name_in, pool_create) {
	.well_formed = 0, .call = call_create,
};

FIXTURE_VARIANT_ADD(name_in, budget_info) {
	.well_formed = -ENOENT, .call = call_budget_info,
};

FIXTURE_VARIANT_ADD(name_in, pool_info) {
	.well_formed = -ENOENT, .call = call_pool_info,
};

FIXTURE_VARIANT_ADD(name_in, pool_attach) {
	.well_formed = -ENOENT, .call = call_attach,
};

FIXTURE_VARIANT_ADD(name_in, pool_remove_budget) {
	.unbound = true, .well_formed = -ENOENT, .call = call_remove_from,
};

FIXTURE_VARIANT_ADD(name_in, pool_remove) {
	.unbound = true, .well_formed = -ENOENT, .call = call_remove,
};

FIXTURE_VARIANT_ADD(name_in, system_apply) {
	.unbound = true, .well_formed = 0, .call = call_apply,
};

FIXTURE_SETUP(name_in)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	if (!variant->unbound) {
		ASSERT_EQ(0, client_bind(self->fd, "main"));
	}
}

FIXTURE_TEARDOWN(name_in)
{
	close(self->fd);
}

static bool allowed(int character)
{
	return (character >= 'A' && character <= 'Z') ||
	       (character >= 'a' && character <= 'z') ||
	       (character >= '0' && character <= '9') ||
	       character == '_' || character == '-' || character == '.';
}

TEST_F(name_in, empty)
{
	EXPECT_REFUSED(-EINVAL, variant->call(self->fd, self->name));
}

TEST_F(name_in, not_terminated)
{
	memset(self->name, 'a', sizeof(self->name));
	EXPECT_REFUSED(-EINVAL, variant->call(self->fd, self->name));
}

TEST_F(name_in, rubbish_right_after_the_zero)
{
	strcpy(self->name, "tidy");
	self->name[5] = 'x';
	EXPECT_REFUSED(-EINVAL, variant->call(self->fd, self->name));
}

TEST_F(name_in, rubbish_in_the_last_byte)
{
	strcpy(self->name, "tidy");
	self->name[BUDGETMEM_NAME_SIZE - 1] = '\1';
	EXPECT_REFUSED(-EINVAL, variant->call(self->fd, self->name));
}

TEST_F(name_in, begins_with_zero)
{
	self->name[1] = 'a';
	EXPECT_REFUSED(-EINVAL, variant->call(self->fd, self->name));
}

TEST_F(name_in, first_character_not_allowed)
{
	struct state *before = state_take();
	int character;

	strcpy(self->name, "?bc");
	for (character = 1; character < 256; character++) {
		if (allowed(character))
			continue;
		self->name[0] = character;
		EXPECT_EQ(-EINVAL, variant->call(self->fd, self->name)) {
			TH_LOG("with character %d", character);
		}
	}
	EXPECT_TRUE(state_unchanged(before));
}

TEST_F(name_in, last_character_not_allowed)
{
	struct state *before = state_take();
	int character;

	memset(self->name, 'a', 31);
	for (character = 1; character < 256; character++) {
		if (allowed(character))
			continue;
		self->name[30] = character;
		EXPECT_EQ(-EINVAL, variant->call(self->fd, self->name)) {
			TH_LOG("with character %d", character);
		}
	}
	EXPECT_TRUE(state_unchanged(before));
}

/* 65 characters, one pool each where a pool is made: more than there may be. */
TEST_F(name_in, each_character_allowed)
{
	int seen = 0;
	int character;

	for (character = 1; character < 256; character++) {
		if (!allowed(character))
			continue;
		if (++seen == 33 && !variant->unbound) {
			close(self->fd);
			self->fd = client_open("main");
			ASSERT_LE(0, self->fd);
		}
		self->name[0] = character;
		EXPECT_EQ(variant->well_formed,
			  variant->call(self->fd, self->name)) {
			TH_LOG("with character %d", character);
		}
	}
	EXPECT_EQ(65, seen);
}

TEST_F(name_in, longest)
{
	memset(self->name, 'z', BUDGETMEM_NAME_SIZE - 1);
	EXPECT_EQ(variant->well_formed, variant->call(self->fd, self->name));
}

TEST_HARNESS_MAIN
