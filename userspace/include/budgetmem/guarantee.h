/* SPDX-License-Identifier: MIT */
/*
 * guarantee.h: what a client can rely on, and what not
 *
 * The guarantees are numbered G1 to G11, here as in the manual. Not every
 * provider gives all of them: a program that needs one asks, instead of hoping:
 *
 *	if (!(bm_client_guarantees(client) & BM_G3_NO_FAULTS))
 *		puts(bm_client_guarantee_gap(client, 3));
 *
 * G4 depends on the system: the device gives it to clients that are opened when the
 * system is locked. Not guarantees but things that only a kernel can do are persistent
 * pools, dma-bufs and events: a memfd and a static buffer end with the process and are
 * seen by nobody else, so they refuse all three with -EOPNOTSUPP.
 *
 * All functions are O(1), thread-safe, and return constant strings.
 */
#ifndef BUDGETMEM_GUARANTEE_H
#define BUDGETMEM_GUARANTEE_H

#ifdef __cplusplus
extern "C" {
#endif

struct bm_client;

/* Number of guarantees; they are numbered from 1. */
#define BM_GUARANTEE_COUNT	11

/* The bit of guarantee @number. */
#define BM_GUARANTEE(number)	(1u << ((number) - 1))

/**
 * enum bm_guarantee - one bit for each guarantee
 * @BM_G1_SUM: pools never exceed the budget, nor budgets the system
 * @BM_G2_LOCK: the lock is irreversible and held by the kernel
 * @BM_G3_NO_FAULTS: no access to a pool faults
 * @BM_G4_NO_ALLOCATION: a locked system serves clients without allocating
 * @BM_G5_CLEAN: every byte handed out is zero
 * @BM_G6_RETURN: whatever ends a client gives all of it back
 * @BM_G7_ACCESS: access to budgets and pools cannot be widened
 * @BM_G8_INPUT: every malformed request has one errno and changes nothing
 * @BM_G9_ATTRIBUTION: an administrator can see who holds what
 * @BM_G10_CONTAINMENT: a client that dies harms nobody else; a pool that outlives it
 *	is taken over only by its owner, only with its own layout, and as it was left
 * @BM_G11_BOUNDS: every operation has a stated worst case
 */
enum bm_guarantee {
	BM_G1_SUM		= BM_GUARANTEE(1),
	BM_G2_LOCK		= BM_GUARANTEE(2),
	BM_G3_NO_FAULTS		= BM_GUARANTEE(3),
	BM_G4_NO_ALLOCATION	= BM_GUARANTEE(4),
	BM_G5_CLEAN		= BM_GUARANTEE(5),
	BM_G6_RETURN		= BM_GUARANTEE(6),
	BM_G7_ACCESS		= BM_GUARANTEE(7),
	BM_G8_INPUT		= BM_GUARANTEE(8),
	BM_G9_ATTRIBUTION	= BM_GUARANTEE(9),
	BM_G10_CONTAINMENT	= BM_GUARANTEE(10),
	BM_G11_BOUNDS		= BM_GUARANTEE(11),
};

/**
 * bm_client_guarantees() - which guarantees this client has
 * @client: the client
 *
 * Return: bits of enum bm_guarantee; they never change during the client's life
 */
unsigned int bm_client_guarantees(const struct bm_client *client);

/**
 * bm_client_guarantee_gap() - why this client lacks a guarantee
 * @client: the client
 * @number: 1 to BM_GUARANTEE_COUNT
 *
 * Return: a sentence, or NULL if the client has it or there is no such number
 */
const char *bm_client_guarantee_gap(const struct bm_client *client, int number);

/**
 * bm_guarantee_name() - what a guarantee is called
 * @number: 1 to BM_GUARANTEE_COUNT
 *
 * Return: "Sum", "Lock", ..., or NULL if there is no such number
 */
const char *bm_guarantee_name(int number);

/**
 * bm_guarantee_text() - what a guarantee says
 * @number: 1 to BM_GUARANTEE_COUNT
 *
 * Return: a sentence, or NULL if there is no such number
 */
const char *bm_guarantee_text(int number);

#ifdef __cplusplus
}
#endif

#endif /* BUDGETMEM_GUARANTEE_H */
