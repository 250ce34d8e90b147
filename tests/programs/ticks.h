/* SPDX-License-Identifier: MIT */
/*
 * ticks.h - a clock that is cheap enough to time a single store
 *
 * The processor's own counter where there is one: to read the system's clock may
 * cost more than what is to be timed, and in an emulated machine always does. How
 * long a tick is, is found out by comparing the two over a longer time: what the
 * kernel believes about the counter may be wrong on a busy host.
 */
#ifndef TICKS_H
#define TICKS_H

#include <stdint.h>
#include <time.h>

/* The system's clock, in nanoseconds. */
static inline uint64_t nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The counter, in ticks. */
static inline uint64_t ticks(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t count;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
	return count;
#else
	return nanoseconds();
#endif
}

/**
 * struct tick_scale - when a comparison of the two clocks began
 * @ticks: the counter
 * @nanoseconds: the system's clock
 */
struct tick_scale {
	uint64_t ticks;
	uint64_t nanoseconds;
};

static inline struct tick_scale tick_scale_begin(void)
{
	return (struct tick_scale){ ticks(), nanoseconds() };
}

/**
 * tick_scale_end() - nanoseconds that a tick took on average since the beginning
 * @begin: what tick_scale_begin() returned, some milliseconds ago or more
 */
static inline double tick_scale_end(const struct tick_scale *begin)
{
	const uint64_t passed = ticks() - begin->ticks;

	return passed ? (double)(nanoseconds() - begin->nanoseconds) /
			(double)passed : 0;
}

#endif /* TICKS_H */
