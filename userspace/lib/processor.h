/* SPDX-License-Identifier: MIT */
/*
 * processor.h: what this processor can do beyond what every one of its kind can
 *
 * The library is compiled for any processor of an architecture: SSE2 on amd64, NEON on
 * ARM with 64 bits, words elsewhere. Long runs of bytes and words, and only those, are
 * worked on twice as fast with AVX2, which most amd64 processors have and not all. That
 * is chosen when a program runs, here and nowhere else:
 *
 *	It is asked for at each call, with a load and a comparison: there is no pointer to a
 *	function, nothing to prepare and nothing of the library's own to be overwritten.
 *	What is read was written by the compiler's run-time library before main() began,
 *	from what the processor and the kernel say. Before that it says no.
 *	It is the same for all processes of a machine. Where it were not (a process that
 *	is emulated), pools would be shared all the same: the layout does not depend on it.
 *	Both ways give the same results for the same bytes. Which one was taken can be told
 *	by the time only.
 *
 * No choice is compiled in, and no instruction that every processor of the kind has not,
 * with -DBM_NO_RUN_TIME_CHOICE, with -DBM_PLAIN_C, and on other architectures. With
 * -mavx2 there is nothing left to choose either.
 */
#ifndef BUDGETMEM_LIB_PROCESSOR_H
#define BUDGETMEM_LIB_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__) && !defined(__AVX2__) && !defined(BM_PLAIN_C) &&	\
	!defined(BM_NO_RUN_TIME_CHOICE)
#define BM_CHOICE_AT_RUN_TIME
#define BM_TARGET_AVX2	__attribute__((__target__("avx2")))

static inline bool bm_processor_has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}
#endif

#endif /* BUDGETMEM_LIB_PROCESSOR_H */
