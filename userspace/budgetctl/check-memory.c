// SPDX-License-Identifier: MIT
/*
 * check-memory.c: what the system does with memory outside of pools
 *
 * None of this reaches pools, so these are notes. They are here because a program
 * also has stacks, text and its libc.
 */
#include "check.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

/* Below that, page tables for new mappings may be refused. */
#define SCARCE		(16ULL << 20)

static unsigned long long kibibytes(const char *key)
{
	char value[64];

	if (!file_value("/proc/meminfo", key, value, sizeof(value)))
		return 0;
	return strtoull(value, NULL, 10);
}

/* Is the switch on? False also where the kernel does not have it. */
static bool is_on(const char *path)
{
	char line[64];

	return file_line(path, line, sizeof(line)) && atoi(line);
}

void check_memory(struct examination *examination)
{
	unsigned long long bytes = kibibytes("MemAvailable:") * 1024;
	char available[TABLE_CELL];

	(void)examination;
	size_text(available, bytes);
	if (bytes < SCARCE)
		find(VERDICT_NOTE, "memory",
		     "%s are available: pools are there, but mapping one may be refused for want of page tables; free some",
		     available);
	else
		find(VERDICT_OK, "memory", "%s are available beside what is set aside",
		     available);
}

void check_swap(struct examination *examination)
{
	(void)examination;
	if (kibibytes("SwapTotal:"))
		find(VERDICT_NOTE, "swap",
		     "there is swap: pools are never swapped, stacks, text and libc may be; call mlockall(MCL_CURRENT)");
	else
		find(VERDICT_OK, "swap", "there is none");
}

void check_overcommit(struct examination *examination)
{
	char mode[16] = "?";

	(void)examination;
	file_line("/proc/sys/vm/overcommit_memory", mode, sizeof(mode));
	if (!strcmp(mode, "2"))
		find(VERDICT_OK, "overcommit", "off: malloc() gets only what is there");
	else
		find(VERDICT_NOTE, "overcommit",
		     "on: malloc() may promise what is not there, pools never do; keep what must not fail in pools, or sysctl vm.overcommit_memory=2");
}

void check_huge_pages(struct examination *examination)
{
	char line[64];

	(void)examination;
	if (file_line("/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof(line)) &&
	    strstr(line, "[always]"))
		find(VERDICT_NOTE, "huge pages",
		     "transparent for all memory: pools are left alone, heaps and stacks may stall; echo madvise >/sys/kernel/mm/transparent_hugepage/enabled");
	else
		find(VERDICT_OK, "huge pages", "not transparent unless a program asks");
}

void check_compaction(struct examination *examination)
{
	(void)examination;
	if (is_on("/proc/sys/vm/compact_unevictable_allowed"))
		find(VERDICT_NOTE, "compaction",
		     "moves locked pages: pools stay where they are, memfd budgets and mlockall() do not; sysctl vm.compact_unevictable_allowed=0");
	else
		find(VERDICT_OK, "compaction", "leaves locked pages where they are");
}

void check_balancing(struct examination *examination)
{
	bool numa = is_on("/proc/sys/kernel/numa_balancing");
	bool merging = is_on("/sys/kernel/mm/ksm/run");

	(void)examination;
	if (numa)
		find(VERDICT_NOTE, "balancing",
		     "NUMA balancing makes pages fault on purpose: pools are left alone, all else is not; sysctl kernel.numa_balancing=0");
	else if (merging)
		find(VERDICT_NOTE, "balancing",
		     "KSM merges equal pages: pools are left alone; echo 0 >/sys/kernel/mm/ksm/run spares other memory");
	else
		find(VERDICT_OK, "balancing", "neither NUMA balancing nor KSM touches pages");
}
