/* SPDX-License-Identifier: MIT */
/*
 * failing_system.h: the library's gate to the system, of which one call may fail
 */
#ifndef TESTS_PROVIDER_FAILING_SYSTEM_H
#define TESTS_PROVIDER_FAILING_SYSTEM_H

#include <stdbool.h>

/**
 * struct failing - what to do, and what is left behind
 * @fail_at: this call of all, counted from 1, fails
 * @error: with this errno
 * @calls: calls so far
 * @files: open descriptors
 * @mappings: mappings
 */
struct failing {
	unsigned int fail_at;
	int error;
	unsigned int calls;
	int files;
	int mappings;
};

extern struct failing failing;

#endif /* TESTS_PROVIDER_FAILING_SYSTEM_H */
