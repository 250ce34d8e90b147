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
typedef uint64_t grain __attribute__((__vector_size__(16)));
#else
typedef uintptr_t grain;
#endif

#define ALWAYS_INLINE static inline __attribute__((__always_inline__))

/* From the last to the first, @bytes being a multiple of @step. */
ALWAYS_INLINE void move_up(unsigned char *to, const unsigned char *from,
			   size_t bytes, size_t step)
{
	while (bytes >= step) {
		bytes -= step;
		memcpy(to + bytes, from + bytes, step);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
}

ALWAYS_INLINE void move_down(unsigned char *to, const unsigned char *from,
			     size_t bytes, size_t step)
{
	for (size_t at = 0; at + step <= bytes; at += step) {
		memcpy(to + at, from + at, step);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
}

ALWAYS_INLINE void move_grains(unsigned char *to, const unsigned char *from,
			       size_t bytes, size_t size, size_t step)
{
	size_t rest = bytes % step;

	if (to > from) {
		move_up(to + rest, from + rest, bytes - rest, step);
		move_up(to, from, rest, size);
	} else {
		move_down(to, from, bytes - rest, step);
		move_down(to + bytes - rest, from + bytes - rest, rest, size);
	}
}

/* Several elements in one grain, or several grains in one element. */
static bool fits(size_t size, size_t step)
{
	return size < step ? step % size == 0 : size % step == 0;
}

void bm_vec_move(const struct bm_handle *vec, size_t from, size_t to, size_t count)
{
	size_t size = vec->element_size;
	unsigned char *target = bm_vec_place(vec, to);
	const unsigned char *source = bm_vec_place(vec, from);
	size_t bytes = count * size;

	if (fits(size, sizeof(grain)))
		move_grains(target, source, bytes, size, sizeof(grain));
	else if (fits(size, sizeof(uintptr_t)))
		move_grains(target, source, bytes, size, sizeof(uintptr_t));
	else if (to > from)
		move_up(target, source, bytes, size);
	else
		move_down(target, source, bytes, size);
}
