/* SPDX-License-Identifier: MIT */
/* victim.h - something that may end the process that does it */
#ifndef VICTIM_H
#define VICTIM_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct victim - how a child ended
 * @touched: bytes that it had used by then
 * @signal: the signal that ended it, or 0
 * @status: its exit status where no signal did
 */
struct victim {
	uint64_t touched;
	int signal;
	int status;
};

/**
 * victim_run() - do something in a child and see how that ends
 * @work: what to do; it counts what it uses in @touched, and its result is the
 *	exit status
 * @victim: filled in
 *
 * Return: 0 or -errno.
 */
int victim_run(int (*work)(volatile uint64_t *touched), struct victim *victim);

/**
 * victim_touch() - store one byte into each page, and count
 * @base: first byte
 * @bytes: how many
 * @touched: grows by a page with each store
 */
void victim_touch(void *base, size_t bytes, volatile uint64_t *touched);

/**
 * victim_end() - how it ended, in words
 * @victim: the child that ended
 *
 * Return: "killed (SIGKILL)", "killed (SIGBUS)", ..., or "went on to its end"
 */
const char *victim_end(const struct victim *victim);

#endif /* VICTIM_H */
