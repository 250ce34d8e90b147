// SPDX-License-Identifier: MIT
/*
 * cmd-doctor.c: budgetctl doctor
 *
 * First what is found, from the kernel up to the user; then what follows from it
 * for each guarantee. Looking changes nothing: the doctor becomes no client.
 */
#include "check.h"
#include "command.h"
#include "device.h"

#include <stdarg.h>
#include <stdio.h>

#include <budgetmem/guarantee.h>

static const char *const verdicts[] = {
	[VERDICT_OK]		= "ok",
	[VERDICT_NOTE]		= "note",
	[VERDICT_PROBLEM]	= "problem",
};

static void line(enum verdict verdict, const char *subject, const char *format,
		 va_list arguments)
{
	printf("%-8s %-11s ", verdicts[verdict], subject);
	vprintf(format, arguments);
	putchar('\n');
}

void find(enum verdict verdict, const char *subject, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line(verdict, subject, format, arguments);
	va_end(arguments);
}

void find_problem(struct examination *examination, unsigned int lost,
		  const char *subject, const char *format, ...)
{
	va_list arguments;

	examination->lost |= lost;
	examination->problems++;
	va_start(arguments, format);
	line(VERDICT_PROBLEM, subject, format, arguments);
	va_end(arguments);
}

static void examine(struct examination *examination)
{
	check_kernel(examination);
	check_module(examination);
	check_node(examination);
	if (examination->fd >= 0)
		check_contract(examination);
	if (examination->fd >= 0)
		check_budgets(examination);
	check_user(examination);
	check_memlock(examination);
	check_cgroup(examination);
	check_memory(examination);
	check_swap(examination);
	check_overcommit(examination);
	check_huge_pages(examination);
	check_compaction(examination);
	check_balancing(examination);
}

/* Not lost, but not there before the system is locked. */
static bool is_to_come(const struct examination *examination, int number)
{
	return BM_GUARANTEE(number) == BM_G4_NO_ALLOCATION && !examination->locked;
}

static void conclude(const struct examination *examination)
{
	for (int number = 1; number <= BM_GUARANTEE_COUNT; number++) {
		char subject[16];

		snprintf(subject, sizeof(subject), "G%d", number);
		if (examination->lost & BM_GUARANTEE(number))
			find(VERDICT_PROBLEM, subject, "%s: not given here; solve the problems above",
			     bm_guarantee_name(number));
		else if (is_to_come(examination, number))
			find(VERDICT_NOTE, subject, "%s: not yet: it begins when the system is locked",
			     bm_guarantee_name(number));
		else
			find(VERDICT_OK, subject, "%s: %s", bm_guarantee_name(number),
			     bm_guarantee_text(number));
	}
}

int command_doctor(int argc, char **argv)
{
	struct examination examination = { .fd = -1 };
	struct option none = { .name = NULL };

	if (!command_options(argc, argv, &none, NULL, 0))
		return EXIT_USAGE;
	examine(&examination);
	putchar('\n');
	conclude(&examination);
	if (examination.fd >= 0)
		device_close(examination.fd);
	if (!examination.problems) {
		puts("\nAll is well.");
		return EXIT_OK;
	}
	printf("\n%u problem%s.\n", examination.problems,
	       examination.problems == 1 ? "" : "s");
	return EXIT_FAILED;
}
