// SPDX-License-Identifier: MIT
/*
 * deque-power_fuzz.c: the same for a deque whose capacity is a power of two
 *
 * Its numbers in the pool say something else, and come round at 2^32: they begin at 0,
 * and a push to the front goes below.
 */
#define CAPACITY	32
#include "deque_fuzz.c"
