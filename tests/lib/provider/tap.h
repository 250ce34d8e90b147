/* SPDX-License-Identifier: MIT */
/*
 * tap.h: results in the Test Anything Protocol, for programs that run where no
 * test library is: in the guest
 */
#ifndef TESTS_PROVIDER_TAP_H
#define TESTS_PROVIDER_TAP_H

#include <stdbool.h>
#include <stdio.h>

struct tap_case {
	const char *name;
	void (*run)(void);
};

/* Fails the running case, and says where. Evaluates @condition once. */
#define tap_expect(condition)						\
	tap_note((condition), __FILE__, __LINE__, #condition)

/* The same for two numbers, which are shown. */
#define tap_equal(is, should)						\
	tap_compare((long long)(is), (long long)(should), __FILE__,	\
		    __LINE__, #is " == " #should)

static bool tap_failed;

static inline bool tap_note(bool passed, const char *file, int line,
			    const char *text)
{
	if (!passed)
		printf("# %s:%d: not so: %s\n", file, line, text);
	tap_failed |= !passed;
	return passed;
}

static inline bool tap_compare(long long is, long long should, const char *file,
			       int line, const char *text)
{
	if (is != should)
		printf("# %s:%d: %lld, not %lld\n", file, line, is, should);
	return tap_note(is == should, file, line, text);
}

/* Runs all cases. Returns the exit code: 0 only if each of them passed. */
static inline int tap_run(const struct tap_case *cases, size_t count)
{
	size_t failures = 0;

	/* A forked child must not write again what is still in the buffer. */
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	printf("TAP version 13\n1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		tap_failed = false;
		cases[i].run();
		failures += tap_failed;
		printf("%s %zu - %s\n", tap_failed ? "not ok" : "ok", i + 1,
		       cases[i].name);
	}
	return failures ? 1 : 0;
}

#endif /* TESTS_PROVIDER_TAP_H */
