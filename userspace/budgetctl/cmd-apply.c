// SPDX-License-Identifier: MIT
/*
 * cmd-apply.c: budgetctl apply
 *
 * The file is read to its end before anything is asked of the kernel, and the state
 * before the change is read first, so that what is shown is what was changed.
 */
#include "apply-answer.h"
#include "budget-table.h"
#include "change.h"
#include "command.h"
#include "device.h"
#include "snapshot.h"
#include "table.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <budgetmem/client.h>

static int refused(const struct budget_table *table)
{
	fprintf(stderr, "%s\n", table->refusal);
	return EXIT_FAILED;
}

static void show_sum(const struct budgetmem_system_apply *answer, bool dry)
{
	char aside[TABLE_CELL], overhead[TABLE_CELL], sum[TABLE_CELL], total[TABLE_CELL];

	size_text(aside, answer->set_aside);
	size_text(overhead, answer->overhead);
	size_text(sum, answer->set_aside + answer->overhead);
	size_text(total, answer->total);
	printf("\n%u budget%s of %s and %s overhead: %s of a total of %s\n%s\n",
	       answer->count, answer->count == 1 ? "" : "s", aside, overhead, sum, total,
	       dry ? "Dry run: nothing was changed." : "Applied.");
}

static int ask_kernel(int fd, struct budget_table *table, bool dry)
{
	struct budgetmem_system_apply apply = {
		.entries = (uintptr_t)table->entries,
		.count = (uint32_t)table->count,
		.entry_size = sizeof(*table->entries),
		.flags = dry ? BUDGETMEM_APPLY_DRY_RUN : 0,
		.total = table->total,
	};
	struct snapshot before;
	int err = snapshot_read(&before, fd);

	if (err) {
		snapshot_free(&before);
		return command_fail("apply: %s", bm_error_text(err));
	}
	err = device_apply(fd, &apply);
	if (err) {
		apply_answer(table, &apply, err);
		snapshot_free(&before);
		return refused(table);
	}
	err = change_show(&before, table, stdout);
	snapshot_free(&before);
	show_sum(&apply, dry);
	return err ? command_fail("apply: %s", bm_error_text(err)) : EXIT_OK;
}

static int apply_table(struct budget_table *table, bool dry)
{
	int fd = device_open(), code;

	if (fd < 0)
		return command_fail("apply: %s", bm_error_text(fd));
	code = ask_kernel(fd, table, dry);
	device_close(fd);
	return code;
}

int command_apply(int argc, char **argv)
{
	struct option options[] = { { .name = "--dry-run" }, { .name = NULL } };
	struct budget_table table;
	const char *file;
	FILE *in;
	int code;

	if (!command_options(argc, argv, options, &file, 1))
		return EXIT_USAGE;
	in = strcmp(file, "-") ? fopen(file, "re") : stdin;
	if (!in)
		return command_fail("apply: %s cannot be opened: %s", file, strerror(errno));
	if (budget_table_read(&table, in, in == stdin ? "stdin" : file))
		code = refused(&table);
	else
		code = apply_table(&table, options[0].given);
	budget_table_free(&table);
	if (in != stdin)
		fclose(in);
	return code;
}
