/* SPDX-License-Identifier: MIT */
/*
 * test - what every program here begins with
 *
 * To be included once in a program: the kernel's harness defines functions.
 */
#ifndef BUDGETMEM_TESTS_TEST_H
#define BUDGETMEM_TESTS_TEST_H

#include <fcntl.h>
#include <kselftest_harness.h>

#include "budgets.h"
#include "child.h"
#include "crew.h"
#include "device.h"
#include "faults.h"
#include "file.h"
#include "pattern.h"
#include "rounds.h"
#include "settle.h"
#include "state.h"
#include "table.h"

/*
 * Seconds after which the harness kills a case. No case comes near it on an
 * emulated machine that also checks its memory: it only ends what hangs.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

/* The call returns that error and changes nothing but counters of refusals. */
#define EXPECT_REFUSED(error, call)					\
	do {								\
		struct state *before_ = state_take();			\
									\
		EXPECT_EQ(error, call);					\
		EXPECT_TRUE(state_unchanged(before_));			\
	} while (0)

/*
 * Skip the running case because of something that this kernel does not have.
 * The harness prints only the reason, so that it has to name the case.
 */
#define LACKING(what)							\
	SKIP(return, "%s: %s", _metadata->name, what)

/* Let children inherit the mapping of the pool, or skip the running case. */
#define HAND_ON(pool)							\
	do {								\
		int handed_on_ = pool_hand_on(pool);			\
									\
		if (handed_on_ == -EINVAL)				\
			LACKING("a driver's mapping cannot be handed on"); \
		ASSERT_EQ(0, handed_on_);				\
	} while (0)

#endif /* BUDGETMEM_TESTS_TEST_H */
