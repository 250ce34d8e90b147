/* SPDX-License-Identifier: MIT */
/*
 * check.h: what the doctor looks at
 *
 * Each check writes one line: what it found, and if that is not good, what to do.
 */
#ifndef BUDGETCTL_CHECK_H
#define BUDGETCTL_CHECK_H

#include <stdbool.h>

#include <budgetmem/guarantee.h>

/**
 * enum verdict - how a finding is meant
 * @VERDICT_OK: as it should be
 * @VERDICT_NOTE: pools are safe; what lies outside of them may not be
 * @VERDICT_PROBLEM: a guarantee is lost
 */
enum verdict {
	VERDICT_OK,
	VERDICT_NOTE,
	VERDICT_PROBLEM,
};

/**
 * struct examination - what the checks have found so far
 * @lost: bits of enum bm_guarantee
 * @problems: number of problems
 * @fd: the device, or -1
 * @locked: whether the system is locked
 */
struct examination {
	unsigned int lost;
	unsigned int problems;
	int fd;
	bool locked;
};

/* What is lost where there is no device: all but the bounds of the library. */
#define ALL_LOST	(~(unsigned int)BM_G11_BOUNDS)

/* Writes a finding that loses no guarantee. */
void find(enum verdict verdict, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes a problem, which loses the guarantees @lost. */
void find_problem(struct examination *examination, unsigned int lost,
		  const char *subject, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* check-device.c */
void check_kernel(struct examination *examination);
void check_module(struct examination *examination);
void check_node(struct examination *examination);
void check_contract(struct examination *examination);
void check_budgets(struct examination *examination);

/* check-user.c */
bool user_is_administrator(void);
bool user_is_in_group(unsigned int gid);
void check_user(struct examination *examination);
void check_memlock(struct examination *examination);
void check_cgroup(struct examination *examination);

/* check-memory.c */
void check_memory(struct examination *examination);
void check_swap(struct examination *examination);
void check_overcommit(struct examination *examination);
void check_huge_pages(struct examination *examination);
void check_compaction(struct examination *examination);
void check_balancing(struct examination *examination);

/* file.c: small files of /proc and /sys */

/* Reads the first line, without its end. False if there is none. */
bool file_line(const char *path, char *line, int size);

/* Reads what follows @key in the line that begins with it, blanks skipped. */
bool file_value(const char *path, const char *key, char *value, int size);

#endif /* BUDGETCTL_CHECK_H */
