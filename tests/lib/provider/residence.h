/* SPDX-License-Identifier: MIT */
/*
 * residence.h: does memory fault?
 */
#ifndef BUDGETMEM_TEST_RESIDENCE_H
#define BUDGETMEM_TEST_RESIDENCE_H

#include <sys/resource.h>
#include <unistd.h>

#include <budgetmem/region.h>

static inline size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Page faults of this process so far. */
static inline long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* How many of them it takes to store into each page of the region. */
static inline long faults_of_stores(struct bm_region region)
{
	volatile char *byte = region.base;
	long before = faults(), after;

	for (size_t i = 0; i < region.size; i += page_size())
		byte[i]++;
	after = faults();
	return after - before;
}

#endif
