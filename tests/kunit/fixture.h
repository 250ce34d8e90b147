/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small system for each case, and the verbs that cases have in common.
 *
 * Whatever a case binds or creates through these and does not end itself is ended
 * when the case is over; then everything must be back.
 */
#ifndef BUDGETMEM_KUNIT_FIXTURE_H
#define BUDGETMEM_KUNIT_FIXTURE_H

#include <kunit/test.h>
#include <linux/fs.h>

#include "../../module/client.h"
#include "../../module/pool.h"
#include "../../module/system.h"
#include "invariant.h"

/*
 * The budgets of every fixture. MAIN has an odd number of pages, so that it is
 * made of several blocks.
 */
#define BM_MAIN			"main"
#define BM_MAIN_PAGES		23
#define BM_MAIN_POOLS		8
#define BM_MAIN_CLIENTS		4

/* Of user 1000 and group 2000, mode 0640. */
#define BM_SMALL		"small"
#define BM_SMALL_PAGES		2
#define BM_SMALL_POOLS		3
#define BM_SMALL_CLIENTS	1
#define BM_SMALL_UID		1000
#define BM_SMALL_GID		2000

/* Of root, mode 0000. */
#define BM_CLOSED		"closed"

#define BM_BUDGETS		3

/* Room in the table that a case may change. */
#define BM_TABLE_ENTRIES	8

/* User and group of whoever owns nothing. */
#define BM_STRANGER		77

/* Most clients that a case may have at a time. */
#define BM_FIXTURE_CLIENTS	8

/**
 * struct bm_fixture - what a case works on; test->priv
 * @system: with the budgets above
 * @client: those that bm_fixture_end() has not ended yet; NULL elsewhere
 * @root: a file that was opened by an administrator
 * @stranger: a file that was opened by somebody who owns nothing
 * @cred: whose @stranger is, for the case to change
 * @standing: @system is set up
 */
struct bm_fixture {
	struct bm_system system;
	struct bm_client *client[BM_FIXTURE_CLIENTS];
	struct file root;
	struct file stranger;
	struct cred *cred;
	bool standing;
};

int bm_fixture_init(struct kunit *test);
void bm_fixture_exit(struct kunit *test);

struct bm_system *bm_fixture_system(struct kunit *test);
struct bm_budget *bm_fixture_budget(struct kunit *test, const char *name);
const struct file *bm_fixture_root(struct kunit *test);
const struct file *bm_fixture_stranger(struct kunit *test);
struct cred *bm_fixture_cred(struct kunit *test);

struct bm_table *bm_fixture_table(struct kunit *test);

struct bm_client *bm_fixture_prepare(struct kunit *test, const char *budget);
struct bm_client *bm_fixture_bind(struct kunit *test, const char *budget);
void bm_fixture_publish(struct bm_client *client);
void bm_fixture_end(struct kunit *test, struct bm_client *client);

struct bm_pool *bm_fixture_pool(struct kunit *test, struct bm_client *client,
				const char *name, u32 pages);
struct bm_pool *bm_fixture_persistent(struct kunit *test, struct bm_client *client,
				      const char *name, u32 pages);
int bm_pool_begin(struct bm_client *client, const char *name, u64 bytes,
		  struct bm_pool **begun);
int bm_pool_create(struct bm_client *client, const char *name, u32 pages,
		   struct bm_pool **created);
void bm_fixture_destroy(struct kunit *test, struct bm_pool *pool);
struct bm_pool *bm_fixture_find(struct bm_client *client, u64 offset);
struct bm_pool *bm_fixture_find_name(struct bm_client *client, const char *name);

struct page *bm_pool_page(const struct bm_pool *pool, u32 index);
void bm_page_fill(struct page *page, u8 byte);
bool bm_page_is(struct page *page, u8 byte);
void bm_pool_fill(const struct bm_pool *pool, u8 byte);
bool bm_pool_is(const struct bm_pool *pool, u8 byte);

/* To be true after every operation. */
#define BM_EXPECT_SOUND(test) do {					\
	struct kunit *_test = (test);					\
									\
	KUNIT_EXPECT_STREQ(_test, "",					\
			   bm_broken_system(bm_fixture_system(_test)));	\
} while (0)

#define bm_pages_to_bytes(pages)	((u64)(pages) << PAGE_SHIFT)

#endif
