/* SPDX-License-Identifier: MIT */
/*
 * local.h: clients of the providers that need no device, for tests with cmocka
 */
#ifndef TESTS_PROVIDER_LOCAL_H
#define TESTS_PROVIDER_LOCAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <budgetmem/client.h>
#include <budgetmem/guarantee.h>
#include <budgetmem/pool.h>

/* Bytes of the budget that every test gets, and its most pools. */
#define BUDGET_SIZE	((size_t)64 << 10)
#define POOL_LIMIT	8

enum local_kind {
	LOCAL_MEMFD,
	LOCAL_STATIC,
};

static inline struct bm_client *local_open(enum local_kind kind)
{
	static _Alignas(BM_STATIC_ALIGN)
		unsigned char buffer[BM_STATIC_SIZE(BUDGET_SIZE, POOL_LIMIT)];
	struct bm_client *client = NULL;

	if (kind == LOCAL_MEMFD)
		assert_int_equal(bm_client_open_memfd(&client, "local", BUDGET_SIZE), 0);
	else
		assert_int_equal(bm_client_open_static(&client, "local", buffer,
						       sizeof(buffer), POOL_LIMIT), 0);
	assert_non_null(client);
	return client;
}

static inline struct bm_pool *local_create(struct bm_client *client, const char *name,
					   size_t size)
{
	struct bm_pool *pool = NULL;

	assert_int_equal(bm_pool_create(client, name, size, 0, &pool), 0);
	assert_non_null(pool);
	return pool;
}

static inline struct bm_client_state local_state(struct bm_client *client)
{
	struct bm_client_state state;

	assert_int_equal(bm_client_inspect(client, &state), 0);
	return state;
}

#endif /* TESTS_PROVIDER_LOCAL_H */
