// SPDX-License-Identifier: MIT
/*
 * The contract in bytes: the size of every struct, the place of every field and
 * the number of every command, as plain numbers. The same source is compiled
 * for 32-bit and for 64-bit callers and must find the same numbers in both.
 */
#include "test.h"

#define EXPECT_FIELD(place, bytes, type, field)				\
	do {								\
		EXPECT_EQ(place, offsetof(struct type, field));		\
		EXPECT_EQ(bytes, sizeof(((struct type *)0)->field));	\
	} while (0)

TEST(struct_query)
{
	EXPECT_EQ(72, sizeof(struct budgetmem_query));
	EXPECT_FIELD(0, 4, budgetmem_query, flags);
	EXPECT_FIELD(4, 4, budgetmem_query, version);
	EXPECT_FIELD(8, 8, budgetmem_query, features);
	EXPECT_FIELD(16, 8, budgetmem_query, page_size);
	EXPECT_FIELD(24, 8, budgetmem_query, total);
	EXPECT_FIELD(32, 8, budgetmem_query, set_aside);
	EXPECT_FIELD(40, 8, budgetmem_query, overhead);
	EXPECT_FIELD(48, 8, budgetmem_query, held_pages);
	EXPECT_FIELD(56, 4, budgetmem_query, budgets);
	EXPECT_FIELD(60, 4, budgetmem_query, clients);
	EXPECT_FIELD(64, 4, budgetmem_query, pools);
	EXPECT_FIELD(68, 4, budgetmem_query, phase);
}

TEST(struct_bind)
{
	EXPECT_EQ(48, sizeof(struct budgetmem_bind));
	EXPECT_FIELD(0, 32, budgetmem_bind, name);
	EXPECT_FIELD(32, 4, budgetmem_bind, flags);
	EXPECT_FIELD(36, 4, budgetmem_bind, reserved);
	EXPECT_FIELD(40, 8, budgetmem_bind, client);
}

TEST(struct_pool_create)
{
	EXPECT_EQ(64, sizeof(struct budgetmem_pool_create));
	EXPECT_FIELD(0, 32, budgetmem_pool_create, name);
	EXPECT_FIELD(32, 8, budgetmem_pool_create, size);
	EXPECT_FIELD(40, 4, budgetmem_pool_create, flags);
	EXPECT_FIELD(44, 4, budgetmem_pool_create, reserved);
	EXPECT_FIELD(48, 8, budgetmem_pool_create, layout);
	EXPECT_FIELD(56, 8, budgetmem_pool_create, offset);
}

TEST(struct_pool_attach)
{
	EXPECT_EQ(64, sizeof(struct budgetmem_pool_attach));
	EXPECT_FIELD(0, 32, budgetmem_pool_attach, name);
	EXPECT_FIELD(32, 8, budgetmem_pool_attach, size);
	EXPECT_FIELD(40, 4, budgetmem_pool_attach, flags);
	EXPECT_FIELD(44, 4, budgetmem_pool_attach, reserved);
	EXPECT_FIELD(48, 8, budgetmem_pool_attach, layout);
	EXPECT_FIELD(56, 8, budgetmem_pool_attach, offset);
}

TEST(struct_pool_destroy)
{
	EXPECT_EQ(16, sizeof(struct budgetmem_pool_destroy));
	EXPECT_FIELD(0, 8, budgetmem_pool_destroy, offset);
	EXPECT_FIELD(8, 4, budgetmem_pool_destroy, flags);
	EXPECT_FIELD(12, 4, budgetmem_pool_destroy, reserved);
}

TEST(struct_lock)
{
	EXPECT_EQ(8, sizeof(struct budgetmem_lock));
	EXPECT_FIELD(0, 4, budgetmem_lock, flags);
	EXPECT_FIELD(4, 4, budgetmem_lock, reserved);
}

TEST(struct_pool_export)
{
	EXPECT_EQ(16, sizeof(struct budgetmem_pool_export));
	EXPECT_FIELD(0, 8, budgetmem_pool_export, offset);
	EXPECT_FIELD(8, 4, budgetmem_pool_export, flags);
	EXPECT_FIELD(12, 4, budgetmem_pool_export, fd);
}

TEST(struct_pool_watch)
{
	EXPECT_EQ(24, sizeof(struct budgetmem_pool_watch));
	EXPECT_FIELD(0, 8, budgetmem_pool_watch, offset);
	EXPECT_FIELD(8, 8, budgetmem_pool_watch, threshold);
	EXPECT_FIELD(16, 4, budgetmem_pool_watch, flags);
	EXPECT_FIELD(20, 4, budgetmem_pool_watch, reserved);
}

TEST(struct_events)
{
	EXPECT_EQ(24, sizeof(struct budgetmem_events));
	EXPECT_FIELD(0, 4, budgetmem_events, flags);
	EXPECT_FIELD(4, 4, budgetmem_events, reserved);
	EXPECT_FIELD(8, 8, budgetmem_events, refused);
	EXPECT_FIELD(16, 8, budgetmem_events, crossed);
}

TEST(struct_budget_entry)
{
	EXPECT_EQ(72, sizeof(struct budgetmem_budget_entry));
	EXPECT_FIELD(0, 32, budgetmem_budget_entry, name);
	EXPECT_FIELD(32, 8, budgetmem_budget_entry, size);
	EXPECT_FIELD(40, 4, budgetmem_budget_entry, uid);
	EXPECT_FIELD(44, 4, budgetmem_budget_entry, gid);
	EXPECT_FIELD(48, 4, budgetmem_budget_entry, mode);
	EXPECT_FIELD(52, 4, budgetmem_budget_entry, pool_limit);
	EXPECT_FIELD(56, 4, budgetmem_budget_entry, client_limit);
	EXPECT_FIELD(60, 4, budgetmem_budget_entry, node);
	EXPECT_FIELD(64, 4, budgetmem_budget_entry, flags);
	EXPECT_FIELD(68, 4, budgetmem_budget_entry, reserved);
}

TEST(struct_system_apply)
{
	EXPECT_EQ(96, sizeof(struct budgetmem_system_apply));
	EXPECT_FIELD(0, 8, budgetmem_system_apply, entries);
	EXPECT_FIELD(8, 4, budgetmem_system_apply, count);
	EXPECT_FIELD(12, 4, budgetmem_system_apply, entry_size);
	EXPECT_FIELD(16, 4, budgetmem_system_apply, flags);
	EXPECT_FIELD(20, 4, budgetmem_system_apply, reserved);
	EXPECT_FIELD(24, 8, budgetmem_system_apply, total);
	EXPECT_FIELD(32, 8, budgetmem_system_apply, set_aside);
	EXPECT_FIELD(40, 8, budgetmem_system_apply, overhead);
	EXPECT_FIELD(48, 8, budgetmem_system_apply, missing);
	EXPECT_FIELD(56, 32, budgetmem_system_apply, name);
	EXPECT_FIELD(88, 4, budgetmem_system_apply, failed);
	EXPECT_FIELD(92, 4, budgetmem_system_apply, reason);
}

TEST(struct_system_lock)
{
	EXPECT_EQ(8, sizeof(struct budgetmem_system_lock));
	EXPECT_FIELD(0, 4, budgetmem_system_lock, flags);
	EXPECT_FIELD(4, 4, budgetmem_system_lock, reserved);
}

TEST(struct_pool_remove)
{
	EXPECT_EQ(72, sizeof(struct budgetmem_pool_remove));
	EXPECT_FIELD(0, 32, budgetmem_pool_remove, budget);
	EXPECT_FIELD(32, 32, budgetmem_pool_remove, name);
	EXPECT_FIELD(64, 4, budgetmem_pool_remove, flags);
	EXPECT_FIELD(68, 4, budgetmem_pool_remove, reserved);
}

TEST(struct_budget_info)
{
	EXPECT_EQ(160, sizeof(struct budgetmem_budget_info));
	EXPECT_FIELD(0, 4, budgetmem_budget_info, select);
	EXPECT_FIELD(4, 4, budgetmem_budget_info, flags);
	EXPECT_FIELD(8, 8, budgetmem_budget_info, cursor);
	EXPECT_FIELD(16, 32, budgetmem_budget_info, name);
	EXPECT_FIELD(48, 8, budgetmem_budget_info, size);
	EXPECT_FIELD(56, 8, budgetmem_budget_info, used);
	EXPECT_FIELD(64, 8, budgetmem_budget_info, high_water);
	EXPECT_FIELD(72, 8, budgetmem_budget_info, quarantined);
	EXPECT_FIELD(80, 8, budgetmem_budget_info, overhead);
	EXPECT_FIELD(88, 8, budgetmem_budget_info, refused_over_budget);
	EXPECT_FIELD(96, 8, budgetmem_budget_info, refused_locked);
	EXPECT_FIELD(104, 8, budgetmem_budget_info, refused_access);
	EXPECT_FIELD(112, 4, budgetmem_budget_info, uid);
	EXPECT_FIELD(116, 4, budgetmem_budget_info, gid);
	EXPECT_FIELD(120, 4, budgetmem_budget_info, mode);
	EXPECT_FIELD(124, 4, budgetmem_budget_info, clients);
	EXPECT_FIELD(128, 4, budgetmem_budget_info, client_limit);
	EXPECT_FIELD(132, 4, budgetmem_budget_info, pools);
	EXPECT_FIELD(136, 4, budgetmem_budget_info, pool_limit);
	EXPECT_FIELD(140, 4, budgetmem_budget_info, node);
	EXPECT_FIELD(144, 8, budgetmem_budget_info, detached);
	EXPECT_FIELD(152, 4, budgetmem_budget_info, detached_pools);
	EXPECT_FIELD(156, 4, budgetmem_budget_info, reserved);
}

TEST(struct_client_info)
{
	EXPECT_EQ(112, sizeof(struct budgetmem_client_info));
	EXPECT_FIELD(0, 4, budgetmem_client_info, select);
	EXPECT_FIELD(4, 4, budgetmem_client_info, flags);
	EXPECT_FIELD(8, 8, budgetmem_client_info, cursor);
	EXPECT_FIELD(16, 8, budgetmem_client_info, client);
	EXPECT_FIELD(24, 32, budgetmem_client_info, budget);
	EXPECT_FIELD(56, 16, budgetmem_client_info, command);
	EXPECT_FIELD(72, 4, budgetmem_client_info, pid);
	EXPECT_FIELD(76, 4, budgetmem_client_info, uid);
	EXPECT_FIELD(80, 4, budgetmem_client_info, phase);
	EXPECT_FIELD(84, 4, budgetmem_client_info, pools);
	EXPECT_FIELD(88, 8, budgetmem_client_info, used);
	EXPECT_FIELD(96, 8, budgetmem_client_info, high_water);
	EXPECT_FIELD(104, 8, budgetmem_client_info, refused);
}

TEST(struct_pool_info)
{
	EXPECT_EQ(176, sizeof(struct budgetmem_pool_info));
	EXPECT_FIELD(0, 4, budgetmem_pool_info, select);
	EXPECT_FIELD(4, 4, budgetmem_pool_info, flags);
	EXPECT_FIELD(8, 8, budgetmem_pool_info, cursor);
	EXPECT_FIELD(16, 8, budgetmem_pool_info, offset);
	EXPECT_FIELD(24, 32, budgetmem_pool_info, name);
	EXPECT_FIELD(56, 8, budgetmem_pool_info, client);
	EXPECT_FIELD(64, 32, budgetmem_pool_info, budget);
	EXPECT_FIELD(96, 8, budgetmem_pool_info, size);
	EXPECT_FIELD(104, 8, budgetmem_pool_info, layout);
	EXPECT_FIELD(112, 8, budgetmem_pool_info, threshold);
	EXPECT_FIELD(120, 4, budgetmem_pool_info, uid);
	EXPECT_FIELD(124, 4, budgetmem_pool_info, properties);
	EXPECT_FIELD(128, 4, budgetmem_pool_info, exports);
	EXPECT_FIELD(132, 4, budgetmem_pool_info, importers);
	EXPECT_FIELD(136, 4, budgetmem_pool_info, mappings);
	EXPECT_FIELD(140, 4, budgetmem_pool_info, reported);
	EXPECT_FIELD(144, 8, budgetmem_pool_info, reported_used);
	EXPECT_FIELD(152, 8, budgetmem_pool_info, reported_high_water);
	EXPECT_FIELD(160, 8, budgetmem_pool_info, reported_refused);
	EXPECT_FIELD(168, 8, budgetmem_pool_info, reported_layout);
}

TEST(struct_pool_header)
{
	EXPECT_EQ(64, sizeof(struct budgetmem_pool_header));
	EXPECT_FIELD(0, 4, budgetmem_pool_header, magic);
	EXPECT_FIELD(4, 4, budgetmem_pool_header, version);
	EXPECT_FIELD(8, 8, budgetmem_pool_header, size);
	EXPECT_FIELD(16, 8, budgetmem_pool_header, used);
	EXPECT_FIELD(24, 8, budgetmem_pool_header, high_water);
	EXPECT_FIELD(32, 8, budgetmem_pool_header, refused);
	EXPECT_FIELD(40, 8, budgetmem_pool_header, layout);
	EXPECT_FIELD(48, 16, budgetmem_pool_header, reserved);
}

TEST(pool_header_begins_with_readable_letters)
{
	__u32 magic = BUDGETMEM_POOL_MAGIC;
	const char *letters = "BMPH";

	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		letters = "HPMB";
	EXPECT_EQ(0, memcmp(letters, &magic, sizeof(magic)));
}

TEST(command_numbers)
{
	EXPECT_EQ(0xc048be00u, BUDGETMEM_IOC_QUERY);
	EXPECT_EQ(0xc030be01u, BUDGETMEM_IOC_BIND);
	EXPECT_EQ(0xc040be02u, BUDGETMEM_IOC_POOL_CREATE);
	EXPECT_EQ(0x4010be03u, BUDGETMEM_IOC_POOL_DESTROY);
	EXPECT_EQ(0x4008be04u, BUDGETMEM_IOC_LOCK);
	EXPECT_EQ(0xc0a0be05u, BUDGETMEM_IOC_BUDGET_INFO);
	EXPECT_EQ(0xc070be06u, BUDGETMEM_IOC_CLIENT_INFO);
	EXPECT_EQ(0xc0b0be07u, BUDGETMEM_IOC_POOL_INFO);
	EXPECT_EQ(0xc040be08u, BUDGETMEM_IOC_POOL_ATTACH);
	EXPECT_EQ(0xc010be09u, BUDGETMEM_IOC_POOL_EXPORT);
	EXPECT_EQ(0x4018be0au, BUDGETMEM_IOC_POOL_WATCH);
	EXPECT_EQ(0xc018be0bu, BUDGETMEM_IOC_EVENTS);
	EXPECT_EQ(0xc060be0cu, BUDGETMEM_IOC_SYSTEM_APPLY);
	EXPECT_EQ(0x4008be0du, BUDGETMEM_IOC_SYSTEM_LOCK);
	EXPECT_EQ(0x4048be0eu, BUDGETMEM_IOC_POOL_REMOVE);
}

TEST(constants)
{
	EXPECT_EQ(1, BUDGETMEM_VERSION);
	EXPECT_EQ(32, BUDGETMEM_NAME_SIZE);
	EXPECT_EQ(16, BUDGETMEM_COMMAND_SIZE);
	EXPECT_EQ(1, BUDGETMEM_PHASE_INIT);
	EXPECT_EQ(2, BUDGETMEM_PHASE_LOCKED);
	EXPECT_EQ(1, BUDGETMEM_SYSTEM_SETUP);
	EXPECT_EQ(2, BUDGETMEM_SYSTEM_LOCKED);
	EXPECT_EQ(0, BUDGETMEM_SELECT_OWN);
	EXPECT_EQ(1, BUDGETMEM_SELECT_NAME);
	EXPECT_EQ(2, BUDGETMEM_SELECT_OFFSET);
	EXPECT_EQ(3, BUDGETMEM_SELECT_NEXT);
	EXPECT_EQ(1024, BUDGETMEM_BUDGETS_MAX);
	EXPECT_EQ(0xffffffffu, BUDGETMEM_NODE_ANY);
	EXPECT_EQ(0xffffffffu, BUDGETMEM_NO_ENTRY);
}

TEST(flags)
{
	EXPECT_EQ(1, BUDGETMEM_FEATURE_EXPORT);
	EXPECT_EQ(1, BUDGETMEM_POOL_PERSISTENT);
	EXPECT_EQ(2, BUDGETMEM_POOL_DETACHED);
	EXPECT_EQ(1, BUDGETMEM_EXPORT_WRITE);
	EXPECT_EQ(1, BUDGETMEM_APPLY_DRY_RUN);
}

TEST(reasons)
{
	EXPECT_EQ(0, BUDGETMEM_REASON_NONE);
	EXPECT_EQ(1, BUDGETMEM_REASON_NAME);
	EXPECT_EQ(2, BUDGETMEM_REASON_TWICE);
	EXPECT_EQ(3, BUDGETMEM_REASON_SIZE);
	EXPECT_EQ(4, BUDGETMEM_REASON_OWNER);
	EXPECT_EQ(5, BUDGETMEM_REASON_MODE);
	EXPECT_EQ(6, BUDGETMEM_REASON_LIMIT);
	EXPECT_EQ(7, BUDGETMEM_REASON_NODE);
	EXPECT_EQ(8, BUDGETMEM_REASON_UNKNOWN);
	EXPECT_EQ(9, BUDGETMEM_REASON_TOTAL);
	EXPECT_EQ(10, BUDGETMEM_REASON_MEMORY);
	EXPECT_EQ(11, BUDGETMEM_REASON_IN_USE);
}

/* A value that needs all 64 bits arrives whole from a 32-bit caller too. */
TEST(wide_values_arrive_whole)
{
	__u64 offset = 0;
	int fd = client_open("main");

	ASSERT_LE(0, fd);
	/* One page, were the upper half of the size lost. */
	EXPECT_EQ(-EDQUOT, pool_create(fd, "wide", (1ull << 32) + page_size(),
				       &offset));
	ASSERT_EQ(0, pool_create(fd, "narrow", page_size(), &offset));
	EXPECT_EQ(-ENOENT, pool_destroy(fd, offset + (1ull << 32)));
	EXPECT_EQ(0, pool_destroy(fd, offset));
}

TEST_HARNESS_MAIN
