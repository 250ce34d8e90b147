// SPDX-License-Identifier: MIT
/*
 * vec-move.c: elements to another place in their vec
 *
 * Not memmove(): it may hold many elements in registers only, and they would be lost
 * with the process. Here one store follows each load, so that what is in the register
 * is in memory as well, or is being put there by this very store.
 */
#include "vec.h"

/* The most that one instruction stores. */
#if defined(__SSE2__) || defined(__aarch64__)
#define GRAIN	16
#else
#define GRAIN	sizeof(uintptr_t)
#endif

#define ALWAYS_INLINE static inline __attribute__((__always_inline__))

/* A grain goes through a register: it may overlap itself, which no element does. */
ALWAYS_INLINE void copy(unsigned char *to, const unsigned char *from, size_t step,
			bool is_grain)
{
	unsigned char held[GRAIN];

	if (is_grain) {
		memcpy(held, from, step);
		memcpy(to, held, step);
	} else {
		memcpy(to, from, step);
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* From the last to the first, @bytes being a multiple of @step. */
ALWAYS_INLINE void move_up(unsigned char *to, const unsigned char *from,
			   size_t bytes, size_t step, bool is_grain)
{
	while (bytes >= step) {
		bytes -= step;
		copy(to + bytes, from + bytes, step, is_grain);
	}
}

ALWAYS_INLINE void move_down(unsigned char *to, const unsigned char *from,
			     size_t bytes, size_t step, bool is_grain)
{
	for (size_t at = 0; at + step <= bytes; at += step)
		copy(to + at, from + at, step, is_grain);
}

static void move_grains(unsigned char *to, const unsigned char *from, size_t bytes,
			size_t size)
{
	size_t rest = bytes % GRAIN;

	if (to > from) {
		move_up(to + rest, from + rest, bytes - rest, GRAIN, true);
		move_up(to, from, rest, size, false);
	} else {
		move_down(to, from, bytes - rest, GRAIN, true);
		move_down(to + bytes - rest, from + bytes - rest, rest, size, false);
	}
}

/* Whole elements, or what divides them. */
ALWAYS_INLINE void move_steps(unsigned char *to, const unsigned char *from,
			      size_t bytes, size_t step)
{
	if (to > from)
		move_up(to, from, bytes, step, false);
	else
		move_down(to, from, bytes, step, false);
}

/* Several elements in one grain, or several grains in one element. */
static bool fits_grains(size_t size)
{
	return size < GRAIN ? GRAIN % size == 0 : size % GRAIN == 0;
}

void bm_vec_move(const struct bm_handle *vec, size_t from, size_t to, size_t count)
{
	size_t size = vec->element_size;
	unsigned char *target = bm_vec_place(vec, to);
	const unsigned char *source = bm_vec_place(vec, from);
	size_t bytes = count * size;

	if (fits_grains(size))
		move_grains(target, source, bytes, size);
	else if (size % sizeof(uintptr_t) == 0)
		move_steps(target, source, bytes, sizeof(uintptr_t));
	else
		move_steps(target, source, bytes, size);
}
