/* SPDX-License-Identifier: MIT */
/*
 * budgets - what tests/uapi/budgets says, as numbers
 *
 *	main		plenty, for everybody
 *	small		little of everything, so that each limit is soon reached
 *	sum		many pools, to be taken to the last page
 *	modes-MODE	three modes that give each class rw, r and w once
 *	closed		for nobody but an administrator; limits left out
 *	bad		to be spoiled
 */
#ifndef BUDGETMEM_TESTS_BUDGETS_H
#define BUDGETMEM_TESTS_BUDGETS_H

#define BUDGETS		8
#define SET_ASIDE	(MAIN_SIZE + SMALL_SIZE + SUM_SIZE + 5 * (16u << 10))

#define MAIN_SIZE	(8u << 20)
#define MAIN_POOLS	64

#define SMALL_SIZE	(64u << 10)
#define SMALL_POOLS	4
#define SMALL_CLIENTS	2

#define SUM_SIZE	(1u << 20)
#define SUM_POOLS	512

#define BAD_SIZE	(16u << 10)

#endif /* BUDGETMEM_TESTS_BUDGETS_H */
